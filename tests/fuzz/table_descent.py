"""What is called on the way down: gradient checks, step rules, descent."""

import math
import sys
import tempfile
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from nnlib import descent, gradcheck, objective, steps, together
from nnlib.datasets import load_dataset
from nnlib.metrics import evaluate
from nnlib.network import init_parameters
from nnlib.sweep import COLUMNS, Grid, heat_map_grid, load_table, save_table, sweep

from .harness import OwnError, close, fuzz, real, whole
from .hostile import ALIENS, NUMBERS, ODD
from .legal import alphas, networks, numbers, seeds, shares

anything = st.sampled_from((*NUMBERS, *ALIENS, *ODD))
METHODS = st.sampled_from(tuple(gradcheck.METHODS))
sizes = st.integers(1, 5)


class Quadratic:
    """f(theta) = 1/2 sum_i L_i theta_i^2, with curvatures L_i from 1 on; tires of being asked."""

    def __init__(self, patience=2000):
        self.patience = patience

    def forward(self, theta):
        self.patience -= 1
        if self.patience < 0:
            raise OwnError("asked too often")
        curvatures = 1.0 + np.arange(theta.size)
        with np.errstate(over="ignore", invalid="ignore"):
            gradient = curvatures * theta
            value = 0.5 * (gradient * theta).sum()
        return value.item(), lambda: gradient

    def value(self, theta):
        return self.forward(theta)[0]

    def gradient(self, theta):
        return self.forward(theta)[1]()


RIGHT = "right"


class Raising(Quadratic):
    def forward(self, theta):
        raise OwnError("forward")


class Answering(Quadratic):
    """Answers with whatever it was given, at every call or from the third on."""

    def __init__(self, value, gradient, first=0):
        super().__init__()
        self.answer, self.first, self.n_calls = (value, gradient), first, 0

    def forward(self, theta):
        value, backward = super().forward(theta)
        self.n_calls += 1
        if self.n_calls <= self.first:
            return value, backward
        own_value, own_gradient = self.answer
        if own_value is not RIGHT:
            value = own_value
        return value, backward if own_gradient is RIGHT else lambda: own_gradient

    def __repr__(self):
        return f"Answering{self.answer}"


class NoPair(Quadratic):
    def forward(self, theta):
        return 1.0


def wrong_sign(theta):
    return -Quadratic().gradient(theta)


# ---- gradcheck

# Fresh ones for each call: what was asked too often by others would answer with an error alone.
values = st.builds(Quadratic).map(lambda f: f.value)
gradients = st.builds(Quadratic).map(lambda f: f.gradient)
functions = {"value": values, "theta": sizes.flatmap(lambda n: numbers(n, 10))}
odd_functions = st.one_of(
    values,
    anything.map(lambda answer: lambda theta: answer),
    st.sampled_from([Raising().value, lambda theta: abs(theta).sum(), lambda theta: theta]),
)


def tame(theta):
    theta = real(theta, 1)
    return abs(theta).max() <= 100


@fuzz(
    gradcheck.numeric_gradient,
    {**functions, "method": METHODS, "h": st.one_of(st.none(), st.sampled_from([1e-5, 1e-7]))},
    spoil=("theta", "method", "h"),
)
def _(found, value, theta, method, h):
    assert found.shape == real(theta, 1).shape
    if tame(theta) and h is None:
        right = Quadratic().gradient(real(theta, 1))
        np.testing.assert_allclose(found, right, rtol=1e-5, atol=1e-4)


@fuzz(
    gradcheck.numeric_gradient,
    {**functions, "value": odd_functions, "method": METHODS},
    name="nnlib.gradcheck.numeric_gradient (odd functions)",
    refusable=True,
)
def _(found, value, theta, method):
    assert found.shape == real(theta, 1).shape and found.dtype == np.float64


blocks = st.sampled_from(
    [None, {"all": slice(None)}, {"first": np.array([0]), "last": np.array([[-1]])}]
)


