"""Bets: nothing is told before them, what they are held against is computed, and what is kept."""

import contextlib
import gzip
import json
import re
from itertools import pairwise

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe

import nnlib
from nnlib.exercises import drawn_curve

from .conftest import PAGES, tab

FRONT, CHAPTER = ("index.html", "fig-front-race"), PAGES["step_size_race"]
TOLD = "figure.bet.told.textContent !== ''"
AT_HOME = "if (location.protocol !== 'about:')"
UNTOUCHED = "figure.k === 0 && figure.runs.every((run) => run.iterations === 0)"
ALL = "live.bets.all()"
BET = """{ id: "a", kind: "race", page: "x", question: "?", settings: { seed: 3 }, bet: [1],
           truth: [9], off: 9, far: true }"""


@pytest.fixture
def opened(browser, site):
    """A function that opens a race with its bet, in a tab of its own."""
    with contextlib.ExitStack() as stack:

        def open_race(where=FRONT, fragment="", base=site, **options):
            path, name = where
            figures = stack.enter_context(tab(browser, base, path, bets=True, **options))
            return figures("step_size_race")._replace(id=name).load(fragment)

        yield open_race


def canvas(figure):
    figure.box.locator(".live-plot canvas").scroll_into_view_if_needed()
    return figure.evaluate(
        """(() => {
            const { left, top } = figure.canvas.node.getBoundingClientRect();
            const { box } = figure.bet.frame;
            return [left + box.left, top + box.top, left + box.right, top + box.bottom];
        })()"""
    )


def corners(figure, *shares):
    """Places of the picture on the screen, from shares of its width and of its height."""
    left, top, right, bottom = canvas(figure)
    return [(left + x * (right - left), top + y * (bottom - top)) for x, y in shares]


def draw(figure, *shares):
    first, *others = corners(figure, *(shares or ((0.1, 0.3), (0.6, 0.45), (1, 0.6))))
    mouse = figure.page.mouse
    mouse.move(*first)
    mouse.down()
    for place in others:
        mouse.move(*place, steps=12)
    mouse.up()


def lock(figure):
    figure.button("Lock it in and train").click()


def in_nnlib(figure):
    """The score of the locked line, and its sentence, with the run made anew."""
    s = figure.evaluate("figure.settings")
    data = nnlib.load_dataset(s["data_set"])
    objective = nnlib.Objective(data.X_train, data.y_train, s["weight_decay"], data)
    theta0 = nnlib.init_parameters(s["n_hidden"], data, seed=s["seed"])
    run = nnlib.gradient_descent(objective, theta0, nnlib.Armijo(), s["n_iterations"])
    cost = run.n_values if s["against"] == "evaluations" else np.arange(len(run.loss))
    line = figure.evaluate("figure.bet.line")
    return drawn_curve.score(line, run.loss, cost, s["n_iterations"]), s["against"]


SCORES = """(cases) => cases.map(([name, nHidden, seed, alpha, n, axis, line]) => {
    const data = live.loadDataset(name, 0), K = data.n_classes;
    const objective = new live.Objective(data.X_train, data.y_train, K, nHidden);
    const rule = alpha ? live.constantStep(alpha) : live.armijo(live.data.armijo);
    const run = new live.Run(objective, live.initParameters(nHidden, K, seed), rule);
    for (let k = 0; k < n; k++) run.iterate();
    const cost = axis === "evaluations" ? run.n_values : run.loss.map((_, k) => k);
    const score = live.scoreOf(line, run.loss, cost, n);
    return { ...score, far: live.isFar(score), said: live.scoreInWords(score, axis) };
})"""


