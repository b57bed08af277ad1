"""The pictures of the course: arrays and histories in, matplotlib axes out.

Every function draws into ``ax``, by default the axes of a new figure, and returns it. None of
them trains, calls ``show`` or changes what it is given.
"""

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D

from nnlib import checks, network, style
from nnlib.curves import plot_accuracy, plot_loss, plot_rejections, plot_spread, plot_steps
from nnlib.diagrams import plot_network, plot_theta
from nnlib.heat_maps import plot_accuracy_map
from nnlib.losses import log_softmax
from nnlib.searches import plot_armijo, plot_differences

__all__ = [
    "feature_labels",
    "limits_around",
    "plot_accuracy",
    "plot_accuracy_map",
    "plot_armijo",
    "plot_differences",
    "plot_hidden_lines",
    "plot_loss",
    "plot_network",
    "plot_points",
    "plot_regions",
    "plot_rejections",
    "plot_spread",
    "plot_steps",
    "plot_theta",
]

FEATURE_NAMES = ("x1 (-)", "x2 (-)")
MOST_CLASSES = 1000  # each is a legend entry
MOST_POINTS = 2000  # of a mesh, along each side


def plot_points(
    X,
    y,
    X_test=None,
    y_test=None,
    class_names=None,
    feature_names=FEATURE_NAMES,
    legend=True,
    ax=None,
):
    """The points of a data set: a colour and a marker for each class, test points hollow.

    Parameters
    ----------
    X : array_like, shape (n_samples, 2)
    y : array_like of int, shape (n_samples,)
    X_test : array_like, shape (n_test, 2), optional
    y_test : array_like of int, shape (n_test,), optional
    class_names : sequence of str, optional
        By default "class 0", "class 1" and so on; a name that is a number gets the word too.
    feature_names : sequence of str
        Two labels of axes, with units.
    legend : bool
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    TypeError, ValueError
        If X is not a finite array with two columns, or y not integer labels in range.
    """
    feature_names = _words("feature_names", feature_names, 2)
    if class_names is not None:
        class_names = _words("class_names", class_names)
    n_classes = len(class_names) if class_names is not None else _n_classes(y, y_test)
    names = [str(name) for name in (range(n_classes) if class_names is None else class_names)]
    names = [f"class {name}" if name.isdigit() else name for name in names]
    X, y = _labelled("", X, y, n_classes)
    if X_test is not None or y_test is not None:
        X_test, y_test = _labelled("_test", X_test, y_test, n_classes)
    ax = style.axes_or_new(ax)
    for k in range(n_classes):
        colour, marker = style.class_colour(k), style.class_marker(k)
        ax.plot(*X[y == k].T, marker, color=colour, mec="white", mew=0.6, label=names[k])
        if X_test is not None:
            ax.plot(*X_test[y_test == k].T, marker, mfc="white", mec=colour, mew=1.4)
    ax.set(xlabel=feature_names[0], ylabel=feature_names[1], aspect="equal")
    if legend:
        handles = ax.get_legend_handles_labels()[0]
        if X_test is not None:
            handles += [_key("#777777", "training"), _key("white", "test")]
        ax.legend(handles=handles, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return ax


def _key(fill, label):
    return Line2D([], [], marker="o", ls="", mfc=fill, mec="#777777", mew=1.4, label=label)


def _words(name, words, n=None):
    """Return `words` as a list of n labels, else raise; a single word is not taken for letters."""
    is_list = isinstance(words, (list, tuple)) or getattr(words, "ndim", 0) == 1
    if not is_list or not len(words) or n not in (None, len(words)):
        raise TypeError(
            f"{name} must be a list of {n or 'one or more'} words, got {checks.shown(words)}"
        )
    return list(words)


def _n_classes(y, y_test):
    """One more than the largest label."""
    ys = [checks.labels(y, MOST_CLASSES)]
    if y_test is not None:
        ys.append(checks.labels(y_test, MOST_CLASSES, name="y_test"))
    return 1 + max(int(y.max()) for y in ys)


def _labelled(suffix, X, y, n_classes):
    X = style.drawable(f"X{suffix}", checks.points(X, f"X{suffix}"))
    if X.shape[1] != 2:
        raise ValueError(
            f"X{suffix} must have 2 features to be drawn, got {X.shape[1]}; choose two columns, "
            f"such as X{suffix}[:, [0, 1]]"
        )
    return X, checks.labels(y, n_classes, len(X), f"y{suffix}")


def feature_labels(dataset):
    """Labels of the two axes: the features' names with their unit as drawn.

    Parameters
    ----------
    dataset : nnlib.Dataset
        Or anything with its ``feature_names`` and ``scale``.

    Returns
    -------
    tuple of str
        With "(-)" for a feature without a unit. A standardised feature has lost its unit: it
        counts standard deviations.

    Raises
    ------
    TypeError
        If dataset is none.
    """
    if not hasattr(dataset, "feature_names") or not hasattr(dataset, "scale"):
        raise TypeError(
            "dataset must be a Dataset as load_dataset returns it, got " + checks.shown(dataset)
        )
    if np.any(np.asarray(dataset.scale) != 1):
        return tuple(f"{name.split(' (')[0]} (standardised)" for name in dataset.feature_names)
    return tuple(name if "(" in name else f"{name} (-)" for name in dataset.feature_names)


def limits_around(X, margin=0.08):
    """The frame of a picture of the points X: (left, right, bottom, top).

    Parameters
    ----------
    X : array_like, shape (n_samples, 2)
    margin : float
        Room left on each side, as a share of the longer side of the points' own frame, >= 0.

    Returns
    -------
    tuple of float

    Raises
    ------
    TypeError, ValueError
        If X is not a finite array with two columns, or margin is negative.
    """
    X = checks.points(X)
    X, _ = _labelled("", X, np.zeros(len(X), int), 1)
    low, high = X.min(axis=0), X.max(axis=0)
    size, least = max(high - low), 1e-9 * abs(X).max()
    if size <= least:  # points that coincide: room that rounding does not swallow
        size = max(1.0, least)
    room = checks.real_number("margin", margin, at_least=0, below=style.LARGEST) * size
    return tuple(float(v) for v in (low[0] - room, high[0] + room, low[1] - room, high[1] + room))


def mesh(limits, resolution):
    """A rectangular grid of points: its columns, its rows, and the points (n_points, 2)."""
    resolution = checks.whole_number("resolution", resolution, at_least=2, at_most=MOST_POINTS)
    frame = style.drawable("limits", checks.vector("limits", limits))
    if frame.size != 4 or not (frame[0] < frame[1] and frame[2] < frame[3]):
        raise ValueError(
            "limits must be (left, right, bottom, top) with left < right and bottom < top, "
            f"got {checks.shown(limits)}"
        )
    left, right, bottom, top = frame
    columns, rows = np.linspace(left, right, resolution), np.linspace(bottom, top, resolution)
    if not ((np.diff(columns) > 0).all() and (np.diff(rows) > 0).all()):
        raise ValueError(
            f"limits must be further apart for {resolution} points between them, "
            f"got {checks.shown(limits)}"
        )
    return columns, rows, np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 2)


