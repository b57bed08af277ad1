"""Diagrams of the network's parts: units and connections, and the vector theta in four blocks."""

import math

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.patches import Rectangle

from nnlib import checks, network, style

MOST_UNITS = 9  # a layer with more is drawn with an ellipsis
MOST_DRAWN = 10**9  # and beyond this the numbers would not fit into the picture
POSITIVE, NEGATIVE = "#444444", "#AA3377"


def plot_network(n_hidden, n_inputs=2, n_classes=3, theta=None, ax=None):
    """The network as a diagram: circles for units, lines for weights.

    Parameters
    ----------
    n_hidden, n_inputs, n_classes : int
        A layer of more than nine units is drawn with an ellipsis.
    theta : array_like, shape (count_parameters(n_hidden, n_inputs, n_classes),), optional
        If given, a line is as wide as its weight is large: solid if it is positive, dashed if
        negative.
    ax : matplotlib.axes.Axes, optional
        Drawn into; by default the axes of a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    TypeError, ValueError
        If a size is not a whole number or too small, or theta has another length.
    """
    n_hidden, n_inputs, n_classes = _sizes(n_hidden, n_inputs, n_classes)
    W0, W1 = _weights(n_hidden, n_inputs, n_classes, theta)
    ax = style.axes_or_new(ax)
    ax.set(xlim=(-0.3, 2.3), ylim=(-0.2, 1.4))
    ax.axis("off")
    inputs, hidden, outputs = (_places(x, n) for x, n in enumerate((n_inputs, n_hidden, n_classes)))
    _draw_weights(ax, inputs, hidden, W0)
    _draw_weights(ax, hidden, outputs, W1)
    _draw_units(ax, inputs, "x", "#EEEEEE", first=1)
    _draw_units(ax, hidden, "a", "white", first=1)
    _draw_units(ax, outputs, r"\tilde{y}", [style.class_colour(k) for k in outputs], "white")
    _write(ax, 0, -0.1, _count(n_inputs, "input"))
    _write(ax, 1, -0.1, _count(n_hidden, "hidden unit"))
    _write(ax, 2, -0.1, f"{n_classes} classes")
    _write(ax, 0.5, 1.38, f"$W^{{(0)}}$: {n_hidden} × {n_inputs}\n$b^{{(0)}}$: {n_hidden}")
    _write(ax, 1.5, 1.38, f"$W^{{(1)}}$: {n_classes} × {n_hidden}\n$b^{{(1)}}$: {n_classes}")
    if theta is not None:
        _write(ax, 1, -0.24, "weights: solid > 0, dashed < 0")
    return ax


def _sizes(n_hidden, n_inputs, n_classes):
    return (
        checks.whole_number("n_hidden", n_hidden, 1, MOST_DRAWN),
        checks.whole_number("n_inputs", n_inputs, 1, MOST_DRAWN),
        checks.whole_number("n_classes", n_classes, 2, MOST_DRAWN),
    )


def _weights(n_hidden, n_inputs, n_classes, theta):
    """W0 and W1, or None twice if there is no theta."""
    n_parameters = network.count_parameters(n_hidden, n_inputs, n_classes)
    if theta is None:
        return None, None
    theta = checks.vector("theta", theta)
    if theta.size != n_parameters:
        raise ValueError(
            f"theta must have {n_parameters} entries for n_hidden={n_hidden}, "
            f"n_inputs={n_inputs} and n_classes={n_classes}, got {theta.size}"
        )
    parameters = network.unpack(theta, n_inputs, n_classes)
    return parameters.W0, parameters.W1


def _count(n, noun):
    return f"{n} {noun}{'s' if n != 1 else ''}"


def _places(x, n):
    """Where the units of a layer are drawn: index to (x, y), the first unit on top."""
    if n > MOST_UNITS:
        slots, half = MOST_UNITS, MOST_UNITS // 2
        units = [*range(half), *range(n - half, n)]
        rows = [*range(half), *range(slots - half, slots)]
    else:
        slots, units, rows = n, range(n), range(n)
    gap = min(0.3, 1 / max(slots - 1, 1))
    return {i: (x, 0.5 + gap * ((slots - 1) / 2 - row)) for i, row in zip(units, rows, strict=True)}


