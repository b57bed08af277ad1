"""The gradient check must find planted mistakes and name them; and leave right gradients alone."""

from itertools import product

import numpy as np
import pytest

from nnlib import check_gradient, taylor_order
from nnlib.gradient_check import METHODS, numeric_gradient

THETA = np.array([0.3, -1.2, 2.0, 0.7])
A = np.array([[4.0, 1, 0, 0], [1, 3, 1, 0], [0, 1, 2, 0], [0, 0, 0, 1]])


def value(theta):
    return 0.5 * theta @ A @ theta + np.sin(theta).sum()


def gradient(theta):
    return A @ theta + np.cos(theta)


@pytest.mark.parametrize(
    ("method", "error", "calls"),
    [("forward", 1e-6, 8), ("central", 1e-9, 8), ("complex", 1e-15, 9)],
)
def test_right_gradient_passes_at_the_stated_cost(method, error, calls):
    theta, seen = THETA.copy(), []
    theta.flags.writeable = False
    check = check_gradient(value, lambda t: list(gradient(t)), theta, method)
    assert f"({method} differences): passed" in str(check) and check.max_relative_error < error
    numeric_gradient(lambda t: seen.append(1) or value(t), theta, method)
    assert len(seen) == calls


@pytest.mark.parametrize(
    ("slip", "cause"),
    [(lambda t: -gradient(t), "wrong sign"),
     (lambda t: gradient(t) / 300, "300 times too small: divided once too often?"),
     (lambda t: -300 * gradient(t), "-300 times too large: a sum where a mean is meant?"),
     (lambda t: gradient(t) / 2.5, "off by the constant factor 0.4"),
     (lambda t: gradient(t) * 1e-310, "off by the constant factor 1e-310"),
     (lambda t: gradient(t) * [2, 2, 2, 2.5], "4 of 4 entries are wrong"),
     (lambda t: 0 * gradient(t), "missing term"),
     (lambda t: gradient(t) * np.nan, "not a number")],
)  # fmt: skip
@pytest.mark.parametrize("method", METHODS)
def test_planted_mistake_is_named(method, slip, cause):
    check = check_gradient(value, slip, THETA, method)
    assert not check.passed and check.worst.cause.startswith(cause)
    assert cause in str(check) and "FAILED" in str(check)


@pytest.mark.parametrize(
    ("value", "g", "cause"),
    [(lambda t: t[0] + t[1], [1, 1.0005], "1 of 2 entries are wrong: an index or a term"),
     (lambda t: 3.0, [1, 1], "2 of 2 entries are wrong: an index or a term"),
     (lambda t: t[0] + 1e-5 * t[1], [0, 1e-3], "2 of 2 entries are wrong: an index or a term"),
     (lambda t: 1e3 * t[0] + 0.5 * t[1], [2e3, 2.5], "2 times too large"),  # 0.5 is small here
     (lambda t: -1.7e308 * t.sum(), [1.7e308] * 2, "wrong sign"),  # their difference overflows
     (lambda t: 0.0 if t[0] == 0 else np.inf, [1, 1], "the value is not finite near theta"),
     (lambda t: 0.0 if t[0] == 0 else np.inf, [np.inf, 1], "not a number")],
)  # fmt: skip
def test_cause_is_not_guessed_too_boldly(value, g, cause):
    """Forward differences from 0, with a step that is a power of two, are exact."""
    check = check_gradient(value, lambda t: g, [0.0, 0.0], "forward")
    assert not check.passed and check.worst.cause.startswith(cause)
    assert "not" not in cause or check.max_relative_error == np.inf


@pytest.mark.parametrize(
    ("method", "rtol", "atol"),
    [("forward", 1e-5, 1e-6), ("central", 1e-6, 1e-10), ("complex", 1e-12, 1e-14)],
)
def test_tolerance_is_what_it_says(method, rtol, atol):
    """rtol |g| + atol |f|, where theta is of order 1."""

    def passes(g, f=1.0, slope=0.0):
        return check_gradient(lambda t: f + slope * t[0], lambda t: [g], [0.0], method).passed

    for f in (1e-9, 1.0, -100.0):
        assert passes(0.9 * atol * abs(f), f) and not passes(1.1 * atol * abs(f), f)
    assert passes(1e3 * (1 + 0.9 * rtol), slope=1e3)
    assert not passes(1e3 * (1 + 1.3 * rtol), slope=1e3)


@pytest.mark.parametrize("method", METHODS)
def test_any_size_of_value_and_theta(method):
    sizes = 10.0 ** np.array([-15, -6, -2, 0, 6, 15])
    for s, v in product(sizes, sizes):
        f, g = lambda t: v * value(t / s), lambda t: v / s * gradient(t / s)
        assert check_gradient(f, g, THETA * s, method).passed, (s, v)
        assert taylor_order(f, g, THETA * s) == pytest.approx(2, abs=0.02)
        for wrong in 0, 1.001, -1:
            check = check_gradient(f, lambda t: g(t) * [1, 1, wrong, 1], THETA * s, method)
            assert not check.passed and check.worst.name == "theta[2]", (s, v)
    # A size of theta that means nothing to the value is no measure; at a minimum g is rounding.
    f, g = lambda t: 1 + np.sin(t).sum(), np.cos
    assert check_gradient(f, g, 1e-12 * THETA, method).passed
    assert not check_gradient(f, lambda t: 1.001 * g(t), 1e-12 * THETA, method).passed
    assert check_gradient(lambda t: t @ t + (t**3).sum(), lambda t: 0 * t, 0 * THETA, method).passed


