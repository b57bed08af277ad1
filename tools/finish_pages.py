"""Make the built pages light and strict: for a phone on a slow line, and nothing runs but ours.

    python tools/finish_pages.py BOOK

What Sphinx and its theme wrote into BOOK becomes: formulas as MathML, one stylesheet and its two
fonts, scripts joined and deferred, pictures with few colours that load when they are near, and a
policy that lets a page load and run nothing but files of the book. What no page loads any more is
removed. Only for a fresh build: it changes the pages in their place.
"""

import argparse
import base64
import hashlib
import os
import re
from collections import defaultdict
from itertools import groupby
from pathlib import Path

from formulas import set_formulas
from pictures import lighten
from styles import write_style

SCRIPT = re.compile(r"<script(?![^>]*\bjson\b)([^>]*)>(.*?)</script>\s*", re.DOTALL)
SHEET = re.compile(r'<link[^>]*href="([^"]*\.css)[^"]*"[^>]*/>\s*')
SOURCE = re.compile(r'src="([^"?]*)')
# Formulas are set; menus open by themselves; there are no tabs; the icon font does what it must.
NOT_NEEDED = ("bootstrap.js", "tex-mml-chtml.js", "design-tabs.js", "fontawesome.js")
ONLY_TO_SEARCH = ("searchtools.js", "language_data.js", "searchindex.js")
# Here the theme would measure each block of code, also a folded one; page.js does it better.
MEASURING = re.compile(
    r',"complete"===document\.readyState\?\w+\(\):window\.addEventListener\("load",\w+\)'
)
# Of a script: lines that are a comment, and indentation.
FOR_WRITERS = re.compile(r"(?m)^[ \t]*(?://.*(?:\n|\Z)|/\*\*(?:.|\n)*?\*/\n)|^[ \t]+|^\n")
EARLY = (
    "document.documentElement.dataset.theme ="  # before the first paint, so it stays where it is
)
OF_ONE_PAGE = "DOCUMENTATION_OPTIONS.pagename"  # used for versions of a book, which there are not
ASIDE = ("lite", "_static")  # JupyterLite, and the theme's own templates
REPLACED = (
    # Of coloured code what has the colour of all text: four in ten elements of a page.
    (r'<span class="(?:n|p|w|nn)">([^<]*)</span>', r"\1"),
    (r'<link rel="preload"[^>]*>\s*', ""),
    (r"<noscript>\s*<style>.*?</style>\s*</noscript>", ""),  # it is in book.css
    (r"<!--(?! the PDF| end).*?-->\s*", ""),
    (r' style="width: ([\d.]+%)"', r' width="\1"'),  # of a table's columns
    (r' onclick="window\.print\(\)"', " data-print"),
)


def address(path, page):
    """The address of a file as seen from a page, new whenever the file has changed."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:8]
    return f"{Path(os.path.relpath(path, page.parent)).as_posix()}?v={digest}"


def scripts_of(page, text):
    """The files of a page's scripts in the order in which they run, and the text of inline ones."""
    at_once, deferred, inline = [], [], []
    for attributes, body in SCRIPT.findall(text):
        source = SOURCE.search(attributes)
        if source is None:
            inline.append(body.strip())
        elif not source[1].endswith(NOT_NEEDED):
            path = (page.parent / source[1]).resolve()
            if path.name not in ONLY_TO_SEARCH or page.name == "search.html":
                (deferred if "defer" in attributes else at_once).append(path)
    return list(dict.fromkeys(at_once + deferred)), list(dict.fromkeys(inline))


def write_joined(target, texts):
    target.write_text(FOR_WRITERS.sub("", ";\n".join(texts)), encoding="utf-8")
    return target


