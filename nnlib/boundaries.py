"""The picture behind the slider of chapter 5: the map of a network while it is trained."""

import time

import numpy as np
from matplotlib.collections import LineCollection

from nnlib import curves, network, plotting, style
from nnlib.datasets import load_dataset
from nnlib.metrics import evaluate
from nnlib.objective import Objective
from nnlib.pictures import Picture
from nnlib.race import MOST_DECADES, Run
from nnlib.steps import Armijo, ConstantStep

RULES = {"constant 1": ConstantStep(1.0), "Armijo": Armijo()}


class BoundariesPicture(Picture):
    """Predicted classes and the hidden units' lines; below, training and test loss."""

    alt = "The predicted class over the plane, a line for each hidden unit, and both losses"
    names = ("training", "test")
    chunk = 25  # iterations between two measurements
    first_look, later_looks = 0.03, 0.4  # seconds of training before a picture is due
    resolution = 100  # points of the mesh along each side; the image is smoothed

    def __init__(self, seed):
        boxes = {"map": (0.11, 0.43, 0.6, 0.55), "loss": (0.11, 0.1, 0.73, 0.23)}
        super().__init__((7, 6.4), boxes)
        self.seed, self.data_set, self.axis_limits = seed, None, None
        ax = self.axes["loss"]
        ax.set(yscale="log", xlabel=curves.X_LABELS["iterations"], ylabel="loss (nats)")
        self.lines, self.labels = {}, {}
        for i, name in enumerate(self.names):
            (self.lines[name],) = ax.plot([], [], **style.run_style(i))
            self.labels[name] = ax.annotate(
                name, (1.02, 0.5), xycoords="axes fraction", va="center",
                color=style.RUN_COLOURS[i], annotation_clip=False,
            )  # fmt: skip

    def draw(self, n_hidden, data_set, weight_decay, step, n_iterations):
        """Train one network; yields words for the parts, then for the whole."""
        if data_set != self.data_set:
            self._show_data(data_set)
        data = self.data
        objective = Objective(data.X_train, data.y_train, weight_decay, data.n_classes)
        theta0 = network.init_parameters(n_hidden, 2, data.n_classes, self.seed)
        run = Run(objective, theta0, RULES[step])
        self.measured, scores = [0], [self._scores(theta0)]
        look = time.perf_counter() + self.first_look
        for done in range(0, n_iterations, self.chunk):
            if done and time.perf_counter() > look:
                self._show_run(run.theta, scores, n_iterations)
                yield [f"{done} of {n_iterations} iterations so far"]
                look = time.perf_counter() + self.later_looks
            run.advance(min(self.chunk, n_iterations - done))
            self.measured.append(len(run.loss) - 1)
            scores.append(self._scores(run.theta))
        self._show_run(run.theta, scores, n_iterations)
        yield self._words(run, scores[-1])

    def _show_data(self, data_set):
        """Put the points of another data set into the map."""
        self.data, self.data_set = load_dataset(data_set), data_set
        data, ax = self.data, self.axes["map"]
        self.limits = plotting.limits_around(data.X_train)
        self.columns, self.rows, self.mesh = plotting.mesh(self.limits, self.resolution)
        ax.clear()
        white = np.ones((self.resolution, self.resolution, 3))
        self.image = ax.imshow(white, origin="lower", extent=self.limits, interpolation="bilinear")
        self.hidden = LineCollection([], colors="#222222", linewidths=1.0, linestyles="--")
        ax.add_collection(self.hidden, autolim=False)
        plotting.plot_points(
            data.X_train, data.y_train, data.X_test, data.y_test, data.class_names,
            plotting.feature_labels(data), ax=ax,
        )  # fmt: skip
        ax.set(xlim=self.limits[:2], ylim=self.limits[2:])
        ax.grid(False)
        self.boundaries = []
        self.still_changed()

    def _scores(self, theta):
        """Training and test scores, without the penalty."""
        data = self.data
        return [
            evaluate(theta, X, y, data.n_classes)
            for X, y in ((data.X_train, data.y_train), (data.X_test, data.y_test))
        ]

    def _show_run(self, theta, scores, n_iterations):
        """Bring map and curves up to date."""
        losses = np.array([[score.loss for score in pair] for pair in scores]).T
        losses = np.maximum(losses, 1e-300)  # 0 has no place on a logarithmic axis
        self._set_limits(losses, n_iterations)
        ax = self.axes["loss"]
        to_share = ax.transScale + ax.transLimits
        ends = [to_share.transform((0, loss[-1]))[1] for loss in losses]
        for name, loss, height in zip(self.names, losses, curves.spread(ends, 0.16), strict=True):
            self.lines[name].set_data(self.measured, loss)
            self.labels[name].set_y(height)
        self._show_regions(theta)
        self.moving = [*self.lines.values(), *self.labels.values(), self.image, *self.boundaries]
        self.moving += [self.hidden, *self.axes["map"].lines]

    def _show_regions(self, theta):
        n_classes, ax = self.data.n_classes, self.axes["map"]
        logits = network.predict_logits(theta, self.mesh, n_classes)
        colours = plotting.region_colours(logits)
        self.image.set_data(colours.reshape(self.resolution, self.resolution, 3))
        self.hidden.set_segments(plotting.hidden_segments(theta, self.limits, n_classes))
        for boundary in self.boundaries:
            boundary.remove()
        self.boundaries = plotting.draw_boundaries(ax, self.columns, self.rows, logits)

    def _set_limits(self, losses, n_iterations):
        """Whole decades, at least from 0.01 to 1, so that the axis rests while a slider moves."""
        bottom = 10.0 ** min(-2, np.floor(np.log10(losses.min())))
        top = 10.0 ** np.clip(np.ceil(np.log10(losses.max())), 0, MOST_DECADES)
        if (n_iterations, bottom, top) != self.axis_limits:
            self.axis_limits = (n_iterations, bottom, top)
            self.axes["loss"].set(xlim=(0, n_iterations), ylim=(bottom, top))
            self.still_changed()

    def _words(self, run, scores):
        """Two lines on a finished run."""
        W0, _, W1, _ = network.unpack(run.theta, 2, self.data.n_classes)
        size = np.sqrt((W0 * W0).sum() + (W1 * W1).sum())
        end = f"; {run.verdict()}" if run.verdict() else ""
        training, test = (f"loss {s.loss:.3g} nats, accuracy {s.accuracy:.3f}" for s in scores)
        return [
            f"Training: {training}. Test: {test}.",
            f"Length of all weights {size:.3g}; {len(run.loss) - 1} iterations{end}.",
        ]
