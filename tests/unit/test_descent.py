"""Gradient descent on quadratics with known answers; counts, stop reasons, what is kept."""

import dataclasses
import re
from types import SimpleNamespace

import numpy as np
import pytest

from nnlib import Armijo, ConstantStep, Objective, StepResult, gradient_descent, init_parameters
from nnlib.descent import _Record, slope_downhill, slopes_downhill


class Quadratic:
    """f(theta) = 1/2 sum_i L_i theta_i^2; counts what is asked of it."""

    def __init__(self, *curvatures):
        self.curvatures = np.array(curvatures, dtype=float)
        self.n_values = self.n_gradients = 0

    def forward(self, theta):
        self.n_values += 1

        def backward():
            self.n_gradients += 1
            return self.curvatures * theta

        return 0.5 * self.curvatures @ theta**2, backward


def assert_consistent(history, objective):
    k = history.n_iterations
    assert len(history.loss) == len(history.gradient_norm) == len(history.n_values) == k + 1
    assert len(history.alpha) == len(history.n_trials) == k
    assert history.n_values[0] == 1 or k == 0  # a search that fails at once is counted there
    assert history.n_values[-1] == objective.n_values
    assert history.n_gradients == objective.n_gradients


def test_constant_step_on_a_quadratic():
    """theta_i after k steps is (1 - alpha L_i)^k theta_i."""
    objective = Quadratic(1, 4)
    history = gradient_descent(objective, [1.0, 1.0], ConstantStep(0.4), 20)
    np.testing.assert_allclose(history.theta, [0.6**20, (-0.6) ** 20], rtol=1e-12)
    k = np.arange(21)
    np.testing.assert_allclose(history.loss, 0.5 * (0.36**k + 4 * 0.36**k), rtol=1e-12)
    np.testing.assert_allclose(history.gradient_norm, np.sqrt(17) * 0.6**k, rtol=1e-12)
    assert history.stop_reason == "finished 20 iterations"
    assert (history.alpha == 0.4).all() and (history.n_trials == 1).all()
    np.testing.assert_array_equal(history.n_values, np.arange(1, 22))
    assert_consistent(history, objective)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("alpha", "diverges"), [(0.49, False), (0.51, True)])
def test_divergence_begins_at_two_over_L(alpha, diverges):
    objective = Quadratic(4)  # 2 / L = 0.5
    history = gradient_descent(objective, [1.0], ConstantStep(alpha), 20_000)
    assert history.stop_reason.startswith("diverged at iteration" if diverges else "stationary")
    assert np.isfinite(history.theta).all()
    assert np.isfinite(history.loss[-1]) != diverges
    assert np.isfinite(history.loss[:-1]).all()
    if diverges:
        assert f"iteration {history.n_iterations}: value inf" in history.stop_reason
        assert objective.forward(history.theta)[0] == history.loss[-2]
    else:
        assert_consistent(history, objective)


def test_gradient_that_is_not_finite_ends_the_run():
    class Cliff(Quadratic):
        def forward(self, theta):
            value, backward = super().forward(theta)
            return value, lambda: backward() / 0.0 if theta[0] < 0.3 else backward()

    with np.errstate(divide="ignore"):
        history = gradient_descent(Cliff(1), [1.0], ConstantStep(0.5), 100)
    assert history.stop_reason == "diverged at iteration 2: the gradient is not finite"
    assert history.theta.tolist() == [0.25] and history.loss[-1] == 0.03125
    np.testing.assert_array_equal(history.gradient_norm, [1, 0.5, np.nan])


def test_gradient_whose_square_overflows_is_still_one():
    with np.errstate(over="ignore"):
        assert slope_downhill(np.array([1e200, 1.0])) == -np.inf
        assert slopes_downhill(np.array([[1e200, 1.0]])).tolist() == [-np.inf]
    assert np.isnan(slope_downhill(np.array([np.inf, 1.0])))
    rows = np.array([[1.0, 2.0, 3.0], [1.0, np.inf, 0.0], [0.1, 0.2, 0.3], [np.nan, 1.0, 1.0]])
    np.testing.assert_array_equal(slopes_downhill(rows), [slope_downhill(row) for row in rows])


