"""Bets: nothing is told before them, what they are held against is computed, and what is kept."""

import contextlib
import json
import re
from itertools import pairwise

import numpy as np
import pytest

import nnlib
from nnlib.exercises import drawn_curve

from .conftest import PAGES, TOO_WIDE, broken_rules, tab

FRONT, CHAPTER = ("index.html", "fig-front-race"), PAGES["step_size_race"]
TOLD = "figure.bet.told.textContent !== ''"
AT_HOME = "if (location.protocol !== 'about:')"
UNTOUCHED = "figure.k === 0 && figure.runs.every((run) => run.iterations === 0)"
ALL, DUE = "live.bets.all()", "live.bets.due('race')"
BET = {"id": "a", "kind": "race", "page": "x", "question": "?", "settings": {"seed": 3}, "bet": [1]}
BET |= {"truth": [9], "off": 9, "far": True}


@pytest.fixture
def opened(browser, site):
    with contextlib.ExitStack() as stack:

        def open_race(where=FRONT, base=site, setting="", **options):
            path, name = where
            figures = stack.enter_context(tab(browser, base, path, bets=True, **options))
            return figures("step_size_race")._replace(id=name).load(setting and f"{name}?{setting}")

        yield open_race


def corners(figure, *shares):
    """Places of the picture on the screen, from shares of its width and of its height."""
    figure.box.locator(".live-plot canvas").scroll_into_view_if_needed()
    left, top, width, height = figure.evaluate(
        """(({ left, top }, { box }) => [
            left + box.left, top + box.top, box.right - box.left, box.bottom - box.top,
        ])(figure.canvas.node.getBoundingClientRect(), figure.bet.frame)"""
    )
    return [(left + x * width, top + y * height) for x, y in shares]


def draw(figure, *shares):
    first, *others = corners(figure, *(shares or ((0.1, 0.3), (0.6, 0.45), (1, 0.6))))
    mouse = figure.page.mouse
    mouse.move(*first)
    mouse.down()
    for place in others:
        mouse.move(*place, steps=12)
    mouse.up()


def lock(figure, told=True):
    figure.button("Lock it in and train").click()
    if told:
        figure.wait(TOLD)


def record(page, **change):
    page.evaluate("(bet) => (live.bets.record(bet), 0)", BET | change)


def in_nnlib(figure):
    """The score of its line, held against the run of nnlib."""
    line, s = figure.evaluate("[figure.bet.line, figure.settings]")
    data = nnlib.load_dataset(s["data_set"])
    objective = nnlib.Objective(data.X_train, data.y_train, s["weight_decay"], data)
    theta0 = nnlib.init_parameters(s["n_hidden"], data, seed=s["seed"])
    run = nnlib.gradient_descent(objective, theta0, nnlib.Armijo(), s["n_iterations"])
    return drawn_curve.score(line, run.loss, run.n_values, s["n_iterations"])


SCORES = """(cases) => cases.map(([line, loss, cost, n, unit]) => {
    const score = live.scoreOf(line, loss, cost, n);
    return { ...score, far: live.isFar(score), said: live.scoreInWords(score, unit) };
})"""


def test_the_page_scores_a_line_as_nnlib_does_and_in_the_same_words(opened):
    rng, cases, sides = np.random.default_rng(5), [], set()
    for _ in range(80):
        n = int(rng.integers(16, 120))
        places = np.sort(rng.uniform(0, n, rng.integers(1, 30)))
        heights = rng.normal(rng.uniform(-1.5, 0.2), rng.choice([0.02, 0.5]), len(places) + 1)
        line = [[0, 1.1], *([x, 10**y] for x, y in zip(places, heights)), [n, 10 ** heights[-1]]]
        loss = np.cumprod([1.1, *rng.lognormal(rng.choice([-0.1, -0.02, 0.01]), 0.05, n)])
        cost = np.cumsum([0, *rng.integers(1, rng.choice([2, 4]), n)])
        unit = str(rng.choice(["iterations", "evaluations"]))
        cases.append([line, loss.tolist(), cost.tolist(), n, unit])
    for (*given, unit), score in zip(cases, opened().page.evaluate(SCORES, cases)):
        expected = drawn_curve.score(*given)
        for part in ("at", "drawn", "computed", "factor", "end"):
            assert score[part] == pytest.approx(getattr(expected, part), rel=1e-9, abs=0)
        halves = expected.line_halves, expected.curve_halves
        pairs = zip((score["lineHalves"], score["curveHalves"]), halves)
        assert all(a == b or a == pytest.approx(b, rel=1e-9) for a, b in pairs)
        assert (score["said"], score["far"]) == (expected.sentence(unit), expected.far)
        side = re.search("right|high|low", score["said"])[0]
        sides.add((halves[0] is None, halves[1] is None, side, expected.far))
    assert len(sides) > 12, "the lines and runs are too much alike"


