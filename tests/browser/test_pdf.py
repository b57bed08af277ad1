"""The PDF, made of a small page of the form that Sphinx's one-page builder writes."""

import re

import pytest

PAGE = """<!DOCTYPE html><html lang="en"><title>Book</title><body><main><article>
<h1>Book</h1><p><a href="beside.zip">a file beside it</a> <a href="https://example.org">a site</a>
<div class="toctree-wrapper">
<section id="one"><h2>One</h2><details><summary>Show</summary><p>folded text</p></details></section>
<section id="two"><h2>Two</h2><pre>{line}</pre></section>
</div></article></main></body></html>"""


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "index.html"
    path.write_text(PAGE.format(line="long " * 200), encoding="utf-8")
    return path


def test_chapters_have_pages_folds_are_open_and_there_is_a_link(
    tool, browser, source, tmp_path, book
):
    tool, target = tool("make_pdf"), tmp_path / "book.pdf"
    assert tool.print_page(browser, source, target) == 2
    pdf = target.read_bytes()
    assert pdf.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", pdf)) == 3  # the front page and two chapters
    assert b"/Outlines" in pdf and b"/StructTreeRoot" in pdf  # bookmarks; tags for a screen reader
    assert b"https://example.org" in pdf
    assert b"beside.zip" not in pdf and tmp_path.name.encode() not in pdf
    page = browser.new_page()
    page.goto(source.as_uri())
    page.evaluate(tool.PREPARE)
    page.add_style_tag(path=tool.STYLE)
    page.emulate_media(media="print")
    assert page.get_by_text("folded text").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()
    front = tmp_path / "index.html"
    front.write_text((book / "index.html").read_text(encoding="utf-8"), encoding="utf-8")
    target = tmp_path / "one-hidden-layer.pdf"
    target.write_bytes(b"%PDF-" + bytes(3_000_000))
    for _ in range(2):  # a second PDF replaces the link
        tool.link_from_front_page(target)
        found = re.findall(r'href="one-hidden-layer.pdf".*?\((\d+ MB)\)', front.read_text("utf-8"))
        assert found == ["3 MB"]


def test_what_must_not_be_printed_is_named(tool, browser, source, tmp_path):
    lost, text = '<figure id="fig-lost"></figure><pre>', source.read_text(encoding="utf-8")
    for old, new, why in ("<pre>", lost, "picture: fig-lost"), ("section", "div", "no chapters"):
        source.write_text(text.replace(old, new), encoding="utf-8")
        with pytest.raises(Exception, match=why):
            tool("make_pdf").print_page(browser, source, tmp_path / "book.pdf")