@fuzz(
    gradcheck.check_gradient,
    {**functions, "gradient": gradients, "method": METHODS, "blocks": blocks},
    spoil=("theta", "method", "blocks"),
)
def _(found, value, gradient, theta, method, blocks):
    assert str(found).startswith(f"gradient check ({method} differences)")
    assert not tame(theta) or found.passed
    assert found.worst in found.blocks.values() and found.max_relative_error >= 0


@fuzz(
    gradcheck.check_gradient,
    {**functions, "gradient": st.just(wrong_sign), "method": METHODS},
    name="nnlib.gradcheck.check_gradient (wrong sign)",
    spoil=("theta",),
)
def _(found, value, gradient, theta, method):
    theta = real(theta, 1)
    if tame(theta) and abs(theta).max() > 0.1:
        assert not found.passed
        assert "wrong sign" in str(found) or abs(theta).min() < 0.1


@fuzz(
    gradcheck.check_gradient,
    {**functions, "value": odd_functions, "gradient": odd_functions, "method": METHODS},
    name="nnlib.gradcheck.check_gradient (odd functions)",
    refusable=True,
)
def _(found, value, gradient, theta, method):
    assert isinstance(found.passed, bool) and str(found)
    assert found.max_relative_error >= 0 and isinstance(found.worst.ratio, float)


@fuzz(
    gradcheck.taylor_order,
    {**functions, "gradient": gradients, "seed": seeds},
    spoil=("theta", "seed"),
)
def _(found, value, gradient, theta, seed):
    whole(seed, 0)
    assert type(found) is float
    if tame(theta) and abs(real(theta, 1)).max() <= 10:
        assert abs(found - 2) < 0.1


@fuzz(
    gradcheck.taylor_order,
    {**functions, "value": odd_functions, "gradient": odd_functions, "seed": seeds},
    name="nnlib.gradcheck.taylor_order (odd functions)",
    refusable=True,
)
def _(found, value, gradient, theta, seed):
    assert type(found) is float and not math.isnan(found)


block_fields = {
    "name": st.just("W1[0]"),
    "analytic": st.floats(),
    "numeric": st.floats(),
    "relative_error": st.floats(0),
    "passed": st.booleans(),
    "cause": st.text(),
}


@fuzz(gradcheck.BlockCheck, block_fields, spoil=())
def _(found, name, analytic, numeric, relative_error, passed, cause):
    assert str(found).startswith("ok" if passed else "WRONG") and isinstance(found.ratio, float)


@fuzz(
    gradcheck.GradientCheck,
    {
        "method": METHODS,
        "blocks": st.dictionaries(
            st.text(), st.builds(gradcheck.BlockCheck, **block_fields), min_size=1
        ),
    },
    spoil=(),
)
def _(found, method, blocks):
    assert found.passed == all(block.passed for block in blocks.values())
    assert found.worst in blocks.values()


# ---- steps


class Bowl:
    """phi(alpha) = (1 - alpha)^2 with the slope -2, which tires of being asked."""

    def __init__(self):
        self.asked = []

    def __call__(self, alpha):
        self.asked.append(alpha)
        if len(self.asked) > 5000:
            raise OwnError("asked too often")
        return (1 - min(float(alpha), 1e100)) ** 2


def odd_phi(answer):
    return lambda alpha: answer


@fuzz(steps.ConstantStep, {"alpha": alphas})
def _(found, alpha):
    assert float(alpha) > 0
    result = found(Bowl(), 1.0, -2.0)
    assert result.accepted and result.alpha == float(alpha) and type(result.alpha) is float
    close(result.value, Bowl()(float(alpha)))


def constant(alpha, phi, phi0, slope):
    return steps.ConstantStep(alpha)(phi, phi0, slope)


@fuzz(
    constant,
    {"alpha": alphas, "phi": st.builds(Bowl), "phi0": st.just(1.0), "slope": st.just(-2.0)},
    name="nnlib.steps.ConstantStep.__call__",
)
def _(found, alpha, phi, phi0, slope):
    assert found.accepted and found.alpha == float(alpha) and phi.asked == [float(alpha)]


rule = {"alpha0": alphas, "sigma": shares, "beta": shares, "max_backtracks": st.integers(0, 90)}