def test_armijo_reuses_the_accepted_forward_pass():
    """An iteration costs its trials and one backward pass, nothing more."""
    objective = Quadratic(1, 4)
    history = gradient_descent(objective, [1.0, 1.0], Armijo(alpha0=7.0), 30)
    assert history.n_values[-1] == 1 + history.n_trials.sum() == objective.n_values
    assert history.n_gradients == objective.n_gradients == 31
    assert (np.diff(history.n_values) == history.n_trials).all()
    assert_consistent(history, objective)


def test_armijo_is_monotone_where_a_constant_step_is_not():
    histories = [
        gradient_descent(Quadratic(4), [1.0], step, 50) for step in (Armijo(), ConstantStep(0.6))
    ]
    assert (np.diff(histories[0].loss) < 0).all()
    assert (np.diff(histories[1].loss) > 0).all()


def test_stationary_start():
    history = gradient_descent(Quadratic(1), [0.0], Armijo(), 10)
    assert history.stop_reason == "stationary at iteration 0: gradient norm 0"
    assert history.n_iterations == 0 and history.loss.tolist() == [0]


def test_gradient_whose_square_underflows_is_stationary():
    history = gradient_descent(Quadratic(1), [1e-200], Armijo(), 10)
    assert history.stop_reason.startswith("stationary")


def test_tolerance_is_inclusive():
    history = gradient_descent(Quadratic(1), [1.0], ConstantStep(0.5), 100, tolerance=0.5)
    assert history.stop_reason == "stationary at iteration 1: gradient norm 0.5"


def test_tolerance():
    history = gradient_descent(Quadratic(1), [1.0], ConstantStep(0.5), 100, tolerance=0.1)
    assert history.stop_reason.startswith("stationary at iteration 4")
    assert history.gradient_norm[-1] <= 0.1 < history.gradient_norm[-2]


def test_failed_line_search_leaves_theta_unchanged():
    class Uphill(Quadratic):
        def forward(self, theta):
            value, backward = super().forward(theta)
            return value, lambda: -backward()  # a wrong sign: every step goes up

    objective = Uphill(1)
    history = gradient_descent(objective, [1.0], Armijo(max_backtracks=5), 10)
    assert history.stop_reason.startswith("line search failed at iteration 0: no sufficient")
    assert history.theta.tolist() == [1.0]
    assert history.n_iterations == 0
    assert history.n_values.tolist() == [7]  # the start and six trials
    assert_consistent(history, objective)


def test_search_at_rounding_level_ends():
    """Near the minimum of 1 + x^2 no step changes the value: the search fails, and says so."""

    class Raised(Quadratic):
        def forward(self, theta):
            value, backward = super().forward(theta)
            return 1 + value, backward

    history = gradient_descent(Raised(1), [1e-9], Armijo(alpha0=0.5), 1000)
    assert history.stop_reason.startswith("line search failed")
    assert history.n_iterations < 5


def test_callback_sees_every_point_and_stops():
    seen = []

    def callback(k, theta, value):
        seen.append((k, theta.copy(), value))
        theta[:] = np.nan  # a copy: spoils nothing
        return k == 5

    objective = Quadratic(1)
    history = gradient_descent(objective, [1.0], ConstantStep(0.5), 100, callback=callback)
    assert history.stop_reason == "stopped by callback at iteration 5"
    assert [k for k, _, _ in seen] == [0, 1, 2, 3, 4, 5]
    assert [value for _, _, value in seen] == history.loss.tolist()
    assert seen[-1][1].tolist() == history.theta.tolist() == [0.5**5]
    assert_consistent(history, objective)


@pytest.mark.parametrize("where", ["forward", "backward", "callback"])
def test_interrupt_keeps_the_history(where):
    calls = {"forward": 0, "backward": 0, "callback": 0}

    def call(name):
        calls[name] += 1
        if name == where and calls[name] == 8:
            raise KeyboardInterrupt

    class Interrupting(Quadratic):
        def forward(self, theta):
            call("forward")
            value, backward = super().forward(theta)
            return value, lambda: call("backward") or backward()

    callback = lambda k, theta, value: call("callback")  # noqa: E731
    history = gradient_descent(Interrupting(1), [1.0], ConstantStep(0.5), 100, callback=callback)
    assert history.stop_reason == f"interrupted at iteration {history.n_iterations}"
    assert history.n_iterations == (7 if where == "callback" else 6)
    np.testing.assert_allclose(history.loss, 0.5 * 0.25 ** np.arange(history.n_iterations + 1))
    assert history.theta == pytest.approx(0.5**history.n_iterations)
    assert len(history.alpha) == history.n_iterations == len(history.n_values) - 1


