"""Step rules on functions of one number whose answers are known by hand."""

import dataclasses

import numpy as np
import pytest

from nnlib import Armijo, ConstantStep, WarmStartedArmijo


def parabola(alpha):
    """phi(alpha) = (1 - alpha)^2: value 1 and slope -2 at 0, minimum at 1."""
    return (1 - alpha) ** 2


def test_rules_are_what_their_documentation_says_and_stay_it():
    armijo, warm = Armijo(), WarmStartedArmijo()
    assert armijo == Armijo(alpha0=10.0, sigma=1e-4, beta=0.5, max_backtracks=60)
    assert warm == WarmStartedArmijo(armijo=armijo, growth=2.0, alpha_max=1e6)
    for rule, field in ((ConstantStep(1.0), "alpha"), (armijo, "beta"), (warm, "growth")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(rule, field, 0.7)


def test_constant_step_always_accepts():
    for alpha in (0.5, 3.0):
        result = ConstantStep(alpha)(parabola, 1.0, -2.0)
        assert result.accepted and result.alpha == alpha and result.value == parabola(alpha)
        assert result.trials == ((alpha, parabola(alpha)),)
        assert result.reason == "constant: always accepted"


def test_armijo_by_hand():
    # phi(alpha) <= 1 - 2 sigma alpha holds exactly for alpha <= 2 (1 - sigma).
    for sigma, expected in ((1e-4, [8, 4, 2, 1]), (0.25, [8, 4, 2, 1]), (0.6, [8, 4, 2, 1, 0.5])):
        result = Armijo(alpha0=8.0, sigma=sigma)(parabola, 1.0, -2.0)
        assert [trial.alpha for trial in result.trials] == expected
        assert result.accepted and result.alpha == expected[-1]
        assert [trial.value for trial in result.trials] == [parabola(a) for a in expected]
        assert result.value == parabola(result.alpha)
        assert result.reason == "sufficient decrease"


def test_armijo_boundary_is_inclusive():
    # sigma = 1/2: phi(1) = 0 = 1 - 2/2, equality.
    assert Armijo(alpha0=1.0, sigma=0.5)(parabola, 1.0, -2.0).alpha == 1


def test_right_hand_side_follows_alpha():
    """Frozen at the first alpha it would ask for phi <= 1 - 2 * 0.1 * 8 < 0: never."""
    assert Armijo(alpha0=8.0, sigma=0.1)(parabola, 1.0, -2.0).accepted


def test_first_trial_is_alpha0_every_time():
    step = Armijo(alpha0=8.0)
    for _ in range(3):
        assert step(parabola, 1.0, -2.0).trials[0].alpha == 8


def test_beta_is_the_factor():
    result = Armijo(alpha0=10.0, beta=0.1)(parabola, 1.0, -2.0)
    np.testing.assert_allclose([t.alpha for t in result.trials], [10, 1])


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_non_finite_trials_are_rejected(bad):
    result = Armijo(alpha0=4.0)(lambda a: bad if a > 1 else parabola(a), 1.0, -2.0)
    assert result.accepted and result.alpha == 1
    assert [t.alpha for t in result.trials] == [4, 2, 1]


def test_failure_is_a_result():
    result = Armijo(alpha0=1.0, max_backtracks=3)(lambda a: 1 + a, 1.0, -2.0)
    assert result.accepted is False
    assert result.alpha == 0 and result.value == 1
    assert [t.alpha for t in result.trials] == [1, 0.5, 0.25, 0.125]
    assert "no sufficient decrease in 4 trials, alpha from 1 down to 0.125" in result.reason


def test_one_trial_may_be_all():
    assert len(Armijo(max_backtracks=0)(lambda a: 1 + a, 1.0, -2.0).trials) == 1


def test_a_step_too_small_to_matter_is_not_progress():
    """phi(alpha) == phi(0) to the last bit satisfies Armijo's inequality once alpha is tiny."""
    result = Armijo(alpha0=1e-18)(lambda a: 1.0, 1.0, -1e-3)
    assert not result.accepted and len(result.trials) == 61


@pytest.mark.parametrize("slope", [0.0, 1.0, np.nan])
def test_ascent_direction_is_refused(slope):
    words = r"^slope must be < 0 .*: is the sign of the gradient right\?$"
    with pytest.raises(ValueError, match=words):
        Armijo()(parabola, 1.0, slope)


def test_phi_must_be_a_function():
    with pytest.raises(TypeError, match=r"^phi must be a function of alpha, got 3$"):
        Armijo()(3, 1.0, -1.0)


def test_start_must_be_finite():
    with pytest.raises(ValueError, match=r"^phi0 must be finite, got nan"):
        Armijo()(parabola, np.nan, -1.0)


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: ConstantStep(0.0), ValueError, "alpha must be finite and > 0, got 0.0"),
        (lambda: ConstantStep(-1), ValueError, "alpha"),
        (lambda: ConstantStep(np.inf), ValueError, "alpha"),
        (lambda: ConstantStep("1"), TypeError, "alpha must be a real number, got '1'"),
        (lambda: Armijo(alpha0=0.0), ValueError, "alpha0 must be finite and > 0"),
        (lambda: Armijo(sigma=0.0), ValueError, "sigma must be finite and > 0 and < 1, got 0.0"),
        (lambda: Armijo(sigma=1.0), ValueError, "sigma"),
        (lambda: Armijo(beta=0), ValueError, "beta"),
        (lambda: Armijo(beta=1.5), ValueError, "beta must be finite and > 0 and < 1, got 1.5"),
        (lambda: Armijo(max_backtracks=-1), ValueError, "max_backtracks"),
        (lambda: Armijo(max_backtracks=2.5), TypeError, "max_backtracks"),
    ],
)
def test_wrong_parameters_are_refused(make, error, words):
    with pytest.raises(error, match="^" + words):
        make()


