"""The colours and shapes that every picture shares, and the axes it draws into.

No picture relies on colour alone: a class has a marker, a curve a line style and a label, a block
of theta a hatch. The class colours keep apart for colour-blind eyes and clear a contrast of 3:1
on white.
"""

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

CLASS_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#332288", "#7F7F7F", "#882255")
CLASS_MARKERS = ("o", "^", "s", "D", "v", "P", "X", "*")

LARGEST = 1e100  # as in tables: matplotlib's sums of coordinates stay finite

# A run is a line: dark, so that a direct label in its colour can be read as text.
RUN_COLOURS = ("#222222", "#AA3377", "#8A6D00", "#5D5FC4")
RUN_STYLES = ("-", (0, (5, 1.2)), "-.", ":")

# Pale, so that they cannot be mistaken for a class and dark text on them can be read.
BLOCK_COLOURS = {"W0": "#BBCCEE", "b0": "#F2EDB3", "W1": "#D9C6E8", "b1": "#FFCCCC"}
BLOCK_HATCHES = {"W0": "", "b0": "////", "W1": "..", "b1": "xxxx"}
BLOCK_SYMBOLS = {"W0": "$W^{(0)}$", "b0": "$b^{(0)}$", "W1": "$W^{(1)}$", "b1": "$b^{(1)}$"}


def class_colour(k):
    """The colour of class k; they repeat after the seventh, then with another marker."""
    return CLASS_COLOURS[k % len(CLASS_COLOURS)]


def class_marker(k):
    """The marker of class k."""
    return CLASS_MARKERS[k % len(CLASS_MARKERS)]


def run_style(i):
    """Colour and line style of the i-th run, as keywords of `Axes.plot`."""
    return {
        "color": RUN_COLOURS[i % len(RUN_COLOURS)],
        "linestyle": RUN_STYLES[i % len(RUN_STYLES)],
    }


def axes_or_new(ax):
    """Return `ax`, or the axes of a new figure if it is None, else raise.

    A picture calls it after its other arguments are checked: a call that is refused must not
    leave an empty figure behind, which a notebook would show.
    """
    if ax is None:
        return plt.subplots()[1]
    if not isinstance(ax, Axes):
        hint = "; of an array of axes take one, such as ax[0]" if hasattr(ax, "shape") else ""
        raise TypeError(f"ax must be a matplotlib Axes or None, got {type(ax).__name__}{hint}")
    return ax


def drawable(name, array):
    """Return `array`, or raise if an axis could not hold it."""
    if abs(array).max() > LARGEST:
        raise ValueError(
            f"{name} must be within +-{LARGEST:g} to be drawn, got {abs(array).max():g}"
        )
    return array
