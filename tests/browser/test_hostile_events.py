"""Random events and addresses: a live figure survives them; `make test-hostile` tries thousands."""

import os
import random
from urllib.parse import quote

import pytest

from nnlib.sliders.controls import SETTINGS

LONG = bool(os.environ.get("HOSTILE"))
WARM, EVENTS = (200, 1000) if LONG else (6, 20)
ADDRESSES = 100 if LONG else 6
FIGURES = ("hidden_unit", "network_counter", "step_size_race", "armijo_microscope")
RANGES = {name: [of["min"], of["max"]] for name, of in SETTINGS.items() if "max" in of}
KEYS = ("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown")
TYPED = ("", "-3", "abc", "1e999", "-1e999", "1e-400", "0x10", ".", "-", "NaN", "1,5", "12", "0.3")
WATCH = """
// The page may move between the look for a place in the figure and the click: no link is followed.
addEventListener("click", (e) => { if (e.target.closest?.("a")) e.preventDefault(); }, true);
window.badCalls = [];  // what a canvas would leave out without a word
for (const name of ["lineTo", "moveTo", "arc", "rect", "fillText", "drawImage", "translate"]) {
    const draw = CanvasRenderingContext2D.prototype[name];
    CanvasRenderingContext2D.prototype[name] = function (...given) {
        const wrong = (x) => /NaN|Infin|undef/.test(x);
        if (given.some(wrong)) window.badCalls.push(`${name}(${given})`);
        return draw.apply(this, given);
    };
}
"""
FAULTS = """([id, ranges]) => {
    const figure = live.mounted.find((f) => f.id === id), faults = badCalls.splice(0);
    const wrong = /NaN|Infinity|undefined|null|\\[object|not a number/, { mount } = figure;
    const text = mount.innerText;
    if (wrong.test(text)) faults.push(`shown: ${text.match(RegExp(".{20}" + wrong.source))}`);
    for (const node of [mount, ...mount.querySelectorAll("*")])
        for (const { name, value } of node.attributes)
            if (wrong.test(value)) faults.push(`<${node.tagName} ${name}="${value.slice(0, 80)}">`);
    for (const [name, value] of Object.entries(figure.settings)) {
        if (!ranges[name]) continue; // a menu
        const [low, high] = ranges[name], place = document.getElementById(`${id}-${name}`).value;
        if (!(low <= value && value <= high)) faults.push(`${name} = ${value}`);
        if (!Number.isFinite(Number(place))) faults.push(`${name} stands at ${place}`);
    }
    return faults;
}"""
PICTURE = "canvas, svg[role=img]"
SET_THEME = "(t) => { document.documentElement.dataset.theme = t; }"


def faults(figure):
    return figure.page.evaluate(FAULTS, [figure.id, RANGES]) + figure.problems


def press_first_slider(figure, key):
    setting = figure.evaluate("figure.constructor.controls[0]")
    figure.control(setting).press(key)
    return setting


