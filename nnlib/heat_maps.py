"""Accuracy over two settings of training, as a map with its number in every cell."""

import matplotlib.pyplot as plt
import numpy as np

from nnlib import checks, style

COLOURS = "cividis"  # grows lighter all the way, and looks the same to colour-blind eyes


def plot_accuracy_map(
    columns,
    rows,
    accuracy,
    x_label="step α (-)",
    y_label="hidden units $N_H$ (-)",
    chance=0.0,
    ax=None,
):
    """The accuracy for each pair of two settings: the lighter, the better, with its per cent.

    Parameters
    ----------
    columns : array_like, shape (n_columns,)
        The values of one setting, written below the map. Their cells are equally wide.
    rows : array_like, shape (n_rows,)
        Of the other setting, from the bottom.
    accuracy : array_like, shape (n_rows, n_columns)
        Shares in [0, 1].
    x_label, y_label : str
        What the two settings are, with their units.
    chance : float
        The accuracy of a blind guess, in [0, 1): it, and all below it, is the darkest.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
        Its first collection holds the cells, row by row.

    Raises
    ------
    TypeError, ValueError
        If an entry is not a finite number, or accuracy has another shape or is not in [0, 1].
    """
    columns, rows = checks.vector("columns", columns), checks.vector("rows", rows)
    accuracy = _accuracy(accuracy, (rows.size, columns.size))
    chance = checks.real_number("chance", chance, at_least=0, below=1)
    ax = style.axes_or_new(ax)
    cells = ax.pcolormesh(
        accuracy, cmap=COLOURS, vmin=chance, vmax=1, edgecolors="white", linewidth=1
    )
    for (i, j), share in np.ndenumerate(accuracy):
        colour = _readable_on(cells.cmap(cells.norm(share)))
        ax.text(
            j + 0.5, i + 0.5, f"{100 * share:.0f}", ha="center", va="center", color=colour,
            fontsize=plt.rcParams["xtick.labelsize"],
        )  # fmt: skip
    ax.set_xticks(np.arange(columns.size) + 0.5, [f"{value:g}" for value in columns])
    ax.set_yticks(np.arange(rows.size) + 0.5, [f"{value:g}" for value in rows])
    ax.set(xlabel=x_label, ylabel=y_label)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.grid(False)
    return ax


def _accuracy(accuracy, shape):
    accuracy = checks.points(accuracy, "accuracy")
    if accuracy.shape != shape:
        hint = "; write accuracy.T" if accuracy.shape == shape[::-1] else ""
        raise ValueError(
            f"accuracy must have a row for each of {shape[0]} rows and a column for each of "
            f"{shape[1]} columns, got shape {accuracy.shape}{hint}"
        )
    if accuracy.min() < 0 or accuracy.max() > 1:
        hint = "; in per cent? Divide by 100" if 1 < accuracy.max() <= 100 else ""
        raise ValueError(
            f"accuracy must be shares in [0, 1], "
            f"got {accuracy.min():g} ... {accuracy.max():g}{hint}"
        )
    return accuracy


def _readable_on(colour):
    """Black or white, whichever has the higher contrast; one of the two has always 4.5 : 1."""
    red, green, blue = (
        v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in colour[:3]
    )
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "black" if (luminance + 0.05) ** 2 > 1.05 * 0.05 else "white"
