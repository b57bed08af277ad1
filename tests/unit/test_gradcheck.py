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


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        (dict(value=3), TypeError, "value must be a function"),
        (dict(value=lambda t: "1"), TypeError, r"value\(theta\) must be one real number"),
        (dict(value=lambda t: None), TypeError, r"value\(theta\) must be one real number"),
        (dict(gradient=None), TypeError, "gradient must be a function"),
        (dict(gradient=lambda t: 1j * t), TypeError, r"gradient\(theta\).*complex"),
        (dict(method=[]), ValueError, "method must be one of"),
        (dict(blocks=3), TypeError, "blocks must be a dict"),
        (dict(blocks={}), TypeError, "blocks must be a dict"),
        (dict(blocks={"b": slice(0, 0)}), ValueError, "blocks.'b'. .*at least one"),
        (dict(blocks={"b": [7]}), ValueError, "blocks.'b'. must hold positions 0 ... 1"),
        (dict(blocks={"b": slice("a")}), TypeError, "blocks.'b'. must be a slice"),
    ],
)
def test_odd_functions_and_blocks_are_refused(change, error, words):
    arguments = dict(value=lambda t: t @ t, gradient=lambda t: 2 * t, theta=[1.0, 2.0])
    with pytest.raises(error, match=words):
        check_gradient(**(arguments | change))


@pytest.mark.parametrize(("h", "words"), [(1e-300, "too small"), (1.7e308, "too large")])
def test_h_that_does_not_move_theta_is_refused(h, words):
    with pytest.raises(ValueError, match=f"h = .* is {words} for theta.0. = 1"):
        numeric_gradient(lambda t: t @ t, [1.0 + 1e300 * (h > 1)], "central", h)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_value_that_is_not_finite_fails_with_an_infinite_error(bad):
    for check in (
        check_gradient(lambda t: bad, lambda t: 2 * t, [1.0]),
        check_gradient(lambda t: t @ t, lambda t: bad * t, [1.0]),
    ):
        assert not check.passed and check.max_relative_error == np.inf and check.worst.cause


@pytest.mark.filterwarnings("error")
def test_a_value_without_slope_does_not_break_the_diagnosis():
    check = check_gradient(lambda t: 0.0, lambda t: t, [1.0])
    assert not check.passed and "1 of 1 entries" in str(check)


@pytest.mark.parametrize(
    ("value", "gradient", "theta", "words"),
    [
        (lambda t: np.inf, lambda t: 2 * t, [1.0], "value and gradient must be finite near theta"),
        (lambda t: t @ t, lambda t: np.nan * t, [1.0], "value and gradient must be finite"),
        (lambda t: t @ t, lambda t: 2.0, [1.0], r"gradient\(theta\) must have theta's shape"),
        (lambda t: t @ t, lambda t: 2 * t, [1e20], "theta is too large for steps of 1e-5"),
    ],
)
def test_taylor_order_refuses_what_has_no_order(value, gradient, theta, words):
    with pytest.raises(ValueError, match=words):
        taylor_order(value, gradient, theta)


def test_a_function_that_writes_into_its_argument_changes_nothing():
    def value(theta):
        found = theta @ theta
        theta[:] = 7.0
        return found

    theta = np.array([1.0, 2.0])
    for method in ("forward", "central"):
        np.testing.assert_allclose(numeric_gradient(value, theta, method), [2, 4], rtol=1e-5)
    assert theta.tolist() == [1.0, 2.0]
