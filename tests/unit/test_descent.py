"""Gradient descent on quadratics with known answers; counts, stop reasons, what is kept."""

import math
import re
from itertools import islice
from unittest.mock import Mock

import numpy as np
import pytest

from nnlib.descent import descend, gradient_descent
from nnlib.objective import Objective
from nnlib.parameters import init_parameters
from nnlib.steps import Armijo, ConstantStep, StepResult, WarmStartedArmijo

HALF = ConstantStep(0.5)


class Quadratic:
    """f(theta) = offset + 1/2 sum_i L_i theta_i^2; counts what is asked of it."""

    def __init__(self, *curvatures, offset=0.0, change=np.positive):
        self.curvatures, self.offset = np.array(curvatures, dtype=float), offset
        self.change = change  # of the gradient
        self.n_values = self.n_gradients = 0

    def forward(self, theta):
        self.n_values += 1

        def backward():
            self.n_gradients += 1
            return self.change(self.curvatures * theta)

        return self.offset + 0.5 * self.curvatures @ theta**2, backward


def uphill():  # a wrong sign: every step goes up
    return Quadratic(1, change=np.negative)


def cliff():  # below 0.3 the gradient is nan
    return Quadratic(1, change=lambda g: g + 0 * np.sqrt(g - 0.3))


def descended(objective, *arguments, **how):
    """A run of `gradient_descent` whose record fits together and to what the objective counted."""
    before = objective.n_values, objective.n_gradients
    history = gradient_descent(objective, *arguments, **how)
    assert history.alpha.dtype == history.loss.dtype == np.float64
    assert history.n_values[-1] == objective.n_values - before[0]
    assert history.n_gradients == objective.n_gradients - before[1]
    return history


@pytest.mark.parametrize(
    ("objective", "step"),
    [(Quadratic(1, 4), ConstantStep(0.4)), (Quadratic(1, 4), ConstantStep(1e100)),
     (Quadratic(1, 4), Armijo(alpha0=7.0)), (Quadratic(1, 4), WarmStartedArmijo()),
     (uphill(), Armijo()), (cliff(), HALF),
     (Objective([[0.0, 1.0], [1.0, 0.0]], [0, 2]), Armijo())],
)  # fmt: skip
def test_gradient_descent_only_collects(objective, step):
    theta0 = np.ones(getattr(objective, "curvatures", init_parameters(1)).size)
    history = gradient_descent(objective, theta0, step, 20)
    if "line search failed" not in history.stop_reason:  # an accepted forward pass is used again
        np.testing.assert_array_equal(np.diff(history.n_values), history.n_trials)
    with np.errstate(all="ignore"):
        points = list(islice(descend(objective, theta0, step), 21))
    by_k = list({point.k: point for point in points}.values())  # of a failed search the second
    np.testing.assert_array_equal(history.gradient_norm, np.sqrt([-point.slope for point in by_k]))
    for name in ("loss", "n_values", "alpha", "n_trials"):
        rows = by_k[1:] if name in ("alpha", "n_trials") else by_k
        expected = [getattr(point, name.replace("loss", "value")) for point in rows]
        np.testing.assert_array_equal(getattr(history, name), expected, err_msg=name)
    np.testing.assert_array_equal(history.theta, points[-1].theta)
    assert history.stop_reason == (points[-1].stop_reason or "finished 20 iterations")


def test_constant_step_on_a_quadratic_point_by_point():
    """theta_i after k steps is (1 - alpha L_i)^k theta_i."""
    history = descended(Quadratic(1, 4), [1.0, 1.0], ConstantStep(0.4), 20)
    np.testing.assert_allclose(history.theta, [0.6**20, (-0.6) ** 20], rtol=1e-12)
    k = np.arange(21)
    np.testing.assert_allclose(history.loss, 0.5 * (0.36**k + 4 * 0.36**k), rtol=1e-12)
    np.testing.assert_allclose(history.gradient_norm, np.sqrt(17) * 0.6**k, rtol=1e-12)
    assert repr(history) == "History(20 iterations, loss 2.5 to 3.34e-09, 'finished 20 iterations')"
    history = descended(Quadratic(4), [1.0], ConstantStep(0.51), 20_000)  # 2 / L = 0.5
    assert history.stop_reason == f"diverged at iteration {history.n_iterations}: value inf"
    assert np.isfinite(history.theta).all() and np.isfinite(history.loss[:-1]).all()
    with np.errstate(over="ignore"):
        *_, before, last = descend(Quadratic(4), [1.0], ConstantStep(0.51))
    assert last.gradient is None and math.isnan(last.slope) and last.value == math.inf
    assert last.theta.tolist() == before.theta.tolist() == history.theta.tolist()
    # Nothing is computed ahead: a break is enough to stop.
    objective = Quadratic(1, 4)
    start, first = islice(descend(objective, [1.0, 1.0], ConstantStep(0.4)), 2)
    assert objective.n_values == objective.n_gradients == 2
    assert math.isnan(start.alpha) and start.n_trials == 0 and first.stop_reason == ""


