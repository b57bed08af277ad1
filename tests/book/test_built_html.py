"""The built pages and their zip: figures, captions, links, equations, and no foreign request."""

import gzip
import re
import zipfile
from functools import cache
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
import yaml
from bs4 import BeautifulSoup

import nnlib


@cache
def parse(path):
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


@pytest.fixture
def page(book, page_name):
    return parse(book / page_name)


@pytest.fixture(scope="module")
def packed(book):
    with zipfile.ZipFile(book / "one-hidden-layer.zip") as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    assert {name.partition("/")[0] for name in found} == {"one-hidden-layer"}
    return {name.partition("/")[2]: content for name, content in found.items()}


def test_every_chapter_was_built_every_source_is_shown_and_the_zip_is_the_book(book, root, packed):
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    files = {toc["root"]} | {c["file"] for part in toc["parts"] for c in part["chapters"]}
    assert len(files) >= 6
    assert not [file for file in files if not (book / f"{file}.html").is_file()]
    notebooks = {f"notebooks/{path.stem}" for path in root.glob("notebooks/*.ipynb")}
    assert notebooks and notebooks <= files
    source = (root / "book" / "references.bib").read_text(encoding="utf-8")
    shown = parse(book / "book" / "bibliography.html").select("div.citation")
    assert len(shown) == len(re.findall(r"^@\w+\{", source, flags=re.MULTILINE)) > 0
    copied = dict(packed)
    for app in ("lab", "notebooks"):
        instead = copied.pop(f"lite/{app}/index.html").decode()
        assert "web server" in instead and "make lab" in instead
    assert not [name for name in copied if copied[name] != (book / name).read_bytes()]
    pages = {path.relative_to(book).as_posix() for path in book.rglob("*.html")}
    assert {name for name in pages if not name.startswith("lite/")} <= set(copied)
    assert not [name for name in copied if name.startswith("lite/") or name.endswith(".whl")]


def test_page_has_a_head_nothing_foreign_and_no_leftovers(page, book, page_name, root):
    assert page.html["lang"] == "en"
    assert page.title.get_text(strip=True)
    assert len(page.find("meta", attrs={"name": "description"})["content"]) >= 10
    assert page.find("link", rel="icon")["href"].endswith("favicon.svg")
    assert len(page.select("main h1, #jb-print-docs-body h1")) >= 1
    links = "link:is([rel~=stylesheet], [rel~=preload], [rel~=icon], [rel~=modulepreload])"
    loading = page.select(f"{links}, [src], [srcset], [poster], [data]")
    names = ("href", "src", "srcset", "poster", "data")
    addresses = [e[name] for e in loading for name in names if e.has_attr(name)]
    assert addresses
    assert not [a for a in addresses if re.match(r"(\w+:)?//", a)]
    styles = " ".join(style.get_text() for style in page.find_all("style"))
    assert not re.search(r"url\(\s*['\"]?(https?:)?//", styles)
    assert str(root) not in (book / page_name).read_text(encoding="utf-8")
    text = page.find("main").get_text()
    assert not re.findall(r"\{(?:eq|numref|ref|cite(?::t|:p)?|doc)\}`.{,40}|.{,40}\?\?\?", text)
    assert not page.select(".system-message, .problematic")
    assert not page.select(".output.stderr, .output.traceback, .output.error")
    for script in page.find_all("script"):  # a widget without a kernel is dead
        assert "widget" not in script.get("type", "")
        assert not re.search(r"require(\.min)?\.js|html-manager", script.get("src", ""))


def test_stylesheets_load_nothing_from_another_host(book):
    sheets = [path for path in book.rglob("*.css") if book / "lite" not in path.parents]
    assert sheets
    for sheet in sheets:
        text = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not re.search(r"(url\(|@import)\s*['\"]?(https?:)?//", text), sheet.name


def test_what_a_page_loads_and_links_is_there_in_the_book_and_in_its_zip(book, packed, page_name):
    here, checked = book / page_name, 0
    for element in parse(here).select("a[href], img[src], script[src], link[href]"):
        address = element.get("href") or element.get("src")
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            continue
        checked += 1
        target = (here.parent / unquote(parts.path)).resolve() if parts.path else here
        assert target.is_file(), address
        if target.suffix not in (".zip", ".pdf"):
            assert target.relative_to(book).as_posix() in packed, f"the zip lacks {address}"
        if parts.fragment and target.suffix == ".html":
            assert parse(target).find(id=unquote(parts.fragment)), f"no such anchor: {address}"
    assert checked > 10


def test_pictures_have_alt_text_and_figures_a_number_and_a_caption(page):
    for image in page.select("main img"):
        alt = image.get("alt", "")
        assert len(alt) >= 10, image["src"]
        assert not re.search(r"_images/|[0-9a-f]{32}", alt), "the alt text is a file name"
    for figure in page.select("main figure"):
        assert re.match(r"Figure \d", figure.select_one(".caption-number").get_text())
        assert len(figure.select_one(".caption-text").get_text(strip=True)) >= 10


def test_every_chapter_shows_its_pictures_figures_and_numbered_equations(book, root):
    assert parse(book / "index.html").select("main figure img")
    figures = without = 0
    for path in root.glob("notebooks/*.ipynb"):
        page = parse(book / "notebooks" / f"{path.stem}.html")
        shown = {" ".join(image["alt"].split()) for image in page.select("main img")}
        pictures = set()
        for cell in nbformat.read(path, as_version=4).cells:
            of_cell = cell.metadata.get("mystnb", {})
            if any("image/png" in output.get("data", {}) for output in cell.get("outputs", [])):
                pictures.add(" ".join(of_cell["image"]["alt"].split()))
            if name := of_cell.get("figure", {}).get("name"):
                figures += 1
                assert page.find(id=name.replace("_", "-").lower()), f"{path.name}: {name}"
        assert pictures <= shown, path.name
        numbers = [e.get_text().strip("()# ¶") for e in page.select("span.eqno")]
        assert len(set(numbers)) == len(numbers), path.name
        without += not pictures or not numbers
    assert figures and without == 1  # the second report


def test_api_pages_document_the_public_names_and_list_those_of_the_chapters(book, root):
    pages = [parse(path) for path in sorted(book.glob("book/api/*.html"))]
    assert pages and max(len(page.find("main").get_text()) for page in pages) < 40_000
    ids = [e["id"] for page in pages for e in page.select("dl.function > dt, dl.class > dt")]
    documented = {name.rpartition(".")[2] for name in ids}
    assert set(nnlib.__all__) <= documented
    notebooks = [nbformat.read(path, as_version=4) for path in root.glob("notebooks/*.ipynb")]
    code = "\n".join(c.source for each in notebooks for c in each.cells if c.cell_type == "code")
    used = {
        name for name in documented
        if re.search(rf"(nnlib|plots|sliders|compiled)\.{name}\b|import .*\b{name}\b", code)
    }  # fmt: skip
    listed = {e.get_text() for e in parse(book / "book/api.html").select("td a")}
    listed = {name.rstrip("()").rpartition(".")[2] for name in listed}
    assert used == listed - {"MISTAKES"}


def test_what_bets_and_exercises_load_is_small(book, root):
    style = "".join(path.read_text(encoding="utf-8") for path in root.glob("book/bets/*.css"))
    style = re.sub(r"/\*.*?\*/|\n\s*", "", style)  # as it is written into style.css
    files = ((book / "_static" / "bets.js").read_bytes(), style.encode())
    assert 10_000 < sum(len(gzip.compress(file)) for file in files) <= 20_000