def _draw_weights(ax, left, right, W):
    lines = [(left[i], right[j]) for j in right for i in left]
    if W is None:
        ax.add_collection(LineCollection(lines, colors="#AAAAAA", linewidths=0.8, zorder=1))
        return
    w = np.array([W[j, i] for j in right for i in left])
    ax.add_collection(
        LineCollection(
            lines,
            colors=[POSITIVE if value > 0 else NEGATIVE for value in w],
            linestyles=["solid" if value > 0 else (0, (3, 1.5)) for value in w],
            linewidths=3.5 * abs(w) / max(abs(W).max(), np.finfo(float).tiny),
            zorder=1,
        )
    )


def _draw_units(ax, places, symbol, colour, ink="#222222", first=0):
    x, y = np.transpose(list(places.values()))
    ax.scatter(x, y, s=420, color=colour, edgecolor="#222222", linewidth=1, zorder=2)
    for i, (x, y) in places.items():
        _write(
            ax, x, y, f"${symbol}_{{{i + first}}}$", va="center", color=ink, fontsize=11, zorder=3
        )
    if max(places) >= len(places):  # some are left out: dots in the gap
        _write(ax, x, 0.5, "⋮", va="center", fontsize=18)


def _write(ax, x, y, words, va="top", **look):
    ax.text(x, y, words, ha="center", va=va, **look)


def plot_theta(n_hidden, n_inputs=2, n_classes=3, ax=None):
    """The vector theta as a bar of four labelled blocks, to scale.

    Parameters
    ----------
    n_hidden, n_inputs, n_classes : int
    ax : matplotlib.axes.Axes, optional
        Drawn into; by default the axes of a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        Its patches are the blocks, in their order in theta.

    Raises
    ------
    TypeError, ValueError
        If a size is not a whole number, or too small.
    """
    n_hidden, n_inputs, n_classes = _sizes(n_hidden, n_inputs, n_classes)
    n_parameters = network.count_parameters(n_hidden, n_inputs, n_classes)
    ax = style.axes_or_new(ax)
    shapes = (n_hidden, n_inputs), (n_hidden,), (n_classes, n_hidden), (n_classes,)
    bounds = [0]
    for name, shape in zip(network.Parameters._fields, shapes, strict=True):
        start, size = bounds[-1], math.prod(shape)
        ax.add_patch(_block(name, start, size))
        _label_block(ax, name, start, shape, n_parameters)
        bounds.append(start + size)
    ax.set(xlim=(0, n_parameters), ylim=(0, 2), yticks=[], xlabel="position in θ (-)")
    ax.set_xticks(*_ticks(bounds))
    ax.spines["left"].set_visible(False)
    ax.grid(False)
    return ax


def _ticks(bounds):
    """The bounds of the blocks, and their labels: none for one that would run into the last."""
    near = 0.06 * bounds[-1]
    words = [str(bound) if bounds[-1] - bound > near else "" for bound in bounds[:-1]]
    return bounds, [*words, str(bounds[-1])]


def _block(name, start, size):
    return Rectangle(
        (start, 0),
        size,
        1,
        facecolor=style.BLOCK_COLOURS[name],
        hatch=style.BLOCK_HATCHES[name],
        edgecolor="#777777",
        label=name,
    )


def _label_block(ax, name, start, shape, n_parameters):
    """Name, shape and length: in the block if there is room, else above it with a line."""
    size, product = math.prod(shape), " × ".join(map(str, shape))
    centre = start + size / 2
    if size >= 0.14 * n_parameters:
        words = f"{style.BLOCK_SYMBOLS[name]}\n{product}" + f" = {size}" * (len(shape) > 1)
        plain = {"facecolor": style.BLOCK_COLOURS[name], "edgecolor": "none", "pad": 2}
        _write(ax, centre, 0.5, words, va="center", bbox=plain)  # no hatch behind the words
        return
    side = "right" if centre > n_parameters / 2 else "left"
    ax.annotate(
        f"{style.BLOCK_SYMBOLS[name]}: {product}",
        (centre, 1),
        (0, 22),
        textcoords="offset points",
        ha=side,
        arrowprops={"arrowstyle": "-", "color": "#444444", "shrinkB": 0},
    )