def test_what_was_recorded_by_half_does_not_count():
    """Ctrl-C between two statements of the record itself."""
    record = _Record()
    record.add_point(np.array([1.0]), 0.5, lambda: np.array([1.0]), n_values=1)
    record.add_step(ConstantStep(0.5)(lambda alpha: 0.1, 0.5, -1.0))
    for column in (record.loss, record.gradient_norm, record.n_values):
        column.append(2)
    history = record.history("interrupted at iteration 0")
    assert history.loss.tolist() == [0.5]
    assert history.gradient_norm.tolist() == history.n_values.tolist() == [1]
    assert history.alpha.tolist() == history.n_trials.tolist() == []


def test_steps_are_recorded_as_floating_point_numbers():
    history = gradient_descent(Quadratic(1), [1.0], ConstantStep(1), 3)
    assert history.alpha.dtype == np.float64 and history.alpha.tolist() == [1.0]


def test_interrupt_before_anything_is_known_goes_through():
    class Interrupting:
        def forward(self, theta):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        gradient_descent(Interrupting(), [1.0], ConstantStep(0.5), 10)


def test_rule_that_accepts_an_earlier_trial_is_followed():
    """A rule need not accept its last trial: the point there is computed anew, and counted."""

    def better_of_two(phi, phi0, slope):
        trials = ((0.5, phi(0.5)), (3.0, phi(3.0)))
        return StepResult(*trials[0], True, trials, "better of two")

    objective = Quadratic(1)
    history = gradient_descent(objective, [1.0], better_of_two, 3)
    np.testing.assert_allclose(history.loss, 0.5 * 0.25 ** np.arange(4))
    assert_consistent(history, objective)


def test_start_is_not_modified_and_not_shared():
    theta0 = init_parameters(3)
    theta0.flags.writeable = False
    before = theta0.copy()
    objective = Objective([[0.0, 1.0], [1.0, 0.0]], [0, 2])
    for n_iterations in (0, 3):
        history = gradient_descent(objective, theta0, ConstantStep(1.0), n_iterations)
        np.testing.assert_array_equal(theta0, before)
        assert not np.shares_memory(history.theta, theta0)


def test_same_call_same_result():
    objective = Objective([[0.0, 1.0], [1.0, 0.0]], [0, 2])
    runs = [gradient_descent(objective, init_parameters(3), Armijo(), 20) for _ in range(2)]
    np.testing.assert_array_equal(runs[0].loss, runs[1].loss)
    np.testing.assert_array_equal(runs[0].theta, runs[1].theta)


def test_progress_bar(capsys):
    gradient_descent(Quadratic(1), [1.0], ConstantStep(0.5), 10, progress=True)
    shown = capsys.readouterr().err
    assert "10/10 [" in shown
    assert shown.startswith("\rgradient descent:") and re.search(r"[\d?]it/s\]", shown)
    gradient_descent(Quadratic(1), [1.0], ConstantStep(0.5), 10)
    assert capsys.readouterr().err == ""


def test_repr_reads_like_a_sentence():
    history = gradient_descent(Quadratic(1), [1.0], ConstantStep(0.5), 3)
    with pytest.raises(dataclasses.FrozenInstanceError):  # what was done stays so
        history.loss = None
    assert repr(history) == "History(3 iterations, loss 0.5 to 0.00781, 'finished 3 iterations')"


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        (dict(objective="f"), TypeError, r"^objective must have a method forward.*, got 'f'$"),
        (dict(theta0=[[1.0]]), ValueError, r"theta0 must be a vector.*ravel"),
        (dict(theta0=[np.nan]), ValueError, r"theta0\[0\] = nan"),
        (dict(theta0=[1e200]), ValueError, "theta0 must have a finite value"),
        (
            dict(step=1.0),
            TypeError,
            r"step must be a step rule such as ConstantStep\(1.0\), got 1.0$",
        ),
        (dict(n_iterations=-1), ValueError, "n_iterations must be a whole number >= 0"),
        (dict(n_iterations=10.0), TypeError, "n_iterations.*write 10"),
        (dict(tolerance=-1.0), ValueError, "^tolerance must be"),
    ],
)
def test_wrong_arguments_are_refused(change, error, words):
    arguments = dict(objective=Quadratic(1), theta0=[1.0], step=ConstantStep(0.1), n_iterations=3)
    with pytest.raises(error, match=words):
        gradient_descent(**(arguments | change))


