"""Training as curves: loss, accuracy and step sizes of several named runs."""

from collections.abc import Mapping

import numpy as np
from matplotlib.ticker import MaxNLocator

from nnlib import checks, style

X_LABELS = {"iterations": "iteration (-)", "evaluations": "evaluations of the loss (-)"}
LABEL_GAP = 0.09  # least distance of two labels, as a share of the axes' height


def plot_loss(histories, against="iterations", label="training loss (nats)", log=True, ax=None):
    """The loss of several runs.

    Parameters
    ----------
    histories : dict of str to History
        The name of each run is written at the end of its line. A cross marks where a run
        diverged, and the name says so.
    against : {"iterations", "evaluations"}
        The horizontal axis: iterations made, or evaluations of the loss so far.
    label : str
        What the vertical axis shows, with its unit.
    log : bool
        A logarithmic axis; all values must then be > 0.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    TypeError, ValueError
        If histories is no dict of histories, or a loss <= 0 meets a logarithmic axis.
    """
    runs = _runs(histories, against)
    for name, (_, run) in runs.items():
        lowest = np.min(run.loss, where=np.isfinite(run.loss), initial=np.inf)
        if log and lowest <= 0:
            raise ValueError(
                f"histories: a logarithmic axis needs losses > 0, {name!r} has {lowest:g}; "
                "write log=False"
            )
    ax = style.axes_or_new(ax)
    ax.set_yscale("log" if log else "linear")
    curves = {name: (x, run.loss) for name, (x, run) in runs.items()}
    ceiling = _ceiling(run.loss for _, run in runs.values())
    return _draw_curves(ax, curves, X_LABELS[against], label, ceiling=ceiling)


def plot_accuracy(accuracies, x=None, x_label="iteration (-)", chance=None, ax=None):
    """The training accuracy of several runs.

    Parameters
    ----------
    accuracies : dict of str to array_like
        Shares in [0, 1].
    x : array_like or dict of str to array_like, optional
        Where they were measured: one array for all runs, or one for each; by default 0, 1, ...
    x_label : str
    chance : float, optional
        The accuracy of a blind guess, in [0, 1), drawn as a dotted line.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    TypeError, ValueError
        If accuracies is no dict, or an entry is not in [0, 1], or the lengths differ.
    """
    curves = {}
    for name, shares in _named("accuracies", accuracies).items():
        shares = checks.vector(f"accuracies[{name!r}]", shares)
        if shares.min() < 0 or shares.max() > 1:
            hint = "; in per cent? Divide by 100" if 1 < shares.max() <= 100 else ""
            raise ValueError(
                f"accuracies[{name!r}] must be shares in [0, 1], "
                f"got {shares.min():g} ... {shares.max():g}{hint}"
            )
        where = (
            np.arange(shares.size) if x is None else x.get(name) if isinstance(x, Mapping) else x
        )
        where = style.drawable("x", checks.vector("x", where))
        if where.size != shares.size:
            raise ValueError(f"x must have {shares.size} entries for {name!r}, got {where.size}")
        curves[name] = where, shares
    if chance is not None:
        chance = checks.real_number("chance", chance, at_least=0, below=1)
    ax = style.axes_or_new(ax)
    ax.set_ylim(0, 1.02)
    if chance is not None:
        ax.axhline(chance, color="#777777", ls=":", lw=1.2)
        ax.text(0.99, chance + 0.01, "chance", transform=ax.get_yaxis_transform(), ha="right")
    return _draw_curves(ax, curves, x_label, "accuracy (share)")


def plot_spread(x, curves, x_label, label="training loss (nats)", ax=None):
    """Several runs of each method: the median as a line, from lowest to highest as a band.

    Parameters
    ----------
    x : array_like, shape (n,)
    curves : dict of str to array_like
        For each method an array of shape (n_runs, n), all > 0: the axis is logarithmic.
    x_label, label : str
        What the axes show, with their units.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    TypeError, ValueError
        If curves is no dict, or an entry is not finite, not > 0, or of another length than x.
    """
    x, bands = style.drawable("x", checks.vector("x", x)), {}
    for name, runs in _named("curves", curves).items():
        where = f"curves[{name!r}]"
        runs = bands[name] = style.drawable(where, checks.points(runs, where))
        if runs.shape[1] != x.size or runs.min() <= 0:
            raise ValueError(
                f"curves[{name!r}] must have {x.size} columns like x, all > 0, "
                f"got shape {runs.shape} and a smallest value of {runs.min():g}"
            )
    ax = style.axes_or_new(ax)
    ax.set_yscale("log")
    for i, runs in enumerate(bands.values()):
        colour = style.run_style(i)["color"]
        ax.fill_between(x, runs.min(axis=0), runs.max(axis=0), color=colour, alpha=0.15, lw=0)
    medians = {name: (x, np.median(runs, axis=0)) for name, runs in bands.items()}
    return _draw_curves(ax, medians, x_label, label)


def plot_steps(histories, against="iterations", ax=None):
    """The steps that several runs took, on a logarithmic axis.

    Parameters
    ----------
    histories : dict of str to History
    against : {"iterations", "evaluations"}
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    TypeError, ValueError
        If histories is no dict of histories, or against is neither.
    """
    runs = _runs(histories, against)
    ax = style.axes_or_new(ax)
    ax.set_yscale("log")
    curves = {name: (x[1:], run.alpha) for name, (x, run) in runs.items()}
    return _draw_curves(ax, curves, X_LABELS[against], "step α (-)", dots=True)


