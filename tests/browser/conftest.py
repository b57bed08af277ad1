"""Pages with live figures, opened with everything that may go wrong on them recorded."""

import contextlib
import re
from typing import NamedTuple

import pytest

PAGES = {  # figure in Python -> page and id of one of them
    "network_counter": ("notebooks/01_counting_parameters.html", "fig-counter"),
    "step_size_race": ("notebooks/03_constant_step_against_armijo.html", "fig-race"),
    "armijo_microscope": ("notebooks/03_constant_step_against_armijo.html", "fig-microscope"),
}


class Figure(NamedTuple):
    """A live figure on an open page."""

    page: object
    id: str
    box: object  # locator of its mount point
    problems: list
    start: str = ""  # the address that was opened

    def control(self, name):
        """The slider or menu of a setting."""
        return self.box.locator(f"[id='{self.id}-{name}']")

    def number(self, name):
        """The number box of a setting."""
        return self.box.locator(f"[id='{self.id}-{name}-number']")

    def button(self, name):
        return self.box.get_by_role("button", name=name, exact=True)

    def words(self):
        """What a screen reader is told, once it has settled."""
        self.page.wait_for_timeout(400)
        return self.box.locator("[aria-live]").inner_text()

    def evaluate(self, script):
        """Run a script with `figure`, the object behind it."""
        return self.page.evaluate(
            f"(() => {{ const figure = live.mounted.find((f) => f.id === '{self.id}');"
            f" return {script}; }})()"
        )

    def wait(self, condition, timeout=20_000):
        self.page.wait_for_function(
            f"(() => {{ const figure = live.mounted.find((f) => f.id === '{self.id}');"
            f" return {condition}; }})()",
            timeout=timeout,
        )

    def picture(self):
        """All its canvases and drawings as text that differs when they do."""
        return self.page.evaluate(
            """(id) => {
                const box = document.getElementById(id).querySelector(".live-figure");
                const canvases = [...box.querySelectorAll("canvas")].map((c) => c.toDataURL());
                const drawings = [...box.querySelectorAll("svg[role=img]")].map((s) => s.innerHTML);
                return canvases.concat(drawings).join();
            }""",
            self.id,
        )


@contextlib.contextmanager
def open_figure(browser, base, name, *, fragment="", formulas=False, before="", **context_options):
    """Open the page of a figure, with it in view; formulas only on request: they take long.

    `before` is a script that runs before those of the page.
    """
    problems = []
    allowed = (re.match(r"http://127\.0\.0\.1:\d+|file://", base)[0], "data:", "blob:")
    options = {"reduced_motion": "reduce", "viewport": {"width": 1280, "height": 900}}
    context = browser.new_context(**(options | context_options))
    page = context.new_page()

    def route(r):
        if "/mathjax/" in r.request.url and not formulas:
            r.fulfill(body="", content_type="text/javascript")
        elif r.request.url.startswith(allowed):
            r.continue_()
        else:
            problems.append(f"request to another host: {r.request.url}")
            r.abort()

    page.route("**/*", route)
    page.on("console", lambda m: m.type == "error" and problems.append(f"console: {m.text}"))
    page.on("pageerror", lambda e: problems.append(f"script error: {e}"))
    path, figure_id = PAGES[name]
    page.add_init_script(before)
    start = f"{base}/{path}" + (f"#{fragment}" if fragment else "")
    page.goto(start, wait_until="load")
    box = page.locator(f"[id='{figure_id}'] .live-figure")
    figure = Figure(page, figure_id, box, problems, start)
    box.scroll_into_view_if_needed()
    if context_options.get("java_script_enabled", True):
        figure.wait("figure.visible && figure.painted > 0")
    yield figure
    context.close()


@pytest.fixture
def figure_on(browser, site):
    """A function that opens the page of a figure; all are closed at the end."""
    with contextlib.ExitStack() as stack:
        yield lambda name, **options: stack.enter_context(
            open_figure(browser, options.pop("base", site), name, **options)
        )


@pytest.fixture(scope="session")
def places():
    """Figure in Python -> page and id of one of them."""
    return PAGES
