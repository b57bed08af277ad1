"""The race of two step rules from the same start: trained in short pieces, drawn as it goes."""

import time

import numpy as np

from nnlib import curves, network, plotting, style
from nnlib.datasets import add_noise, load_dataset
from nnlib.descent import gradient_descent
from nnlib.metrics import evaluate
from nnlib.objective import Objective
from nnlib.pictures import Picture
from nnlib.steps import Armijo, ConstantStep

MOST_DECADES = 6  # of a loss axis above 1: there a run that diverges leaves the picture


class Run:
    """Gradient descent that can be asked for more iterations.

    Constant step and Armijo keep nothing from one iteration to the next, so that with them many
    short descents are the same as a long one. Each looks at its first point again: that evaluation
    is not counted.
    """

    def __init__(self, objective, theta0, step):
        self.objective, self.step, self.theta = objective, step, theta0
        self.loss, self.n_values, self.end = [objective.value(theta0)], 1, ""

    def advance(self, n_iterations):
        """Make up to n_iterations more, none if the run has ended by itself."""
        if self.end:
            return
        part = gradient_descent(self.objective, self.theta, self.step, n_iterations)
        self.theta = part.theta
        self.loss.extend(part.loss[1:])
        self.n_values += int(part.n_values[-1]) - 1
        if not part.stop_reason.startswith("finished"):
            self.end = part.stop_reason.split(" at iteration")[0]

    def last_loss(self):
        """The last finite loss, that of `theta`."""
        return next(value for value in reversed(self.loss) if np.isfinite(value))

    def rises(self, last=100):
        """How many of the last iterations made the loss larger by more than 1 %."""
        loss = np.array(self.loss[-last - 1 :])
        return int(np.sum(loss[1:] > 1.01 * loss[:-1]))

    def verdict(self):
        """What is wrong with the run, in words; empty if nothing is."""
        n = min(100, len(self.loss) - 1)
        if self.end.startswith("diverged"):
            return f"diverged after {len(self.loss) - 1} iterations"
        rises = self.rises()
        if n and rises >= 0.05 * n:
            return f"oscillating, {rises} of the last {n} iterations raised the loss by over 1 %"
        return f"{self.end} after {len(self.loss) - 1} iterations" if self.end else ""


