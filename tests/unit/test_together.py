"""Many runs side by side give what each gives alone, to the last bit."""

import numpy as np
import pytest

from nnlib import (
    Armijo,
    ConstantStep,
    Objective,
    WarmStartedArmijo,
    gradient_descent,
    gradient_descents,
    init_parameters,
    load_dataset,
)
from nnlib.steps import StepResult, StepRule, Trial

RULES = [
    ConstantStep(1.0),
    ConstantStep(30.0),
    ConstantStep(1e250),  # diverges
    Armijo(),
    Armijo(alpha0=1000.0, beta=0.9),
    Armijo(alpha0=1e-3, sigma=0.999999, max_backtracks=0),  # its search fails
    WarmStartedArmijo(),
]


@pytest.fixture(scope="module")
def spirals():
    return load_dataset("spirals")


def starts(n_hidden, n_runs=7):
    return np.array([init_parameters(n_hidden, seed=seed) for seed in range(n_runs)])


def assert_same(together, alone):
    for field in ("theta", "loss", "gradient_norm", "alpha", "n_trials", "n_values"):
        ours, theirs = getattr(together, field), getattr(alone, field)
        assert ours.dtype == theirs.dtype and ours.shape == theirs.shape, field
        np.testing.assert_array_equal(ours, theirs, err_msg=field)
    assert together.n_gradients == alone.n_gradients
    assert together.stop_reason == alone.stop_reason


@pytest.mark.parametrize("weight_decay", [0.0, 1e-3])
@pytest.mark.parametrize("n_hidden", [1, 12, 64])
def test_side_by_side_is_the_same_as_alone(spirals, n_hidden, weight_decay):
    objective = Objective(spirals.X_train, spirals.y_train, weight_decay)
    theta0s = starts(n_hidden)
    kept = theta0s.copy()
    histories = gradient_descents(objective, theta0s, RULES, 150)
    np.testing.assert_array_equal(theta0s, kept)
    for history, theta0, rule in zip(histories, theta0s, RULES, strict=True):
        assert_same(history, gradient_descent(objective, theta0, rule, 150))
    reasons = {history.stop_reason.split(" at ")[0] for history in histories}
    assert "line search failed" in reasons and any("finished" in reason for reason in reasons)


def test_each_run_stops_at_its_own_tolerance(spirals):
    objective = Objective(spirals.X_train, spirals.y_train, 0.01)
    for history, theta0 in zip(
        gradient_descents(objective, starts(3, 4), Armijo(), 3000, tolerance=1e-3), starts(3, 4)
    ):
        assert_same(history, gradient_descent(objective, theta0, Armijo(), 3000, tolerance=1e-3))
        assert history.stop_reason.startswith("stationary")


@pytest.mark.parametrize("tolerance", [0.0, 0.05])
def test_runs_whose_steps_are_all_constant(spirals, tolerance):
    """They are not asked one by one; some diverge, and with the tolerance some end early."""
    objective = Objective(spirals.X_train, spirals.y_train, 1e-3)
    rules = [ConstantStep(alpha) for alpha in (0.1, 1.0, 1e250, 10.0, 1e200, 3.0, 0.01)]
    histories = gradient_descents(objective, starts(12), rules, 200, tolerance)
    for history, theta0, rule in zip(histories, starts(12), rules, strict=True):
        assert_same(history, gradient_descent(objective, theta0, rule, 200, tolerance))
    ends = {history.stop_reason.split()[0] for history in histories}
    assert ends == {"diverged", "finished"} | ({"stationary"} if tolerance else set())


class HalfAsFar(ConstantStep):
    def trials(self, phi0, slope):
        value = yield self.alpha / 2
        return StepResult(self.alpha / 2, value, True, (Trial(self.alpha / 2, value),), "half")


def test_a_rule_made_from_the_constant_step_is_asked(spirals):
    objective = Objective(spirals.X_train, spirals.y_train)
    for history in gradient_descents(objective, starts(5, 3), HalfAsFar(1.0), 5):
        assert set(history.alpha) == {0.5}


