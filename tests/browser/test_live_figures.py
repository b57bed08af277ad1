"""The figures that live in the page: sliders, words, the address, themes, and no script at all."""

import gzip
import re
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup

from nnlib import widgets

FIGURES = ("network_counter", "step_size_race", "armijo_microscope")
SLIDERS = [
    ("network_counter", "n_hidden"),
    ("step_size_race", "n_hidden"),
    ("step_size_race", "alpha"),
    ("step_size_race", "noise"),
    ("step_size_race", "weight_decay"),
    ("step_size_race", "seed"),
    ("step_size_race", "n_iterations"),
    ("armijo_microscope", "iteration"),
    ("armijo_microscope", "alpha0"),
    ("armijo_microscope", "sigma"),
    ("armijo_microscope", "beta"),
]
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def unfold(figure):
    """Open the fold with the further settings."""
    figure.box.evaluate("(box) => box.querySelectorAll('details').forEach((d) => (d.open = true))")


def trained(figure, n_iterations=100):
    """A race that has something to show: at its end after a few iterations."""
    if figure.id == "fig-race":
        unfold(figure)
        figure.number("n_iterations").fill(str(n_iterations))
        figure.button("To the end").click()
        figure.wait("figure.done")
    return figure


# --- a slider moves ------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "setting"), SLIDERS)
def test_a_slider_answers_the_keyboard(figure_on, name, setting):
    figure = trained(figure_on(name))
    words, picture = figure.words(), figure.picture()
    before = figure.evaluate(f"figure.settings.{setting}")
    figure.control(setting).focus()
    for _ in range(3):
        figure.page.keyboard.press("ArrowRight")
    low, high = widgets.RANGES[setting]
    if before == high:
        figure.page.keyboard.press("Home")
    figure.wait("figure.done !== false && !(figure.settings.iteration > figure.at)")
    after = figure.evaluate(f"figure.settings.{setting}")
    assert after != before and low <= after <= high
    assert float(figure.number(setting).input_value()) == after
    assert figure.picture() != picture
    if setting not in ("n_iterations", "sigma"):  # the same run as far as it has come
        assert figure.words() != words
    figure.page.keyboard.press("Home")
    assert figure.evaluate(f"figure.settings.{setting}") == pytest.approx(low)
    figure.page.keyboard.press("End")
    assert figure.evaluate(f"figure.settings.{setting}") == pytest.approx(high)
    assert not figure.problems


@pytest.mark.parametrize(("name", "setting"), SLIDERS)
def test_a_slider_answers_the_mouse(figure_on, name, setting):
    figure = trained(figure_on(name))
    picture = figure.picture()
    figure.control(setting).scroll_into_view_if_needed()
    box = figure.control(setting).bounding_box()
    y = box["y"] + box["height"] / 2
    figure.page.mouse.move(box["x"] + 0.2 * box["width"], y)
    figure.page.mouse.down()
    seen = set()
    for part in (0.3, 0.45, 0.62):
        figure.page.mouse.move(box["x"] + part * box["width"], y)
        seen.add(figure.evaluate(f"figure.settings.{setting}"))
    figure.page.mouse.up()
    low, high = widgets.RANGES[setting]
    assert len(seen) == 3 and all(low <= value <= high for value in seen)
    figure.wait("figure.done !== false && !(figure.settings.iteration > figure.at)")
    assert figure.picture() != picture
    assert not figure.problems


@pytest.mark.parametrize(("name", "setting"), SLIDERS)
def test_a_number_that_does_not_fit_cannot_be_chosen(figure_on, name, setting):
    figure = figure_on(name)
    unfold(figure)
    box, (low, high) = figure.number(setting), widgets.RANGES[setting]
    whole = isinstance(low, int)
    for typed, expected in (
        (high + 1, high),
        (low - 1, low),
        ("", None),
        (1e300, high),
        (-1e300, low),
        (low + 2.6, low + 3) if whole else ((low + high) / 3, (low + high) / 3),
    ):
        before = figure.evaluate(f"figure.settings.{setting}")
        box.fill(str(typed))
        box.press("Tab")
        now = figure.evaluate(f"figure.settings.{setting}")
        assert now == (before if expected is None else pytest.approx(expected))
        assert float(box.input_value()) == now
        assert box.get_attribute("aria-invalid") == "false"
    assert not figure.problems