def test_nothing_trains_or_tells_before_a_line_is_locked_and_held_against_the_run(opened):
    figure = opened(setting="n_iterations=300", reduced_motion="no-preference")
    whole = figure.page.locator(f"figure[id='{figure.id}']")
    for key in ("ArrowRight", "ArrowLeft"):
        figure.control("n_hidden").press(key)
    for name in ("penguins", "spirals"):
        figure.control("data_set").select_option(name)
    figure.page.wait_for_timeout(400)
    heard = whole.aria_snapshot()
    assert not whole.locator(".live-still").is_visible() and "img" in heard
    around = heard + figure.page.locator("main").inner_text()
    lock(figure, told=False)
    assert "to the right edge first" in figure.box.inner_text()
    draw(figure, (0.1, 0.3), (0.5, 0.5))
    lock(figure, told=False)
    draw(figure, (0.5, 0.4), (1, 0.6))
    assert figure.evaluate(UNTOUCHED), "half a line is none, and drawing does not train"
    figure.page.emulate_media(reduced_motion="reduce")
    lock(figure)
    score, last = in_nnlib(figure), f"{figure.evaluate('figure.runs[1].loss.at(-1)'):.3g}"
    assert last in figure.box.inner_text()
    answers = [last, f"{score.computed[-1]:.3g}", "lower, by", "halves"]
    assert not [answer for answer in answers if answer in around]
    told = figure.box.locator(".bet-told")
    assert (
        told.inner_text() == score.sentence("evaluations")
        and told.get_attribute("role") == "status"
    )
    rows = figure.box.locator(".bet-numbers tbody tr")
    assert rows.count() == len(score.at) == 16
    (bet,) = figure.page.evaluate(ALL)
    assert bet["truth"] == pytest.approx(score.computed, rel=1e-5)
    assert bet["off"] == pytest.approx(score.factor) and bet["far"] == score.far
    assert bet["settings"] == figure.evaluate("figure.settings") and bet["page"] == FRONT[0]

    # Free play: the line belongs to its settings, and nothing asks for another bet.
    figure.wait()
    with_line = figure.picture()
    figure.button("Play again").click()
    figure.wait()
    assert len(figure.page.evaluate(ALL)) == 1, "the same bet counts once"
    for key, shown in (("ArrowRight", False), ("ArrowLeft", True)):
        figure.control("n_hidden").press(key)
        figure.wait("figure.ended && figure.done")
        assert told.is_visible() == figure.evaluate("figure.bet.shown") == shown
        assert shown or not rows.first.is_visible()
    assert figure.picture() == with_line
    figure.load()
    assert figure.button("Play").is_visible() and not figure.box.locator(".bet-ask").is_visible()
    figure.button("Bet again").click()
    assert figure.evaluate(UNTOUCHED) and figure.box.locator(".bet-ask").is_visible()


def test_a_setting_begins_the_bet_anew_paper_has_the_run_and_the_keyboard_suffices(opened):
    figure = opened(setting="n_iterations=300")
    draw(figure)
    figure.control("n_hidden").press("ArrowRight")
    assert figure.evaluate("figure.bet.points().length") == 1
    assert "13 hidden units" in figure.box.locator(".bet-ask").inner_text()
    figure.unfold()
    figure.control("against").select_option("iterations")
    assert "300 iterations" in figure.box.locator(".bet-ask").inner_text()
    figure.page.emulate_media(media="print")
    figure.wait("figure.k === 300")  # on paper it has been run
    assert not figure.page.locator(".bet-ask, .bets-panel").locator("visible=true").count()
    figure.page.emulate_media(media="screen")
    figure.wait("figure.k === 0 && figure.bet.open")
    keys, focus = figure.page.keyboard, "document.activeElement.textContent"
    figure.box.locator(".bet-handles summary").focus()
    for _ in ("fold", "unfold"):
        keys.press("Enter")
    for presses in (2, 6, 10, 14, 18):
        keys.press("Tab")
        for _ in range(presses):
            keys.press("ArrowLeft")
    last = figure.box.get_by_role("slider", name="Loss after 300 iterations")
    assert re.fullmatch(r"0\.\d+ nats", last.get_attribute("aria-valuetext"))
    line = figure.evaluate("figure.bet.points()")
    assert all(a[1] > b[1] for a, b in pairwise(line)) and line[-1][0] == 300
    keys.press("Tab")
    assert figure.page.evaluate(focus) == "Lock it in and train"
    keys.press("Enter")
    figure.wait(TOLD)
    assert figure.page.evaluate(focus) == "Play again", "the focus is lost"


