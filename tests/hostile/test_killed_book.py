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
    "plain",
    "print",
)


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


def make_book(root, folder):
    """Start `make book` in a group of processes of its own."""
    (folder / "_toc.yml").touch()  # a source that is newer than the book
    command = ["make", "--no-print-directory", f"VENV={root / '.venv'}", "book"]
    log = (folder / "make.log").open("w")
    with log:
        return subprocess.Popen(
            command, cwd=folder, start_new_session=True, stdout=log, stderr=subprocess.STDOUT
        )


def test_a_book_whose_build_is_killed_is_whole(root, copy):
    old, rng = fingerprint(copy), random.Random(8)
    seconds = time.monotonic()
    assert make_book(root, copy).wait(timeout=900) == 0, (copy / "make.log").read_text()
    seconds = time.monotonic() - seconds
    whole = fingerprint(copy)
    assert names(whole) == names(old)
    for kill in range(KILLS):  # from early on to about the end
        share = (kill + rng.random()) / (KILLS - 1) if kill < KILLS - 1 else 0.99
        build = make_book(root, copy)
        try:
            build.wait(timeout=seconds * share)
        except subprocess.TimeoutExpired:
            os.killpg(build.pid, signal.SIGKILL)
            build.wait()
        found = fingerprint(copy)
        if found not in (None, whole):  # a new one
            assert names(found) == names(whole), f"half a book after kill {kill}"
            assert zipfile.ZipFile(copy / "_build/html/one-hidden-layer.zip").testzip() is None
            whole = found
    assert make_book(root, copy).wait(timeout=900) == 0, (copy / "make.log").read_text()
    assert names(fingerprint(copy)) == names(whole)
    assert not (copy / "_build" / "new").exists() and not (copy / "_build" / "old").exists()
