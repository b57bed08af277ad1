"""Diagrams of the network's parts: units and connections, and the vector theta in four blocks.

A Dataset or an Objective in the place of n_inputs stands for numbers of inputs and of classes.
"""

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.patches import Rectangle

from nnlib.parameters import count_parameters, unpack
from nnlib.plots import style

CENTRED = {"ha": "center", "va": "center"}


def plot_network(n_hidden, n_inputs=2, n_classes=3, ax=None):
    """The network as a diagram: circles for units, lines for weights; of ten and more only some."""
    W0, _, W1, _ = _parts(n_hidden, n_inputs, n_classes)
    counts, ax = (W0.shape[1], *W0.shape[:1], *W1.shape[:1]), style.axes_or_new(ax)
    places = [_places(x, n) for x, n in enumerate(counts)]
    for k, W in enumerate((W0, W1)):
        lines = [(start, end) for end in places[k + 1].values() for start in places[k].values()]
        ax.add_collection(LineCollection(lines, colors="#AAAAAA", linewidths=0.8, zorder=1))
        shapes = f"$W^{{({k})}}$: {len(W)} × {W.shape[1]}\n$b^{{({k})}}$: {len(W)}"
        ax.text(k + 0.5, 1.38, shapes, ha="center", va="top")
    ink, classes = "#222222", [style.class_colour(k) for k in places[2]]
    symbols, names = ("x", "a", r"\tilde{y}"), ("input", "hidden unit", "class")
    looks = zip(symbols, names, ("#EEEEEE", "white", classes))
    for x, (n, units, (symbol, name, colour)) in enumerate(zip(counts, places, looks)):
        ax.scatter(*zip(*units.values()), s=420, color=colour, ec=ink, lw=1, zorder=2)
        look = {"color": "white" if x == 2 else ink, "size": 11, "zorder": 3, **CENTRED}
        for i, place in units.items():
            ax.text(*place, f"${symbol}_{{{i + 1}}}$", **look)
        ax.text(x, 0.5, "⋮" * (len(units) < n), fontsize=18, **CENTRED)
        plural = ("es" if x == 2 else "s") * (n > 1)
        ax.text(x, -0.1, f"{n} {name}{plural}", ha="center", va="top")
    ax.set(xlim=(-0.3, 2.3), ylim=(-0.2, 1.4))
    ax.axis("off")
    return ax


def _parts(n_hidden, n_inputs, n_classes):
    """The four parts of a theta of zeros that take no memory."""
    theta = np.broadcast_to(0.0, count_parameters(n_hidden, n_inputs, n_classes))
    return unpack(theta, n_inputs, n_classes)


def _places(x, n):
    """Where the units of a layer are drawn: index to (x, y), the first unit on top."""
    units = [*range(n)] if n <= 9 else [*range(4), None, *range(n - 4, n)]
    last = len(units) - 1
    gap = min(0.3, 1 / max(last, 1))
    return {u: (x, 0.5 + gap * (last / 2 - i)) for i, u in enumerate(units) if u is not None}


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
