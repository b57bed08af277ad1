"""Step rules on functions of one number whose answers are known by hand."""

import dataclasses

import numpy as np
import pytest

from nnlib import Armijo, ConstantStep, WarmStartedArmijo


def parabola(alpha):
    """phi(alpha) = (1 - alpha)^2: value 1 and slope -2 at 0, minimum at 1."""
    return (1 - alpha) ** 2


def tried(step, phi=parabola, phi0=1.0, slope=-2.0):
    return [trial.alpha for trial in step(phi, phi0, slope).trials]


def test_rules_are_what_their_documentation_says_and_stay_it():
    armijo, warm = Armijo(), WarmStartedArmijo()
    assert armijo == Armijo(alpha0=10.0, sigma=1e-4, beta=0.5, max_backtracks=60)
    assert warm == WarmStartedArmijo(armijo=armijo, growth=2.0, alpha_max=1e6)
    for rule, field in ((ConstantStep(1.0), "alpha"), (armijo, "beta"), (warm, "growth")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(rule, field, 0.7)


def test_parameters_are_stored_as_plain_numbers():
    """255 + 1 is 0 in 8 bits: the search would have made no trial at all."""
    rule = Armijo(alpha0=np.uint8(255), max_backtracks=np.uint8(255))
    assert type(rule.alpha0) is float and type(rule.max_backtracks) is int
    assert tried(rule)[-1] < 2
    assert type(ConstantStep(1).alpha) is type(WarmStartedArmijo(growth=2).growth) is float


def test_constant_step_always_accepts():
    for alpha in (0.5, 3.0):
        result = ConstantStep(alpha)(parabola, 1.0, -2.0)
        assert result.accepted is True and result.alpha == alpha
        assert result.value == parabola(alpha) and result.trials == ((alpha, parabola(alpha)),)
        assert result.reason == "constant: always accepted"


# phi(alpha) <= 1 - 2 sigma alpha holds exactly for alpha <= 2 (1 - sigma).
@pytest.mark.parametrize(
    ("sigma", "expected"), [(1e-4, [8, 4, 2, 1]), (0.25, [8, 4, 2, 1]), (0.6, [8, 4, 2, 1, 0.5])]
)
def test_armijo_by_hand(sigma, expected):
    rule = Armijo(alpha0=8.0, sigma=sigma)
    for _ in range(2):  # it has no memory
        result = rule(parabola, 1.0, -2.0)
        assert result.trials == tuple((alpha, parabola(alpha)) for alpha in expected)
        assert result.accepted is True and result.alpha == expected[-1]
        assert result.value == parabola(result.alpha)
        assert result.reason == "sufficient decrease"


def test_armijo_at_its_limits():
    assert tried(Armijo(alpha0=1.0, sigma=0.5)) == [1]  # phi(1) = 0 = 1 - 2/2, equality
    np.testing.assert_allclose(tried(Armijo(alpha0=10.0, beta=0.1)), [10, 1])
    assert tried(Armijo(max_backtracks=0), lambda a: 1 + a) == [10]
    underflow = tried(Armijo(alpha0=1e-300, max_backtracks=10**9), lambda alpha: 2.0)
    assert len(underflow) < 100 and min(underflow) > 0
    for bad in (np.nan, np.inf, -np.inf):
        assert tried(Armijo(alpha0=4.0), lambda a: bad if a > 1 else parabola(a)) == [4, 2, 1]
    # phi(alpha) == phi(0) to the last bit satisfies Armijo's inequality once alpha is tiny.
    result = Armijo(alpha0=1e-18)(lambda a: 1.0, 1.0, -1e-3)
    assert not result.accepted and len(result.trials) == 61


def test_failure_is_a_result():
    result = Armijo(alpha0=1.0, max_backtracks=3)(lambda a: 1 + a, 1.0, -2.0)
    assert result.accepted is False and result.alpha == 0 and result.value == 1
    assert [t.alpha for t in result.trials] == [1, 0.5, 0.25, 0.125]
    assert result.reason.startswith("no sufficient decrease in 4 trials")
    assert result.reason.endswith(" 0.125")


def test_each_warm_started_run_has_a_memory_of_its_own():
    rule = WarmStartedArmijo(Armijo(alpha0=8.0))
    first, second = rule.begin(), rule.begin()
    assert tried(first) == tried(second) == [8, 4, 2, 1]
    assert tried(first) == [2, 1] and tried(rule.begin())[0] == 8


def test_a_failed_search_leaves_the_warm_start_where_it_was():
    step = WarmStartedArmijo(Armijo(alpha0=2.0, max_backtracks=1)).begin()
    assert tried(step) == tried(step, lambda a: 1 + a) == tried(step) == [2, 1]


@pytest.mark.parametrize(
    ("rule", "firsts"),
    [
        (WarmStartedArmijo(Armijo(alpha0=50.0), alpha_max=100.0), [50, 100, 100]),
        (WarmStartedArmijo(Armijo(alpha0=50.0), alpha_max=0.5), [0.5, 0.5, 0.5]),
        (WarmStartedArmijo(Armijo(alpha0=1.0), growth=4.0), [1, 4, 16]),
    ],
)
def test_warm_start_grows_up_to_its_largest_step(rule, firsts):
    step = rule.begin()
    assert [tried(step, lambda a: -a, 0.0, -1.0)[0] for _ in range(3)] == firsts
