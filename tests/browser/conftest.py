"""Pages in a browser, with all that goes wrong on them written down, and their live figures.

A page is opened once and looked at by many tests, or loaded again in the same tab: what the
browser has fetched and compiled stays.
"""

import contextlib
import re
from types import SimpleNamespace
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

RACE = "notebooks/03_constant_step_against_armijo.html"
PAGES = {  # figure in Python -> page and id of one of them
    "hidden_unit": ("notebooks/01_counting_parameters.html", "fig-unit"),
    "network_counter": ("notebooks/01_counting_parameters.html", "fig-counter"),
    "step_size_race": (RACE, "fig-race"),
    "armijo_microscope": (RACE, "fig-microscope"),
}
READY = "document.fonts.ready.then(() => {})"
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
AT_REST = "figure.visible && figure.done !== false && !(figure.settings.iteration > figure.at)"

UNTIL = """new Promise((good, bad) => {  // Playwright's own wait needs eval, which pages forbid
    const end = performance.now() + 60_000, look = () => {  // also on a busy machine
        if (%s) good();
        else if (performance.now() > end) bad(Error("waited in vain"));
        else setTimeout(look, 20);
    };
    look();
})"""


class Figure(NamedTuple):
    page: object
    id: str
    problems: list
    start: str = ""  # the address of the page

    @property
    def box(self):
        return self.page.locator(f"[id='{self.id}'] .live-figure")

    def beside(self, name):
        return self._replace(id=PAGES[name][1])

    def control(self, name):
        return self.box.locator(f"[id='{self.id}-{name}']")

    def number(self, name):
        return self.box.locator(f"[id='{self.id}-{name}-number']")

    def button(self, name):
        return self.box.get_by_role("button", name=name, exact=True)

    def evaluate(self, script):
        """Run a script with `figure`, the object behind it."""
        figure = f"live.mounted.find((f) => f.id === '{self.id}')"
        return self.page.evaluate(f"(() => {{ const figure = {figure}; return {script}; }})()")

    def wait(self, condition=AT_REST):
        self.evaluate(UNTIL % condition)

    def words(self):
        self.wait("figure.words.textContent === figure.sentence()")
        return self.box.locator("[aria-live]").inner_text()

    def picture(self):
        return self.box.evaluate(
            """(box) => [
                ...[...box.querySelectorAll("canvas")].map((c) => c.toDataURL()),
                ...[...box.querySelectorAll("svg[role=img]")].map((s) => s.innerHTML),
            ].join()"""
        )

    def load(self, fragment=""):
        """Load the page, with the figure in view and at rest."""
        self.page.goto("about:blank")  # a new fragment alone would load nothing
        self.page.goto(f"{self.start}#{fragment}" if fragment else self.start, wait_until="load")
        if fragment.startswith(self.id):
            assert self.box.evaluate("(box) => box.getBoundingClientRect().top < innerHeight")
        self.show()
        return self

    def show(self):
        self.box.evaluate("(box) => box.closest('.bet-answer')?.setAttribute('open', '')")
        self.box.scroll_into_view_if_needed()
        self.wait("figure.visible && figure.painted > 0")

    def unfold(self):
        opened = "(folds) => folds.forEach((fold) => { if (fold) fold.open = true; })"
        self.box.evaluate(
            f"(box) => ({opened})([box.closest('.bet-answer'), ...box.querySelectorAll('details')])"
        )

    def rather_look(self):
        button = self.button("I'd rather just look")
        if button.count() and button.is_visible():
            button.click()

    def train(self, n_iterations=100):
        """Bring a race to its end after a few iterations, so that it has something to show."""
        self.unfold()
        self.rather_look()
        if self.number("n_iterations").count():
            self.number("n_iterations").fill(str(n_iterations))
            self.button("To the end").click()
        self.wait()
        return self

    def python(self):
        self.button("Copy as Python").click()
        self.box.locator(".live-said", has_text=re.compile(r"\w")).wait_for()
        return self.box.locator("pre code").text_content()


# The page gives the keyboard what scrolls, once it has its size: the theme's sidebar slides in.
MARKED = """!document.getAnimations().length && ![...document.querySelectorAll(
    "main :is(div, pre, math)")].some((e) => e.tabIndex < 0 && e.checkVisibility() &&
    e.scrollWidth > e.clientWidth && /auto|scroll/.test(getComputedStyle(e).overflowX))"""


