"""The plane: points of a data set, predicted classes with their boundaries, hidden units' lines."""

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D

from nnlib import arguments
from nnlib.objective import log_softmax
from nnlib.parameters import unpack
from nnlib.plots import style
from nnlib.predict import predict_logits

AXES = ("x1", "x2")


def plot_points(
    X, y, X_test=None, y_test=None, class_names=None, feature_names=AXES, legend=True, ax=None
):
    """The points of a data set: a colour and a marker for each class, test points hollow.

    X has shape (n, 2), y holds integer labels, shape (n,). A class without a name is "class 0",
    "class 1" and so on; `feature_labels` gives feature_names with their units.
    """
    feature_names = _words("feature_names", feature_names, 2)
    names = None if class_names is None else _words("class_names", class_names)
    groups = [_labelled("", X, y, names)]
    if X_test is not None or y_test is not None:
        groups.append(_labelled("_test", X_test, y_test, names))
    shown = range(len(names)) if names else np.unique(np.concatenate([y for _, y in groups]))
    ax = style.axes_or_new(ax)
    for k in shown:
        colour, name = style.class_colour(k), str(names[k] if names else k)
        name = f"class {name}" if name.isdigit() else name
        filled = {"color": colour, "mec": "white", "mew": 0.6, "label": name}
        hollow = {"mfc": "white", "mec": colour, "mew": 1.4}
        for (X, y), look in zip(groups, (filled, hollow)):
            ax.plot(*X[y == k].T, style.class_marker(k), **look)
    ax.set(xlabel=feature_names[0], ylabel=feature_names[1], aspect="equal")
    if legend:
        handles, look = ax.get_legend_handles_labels()[0], {"mec": "#777777", "mew": 1.4}
        for fill, label in (("#777777", "training"), ("white", "test")) * (len(groups) - 1):
            handles.append(Line2D([], [], marker="o", ls="", mfc=fill, label=label, **look))
        ax.legend(handles=handles, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return ax


def _words(name, words, n=None):
    if np.ndim(words) != 1 or len(words) < 1 or n not in (None, len(words)):
        raise TypeError(f"{name} must list {n or 'some'} words, got {arguments.shown(words)}")
    return list(words)


def _in_plane(name, X):
    X = arguments.points(X, name)
    if X.shape[1] != 2:
        raise ValueError(f"{name} must have 2 features, got {X.shape[1]}; take {name}[:, [0, 1]]")
    return X


def _labelled(suffix, X, y, names):
    X = _in_plane("X" + suffix, X)
    return X, arguments.labels(y, len(names) if names else np.inf, len(X), "y" + suffix)


def feature_labels(dataset):
    """Two labels of axes: the Dataset's features, with units unless they are standardised."""
    if np.all(np.equal(dataset.scale, 1)):
        return tuple(dataset.feature_names)
    return tuple(f"{name.split(' (')[0]} (standardised)" for name in dataset.feature_names)


def limits_around(X, margin=0.08):
    """The frame of a picture of the points X, shape (n, 2): (left, right, bottom, top).

    `margin` >= 0 is the room on each side, as a share of the longer side of the points' own frame.
    """
    X = _in_plane("X", X)
    low, high = X.min(axis=0), X.max(axis=0)
    size, least = max(high - low), 1e-9 * abs(X).max()
    size = size if size > least else max(1.0, least)  # coinciding: more room than rounding
    room = arguments.real_number("margin", margin, at_least=0) * size
    return tuple(np.stack([low - room, high + room], axis=1).ravel().tolist())


def mesh(limits, resolution):
    """Columns and rows, (resolution,) each, of a grid, and its points (resolution**2, 2), by rows.

    `limits` are left, right, bottom and top of the frame, as `limits_around` gives them.
    """
    resolution = arguments.whole_number("resolution", resolution, at_least=2)
    frame = arguments.vector("limits", limits)
    if frame.size != 4 or not (frame[::2] < frame[1::2]).all():
        found = arguments.shown(limits)
        raise ValueError(f"limits must be (left, right, bottom, top), rising, got {found}")
    columns, rows = np.linspace(frame[::2], frame[1::2], resolution).T
    return columns, rows, np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 2)


