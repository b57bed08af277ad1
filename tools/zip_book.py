"""Pack the built book into a zip that a reader unpacks and opens without a server.

    python tools/zip_book.py BOOK

The zip becomes a file of BOOK, so that the front page can link it. JupyterLite stays out: it is
larger than all of the rest, and a browser refuses to start it from disk. A page that says so
takes its place, so that no link leads nowhere.
"""

import argparse
import zipfile
from pathlib import Path

from whole_file import in_place_of

NAME = "one-hidden-layer"
LITE = ("lite/lab/index.html", "lite/notebooks/index.html")  # what the pages link to
INSTEAD = """<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><title>Not in this copy</title>
<body style="font-family: sans-serif; max-width: 40em; margin: 3em auto; line-height: 1.5">
<h1>This copy is for reading</h1>
<p>A browser runs the notebooks only from a web server, and it asks the internet for Python.
Open the book where it is published, or type <code>make lab</code> in a copy of its repository.
<a href="../../index.html">Back to the book</a></p>
</body></html>
"""


def belongs(path):
    """Whether a file, relative to the book, is part of what a reader opens from disk."""
    hidden = any(part.startswith(".") for part in path.parts)
    return path.parts[0] != "lite" and path.suffix not in (".zip", ".pdf") and not hidden


def main():
    """Read the command line and write the zip."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("book", type=Path, help="the folder of the built book")
    book = parser.parse_args().book
    files = [path.relative_to(book) for path in sorted(book.rglob("*")) if path.is_file()]
    with in_place_of(book / f"{NAME}.zip") as part:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in filter(belongs, files):
                archive.write(book / path, f"{NAME}/{path.as_posix()}")
            for name in LITE:
                archive.writestr(f"{NAME}/{name}", INSTEAD)


if __name__ == "__main__":
    main()