@fuzz(steps.Armijo, rule)
def _(found, alpha0, sigma, beta, max_backtracks):
    assert float(alpha0) > 0 and 0 < float(sigma) < 1 and 0 < float(beta) < 1
    keeps_its_promise(found(Bowl(), 1.0, -2.0), found, 1.0, -2.0)
    assert whole(max_backtracks, 0) >= 0


def keeps_its_promise(result, rule, phi0, slope):
    """Armijo's condition at the accepted trial and at none before it; steps shrink by beta."""
    alpha = [trial.alpha for trial in result.trials]
    assert alpha[0] == rule.alpha0 and 1 <= len(alpha) <= rule.max_backtracks + 1
    assert all(a > 0 for a in alpha), "a step of 0 was tried, which cannot change anything"
    for longer, shorter in zip(alpha, alpha[1:]):
        close(shorter, longer * rule.beta, 5e-324)
    good = [
        t.value <= phi0 + rule.sigma * t.alpha * slope and -math.inf < t.value < phi0
        for t in result.trials
    ]
    assert not any(good[:-1]) and good[-1] == result.accepted
    assert all(type(trial.value) is float for trial in result.trials)
    assert result.alpha == (alpha[-1] if result.accepted else 0)
    assert result.value == (result.trials[-1].value if result.accepted else phi0)


def armijo(alpha0, sigma, beta, max_backtracks, phi, phi0, slope):
    return steps.Armijo(alpha0, sigma, beta, max_backtracks)(phi, phi0, slope)


search = rule | {"phi": st.builds(Bowl), "phi0": st.just(1.0), "slope": st.just(-2.0)}


@fuzz(armijo, search, name="nnlib.steps.Armijo.__call__")
def _(found, alpha0, sigma, beta, max_backtracks, phi, phi0, slope):
    rule = steps.Armijo(alpha0, sigma, beta, max_backtracks)
    keeps_its_promise(found, rule, float(phi0), float(slope))
    assert [trial.alpha for trial in found.trials] == phi.asked


@fuzz(
    armijo,
    search | {"phi": anything.map(odd_phi)},
    spoil=("slope", "phi0"),
    names=("phi",),
    name="nnlib.steps.Armijo.__call__ (odd phi)",
    refusable=True,
)
def _(found, alpha0, sigma, beta, max_backtracks, phi, phi0, slope):
    rule = steps.Armijo(alpha0, sigma, beta, max_backtracks)
    keeps_its_promise(found, rule, float(phi0), float(slope))


warm = {
    "armijo": st.builds(steps.Armijo, **rule),
    "growth": st.floats(1.01, 1e6),
    "alpha_max": alphas,
}


@fuzz(steps.WarmStartedArmijo, warm)
def _(found, armijo, growth, alpha_max):
    assert float(growth) > 1 and float(alpha_max) > 0
    step, last = found.begin(), armijo.alpha0 / float(growth)
    for _ in range(3):
        result = step(Bowl(), 1.0, -2.0)
        close(result.trials[0].alpha, min(float(growth) * last, float(alpha_max)), 5e-324)
        last = result.alpha if result.accepted else result.trials[0].alpha / float(growth)


def begin(armijo, growth, alpha_max, phi, phi0, slope):
    return steps.WarmStartedArmijo(armijo, growth, alpha_max).begin()(phi, phi0, slope)


@fuzz(
    begin,
    warm | {k: search[k] for k in ("phi", "phi0", "slope")},
    name="nnlib.steps.WarmStartedArmijo.begin",
)
def _(found, armijo, growth, alpha_max, phi, phi0, slope):
    assert found.trials[0].alpha == min(armijo.alpha0, float(alpha_max))
    assert found.accepted == (found.alpha > 0)


@fuzz(steps.Trial, {"alpha": st.floats(), "value": st.floats()}, spoil=())
def _(found, alpha, value):
    assert found.alpha is alpha and found.value is value


@fuzz(
    steps.StepResult,
    {
        "alpha": alphas,
        "value": st.floats(),
        "accepted": st.booleans(),
        "trials": st.just(()),
        "reason": st.text(),
    },
    spoil=(),
)
def _(found, **fields):
    assert found._asdict() == fields