def join_scripts(static, files, inline):
    """Join what every page runs, and what live figures run; return each page's new files.

    `files` and `inline` are the results of `scripts_of` by page.
    """
    pages_of = defaultdict(set)
    for page, paths in files.items():
        for path in paths:
            pages_of[path].add(page)
    everywhere = [p for p in max(files.values(), key=len) if len(pages_of[p]) == len(files)]
    settings = [text for text in next(iter(inline.values())) if OF_ONE_PAGE not in text]
    first, *others = everywhere  # the first one makes the object of the settings
    texts = [first.read_text("utf-8"), *settings, *(path.read_text("utf-8") for path in others)]
    text, count = MEASURING.subn("", ";\n".join(texts))
    if count != 1:
        raise ValueError(f"{MEASURING.pattern} matched {count} times: another theme?")
    book, known, result = write_joined(static / "book.js", [text]), {}, {}
    for page, paths in files.items():
        result[page] = [book]
        rest = [path for path in paths if path not in everywhere]
        for _, run in groupby(rest, lambda p: (pages_of[p], p.parent.name == "live" or p)):
            run = tuple(run)
            if run not in known:
                name = f"{run[0].stem}-to-{run[-1].stem}.js" if len(run) > 1 else run[0].name
                texts = [path.read_text("utf-8") for path in run]
                known[run] = write_joined(run[0].with_name(name), texts)
            result[page].append(known[run])
        only_here = [t for t in inline[page] if t not in settings and OF_ONE_PAGE not in t]
        if only_here:
            result[page].append(write_joined(static / f"{page.stem}_page.js", only_here))
    return result


def head(page, scripts, style, early):
    """What a page's head loads, and the policy that it loads nothing else."""
    digest = base64.b64encode(hashlib.sha256(early.encode()).digest()).decode()
    policy = f"default-src 'self' data:; script-src 'self' 'sha256-{digest}'; style-src 'self'"
    return "\n".join(
        [
            f'<meta http-equiv="Content-Security-Policy" content="{policy}" />',
            f"<script>{early}</script>",
            f'<link rel="stylesheet" href="{address(style, page)}" />',
            *(f'<script defer src="{address(path, page)}"></script>' for path in scripts),
        ]
    )


def finish(book):
    """Finish all pages of a built book."""
    static = book / "_static"
    paths = [p for p in book.rglob("*.html") if p.relative_to(book).parts[0] not in ASIDE]
    pages = set_formulas({path: path.read_text(encoding="utf-8") for path in paths})
    files, inline = {}, {}
    for path, text in pages.items():
        files[path], inline[path] = scripts_of(path, text)
    early = {text for of_page in inline.values() for text in of_page if EARLY in text}
    (early,) = early  # the same on every page
    inline = {path: [t for t in of_page if t != early] for path, of_page in inline.items()}
    scripts = join_scripts(static, files, inline)
    fullest = max(pages, key=lambda path: len(SHEET.findall(pages[path])))
    sheets = [(fullest.parent / s).resolve() for s in SHEET.findall(pages[fullest])]
    loaded = {path for of_page in scripts.values() for path in of_page}
    code = "".join(path.read_text(encoding="utf-8") for path in loaded)
    write_style(static, sheets, pages.values(), code)
    sizes = {}
    for path, text in pages.items():
        text = SCRIPT.sub("", SHEET.sub("", text))
        for pattern, replacement in REPLACED:
            text = re.sub(pattern, replacement, text, flags=re.DOTALL)
        text = lighten(text, path.parent, sizes)
        new = head(path, scripts[path], static / "style.css", early)
        text = text.replace('<meta charset="utf-8" />', f'<meta charset="utf-8" />\n{new}', 1)
        path.write_text(text, encoding="utf-8")
    remove_unused(book, pages)


def remove_unused(book, pages):
    """Remove what the theme brought and nothing loads: 8 MB of the book, and of its zip."""
    texts = [path.read_text(encoding="utf-8") for path in pages]
    texts.append((book / "_static" / "style.css").read_text(encoding="utf-8"))
    named = {name for text in texts for name in re.findall(r"([\w.-]+)(?=[\"?)#])", text)}
    for path in sorted((book / "_static").rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
        elif path.is_file() and path.name not in named:
            path.unlink()


def main():
    """Read the command line and finish the book."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("book", type=Path, help="the folder of the built book")
    finish(parser.parse_args().book.resolve())


if __name__ == "__main__":
    main()
