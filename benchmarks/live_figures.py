"""How quickly do the live figures of the built book answer, and how much do they train in a frame?

    make book && python benchmarks/live_figures.py

Moves each slider to a new place again and again, in headless Chromium. "drawn" is the time until
the script has drawn the new picture, "shown" until a frame with it has been handed on.
"""

import shutil
import statistics
from pathlib import Path

from playwright.sync_api import sync_playwright

BOOK = Path(__file__).resolve().parents[1] / "_build" / "html"
CHAPTER_1 = "notebooks/01_counting_parameters.html"
CHAPTER_3 = "notebooks/03_constant_step_against_armijo.html"
FIGURES = {
    "fig-counter": (CHAPTER_1, ["n_hidden"]),
    "fig-unit": (CHAPTER_1, ["direction", "sharpness", "vote_0"]),
    "fig-microscope": (CHAPTER_3, ["iteration", "alpha0", "sigma", "beta"]),
    "fig-race": (CHAPTER_3, ["n_hidden", "alpha", "noise"]),
}
MOVE = """async ([id, name, n]) => {
    const figure = live.mounted.find((f) => f.id === id);
    const range = document.getElementById(`${id}-${name}`);
    const low = Number(range.min), high = Number(range.max), drawn = [], shown = [];
    const frame = () => new Promise((r) => requestAnimationFrame(r));
    const task = () => new Promise((r) => {
        const channel = new MessageChannel();
        channel.port1.onmessage = r;
        channel.port2.postMessage(0);
    });
    for (let i = 0; i < n; i++) {
        await new Promise((r) => setTimeout(r, 40 + (i * 13) % 23));
        range.value = low + (high - low) * ((i * 0.37) % 1);
        const begin = performance.now(), before = figure.painted;
        range.dispatchEvent(new Event("input", { bubbles: true }));
        while (figure.painted <= before) await frame();
        drawn.push(performance.now() - begin);
        await frame();
        await task();
        shown.push(performance.now() - begin);
    }
    return [drawn, shown];
}"""
TRAIN = """async ([nHidden]) => {
    const figure = live.mounted.find((f) => f.id === "fig-race"), counts = [];
    Object.assign(figure.settings, { n_hidden: nHidden, alpha: 1, noise: 0, n_iterations: 2000 });
    figure.start();
    Object.assign(figure, { goal: 2000, quiet: false });
    live.wake(figure);
    for (let k = 0; !figure.done; k = figure.k) {
        await new Promise((r) => requestAnimationFrame(r));
        counts.push(figure.k - k);
    }
    return counts;
}"""


def describe(name, times):
    return f"{name} median {statistics.median(times):5.1f} ms, worst {max(times):5.1f} ms"


def main():
    """Measure every slider, then the training."""
    found = filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=next(found), args=["--no-sandbox", "--disable-gpu"]
        )
        for figure, (path, sliders) in FIGURES.items():
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(f"{BOOK.as_uri()}/{path}?bets=off")
            page.locator(f"#{figure}").scroll_into_view_if_needed()
            page.wait_for_timeout(4000)
            for slider in sliders:
                drawn, shown = page.evaluate(MOVE, [figure, slider, 120])
                print(
                    f"{figure:15}{slider:10} {describe('drawn', drawn)}; {describe('shown', shown)}"
                )
            if figure == "fig-race":
                for n_hidden in (12, 64):
                    counts = page.evaluate(TRAIN, [n_hidden])
                    print(f"N_H = {n_hidden}: {statistics.median(counts):.0f} iterations a frame")
        browser.close()


if __name__ == "__main__":
    main()
