"""The accuracy map: every number stands in its cell and can be read."""

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from nnlib import plotting
from nnlib.sweep import HEAT_MAP_STEPS, HEAT_MAP_UNITS

SHAPE = len(HEAT_MAP_UNITS), len(HEAT_MAP_STEPS)
SHARES = np.linspace(0, 1, np.prod(SHAPE)).reshape(SHAPE)


@pytest.fixture
def ax():
    with plt.style.context("nnlib.course"):
        _, ax = plt.subplots(figsize=(5.6, 5.4))
        yield plotting.plot_accuracy_map(
            HEAT_MAP_STEPS, HEAT_MAP_UNITS, SHARES, chance=1 / 3, ax=ax
        )
    plt.close("all")


def luminance(colour):
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in to_rgb(colour)]
    return np.dot(linear, [0.2126, 0.7152, 0.0722])


def test_each_cell_says_its_per_cent_in_its_place(ax):
    assert len(ax.texts) == SHARES.size
    for text, ((row, column), share) in zip(ax.texts, np.ndenumerate(SHARES), strict=True):
        assert text.get_text() == f"{100 * share:.0f}"
        assert text.get_position() == (column + 0.5, row + 0.5)
    np.testing.assert_array_equal(ax.collections[0].get_array().ravel(), SHARES.ravel())
    assert [t.get_text() for t in ax.get_xticklabels()] == [f"{a:g}" for a in HEAT_MAP_STEPS]
    assert [t.get_text() for t in ax.get_yticklabels()] == [str(n) for n in HEAT_MAP_UNITS]
    assert ax.get_ylim() == (0, SHAPE[0])  # the first row is at the bottom


def test_the_better_the_lighter_and_every_number_stands_out(ax):
    ax.figure.canvas.draw()
    cells = [luminance(colour[:3]) for colour in ax.collections[0].get_facecolors()]
    above = [light for light, share in zip(cells, SHARES.ravel(), strict=True) if share >= 1 / 3]
    assert np.all(np.diff(above) >= 0) and above[-1] > above[0] + 0.5
    assert np.all(np.array(cells)[SHARES.ravel() < 1 / 3] == cells[0])
    for text, cell in zip(ax.texts, cells, strict=True):
        dark, light = sorted([luminance(text.get_color()), cell])
        assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_no_number_leaves_its_cell_and_all_are_as_large_as_the_ticks(ax):
    ax.figure.canvas.draw()
    corners = ax.transData.transform([(0, 0), (1, 1)])
    width, height = corners[1] - corners[0]
    for text in ax.texts:
        box = text.get_window_extent()
        assert box.width < 0.9 * width and box.height < 0.9 * height
        assert text.get_fontsize() >= 12


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1, 2], [3], [[0.5], [0.5]]), r"a row for each of 1 rows.*write accuracy\.T"),
        (([1, 2], [3], [[0.5]]), r"got shape \(1, 1\)$"),
        (([1, 2], [3], [[50, 90]]), "in per cent"),
        (([1, 2], [3], [[0.5, -0.1]]), r"shares in \[0, 1\], got -0.1"),
        (([1, 2], [3], [[0.5, np.nan]]), "accuracy"),
        (([[1, 2]], [3], [[0.5, 1]]), "columns must be a vector"),
        (([1, 2], 3, [[0.5, 1]]), "rows must be a vector"),
    ],
)
def test_what_is_no_map_is_refused(arguments, message):
    with pytest.raises((TypeError, ValueError), match=message):
        plotting.plot_accuracy_map(*arguments)
    assert not plt.get_fignums()


def test_chance_is_a_share_below_one():
    with pytest.raises(ValueError, match="chance must be"):
        plotting.plot_accuracy_map([1], [1], [[0.5]], chance=33)
