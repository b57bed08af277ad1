"""The figures that live in the page: sliders, words, the address, themes, and no script at all."""

import re
from urllib.parse import quote

import pytest

from nnlib import sliders
from nnlib.sliders.controls import SETTINGS

from .conftest import AT_REST, RACE, UNTIL, recorded

SLIDERS = {
    "hidden_unit": ["direction", "sharpness", "place", "vote_0", "vote_1", "vote_2"],
    "network_counter": ["n_hidden"],
    "step_size_race": ["n_hidden", "alpha", "noise", "weight_decay", "seed", "n_iterations"],
    "armijo_microscope": ["iteration", "alpha0", "sigma", "beta"],
}


def look(figure, theme):
    set_theme = "(t) => { since = performance.now(); document.documentElement.dataset.theme = t; }"
    figure.page.evaluate(set_theme, theme)
    figure.wait(f"{AT_REST} && figure.painted > since")
    return figure.picture(), figure.box.evaluate("(b) => getComputedStyle(b).color")


@pytest.mark.parametrize("name", SLIDERS)
def test_a_figure_answers_the_theme_the_keyboard_the_mouse_and_what_is_typed(still, name):
    figure = still(name).train()
    light, dark = look(figure, "light"), look(figure, "dark")
    assert dark[1] != light[1]
    if name != "network_counter":  # a drawing in SVG takes its colours from the style by itself
        assert dark[0] != light[0]
    assert look(figure, "light") == light
    for setting in SLIDERS[name]:
        slider, number = figure.control(setting), figure.number(setting)
        low, high, its = *map(SETTINGS[setting].get, ("min", "max")), f"figure.settings.{setting}"
        words, picture, before = figure.words(), figure.picture(), figure.evaluate(its)
        for key in ["Home"] if before == high else ["ArrowRight"] * 3:
            slider.press(key)
        figure.wait()
        after = figure.evaluate(its)
        assert after != before and low <= after <= high, setting
        assert float(number.input_value()) == after
        assert figure.picture() != picture, setting
        if setting not in ("n_iterations", "sigma"):  # the same run as far as it has come
            assert figure.words() != words, setting
        for key, end in (("Home", low), ("End", high)):
            slider.press(key)
            assert figure.evaluate(its) == pytest.approx(end), setting
        figure.button("Defaults").click()
        figure.train()
        slider.scroll_into_view_if_needed()
        box, mouse, seen = slider.bounding_box(), figure.page.mouse, set()
        y = box["y"] + box["height"] / 2
        mouse.move(box["x"] + 0.2 * box["width"], y)
        mouse.down()
        for part in (0.3, 0.45, 0.62):
            mouse.move(box["x"] + part * box["width"], y)
            seen.add(figure.evaluate(its))
        mouse.up()
        assert len(seen) == 3 and all(low <= value <= high for value in seen), setting
        figure.wait()
        assert figure.picture() != picture, setting

        between = (low + 2.6, low + 3) if isinstance(low, int) else ((low + high) / 3,) * 2
        table = [(high + 1, high), (low - 1, low), ("", low), (1e300, high), (-1e300, low)]
        for typed, expected in [*table, between]:
            number.fill(str(typed))
            number.press("Tab")
            now = figure.evaluate(its)
            assert now == pytest.approx(expected), f"{setting}: {typed}"
            assert float(number.input_value()) == now
            assert number.get_attribute("aria-invalid") == "false"
        figure.button("Defaults").click()
        figure.train()