def test_a_finger_draws_the_page_stays_where_it_is_and_no_accessibility_rule_is_broken(opened):
    size = {"width": 390, "height": 800}
    figure = opened(setting="n_iterations=300", has_touch=True, viewport=size)
    devtools, page = figure.page.context.new_cdp_session(figure.page), figure.page
    record(page)
    panel(page)
    figure.unfold()

    def faults():
        parts = {"include": [[f"figure[id='{figure.id}']"], [".bets-panel"]]}
        for theme in ("light", "dark"):
            page.evaluate("(t) => { document.documentElement.dataset.theme = t; }", theme)
            yield from broken_rules(page, parts)

    assert not [*faults()]
    places = corners(figure, (0.1, 0.3), (0.4, 0.4), (0.7, 0.8), (1, 0.9))
    before = page.evaluate("scrollY")
    for kind, *touched in ("Start", places[0]), *(("Move", p) for p in places[1:]), ("End",):
        points = [{"x": x, "y": y} for x, y in touched]
        touch = {"type": f"touch{kind}", "touchPoints": points}
        devtools.send("Input.dispatchTouchEvent", touch)
    heights = figure.evaluate("figure.bet.points().map((p) => p[1])")
    assert len(heights) > 80 and heights[-1] < 0.01 < heights[len(heights) // 3]
    assert page.evaluate("scrollY") == before
    action = "[figure.canvas.node, figure.mount].map((e) => getComputedStyle(e).touchAction)"
    assert figure.evaluate(action) == ["none", "auto"]
    lock(figure)
    assert figure.evaluate(action) == ["auto", "auto"]
    figure.unfold()
    assert page.evaluate(TOO_WIDE) == 0
    panel(page).get_by_role("button", name="Erase").click()
    assert not [*faults()]


# --- what is kept ---------------------------------------------------------------------------------

FORBIDDEN = """Object.defineProperty(window, "localStorage", {
    get() { throw new DOMException("no", "SecurityError"); } });"""
FULL = """Storage.prototype.setItem = () => {
    throw new DOMException("full", "QuotaExceededError"); };"""


def panel(page):
    box = page.locator(".bets-panel")
    box.evaluate("(d) => d.open = true")
    return box


@pytest.mark.parametrize("trouble", [FORBIDDEN, FULL])
def test_where_nothing_can_be_kept_all_works_and_one_sentence_says_so(opened, trouble):
    figure = opened(before=trouble, setting="n_iterations=300")
    draw(figure)
    lock(figure)
    assert len(figure.page.evaluate(ALL)) == 1
    said = panel(figure.page).inner_text()
    assert "Your bets: 1" in said and said.count("keeps nothing") == 1
    assert "stay in this browser" not in said
    assert len(json.loads(figure.page.evaluate("live.bets.file()"))["bets"]) == 1
    theme = "script error: (no|full)$|console: Got invalid theme"  # it wants to keep its mode
    figure.problems[:] = [text for text in figure.problems if not re.match(theme, text)]


def test_two_tabs_keep_each_others_bets_also_from_disk(opened, book):
    figure = opened(base=book.as_uri())
    other = figure.page.context.new_page()
    other.goto(figure.start, wait_until="load")
    for count, page in enumerate((figure.page, other, figure.page), 1):
        record(page)
        for each in (figure.page, other):
            each.locator(".bets-panel", has_text=f"Your bets: {count}, {count} far").wait_for()
            assert len({bet["at"] for bet in each.evaluate(ALL)}) == count
    figure.load()
    assert len(figure.page.evaluate(ALL)) == 3
    panel(figure.page).get_by_role("button", name="Erase").click()
    assert len(figure.page.evaluate(ALL)) == 3, "it asks once"
    panel(figure.page).get_by_role("button", name="Erase all, for good").click()
    other.locator(".bets-panel", has_text="Your bets: none").wait_for()
    record(other)
    figure.page.locator(".bets-panel", has_text="Your bets: 1").wait_for()
    assert len(other.evaluate(ALL)) == 1, "what was erased has come back"


def test_a_bad_store_is_put_aside_a_file_goes_out_and_in_and_nonsense_is_refused(opened, tmp_path):
    damage = f"{AT_HOME} localStorage['one-hidden-layer-bets'] ??= '{{\"bets\": [{{}}, 7'"
    figure = opened(before=damage)
    assert figure.page.evaluate(ALL) == []
    for _ in range(2):
        record(figure.page)
    assert figure.page.evaluate("localStorage['one-hidden-layer-bets-unread']").endswith("7")
    kept, file, box = figure.page.evaluate(ALL), tmp_path / "bets.json", panel(figure.page)
    with figure.page.expect_download() as download:
        box.get_by_role("button", name="Export").click()
    download.value.save_as(file)
    whole = json.loads(file.read_text(encoding="utf-8"))
    assert whole["bets"] == kept

    def take(content):
        file.write_text(content if isinstance(content, str) else json.dumps(content))
        box.locator("input[type=file]").set_input_files(file)
        said = box.locator("[role=status]")
        figure.wait("document.querySelector('.bets-panel [role=status]').textContent")
        return said.evaluate("(p) => [p.innerText, (p.textContent = '')][0]")

    for nonsense in ("", "{", "null", "7", "[[]]", '{"bets": []}', "[" * 5000, "x" * 5_000_000):
        assert "no file of bets" in take(nonsense)
        assert figure.page.evaluate(ALL) == kept
    changed = [bet | {"truth": ["other"]} for bet in kept]  # what is there stays as it is
    worse = [{}, None, kept[0] | {"at": "now"}, kept[0] | {"id": 5}, kept[0] | {"bet": "x" * 9999}]
    new = kept[0] | {"at": 5, "question": "<img src=x onerror=alert(1)>", "settings": {"seed": {}}}
    said = take(whole | {"bets": [*changed, *worse, new]})
    assert said == "Bets from the file: 1 new, 2 there already, 5 unreadable and left out."
    assert figure.page.evaluate(ALL)[1:] == kept
    figure.load()
    assert figure.page.evaluate(f"{DUE}.length") == 1


def at_day(figure, day):
    figure.page.clock.set_fixed_time(1_800_000_000 + day * 86_400)  # seconds


ASKED = """(BET) => {
    const { defaults } = live.mounted[0], entry = { ...BET, at: 1 };
    const ask = (round) => live.comingBack({ entry, round }, defaults);
    return [ask(1), ask(1), ...Array.from({ length: 50 }, (_, i) => ask(i + 2))];
}"""


def test_a_bad_bet_comes_back_after_1_7_and_30_days_and_no_question_repeats(opened):
    figure = opened()
    page, due = figure.page, f"{DUE}.length"
    at_day(figure, 0)
    for change in ({}, {"far": False}, {"kind": "choose"}):
        record(page, **change)
    of = page.evaluate("live.bets.key(live.bets.all()[0])")
    day, history = 0, [(1, False), (7, True), (1, False), (7, False), (30, False)]
    for wait, far in history:
        for part in (-0.01, 0):
            at_day(figure, day + wait + part)
            assert page.evaluate(due) == (part == 0)
        day += wait
        record(page, far=far, of=of)
        assert page.evaluate(due) == 0
    at_day(figure, day + 1000)
    assert page.evaluate(due) == 0, "three good ones in a row are enough"
    first, same, *others = page.evaluate(ASKED, BET)
    assert first == same and first.keys() == figure.evaluate("figure.defaults").keys()
    assert len({json.dumps(one) for one in [first, *others]}) == 51
    record(page, settings=first)
    assert page.evaluate(ASKED, BET)[0] != first


def test_the_front_page_offers_it_under_other_settings(opened):
    figure = opened(CHAPTER, setting="n_iterations=200")
    at_day(figure, 0)
    draw(figure, (0.1, 0.9), (1, 0.95))
    lock(figure)
    (bet,) = figure.page.evaluate(ALL)
    assert bet["far"] and "iterations" in figure.box.locator(".bet-told").inner_text()
    figure = figure._replace(id=FRONT[1], start=figure.start.replace(CHAPTER[0], FRONT[0]))
    offer = figure.button("Bet on another start")
    for day, there in ((0.9, 0), (1.1, 1)):
        at_day(figure, day)
        figure.load(f"{figure.id}?n_iterations=200")
        assert offer.filter(visible=True).count() == there
    figure.rather_look()
    figure.wait("figure.ended && figure.done")
    assert len(figure.page.evaluate(ALL)) == 1 and not figure.box.locator(".bet-told").inner_text()
    figure.load()
    assert figure.evaluate(UNTOUCHED) and figure.button("Play").is_visible(), "asked again"
    offer.click()
    assert figure.evaluate(UNTOUCHED) and not offer.is_visible()
    settings = figure.evaluate("figure.settings")
    assert all(settings[name] != bet["settings"][name] for name in ("seed", "n_hidden", "alpha"))
    assert settings["against"] == "iterations", "another question than the one that was far off"
    draw(figure)
    lock(figure)
    _, again = figure.page.evaluate(ALL)
    assert again["of"] == f"{bet['id']} {bet['at']}"
