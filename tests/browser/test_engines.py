"""The book in Firefox and in WebKit: pages, numbers, themes, a phone's width, print."""

import re

import pytest

from ..conftest import not_here, served
from . import engines
from . import test_live_numbers as numbers
from .conftest import PAGES, READY, TOO_WIDE, Figure

PACKAGES = {"firefox": "firefox-esr", "webkit": "webkit2gtk-driver and xvfb"}
SEEN = """async (id) => {  // which figures get painted in view: all, or one
    const seen = {}, frame = () => new Promise(requestAnimationFrame);
    for (const figure of window.live?.mounted ?? []) {
        if (id && figure.id !== id) continue;
        figure.mount.closest(".bet-answer")?.setAttribute("open", "");
        figure.mount.scrollIntoView();
        for (let k = 0; k < 300 && !(figure.visible && figure.painted); k++) await frame();
        seen[figure.id] = figure.painted > 0;
    }
    return seen;
}"""
# What stays blank when a page is printed as it was opened, with nothing of it in view.
BLANK = """() => {
    dispatchEvent(new Event("beforeprint"));
    const blank = [...document.querySelectorAll(".live-mounted canvas")].filter((canvas) => {
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return data.every((value) => value === data[0]);
    }).map((canvas) => canvas.closest("figure").id);
    dispatchEvent(new Event("afterprint"));
    return blank;
}"""
THEMES = """async () => {
    const seen = {};
    for (let k = 0; k < 3; k++) {
        document.querySelector(".theme-switch-button").click();
        const { theme } = document.documentElement.dataset;
        seen[theme] = getComputedStyle(document.body).backgroundColor;
    }
    return seen;
}"""
FOREIGN = """performance.getEntriesByType("resource").map((entry) => entry.name)
    .filter((name) => !name.startsWith(location.origin) && !/^(data|blob|about):/.test(name))"""


@pytest.fixture(scope="session")
def recorded(book):
    with served(book, engines.Recording) as address:
        yield address


@pytest.fixture(scope="session", params=PACKAGES)
def page(request, recorded, tmp_path_factory):
    home = tmp_path_factory.mktemp(request.param)
    with engines.opened(getattr(engines, request.param), home) as engine:
        if not engine:
            not_here(f"no {request.param} on PATH", PACKAGES[request.param])
        engine.resize(1280)
        engine.goto(f"{recorded}/index.html")
        yield engine


test_the_numbers_of_a_run = numbers.test_a_run_agrees_with_nnlib
test_start_and_ranges = numbers.test_the_start_is_bit_for_bit_that_of_nnlib_and_so_is_the_rest
test_the_data = numbers.test_the_data_are_bit_for_bit_those_of_nnlib


def test_a_page_is_whole_in_every_theme_and_width_and_on_paper(page, recorded, page_name):
    page.goto(f"{recorded}/{page_name}?bets=off")
    page.evaluate(READY)
    assert page.evaluate(BLANK) == []
    seen = page.evaluate(SEEN)
    assert all(seen.values()), seen
    assert page.evaluate("document.querySelectorAll('.live-figure').length") == len(seen)
    for name in (name for name, (path, _) in PAGES.items() if path == page_name):
        figure = Figure(page, PAGES[name][1], [])
        page.evaluate(SEEN, figure.id)
        figure.evaluate("figure.goTo?.(100)")
        figure.wait()
        numbers.REPRODUCED[name](figure, figure.evaluate("figure.python()"))
    brightness = {}
    for theme, colour in page.evaluate(THEMES).items():
        brightness[theme] = sum(map(int, re.findall(r"\d+", colour)[:3])) / 3
    assert brightness["dark"] < 60 < 200 < brightness["light"]
    page.resize(390)
    width, excess = page.evaluate(f"[innerWidth, {TOO_WIDE}]")
    page.resize(1280)
    assert (width, excess) == (390, 0)
    assert page.evaluate("recorded") == page.evaluate(FOREIGN) == []
