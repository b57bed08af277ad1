"""Every page in a real browser: nothing leaves the machine, nothing breaks, all can use it.

Light from a server, first on a phone, then on a laptop; dark on a phone from disk: colours follow
the theme, layout the width, and what is loaded the address.
"""

import gzip
import re

import pytest

from .conftest import TOO_WIDE, UNTIL, broken_rules

WIDTHS = (320, 390, 1280)
THEME = "document.documentElement.dataset.theme"
OUTLINE = "(s => [s.outlineStyle, s.outlineWidth])(getComputedStyle(document.activeElement))"
TARGETS = """(box) => {
    const targets = [...box.querySelectorAll("input, select, button, summary")];
    return targets.filter((e) => e.checkVisibility()).map((e) => {
        const { width, height } = e.getBoundingClientRect();
        const label = [...(e.labels ?? []), e].map((l) => l.textContent).join("").trim();
        const name = e.getAttribute("aria-label") || label;
        return [e.id || e.textContent, Math.min(width, height), name];
    });
}"""
SHIFTS = """window.shift = 0; new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });"""
MISSING_PICTURES = """(async () => {
    const visible = [...document.images].filter((i) => !i.closest("[hidden]"));
    for (const image of visible) image.loading = "eager";
    const tried = await Promise.allSettled(visible.map((i) => i.decode()));
    return visible.filter((i, k) => tried[k].status === "rejected").map((i) => i.src);
})()"""
BROKEN_FORMULAS = """[...document.querySelectorAll(".math")].filter((e) => {
    const formula = e.querySelector("math");
    const seen = !e.checkVisibility() || formula?.getBoundingClientRect().height > 5;
    return !seen || formula.querySelector("merror") || formula.textContent.includes("\\\\");
}).map((e) => e.outerHTML)"""
# Pages have thousands of words in few colours, and axe takes long to look at each: three elements
# of each colour and size before each background, as axe leaves out what is covered in part.
SOME_OF_EACH_COLOUR = """() => {
    const seen = {}, around = (e) => {
        if (!e) return "";
        const { backgroundColor, backgroundImage, opacity, position } = getComputedStyle(e);
        const own = [backgroundColor, backgroundImage, opacity, position].join();
        return around(e.parentElement) + (own === "rgba(0, 0, 0, 0),none,1,static" ? "" : own);
    };
    for (const e of document.body.querySelectorAll("*")) {
        const text = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim().length > 1);
        if (!e.checkVisibility() || !(text || e.matches("input, select, textarea"))) continue;
        const { color, fontSize, fontWeight } = getComputedStyle(e);
        const key = [color, fontSize, fontWeight, around(e)].join();
        if ((seen[key] = (seen[key] ?? 0) + 1) <= 3) e.dataset.sample = "";
    }
    return Object.keys(seen).length;
}"""


def resize(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate(UNTIL % f"innerWidth === {width}")


def use(figure):
    """Train, move the first slider by a key, ask for the lines; whether the picture changed."""
    figure.show()
    figure.train()
    canvases = "[...figure.mount.querySelectorAll('canvas')]"
    assert figure.evaluate(f"{canvases}.every((c) => c.width === c.parentElement.clientWidth)")
    before = figure.picture()
    figure.box.locator("input[type=range]").first.press("PageUp")
    figure.wait()
    changed = figure.picture() != before
    figure.python()
    return changed


@pytest.fixture(scope="module", params=["light", "dark"])
def shown(request, open_page, site, book, page_name):
    """A page in one theme, its figures used, opened once for all the tests that look at it."""
    base, width = {"light": (site, 412), "dark": (book.as_uri(), 390)}[request.param]
    with open_page(base, page_name, request.param, width, before=SHIFTS) as result:
        result.theme, result.width = request.param, width
        if result.theme == "light":
            result.page.wait_for_timeout(500)  # what a script moves, and what comes unasked
            result.at_first = {*result.loaded}, result.page.evaluate("window.shift")
            result.width = 1280
            resize(result.page, result.width)
        result.changed = {figure.id: use(figure) for figure in result.figures}
        yield result


def test_page_loads_whole_in_its_theme_and_its_figures_answer(shown, book, page_name):
    assert shown.page.locator("main h1").count() >= 1
    assert not shown.problems
    assert shown.page.evaluate(MISSING_PICTURES) == []
    assert shown.page.evaluate(BROKEN_FORMULAS) == []
    assert shown.page.evaluate(THEME) == shown.theme
    colour = shown.page.evaluate("getComputedStyle(document.body).backgroundColor")
    brightness = sum(map(int, re.findall(r"\d+", colour)[:3])) / 3
    assert brightness > 200 if shown.theme == "light" else brightness < 60
    assert all(shown.changed.values()), shown.changed
    for figure in shown.figures:
        whole = shown.page.locator(f"figure[id='{figure.id}']")
        assert not whole.locator("img").is_visible()
        assert "running notebook" not in figure.box.inner_text()
        assert whole.locator("figcaption").is_visible()


def test_page_fits_every_width_and_can_be_hit_with_a_finger(shown):
    excess = {}
    for width in WIDTHS:
        resize(shown.page, width)
        excess[width] = shown.page.evaluate(TOO_WIDE)
        for figure in shown.figures:
            targets = figure.box.evaluate(TARGETS)
            assert len(targets) >= 4
            assert not [t for t in targets if t[1] < 24 or not t[2]], width
    resize(shown.page, shown.width)
    assert excess == dict.fromkeys(WIDTHS, 0), "pixels by which the page is too wide"


def test_page_breaks_no_accessibility_rule(shown):
    assert not broken_rules(shown.page, rules={"color-contrast": {"enabled": False}})
    assert shown.page.evaluate(SOME_OF_EACH_COLOUR) > 5
    assert not broken_rules(shown.page, "[data-sample]", runOnly=["color-contrast"])


@pytest.mark.parametrize("shown", ["light"], indirect=True)
def test_page_is_light_on_a_phone_and_nothing_jumps(shown, book, page_name):
    loaded, shift = shown.at_first
    packed = [gzip.compress((book / path.lstrip("/")).read_bytes()) for path in loaded]
    assert len(packed) > 4
    assert sum(map(len, packed)) <= 250_000
    assert shift < (0.04 if page_name == "book/notation.html" else 0.02)  # a table of formulas


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_first_visit_follows_the_system_and_shows_the_focus(open_page, site, theme):
    with open_page(site, "index.html", theme, stored=False) as shown:
        assert shown.page.evaluate(THEME) == theme
        for _ in range(8):
            shown.page.keyboard.press("Tab")
            style, width = shown.page.evaluate(OUTLINE)
            assert style != "none" and width != "0px"
