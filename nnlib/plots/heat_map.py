"""Accuracy over two settings of training, as a map with its number in every cell."""

import matplotlib.pyplot as plt
import numpy as np

from nnlib import arguments
from nnlib.plots import style

COLOURS = "cividis"  # grows lighter all the way, and looks the same to colour-blind eyes


def plot_accuracy_map(
    columns, rows, accuracy, x_label="step α", y_label="hidden units $N_H$", chance=0.0, ax=None
):
    """The accuracy for each pair of two settings: the lighter, the better, with its per cent.

    `accuracy` has shape (n_rows, n_columns), shares in [0, 1]; `columns` and `rows`, from the
    bottom, are the settings. `chance`, a blind guess in [0, 1), and all below it, is the darkest.
    """
    columns, rows = arguments.vector("columns", columns), arguments.vector("rows", rows)
    accuracy = style.shares("accuracy", arguments.points(accuracy, "accuracy"))
    if accuracy.shape != (shape := (rows.size, columns.size)):
        found = f"{accuracy.shape}" + "; write accuracy.T" * (accuracy.shape == shape[::-1])
        raise ValueError(f"accuracy must have shape (rows, columns) = {shape}, got shape {found}")
    chance = arguments.real_number("chance", chance, at_least=0, below=1)
    ax = style.axes_or_new(ax)
    cells = ax.pcolormesh(accuracy, cmap=COLOURS, vmin=chance, vmax=1, ec="white", lw=1)
    ink = np.where(cells.norm(accuracy) > 0.468, "black", "white")  # 4.5 : 1 on every colour
    look = {"ha": "center", "va": "center", "fontsize": plt.rcParams["xtick.labelsize"]}
    for (i, j), share in np.ndenumerate(accuracy):
        ax.text(j + 0.5, i + 0.5, f"{100 * share:.0f}", color=ink[i, j], **look)
    ax.set_xticks(np.arange(columns.size) + 0.5, [f"{value:g}" for value in columns])
    ax.set_yticks(np.arange(rows.size) + 0.5, [f"{value:g}" for value in rows])
    ax.set(xlabel=x_label, ylabel=y_label)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.grid(False)
    return ax
