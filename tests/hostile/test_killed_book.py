"""The true `make book`, killed again and again: the book is whole, or is not there."""

import hashlib
import os
import random
import re
import shutil
import signal
import subprocess
import time
import zipfile

import pytest

KILLS = 4
LEFT_OUT = (
    ".git",
    ".venv",
    ".pytest_cache",
    ".hypothesis",
    ".ruff_cache",
    "bench",
    "mutants",
    "newest",
    "oldest",
    "plain",
    "print",
    "uv",
)
MARKED = ("index", "book/notation", "book/api")  # pages from the beginning to the end of a build


@pytest.fixture(scope="module")
def copy(root, book, tmp_path_factory):
    """A copy of the repository with its built book, which uses the same installation."""
    folder = tmp_path_factory.mktemp("killed") / "copy"
    shutil.copytree(root, folder, ignore=shutil.ignore_patterns(*LEFT_OUT), symlinks=True)
    assert fingerprint(folder) == fingerprint(root)
    return folder


def fingerprint(folder):
    """The files of the book and what is in them; None if there is no book."""
    top = folder / "_build" / "html"
    if not top.exists():
        return None
    files = (path for path in sorted(top.rglob("*")) if path.is_file())
    found = {p.relative_to(top).as_posix(): hashlib.sha256(p.read_bytes()) for p in files}
    return {name: content.hexdigest() for name, content in found.items()}


def names(found):
    """The names of the files; a picture is named after its content, and some show times."""
    return sorted(re.sub(r"/[0-9a-f]{40,}", "/picture", name) for name in found)


def build_of(folder):
    """The number of the build that the pages are of; fails if they are of several."""
    pages = [(folder / "_build/html" / f"{name}.html").read_text("utf-8") for name in MARKED]
    (number,) = {number for page in pages for number in re.findall(r"This is build (\d+)\.", page)}
    return int(number)


def make_book(root, folder, number):
    """Start `make book` in a group of processes of its own, from sources with a new number."""
    for name in MARKED:
        source = (folder / name).with_suffix(".md")
        text = re.sub(r"\n\nThis is build \d+\.\n", "", source.read_text("utf-8"))
        source.write_text(f"{text}\n\nThis is build {number}.\n", encoding="utf-8")
    command = ["make", "--no-print-directory", f"VENV={root / '.venv'}", "book"]
    log = (folder / "make.log").open("w")
    with log:
        return subprocess.Popen(
            command, cwd=folder, start_new_session=True, stdout=log, stderr=subprocess.STDOUT
        )


def test_a_book_whose_build_is_killed_is_whole(root, copy):
    old, rng = fingerprint(copy), random.Random(8)
    seconds = time.monotonic()
    assert make_book(root, copy, 0).wait(timeout=900) == 0, (copy / "make.log").read_text()
    seconds = time.monotonic() - seconds
    whole, last = fingerprint(copy), build_of(copy)
    assert names(whole) == names(old) and last == 0
    for kill in range(1, KILLS + 1):  # from early on to about the end
        share = (kill - 1 + rng.random()) / (KILLS - 1) if kill < KILLS else 0.99
        build = make_book(root, copy, kill)
        try:
            build.wait(timeout=seconds * share)
        except subprocess.TimeoutExpired:
            os.killpg(build.pid, signal.SIGKILL)
            build.wait()
        found = fingerprint(copy)
        if found is not None and build_of(copy) == last:
            assert found == whole, f"the old book has changed after kill {kill}"
        elif found is not None:  # a new one
            assert names(found) == names(whole), f"half a book after kill {kill}"
            whole, last = found, build_of(copy)
            assert last == kill
            assert zipfile.ZipFile(copy / "_build/html/one-hidden-layer.zip").testzip() is None
    assert make_book(root, copy, 99).wait(timeout=900) == 0, (copy / "make.log").read_text()
    assert names(fingerprint(copy)) == names(whole) and build_of(copy) == 99
    assert not (copy / "_build" / "new").exists() and not (copy / "_build" / "old").exists()