def test_worst_is_a_block_that_failed_and_the_report_reads_like_a_diagnosis():
    check = check_gradient(lambda t: 3.0, lambda t: 0 * t, THETA)
    assert check.passed and check.max_relative_error == 0 and check.worst.cause == ""
    # Forward differences from 0 are exact; the first entry is off by 90 %, but tiny.
    slopes, g = np.array([1e-8, 1, 1, 5]), np.array([1e-7, 1.1, 1.3, 5])
    blocks = {name: slice(i, i + 1) for i, name in enumerate("ABCD")}
    arguments = lambda t: slopes @ t, lambda t: g, np.zeros(4), "forward"  # noqa: E731
    check = check_gradient(*arguments, blocks)
    assert check.worst is check.blocks["C"] and not check.passed
    assert check.max_relative_error == pytest.approx(0.9)
    right = check_gradient(*arguments, {"D": blocks["D"], "A": blocks["A"]})
    assert right.worst is right.blocks["A"] and right.passed
    blocks = {"b0": slice(0, 1), "W1": np.array([[0, 1]])}
    slopes, g = np.array([0.25, -0.5]), np.array([0.25, 0.5])
    check = check_gradient(lambda t: slopes @ t, lambda t: g, [0.0, 0.0], "forward", blocks)
    assert str(check).split("\n") == [
        "gradient check (forward differences): FAILED",
        "  ok    b0[0]      analytic +2.500000e-01  numeric +2.500000e-01  relative error 0e+00",
        "  WRONG W1[0, 1]   analytic +5.000000e-01  numeric -5.000000e-01  relative error 2e+00: "
        "1 of 2 entries are wrong: an index or a term",
    ]


def test_what_overflows_is_refused_and_who_writes_into_theta_changes_nothing():
    with pytest.raises(ValueError, match=r"h = 1e\+308 is too small or large for theta\[1\]"):
        numeric_gradient(np.sum, [1.0, 1e308], "forward", h=1e308)
    for function, words in (
        (lambda t: abs(t[0]), r"be analytic .*abs, .*got 'slope 0, not 6\.0"),
        (lambda t: t @ t + 1e-3 * np.vdot(t, t), "be analytic"),
        (lambda t: np.maximum(t - 1, 0).sum(), "be smooth .* it has a kink, as ReLU has at 0"),
        (lambda t: np.float32(t.real + 0.3) @ [1.0], "be smooth .* it has single precision"),
    ):
        with pytest.raises(TypeError, match=rf"^value(\(theta\))? must {words}"):
            numeric_gradient(function, [1.0], "complex")
        if "smooth" in words:
            cause = check_gradient(function, lambda t: 7 + t, [1.0]).worst.cause
            assert words.split("it has ")[1] in cause
    theta = np.array([1.0, 2.0])
    for method in METHODS:
        found = numeric_gradient(lambda t: (t @ t, t.fill(7.0))[0], theta, method)
        np.testing.assert_allclose(found, [2, 4], rtol=1e-5)
    assert theta.tolist() == [1.0, 2.0]
    # A step of one's own: (1 + h)^2 - 1, and by default, which is central, (1 + h)^2 - (1 - h)^2.
    for method, of_half in ((["forward"], 2.5), ([], 2.0)):
        assert numeric_gradient(lambda t: t @ t, [1.0], *method, h=0.5).tolist() == [of_half]


def test_taylor_order():
    assert taylor_order(value, gradient, THETA) == pytest.approx(2, abs=0.01)
    wrong = taylor_order(value, lambda t: gradient(t) * [1, 0, 1, 1], THETA)
    assert wrong == pytest.approx(1, abs=0.01)
    orders = [taylor_order(value, gradient, THETA, *seed) for seed in ((), (0,), (1,))]
    assert orders[0] == orders[1] != orders[2]
    seen = []
    taylor_order(lambda t: seen.append(t.copy()) or value(t), gradient, THETA / 2)
    distances = np.linalg.norm(np.array(seen) - THETA / 2, axis=1)  # the direction is a unit vector
    np.testing.assert_allclose(distances, [0, *np.logspace(-3, -5, 9)], rtol=1e-9)
    # What is a little larger than the value's rounding is looked at.
    assert taylor_order(lambda t: 1 + 9e-15 * t.any(), lambda t: 0 * t, np.zeros(4)) == np.inf
    assert taylor_order(lambda t: 1 + 1.5e-14 * t.any(), lambda t: 0 * t, np.zeros(4)) < 0.1