def test_the_page_scores_a_line_as_nnlib_does_and_in_the_same_words(opened):
    rng, cases, sides = np.random.default_rng(5), [], set()
    for _ in range(200):
        n = int(rng.integers(16, 120))
        places = np.sort(rng.uniform(0, n, rng.integers(1, 30)))
        heights = rng.normal(rng.uniform(-1.5, 0.2), rng.choice([0.02, 0.5]), len(places) + 1)
        line = [[0, 1.1], *([x, 10**y] for x, y in zip(places, heights)), [n, 10 ** heights[-1]]]
        alpha = rng.choice([0, 0, 0.05, 1, 3])
        case = [str(rng.choice(["spirals", "penguins"])), int(rng.integers(1, 9))]
        case += [int(rng.integers(0, 100)), float(alpha), n]
        cases.append([*case, str(rng.choice(["iterations", "evaluations"])), line])
    found = opened().page.evaluate(SCORES, cases)
    for (name, n_hidden, seed, alpha, n, axis, line), score in zip(cases, found):
        data = nnlib.load_dataset(name)
        objective = nnlib.Objective(data.X_train, data.y_train, n_classes=data.n_classes)
        rule = nnlib.ConstantStep(alpha) if alpha else nnlib.Armijo()
        theta0 = nnlib.init_parameters(n_hidden, n_classes=data.n_classes, seed=seed)
        run = nnlib.gradient_descent(objective, theta0, rule, n)
        cost = run.n_values if axis == "evaluations" else np.arange(len(run.loss))
        expected = drawn_curve.score(line, run.loss, cost, n)
        for part in ("at", "drawn", "computed", "factor", "end"):
            assert score[part] == pytest.approx(getattr(expected, part), rel=1e-9, abs=0)
        halves = expected.line_halves, expected.curve_halves
        pairs = zip((score["lineHalves"], score["curveHalves"]), halves)
        assert all(a == b or a == pytest.approx(b, rel=1e-9) for a, b in pairs)
        assert (score["said"], score["far"]) == (expected.sentence(axis), expected.far)
        side = re.search("right|high|low", score["said"])[0]
        sides.add((halves[0] is None, halves[1] is None, side, expected.far))
    assert len(sides) > 15, "the lines and runs are too much alike"


@pytest.mark.parametrize("where", [FRONT, CHAPTER])
def test_before_the_bet_nothing_trains_and_nothing_is_told(opened, where):
    figure = opened(where, reduced_motion="no-preference")
    figure.page.wait_for_timeout(400)
    figure.control("n_hidden").press("ArrowRight")
    figure.control("n_hidden").press("ArrowLeft")
    figure.control("data_set").select_option("penguins")
    figure.control("data_set").select_option("spirals")
    figure.page.wait_for_timeout(400)
    assert figure.evaluate(UNTOUCHED)
    whole = figure.page.locator(f"figure[id='{figure.id}']")
    heard = whole.aria_snapshot()
    assert not whole.locator(".live-still").is_visible() and "img" in heard
    around = heard + whole.inner_text()
    if where == FRONT:  # chapter 3 has raced before
        around += figure.page.locator("main").inner_text()
    draw(figure)
    assert figure.evaluate(UNTOUCHED), "drawing trains"
    lock(figure)
    figure.wait(TOLD)
    score, _ = in_nnlib(figure)
    last = f"{figure.evaluate('figure.runs[1].loss.at(-1)'):.3g}"
    assert last in figure.box.inner_text()
    answers = [last, f"{score.computed[-1]:.3g}"]
    assert not [answer for answer in (*answers, "lower, by", "halves") if answer in around]


@pytest.mark.parametrize(("where", "unit"), [(FRONT, "evaluations"), (CHAPTER, "iterations")])
def test_a_line_is_drawn_locked_and_held_against_the_run(opened, where, unit):
    figure = opened(where)
    lock(figure)
    assert "to the right edge first" in figure.box.inner_text() and figure.evaluate(UNTOUCHED)
    draw(figure, (0.1, 0.3), (0.5, 0.5))
    lock(figure)
    assert figure.evaluate(UNTOUCHED), "half a line is none"
    draw(figure, (0.5, 0.4), (1, 0.6))
    lock(figure)
    figure.wait(TOLD)
    score, axis = in_nnlib(figure)
    assert axis == unit
    told = figure.box.locator(".bet-told")
    assert told.inner_text() == score.sentence(unit) and told.get_attribute("role") == "status"
    rows = figure.box.locator(".bet-numbers tbody tr")
    assert rows.count() == len(score.at) == 16
    (bet,) = figure.page.evaluate(ALL)
    assert bet["truth"] == pytest.approx(score.computed, rel=1e-5)
    assert bet["off"] == pytest.approx(score.factor) and bet["far"] == score.far
    assert bet["settings"] == figure.evaluate("figure.settings") and bet["page"] == where[0]

    # Free play: the line belongs to its settings, and nothing asks for another bet.
    with_line = figure.picture()
    figure.button("Play again").click()
    figure.wait()
    assert len(figure.page.evaluate(ALL)) == 1, "the same bet counts once"
    figure.control("n_hidden").press("ArrowRight")
    figure.wait("figure.ended && figure.done")
    assert not told.is_visible() and not rows.first.is_visible()
    assert figure.evaluate("figure.bet.shown") is False
    figure.control("n_hidden").press("ArrowLeft")
    figure.wait("figure.ended && figure.done")
    assert told.is_visible() and figure.picture() == with_line
    figure.load()
    assert figure.button("Play").is_visible() and not figure.box.locator(".bet-ask").is_visible()
    figure.button("Bet again").click()
    assert figure.evaluate(UNTOUCHED) and figure.box.locator(".bet-ask").is_visible()