def test_the_counter_draws_the_count_and_the_microscope_goes_forward_and_back(still):
    figure = still("network_counter")
    for n_hidden in (1, 2, 13, 64):
        figure.number("n_hidden").fill(str(n_hidden))
        assert figure.words() == sliders.network_counter(n_hidden).words[0]
        wires = figure.box.locator(".live-network .part-W0").first.get_attribute("d")
        assert wires.count("M") == 2 * n_hidden
        blocks = figure.box.locator(".live-strip rect")
        widths = [float(blocks.nth(i).get_attribute("width")) for i in range(4)]
        sizes = [2 * n_hidden, n_hidden, 3 * n_hidden, 3]
        assert [w / sum(widths) for w in widths] == pytest.approx([s / sum(sizes) for s in sizes])
    card = figure.box.locator(".live-card").nth(2)
    for pressed, part in (("true", "W1"), ("false", None)):
        card.press("Enter")
        assert card.get_attribute("aria-pressed") == pressed
        assert figure.box.get_attribute("data-part") == part
    figure.page.evaluate("(document.documentElement.dir = 'rtl')")  # of some translations
    in_line = figure.page.locator("pre, .math, .live-figure input, svg[role=img]")
    assert in_line.evaluate_all(
        "(all) => all.every((e) => getComputedStyle(e).direction === 'ltr')"
    )
    figure = still("armijo_microscope")
    first = figure.words()
    assert "Iteration 0: 3 trials rejected" in first and "accepted α = 1.25" in first
    for button, start in ("◀ Back", first), ("Forward ▶", "Iteration 1:"), ("◀ Back", first):
        figure.button(button).click()
        assert figure.words().startswith(start)
    figure.control("scale").select_option("linear")
    assert figure.words() == first
    trials = figure.box.locator(".live-trials li span").all_inner_texts()
    assert [text.strip() for text in trials] == ["rejected"] * 3 + ["accepted"]


def test_without_motion_nothing_starts_by_itself_and_the_buttons_work(still):
    figure = still("step_size_race", "fig-race?n_iterations=500")
    figure.page.wait_for_timeout(500)
    assert figure.evaluate("figure.k") == 0 and "1 evaluation of" in figure.words()
    assert not figure.box.locator("output").count(), "it would be spoken at every frame"
    for k in (1, 2):
        figure.button("Step").click()
        assert figure.evaluate("figure.k") == k
    assert "After 2 iterations" in figure.words()
    figure.box.get_by_label("slowly").check()
    figure.button("Play").click()
    figure.button("Pause").click()
    k = figure.evaluate("figure.k")
    figure.page.wait_for_timeout(200)
    assert figure.evaluate("figure.k") == k
    figure.box.get_by_label("slowly").uncheck()
    for finish in ("To the end", "Play"):
        figure.button("Reset").click()
        assert figure.evaluate("figure.k") == 0
        figure.button(finish).click()
        figure.wait("figure.k === 500")
    assert figure.button("Play again").count() == 1
    figure.button("Step").click()
    assert figure.evaluate("figure.k") == 501


ON_PAPER = """() => {
    const all = (names) => [...document.querySelectorAll(names)], root = document.documentElement;
    const state = () => [
        root.dataset.theme, scrollY, all("canvas").map((c) => [c.width, c.height, c.toDataURL()]),
        all(".bet-answer:not([open])").length, all(":enabled").length,
        live.mounted.map((f) => [f.k, f.goal, f.mount.innerText])];
    addEventListener("to-paper", () => { window.paper = state(); });
    live.mounted.forEach((f) => f.paint()); // also those that nobody has come near
    Object.assign(window, { state }).scrollTo({ top: 200, behavior: "instant" });
    const first = state(), as = JSON.stringify(first);
    window.isBack = () => !live.onPaper && JSON.stringify(state()) === as;
    return first;
}"""


@pytest.mark.parametrize("path", ["index.html", RACE])
def test_paper_is_light_with_all_pictures_and_answers_and_changes_nothing(browser, site, path):
    papers = []
    for theme in ("dark", "light"):
        with recorded(browser, site, color_scheme=theme) as (page, problems):
            page.goto(f"{site}/{path}", wait_until="load")
            page.wait_for_timeout(500)
            before = page.evaluate(ON_PAPER)
            page.pdf()
            page.evaluate(UNTIL % "isBack()")
            assert before[:2] == [theme, 200]
            papers.append(page.evaluate("paper"))
            page.emulate_media(media="print")  # the other signal
            page.evaluate(UNTIL % "live.onPaper")
            assert page.locator(":is(header, button, input[type=range]):visible").count() == 0
            page.emulate_media(media="screen")
            page.evaluate(UNTIL % "isBack()")
            assert not problems
    assert papers[0] == papers[1] and papers[0][0] == "light" and papers[0][3] == 0
    assert len(before[5]) and all(w > 900 and len(png) > 20_000 for w, _, png in papers[0][2])


