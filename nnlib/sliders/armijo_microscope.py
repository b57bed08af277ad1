"""Chapter 3: one search of Armijo's rule on the way of a training run."""

from itertools import islice

import numpy as np

from nnlib import Armijo, Objective, descend, init_parameters, load_dataset
from nnlib.descent import Ray
from nnlib.plots import plot_armijo, style
from nnlib.sliders.controls import SETTINGS
from nnlib.sliders.live_figure import LiveFigure


class armijo_microscope(LiveFigure):
    """One search of Armijo's rule on the way of a training run: its trials and what it accepted.

    Parameters
    ----------
    iteration, alpha0, sigma, beta
        Where the sliders start: a place on the way, 0 to 500; the first trial, 0.01 to 1000; the
        share of the promised decrease, 1e-6 to 0.99; the factor of a cut, 0.1 to 0.9.
    """

    boxes = (("search", (0.13, 0.3, 0.84, 0.67)),)
    alt = "The loss along the negative gradient, Armijo's line, and every trial of one search"

    def __init__(self, iteration=0, alpha0=10.0, sigma=1e-4, beta=0.5):
        super().__init__(iteration=iteration, alpha0=alpha0, sigma=sigma, beta=beta)

    def begin(self):
        data = load_dataset("spirals")
        self.objective = Objective(data.X_train, data.y_train)
        way = descend(self.objective, init_parameters(12), Armijo())
        self.way = [*islice(way, SETTINGS["iteration"]["max"] + 1)]  # the sliders leave it alone

    def draw(self, iteration, alpha0, sigma, beta):
        point = self.way[min(iteration, len(self.way) - 1)]  # it may end early
        phi = Ray(self.objective, point.theta, -point.gradient)
        result = Armijo(alpha0, sigma, beta, max_backtracks=200)(phi, point.value, point.slope)
        alphas = np.geomspace(result.trials[-1].alpha / 4, 1.2 * alpha0, 160)
        values, ax = np.array([phi(alpha) for alpha in alphas]), self.axes["search"]
        ax.clear()
        plot_armijo(alphas, values, result, point.value, point.slope, sigma, ax=ax)
        # A long first trial may lie far above; the picture is about the place where it goes down.
        lowest, room = values.min(), 2.5 * (point.value - values.min())
        top, line_end = point.value + room, point.value + sigma * alphas[-1] * point.slope
        above = [trial.alpha for trial in result.trials if trial.value > top]
        if above:
            look = {"color": style.RUN_COLOURS[1], "label": "rejected, above the picture"}
            ax.plot(above, [top - 0.04 * room] * len(above), "^", **look)
        bottom = max(min(lowest, line_end), lowest - room) - 0.1 * room
        ax.set(xscale="log", xlim=(alphas[0], alphas[-1]), ylim=(bottom, top))
        ax.axhline(point.value, color="#777777", lw=1, ls=":")
        ax.legend(loc="upper center", bbox_to_anchor=(0.46, -0.19), ncols=3)
        yield [_words(point, result)]


def _words(point, result):
    n = len(result.trials)
    alphas, end = [f"{trial.alpha:.3g}" for trial in result.trials], f"gave up: {result.reason}"
    if result.accepted:
        losses = f"{point.value:.4g} to {result.value:.4g} nats"
        end = f"accepted α = {alphas.pop()}, loss {losses}"
    if len(alphas) > 6:
        alphas[3:-1] = ["…"]
    before = f"rejected α = {', '.join(alphas)}; " if alphas else ""
    return f"Iteration {point.k}: {before}{end}; {n} evaluation{'s' * (n > 1)}."
