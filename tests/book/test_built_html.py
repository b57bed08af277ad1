"""The built pages: figures, captions, alt text, links, equations, and no foreign request."""

import re
from functools import cache
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
import yaml
from bs4 import BeautifulSoup

LOADING = {  # what a browser fetches by itself when it shows the page
    "script": ("src",),
    "img": ("src", "srcset"),
    "iframe": ("src",),
    "source": ("src", "srcset"),
    "video": ("src", "poster"),
    "object": ("data",),
    "embed": ("src",),
}


@cache
def parse(path):
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


@pytest.fixture
def page(book, page_name):
    return parse(book / page_name)


def notebook_paths(root):
    return sorted((root / "notebooks").glob("*.ipynb"))


def code_outputs(notebook):
    """Pairs (cell, mime types of its outputs)."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            yield cell, {mime for output in cell.outputs for mime in output.get("data", {})}


def test_every_page_of_the_contents_was_built(book, root):
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    files = [toc["root"]] + [c["file"] for part in toc["parts"] for c in part["chapters"]]
    assert len(files) >= 6
    for file in files:
        assert (book / f"{file}.html").is_file()


def test_every_notebook_is_a_chapter(book, root):
    paths = notebook_paths(root)
    assert paths
    for path in paths:
        assert (book / "notebooks" / f"{path.stem}.html").is_file(), (
            f"{path.name} is not in _toc.yml"
        )


def test_page_has_title_description_language_and_icon(page):
    assert page.html["lang"] == "en"
    assert page.title.get_text(strip=True)
    assert len(page.find("meta", attrs={"name": "description"})["content"]) >= 10
    assert page.find("link", rel="icon")["href"].endswith("favicon.svg")
    assert len(page.select("main h1, #jb-print-docs-body h1")) >= 1


def test_page_does_not_say_where_it_was_built(book, page_name, root):
    assert str(root) not in (book / page_name).read_text(encoding="utf-8")


def test_page_loads_nothing_from_another_host(page):
    addresses = [
        link["href"]
        for link in page.find_all("link", href=True)
        if set(link.get("rel", [])) & {"stylesheet", "preload", "icon", "modulepreload"}
    ]
    for tag, attributes in LOADING.items():
        addresses += [e[a] for e in page.find_all(tag) for a in attributes if e.has_attr(a)]
    assert addresses
    assert not [a for a in addresses if re.match(r"(\w+:)?//", a)]
    styles = " ".join(style.get_text() for style in page.find_all("style"))
    assert not re.search(r"url\(\s*['\"]?(https?:)?//", styles)


def test_stylesheets_load_nothing_from_another_host(book):
    sheets = [path for path in book.rglob("*.css") if book / "lite" not in path.parents]
    assert sheets
    for sheet in sheets:
        text = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not re.search(r"(url\(|@import)\s*['\"]?(https?:)?//", text), sheet.name


def test_local_files_that_the_page_loads_exist(book, page, page_name):
    folder = (book / page_name).parent
    for tag, attribute in (("script", "src"), ("img", "src"), ("link", "href")):
        for element in page.find_all(tag, **{attribute: True}):
            path = unquote(urlsplit(element[attribute]).path)
            if path and not element[attribute].startswith("data:"):
                assert (folder / path).exists(), f"{page_name}: {element[attribute]}"


def test_no_internal_link_or_anchor_is_broken(book, page, page_name):
    here = book / page_name
    for link in page.select("a[href]"):
        parts = urlsplit(link["href"])
        if parts.scheme or parts.netloc:
            continue
        target = (here.parent / unquote(parts.path)).resolve() if parts.path else here
        assert target.is_file(), f"{page_name}: {link['href']}"
        if parts.fragment and target.suffix == ".html":
            anchor = unquote(parts.fragment)
            found = parse(target).find(id=anchor)
            assert found is not None, f"{page_name}: no #{anchor} in {target.name}"


def test_no_reference_stayed_unresolved(page):
    text = page.find("main").get_text()
    assert not re.findall(r"\{(?:eq|numref|ref|cite(?::t|:p)?|doc)\}`.{,40}", text)
    assert not re.findall(r".{,40}\?\?\?", text)
    assert not page.select(".system-message, .problematic")


def test_pictures_have_alt_text_of_their_own(page):
    for image in page.select("main img"):
        alt = image.get("alt", "")
        assert len(alt) >= 10, image["src"]
        assert not re.search(r"_images/|[0-9a-f]{32}", alt), "the alt text is a file name"


def test_figures_have_a_number_and_a_caption(page):
    for figure in page.select("main figure"):
        assert re.match(r"Figure \d", figure.select_one(".caption-number").get_text())
        assert len(figure.select_one(".caption-text").get_text(strip=True)) >= 10


def test_front_page_has_its_picture(book):
    assert parse(book / "index.html").select("main figure img")


def test_every_stored_picture_of_a_notebook_is_on_its_page(book, root):
    for path in notebook_paths(root):
        notebook = nbformat.read(path, as_version=4)
        expected = [
            cell.metadata["mystnb"]["image"]["alt"]
            for cell, mimes in code_outputs(notebook)
            if "image/png" in mimes
        ]
        assert expected, f"{path.name} has no picture"
        page = parse(book / "notebooks" / f"{path.stem}.html")
        shown = [" ".join(image["alt"].split()) for image in page.select("main img")]
        assert not [alt for alt in expected if " ".join(alt.split()) not in shown]


def test_every_captioned_cell_is_a_figure_on_its_page(book, root):
    count = 0
    for path in notebook_paths(root):
        page = parse(book / "notebooks" / f"{path.stem}.html")
        for cell, _ in code_outputs(nbformat.read(path, as_version=4)):
            name = cell.metadata.get("mystnb", {}).get("figure", {}).get("name")
            if name:
                count += 1
                assert page.find(id=name.replace("_", "-").lower()), f"{path.name}: {name}"
    assert count >= 1


def test_every_chapter_has_numbered_equations(book, root):
    for path in notebook_paths(root):
        page = parse(book / "notebooks" / f"{path.stem}.html")
        numbers = [e.get_text().strip("()# ¶") for e in page.select("span.eqno")]
        assert numbers, f"{path.name} has no numbered equation"
        assert len(set(numbers)) == len(numbers)


def test_no_widget_is_left_dead_on_a_page(page):
    for script in page.find_all("script"):
        assert "widget" not in script.get("type", "")
        assert not re.search(r"require(\.min)?\.js|html-manager", script.get("src", ""))


def test_no_error_or_warning_output_is_on_a_page(page):
    assert not page.select(".output.stderr, .output.traceback, .output.error")


def test_api_page_documents_the_public_names(book):
    nnlib = pytest.importorskip("nnlib")
    page = parse(book / "book" / "api.html")
    documented = {e["id"].rpartition(".")[2] for e in page.select("dt.sig[id]")}
    assert set(nnlib.__all__) <= documented


def test_every_entry_of_the_bibliography_is_shown(book, root):
    source = (root / "book" / "references.bib").read_text(encoding="utf-8")
    shown = parse(book / "book" / "bibliography.html").select("div.citation")
    assert len(shown) == len(re.findall(r"^@\w+\{", source, flags=re.MULTILINE)) > 0