def region_colours(logits):
    """The colour of the most probable class, pale where the network is unsure.

    Parameters
    ----------
    logits : ndarray, shape (n_points, n_classes)

    Returns
    -------
    ndarray, shape (n_points, 3)
        Red, green and blue in [0, 1]: white at a uniform guess.
    """
    probabilities = np.exp(log_softmax(logits))
    n_classes = probabilities.shape[-1]
    colours = np.array([to_rgb(style.class_colour(k)) for k in range(n_classes)])
    certainty = (probabilities.max(axis=-1) - 1 / n_classes) / (1 - 1 / n_classes)
    strength = 0.6 * np.clip(certainty, 0, 1)[..., None]  # 0.6: points must stand out on it
    return 1 - strength * (1 - colours[probabilities.argmax(axis=-1)])


def plot_regions(theta, limits, n_classes=3, resolution=160, feature_names=FEATURE_NAMES, ax=None):
    """The predicted class over the plane: pale where the network is unsure, with boundaries.

    Draw the points over it with ``plot_points(X, y, ax=ax)``.

    Parameters
    ----------
    theta : array_like, shape (n_parameters,)
    limits : tuple of float
        Left, right, bottom and top of the frame; `limits_around` the points gives them.
    n_classes : int
    resolution : int
        Points of the mesh along each side, >= 2.
    feature_names : sequence of str
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
        Its image holds the colours, from the lower left.

    Raises
    ------
    TypeError, ValueError
        If theta is not a finite vector of a possible length, or the limits don't rise.
    """
    feature_names = _words("feature_names", feature_names, 2)
    columns, rows, points = mesh(limits, resolution)
    logits = network.predict_logits(theta, points, n_classes)
    ax = style.axes_or_new(ax)
    half = (columns[1] - columns[0]) / 2, (rows[1] - rows[0]) / 2
    extent = (columns[0] - half[0], columns[-1] + half[0], rows[0] - half[1], rows[-1] + half[1])
    colours = region_colours(logits).reshape(resolution, resolution, 3)
    ax.imshow(colours, origin="lower", extent=extent, zorder=0)
    draw_boundaries(ax, columns, rows, logits)
    ax.set(xlabel=feature_names[0], ylabel=feature_names[1], xlim=limits[:2], ylim=limits[2:])
    ax.grid(False)
    return ax