# ---- descent


def never(k, theta, value):
    return False


def at_three(k, theta, value):
    theta[:] = np.nan  # a copy: spoils nothing
    return k == 3


def raising(k, theta, value):
    raise OwnError("callback")


def own_rule(alpha):
    """A step rule as a user might write it."""
    return lambda phi, phi0, slope: steps.StepResult(alpha, phi(alpha), True, ((alpha, 0),), "own")


rules = st.one_of(
    st.builds(steps.ConstantStep, alphas),
    st.builds(steps.Armijo, **rule),
    st.builds(steps.WarmStartedArmijo, **warm),
    alphas.map(own_rule),
)
run = {
    "objective": st.builds(Quadratic),
    "theta0": sizes.flatmap(lambda n: numbers(n, 10)),
    "step": rules,
    "n_iterations": st.integers(0, 12),
    "tolerance": st.sampled_from([0.0, 0, 1e-3, 5]),
    "callback": st.sampled_from([None, never, at_three, raising]),
}


def consistent(found, n_iterations):
    k = found.n_iterations
    assert k <= n_iterations
    assert len(found.loss) == len(found.gradient_norm) == len(found.n_values) == k + 1
    assert len(found.alpha) == len(found.n_trials) == k
    assert found.loss.dtype == found.gradient_norm.dtype == found.alpha.dtype == np.float64
    assert (np.diff(found.n_values) >= 1).all() and (found.n_trials >= 0).all()
    assert np.isfinite(found.theta).all() and np.isfinite(found.loss[:-1]).all()
    assert np.isfinite(found.gradient_norm[:-1]).all() and (found.gradient_norm[:-1] >= 0).all()
    words = ("finished", "stationary", "diverged", "line search failed", "stopped by callback")
    assert found.stop_reason.startswith(words) and repr(found)
    if not found.stop_reason.startswith("diverged"):
        assert np.isfinite(found.loss).all()


@fuzz(descent.gradient_descent, run)
def _(found, objective, theta0, step, n_iterations, tolerance, callback):
    consistent(found, whole(n_iterations, 0))
    start = real(theta0, 1)
    assert found.theta.shape == start.shape and float(tolerance) >= 0
    close(found.loss[0], Quadratic().value(start))
    if np.isfinite(found.loss[-1]):
        close(found.loss[-1], Quadratic().value(found.theta))
    if found.stop_reason.startswith("stationary") and abs(found.theta).max() > 1e-150:
        assert found.gradient_norm[-1] <= tolerance
    if isinstance(step, (steps.Armijo, steps.WarmStartedArmijo)):
        assert (np.diff(found.loss) < 0).all(), "Armijo's loss has to fall"
    if isinstance(step, steps.ConstantStep) and found.n_iterations:
        assert (found.alpha == step.alpha).all() and (found.n_trials == 1).all()
        with np.errstate(all="ignore"):  # theta_i (1 - alpha L_i)^k
            factor = 1 - step.alpha * (1.0 + np.arange(start.size))
            expected = start * factor**found.n_iterations
        if np.isfinite(found.loss[-1]):
            scale = 1e-13 * (1 + step.alpha * start.size) ** found.n_iterations
            np.testing.assert_allclose(
                found.theta, expected, rtol=1e-9, atol=scale * abs(start).max()
            )


answers = st.one_of(
    st.just(Raising()),
    st.just(NoPair()),
    st.builds(Answering, st.one_of(st.just(RIGHT), anything), st.just(RIGHT), st.integers(0, 3)),
    st.builds(Answering, st.just(RIGHT), anything, st.integers(0, 3)),
    st.builds(Answering, st.just(RIGHT), st.sampled_from([1, 2, 3]).map(np.ones)),
    anything,
)


@fuzz(
    descent.gradient_descent,
    run | {"objective": answers},
    name="nnlib.descent.gradient_descent (odd objectives)",
    refusable=True,
)
def _(found, objective, theta0, step, n_iterations, tolerance, callback):
    consistent(found, whole(n_iterations, 0))