ASKED = """const look = matchMedia;
window.matchMedia = (q) => /resolution/.test(q) ? (window.asked = look(q)) : look(q);"""


def test_bitmaps_follow_the_pixels_of_the_screen(figure_on):
    figure = figure_on("armijo_microscope", before=ASKED)  # the page is told by hand
    devtools = figure.page.context.new_cdp_session(figure.page)
    once = figure.evaluate("figure.canvas.node.width")
    for ratio in (2, 1.5, 1):
        screen = {"width": 1280, "height": 900, "mobile": False, "deviceScaleFactor": ratio}
        devtools.send("Emulation.setDeviceMetricsOverride", screen)
        figure.wait(f"devicePixelRatio === {ratio}")
        figure.page.evaluate("asked.dispatchEvent(new Event('change'))")
        assert figure.evaluate("figure.canvas.node.width") == round(ratio * once)


# As when the page was scrolled before the first report came.
BUSY = """window.IntersectionObserver = class extends IntersectionObserver {
    constructor(callback) {
        super((found) => {
            const { isIntersecting, target } = found[0], own = target.matches(".live-figure");
            callback(own ? [{ target, isIntersecting: !isIntersecting }, ...found] : found);
        });
    }
};"""


def test_with_motion_the_race_runs_in_view_and_anew_after_a_slider(figure_on):
    """Of several reports on what is in view the last one counts."""
    how = {"fragment": "fig-race?n_iterations=500", "reduced_motion": "no-preference"}
    figure = figure_on("step_size_race", before=BUSY, **how)
    figure.wait("figure.done && figure.k > 0")
    figure.evaluate("figure.mount.addEventListener('input', () => { window.soon = figure.k; })")
    figure.control("n_hidden").press("ArrowRight")
    figure.wait("figure.k === 500 && soon > 0 && soon < 500")
    assert "After 500 iterations" in figure.words()
    assert figure.page.locator(".bet-ask, .bets-panel").count() == 0, "without bets"
    figure.box.get_by_label("slowly").check()
    figure.evaluate("(figure.start(), figure.goTo(500))")
    figure.wait("figure.k > 0")
    figure.page.evaluate("window.scrollTo({ top: 0, behavior: 'instant' })")
    figure.wait("!figure.visible")
    figure.page.wait_for_timeout(100)
    k = figure.evaluate("figure.k")
    figure.page.wait_for_timeout(400)
    assert figure.evaluate("figure.k") == k < 500
    figure.box.scroll_into_view_if_needed()
    figure.wait(f"figure.k > {k}")


def test_a_run_is_named_by_its_end_and_can_be_seen_against_evaluations(still):
    figure = still("step_size_race", "fig-race?alpha=100&n_iterations=200").train(200)
    oscillating, other = figure.box.locator(".live-verdict").all_inner_texts()
    assert "oscillating" in oscillating and other == ""
    figure = still("step_size_race").train()
    picture = figure.picture()
    figure.control("against").select_option("evaluations")
    assert figure.evaluate("figure.k") == 100, "another axis is no reason to train again"
    assert figure.picture() != picture
    assert re.search(r"At 101 evaluations (Armijo|the constant step|both)", figure.words())
    figure.control("data_set").select_option("penguins")
    figure.wait("figure.done")
    assert "Adelie" in figure.box.inner_text()


CHOSEN = {
    "network_counter": {"n_hidden": 31},
    "hidden_unit": {
        "direction": -77, "sharpness": 12, "place": 0.4, "vote_0": 0, "vote_1": -3.5, "vote_2": 7},
    "step_size_race": {
        "n_hidden": 5, "alpha": 0.37, "data_set": "penguins", "noise": 0.12, "weight_decay": 0.002,
        "seed": 9, "n_iterations": 100, "against": "evaluations"},
    "armijo_microscope": {"iteration": 9, "alpha0": 4, "sigma": 0.2, "beta": 0.8, "scale": "linear"}
}  # fmt: skip


