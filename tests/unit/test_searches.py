"""Pictures of searches and of differences show what they were given."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nnlib import Armijo
from nnlib.plotting import plot_armijo, plot_differences, plot_spread


def parabola(alpha):
    return (1 - alpha) ** 2


def search(**parameters):
    return Armijo(**parameters)(parabola, 1.0, -2.0)


def draw(result, **change):
    alphas = np.linspace(0, 9, 50)
    arguments = dict(alphas=alphas, values=parabola(alphas), result=result, phi0=1.0, slope=-2.0)
    return plot_armijo(**(arguments | dict(sigma=0.25) | change))


def test_every_trial_is_drawn_in_its_order():
    result = search(alpha0=8.0, sigma=0.25)
    ax = draw(result)
    drawn = {
        marker: [tuple(line.get_xydata()[0]) for line in ax.lines if line.get_marker() == marker]
        for marker in "xo"
    }
    assert drawn["x"] == [tuple(trial) for trial in result.trials[:-1]]
    assert drawn["o"] == [tuple(result.trials[-1])]
    assert [text.get_text() for text in ax.texts] == ["1", "2", "3", "4"]


def test_line_is_the_condition():
    ax = draw(search())
    line = next(line for line in ax.lines if line.get_label() == "sufficient decrease")
    np.testing.assert_allclose(line.get_ydata(), 1 + 0.25 * line.get_xdata() * -2)


def test_a_trial_that_overflowed_is_left_out():
    result = Armijo(alpha0=4.0)(lambda a: np.inf if a > 2 else parabola(a), 1.0, -2.0)
    assert [text.get_text() for text in draw(result).texts] == ["2", "3"]


def test_curves_of_errors():
    h = np.logspace(-8, -1, 8)
    ax = plot_differences(h, {"forward": h, "central": 0 * h}, marked=1e-4)
    assert ax.get_xscale() == ax.get_yscale() == "log"
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), h)
    dots = [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "o"]
    np.testing.assert_allclose(dots, [1e-4, 1e-4])
    assert np.all(ax.lines[2].get_ydata() == 1e-18)  # no error at all has a place on the log axis


def test_spread_is_median_and_range():
    x = np.arange(1, 5)
    runs = np.array([[4.0, 3, 2, 1], [8, 6, 4, 2], [40, 30, 20, 10]])
    ax = plot_spread(x, {"a": runs, "b": runs / 100}, "iteration (-)")
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), runs[1])
    corners = ax.collections[0].get_paths()[0].vertices
    assert corners[:, 1].min() == 1 and corners[:, 1].max() == 40
    assert ax.get_yscale() == "log" and ax.get_xlabel() == "iteration (-)"


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: draw(search(), values=[1.0]), ValueError, "values must have 50 entries"),
        (lambda: draw(search(), sigma=None), TypeError, "sigma must be a real number"),
        (lambda: plot_differences([1e-3], {"a": [1.0, 2.0]}), ValueError, "must have 1 entries"),
        (lambda: plot_spread([1, 2], {"a": [[1.0, 0.0]]}, "x"), ValueError, "all > 0"),
        (lambda: plot_spread([1, 2], {"a": [[1.0]]}, "x"), ValueError, "2 columns like x"),
        (lambda: plot_spread([1, 2], [[1.0, 2.0]], "x"), TypeError, "curves must be a dict"),
    ],
)
def test_wrong_arguments_are_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (dict(phi0=None), "phi0 must be a real number"),
        (dict(slope="1"), "slope must be a real number"),
        (dict(sigma=np.nan), "sigma must be finite"),
        (dict(result=None), "result must be a StepResult"),
    ],
)
def test_odd_searches_are_refused_and_leave_no_figure(change, words):
    with pytest.raises((TypeError, ValueError), match=words):
        draw(**(dict(result=search()) | change))
    assert plt.get_fignums() == []


@pytest.mark.parametrize(
    ("h", "errors", "marked", "words"),
    [
        ([0.0, 1.0], {"central": [1.0, 1.0]}, None, "h must be > 0"),
        ([0.1, 1.0], 0, None, "errors must be a dict"),
        ([0.1, 1.0], {}, None, "errors must be a dict"),
        ([0.1, 1.0], {"central": [1.0, -1.0]}, None, "errors.'central'. .* all >= 0"),
        ([0.1, 1.0], {"central": [1.0, 1.0]}, -1.0, "marked must be finite and >= 1e-100"),
        ([0.1, 1.0], {"central": [1.0, 1.0]}, 1e300, "marked must be finite .* < 1e.100"),
        ([0.1, 1e300], {"central": [1.0, 1.0]}, None, "h must be within"),
        ([0.1, 1.0], {"central": [1.0, 1e300]}, None, "errors.'central'. must be within"),
    ],
)
def test_odd_differences_are_refused_and_leave_no_figure(h, errors, marked, words):
    with pytest.raises((TypeError, ValueError), match=words):
        plot_differences(h, errors, marked)
    assert plt.get_fignums() == []


def test_errors_without_a_name_need_no_legend_entry():
    assert len(plot_differences([0.1, 1.0], {"": [1.0, 1.0]}).lines) == 1


@pytest.mark.parametrize("x", [[0.0, 1.7e308], [-1.7e308, 1.7e308]])
def test_what_no_axis_can_hold_is_refused(x):
    for call in (
        lambda: plot_spread(x, {"a": [[1.0, 2.0]]}, "x (-)"),
        lambda: plot_spread([0.0, 1.0], {"a": [np.abs(x) + 1]}, "x (-)"),
        lambda: draw(search(), alphas=x, values=[0.0, 1.0]),
    ):
        with pytest.raises(ValueError, match=r"must be within \+-1e\+100 to be drawn"):
            call()
    assert plt.get_fignums() == []