def draw_boundaries(ax, columns, rows, logits):
    """Lines where the most probable class changes; returns the artists.

    Class k ends where its logit equals the largest of the others. Every boundary has two sides,
    so that the last class needs no lines of its own.
    """
    shape, artists = (len(rows), len(columns)), []
    for k in range(logits.shape[1] - 1):
        lead = logits[:, k] - np.delete(logits, k, axis=1).max(axis=1)
        if lead.min() < 0 < lead.max():
            contours = ax.contour(
                columns, rows, lead.reshape(shape), [0], colors="#222222", linewidths=1.2
            )
            artists.append(contours)
    return artists


def plot_hidden_lines(theta, limits, n_classes=3, ax=None):
    """The line of each hidden unit, on which its pre-activation is 0, dashed.

    Draw it over ``plot_regions(theta, limits)``.

    Parameters
    ----------
    theta : array_like, shape (n_parameters,)
        Of a network with two inputs.
    limits : tuple of float
        Left, right, bottom and top of the frame.
    n_classes : int
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
        Its last collection holds the lines that meet the frame. A unit without weights has none.

    Raises
    ------
    TypeError, ValueError
        If theta is not a finite vector of a possible length, or the limits don't rise.

    Notes
    -----
    Equation ``hidden-line`` of chapter 5.
    """
    segments = hidden_segments(theta, limits, n_classes)
    ax = style.axes_or_new(ax)
    lines = LineCollection(segments, colors="#222222", linewidths=1.0, linestyles="--", zorder=1.5)
    ax.add_collection(lines, autolim=False)
    ax.set(xlim=limits[:2], ylim=limits[2:])
    return ax


def hidden_segments(theta, limits, n_classes=3):
    """A segment through the frame for each hidden unit's line: (n_lines, 2 ends, 2)."""
    n_classes = checks.whole_number("n_classes", n_classes, at_least=2)
    W0, b0, _, _ = network.unpack(checks.vector("theta", theta), 2, n_classes)
    _, _, corners = mesh(limits, 2)
    centre, size = corners.mean(axis=0), np.ptp(corners, axis=0)
    length = np.hypot(*W0.T)
    has_line = length > 0
    normal = W0[has_line] / length[has_line, None]
    with np.errstate(over="ignore"):  # a tiny length: the line is farther away than any number
        offset = np.nan_to_num(b0[has_line] / length[has_line])
    away = normal @ centre + offset
    seen = abs(away) < np.hypot(*size)  # the others don't meet the frame
    foot = centre - away[seen, None] * normal[seen]
    along = np.hypot(*size) * normal[seen, ::-1] * [-1, 1]
    return np.stack([foot - along, foot + along], axis=1)
