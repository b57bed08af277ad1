"""Print the book, built as one page, into a PDF, and link it from the front page of the book.

    python tools/make_pdf.py FOLDER BOOK/NAME.pdf

FOLDER holds the one page (Sphinx's builder singlehtml), BOOK the built book. Needs Chromium or
Chrome on the PATH.
"""

import argparse
import os
import re
import shutil
import sys
from pathlib import Path

from formulas import set_formulas
from playwright.sync_api import sync_playwright
from whole_file import in_place_of, write_text

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
STYLE = Path(__file__).parents[1] / "book" / "assets" / "print.css"
PLACE = re.compile(r"<!-- the PDF -->.*?<!-- end -->", re.DOTALL)
PREPARE = """() => {
    document.documentElement.dataset.theme = 'light';
    for (const fold of document.querySelectorAll('details')) fold.open = true;
    for (const hidden of document.querySelectorAll('.toggle-hidden')) {
        hidden.classList.remove('toggle-hidden');
    }
    for (const image of document.images) image.loading = 'eager';
    // A link to a file beside the page would be a path on the machine that printed it.
    for (const link of document.querySelectorAll('a[href]')) {
        if (!/^(#|https?:)/.test(link.getAttribute('href'))) link.removeAttribute('href');
    }
    const empty = [...document.querySelectorAll('figure')].filter((f) => !f.querySelector('img'));
    if (empty.length) throw new Error('without a picture: ' + empty.map((f) => f.id).join(', '));
    const chapters = document.querySelectorAll('.toctree-wrapper > section');
    for (const chapter of chapters) chapter.classList.add('chapter');
    return chapters.length;
}"""
SETTLE = """async () => {
    await document.fonts.ready;
    await Promise.all([...document.images].map((image) => image.decode()));
}"""


def print_page(browser, page_file, target):
    """Print one page without a request to another host; return how many chapters it has."""
    text = page_file.read_text(encoding="utf-8")
    write_text(page_file, set_formulas({page_file: text})[page_file])
    page = browser.new_page()
    page.route("**/*", lambda r: r.continue_() if r.request.url.startswith("file:") else r.abort())
    page.goto(page_file.resolve().as_uri(), wait_until="load")
    page.evaluate(SETTLE)
    chapters = page.evaluate(PREPARE)
    if not chapters:
        raise ValueError(f"{page_file} has no chapters: is it the one page of the whole book?")
    page.add_style_tag(path=STYLE)
    page.evaluate(SETTLE)
    page.emulate_media(media="print")
    page.pdf(
        path=target,
        prefer_css_page_size=True,
        print_background=True,
        outline=True,
        tagged=True,
        display_header_footer=True,
        header_template="<span></span>",
        footer_template="<div style='font: 8pt sans-serif; margin: 0 auto; color: #555'>"
        "<span class='pageNumber'></span></div>",
    )
    return chapters


def link_from_front_page(target):
    """Name the PDF on the front page, where the built page keeps a place for it."""
    front = target.parent / "index.html"
    size = f"{target.stat().st_size / 1e6:.0f} MB"
    link = f'There is <a href="{target.name}">one PDF of the book</a>, too ({size}).'
    page, count = PLACE.subn(
        f"<!-- the PDF -->{link}<!-- end -->", front.read_text(encoding="utf-8")
    )
    if count != 1:
        raise ValueError(f"{front} has {count} places for the link to the PDF, not 1")
    write_text(front, page)


def main():
    """Read the command line, print, link."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="the folder with the one page")
    parser.add_argument("target", type=Path, help="the PDF, in the folder of the built book")
    args = parser.parse_args()
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        sys.exit(f"make pdf needs a browser on the PATH: one of {', '.join(BROWSERS)}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        with in_place_of(args.target) as part:
            chapters = print_page(browser, args.folder / "index.html", part)
            os.utime(part, (0, 0))  # older than the front page, for make, until that links it
        browser.close()
    link_from_front_page(args.target)
    args.target.touch()  # newer than the front page: whole, and linked
    print(f"{args.target}: {chapters} chapters, {args.target.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