odd_rules = st.one_of(
    anything,
    anything.map(lambda answer: lambda phi, phi0, slope: answer),
    anything.map(lambda a: lambda phi, phi0, slope: steps.StepResult(a, 0.0, True, (), "own")),
)


odd_callbacks = st.one_of(anything, anything.map(lambda answer: lambda k, theta, value: answer))


@fuzz(
    descent.gradient_descent,
    run | {"step": odd_rules, "callback": odd_callbacks},
    name="nnlib.descent.gradient_descent (odd rules)",
    refusable=True,
)
def _(found, objective, theta0, step, n_iterations, tolerance, callback):
    consistent(found, whole(n_iterations, 0))


@fuzz(
    descent.History,
    {
        "theta": numbers(2),
        "loss": st.lists(st.floats(), min_size=2, max_size=2).map(np.array),
        "gradient_norm": numbers(2),
        "alpha": numbers(1),
        "n_trials": st.just(np.array([1])),
        "n_values": st.just(np.array([1, 2])),
        "n_gradients": st.integers(0, 9),
        "stop_reason": st.text(),
    },
    spoil=(),
)
def _(found, alpha, stop_reason, **arrays):
    assert found.n_iterations == len(alpha) and repr(stop_reason) in repr(found)


@fuzz(
    descent.Ray,
    {"objective": st.builds(Quadratic), "theta": numbers(3, 10), "direction": numbers(3, 10)},
    spoil=(),
)
def _(found, objective, theta, direction):
    close(found(0.5), Quadratic().value(theta + 0.5 * direction), 1e-12)


def go_to(theta, direction, alpha):
    ray = descent.Ray(Quadratic(), theta, direction)
    ray(alpha)
    return ray.go_to(alpha), ray.n_values, ray.go_to(2 * alpha), ray.n_values


@fuzz(
    go_to,
    {"theta": numbers(3, 10), "direction": numbers(3, 10), "alpha": st.floats(0.1, 9)},
    name="nnlib.descent.Ray.go_to",
    spoil=(),
)
def _(found, theta, direction, alpha):
    assert found[1] == 1 and found[3] == 2  # the last trial is not made again
    np.testing.assert_array_equal(found[2][0], theta + 2 * alpha * direction)


slopes = st.one_of(st.just(math.nan), st.floats(-1e300, 0))


@fuzz(descent.slope_downhill, {"gradient": numbers(3, 1e100)}, spoil=())
def _(found, gradient):
    close(found, -math.fsum(g * g for g in gradient.tolist()), 1e-300)


steps_or_nan = st.sampled_from([0.5, 1.0, math.inf, math.nan])


@fuzz(descent.same_step, {"a": steps_or_nan, "b": steps_or_nan}, spoil=())
def _(found, a, b):
    assert found == (repr(a) == repr(b))


@fuzz(descent.slopes_downhill, {"gradients": numbers((2, 3), 1e100)}, spoil=())
def _(found, gradients):
    assert found.tolist() == [descent.slope_downhill(gradient) for gradient in gradients]


@fuzz(
    descent.why_diverged,
    {"k": st.integers(0, 9), "value": st.floats(), "slope": slopes},
    spoil=(),
)
def _(found, k, value, slope):
    assert (found is None) == (math.isfinite(value) and not math.isnan(slope))
    assert found is None or found.startswith(f"diverged at iteration {k}: ")


@fuzz(
    descent.why_done,
    {
        "k": st.integers(0, 3),
        "slope": st.floats(-9, 0),
        "tolerance": st.floats(0, 5),
        "n_iterations": st.just(3),
    },
    spoil=(),
)
def _(found, k, slope, tolerance, n_iterations):
    assert (found is None) == (k < 3 and slope < 0 and math.sqrt(-slope) > tolerance)


@fuzz(descent.counter, {"n_iterations": st.integers(0, 9), "progress": st.just(False)}, spoil=())
def _(found, n_iterations, progress):
    assert list(found) == list(range(n_iterations + 1))


# ---- rules as generators, many runs together, sweeps