class RacePicture(Picture):
    """Constant step against Armijo: both losses, and below them what each network predicts."""

    alt = "Training loss of a constant step and of Armijo, and the classes that each predicts"
    names = ("constant step", "Armijo")
    chunk = 25  # iterations between two looks at the clock
    first_look, later_looks = 0.03, 0.4  # seconds of training before a picture is due
    resolution = 80  # points of the mesh along each side; the image is smoothed

    def __init__(self):
        boxes = {"loss": (0.11, 0.7, 0.75, 0.28)}
        boxes |= {self.names[0]: (0.11, 0.15, 0.42, 0.42), self.names[1]: (0.57, 0.15, 0.42, 0.42)}
        super().__init__((7, 5.9), boxes)
        self.shown_data, self.axis_limits = None, None
        ax = self.axes["loss"]
        ax.set(yscale="log", xlabel=curves.X_LABELS["iterations"], ylabel="training loss (nats)")
        self.lines, self.labels, self.images, self.boundaries = {}, {}, {}, {}
        for i, name in enumerate(self.names):
            (self.lines[name],) = ax.plot([], [], **style.run_style(i))
            self.labels[name] = ax.annotate(
                name.removesuffix(" step"),
                (1.02, 0.5),
                xycoords="axes fraction",
                va="center",
                color=style.RUN_COLOURS[i],
                annotation_clip=False,
            )

    def draw(self, n_hidden, alpha, data_set, noise, weight_decay, seed, n_iterations):
        """Train both from the same start; yields words for the parts, then for the whole."""
        if (data_set, noise) != self.shown_data:
            self._show_data(data_set, noise)
        n_classes = self.data.n_classes
        self.objective = Objective(self.data.X_train, self.data.y_train, weight_decay, n_classes)
        theta0 = network.init_parameters(n_hidden, 2, n_classes, seed)
        steps = dict(zip(self.names, (ConstantStep(alpha), Armijo()), strict=True))
        runs = {name: Run(self.objective, theta0, step) for name, step in steps.items()}
        look = time.perf_counter() + self.first_look
        for done in range(0, n_iterations, self.chunk):
            if done and time.perf_counter() > look:
                self._show_runs(runs, n_iterations)
                yield [f"{done} of {n_iterations} iterations so far"]
                look = time.perf_counter() + self.later_looks
            for run in runs.values():
                run.advance(min(self.chunk, n_iterations - done))
        self._show_runs(runs, n_iterations)
        yield [self._words(name, run, steps[name]) for name, run in runs.items()]

    def _show_data(self, data_set, noise):
        """Put the points of another data set into both panels."""
        data = add_noise(load_dataset(data_set), noise)
        limits = plotting.limits_around(data.X_train)
        self.columns, self.rows, self.mesh = plotting.mesh(limits, self.resolution)
        for name in self.names:
            ax = self.axes[name]
            ax.clear()
            labels = plotting.feature_labels(data)
            white = np.ones((self.resolution, self.resolution, 3))
            self.images[name] = ax.imshow(
                white, origin="lower", extent=limits, interpolation="bilinear"
            )
            plotting.plot_points(
                data.X_train,
                data.y_train,
                class_names=data.class_names,
                feature_names=labels,
                legend=False,
                ax=ax,
            )
            ax.set(title=name, xlim=limits[:2], ylim=limits[2:])
            ax.grid(False)
            self.boundaries[name] = []
        self.axes[self.names[1]].set_ylabel("")  # both panels share it
        self._show_legend()
        self.data, self.shown_data = data, (data_set, noise)
        self.still_changed()

    def _show_legend(self):
        """One row of class names under both panels."""
        for legend in [*self.figure.legends]:
            legend.remove()
        handles, names = self.axes[self.names[0]].get_legend_handles_labels()
        self.figure.legend(handles, names, loc="lower center", ncols=len(names))

    def _show_runs(self, runs, n_iterations):
        """Bring lines, labels, images and boundaries up to date; only the boundaries are new."""
        self._set_limits(runs, n_iterations)
        ax = self.axes["loss"]
        for name, run in runs.items():
            self.lines[name].set_data(np.arange(len(run.loss)), run.loss)
            self._show_regions(name, run.theta)
        to_share = ax.transScale + ax.transLimits
        ends = [to_share.transform((0, run.last_loss()))[1] for run in runs.values()]
        for name, height in zip(runs, curves.spread(ends, 0.13), strict=True):
            self.labels[name].set_y(height)
        self.moving = [*self.lines.values(), *self.labels.values()]
        for name in runs:
            points = self.axes[name].lines
            self.moving += [self.images[name], *self.boundaries[name], *points]

    def _set_limits(self, runs, n_iterations):
        """Whole decades, at least from 0.001 to 10, so that the axis rests while a slider moves.

        With weight decay a large step makes the loss grow without end. Such a run leaves the
        picture at the top, so that the other one can still be seen.
        """
        losses = np.concatenate([run.loss for run in runs.values()])
        losses = losses[np.isfinite(losses) & (losses > 0)]
        bottom = 10.0 ** min(-3, np.floor(np.log10(losses.min())))
        top = 10.0 ** np.clip(np.ceil(np.log10(losses.max())), 1, MOST_DECADES)
        if (n_iterations, bottom, top) != self.axis_limits:
            self.axis_limits = (n_iterations, bottom, top)
            self.axes["loss"].set(xlim=(0, n_iterations), ylim=(bottom, top))
            self.still_changed()

    def _show_regions(self, name, theta):
        logits = network.predict_logits(theta, self.mesh, self.data.n_classes)
        colours = plotting.region_colours(logits)
        self.images[name].set_data(colours.reshape(self.resolution, self.resolution, 3))
        for boundary in self.boundaries[name]:
            boundary.remove()
        ax = self.axes[name]
        self.boundaries[name] = plotting.draw_boundaries(ax, self.columns, self.rows, logits)

    def _words(self, name, run, step):
        """One sentence on a finished run."""
        data = self.data
        test = evaluate(run.theta, data.X_test, data.y_test, data.n_classes)
        train = evaluate(run.theta, data.X_train, data.y_train, data.n_classes)
        title = f"{name} {step.alpha:.3g}" if isinstance(step, ConstantStep) else name
        verdict = f"; {run.verdict()}" if run.verdict() else ""
        return (
            f"{title}: training loss {run.last_loss():.3g} nats, accuracy "
            f"{train.accuracy:.2f} in training and {test.accuracy:.2f} in test, "
            f"{run.n_values} evaluations of the loss{verdict}."
        )