def test_the_counter_says_and_draws_the_count(figure_on):
    figure = figure_on("network_counter")
    for n_hidden in (1, 2, 13, 64):
        figure.number("n_hidden").fill(str(n_hidden))
        words = figure.words()
        shapes = f"W0 {n_hidden} × 2, b0 {n_hidden}, W1 3 × {n_hidden}, b1 3"
        assert shapes in words and f"= {6 * n_hidden + 3} parameters" in words
        wires = figure.box.locator(".live-network .part-W0").first.get_attribute("d")
        assert wires.count("M") == 2 * n_hidden
        blocks = figure.box.locator(".live-strip rect")
        widths = [float(blocks.nth(i).get_attribute("width")) for i in range(4)]
        sizes = [2 * n_hidden, n_hidden, 3 * n_hidden, 3]
        assert [w / sum(widths) for w in widths] == pytest.approx(
            [size / sum(sizes) for size in sizes]
        )


def test_a_part_of_theta_can_be_picked_out(figure_on):
    figure = figure_on("network_counter")
    card = figure.box.locator(".live-card").nth(2)
    card.press("Enter")
    assert card.get_attribute("aria-pressed") == "true"
    assert figure.box.get_attribute("data-part") == "W1"
    card.press("Enter")
    assert card.get_attribute("aria-pressed") == "false"
    assert figure.box.get_attribute("data-part") is None


# --- the race and its buttons --------------------------------------------------------------------


def test_without_motion_nothing_starts_by_itself_and_the_buttons_work(figure_on):
    figure = figure_on("step_size_race")
    figure.page.wait_for_timeout(500)
    assert figure.evaluate("figure.k") == 0
    for k in (1, 2):
        figure.button("Step").click()
        assert figure.evaluate("figure.k") == k
    assert "After 2 iterations" in figure.words()
    figure.button("Play").click()
    figure.button("Pause").click()
    k = figure.evaluate("figure.k")
    figure.page.wait_for_timeout(200)
    assert figure.evaluate("figure.k") == k
    figure.button("To the end").click()
    figure.wait("figure.k === figure.settings.n_iterations")
    figure.button("Reset").click()
    assert figure.evaluate("figure.k") == 0
    figure.button("Play").click()
    figure.wait("figure.k === figure.settings.n_iterations")
    assert figure.button("Play again").count() == 1
    figure.button("Step").click()
    assert figure.evaluate("figure.k === figure.settings.n_iterations + 1")
    assert not figure.problems


def test_the_race_starts_when_it_comes_into_view_and_rests_out_of_view(figure_on):
    figure = figure_on("step_size_race", reduced_motion="no-preference")
    figure.wait("figure.k > 0")
    figure.box.get_by_label("slowly").check()
    figure.evaluate("(figure.start(), figure.goTo(2000))")
    figure.wait("figure.k > 0")
    figure.page.evaluate("window.scrollTo({ top: 0, behavior: 'instant' })")
    figure.wait("!figure.visible")
    figure.page.wait_for_timeout(100)
    k = figure.evaluate("figure.k")
    figure.page.wait_for_timeout(400)
    assert figure.evaluate("figure.k") == k < 2000
    figure.box.scroll_into_view_if_needed()
    figure.wait(f"figure.k > {k}")
    assert not figure.problems


BUSY = """
const Real = IntersectionObserver;  // as when the page was scrolled before the first report came
window.IntersectionObserver = class extends Real {
    constructor(callback) {
        super((found) => {
            const { isIntersecting, target } = found[0], own = target.matches(".live-figure");
            callback(own ? [{ target, isIntersecting: !isIntersecting }, ...found] : found);
        });
    }
};
"""