class Halving(steps.StepRule):
    """A rule of one's own: half of the last trial until the value falls."""

    def trials(self, phi0, slope):
        tried, alpha = [], 1.0
        while alpha > 1e-9:
            tried.append(steps.Trial(alpha, (yield alpha)))
            if tried[-1].value < phi0:
                return steps.StepResult(alpha, tried[-1].value, True, tuple(tried), "falls")
            alpha /= 2
        return steps.StepResult(0.0, phi0, False, tuple(tried), "too short")


@fuzz(steps.StepRule, {}, spoil=())
def _(found):
    assert callable(found)


def call_own_rule(phi, phi0, slope):
    return Halving()(phi, phi0, slope)


@fuzz(
    call_own_rule,
    {"phi": st.builds(Bowl), "phi0": st.floats(1e-3, 2), "slope": st.just(-2.0)},
    name="nnlib.steps.StepRule.__call__",
    spoil=(),
)
def _(found, phi, phi0, slope):
    assert [trial.alpha for trial in found.trials] == phi.asked
    assert found.accepted and found.value < phi0


def first_two_trials(rule, value):
    trials = rule.trials(1.0, -2.0)
    first = next(trials)
    try:
        return first, trials.send(value)
    except StopIteration as decided:
        return first, decided.value


for _kind in ("ConstantStep", "Armijo"):

    @fuzz(
        first_two_trials,
        {
            "rule": st.builds(steps.Armijo, **rule)
            if _kind == "Armijo"
            else st.builds(steps.ConstantStep, alphas),
            "value": st.floats(),
        },
        name=f"nnlib.steps.{_kind}.trials",
        spoil=(),
    )
    def _(found, rule, value):
        first, then = found
        assert first == getattr(rule, "alpha0", getattr(rule, "alpha", None))
        if isinstance(then, steps.StepResult):
            assert then.trials[0].alpha == first and then.accepted in (True, False)
        else:
            close(then, first * rule.beta, 5e-324)


rules_together = st.one_of(
    st.builds(steps.ConstantStep, st.sampled_from([1e-300, 0.1, 1.0, 1e300])),
    st.builds(steps.Armijo, **rule),
    st.builds(steps.WarmStartedArmijo, **warm),
    st.builds(Halving),
)


class Tiring(objective.Objective):
    """Ends a run that was asked for a million iterations, which are anybody's right."""

    patience = 2000

    def forward(self, theta):
        self.patience -= 1
        if self.patience < 0:
            raise OwnError("asked too often")
        return super().forward(theta)


def side_by_side(theta0s, steps, n_iterations, tolerance, X, y, n_classes):
    own = Tiring(X, y, 0.01, n_classes)
    return together.gradient_descents(own, theta0s, steps, n_iterations, tolerance)


@fuzz(
    side_by_side,
    st.tuples(networks(hidden=st.integers(1, 4)), rules_together, st.integers(0, 5)).map(
        lambda p: {
            "theta0s": np.stack([p[0]["theta"], 2 * p[0]["theta"]]),
            "steps": [p[1], p[1]],
            "n_iterations": p[2],
            "tolerance": 0.0,
            **{name: p[0][name] for name in ("X", "y", "n_classes")},
        }
    ),
    name="nnlib.together.gradient_descents",
    spoil=("theta0s", "steps", "n_iterations", "tolerance"),
    names=("theta", "theta0"),
)
def _(found, theta0s, steps, n_iterations, tolerance, X, y, n_classes):
    """Each run is what it would have been alone."""
    starts = real(theta0s, 2)
    rules = steps if isinstance(steps, (list, tuple)) else [steps] * len(starts)
    own = Tiring(X, y, 0.01, n_classes)
    for run, start, step in zip(found, starts, rules, strict=True):
        consistent(run, whole(n_iterations, 0))
        alone = descent.gradient_descent(own, start, step, n_iterations, tolerance)
        for field in ("theta", "loss", "gradient_norm", "alpha", "n_trials", "n_values"):
            np.testing.assert_array_equal(getattr(run, field), getattr(alone, field), field)
        assert run.stop_reason == alone.stop_reason and run.n_gradients == alone.n_gradients


