"""Files of others in the built book come from packages that the list of licences says are there."""

import base64
import csv
import hashlib
import importlib.metadata
import io
import re
import tarfile
import tomllib

import pytest

# They are part of style.css, book.js or formulas.woff2.
NOT_COPIED = {"pygments", "myst-nb", "pydata-sphinx-theme", "sphinx-copybutton", "sphinx-design"}
NOT_COPIED |= {"sphinx-togglebutton", "ziamath"}


def plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def fingerprint(data):
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def owners_of_files():
    found = {}
    for package in importlib.metadata.distributions():
        name = plain(package.metadata["Name"])
        for _, digest, size in csv.reader(io.StringIO(package.read_text("RECORD") or "")):
            if digest and int(size) > 20:
                found.setdefault(digest.removeprefix("sha256="), set()).add(name)
        for file in package.files if name == "jupyterlite-core" else []:
            if file.suffix == ".tgz":  # the site is unpacked from it
                with tarfile.open(file.locate()) as archive:
                    for member in filter(tarfile.TarInfo.isfile, archive):
                        digest = fingerprint(archive.extractfile(member).read())
                        found.setdefault(digest, set()).add(name)
    return found


@pytest.fixture(scope="module")
def shipped(root):
    text = (root / "tools/licences.toml").read_text(encoding="utf-8")
    return set(tomllib.loads(text)["shipped"])


def test_the_list_says_which_packages_reach_the_reader(book, shipped):
    owners, seen, wrong = owners_of_files(), set(), {}
    for path in filter(lambda path: path.is_file(), book.rglob("*")):
        names = owners.get(fingerprint(path.read_bytes()), set())
        seen |= names & shipped
        if names and not names & shipped:
            wrong[path.relative_to(book).as_posix()] = names
    assert not wrong, "name these packages under [shipped] in tools/licences.toml"
    wheels = {plain(path.name.partition("-")[0]) for path in (book / "lite/pypi").glob("*.whl")}
    assert wheels - {"nnlib"} <= shipped
    assert shipped == seen | wheels - {"nnlib"} | NOT_COPIED