@pytest.mark.parametrize("name", FIGURES)
def test_of_several_reports_on_what_is_in_view_the_last_one_counts(figure_on, name):
    figure = figure_on(name, before=BUSY)  # which waits until the figure is painted
    figure.page.evaluate("window.scrollTo({ top: 0, behavior: 'instant' })")
    if not figure.box.evaluate("(box) => box.getBoundingClientRect().top < innerHeight"):
        figure.wait("!figure.visible")
    assert not figure.problems


def test_a_slider_during_the_race_starts_it_anew(figure_on):
    figure = figure_on("step_size_race", reduced_motion="no-preference")
    figure.wait("figure.done && figure.k > 0")
    figure.control("n_hidden").focus()
    figure.page.keyboard.press("ArrowRight")
    assert figure.evaluate("figure.k < 2000 && figure.k > 0")
    figure.wait("figure.k === 2000")
    assert "After 2000 iterations" in figure.words()


def test_an_oscillating_run_is_named(figure_on):
    figure = figure_on("step_size_race", fragment="fig-race?alpha=100&n_iterations=200")
    figure.button("To the end").click()
    figure.wait("figure.done")
    assert re.search(r"Constant step 100:[^.]*0?.*oscillating: \d+ of the last 100", figure.words())
    verdicts = figure.box.locator(".live-verdict")
    assert "oscillating" in verdicts.nth(0).inner_text()
    assert verdicts.nth(1).inner_text() == ""


def test_a_run_that_is_not_finite_is_named_and_drawn(figure_on):
    figure = trained(figure_on("step_size_race"))
    figure.evaluate("(figure.runs[0].loss.push(Infinity), figure.runs[0].end = 'diverged')")
    figure.evaluate("(figure.draw(), figure.say())")
    assert "diverged after" in figure.words()
    assert "diverged" in figure.box.locator(".live-verdict").nth(0).inner_text()
    assert not figure.problems


def test_the_race_can_be_seen_against_evaluations(figure_on):
    figure = trained(figure_on("step_size_race"))
    picture = figure.picture()
    figure.control("against").select_option("evaluations")
    assert figure.evaluate("figure.k") == 100, "another axis is no reason to train again"
    assert figure.picture() != picture
    figure.control("data_set").select_option("penguins")
    figure.wait("figure.done")
    assert "Adelie" in figure.box.inner_text()


def test_the_microscope_goes_forward_and_back(figure_on):
    figure = figure_on("armijo_microscope")
    first = figure.words()
    assert "Iteration 0: 3 trials rejected" in first and "accepted α = 1.25" in first
    figure.button("Back").or_(figure.button("◀ Back")).click()
    assert figure.words() == first
    figure.button("Forward ▶").click()
    assert figure.words().startswith("Iteration 1:")
    figure.button("◀ Back").click()
    assert figure.words() == first
    figure.control("scale").select_option("linear")
    assert figure.words() == first
    trials = figure.box.locator(".live-trials li")
    assert [trials.nth(i).inner_text().split()[-1] for i in range(4)] == ["rejected"] * 3 + [
        "accepted"
    ]


