"""Pictures behind three sliders: one line search, one difference step, one planted mistake."""

import numpy as np

from nnlib import network, searches, style
from nnlib.datasets import load_dataset
from nnlib.descent import Ray, gradient_descent
from nnlib.gradcheck import METHODS, check_gradient, numeric_gradient
from nnlib.mistakes import MISTAKES
from nnlib.objective import Objective
from nnlib.pictures import Picture
from nnlib.steps import Armijo

RIGHT = "none: the right gradient"


class ArmijoPicture(Picture):
    """One search of Armijo's rule at a point of a training run."""

    alt = "The loss along the negative gradient, Armijo's line, and every trial of one search"

    def __init__(self, last_iteration, n_hidden=12, seed=0):
        super().__init__((7, 5), {"search": (0.13, 0.3, 0.84, 0.67)})
        data = load_dataset("spirals")
        self.objective = Objective(data.X_train, data.y_train)
        self.thetas = []  # on the way of the default rule: the sliders change the search alone
        gradient_descent(
            self.objective,
            network.init_parameters(n_hidden, seed=seed),
            Armijo(),
            last_iteration,
            callback=lambda k, theta, value: self.thetas.append(theta),
        )

    def draw(self, iteration, alpha0, sigma, beta):
        """Search anew at one iteration, with the rule of the sliders."""
        theta = self.thetas[iteration]
        phi0, gradient = self.objective.value_and_gradient(theta)
        phi, slope = Ray(self.objective, theta, -gradient), -float(gradient @ gradient)
        result = Armijo(alpha0, sigma, beta, max_backtracks=200)(phi, phi0, slope)
        lowest_alpha = result.trials[-1].alpha / 4
        alphas = np.geomspace(lowest_alpha, 1.2 * alpha0, 160)
        values = np.array([phi(alpha) for alpha in alphas])
        self._show(alphas, values, result, phi0, slope, sigma)
        yield [self._words(iteration, result, phi0)]

    def _show(self, alphas, values, result, phi0, slope, sigma):
        ax = self.axes["search"]
        ax.clear()
        searches.plot_armijo(alphas, values, result, phi0, slope, sigma, ax=ax)
        # A long first trial may lie far above; the picture is about the place where it goes down.
        lowest = min(values.min(), phi0 + sigma * alphas[-1] * slope)
        room = 2.5 * (phi0 - values.min())
        top = phi0 + room
        above = [trial.alpha for trial in result.trials if trial.value > top]
        if above:
            label, height = "rejected, above the picture", top - 0.04 * room
            ax.plot(above, [height] * len(above), "^", color=style.RUN_COLOURS[1], label=label)
        ax.set(xscale="log", xlim=(alphas[0], alphas[-1]))
        ax.set_ylim(max(lowest, values.min() - room) - 0.1 * room, top)
        ax.axhline(phi0, color="#777777", lw=1, ls=":")
        ax.legend(loc="upper center", bbox_to_anchor=(0.46, -0.19), ncols=2)
        self.still_changed()

    def _words(self, iteration, result, phi0):
        rejected = [f"{trial.alpha:.3g}" for trial in result.trials]
        if result.accepted:
            rejected.pop()
            end = f"accepted α = {result.alpha:.3g}, loss {phi0:.4g} to {result.value:.4g} nats"
        else:
            end = f"gave up: {result.reason}"
        if len(rejected) > 6:
            rejected[3:-1] = ["…"]
        before = f"rejected α = {', '.join(rejected)}; " if rejected else ""
        return f"Iteration {iteration}: {before}{end}; {len(result.trials)} evaluations."


class DifferencePicture(Picture):
    """Error of the three difference formulas against h, one h marked."""

    alt = "Error of forward, central and complex-step differences against the step h"

    def __init__(self, h, n_hidden=12, seed=0):
        super().__init__((7, 4.2), {"errors": (0.14, 0.15, 0.83, 0.82)})
        data = load_dataset("spirals")
        objective = Objective(data.X_train, data.y_train)
        theta = network.init_parameters(n_hidden, seed=seed)
        exact = objective.gradient(theta)
        self.h = np.asarray(h)
        self.errors = {
            method: np.array(
                [abs(numeric_gradient(objective.value, theta, method, s) - exact).max() for s in h]
            )
            for method in METHODS
        }
        ax = searches.plot_differences(self.h, self.errors, ax=self.axes["errors"])
        (self.line,) = ax.plot([], [], color="#777777", lw=1.2, transform=ax.get_xaxis_transform())
        self.dots = [
            ax.plot([], [], "o", ms=9, color=style.run_style(i)["color"])[0]
            for i in range(len(self.errors))
        ]
        self.moving = [self.line, *self.dots]

    def draw(self, h):
        """Mark h on every curve."""
        nearest = np.argmin(abs(np.log(self.h / h)))
        self.line.set_data([h, h], [0, 1])
        words = []
        for dot, (method, errors) in zip(self.dots, self.errors.items(), strict=True):
            dot.set_data([h], [max(errors[nearest], 1e-18)])
            words.append(f"{method}: error {errors[nearest]:.0e}, {self._cause(errors, nearest)}")
        yield words

    def _cause(self, errors, i):
        """Which of the two errors is the larger one at h[i]?"""
        if errors[i] < 1e-15:
            return "all digits right"
        return "mostly truncation" if self.h[i] > self.h[np.argmin(errors)] else "mostly rounding"


class MistakesPicture(Picture):
    """Analytic against numeric gradient, entry by entry, with one mistake planted."""

    alt = "Each entry of a gradient against its numeric value; right entries lie on the diagonal"

    def __init__(self, n_hidden=12, seed=0):
        super().__init__((7, 4.6), {"entries": (0.14, 0.14, 0.6, 0.82)})
        self.data = load_dataset("spirals")
        self.objective = Objective(self.data.X_train, self.data.y_train)
        self.theta = network.init_parameters(n_hidden, seed=seed)
        self.blocks = network.unpack(np.arange(self.theta.size))._asdict()
        self.numeric = numeric_gradient(self.objective.value, self.theta, "complex")

    def draw(self, mistake):
        """Plant the mistake of that name."""
        wrong = MISTAKES.get(mistake)
        if wrong is None:
            analytic = self.objective.gradient(self.theta)
        else:
            analytic = wrong(self.theta, self.data.X_train, self.data.y_train)
        check = check_gradient(
            self.objective.value, lambda theta: analytic, self.theta, "complex", self.blocks
        )
        ax = self.axes["entries"]
        ax.clear()
        ax.axline((0, 0), slope=1, color="#777777", lw=1, zorder=0)
        for i, (name, where) in enumerate(self.blocks.items()):
            label = (
                f"{style.BLOCK_SYMBOLS[name]} {'right' if check.blocks[name].passed else 'WRONG'}"
            )
            colour, marker = style.RUN_COLOURS[i], style.class_marker(i)
            ax.plot(self.numeric[where].ravel(), analytic[where].ravel(), marker, color=colour,
                    alpha=0.7, label=label)  # fmt: skip
        ax.set(xlabel="complex-step gradient (nats)", ylabel="gradient under test (nats)")
        ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
        self.still_changed()
        yield [
            f"{name}: {'right' if block.passed else block.cause}; worst {block.name}, "
            f"{block.analytic:+.3g} where {block.numeric:+.3g} is right"
            for name, block in check.blocks.items()
        ]
