"""Chapter 5: the map of a network while it is trained."""

import numpy as np
from matplotlib.collections import LineCollection

from nnlib import Armijo, ConstantStep, Objective, arguments, descend, evaluate, init_parameters
from nnlib.data import load_dataset
from nnlib.parameters import unpack
from nnlib.plots.regions import hidden_segments
from nnlib.sliders.live_figure import LiveFigure
from nnlib.sliders.training import CHUNK, Curves, Map, train, verdict

RULES = {"constant 1": ConstantStep(1.0), "Armijo": Armijo()}


class decision_boundaries(LiveFigure):
    """Predicted classes and the hidden units' lines; below, training and test loss.

    Parameters
    ----------
    n_hidden, weight_decay, n_iterations
        Where the sliders start: 1 to 64, >= 0, 100 to 2000.
    data_set : str or Path: "spirals", "penguins" or a CSV file with two features
    step : str: the step rule, "constant 1" or "Armijo"
    seed : int, >= 0: of the start
    """

    size, alt = (7, 6.4), "The class over the plane, every hidden unit's line, both losses"
    boxes = ("map", (0.11, 0.43, 0.6, 0.55)), ("loss", (0.11, 0.1, 0.73, 0.23))

    def __init__(
        self, n_hidden=12, data_set="spirals", weight_decay=0.0, step="Armijo", n_iterations=2000,
        seed=0,
    ):  # fmt: skip
        self.seed = arguments.whole_number("seed", seed, at_least=0)
        start = {"n_hidden": n_hidden, "data_set": data_set, "weight_decay": weight_decay}
        super().__init__(**start, step=(step, RULES), n_iterations=n_iterations)

    def begin(self):
        self.map, self.shown_data = Map(self, "map", resolution=100), None
        self.curves = Curves(self, ("training", "test"), "loss (nats)", decades=(-2, 0))

    def draw(self, n_hidden, data_set, weight_decay, step, n_iterations):
        if data_set != self.shown_data:
            self.data, self.shown_data = load_dataset(data_set), data_set
            self.map.show_data(self.data, self.data.X_test, self.data.y_test)
            self.lines = LineCollection([], colors="#222222", linewidths=1.0, linestyles="--")
            self.axes["map"].add_collection(self.lines, autolim=False)
        data, scores = self.data, {}
        objective = Objective(data.X_train, data.y_train, weight_decay, data)
        descent = descend(objective, init_parameters(n_hidden, data, seed=self.seed), RULES[step])
        for done, (way,) in train([descent], n_iterations):
            for point in (*way[len(scores) * CHUNK :: CHUNK], way[-1]):
                scores[point.k] = self._scores(point.theta)
            theta, losses = way[-1].theta, np.array([*scores.values()])[:, :, 0].T
            self.moving = self.curves.show([([*scores], loss) for loss in losses], n_iterations)
            self.lines.set_segments(hidden_segments(theta, self.map.limits, data))
            self.moving += self.map.show(theta, self.lines)
            if done < n_iterations:
                yield [f"{done} of {n_iterations} iterations so far"]
        yield self._words(way, scores[way[-1].k])

    def _scores(self, theta):
        """Loss without the penalty and accuracy, on training and test points."""
        parts = (self.data.X_train, self.data.y_train), (self.data.X_test, self.data.y_test)
        return [evaluate(theta, X, y, self.data)[:2] for X, y in parts]

    def _words(self, way, scores):
        W0, _, W1, _ = unpack(way[-1].theta, self.data)
        size = np.sqrt((W0 * W0).sum() + (W1 * W1).sum())
        training, test = ("loss {:.3g} nats, accuracy {:.3f}".format(*part) for part in scores)
        k, words = way[-1].k, f"Training: {training}. Test: {test}."
        made = f"{k} iteration{'s' * (k != 1)}{verdict(way)}"
        return [words, f"Length of all weights {size:.3g}; {made}."]
