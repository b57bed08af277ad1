"""The gradient check must find planted mistakes and name them; and leave right gradients alone."""

import numpy as np
import pytest

from nnlib import check_gradient, taylor_order
from nnlib.gradcheck import METHODS, numeric_gradient

THETA = np.array([0.3, -1.2, 2.0, 0.7])
A = np.array([[4.0, 1, 0, 0], [1, 3, 1, 0], [0, 1, 2, 0], [0, 0, 0, 1]])


def value(theta):
    return 0.5 * theta @ A @ theta + np.sin(theta).sum()


def gradient(theta):
    return A @ theta + np.cos(theta)


@pytest.mark.parametrize("method", METHODS)
def test_right_gradient_passes(method):
    check = check_gradient(value, gradient, THETA, method)
    assert check.passed
    assert check.max_relative_error < {"forward": 1e-6, "central": 1e-9, "complex": 1e-15}[method]
    assert f"({method} differences): passed" in str(check)


@pytest.mark.parametrize(
    ("slip", "cause"),
    [
        (lambda t: -gradient(t), "wrong sign"),
        (lambda t: 300 * gradient(t), "300 times too large: a sum where a mean is meant?"),
        (lambda t: gradient(t) / 300, "300 times too small"),
        (lambda t: 1.1 * gradient(t), "constant factor 1.1"),
        (lambda t: 0 * gradient(t), "missing term"),
        (lambda t: gradient(t) * [1, 1, 1, -1], "1 of 4 entries are wrong"),
        (lambda t: gradient(t)[::-1], "4 of 4 entries are wrong: an index or a term"),
        (lambda t: gradient(t) * np.nan, "not a number"),
    ],
)
@pytest.mark.parametrize("method", METHODS)
def test_planted_mistake_is_named(method, slip, cause):
    check = check_gradient(value, slip, THETA, method)
    assert not check.passed
    assert cause in check.worst.cause
    assert cause in str(check) and "FAILED" in str(check)


def test_smallest_detectable_mistake():
    """One entry off by 1e-5 is found by central differences, by 1e-11 by the complex step."""
    for method, error in (("central", 1e-5), ("complex", 1e-11)):
        check = check_gradient(value, lambda t: gradient(t) * [1, 1 + error, 1, 1], THETA, method)
        assert not check.passed and check.worst.name == "theta[1]"


def test_blocks_name_the_worst_entry():
    def slip(theta):
        return gradient(theta) * [1, 1, 1, -1]

    blocks = {"A": slice(0, 2), "B": np.array([[2, 3]])}
    check = check_gradient(value, slip, THETA, blocks=blocks)
    assert check.blocks["A"].passed and not check.blocks["B"].passed
    assert check.worst.name == "B[0, 1]"
    assert check.worst.ratio == pytest.approx(-1)
    assert check.worst.analytic == pytest.approx(-check.worst.numeric)


def test_tiny_gradient_at_a_minimum_passes():
    """At a minimum the gradient is rounding; a relative error alone would call it wrong."""
    check = check_gradient(lambda t: 1 + t @ t, lambda t: 2 * t + 1e-13, np.zeros(3))
    assert check.passed and check.max_relative_error > 0.9


@pytest.mark.parametrize("method", METHODS)
def test_theta_is_not_modified(method):
    theta = THETA.copy()
    theta.flags.writeable = False
    check_gradient(value, gradient, theta, method)
    numeric_gradient(value, theta, method, h=1e-5)


def test_numeric_gradient_costs_what_it_says():
    calls = []
    for method, expected in (("central", 8), ("complex", 4)):
        calls.clear()
        numeric_gradient(lambda t: calls.append(1) or value(t), THETA, method)
        assert len(calls) == expected


def test_taylor_order():
    assert taylor_order(value, gradient, THETA) == pytest.approx(2, abs=0.01)
    assert taylor_order(value, lambda t: gradient(t) * [1, 0, 1, 1], THETA) == pytest.approx(
        1, abs=0.01
    )
    assert taylor_order(lambda t: 3 * t.sum(), lambda t: np.full(4, 3.0), THETA) == np.inf


def test_value_that_drops_the_imaginary_part_is_found_out():
    with pytest.raises(TypeError, match="value must be complex for a complex theta"):
        check_gradient(lambda t: abs(t).sum(), np.sign, THETA, "complex")


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((value, lambda t: gradient(t)[:3], THETA), ValueError, r"shape \(4,\), got \(3,\)"),
        ((value, gradient, THETA, "backward"), ValueError, "method must be one of forward"),
        ((gradient, gradient, THETA), TypeError, "must be one real number"),
        ((value, gradient, [np.nan]), ValueError, r"theta\[0\] = nan"),
        ((value, gradient, []), ValueError, "theta must be a vector"),
    ],
)
def test_wrong_arguments_are_refused(arguments, error, words):
    with pytest.raises(error, match=words):
        check_gradient(*arguments)


@pytest.mark.parametrize("h", [0.0, -1e-5, np.inf])
def test_wrong_h_is_refused(h):
    with pytest.raises(ValueError, match="h must be finite and > 0"):
        numeric_gradient(value, THETA, h=h)
