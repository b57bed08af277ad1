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


def test_rules_are_as_documented_refuse_what_is_worse_and_remember_their_own_run():
    armijo, warm = Armijo(), WarmStartedArmijo()
    assert armijo == Armijo(alpha0=10.0, sigma=1e-4, beta=0.5, max_backtracks=60)
    assert warm == WarmStartedArmijo(armijo=armijo, growth=2.0, alpha_max=1e6)
    for rule, field in ((ConstantStep(1.0), "alpha"), (armijo, "beta"), (warm, "growth")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(rule, field, 0.7)
    # 255 + 1 is 0 in 8 bits: the search would have made no trial at all.
    rule = Armijo(alpha0=np.uint8(255), max_backtracks=np.uint8(255))
    assert type(rule.alpha0) is float and type(rule.max_backtracks) is int
    assert tried(rule)[-1] < 2
    assert type(ConstantStep(1).alpha) is type(WarmStartedArmijo(growth=2).growth) is float
    for bad in (np.nan, np.inf, -np.inf):
        assert tried(Armijo(alpha0=4.0), lambda a: bad if a > 1 else parabola(a)) == [4, 2, 1]
    for beta in 0.5, 0.6:  # 0.6 times the smallest number is rounded to itself
        tiny = tried(Armijo(alpha0=1e-300, beta=beta, max_backtracks=10**9), lambda alpha: 2.0)
        assert len(tiny) < 120 and len({*tiny}) == len(tiny) and min(tiny) > 0
    # phi(alpha) == phi(0) to the last bit satisfies Armijo's inequality once alpha is tiny.
    result = Armijo(alpha0=1e-18)(lambda a: 1.0, 1.0, -1e-3)
    assert not result.accepted and len(result.trials) == 61
    result = Armijo(alpha0=1.0, max_backtracks=3)(lambda a: 1 + a, 1.0, -2.0)
    assert result[:3] == (0, 1, False)
    assert result.trials == ((1, 2), (0.5, 1.5), (0.25, 1.25), (0.125, 1.125))
    why = "no sufficient decrease in 4 trials, alpha from 1 down to 0.125"
    assert result.reason == why + "; minus the gradient leads up: is its sign right?"
    why = Armijo(max_backtracks=0)(lambda a: 1 + 3 * a, 1.0, -1.0).reason
    assert why == "no sufficient decrease in 1 trial, alpha from 10 down to 10"
    rule = WarmStartedArmijo(Armijo(alpha0=2.0, max_backtracks=1))
    first, second = rule.begin(), rule.begin()
    assert tried(first) == tried(second) == [2, 1]
    for phi in (lambda a: 1 + a, parabola):  # a failed search leaves it where it was
        assert tried(first, phi) == [2, 1]
    for rule, firsts in (
        (WarmStartedArmijo(Armijo(alpha0=50.0), alpha_max=100.0), [50, 100, 100]),
        (WarmStartedArmijo(Armijo(alpha0=50.0), alpha_max=0.5), [0.5, 0.5, 0.5]),
        (WarmStartedArmijo(Armijo(alpha0=1.0), growth=4.0), [1, 4, 16]),
    ):
        for step in (rule.begin(), rule.begin()):  # two runs never mix
            assert [tried(step, lambda a: -a, 0.0, -1.0)[0] for _ in range(3)] == firsts


# For sigma, phi(alpha) <= 1 - 2 sigma alpha holds exactly for alpha <= 2 (1 - sigma).
@pytest.mark.parametrize(
    ("rule", "expected", "reason"),
    [(ConstantStep(3.0), [3], "constant: always accepted"),
     (Armijo(alpha0=8.0), [8, 4, 2, 1], "sufficient decrease"),
     (Armijo(alpha0=8.0, sigma=0.6), [8, 4, 2, 1, 0.5], "sufficient decrease"),
     (Armijo(alpha0=1.0, sigma=0.5), [1], "sufficient decrease"),  # phi(1) = 0 = 1 - 2/2
     (Armijo(alpha0=8.0, beta=0.125), [8, 1], "sufficient decrease")],
)  # fmt: skip
def test_a_search_by_hand(rule, expected, reason):
    for _ in range(2):  # it has no memory
        result = rule(parabola, 1.0, -2.0)
        assert result.trials == tuple((alpha, parabola(alpha)) for alpha in expected)
        assert result.accepted is True and result.reason == reason
        assert (result.alpha, result.value) == result.trials[-1]
