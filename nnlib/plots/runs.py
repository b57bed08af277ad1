"""The losses of several named runs as curves, each with its name at its end."""

import numpy as np
from matplotlib.ticker import MaxNLocator

from nnlib import arguments
from nnlib.plots import style

SO_FAR = {"iterations": lambda r: np.arange(r.loss.size), "evaluations": lambda r: r.n_values}


def plot_loss(histories, against="iterations", label="training loss (nats)", log=True, ax=None):
    """The losses of several runs, > 0 if `log`; a cross marks where one diverged.

    `histories` is a dict of str to History; `against`, "iterations" or "evaluations" of the loss
    so far, is what the horizontal axis counts.
    """
    so_far = SO_FAR[arguments.one_of("against", against, SO_FAR)]
    curves = {k: (so_far(run), run.loss) for k, run in style.named("histories", histories).items()}
    for name, (_, loss) in curves.items() if log else ():
        style.positive(f"the loss of {name!r}", loss[np.isfinite(loss)], mend="; write log=False")
    # A diverging run leaves the picture there, so that the other runs can still be seen.
    ceiling = 1e6 * (max(abs(loss[0]) for _, loss in curves.values()) or 1.0)
    return _draw(ax, curves, against, label, "log" if log else "linear", ceiling=ceiling)


def plot_spread(x, curves, x_label, label="training loss (nats)", ax=None):
    """Each method's runs, (n_runs, n) > 0: the median as a line, lowest to highest as a band."""
    x = arguments.vector("x", x)
    bands = style.named("curves", curves, lambda name, runs: arguments.points(runs, name))
    for method, runs in bands.items():
        style.positive(f"curves[{method!r}]", runs, x.size)
    ax = style.axes_or_new(ax)
    for i, runs in enumerate(bands.values()):
        colour = style.run_style(i)["color"]
        ax.fill_between(x, runs.min(axis=0), runs.max(axis=0), color=colour, alpha=0.15, lw=0)
    medians = {method: (x, np.median(runs, axis=0)) for method, runs in bands.items()}
    return _draw(ax, medians, x_label, label, "log")


def _draw(ax, curves, x_label, y_label, scale, ceiling=np.inf):
    """One line for each name in {name: (x, y)} up to the ceiling, with its name at its end."""
    ax, ends = style.axes_or_new(ax), []
    ax.set_yscale(scale)
    for i, (name, (x, y)) in enumerate(curves.items()):
        look = style.run_style(i)
        visible = np.isfinite(y) & (y <= ceiling)
        ax.plot(x, np.where(visible, y, np.nan), label=name, **look)
        if visible.any():  # a run of no iterations has no end
            last = np.flatnonzero(visible)[-1]
            words = name if np.isfinite(y[-1]) else f"{name}: diverged"
            ends.append((x[last], y[last], words, look["color"]))
            if words != name:
                ax.plot(x[last], y[last], "x", color=look["color"], ms=11, mew=2.5)
    ax.set(xlabel=x_label, ylabel=y_label)
    ax.margins(y=0.1)  # room for a name above a line that ends at the top
    ax.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10], integer=True))
    _label_ends(ax, ends)
    return ax


def _label_ends(ax, ends):
    """Write each name where its line ends: in a column if that is the right edge, none overlap."""
    ax.get_xlim(), ax.get_ylim()  # brings the limits up to date with the lines
    places = [(ax.transScale + ax.transLimits).transform(end[:2]) for end in ends]
    beside = [i for i, (x, _) in enumerate(places) if x > 0.85]
    heights = dict(zip(beside, spread([places[i][1] for i in beside], gap=0.09)))
    for i, ((x, y), (_, _, words, colour)) in enumerate(zip(places, ends)):
        dx, ha = (8, "left") if x < 0.6 else (-8, "right")
        dy, va = (8, "bottom") if y < 0.93 else (-8, "top")
        if i in heights:
            x, y, dx, dy, ha, va = 1, heights[i], 6, 0, "left", "center"
        look = {"color": colour, "ha": ha, "va": va, "annotation_clip": False}
        ax.annotate(words, (x, y), (dx, dy), "axes fraction", "offset points", **look)


def spread(heights, gap):
    """Move heights up until they are `gap` apart, then down where they pass 1; order is kept."""
    order, steps = np.argsort(heights, kind="stable"), gap * np.arange(len(heights))
    raised = np.maximum.accumulate(np.asarray(heights, float)[order] - steps) + steps
    moved = np.empty(len(heights))
    moved[order] = np.minimum(raised, 1 - steps[::-1])
    return moved