def test_warm_start_begins_at_twice_the_last_step():
    step = WarmStartedArmijo(Armijo(alpha0=8.0)).begin()
    assert [t.alpha for t in step(parabola, 1.0, -2.0).trials] == [8, 4, 2, 1]
    assert [t.alpha for t in step(parabola, 1.0, -2.0).trials] == [2, 1]


def test_warm_start_forgets_between_runs():
    rule = WarmStartedArmijo(Armijo(alpha0=8.0))
    rule.begin()(parabola, 1.0, -2.0)
    assert rule.begin()(parabola, 1.0, -2.0).trials[0].alpha == 8


def test_warm_start_never_exceeds_its_largest_step():
    step = WarmStartedArmijo(Armijo(alpha0=50.0), alpha_max=100.0).begin()
    firsts = [step(lambda a: -a, 0.0, -1.0).trials[0].alpha for _ in range(4)]
    assert firsts == [50, 100, 100, 100]
    small = WarmStartedArmijo(Armijo(alpha0=50.0), alpha_max=0.5).begin()
    assert small(lambda a: -a, 0.0, -1.0).trials[0].alpha == 0.5


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (dict(armijo=10.0), TypeError, "armijo must be an Armijo rule, got 10.0$"),
        (dict(growth=1.0), ValueError, "growth must be finite and > 1, got 1.0"),
        (dict(alpha_max=0.0), ValueError, "alpha_max"),
    ],
)
def test_wrong_warm_start_is_refused(arguments, error, words):
    with pytest.raises(error, match="^" + words):
        WarmStartedArmijo(**arguments)


def test_parameters_are_stored_as_plain_numbers():
    """255 + 1 is 0 in 8 bits: the search would have made no trial at all."""
    rule = Armijo(alpha0=np.uint8(255), max_backtracks=np.uint8(255))
    assert type(rule.alpha0) is float and type(rule.max_backtracks) is int
    assert rule(lambda alpha: (1 - alpha) ** 2, 1.0, -2.0).accepted
    assert type(ConstantStep(1).alpha) is float
    assert type(WarmStartedArmijo(growth=2).growth) is float


def test_a_step_that_underflows_ends_the_search():
    result = Armijo(alpha0=1e-300, max_backtracks=10**9)(lambda alpha: 2.0, 1.0, -2.0)
    assert not result.accepted and all(trial.alpha > 0 for trial in result.trials)


@pytest.mark.parametrize("rule", [ConstantStep(1.0), Armijo()])
@pytest.mark.parametrize(
    ("phi", "words"), [(0, "phi must be a function"), (lambda alpha: "1", r"phi\(alpha\) must be")]
)
def test_odd_phi_is_refused(rule, phi, words):
    with pytest.raises(TypeError, match=words):
        rule(phi, 1.0, -2.0)


@pytest.mark.parametrize("slope", [None, "1", 1j, [-1.0]])
def test_odd_slope_is_refused(slope):
    with pytest.raises(TypeError, match="slope must be one real number"):
        Armijo()(lambda alpha: 0.0, 1.0, slope)