class Monkey:
    """Somebody who does anything at all to a figure, the same with the same seed."""

    def __init__(self, figure, seed):
        self.figure, self.page, self.random = figure, figure.page, random.Random(seed)
        self.mouse, self.keyboard, self.typed = self.page.mouse, self.page.keyboard, 0
        self.devtools = self.page.context.new_cdp_session(self.page)
        self.devtools.send("Performance.enable")
        kinds = {self.keys: 6, self.slide: 4, self.drag: 3, self.type: 5, self.choose: 2}
        kinds |= {self.click: 10, self.around: 5, self.hide: 1, self.fragment: 1}
        self.kinds = [kind for kind, weight in kinds.items() for _ in range(weight)]

    def on(self, selector, action, given=None):
        """Scroll a random element of the figure into view and do something with it: (e, x)."""
        return self.figure.box.evaluate(
            f"""(box, [selector, share, x]) => {{
                const found = box.querySelectorAll(selector);
                const e = found[Math.floor(share * found.length)];
                const say = (name) => e.dispatchEvent(new Event(name, {{ bubbles: true }}));
                e.scrollIntoView({{ block: "center", behavior: "instant" }});
                {action}
            }}""",
            [selector, self.random.random(), given],
        )

    def place(self, selector):
        """A random place on a random element: x, y; None if it is folded away or covered."""
        action = """
            const r = e.getBoundingClientRect();
            const place = [r.left + x[0] * r.width, r.top + x[1] * r.height];
            return box.contains(document.elementFromPoint(...place)) ? place : null;"""
        return self.on(selector, action, [self.random.random(), self.random.random()])

    def click(self):
        if place := self.place(self.random.choice(["button", "button", PICTURE])):
            self.mouse.click(*place, click_count=self.random.randint(1, 2))
            self.mouse.wheel(self.random.uniform(-50, 50), self.random.uniform(-900, 900))

    def drag(self):
        if place := self.place(self.random.choice(["input[type=range]", PICTURE])):
            self.mouse.move(*place)
            self.mouse.down()
            for _ in range(3):
                x, y = self.random.uniform(0, 1280), place[1] + self.random.uniform(-40, 40)
                self.mouse.move(x, y)
            self.mouse.up()

    def keys(self):
        self.on("input[type=range]", "e.focus();")
        for _ in range(self.random.randint(1, 4)):
            self.keyboard.press(self.random.choice(KEYS))

    def slide(self):
        action = 'e.value = Number(e.min) + x * (e.max - e.min); say("input"); say("change");'
        share = self.random.choice([0, 1, 2, -1, self.random.random(), self.random.random()])
        self.on("input[type=range]", action, share)

    def type(self):
        self.on("input[type=number]", "e.focus();")
        self.keyboard.press("Control+A")
        text = self.random.choice([*TYPED, f"{self.random.uniform(-2, 600):.3g}"])
        self.keyboard.type(text) if text else self.keyboard.press("Delete")
        self.keyboard.press(self.random.choice(["Tab", "Enter", "ArrowUp", "Shift+Tab"]))
        self.typed += 1

    def choose(self):
        action = """if (e.tagName !== "SELECT") return e.click();
            e.selectedIndex = x % e.options.length; say("change");"""
        self.on("select, input[type=checkbox], summary, button", action, self.random.randrange(9))

    def around(self):
        kind, random = self.random.randrange(2), self.random
        if kind == 0:
            size = {"width": random.randint(320, 1280), "height": random.randint(400, 1000)}
            self.page.set_viewport_size(size)
        else:
            self.page.evaluate(SET_THEME, random.choice(["light", "dark"]))
            self.page.emulate_media(color_scheme=random.choice(["light", "dark"]))

    def hide(self):
        """As if the tab went to the back; and once really frozen."""
        script = """(value) => {
            Object.defineProperty(document, "visibilityState", { value, configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
        }"""
        for state, really in (("hidden", "frozen"), ("visible", "active")):
            self.page.evaluate(script, state)
            self.devtools.send("Page.setWebLifecycleState", {"state": really})

    def fragment(self):
        self.page.evaluate("(f) => { location.hash = f; }", address(self.figure, self.random)[0])

    def footprint(self):
        """Bytes, nodes and listeners of the figure at rest, after the rubbish is collected."""
        self.page.set_viewport_size({"width": 1280, "height": 900})
        self.page.evaluate(SET_THEME, "light")
        self.page.emulate_media(media="screen", color_scheme="light")
        self.figure.show()
        self.figure.box.get_by_role("button", name="Defaults").click()
        self.figure.wait("figure.visible && !(figure.start?.(), figure.goTo?.(0))")
        self.page.wait_for_timeout(400)
        for _ in range(3):
            self.devtools.send("HeapProfiler.collectGarbage")
        found = self.devtools.send("Performance.getMetrics")["metrics"]
        self.typed = 0
        return {metric["name"]: metric["value"] for metric in found}


@pytest.mark.parametrize("name", [*FIGURES, "step_size_race with its bet"])
def test_a_figure_survives_random_events(figure_on, name):
    name, _, bets = name.partition(" ")
    figure = figure_on(name, bets=bool(bets), reduced_motion="no-preference", before=WATCH)
    monkey = Monkey(figure, seed=f"{name} 8")
    for count in range(EVENTS):
        if count == WARM:
            before = monkey.footprint()
        monkey.random.choice(monkey.kinds)()
        if count == WARM // 2:
            figure.page.reload(wait_until="load")
            figure.show()
        assert not faults(figure), f"after event {count}"
    typed, after = monkey.typed, monkey.footprint()
    more = {key: after[key] - before[key] for key in before}
    assert more["JSHeapUsedSize"] < 1_000_000
    # For each change of a typed text the browser itself keeps a node, so that it can be undone.
    # A race may have got a table meanwhile: of what was bet, or of what it takes for what.
    assert more["Nodes"] < (300 if "race" in name else 30) + 2 * typed
    assert more["JSEventListeners"] < 10
    figure.wait("figure.painted > 0")
    if bets:
        figure.rather_look()
        figure.button("Reset").click()
    press_first_slider(figure, "Home")
    words = figure.words()
    press_first_slider(figure, "End")
    figure.wait()
    assert figure.words() != words, "it does not answer any more"
    assert not figure.problems