@pytest.mark.parametrize(
    ("names", "from_disk"),
    [(["network_counter", "hidden_unit"], True), (["step_size_race", "armijo_microscope"], False)],
)
def test_the_address_carries_the_settings_of_all_figures(still, figure_on, book, names, from_disk):
    figure = figure_on(names[0], base=book.as_uri()) if from_disk else still(names[0])
    figures = {name: figure.beside(name) for name in names}
    for name, one in figures.items():
        one.unfold()
        for setting, value in CHOSEN[name].items():
            if isinstance(value, str):
                one.control(setting).select_option(value)
            else:
                one.number(setting).fill(str(value))
    figure.wait(f"location.hash.includes('{setting}={value}')")
    hash = figure.page.evaluate("location.hash.slice(1)")
    as_html = hash.replace("?", "%3F").replace("=", "%3d").replace("&", "&amp;")
    for fragment in (quote(quote(hash)), as_html, hash.replace("=", "%3D"), quote(hash), hash):
        figure.load(fragment)  # also as some program on the way has written it
        for name, one in figures.items():
            assert one.evaluate("figure.settings") == CHOSEN[name], fragment
    for one in figures.values():
        one.button("Defaults").click()
    figure.wait("location.hash === ''")


def test_a_new_address_counts_even_before_the_figure_has_written_its_own(still):
    figure = still("network_counter")
    write = "live.writeAddress(figure.id, figure.settings, figure.defaults, [figure.id])"
    figure.evaluate(f"""[figure.change("n_hidden", 20), location.hash = "fig-counter?n_hidden=11",
        {write}]""")
    figure.wait("figure.settings.n_hidden === 11")
    assert figure.number("n_hidden").input_value() == "11"
    assert "= 69 parameters" in figure.words()
    figure.wait("location.hash === '#fig-counter?n_hidden=11'")


@pytest.mark.parametrize("without", ["scripts", "data"])
def test_without_scripts_or_data_the_pictures_stand_there(browser, site, tabs, without):
    page = browser.new_page(java_script_enabled=without != "scripts")
    empty = {"body": "", "content_type": "text/javascript"}
    page.route("**/live/data-to-*.js*", lambda r: r.fulfill(**empty))
    seen = 0
    for path in ("index.html", *tabs):
        page.goto(f"{site}/{path}", wait_until="load")
        for whole in page.locator("figure:has(.live-figure)").all():
            seen += 1
            mount, picture = whole.locator(".live-figure"), whole.locator("img")
            mount.evaluate("(m) => m.closest('.bet-answer')?.setAttribute('open', '')")
            mount.scroll_into_view_if_needed()
            picture.wait_for(state="visible", timeout=5000)
            assert len(picture.get_attribute("alt")) > 40
            assert whole.locator("figcaption").is_visible()
            assert whole.locator(".live-mounted").count() == 0
            if without == "scripts":
                assert "running notebook" in mount.inner_text()
                assert whole.locator("input, button, canvas").count() == 0
    assert seen == len(SLIDERS) + 1
    page.close()


def test_the_clipboard_gets_the_lines_and_no_text_is_made_into_code(still, figure_on, book):
    name = "network_counter"
    for figure in (still(name), figure_on(name, base=book.as_uri())):
        lines = figure.python()
        assert "import nnlib" in lines
        if figure.box.locator(".live-said").inner_text() != "Copied.":
            assert figure.page.evaluate("getSelection().toString()").strip() == lines.strip()
        elif figure.start.startswith("http"):
            assert figure.page.evaluate("navigator.clipboard.readText()") == lines
    # The policy that `still` serves its pages with is in force: they work without eval.
    figure = still("network_counter")
    with figure.page.expect_event("console"):
        figure.page.evaluate("(setTimeout('window.made = 1'), 0)")
    assert figure.page.evaluate("window.made === undefined")
    assert any("unsafe-eval" in problem for problem in figure.problems)
    figure.problems.clear()