grid = {
    "data": st.just(load_dataset("spirals")),
    "n_hidden": st.sampled_from([(1,), (2, 3)]),
    "steps": st.sampled_from([(steps.ConstantStep(1.0),), (steps.Armijo(), Halving())]),
    "seeds": st.sampled_from([(0,), (1, 2)]),
    "n_iterations": st.integers(0, 3),
    "weight_decay": st.sampled_from([0.0, 0.01]),
}


@fuzz(Grid, grid)
def _(found, data, n_hidden, steps, seeds, n_iterations, weight_decay):
    assert found.size == len(list(n_hidden)) * len(list(steps)) * len(list(seeds))
    assert all(whole(n, 1) for n in n_hidden) and whole(n_iterations, 0) >= 0
    assert float(weight_decay) >= 0 and min(whole(seed, 0) for seed in seeds) >= 0
    assert len(found.step_names) == len(found.steps)


def groups(**arguments):
    return list(Grid(**arguments).groups())


@fuzz(groups, st.fixed_dictionaries(grid), name="nnlib.sweep.Grid.groups", spoil=())
def _(found, n_hidden, steps, seeds, **others):
    rows = [first + i for first, _, runs in found for i in range(len(runs))]
    assert rows == list(range(len(n_hidden) * len(steps) * len(seeds)))


@fuzz(
    sweep,
    {"grid": st.builds(Grid, **grid), "executor": st.none(), "done": st.none()},
    spoil=("executor", "done", "grid"),
    cost="picture",
)
def _(found, grid, executor, done):
    assert len(found) == grid.size and set(found.dtype.names) == set(COLUMNS)
    assert np.isfinite(found["test_loss"]).all() and (found["n_iterations"] <= 3).all()
    assert ((found["test_accuracy"] >= 0) & (found["test_accuracy"] <= 1)).all()
    start = descent.gradient_descent(
        objective.Objective(grid.data.X_train, grid.data.y_train, grid.weight_decay),
        init_parameters(grid.n_hidden[0], seed=grid.seeds[0]),
        grid.steps[0],
        grid.n_iterations,
    )
    score = evaluate(start.theta, grid.data.X_train, grid.data.y_train)
    close(found["train_loss"][0], score.loss, 1e-12, 1e-6)


@fuzz(heat_map_grid, {}, spoil=())
def _(found):
    assert found.size == 2600 and len(found.n_hidden) == 13


HEAT_MAP = load_table(sys.modules["nnlib.sweep"].HEAT_MAP_FILE)
few_rows = st.tuples(st.integers(0, 2590), st.integers(1, 9)).map(
    lambda p: HEAT_MAP[p[0] : p[0] + p[1]].copy()
)


def save_and_load(table):
    with tempfile.TemporaryDirectory() as folder:
        save_table(table, Path(folder) / "own.csv")
        return load_table(Path(folder) / "own.csv")


@fuzz(
    save_and_load,
    {"table": st.one_of(few_rows, anything)},
    name="nnlib.sweep.save_table",
    refusable=True,
    spoil=(),
)
def _(found, table):
    assert found.dtype == HEAT_MAP.dtype and found.tolist() == table.tolist()


def load_text(lines):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "own.csv"
        path.write_text("\n".join(lines), encoding="utf-8")
        return load_table(path)


HEADER, ROW = ",".join(COLUMNS), "4,Armijo(),0,0.1,1,0.2,0.9,5,9,6,finished 5 iterations"


@fuzz(
    load_text,
    {
        "lines": st.lists(
            st.sampled_from(
                [HEADER, ROW, "", "x", ROW.replace("4", "x"), ROW + ",", "9" * 20 + ROW]
            )
        )
    },
    name="nnlib.sweep.load_table",
    names=("own.csv",),
    refusable=True,
    spoil=(),
)
def _(found, lines):
    if lines[-1] == "":  # no line: the end of the one before
        lines = lines[:-1]
    assert lines[0] == HEADER and set(lines[1:]) <= {ROW}
    assert len(found) == len(lines) - 1
