"""Diagrams of the network's parts: units and connections, and the vector theta in four blocks.

A Dataset or an Objective in the place of n_inputs stands for numbers of inputs and of classes.
"""

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.patches import Rectangle

from nnlib import arguments
from nnlib.parameters import count_parameters, unpack
from nnlib.plots import style

MOST_UNITS = 9  # of a layer with more the middle is left out
POSITIVE, NEGATIVE = "#444444", "#AA3377"
CENTRED = {"ha": "center", "va": "center"}


def plot_network(n_hidden, n_inputs=2, n_classes=3, theta=None, ax=None):
    """The network as a diagram: circles for units, lines for weights.

    Of a layer with more than nine the middle is left out. With theta, shape (n_parameters,), a
    line is as wide as its weight is large: solid if it is positive, dashed if negative.
    """
    W0, _, W1, _ = _parts(n_hidden, n_inputs, n_classes, theta)
    (n_hidden, n_inputs), n_classes = W0.shape, len(W1)
    ax = style.axes_or_new(ax)
    ax.set(xlim=(-0.3, 2.3), ylim=(-0.2, 1.4))
    ax.axis("off")
    inputs, hidden, outputs = (_places(x, n) for x, n in enumerate((n_inputs, n_hidden, n_classes)))
    _draw_weights(ax, inputs, hidden, W0, theta is None)
    _draw_weights(ax, hidden, outputs, W1, theta is None)
    _draw_units(ax, inputs, "x", "#EEEEEE", first=1)
    _draw_units(ax, hidden, "a", "white", first=1)
    _draw_units(ax, outputs, r"\tilde{y}", [style.class_colour(k) for k in outputs], "white")
    for x, y, words in (
        (0, -0.1, f"{n_inputs} input" + "s" * (n_inputs > 1)),
        (1, -0.1, f"{n_hidden} hidden unit" + "s" * (n_hidden > 1)),
        (2, -0.1, f"{n_classes} classes"),
        (0.5, 1.38, f"$W^{{(0)}}$: {n_hidden} × {n_inputs}\n$b^{{(0)}}$: {n_hidden}"),
        (1.5, 1.38, f"$W^{{(1)}}$: {n_classes} × {n_hidden}\n$b^{{(1)}}$: {n_classes}"),
        (1, -0.24, "weights: solid > 0, dashed < 0" if theta is not None else ""),
    ):
        ax.text(x, y, words, ha="center", va="top")
    return ax


def _parts(n_hidden, n_inputs, n_classes, theta=None):
    """The four parts of theta; without one, of zeros that take no memory."""
    n = count_parameters(n_hidden, n_inputs, n_classes)
    theta = np.broadcast_to(0.0, n) if theta is None else arguments.vector("theta", theta)
    if theta.size != n:
        raise ValueError(f"theta must have {n} entries for these sizes, got {theta.size}")
    return unpack(theta, n_inputs, n_classes)


def _places(x, n):
    """Where the units of a layer are drawn: index to (x, y), the first unit on top."""
    units = [*range(n)] if n <= MOST_UNITS else [*range(4), None, *range(n - 4, n)]
    last = len(units) - 1
    gap = min(0.3, 1 / max(last, 1))
    return {u: (x, 0.5 + gap * (last / 2 - i)) for i, u in enumerate(units) if u is not None}


def _draw_weights(ax, left, right, W, plain):
    look = {"colors": "#AAAAAA", "linewidths": 0.8}
    if not plain:
        w = W[np.ix_([*right], [*left])].ravel()
        look = {
            "colors": np.where(w > 0, POSITIVE, NEGATIVE),
            "linestyles": ["solid" if value > 0 else (0, (3, 1.5)) for value in w],
            "linewidths": 3.5 * abs(w) / max(abs(W).max(), np.finfo(float).tiny),
        }
    lines = [(left[i], right[j]) for j in right for i in left]
    ax.add_collection(LineCollection(lines, zorder=1, **look))


def _draw_units(ax, places, symbol, colour, ink="#222222", first=0):
    x, y = np.transpose(list(places.values()))
    ax.scatter(x, y, s=420, color=colour, edgecolor="#222222", linewidth=1, zorder=2)
    for i, place in places.items():
        ax.text(*place, f"${symbol}_{{{i + first}}}$", color=ink, fontsize=11, zorder=3, **CENTRED)
    if max(places) >= len(places):  # some are left out
        ax.text(x[0], 0.5, "⋮", fontsize=18, **CENTRED)


def plot_theta(n_hidden, n_inputs=2, n_classes=3, ax=None):
    """The vector theta as a bar of four labelled blocks, to scale, in their order in theta."""
    parts = _parts(n_hidden, n_inputs, n_classes)._asdict()
    ends = np.cumsum([0, *(part.size for part in parts.values())]).tolist()
    n, ax = ends[-1], style.axes_or_new(ax)
    for (name, part), start in zip(parts.items(), ends):
        colour, centre = style.BLOCK_COLOURS[name], start + part.size / 2
        look = {"fc": colour, "hatch": style.BLOCK_HATCHES[name], "ec": "#777777", "label": name}
        ax.add_patch(Rectangle((start, 0), part.size, 1, **look))
        words = style.BLOCK_SYMBOLS[name], " × ".join(map(str, part.shape))
        if part.size >= 0.14 * n:  # there is room in the block: no hatch behind the words
            words, plain = "\n".join(words), {"fc": colour, "ec": "none", "pad": 2}
            size = f" = {part.size}" * (part.ndim > 1)
            ax.text(centre, 0.5, words + size, bbox=plain, **CENTRED)
        else:  # above it, with a line
            look = {"ha": "right" if centre > n / 2 else "left", "textcoords": "offset points"}
            line = {"arrowstyle": "-", "color": "#444444", "shrinkB": 0}
            ax.annotate(": ".join(words), (centre, 1), (0, 22), arrowprops=line, **look)
    # No label for an end that would run into the last.
    ax.set_xticks(ends, [str(end) if n - end > 0.06 * n or end == n else "" for end in ends])
    ax.set(xlim=(0, n), ylim=(0, 2), yticks=[], xlabel="position in θ")
    ax.spines["left"].set_visible(False)
    ax.grid(False)
    return ax