def test_tolerance_is_inclusive_and_a_gradient_that_is_not_finite_ends_the_run():
    for tolerance, n_iterations, k in ((0.5, 100, 1), (0.1, 100, 4), (0.1, 4, 4)):
        history = gradient_descent(Quadratic(1), [1.0], HALF, n_iterations, tolerance)
        assert history.stop_reason == f"stationary at iteration {k}: gradient norm {0.5**k:.3g}"
        assert history.gradient_norm[-1] <= tolerance < history.gradient_norm[-2]
    for start in (0.0, 3e-200):  # also where the square of the gradient underflows
        history = gradient_descent(Quadratic(1), theta0 := np.array([start]), Armijo(), 10)
        assert history.stop_reason == f"stationary at iteration 0: gradient norm {start:.3g}"
        assert history.gradient_norm.tolist() == [start] and history.loss.tolist() == [0]
        assert not np.shares_memory(history.theta, theta0)
    history = descended(cliff(), [1.0], HALF, 100)
    assert history.stop_reason == "diverged at iteration 2: the gradient is not finite"
    assert history.theta.tolist() == [0.25] and history.loss[-1] == 0.03125
    np.testing.assert_array_equal(history.gradient_norm, [1, 0.5, np.nan])
    # One whose square overflows is still one: of 2^664, and one step of 2^-996 goes to 0.
    history = descended(Quadratic(2.0**996), [2.0**-332], ConstantStep(2.0**-996), 5)
    assert history.stop_reason == "stationary at iteration 1: gradient norm 0"
    assert history.gradient_norm.tolist() == [2.0**664, 0]
    why = descended(Quadratic(2.0**996), [2.0**-332], Armijo(), 5).stop_reason
    assert why.endswith("down to 8.67e-18; the slope overflows: divide the objective")


def test_a_failed_search_leaves_theta_and_yields_its_point_again():
    search, seen = ([1.0], Armijo(alpha0=4.0, max_backtracks=2)), []
    start, again = descend(uphill(), *search)
    reason = "line search failed at iteration 0: no sufficient decrease in 3 trials"
    assert again.stop_reason.startswith(reason) and "is its sign right?" in again.stop_reason
    assert again == start._replace(n_values=4, stop_reason=again.stop_reason)
    history = descended(uphill(), *search, 10, callback=lambda *point: seen.append(point))
    assert history.stop_reason == again.stop_reason and history.theta.tolist() == [1.0]
    assert history.n_iterations == 0 and history.n_values.tolist() == [4] and len(seen) == 1
    # Near the minimum of 1 + x^2 no step changes the value: the search fails, and says so.
    history = descended(Quadratic(1, offset=1), [1e-9], Armijo(alpha0=0.5), 1000)
    assert history.stop_reason.endswith("4.34e-19; theta no longer changes")


def test_callback_and_progress_bar_see_every_point(capsys):
    seen = []

    def callback(k, theta, value):
        seen.append((k, theta[0], value))
        theta[:] = np.nan  # a copy: spoils nothing
        return k == 5

    history = descended(Quadratic(1), [1.0], HALF, 100, callback=callback)
    assert history.stop_reason == "stopped by callback at iteration 5"
    assert seen == [(k, 0.5**k, value) for k, value in enumerate(history.loss)]
    assert history.n_iterations == 5 and history.theta.tolist() == [0.5**5]
    gradient_descent(Quadratic(1), [1.0], HALF, 10, progress=True)
    shown = capsys.readouterr().err
    assert re.search(r"^\rgradient descent:.*10/10 \[.*[\d?]it/s\]", shown, re.DOTALL)
    assert repr(gradient_descent(Quadratic(1), [1.0], HALF, 1)).endswith("'finished 1 iteration')")
    assert capsys.readouterr().err == ""


def test_a_rule_of_ones_own_is_followed():
    """It need not accept its last trial: the point there is computed anew, and counted."""

    def better_of_two(phi, phi0, slope):
        trials = ((0.5, phi(0.5)), (3.0, phi(3.0)))
        return StepResult(*trials[0], True, trials, "better of two")

    history = descended(Quadratic(1), [1.0], better_of_two, 3)
    np.testing.assert_allclose(history.loss, 0.5 * 0.25 ** np.arange(4))
    assert history.n_values.tolist() == [1, 4, 7, 10] and history.n_trials.tolist() == [2, 2, 2]
    # Nor any trial: an integer becomes a floating point number; nan is followed, and ends the run.
    for alpha, theta, reason in ((1, 0.0, "stationary"), (math.nan, 1.0, "diverged")):
        result = StepResult(alpha, 0.0, True, (), "own")
        history = descended(Quadratic(1), [1.0], lambda *search: result, 5)
        assert history.theta.tolist() == [theta] and history.stop_reason.startswith(reason)
        assert history.n_trials.tolist() == [0] and history.n_values.tolist() == [1, 2]


@pytest.mark.parametrize(("where", "k"), [("forward", 6), ("backward", 6), ("callback", 7)])
def test_interrupt_keeps_the_history(where, k):
    calls = []

    def call(name):
        calls.append(name)
        if name == where and calls.count(name) == 8:
            raise KeyboardInterrupt

    class Interrupting(Quadratic):
        def forward(self, theta):
            call("forward")
            value, backward = super().forward(theta)
            return value, lambda: call("backward") or backward()

    callback = lambda *point: call("callback")  # noqa: E731
    history = gradient_descent(Interrupting(1), [1.0], HALF, 100, callback=callback)
    assert history.stop_reason == f"interrupted at iteration {k}"
    np.testing.assert_allclose(history.loss, 0.5 * 0.25 ** np.arange(k + 1))
    assert history.theta.tolist() == [0.5**k] and history.n_values.tolist() == [*range(1, k + 2)]
    with pytest.raises(KeyboardInterrupt):  # before anything is known it goes through
        gradient_descent(Quadratic(1, change=Mock(side_effect=KeyboardInterrupt)), [1.0], HALF, 9)
