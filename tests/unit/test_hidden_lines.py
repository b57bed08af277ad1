"""The lines of the hidden units: where they lie, and which meet the frame."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.collections import LineCollection

from nnlib import init_parameters, unpack
from nnlib.plots import plot_hidden_lines
from nnlib.plots.regions import hidden_segments

FRAME = (-1.0, 2.0, -0.5, 1.5)


def one_unit(w1, w2, b):
    return np.array([w1, w2, b, 0, 0, 0, 0, 0, 0], dtype=float)


def lines_of(ax):
    (lines,) = [c for c in ax.collections if isinstance(c, LineCollection)]
    return lines.get_segments()


def test_both_ends_of_a_line_have_pre_activation_zero():
    theta = init_parameters(12, seed=4)
    W0, b0, _, _ = unpack(theta)
    segments = hidden_segments(theta, (-9, 9, -9, 9))
    assert segments.shape == (12, 2, 2)  # all meet so wide a frame
    for j, segment in enumerate(segments):
        assert np.allclose(segment @ W0[j] + b0[j], 0, atol=1e-12)


@pytest.mark.parametrize(
    ("unit", "axis", "place"), [((2, 0, -1), 0, 0.5), ((0, -4, 2), 1, 0.5), ((1, 0, 1), 0, -1.0)]
)
def test_a_line_by_hand(unit, axis, place):
    (segment,) = hidden_segments(one_unit(*unit), FRAME)
    assert np.allclose(segment[:, axis], place)
    other = np.sort(segment[:, 1 - axis])  # it crosses the frame from end to end
    low, high = FRAME[2 - 2 * axis : 4 - 2 * axis]
    assert other[0] <= low and other[1] >= high


@pytest.mark.parametrize("unit", [(0, 0, 1), (1, 0, -50), (1e-320, 0, 1), (1e-300, 1e-300, 1e300)])
def test_a_unit_without_a_line_in_the_frame_has_none(unit):
    assert hidden_segments(one_unit(*unit), FRAME).shape == (0, 2, 2)
    assert len(lines_of(plot_hidden_lines(one_unit(*unit), FRAME))) == 0


def test_lines_are_drawn_into_the_frame_and_theta_is_left_alone():
    theta = init_parameters(5, n_classes=4, seed=1)
    before, ax = theta.copy(), plt.subplots()[1]
    assert plot_hidden_lines(theta, FRAME, n_classes=4, ax=ax) is ax
    expected = hidden_segments(theta, FRAME, 4)
    assert np.allclose(lines_of(ax), expected) and len(expected) >= 1
    assert (*ax.get_xlim(), *ax.get_ylim()) == FRAME
    assert np.array_equal(theta, before)
