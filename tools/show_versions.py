"""Print the installed version of every direct dependency; with --oldest, insist on the oldest.

    python tools/show_versions.py [--oldest | --newest]

With --oldest it fails if a version is not the lower bound of pyproject.toml itself: then the bound
names a version that cannot be had, or not together with the others.
"""

import argparse
import re
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BOUND = re.compile(r"(?:>=|==)\s*([0-9][\w.]*)")


def direct_dependencies(root=ROOT):
    """What nnlib, its book and its tests need, as pairs of a name and the versions allowed."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    entries, extras = list(project["dependencies"]), ["test"]  # not "bench": it stays apart
    for extra in extras:  # grows while it is read: test names others as nnlib[book]
        for entry in project["optional-dependencies"][extra]:
            others = re.fullmatch(rf"{project['name']}\[([\w,-]+)\]", entry)
            if others:
                extras += others[1].split(",")
            else:
                entries.append(entry)
    return [re.fullmatch(r"([\w.-]+)(.*)", entry).groups() for entry in entries]


def lower_bound(name, allowed):
    """The version after ``>=`` or ``==``; there has to be exactly one."""
    bounds = BOUND.findall(allowed)
    if len(bounds) != 1:
        raise ValueError(f"{name}{allowed} in pyproject.toml needs one lower bound, as {name}>=2")
    return bounds[0]


def numbers(text):
    """A version without the zeros at its end, for 2.0.0 is 2.0."""
    return re.sub(r"(\.0)+$", "", text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--oldest", action="store_true", help="fail unless it is the lower bound")
    which.add_argument("--newest", action="store_true", help="print only")
    arguments = parser.parse_args()
    wrong = []
    print(f"Python {sys.version.partition(' ')[0]}")
    for name, allowed in direct_dependencies():
        here, bound = version(name), lower_bound(name, allowed)
        print(f"{name:28} {here:14} {allowed}")
        if arguments.oldest and numbers(here) != numbers(bound):
            wrong.append(f"{name} {here} instead of {bound}")
    if wrong:
        sys.exit("no lower bounds: " + ", ".join(wrong))


if __name__ == "__main__":
    main()