def test_a_class_is_no_step_rule():
    with pytest.raises(TypeError, match=r"^step must be an object.*class Armijo; write Armijo"):
        gradient_descent(Quadratic(1), [1.0], Armijo, 3)


PARTS = dict(alpha=0.5, accepted=True, trials=(), reason="own")


def test_a_result_of_ones_own_will_do_if_it_has_all_parts():
    def step(phi, phi0, slope):
        return SimpleNamespace(**PARTS)

    assert gradient_descent(Quadratic(1), [1.0], step, 2).theta.tolist() == [0.25]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("alpha", [np.longdouble("1e4000"), np.longdouble("0.5"), np.int8(1), 2])
def test_a_step_of_any_kind_of_number_is_used_as_a_float(alpha):
    result = StepResult(alpha, 0.0, True, (), "own")
    history = gradient_descent(Quadratic(1), [1.0], lambda phi, phi0, slope: result, 1)
    assert history.alpha.tolist() == [float(alpha)] and history.theta.dtype == np.float64
    assert history.theta.tolist() == [1.0 if float(alpha) == np.inf else 1 - float(alpha)]


@pytest.mark.parametrize("missing", PARTS)
def test_a_result_that_lacks_a_part_is_refused(missing):
    def step(phi, phi0, slope):
        return SimpleNamespace(**{name: PARTS[name] for name in PARTS if name != missing})

    with pytest.raises(TypeError, match=r"^step must return a StepResult.*, got namespace\("):
        gradient_descent(Quadratic(1), [1.0], step, 2)


class Answers(Quadratic):
    """A quadratic whose forward pass answers with something else."""

    def __init__(self, answer):
        super().__init__(1)
        self.answer = answer

    def forward(self, theta):
        return self.answer


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (dict(objective=Answers(1.0)), r"^objective.forward\(theta\) must.* and a f.*, got 1.0$"),
        (dict(objective=Answers((1.0, 2.0))), "objective.forward.* must return a value and a f"),
        (dict(objective=Answers(("1", len))), "objective.forward.*the value must be one real"),
        (dict(objective=Answers((1j, len))), "objective.forward.*the value must be one real"),
        (dict(objective=Answers((np.ones(1), len))), "objective.forward.*the value must be one"),
        (dict(objective=Answers((1.0, lambda: np.ones(1)))), r"the gradient .* shape \(2,\), got"),
        (dict(objective=Answers((1.0, lambda: 1.0))), r"the gradient must have theta's shape"),
        (dict(objective=Answers((1.0, lambda: None))), "^objective: the gradient must"),
        (dict(objective=Answers((1.0, lambda: "ab"))), "^objective: the gradient must be an arr"),
        (dict(step=lambda phi, phi0, slope: None), "step must return a St.*, got None$"),
        (
            dict(step=lambda phi, phi0, slope: StepResult("1", 1.0, True, (), "")),
            "^step: alpha of its StepResult must",
        ),
        (dict(callback=3), "callback must be a function or None, got 3"),
        (dict(callback=lambda k, theta, value: theta), r"^callback must return.*got array\("),
    ],
)
def test_odd_answers_of_the_users_functions_are_refused(change, words):
    """A gradient of one entry, above all, would have been spread over all of theta."""
    arguments = dict(objective=Quadratic(1, 1), theta0=[1.0, 2.0], step=ConstantStep(0.1))
    with pytest.raises((TypeError, ValueError), match=words):
        gradient_descent(**(arguments | dict(n_iterations=3) | change))
