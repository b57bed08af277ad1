"""What the sliders that train share: descents in pieces, losses as curves, a network as a map."""

import time
from itertools import islice

import numpy as np

from nnlib import plots, predict_logits
from nnlib.plots import regions, runs, style
from nnlib.sliders.controls import say

CHUNK = 25  # iterations between two looks at the clock
FIRST_LOOK, LATER_LOOKS = 0.03, 0.4  # seconds of training before a picture is due
MOST_DECADES = 6  # of a loss axis above 1: there a run that diverges leaves the picture


def train(descents, n_iterations):
    """Yields iterations made and the points of each, whenever a picture is due and at the end."""
    look, ways = time.perf_counter() + FIRST_LOOK, [[next(points)] for points in descents]
    for done in [*range(CHUNK, n_iterations, CHUNK), n_iterations]:
        with np.errstate(over="ignore", invalid="ignore"):  # divergence is a result, no warning
            for way, points in zip(ways, descents):
                way += islice(points, done - way[-1].k)
        if done == n_iterations or time.perf_counter() > look:
            yield done, ways
            look = time.perf_counter() + LATER_LOOKS


def verdict(way):
    """What is wrong with a run, in words after a semicolon; empty if nothing is."""
    k, end = way[-1].k, way[-1].stop_reason
    loss = np.array([point.value for point in way[-101:]])
    rises, last = int(np.sum(loss[1:] > 1.01 * loss[:-1])), len(loss) - 1
    if end.startswith("diverged"):
        return "; " + say("diverged", k, k=k)
    if last and rises >= 0.05 * last:
        return "; " + say("oscillating", last, rises=rises, last=last)
    return "; " + say("ended", k, end=end.split(" at iteration")[0], k=k) if end else ""


class Curves:
    """Losses on a logarithmic axis of at least these decades, each with its name at its end."""

    def __init__(self, figure, names, label, decades, against="iterations"):
        self.figure, self.ax, self.decades, self._limits = figure, figure.axes["loss"], decades, ()
        self.ax.set(yscale="log", xlabel=against, ylabel=label)
        look = {"xycoords": "axes fraction", "va": "center", "annotation_clip": False}
        self.lines, self.labels = [], []
        for name, colour, i in zip(names, style.RUN_COLOURS, range(len(names))):
            self.lines += self.ax.plot([], [], **style.run_style(i))
            self.labels.append(self.ax.annotate(name, (1.02, 0.5), color=colour, **look))

    def show(self, curves, n_iterations):
        """Move the curves (x, y) and their names, and the axis by whole decades if they need it.

        With weight decay a large step makes the loss grow without end. Such a run leaves the
        picture at the top, so that the other one can still be seen. Returns what moves.
        """
        curves = [(x, np.maximum(y, 1e-20)) for x, y in curves]  # 0 has no place on the axis
        logs = [np.log10(y[np.isfinite(y)]) for _, y in curves]
        low, high = self.decades
        bottom = min(low, *(np.floor(y.min()) for y in logs))
        top = np.clip(np.ceil(max(y.max() for y in logs)), high, MOST_DECADES)
        last = max(n_iterations, *(x[-1] for x, _ in curves))
        if (last, bottom, top) != self._limits:
            self._limits = last, bottom, top
            self.ax.set(xlim=(0, last), ylim=(10.0**bottom, 10.0**top))
            self.figure.still = None
        ends = runs.spread([(y[-1] - bottom) / (top - bottom) for y in logs], 0.16)
        for line, label, curve, end in zip(self.lines, self.labels, curves, ends):
            line.set_data(*curve)
            label.set_y(end)
        return [*self.lines, *self.labels]


class Map:
    """The classes that a network predicts over the plane, and the points of a data set."""

    def __init__(self, figure, name, resolution):
        self.figure, self.ax, self.resolution = figure, figure.axes[name], resolution

    def show_data(self, data, *test_points, **look):
        """Begin anew with the points of another data set."""
        self.ax.clear()
        self.data, self.limits, self.boundaries = data, plots.limits_around(data.X_train), []
        self.columns, self.rows, self.mesh = plots.mesh(self.limits, self.resolution)
        white = np.ones((self.resolution, self.resolution, 3))
        frame = {"origin": "lower", "extent": self.limits}
        self.image = self.ax.imshow(white, interpolation="bilinear", **frame)
        look |= {"class_names": data.class_names, "feature_names": plots.feature_labels(data)}
        plots.plot_points(data.X_train, data.y_train, *test_points, **look, ax=self.ax)
        self.ax.set(xlim=self.limits[:2], ylim=self.limits[2:])
        self.ax.grid(False)
        self.figure.still = None

    def show(self, theta, *between):
        """The regions of another network; returns what moves, `between` below the points."""
        logits = predict_logits(theta, self.mesh, self.data)
        self.image.set_data(regions.region_colours(logits).reshape(*self.image.get_size(), 3))
        for boundary in self.boundaries:
            boundary.remove()
        self.boundaries = regions.draw_boundaries(self.ax, self.columns, self.rows, logits)
        return [self.image, *self.boundaries, *between, *self.ax.lines]