def plot_rejections(histories, against="iterations", ax=None):
    """How many trial steps each iteration of several runs rejected; arguments as `plot_steps`.

    Returns
    -------
    matplotlib.axes.Axes
    """
    runs = _runs(histories, against)
    ax = style.axes_or_new(ax)
    curves = {name: (x[1:], run.n_trials - 1) for name, (x, run) in runs.items()}
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    return _draw_curves(ax, curves, X_LABELS[against], "rejected trials (-)", dots=True)


def _named(argument, runs):
    """Return `runs` if it is a mapping of names to runs, else raise."""
    if not isinstance(runs, Mapping) or not runs:
        raise TypeError(
            f"{argument} must be a dict with a name for each run, "
            f'such as {{"Armijo": run}}, got {type(runs).__name__}'
        )
    return runs


def _runs(histories, against):
    """For each name where its points lie on the horizontal axis, and the run; else raise."""
    if not isinstance(against, str) or against not in X_LABELS:
        raise ValueError(
            f"against must be one of {', '.join(X_LABELS)}, got {checks.shown(against)}"
        )
    found = {}
    for name, run in _named("histories", histories).items():
        _check_history(f"histories[{name!r}]", run)
        steps = against == "iterations"
        found[name] = np.arange(len(run.n_values)) if steps else run.n_values, run
    return found


def _check_history(name, run):
    """A History as gradient_descent returns it: arrays, one entry more where the start counts."""
    parts = ("alpha", "n_trials", "loss", "n_values")
    if not all(isinstance(getattr(run, part, None), np.ndarray) for part in parts):
        raise TypeError(
            f"{name} must be a History as gradient_descent returns it, got {type(run).__name__}"
        )
    for part in parts:
        array = checks.real_array(f"{name}.{part}", getattr(run, part))
        at_start = part in ("loss", "n_values")
        if array.shape != (run.alpha.size + at_start,):
            raise ValueError(
                f"{name}.{part} must have one entry for each iteration"
                f"{', and one for the start' * at_start}, got shape {array.shape}"
            )
        if part in ("n_values", "n_trials") and not np.isfinite(array).all():
            raise ValueError(f"{name}.{part} must be finite")


def _draw_curves(ax, curves, x_label, y_label, dots=False, ceiling=np.inf):
    """One line for each name in {name: (x, y)} up to the ceiling, with its name at its end."""
    ends = []
    for i, (name, (x, y)) in enumerate(curves.items()):
        look = style.run_style(i)
        if dots:
            look |= {"linestyle": "none", "marker": style.class_marker(i), "markersize": 3}
        visible = np.isfinite(y) & (y <= ceiling)
        ax.plot(x, np.where(visible, y, np.nan), label=name, **look)
        if visible.any():
            ends.append(_end(ax, name, x, y, visible, look["color"]))
    ax.set(xlabel=x_label, ylabel=y_label)
    ax.margins(y=0.1)  # room for a name above a line that ends at the top
    ax.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10], integer=True))
    _label_ends(ax, ends)
    return ax


def _ceiling(losses):
    """Where a diverging run leaves the picture, so that the other runs can still be seen."""
    starts = [abs(float(loss[0])) for loss in losses if np.isfinite(loss[0])]
    return 1e6 * (max(starts, default=0.0) or 1.0)


def _end(ax, name, x, y, visible, colour):
    """(x, y, words, colour) at a curve's last visible point; a cross there if it diverged."""
    last = np.flatnonzero(visible)[-1]
    diverged = not np.isfinite(y[-1])
    if diverged:
        ax.plot(x[last], y[last], "x", color=colour, markersize=11, markeredgewidth=2.5)
    return x[last], y[last], f"{name}: diverged" if diverged else name, colour


def _label_ends(ax, ends):
    """Write each name where its line ends, none over another.

    The names of lines that reach the right edge stand in a column beside it. A line that ends
    earlier (diverged, or fewer evaluations) has its name at its end.
    """
    ax.get_xlim(), ax.get_ylim()  # brings the limits up to date with the lines
    to_share = ax.transScale + ax.transLimits
    places = [to_share.transform((x, y)) for x, y, _, _ in ends]
    beside = [i for i, (right, _) in enumerate(places) if right > 0.85]
    for i, height in zip(beside, spread([places[i][1] for i in beside], LABEL_GAP), strict=True):
        _write(ax, ends[i], (1.0, height), (6, 0), va="center")
    for i in set(range(len(ends))) - set(beside):
        x, y = places[i]
        ha, va = "left" if x < 0.6 else "right", "bottom" if y < 0.93 else "top"
        _write(ax, ends[i], (x, y), (8 if x < 0.6 else -8, 8 if y < 0.93 else -8), ha=ha, va=va)


def _write(ax, end, place, offset, **alignment):
    ax.annotate(
        end[2],
        place,
        offset,
        xycoords="axes fraction",
        textcoords="offset points",
        color=end[3],
        annotation_clip=False,
        **alignment,
    )


def spread(heights, gap):
    """Move heights up until they are `gap` apart, then down where they pass 1; order is kept."""
    order = np.argsort(heights, kind="stable")
    steps = gap * np.arange(len(order))
    moved = np.empty(len(order))
    raised = np.maximum.accumulate(np.asarray(heights, float)[order] - steps) + steps
    moved[order] = np.minimum(raised, 1 - steps[::-1])
    return moved