def test_a_setting_that_moves_begins_the_bet_anew(opened):
    figure = opened()
    draw(figure)
    figure.control("n_hidden").press("ArrowRight")
    assert figure.evaluate("figure.bet.points().length") == 1
    assert "13 hidden units" in figure.box.locator(".bet-ask").inner_text()
    figure.unfold()
    figure.control("against").select_option("iterations")
    assert "2000 iterations" in figure.box.locator(".bet-ask").inner_text()


def test_a_finger_draws_and_the_page_stays_where_it_is(opened):
    options = {"has_touch": True, "viewport": {"width": 390, "height": 800}}
    figure = opened(**options)
    devtools, page = figure.page.context.new_cdp_session(figure.page), figure.page
    places = corners(figure, (0.1, 0.3), (0.4, 0.4), (0.7, 0.8), (1, 0.9))
    before = page.evaluate("scrollY")
    for k, (x, y) in enumerate(places):
        kind = "touchMove" if k else "touchStart"
        devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    heights = figure.evaluate("figure.bet.points().map((p) => p[1])")
    assert len(heights) > 80 and heights[-1] < 0.01 < heights[len(heights) // 3]
    assert page.evaluate("scrollY") == before
    action = "getComputedStyle({}).touchAction"
    assert figure.evaluate(action.format("figure.canvas.node")) == "none"
    assert figure.evaluate(action.format("figure.mount")) == "auto"
    lock(figure)
    figure.wait(TOLD)
    assert figure.evaluate(action.format("figure.canvas.node")) == "auto"
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    figure.unfold()
    page.evaluate("document.querySelector('.bets-panel').open = true")
    assert page.evaluate(wide) == 0


def test_the_keyboard_alone_suffices(opened):
    figure = opened()
    keys, focus = figure.page.keyboard, "document.activeElement.textContent"
    figure.box.locator(".bet-handles summary").focus()
    keys.press("Enter")
    for presses in (2, 6, 10, 14, 18):
        keys.press("Tab")
        for _ in range(presses):
            keys.press("ArrowLeft")
    last = figure.box.get_by_role("slider", name="Loss after 2000 evaluations")
    assert re.fullmatch(r"0\.\d+ nats", last.get_attribute("aria-valuetext"))
    line = figure.evaluate("figure.bet.points()")
    assert all(a[1] > b[1] for a, b in pairwise(line)) and line[-1][0] == 2000
    keys.press("Tab")
    assert figure.page.evaluate(focus) == "Lock it in and train"
    keys.press("Enter")
    figure.wait(TOLD)
    assert figure.page.evaluate(focus) == "Play again", "the focus is lost"
    score, unit = in_nnlib(figure)
    assert figure.box.locator(".bet-told").inner_text() == score.sentence(unit)


def test_who_would_rather_look_may_and_is_not_asked_again(opened):
    figure = opened()
    figure.button("I'd rather just look").click()
    figure.wait("figure.ended && figure.done")
    assert figure.page.evaluate(ALL) == [] and figure.box.locator(".bet-told").inner_text() == ""
    figure.load()
    figure.page.wait_for_timeout(300)
    assert figure.evaluate(UNTOUCHED) and figure.button("Play").is_visible()


def test_without_bets_the_page_is_open(figure_on):
    figure = figure_on("step_size_race", reduced_motion="no-preference")
    figure.wait("figure.ended && figure.done")
    assert figure.page.locator(".bet-ask, .bets-panel").count() == 0
    assert figure.button("Bet again").count() == 0


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
    figure = opened(before=trouble)
    draw(figure)
    lock(figure)
    figure.wait(TOLD)
    assert len(figure.page.evaluate(ALL)) == 1
    assert "Your bets: 1" in panel(figure.page).inner_text()
    assert panel(figure.page).inner_text().count("keeps nothing") == 1
    assert "stay in this browser" not in panel(figure.page).inner_text()
    assert len(json.loads(figure.page.evaluate("live.bets.file()"))["bets"]) == 1
    theme = "script error: (no|full)$|console: Got invalid theme"  # it wants to keep its mode
    figure.problems[:] = [text for text in figure.problems if not re.match(theme, text)]


@pytest.mark.parametrize("from_disk", [False, True])
def test_two_tabs_keep_each_others_bets_also_from_disk(opened, book, site, from_disk):
    figure = opened(base=book.as_uri() if from_disk else site)
    other = figure.page.context.new_page()
    other.goto(figure.start, wait_until="load")
    for page in (figure.page, other, figure.page):
        page.evaluate(f"(live.bets.record({BET}), 0)")
    for page in (figure.page, other):
        page.locator(".bets-panel", has_text="Your bets: 3, 3 far off").wait_for()
        assert len({bet["at"] for bet in page.evaluate(ALL)}) == 3
    figure.load()
    assert len(figure.page.evaluate(ALL)) == 3
    panel(figure.page).get_by_role("button", name="Erase").click()
    assert len(figure.page.evaluate(ALL)) == 3, "it asks once"
    panel(figure.page).get_by_role("button", name="Erase all, for good").click()
    other.evaluate(f"(live.bets.record({BET}), 0)")
    assert len(figure.page.evaluate(ALL)) == 1, "what was erased has come back"


def test_a_store_that_cannot_be_read_is_put_aside(opened):
    figure = opened(
        before=f"{AT_HOME} localStorage['one-hidden-layer-bets'] ??= '{{\"bets\": [{{}}, 7'"
    )
    assert figure.page.evaluate(ALL) == []
    figure.page.evaluate(f"(live.bets.record({BET}), 0)")
    assert len(figure.page.evaluate(ALL)) == 1
    assert figure.page.evaluate("localStorage['one-hidden-layer-bets-unread']").endswith("7")


def test_a_file_goes_out_and_in_and_nonsense_is_refused_kindly(opened, tmp_path):
    figure = opened()
    figure.page.evaluate(f"(live.bets.record({BET}), live.bets.record({BET}), 0)")
    kept = figure.page.evaluate(ALL)
    with figure.page.expect_download() as download:
        panel(figure.page).get_by_role("button", name="Export").click()
    file = tmp_path / "bets.json"
    download.value.save_as(file)
    whole = json.loads(file.read_text(encoding="utf-8"))
    assert whole["bets"] == kept

    def take(content):
        file.write_text(content if isinstance(content, str) else json.dumps(content))
        panel(figure.page).locator("input[type=file]").set_input_files(file)
        said = panel(figure.page).locator("[role=status]")
        figure.wait("document.querySelector('.bets-panel [role=status]').textContent")
        text = said.inner_text()
        said.evaluate("(p) => { p.textContent = ''; }")
        return text

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
    assert figure.page.evaluate("live.bets.due('race').length") == 1


def at_day(figure, day):
    figure.page.clock.set_fixed_time(1_800_000_000 + day * 86_400)  # seconds


def test_a_bad_bet_comes_back_after_1_7_and_30_days_and_a_bad_one_begins_anew(opened):
    figure = opened()
    due = "live.bets.due('race').length"
    record = f"(change) => (live.bets.record({{ ...{BET}, ...change }}), 0)"
    at_day(figure, 0)
    figure.page.evaluate(record, {})
    figure.page.evaluate(record, {"far": False})
    figure.page.evaluate(record, {"kind": "choose"})
    of = figure.page.evaluate("live.bets.key(live.bets.all()[0])")
    day, history = 0, [(1, False), (7, True), (1, False), (7, False), (30, False)]
    for wait, far in history:
        at_day(figure, day + wait - 0.01)
        assert figure.page.evaluate(due) == 0
        day += wait
        at_day(figure, day)
        assert figure.page.evaluate(due) == 1
        figure.page.evaluate(record, {"far": far, "of": of})
        assert figure.page.evaluate(due) == 0
    at_day(figure, day + 1000)
    assert figure.page.evaluate(due) == 0, "three good ones in a row are enough"


def test_no_question_repeats_and_each_follows_from_its_bet(opened):
    figure = opened()
    asked = """() => {
        const { defaults } = live.mounted[0], entry = { ...BET, at: 1 };
        const ask = (round) => live.comingBack({ entry, round }, defaults);
        return [ask(1), ask(1), ...Array.from({ length: 50 }, (_, i) => ask(i + 2))];
    }""".replace("BET", BET)
    first, same, *others = figure.page.evaluate(asked)
    assert first == same and first.keys() == figure.evaluate("figure.defaults").keys()
    assert len({json.dumps(one) for one in [first, *others]}) == 51
    record = "(settings) => (live.bets.record({ ...BET, settings }), 0)".replace("BET", BET)
    figure.page.evaluate(record, first)
    assert figure.page.evaluate(asked)[0] != first


def test_the_front_page_offers_it_under_other_settings(opened):
    figure = opened(CHAPTER)
    at_day(figure, 0)
    draw(figure, (0.1, 0.9), (1, 0.95))
    lock(figure)
    figure.wait(TOLD)
    (bet,) = figure.page.evaluate(ALL)
    assert bet["far"]
    figure = figure._replace(id=FRONT[1], start=figure.start.replace(CHAPTER[0], FRONT[0]))
    offer = figure.button("Bet on another start")
    for day, there in ((0.9, 0), (1.1, 1)):
        at_day(figure, day)
        figure.load()
        assert offer.filter(visible=True).count() == there
    figure.rather_look()
    figure.wait("figure.ended && figure.done")
    offer.click()
    assert figure.evaluate(UNTOUCHED) and not offer.is_visible()
    settings = figure.evaluate("figure.settings")
    assert all(settings[name] != bet["settings"][name] for name in ("seed", "n_hidden", "alpha"))
    assert settings["against"] == "iterations", "another question than the one that was far off"
    figure.evaluate(  # what nobody can: the curve itself
        """(() => {
            const { bet } = figure, other = Object.create(Object.getPrototypeOf(figure));
            Object.assign(other, { settings: figure.settings }).start();
            for (let k = 0; k < bet.last; k++) other.runs[1].iterate();
            const { loss } = other.runs[1];
            const at = (j) => loss[Math.round((j * bet.last) / 96)];
            for (let j = 1; j <= 96; j++) bet.parts[j] = Math.log10(at(j));
        })()"""
    )
    lock(figure)
    figure.wait(TOLD)
    _, again = figure.page.evaluate(ALL)
    assert again["of"] == f"{bet['id']} {bet['at']}" and not again["far"]
    assert figure.page.evaluate("live.bets.due('race').length") == 0
    at_day(figure, 1.1 + 7)
    assert figure.page.evaluate("live.bets.due('race')[0].round") == 2


# --- who reads it, and where ----------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_an_open_bet_a_told_one_and_the_panel_break_no_accessibility_rule(opened, theme):
    before = f"{AT_HOME} localStorage.mode = localStorage.theme = '{theme}'"
    figure = opened(before=before, viewport={"width": 390, "height": 900}, color_scheme=theme)
    figure.page.evaluate(f"(live.bets.record({BET}), 0)")
    panel(figure.page)
    figure.unfold()

    def faults():
        figure.page.wait_for_timeout(400)
        found = (
            Axe()
            .run(figure.page, options={"resultTypes": ["violations"], "preload": False})
            .response
        )
        nodes = [node["html"] for rule in found["violations"] for node in rule["nodes"]]
        return [node for node in nodes if "math" not in node]  # formulas are not loaded here

    assert not faults()
    draw(figure)
    lock(figure)
    figure.wait(TOLD)
    panel(figure.page).get_by_role("button", name="Erase").click()
    assert not faults()


def test_on_paper_an_open_bet_is_the_picture_of_the_race(opened):
    figure = opened()
    figure.page.emulate_media(media="print")
    picture = figure.page.locator(f"figure[id='{figure.id}'] .live-still")
    assert picture.is_visible() and not figure.box.is_visible()
    assert not figure.page.locator(".bets-panel").is_visible()


def test_without_scripts_there_is_the_picture_and_the_finding_is_folded(browser, site):
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{site}/{FRONT[0]}", wait_until="load")
    assert page.locator(f"[id='{FRONT[1]}'] .live-still img").is_visible()
    finding = page.get_by_text("After 2000 evaluations the constant step 1 is lower")
    assert not finding.is_visible()
    page.get_by_text("After the race").click()
    assert finding.is_visible()
    page.close()


def test_the_scripts_and_styles_of_bets_are_small(root):
    names = ("store.js", "store.css", "score.js", "draw.js", "draw.css")
    paths = [root / "book/assets/bets" / name for name in names]
    assert 5000 < sum(len(gzip.compress(path.read_bytes())) for path in paths) < 11_000