def test_more_samples_than_a_block(spirals):
    X, y = np.tile(spirals.X_train, (8, 1)), np.tile(spirals.y_train, 8)
    large, small = Objective(X, y, 1e-3), Objective(spirals.X_train, spirals.y_train, 1e-3)
    theta = init_parameters(64)
    assert large.value(theta) == pytest.approx(small.value(theta), rel=1e-13)
    assert len(large._blocks) == 3 and len(small._blocks) == 1
    np.testing.assert_allclose(large.gradient(theta), small.gradient(theta), rtol=1e-10, atol=1e-15)
    values, backward = large.forward(starts(64, 3))
    for i in range(3):
        assert values[i] == large.value(starts(64, 3)[i])
    np.testing.assert_array_equal(backward([2, 0])[1], large.gradient(starts(64, 3)[0]))
    for history, theta0, rule in zip(
        gradient_descents(large, starts(64), RULES, 10), starts(64), RULES
    ):
        assert_same(history, gradient_descent(large, theta0, rule, 10))


@pytest.mark.parametrize("n_hidden", [1, 64, 500])
def test_one_objective_serves_networks_of_all_sizes(spirals, n_hidden):
    """Each asks for blocks of its own; in turn they find what each finds alone."""
    X, y = np.tile(spirals.X_train, (8, 1)), np.tile(spirals.y_train, 8)
    objective, theta = Objective(X, y), init_parameters(n_hidden)
    value, backward = objective.forward(theta)
    objective.value(init_parameters(300))
    gradient = backward()
    assert objective.value(theta) == value == Objective(X, y).value(theta)
    small = Objective(spirals.X_train, spirals.y_train)
    assert value == pytest.approx(small.value(theta), rel=1e-13)
    np.testing.assert_allclose(gradient, small.gradient(theta), rtol=1e-10, atol=1e-15)


def test_more_hidden_units_than_activations_in_a_block(spirals):
    """A block keeps 16 samples all the same; 100 samples are cut into seven."""
    X, y = spirals.X_train[::3], spirals.y_train[::3]
    objective, theta = Objective(X, y), init_parameters(100_000)
    value, gradient = objective.value_and_gradient(theta)
    assert len(objective._blocks) == 7
    parts = [Objective(X[i::2], y[i::2]).value_and_gradient(theta) for i in range(2)]
    assert value == pytest.approx((parts[0][0] + parts[1][0]) / 2, rel=1e-13)
    np.testing.assert_allclose(gradient, (parts[0][1] + parts[1][1]) / 2, rtol=1e-9, atol=1e-13)


def test_no_iterations_and_one_run(spirals):
    objective = Objective(spirals.X_train, spirals.y_train)
    (history,) = gradient_descents(objective, starts(4, 1), ConstantStep(1.0), 0)
    assert_same(history, gradient_descent(objective, starts(4, 1)[0], ConstantStep(1.0), 0))


def test_one_rule_with_a_memory_serves_all_runs(spirals):
    objective = Objective(spirals.X_train, spirals.y_train)
    together = gradient_descents(objective, starts(5, 3), WarmStartedArmijo(), 40)
    for history, theta0 in zip(together, starts(5, 3)):
        assert_same(history, gradient_descent(objective, theta0, WarmStartedArmijo(), 40))


def test_all_searches_may_fail_at_once(spirals):
    objective = Objective(spirals.X_train, spirals.y_train)
    for history, theta0 in zip(
        gradient_descents(objective, starts(5, 3), RULES[5], 10), starts(5, 3)
    ):
        assert_same(history, gradient_descent(objective, theta0, RULES[5], 10))
        assert history.stop_reason.startswith("line search failed at iteration 0")


class Saddle:
    """f(theta) = 2 x^2 - y^2, for one theta or many; a step of 1 makes both three times as long."""

    def __init__(self, dtype):
        self.dtype = dtype

    def forward(self, theta):
        squares = theta**2
        gradient = np.stack([4 * theta[..., 0], -2 * theta[..., 1]], axis=-1).astype(self.dtype)
        return 2 * squares[..., 0] - squares[..., 1], lambda rows=...: gradient[rows]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64])
