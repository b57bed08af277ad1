"""What every picture shares: colours and shapes, the axes it draws into, and some refusals.

No picture relies on colour alone: a class has a marker, a run a line style and a label, a block
of theta a hatch. The class colours keep apart for colour-blind eyes, 3:1 or more on white.
"""

from collections.abc import Mapping

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

CLASS_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#332288", "#7F7F7F", "#882255")
CLASS_MARKERS = ("o", "^", "s", "D", "v", "P", "X", "*")

# A run is a line: dark, so that a direct label in its colour can be read as text.
RUN_COLOURS = ("#222222", "#AA3377", "#8A6D00", "#5D5FC4")
RUN_STYLES = ("-", (0, (5, 1.2)), "-.", ":")

# Pale, so that they cannot be mistaken for a class and dark text on them can be read.
BLOCK_COLOURS = {"W0": "#BBCCEE", "b0": "#F2EDB3", "W1": "#D9C6E8", "b1": "#FFCCCC"}
BLOCK_HATCHES = {"W0": "", "b0": "////", "W1": "..", "b1": "xxxx"}
BLOCK_SYMBOLS = {"W0": "$W^{(0)}$", "b0": "$b^{(0)}$", "W1": "$W^{(1)}$", "b1": "$b^{(1)}$"}


def class_colour(k):  # they repeat after the seventh, then with another marker
    return CLASS_COLOURS[k % len(CLASS_COLOURS)]


def class_marker(k):
    return CLASS_MARKERS[k % len(CLASS_MARKERS)]


def run_style(i):  # as keywords of Axes.plot
    return {"color": RUN_COLOURS[i % len(RUN_COLOURS)], "ls": RUN_STYLES[i % len(RUN_STYLES)]}


def axes_or_new(ax):
    """Return `ax` or new axes: asked last, so that no refusal leaves an empty figure behind."""
    if ax is not None and not isinstance(ax, Axes):
        hint = "; of an array of axes take one, such as ax[0]" if hasattr(ax, "shape") else ""
        raise TypeError(f"ax must be a matplotlib Axes or None, got {type(ax).__name__}{hint}")
    return plt.subplots()[1] if ax is None else ax


def named(name, runs, check=lambda _, run: run):
    """Return the dict `runs` with every entry checked under its full name, else raise."""
    if not isinstance(runs, Mapping) or not runs:
        raise TypeError(f"{name} must be a dict, name: run, got {type(runs).__name__}")
    return {key: check(f"{name}[{key!r}]", run) for key, run in runs.items()}


def shares(name, values):
    """Return the array `values` if it lies in [0, 1], else raise."""
    low, high = values.min(), values.max()
    if low < 0 or high > 1:
        hint = "; in per cent? Divide by 100" if 1 < high <= 100 else ""
        raise ValueError(f"{name} must be shares in [0, 1], got {low:g} ... {high:g}{hint}")
    return values


def positive(name, values, n=None, mend=""):
    """Return `values` if a logarithmic axis can show them, n in a row, else raise."""
    if values.min() <= 0:
        raise ValueError(f"{name} must be > 0 on a logarithmic axis, got {values.min():g}{mend}")
    if n not in (None, values.shape[-1]):
        raise ValueError(f"{name} must have {n} entries in a row, got shape {values.shape}")
    return values