def region_colours(logits):
    """Red, green and blue, (n_points, 3), of the likeliest class: white at a uniform guess."""
    probabilities = np.exp(log_softmax(logits.T))
    blind = 1 / len(probabilities)
    colours = np.array([to_rgb(style.class_colour(k)) for k in range(len(probabilities))])
    certainty = (probabilities.max(axis=0) - blind) / (1 - blind)
    strength = 0.6 * np.clip(certainty, 0, 1)[:, None]  # 0.6: points must stand out on it
    return 1 - strength * (1 - colours[probabilities.argmax(axis=0)])


def plot_regions(theta, limits, n_classes=3, resolution=160, feature_names=AXES, ax=None):
    """The predicted class over the plane: pale where the network is unsure, with boundaries.

    theta, shape (n_parameters,), is a network with two inputs; `limits` and `resolution` make the
    `mesh` that is coloured. Draw the points over it with ``plot_points(X, y, ax=ax)``.
    """
    feature_names = _words("feature_names", feature_names, 2)
    columns, rows, points = mesh(limits, resolution)
    logits = predict_logits(theta, points, n_classes)
    ax = style.axes_or_new(ax)
    dx, dy = (columns[1] - columns[0]) / 2, (rows[1] - rows[0]) / 2  # a point is a pixel's centre
    extent = columns[0] - dx, columns[-1] + dx, rows[0] - dy, rows[-1] + dy
    colours = region_colours(logits).reshape(resolution, resolution, 3)
    ax.imshow(colours, origin="lower", extent=extent, zorder=0)
    draw_boundaries(ax, columns, rows, logits)
    ax.set(xlabel=feature_names[0], ylabel=feature_names[1], xlim=limits[:2], ylim=limits[2:])
    ax.grid(False)
    return ax


def draw_boundaries(ax, columns, rows, logits):
    """Lines where the likeliest class changes; returns the artists."""
    artists = []
    for k in range(logits.shape[1] - 1):  # a line has two sides: the last class needs none
        lead = logits[:, k] - np.delete(logits, k, axis=1).max(axis=1)
        if lead.min() < 0 < lead.max():
            lead = lead.reshape(len(rows), len(columns))
            artists.append(ax.contour(columns, rows, lead, [0], colors="#222222", linewidths=1.2))
    return artists


def plot_hidden_lines(theta, limits, n_classes=3, ax=None):
    """Hidden units' lines (``hidden-line``), dashed, over `plot_regions`: arguments as there."""
    look = {"colors": "#222222", "linewidths": 1.0, "linestyles": "--", "zorder": 1.5}
    lines = LineCollection(hidden_segments(theta, limits, n_classes), **look)
    ax = style.axes_or_new(ax)
    ax.add_collection(lines, autolim=False)
    ax.set(xlim=limits[:2], ylim=limits[2:])
    return ax


def hidden_segments(theta, limits, n_classes=3):
    """A segment through the frame for each hidden unit's line: (n_lines, 2 ends, 2)."""
    W0, b0, _, _ = unpack(arguments.vector("theta", theta), 2, n_classes)
    corners = mesh(limits, 2)[2]
    centre, reach = corners.mean(axis=0), np.hypot(*np.ptp(corners, axis=0))
    with np.errstate(all="ignore"):  # no weights, or next to none: no line, or one far away
        length = np.hypot(*W0.T)
        normal, away = W0 / length[:, None], (W0 @ centre + b0) / length
    seen = abs(away) < reach  # the others don't meet the frame
    normal = normal[seen]
    foot, along = centre - away[seen, None] * normal, reach * normal[:, ::-1] * [-1, 1]
    return np.stack([foot - along, foot + along], axis=1)
