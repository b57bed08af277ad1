"""Chapter 2: the step of a difference formula."""

import numpy as np

from nnlib import Objective, init_parameters, load_dataset
from nnlib.gradient_check import METHODS, numeric_gradient
from nnlib.plots import plot_differences
from nnlib.sliders.live_figure import LiveFigure


class difference_step(LiveFigure):
    """Error of forward, central and complex-step differences, with a slider for their step.

    Parameters
    ----------
    h : float: where the slider starts, 1e-15 to 0.1
    """

    size, boxes = (7, 4.2), (("errors", (0.14, 0.15, 0.83, 0.82)),)
    alt = "Error of forward, central and complex-step differences against the step h"

    def __init__(self, h=1e-5):
        super().__init__(h=h)

    def begin(self):
        data, theta = load_dataset("spirals"), init_parameters(12)
        objective = Objective(data.X_train, data.y_train)
        exact = objective.gradient(theta)
        self.h, self.errors = np.logspace(-15, -1, 57), {}
        for method in METHODS:
            numeric = [numeric_gradient(objective.value, theta, method, h) for h in self.h]
            self.errors[method] = abs(np.array(numeric) - exact).max(axis=1)

    def draw(self, h):
        self.axes["errors"].clear()
        plot_differences(self.h, self.errors, marked=h, ax=self.axes["errors"])
        nearest, words = np.argmin(abs(np.log(self.h / h))), []
        for method, errors in self.errors.items():
            cause = "truncation" if nearest > np.argmin(errors) else "rounding"
            cause = "all digits right" if errors[nearest] < 1e-15 else f"mostly {cause}"
            words.append(f"{method}: error {errors[nearest]:.0e}, {cause}")
        yield words
