"""Chapter 3: two step rules from the same start, drawn while they train."""

from dataclasses import replace

import numpy as np

from nnlib import Armijo, ConstantStep, Objective, arguments, descend, evaluate, init_parameters
from nnlib.data import load_dataset
from nnlib.plots.runs import SO_FAR
from nnlib.sliders.controls import SHARED, say
from nnlib.sliders.live_figure import LiveFigure
from nnlib.sliders.training import Curves, Map, train, verdict

RACERS = SHARED["racers"]


def add_noise(data, noise, seed=0):
    """The same Dataset with its points shifted by normal noise, training and test points alike.

    `noise` >= 0 is its standard deviation in each coordinate, in the units of ``data.X_train``. The
    same seed shifts the same way, whatever the noise.
    """
    noise = arguments.real_number("noise", noise, at_least=0, below=arguments.LARGEST)
    rng = np.random.default_rng(arguments.whole_number("seed", seed, at_least=0))
    train, test = (X + noise * rng.standard_normal(X.shape) for X in (data.X_train, data.X_test))
    return replace(data, X_train=train, X_test=test)


class step_size_race(LiveFigure):
    """Constant step against Armijo, from the same start: losses, and what each network predicts.

    Parameters
    ----------
    n_hidden, alpha, n_iterations, seed, noise, weight_decay
        Where the sliders start: 1 to 64, 0.01 to 100, 100 to 2000, 0 to 99, 0 to 0.5 (of
        `add_noise`), >= 0. Armijo keeps its default parameters.
    data_set : str or Path: "spirals", "penguins" or a CSV file with two features
    against : {"iterations", "evaluations"}: what the horizontal axis counts
    """

    size, boxes = (7, 5.9), (("loss", (0.11, 0.7, 0.75, 0.28)),)
    boxes += (RACERS[0], (0.11, 0.15, 0.42, 0.42)), (RACERS[1], (0.57, 0.15, 0.42, 0.42))
    alt = "Training loss of a constant step and of Armijo, and the classes that each predicts"

    def __init__(
        self, n_hidden=12, alpha=1.0, data_set="spirals", n_iterations=500, seed=0, noise=0.0,
        weight_decay=0.0, against="iterations",
    ):  # fmt: skip
        self.against = arguments.one_of("against", against, SO_FAR)
        self.fixed = {} if against == "iterations" else {"against": against}
        start = {"n_hidden": n_hidden, "alpha": alpha, "data_set": data_set}
        start |= {"n_iterations": n_iterations, "seed": seed, "noise": noise}
        super().__init__(**start, weight_decay=weight_decay)

    def begin(self):
        names = [name.split()[0] for name in RACERS]
        self.curves = Curves(self, names, "training loss (nats)", (-3, 1), self.against)
        self.maps, self.shown_data = [Map(self, name, resolution=80) for name in RACERS], None

    def draw(self, n_hidden, alpha, data_set, noise, weight_decay, seed, n_iterations):
        if (data_set, noise) != self.shown_data:
            self._show_data(add_noise(load_dataset(data_set), noise))
            self.shown_data = data_set, noise
        objective = Objective(self.data.X_train, self.data.y_train, weight_decay, self.data)
        theta0 = init_parameters(n_hidden, self.data, seed=seed)
        steps = ConstantStep(alpha), Armijo()
        for done, ways in train([descend(objective, theta0, step) for step in steps], n_iterations):
            spent = "n_values" if self.against == "evaluations" else "k"
            losses = [np.array([(getattr(p, spent), p.value) for p in way]).T for way in ways]
            self.moving = self.curves.show(losses, n_iterations)
            for panel, way in zip(self.maps, ways):
                self.moving += panel.show(way[-1].theta)
            if done < n_iterations:
                yield [f"{done} of {n_iterations} iterations so far"]
        names = f"{RACERS[0]} {alpha:.3g}", RACERS[1]
        yield [self._words(name, way) for name, way in zip(names, ways)]

    def _show_data(self, data):
        """Put the points of another data set into both panels, and one row of names below."""
        self.data = data
        for name, panel in zip(RACERS, self.maps):
            panel.show_data(data, legend=False)
            panel.ax.set_title(name)
        panel.ax.set_ylabel("")  # both panels share it
        self.figure.legends.clear()
        handles, names = panel.ax.get_legend_handles_labels()
        self.figure.legend(handles, names, loc="lower center", ncols=len(names))

    def _words(self, name, way):
        data, theta = self.data, way[-1].theta
        loss = [point.value for point in way if np.isfinite(point.value)][-1]
        train = evaluate(theta, data.X_train, data.y_train, data).accuracy
        test = evaluate(theta, data.X_test, data.y_test, data).accuracy
        found = {"loss": f"{loss:.3g}", "train": f"{train:.2f}", "test": f"{test:.2f}"}
        found |= {"n_values": way[-1].n_values, "verdict": verdict(way)}
        return say("run", way[-1].n_values, name=name, **found)
