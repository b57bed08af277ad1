"""Write a file so that it is whole at every moment: the old one, then the new one.

A program that is killed while it writes into a file leaves half of it. So the new content is
written beside the old file and then renamed, which the system does at once or not at all.
"""

import contextlib
import os
import shutil
from pathlib import Path


@contextlib.contextmanager
def in_place_of(path):
    """Give a path to write to; what was written there then takes the place of `path`."""
    path = Path(path).resolve()  # a link stays a link
    part = path.with_name(f".{path.name}.part")
    try:
        yield part
        if path.exists():
            shutil.copymode(path, part)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def write_text(path, text):
    """Write text with the same line ends on every system."""
    with in_place_of(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")
