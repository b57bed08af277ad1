"""Every page in a real browser: nothing leaves the machine, nothing breaks, all can read it."""

import contextlib
import re
from typing import NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe

WIDTHS = (320, 390, 1280)
READY = """async () => {
    if (window.MathJax?.startup?.promise) await MathJax.startup.promise;
    await document.fonts.ready;
}"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Opened(NamedTuple):
    """A page and what went wrong on it so far."""

    page: object
    problems: list


@contextlib.contextmanager
def opened(browser, address, theme="light", stored=True):
    """Open a page of the book in a fresh context, and refuse every request to another host."""
    problems = []
    allowed = (re.match(r"http://127\.0\.0\.1:\d+/|file://", address)[0], "data:", "blob:")

    def route(r):
        if r.request.url.startswith(allowed):
            r.continue_()
        else:
            problems.append(f"request to another host: {r.request.url}")
            r.abort()

    context = browser.new_context(color_scheme=theme, reduced_motion="reduce")
    if stored:
        context.add_init_script(f"localStorage.mode = localStorage.theme = '{theme}'")
    page = context.new_page()
    page.route("**/*", route)
    page.on("console", lambda m: m.type == "error" and problems.append(f"console: {m.text}"))
    page.on("pageerror", lambda e: problems.append(f"script error: {e}"))
    page.on("requestfailed", lambda r: problems.append(f"failed: {r.url}"))
    page.on("response", lambda r: r.status >= 400 and problems.append(f"{r.status}: {r.url}"))
    page.goto(address, wait_until="load")
    page.evaluate(READY)
    yield Opened(page, problems)
    context.close()


@pytest.fixture(scope="module", params=["light", "dark"])
def theme(request):
    return request.param


@pytest.fixture(scope="module")
def shown(browser, site, page_name, theme):
    """A page in one theme, opened once for all the tests below that only look at it."""
    with opened(browser, f"{site}/{page_name}", theme) as result:
        yield result


def test_page_loads_without_a_fault_or_a_foreign_request(shown):
    assert shown.page.locator("main h1").count() >= 1
    assert not shown.problems


def test_page_has_the_theme_that_was_asked_for(shown, theme):
    assert shown.page.evaluate("document.documentElement.dataset.theme") == theme
    colour = shown.page.evaluate("getComputedStyle(document.body).backgroundColor")
    brightness = sum(map(int, re.findall(r"\d+", colour)[:3])) / 3
    assert brightness > 200 if theme == "light" else brightness < 60


def test_page_fits_every_width(shown):
    excess = {}
    for width in WIDTHS:
        shown.page.set_viewport_size({"width": width, "height": 900})
        excess[width] = shown.page.evaluate(OVERFLOW)
    assert excess == dict.fromkeys(WIDTHS, 0), "pixels by which the page is too wide"


def test_page_breaks_no_accessibility_rule(shown, theme):
    """Light on a laptop and dark on a phone: colours follow the theme, layout the width."""
    width = {"light": 1280, "dark": 390}[theme]
    shown.page.set_viewport_size({"width": width, "height": 900})
    shown.page.wait_for_timeout(400)  # the page marks what now scrolls, 300 ms after the change
    rules = Axe().run(shown.page).response["violations"]
    nodes = [(rule["id"], rule["help"], node["html"]) for rule in rules for node in rule["nodes"]]
    assert not nodes


def test_formulas_are_typeset(shown, book, page_name):
    written = (book / page_name).read_text(encoding="utf-8").count('class="math ')
    assert shown.page.locator(".math mjx-container").count() >= written
    assert shown.page.locator("mjx-merror").count() == 0


def test_page_works_from_disk(browser, book, page_name):
    with opened(browser, f"{book.as_uri()}/{page_name}") as (page, problems):
        assert page.locator("main h1").count() >= 1
        shown = "[...document.images].filter((i) => !i.closest('[hidden]'))"
        assert page.evaluate(f"{shown}.every((i) => i.complete && i.naturalWidth > 0)")
        assert not problems


def test_first_visit_follows_the_system(browser, site, theme):
    with opened(browser, f"{site}/index.html", theme, stored=False) as (page, _):
        assert page.evaluate("document.documentElement.dataset.theme") == theme


def test_keyboard_focus_can_be_seen(browser, site):
    with opened(browser, f"{site}/index.html") as (page, _):
        for _ in range(8):
            page.keyboard.press("Tab")
            style, width = page.evaluate(
                "(s => [s.outlineStyle, s.outlineWidth])(getComputedStyle(document.activeElement))"
            )
            assert style != "none" and width != "0px"


def test_search_finds_a_page(browser, site):
    with opened(browser, f"{site}/search.html?q=Armijo") as (page, problems):
        page.wait_for_selector("ul.search li a", timeout=10_000)
        assert not problems