def test_any_objective_that_takes_many_thetas_will_do(dtype):
    """One that overflows, to inf - inf, and one whose gradients come in another precision."""
    theta0s = np.array([[7.0, 3.0], [2.0, 1.1], [1.0, 0.0]])
    n_iterations = 1000 if dtype == np.float64 else 15
    together = gradient_descents(Saddle(dtype), theta0s, ConstantStep(1.0), n_iterations)
    for history, theta0 in zip(together, theta0s):
        alone = gradient_descent(Saddle(dtype), theta0, ConstantStep(1.0), n_iterations)
        assert_same(history, alone)
    if dtype == np.float64:
        assert "value nan" in together[1].stop_reason and "value" in together[2].stop_reason


def test_progress_bar(spirals, capsys):
    objective = Objective(spirals.X_train, spirals.y_train)
    gradient_descents(objective, starts(5, 3), Armijo(), 3, progress=True)
    assert "gradient descent" in capsys.readouterr().err
    gradient_descents(objective, starts(5, 3), Armijo(), 3)
    assert capsys.readouterr().err == ""


class BetterOfTwo(StepRule):
    """Tries 2 and then 1, and may go back to the first."""

    def trials(self, phi0, slope):
        tried = []
        for alpha in (2.0, 1.0):
            tried.append(Trial(alpha, (yield alpha)))
        best = min(tried, key=lambda trial: trial.value)
        return StepResult(*best, True, tuple(tried), "better of two")


def test_a_rule_may_go_back_to_an_earlier_trial(spirals):
    objective = Objective(spirals.X_train, spirals.y_train)
    together = gradient_descents(objective, starts(12, 3), BetterOfTwo(), 40)
    for history, theta0 in zip(together, starts(12, 3)):
        assert_same(history, gradient_descent(objective, theta0, BetterOfTwo(), 40))
    assert {2.0} < set(together[0].alpha) | {2.0} and together[0].n_values[-1] > 1 + 2 * 40


class Decided(StepRule):
    """Knows its answer without a trial."""

    def __init__(self, alpha, accepted):
        self.result = StepResult(alpha, 0.0, accepted, (), "known")

    def trials(self, phi0, slope):
        return self.result
        yield


class Asks(StepRule):
    def __init__(self, alpha):
        self.alpha = alpha

    def trials(self, phi0, slope):
        value = yield self.alpha
        return StepResult(self.alpha, value, True, (Trial(self.alpha, value),), "asked")


@pytest.mark.filterwarnings("error")
def test_a_step_of_any_kind_of_number_is_used_as_a_float(spirals):
    objective = Objective(spirals.X_train, spirals.y_train)
    rules = [Asks(np.longdouble("0.5")), Asks(np.int8(1)), Asks(np.longdouble("1e4000"))]
    for history, theta0, rule in zip(
        gradient_descents(objective, starts(5, 3), rules, 3), starts(5, 3), rules
    ):
        assert_same(history, gradient_descent(objective, theta0, rule, 3))
    rules = [Decided(np.nan, True), Asks(np.nan), Armijo()]
    for history, theta0, rule in zip(
        gradient_descents(objective, starts(5, 3), rules, 3), starts(5, 3), rules
    ):
        assert_same(history, gradient_descent(objective, theta0, rule, 3))
    with pytest.raises(TypeError, match=r"^steps: the alpha to try must be one.*, got 'b'"):
        gradient_descents(objective, starts(5, 1), Decided("b", True), 3)
    with pytest.raises(
        TypeError, match=r"^steps: the alpha to try must be one real number, got 'a'"
    ):
        gradient_descents(objective, starts(5, 1), Asks("a"), 3)


def test_a_rule_may_decide_without_a_trial(spirals):
    objective = Objective(spirals.X_train, spirals.y_train)
    rules = [Decided(2.0, True), Decided(0.0, False), Armijo()]
    together = gradient_descents(objective, starts(5, 3), rules, 4)
    for history, theta0, rule in zip(together, starts(5, 3), rules):
        assert_same(history, gradient_descent(objective, theta0, rule, 4))
    assert together[0].alpha.tolist() == [2.0] * 4
    assert together[1].stop_reason == "line search failed at iteration 0: known"


class Spread:
    """Its gradients have one entry, which would be spread over all of theta."""

    def forward(self, theta):
        return (theta**2).sum(axis=-1), lambda rows=...: 2 * theta[rows][:, :1]


