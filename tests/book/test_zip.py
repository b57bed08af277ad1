"""The zip of the book, unpacked: complete, and no link in it leads nowhere."""

import zipfile
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup


@pytest.fixture(scope="module")
def unpacked(book, tmp_path_factory):
    folder = tmp_path_factory.mktemp("zip")
    with zipfile.ZipFile(book / "one-hidden-layer.zip") as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
    (top,) = folder.iterdir()
    return top


def test_it_has_every_page_of_the_book(book, unpacked):
    def pages(folder):
        found = (path.relative_to(folder) for path in folder.rglob("*.html"))
        return {path for path in found if path.parts[0] != "lite"}

    assert pages(unpacked) == pages(book) != set()
    assert not list(unpacked.rglob("*.whl"))


def test_no_link_leads_nowhere_but_to_the_zip_itself(unpacked):
    checked = 0
    for path in unpacked.rglob("*.html"):
        if "_static" in path.parts:  # a template of the theme
            continue
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for element in page.select("a[href], img[src], script[src], link[href]"):
            parts = urlsplit(element.get("href") or element.get("src"))
            if parts.scheme or parts.netloc or not parts.path:
                continue
            name = unquote(parts.path)
            if name.endswith((".zip", ".pdf")):
                continue
            checked += 1
            assert (path.parent / name).is_file(), f"{path.name}: {name}"
    assert checked > 100


def test_the_page_in_the_place_of_jupyterlite_says_why(unpacked):
    page = (unpacked / "lite" / "lab" / "index.html").read_text(encoding="utf-8")
    assert "web server" in page and "make lab" in page