# --- the address ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("network_counter", {"n_hidden": 31}),
        ("step_size_race", {"n_hidden": 5, "alpha": 0.37, "data_set": "penguins", "noise": 0.12,
                            "weight_decay": 0.002, "seed": 9, "n_iterations": 100,
                            "against": "evaluations"}),
        ("armijo_microscope", {"iteration": 12, "alpha0": 40, "sigma": 0.25, "beta": 0.8,
                               "scale": "linear"}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("from_disk", [False, True])
def test_the_address_carries_the_settings(figure_on, book, name, settings, from_disk):
    options = {"base": book.as_uri()} if from_disk else {}
    figure = figure_on(name, **options)
    unfold(figure)
    for setting, value in settings.items():
        if isinstance(value, str):
            figure.control(setting).select_option(value)
        else:
            figure.number(setting).fill(str(value))
    figure.page.wait_for_timeout(400)
    fragment = figure.page.evaluate("location.hash.slice(1)")
    other = figure_on(name, fragment=fragment, **options)
    assert other.evaluate("figure.settings") == figure.evaluate("figure.settings") == settings
    assert other.box.evaluate("(box) => box.getBoundingClientRect().top < innerHeight")
    other.button("Defaults").click()
    other.page.wait_for_timeout(400)
    assert other.page.evaluate("location.hash") == ""
    assert not figure.problems and not other.problems


def test_two_figures_share_the_address(figure_on):
    race, page = figure_on("step_size_race"), None
    page = race.page
    race.number("n_hidden").fill("7")
    page.wait_for_timeout(400)
    microscope = page.locator("[id='fig-microscope-iteration-number']")
    microscope.fill("33")
    page.wait_for_timeout(400)
    fragment = page.evaluate("location.hash.slice(1)")
    again = figure_on("step_size_race", fragment=fragment)
    assert again.evaluate("figure.settings.n_hidden") == 7
    assert again.page.locator("[id='fig-microscope-iteration-number']").input_value() == "33"


def test_a_new_address_changes_the_figure_on_the_open_page(figure_on):
    figure = figure_on("network_counter")
    figure.page.evaluate("location.hash = 'fig-counter?n_hidden=9'")
    figure.wait("figure.settings.n_hidden === 9")
    assert figure.number("n_hidden").input_value() == "9"
    assert "57 parameters" in figure.words()


def test_a_new_address_counts_though_the_figure_has_just_written_its_own(figure_on):
    """A figure writes a quarter of a second after its slider moved: perhaps just before the page
    hears of the address that somebody has entered."""
    figure = figure_on("network_counter")
    figure.evaluate("figure.change('n_hidden', 20)")
    figure.page.evaluate(
        """() => {
          location.hash = "fig-counter?n_hidden=9";
          const figure = live.mounted.find(({ id }) => id === "fig-counter");
          live.writeAddress(figure.id, figure.settings, figure.defaults, [figure.id]);
        }"""
    )
    figure.wait("figure.settings.n_hidden === 9")
    assert "57 parameters" in figure.words()
    figure.page.wait_for_function("location.hash === '#fig-counter?n_hidden=9'")


BAD = (
    "abc", "", "1e9", "-5", "0", "NaN", "Infinity", "12.5", "null", "[]", "{}", "true", "1,5", "٣",
    "<img src=x onerror=alert(1)>", "javascript:alert(1)", "\"'><script>alert(1)</script>",
    "%", "%E0%A4%A", "1" * 5000, "12;12", "\0", "1 2", "0/0",
)  # fmt: skip


@pytest.mark.parametrize("name", FIGURES)
def test_a_bad_address_falls_back_and_reaches_nothing(figure_on, name):
    figure = figure_on(name)
    defaults = figure.evaluate("figure.defaults")
    for text in BAD:
        for value in (text, quote(text)):
            query = "&".join(f"{setting}={value}" for setting in defaults)
            fragment = f"{figure.id}?{query}&__proto__={value}&constructor={value}&{value}"
            figure.page.evaluate("(f) => { location.hash = f; }", fragment)
            figure.page.wait_for_timeout(15)
            found = figure.evaluate("figure.settings")
            for setting, now in found.items():
                if now != defaults[setting]:  # only what the setting can have
                    low, high = widgets.RANGES[setting]
                    assert low <= now <= high and float(text) == now
    assert figure.page.locator("img[src=x], main script").count() == figure.page.evaluate(
        "document.querySelectorAll('main script').length"
    )
    assert figure.page.evaluate("({}).polluted === undefined")
    figure.page.evaluate("location.hash = '#no-such-figure?n_hidden=3;;;&&==?'")
    figure.page.wait_for_timeout(50)
    assert not figure.problems


# --- everybody, everywhere -----------------------------------------------------------------------


@pytest.mark.parametrize("name", FIGURES)
def test_without_scripts_the_picture_stands_there(figure_on, name):
    figure = figure_on(name, java_script_enabled=False)
    whole = figure.page.locator(f"[id='{figure.id}']")
    picture = whole.locator("img")
    assert picture.count() == 1 and picture.is_visible()
    assert len(picture.get_attribute("alt")) > 40
    assert whole.locator("figcaption").is_visible()
    assert "running notebook" in figure.box.inner_text()
    assert whole.locator("input, button, canvas").count() == 0


@pytest.mark.parametrize("name", FIGURES)
def test_with_scripts_the_picture_gives_way(figure_on, name):
    figure = figure_on(name)
    whole = figure.page.locator(f"[id='{figure.id}']")
    assert not whole.locator("img").is_visible()
    assert "running notebook" not in figure.box.inner_text()
    assert whole.locator("figcaption").is_visible()


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_that_fails_leaves_the_picture(browser, site, places, name):
    page = browser.new_page()
    page.route("**/live/data.js*", lambda r: r.fulfill(body="", content_type="text/javascript"))
    path, figure_id = places[name]
    page.goto(f"{site}/{path}", wait_until="load")
    assert page.locator(".live-mounted").count() == 0
    page.locator(f"[id='{figure_id}'] .live-figure").scroll_into_view_if_needed()
    page.wait_for_selector(f"[id='{figure_id}'] img", state="visible", timeout=5000)
    page.close()


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_a_used_figure_breaks_no_accessibility_rule(figure_on, name, theme, width):
    viewport = {"width": width, "height": 900}
    figure = figure_on(name, color_scheme=theme, viewport=viewport, formulas=True)
    trained(figure)
    figure.button("Copy as Python").click()
    figure.page.wait_for_timeout(400)
    assert not figure.problems  # before axe, which looks for style sheets on its own
    rules = Axe().run(figure.page).response["violations"]
    assert not [(rule["id"], node["html"]) for rule in rules for node in rule["nodes"]]


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("width", [320, 1280])
def test_every_target_is_large_enough_and_nothing_overflows(figure_on, name, width):
    figure = figure_on(name, viewport={"width": width, "height": 900})
    trained(figure)
    figure.button("Copy as Python").click()
    sizes = figure.box.evaluate(
        """(box) => [...box.querySelectorAll("input, select, button, summary")].map((e) => {
            const r = e.getBoundingClientRect();
            return [e.id || e.textContent, r.width, r.height];
        })"""
    )
    assert len(sizes) >= 4
    assert not [s for s in sizes if s[1] < 24 or s[2] < 24]
    assert figure.page.evaluate(OVERFLOW) == 0
    names = figure.box.evaluate(
        """(box) => [...box.querySelectorAll("input, select")].map((e) =>
            e.getAttribute("aria-label") || [...e.labels].map((l) => l.textContent).join(""))"""
    )
    assert all(names)


@pytest.mark.parametrize("name", FIGURES)
def test_a_switch_of_the_theme_redraws(figure_on, name):
    figure = trained(figure_on(name))
    figure.page.wait_for_timeout(200)
    light = figure.picture(), figure.box.evaluate("(b) => getComputedStyle(b).color")
    figure.page.evaluate("document.documentElement.dataset.theme = 'dark'")
    figure.page.wait_for_timeout(200)
    dark = figure.picture(), figure.box.evaluate("(b) => getComputedStyle(b).color")
    assert dark[1] != light[1]
    if name != "network_counter":  # a drawing in SVG takes its colours from the style by itself
        assert dark[0] != light[0]
    figure.page.evaluate("document.documentElement.dataset.theme = 'light'")
    figure.page.wait_for_timeout(200)
    assert figure.picture() == light[0]


@pytest.mark.parametrize("name", FIGURES)
def test_the_figure_works_from_disk(figure_on, book, name):
    figure = trained(figure_on(name, base=book.as_uri()))
    picture = figure.picture()
    setting = next(setting for figure_name, setting in SLIDERS if figure_name == name)
    figure.control(setting).focus()
    figure.page.keyboard.press("PageUp")
    figure.wait("figure.done !== false && !(figure.settings.iteration > figure.at)")
    assert figure.picture() != picture
    assert not figure.problems


@pytest.mark.parametrize("name", FIGURES)
def test_the_figure_needs_no_eval(browser, site, places, name):
    """Scripts of the book and inline ones may run; text that is made into code may not."""
    path, figure_id = places[name]
    page = browser.new_context(reduced_motion="reduce").new_page()
    problems = []
    page.on("console", lambda m: m.type == "error" and problems.append(m.text))

    def with_policy(route):
        response = route.fetch()
        policy = "script-src 'self' 'unsafe-inline'; default-src 'self' 'unsafe-inline' data: blob:"
        route.fulfill(
            response=response, headers=response.headers | {"content-security-policy": policy}
        )

    page.route("**/*.html", with_policy)
    page.goto(f"{site}/{path}", wait_until="load")
    assert page.locator(f"[id='{figure_id}'] .live-mounted").count() == 1
    assert not problems
    page.context.close()


@pytest.mark.parametrize("scheme", ["http", "disk"])
def test_the_clipboard_gets_the_lines_or_they_are_marked(browser, figure_on, book, scheme):
    options = (
        {"base": book.as_uri()}
        if scheme == "disk"
        else {"permissions": ["clipboard-read", "clipboard-write"]}
    )
    figure = figure_on("network_counter", **options)
    figure.button("Copy as Python").click()
    said = figure.box.locator(".live-said")
    figure.page.wait_for_timeout(200)
    lines = figure.box.locator("pre code").text_content()
    assert "import nnlib" in lines
    if said.inner_text() == "Copied.":
        if scheme == "http":
            assert figure.page.evaluate("navigator.clipboard.readText()") == lines
    else:
        assert figure.page.evaluate("getSelection().toString()").strip() == lines.strip()


# --- what is delivered ---------------------------------------------------------------------------


def test_scripts_and_style_are_small(root, book):
    files = sorted((book / "_static" / "live").iterdir())
    assert {f.suffix for f in files} == {".js", ".css"}
    assert sum(len(gzip.compress(f.read_bytes())) for f in files) < 60_000
    own = sorted((root / "book" / "assets" / "live").iterdir())
    assert {f.name for f in own} | {"data.js"} == {f.name for f in files}


def test_text_never_becomes_markup_or_code(root):
    for path in (root / "book" / "assets" / "live").glob("*.js"):
        text = path.read_text(encoding="utf-8")
        forbidden = r"(inner|outer|Adjacent)HTML|document\.write|\beval\(|new Function|import\("
        assert not re.search(forbidden, text), path.name


def test_only_a_page_with_a_figure_loads_the_scripts(book, page_name):
    page = BeautifulSoup((book / page_name).read_text(encoding="utf-8"), "html.parser")
    scripts = [s["src"] for s in page.find_all("script", src=True) if "/live/" in s["src"]]
    assert bool(scripts) == bool(page.select(".live-figure"))
    assert len(scripts) == len(set(scripts)) in (0, 12)
    assert all(s.get("type") != "module" for s in page.find_all("script"))


def test_every_mount_point_of_a_page_is_mounted(browser, site, book, page_name):
    page = browser.new_page()
    page.goto(f"{site}/{page_name}", wait_until="load")
    written = (book / page_name).read_text(encoding="utf-8").count('class="live-figure"')
    assert page.locator(".live-mounted").count() == written
    page.close()