class Wordy:
    def forward(self, theta):
        return (theta**2).sum(axis=-1), lambda rows=...: "words"


class Interrupting:
    """An objective during whose n-th forward pass somebody presses Ctrl-C."""

    def __init__(self, objective, n):
        self.objective, self.n = objective, n

    def forward(self, theta):
        self.n -= 1
        if self.n == 0:
            raise KeyboardInterrupt
        return self.objective.forward(theta)


def test_after_ctrl_c_the_histories_are_there(spirals):
    objective = Objective(spirals.X_train, spirals.y_train)
    for n in range(2, 9):
        for history, theta0 in zip(
            gradient_descents(Interrupting(objective, n), starts(5, 3), RULES[0], 100), starts(5, 3)
        ):
            assert history.stop_reason == f"interrupted at iteration {n - 2}"
            alone = gradient_descent(objective, theta0, RULES[0], n - 2)
            np.testing.assert_array_equal(history.theta, alone.theta)
    rules = [ConstantStep(1.0), Armijo(), RULES[5]]
    for n in range(2, 12):
        histories = gradient_descents(Interrupting(objective, n), starts(5, 3), rules, 100)
        for history, rule, theta0 in zip(histories[:2], rules, starts(5, 3)):
            assert history.stop_reason == f"interrupted at iteration {history.n_iterations}"
            alone = gradient_descent(objective, theta0, rule, history.n_iterations)
            np.testing.assert_array_equal(history.theta, alone.theta)
            np.testing.assert_array_equal(history.loss, alone.loss)
            np.testing.assert_array_equal(history.n_values, alone.n_values)
        assert histories[2].n_iterations == 0
        assert histories[0].n_iterations <= n - 2


def test_ctrl_c_before_the_first_value_is_passed_on(spirals):
    objective = Objective(spirals.X_train, spirals.y_train)
    with pytest.raises(KeyboardInterrupt):
        gradient_descents(Interrupting(objective, 1), starts(5, 3), Armijo(), 10)


class OneAtATime:
    def forward(self, theta):
        return 1.0, lambda rows=...: np.ones(9)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (dict(steps=lambda phi, phi0, slope: None), TypeError, "steps must be.*gradient_descent"),
        (dict(steps=[Armijo()] * 2), ValueError, "steps must be 3 step rules.*got 2"),
        (dict(steps=[Armijo(), 1.0, Armijo()]), TypeError, r"^steps\[1\] must.*got 1.0$"),
        (
            dict(steps=1.0),
            TypeError,
            "^steps must be a step rule.*, got 1.0; a .*gradient_descent$",
        ),
        (dict(theta0s=np.zeros(9)), ValueError, r"theta0s must have shape"),
        (dict(theta0s=np.full((3, 9), np.nan)), ValueError, r"theta0s\[0, 0\] = nan"),
        (dict(theta0s=np.zeros((3, 8))), ValueError, "theta must be a vector"),
        (dict(theta0s=np.full((3, 9), 1e308)), ValueError, r"finite values.*theta0s\[0\]"),
        (dict(theta0s=np.diag([0, 1e308, 0])[:, [0] * 8 + [1]]), ValueError, r"at theta0s\[1\]"),
        (dict(steps=Armijo), TypeError, r"steps must be an object.*write Armijo\(...\)"),
        (dict(steps=[Armijo(), Armijo(), ConstantStep]), TypeError, r"steps\[2\] must be an obj"),
        (dict(objective=Wordy()), TypeError, "^objective: the gradients must be an array of real"),
        (dict(objective=Spread()), ValueError, r"theta's shape \(3, 9\), got \(3, 1\)"),
        (dict(n_iterations=-1), ValueError, "n_iterations must be a whole number >= 0"),
        (dict(tolerance=-1.0), ValueError, "^tolerance must be"),
        (dict(objective=OneAtATime()), TypeError, r"3 values for 3 starts, got shape \(\):"),
    ],
)
def test_wrong_arguments_are_refused(spirals, arguments, error, words):
    objective = Objective(spirals.X_train, spirals.y_train)
    right = dict(objective=objective, theta0s=starts(1, 3), steps=Armijo(), n_iterations=3)
    with pytest.raises(error, match=words):
        gradient_descents(**(right | arguments))
