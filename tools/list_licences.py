"""Write LICENSES-third-party.md: the licence of every package that requirements.txt names.

    python tools/list_licences.py

The licences come from what the installed packages say of themselves. A package that says nothing,
or whose licence is not among the accepted ones of licences.toml, stops it: then a person looks.
"""

import collections
import json
import re
import sys
import tarfile
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from whole_file import write_text

ROOT = Path(__file__).resolve().parents[1]
LIST = ROOT / "LICENSES-third-party.md"
RULES = tomllib.loads((ROOT / "tools" / "licences.toml").read_text(encoding="utf-8"))
BROWSER_LIST = "third-party-licenses.json"  # what JupyterLab writes of the JavaScript it carries

PAGE = """\
# Licences of what others made

The course itself is under BSD 3-Clause (code) and CC BY 4.0 (text and figures). This is what it
uses, in the versions of `requirements.txt`. `make licences` writes this file from what the
installed packages say; `tools/licences.toml` has what had to be looked up by hand. Licences are
named by their SPDX identifiers, the standard short names.

## What a reader of the book receives

Files of these packages are in the built book, its zip and its notebooks for the browser.

| package | version | licence | what for | what it carries |
|---|---|---|---|---|
{shipped}

When a reader starts Python in the browser, the browser fetches Pyodide (MPL-2.0), which brings
CPython (PSF-2.0), numpy, matplotlib, scipy and what they need. They are not in the book.

## What only those install who run or build it

Not in this list, as no reader, student or teacher needs them: the peers of `make bench` (PyTorch,
JAX) and the tools that make targets fetch for themselves (uv, mutmut, pip-audit).

| package | version | licence |
|---|---|---|
{builders}
"""


def requirements():
    """Names and versions of requirements.txt; a package may have one version per Python."""
    found = collections.defaultdict(list)
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    for name, version in re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE):
        found[name].append(version)
    return dict(found)


def licence_of(name):
    """The accepted licence of a package as an SPDX expression, the standard short form."""
    if name in RULES["by_hand"]:
        return accepted(name, RULES["by_hand"][name]["licence"])
    try:
        package = distribution(name)
    except PackageNotFoundError:
        if name in RULES["elsewhere"]:
            return accepted(name, RULES["elsewhere"][name])
        message = f"{name} is not installed here: install it, or write its licence into [elsewhere]"
        raise ValueError(message) from None
    words = said(package.metadata)
    found = [expression for entry in words if (expression := spdx(entry, package))]
    if not found:
        raise ValueError(f"{name} says {words} of its licence: read it, and see [by_hand]")
    checked = [accepted(name, expression) for expression in found]  # so that none is refused
    return checked[0]


def said(metadata):
    """What a package says of its licence, the most exact words first."""
    short = (metadata.get("License") or "").strip().partition("\n")[0]
    classifiers = [c for c in metadata.get_all("Classifier", []) if c.startswith("License :: ")]
    words = [metadata.get("License-Expression"), short]
    words += [entry.rpartition(" :: ")[2] for entry in classifiers]
    return [entry for entry in words if entry]


def spdx(words, package):
    """SPDX expression for what a package says, or None; "BSD" is told apart by its text."""
    expression = RULES["aliases"].get(words.lower(), words)
    if expression == "BSD":
        return bsd_clauses(" ".join(licence_text(package).split()))
    known = {*RULES["accepted"], *RULES["refused"]}
    return expression if set(parts(expression)) & known else None


def bsd_clauses(text):
    """Which BSD licence a text is, or None: the third clause protects the authors' names."""
    if "Redistribution and use in source and binary forms" not in text:
        return None
    third = re.search(r"Neither the names? of|used to endorse or promote", text)
    return "BSD-3-Clause" if third else "BSD-2-Clause"


def licence_text(package):
    """The licence files that a package brings along, and what it says in its metadata."""
    files = [f for f in package.files or [] if re.search(r"licen[cs]e|copying", f.name, re.I)]
    texts = [f.locate().read_text(encoding="utf-8", errors="replace") for f in files]
    return "\n".join([*texts, package.metadata.get("License") or ""])


def parts(expression):
    """The single licences that an SPDX expression joins with AND and OR."""
    return [p.strip() for p in re.split(r"\bAND\b|\bOR\b|[()]", expression) if p.strip()]


def accepted(name, expression):
    """Return the licence if all of it is accepted, otherwise raise a ValueError."""
    for part in parts(expression):
        if part in RULES["refused"]:
            raise ValueError(f"{name} is under {part}: {RULES['refused'][part]}. Do without {name}")
        if part not in RULES["accepted"]:
            raise ValueError(f"{name} is under {part!r}: read it, then see [accepted] or [refused]")
    if not parts(expression):
        raise ValueError(f"{name} has no licence: without one nobody may pass it on")
    return expression


def javascript_in(name):
    """How many JavaScript packages a package carries under which licence, by its own lists."""
    found = collections.Counter()
    for file in distribution(name).files or []:
        if file.name == BROWSER_LIST:
            found.update(listed(name, file.locate().read_bytes()))
        elif file.suffix == ".tgz":
            with tarfile.open(file.locate()) as archive:
                lists = [member for member in archive if member.name.endswith(BROWSER_LIST)]
                for member in lists:
                    found.update(listed(name, archive.extractfile(member).read()))
    return found


def listed(name, text):
    """The licences in one such list."""
    entries = json.loads(text)["packages"]
    return [accepted(f"{e['name']} in {name}", e["licenseId"].strip("()")) for e in entries]


def page():
    """The whole list as Markdown."""
    versions = requirements()
    shipped = []
    for name, entry in RULES["shipped"].items():
        carries = [
            f"{what}: {accepted(what, under)}" for what, under in entry.get("carries", {}).items()
        ]
        counts = sorted(javascript_in(name).items(), key=lambda pair: (-pair[1], pair[0]))
        carries += [f"{count} x JavaScript: {under}" for under, count in counts]
        cells = (licence_of(name), entry["what"], "; ".join(carries))
        shipped.append(row(name, versions[name], *cells))
    builders = [
        row(name, versions[name], licence_of(name))
        for name in sorted(set(versions) - set(RULES["shipped"]))
    ]
    return PAGE.format(shipped="\n".join(shipped), builders="\n".join(builders))


def row(name, versions, *cells):
    """A line of a table."""
    return "| " + " | ".join([name, ", ".join(versions), *cells]) + " |"


def main():
    try:
        text = page()
    except ValueError as error:
        sys.exit(f"{LIST.name} stays as it was: {error} (tools/licences.toml).")
    write_text(LIST, text)
    print(f"{LIST.name}: {len(requirements())} packages")


if __name__ == "__main__":
    main()