def broken_rules(page, *context, **options):
    """The rules of accessibility that a page breaks, or a part of it, each with an element."""
    page.evaluate(UNTIL % MARKED)
    options |= {"resultTypes": ["violations"], "preload": False}  # it would fetch stylesheets anew
    rules = Axe().run(page, *context, options=options).response["violations"]
    return [(f"{rule['id']}: {rule['help']}", n["html"]) for rule in rules for n in rule["nodes"]]


@contextlib.contextmanager
def recorded(browser, base, before="", **options):
    """A page in a context of its own, and the growing list of what goes wrong on it.

    A request to another host counts as well. `before` is a script that runs before the page's own.
    """
    options = {"reduced_motion": "reduce", "viewport": {"width": 1280, "height": 900}} | options
    context = browser.new_context(**options)
    page, problems = context.new_page(), []
    page.add_init_script(before)
    own = (re.match(r"http://127\.0\.0\.1:\d+/|file://", f"{base}/")[0], "data:", "blob:", "about:")

    def failed(r):
        if r.failure != "net::ERR_ABORTED":  # as it is when a page is left early
            problems.append(f"failed: {r.url}")

    page.on("request", lambda r: r.url.startswith(own) or problems.append(f"foreign: {r.url}"))
    page.on("requestfailed", failed)
    page.on("response", lambda r: r.status >= 400 and problems.append(f"{r.status}: {r.url}"))
    page.on("console", lambda m: m.type == "error" and problems.append(f"console: {m.text}"))
    page.on("pageerror", lambda e: problems.append(f"script error: {e}"))
    page.on("dialog", lambda d: (problems.append(f"dialog: {d.message}"), d.dismiss()))
    yield page, problems
    context.close()


@pytest.fixture(scope="session")
def open_page(browser):
    """A context manager: a page of the book; its theme stored or the system's."""

    @contextlib.contextmanager
    def opened(base, path, theme="light", width=1280, stored=True, before=""):
        before += f"; localStorage.mode = localStorage.theme = '{theme}'" if stored else ""
        options = {"color_scheme": theme, "viewport": {"width": width, "height": 900}}
        with recorded(browser, base, before, **options) as (page, problems):
            loaded = set()
            page.on("request", lambda r: loaded.add(urlsplit(r.url).path))
            page.goto(f"{base}/{path}", wait_until="load")
            page.evaluate(READY)
            ids = page.evaluate("(window.live?.mounted ?? []).map((f) => f.id)")
            assert len(ids) == page.locator(".live-figure").count(), "a mount point stayed empty"
            figures = [Figure(page, name, problems) for name in ids]
            yield SimpleNamespace(page=page, problems=problems, figures=figures, loaded=loaded)

    return opened


@contextlib.contextmanager
def tab(browser, base, path, bets=False, **options):
    """A tab for a page with figures: a function from a figure's name to the Figure.

    Without bets a figure answers at once.
    """
    with recorded(browser, base, **options) as (page, problems):
        start = f"{base}/{path}" + ("" if bets else "?bets=off")
        yield lambda name: Figure(page, PAGES[name][1], problems, start)
    assert not problems


@pytest.fixture
def figure_on(browser, site):
    with contextlib.ExitStack() as stack:

        def opened(name, *, base=site, fragment="", **options):
            figures = stack.enter_context(tab(browser, base, PAGES[name][0], **options))
            return figures(name).load(fragment)

        yield opened


@pytest.fixture(scope="session")
def tabs(browser, site):
    """Path of a page -> its tab, without motion; every test that asks for `still` shares them."""
    with contextlib.ExitStack() as stack:
        clipboard = ["clipboard-read", "clipboard-write"]
        yield {
            path: stack.enter_context(tab(browser, site, path, permissions=clipboard))
            for path in dict(PAGES.values())
        }


@pytest.fixture
def still(tabs):
    used = []

    def loaded(name, fragment=""):
        used.append(tabs[PAGES[name][0]](name).load(fragment))
        return used[-1]

    yield loaded
    for figure in used:
        problems = figure.problems[:]
        figure.problems.clear()  # the next test is not to blame
        assert not problems