def test_a_race_that_diverges_leaves_the_picture_at_the_top(figure_on):
    """Weight decay times a large step: the loss grows to 1e306, the axis only to a million."""
    fragment = "fig-race?alpha=100&weight_decay=0.1&n_iterations=200"
    figure = figure_on("step_size_race", fragment=fragment, before=WATCH)
    spy = "(real => { live.axes = (...x) => { window.axis = x[3]; return real(...x); }; })"
    figure.page.evaluate(f"{spy}(live.axes)")
    figure.train(200)
    assert "diverged after" in figure.words()
    assert "diverged" in figure.box.locator(".live-verdict").first.inner_text()
    assert figure.page.evaluate("[axis.min, axis.max]") == [1e-3, 1e6]
    assert not faults(figure)


UNFIT = (
    "", " ", "abc", "NaN", "-Infinity", "1e999", "-3", "1e-400", "null", "true", "[12]", '{"a":1}',
    "1,5", "12px", "1_000", "0x", "٣", "１２", "--1", "SPIRALS", "__proto__", "toString",
    "<script>pwned=1</script>", "\"'><svg onload=pwned=1>", "javascript:pwned=1", "${pwned=1}",
    "');pwned=1;//", "\u202e12", "\0", "💥", "a" * 1000)  # fmt: skip
KEYS_UNFIT = "__proto__ constructor.prototype.pwned toString <script> onload N_HIDDEN n_hidden[] 💥"
KEYS_UNFIT = ("", *KEYS_UNFIT.split())


def fit(setting, default, rng):
    if isinstance(default, str):
        return default, default
    low, high = RANGES[setting]
    value = rng.choice([low, high, float(f"{rng.uniform(low, high):.4g}")])
    if isinstance(low, int):
        value = round(value)
        return rng.choice(["{}", " {} ", "{}.0", "{:+}", "{}e0"]).format(value), value
    return rng.choice([repr(value), f"{value:.17e}"]), value


def address(figure, rng):
    defaults = figure.evaluate("figure.defaults")
    wanted, pairs = dict(defaults), []
    for setting, default in defaults.items():
        text, value = fit(setting, default, rng)
        kind = rng.choice(([], ["fit"], ["unfit"], ["fit", "unfit"], ["unfit", "fit"]))
        pairs += [(setting, text if each == "fit" else rng.choice(UNFIT)) for each in kind]
        if kind[:1] == ["fit"]:  # of two, the first counts
            wanted[setting] = value
    pairs += [(rng.choice(KEYS_UNFIT), rng.choice(UNFIT)) for _ in range(rng.randint(0, 3))]
    if rng.random() < 0.05:
        pairs.append(("x", "y" * 100_000))
    query = "&".join(f"{quote(key)}={quote(text, safe='')}" for key, text in pairs)
    before = rng.choice(["", "", ";;", "no-such-figure?n_hidden=3;", "<script>pwned=1</script>;"])
    after = rng.choice(["", "", f";{figure.id}?n_hidden=1&iteration=1", ";%", "&%E0%A4%A", "&&=&"])
    return f"{before}{figure.id}?{query}{after}", wanted


@pytest.mark.parametrize("name", FIGURES)
def test_a_hostile_address_falls_back_to_the_defaults(figure_on, name):
    figure = figure_on(name, before=WATCH)
    page, rng = figure.page, random.Random(f"{name} 6")
    inserted = "document.querySelectorAll('script, img, iframe, svg svg, object, embed').length"
    elements = page.evaluate(inserted)
    for count in range(ADDRESSES):
        fragment, wanted = address(figure, rng)
        if count % 5 == 0:  # as a link from elsewhere
            page.goto("about:blank")
            page.goto(f"{figure.start}#{fragment}", wait_until="load")
        else:
            heard = "(f) => new Promise((r) => { onhashchange = r; location.hash = f; })"
            page.evaluate(heard, fragment)
        assert figure.evaluate("figure.settings") == wanted, fragment[:1000]
        assert not faults(figure), fragment[:1000]
        assert page.evaluate(inserted) == elements, fragment[:1000]
        assert page.evaluate("typeof pwned + typeof ({}).pwned") == "undefinedundefined"
        setting = press_first_slider(figure, "End")
        assert figure.evaluate("figure.settings")[setting] == RANGES[setting][1]
    assert not figure.problems
