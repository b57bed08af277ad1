"""The gradient check must find planted mistakes and name them; and leave right gradients alone."""

import dataclasses

import numpy as np
import pytest

from nnlib import check_gradient, taylor_order
from nnlib.gradcheck import METHODS, BlockCheck, GradientCheck, numeric_gradient

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
        (lambda t: -300 * gradient(t), "-300 times too large"),
        (lambda t: 2 * gradient(t), "2 times too large: a sum where a mean is meant?"),
        (lambda t: gradient(t) / 2, "2 times too small: divided once too often?"),
        (lambda t: 1.1 * gradient(t), "off by the constant factor 1.1"),
        (lambda t: 2.5 * gradient(t), "off by the constant factor 2.5"),
        (lambda t: gradient(t) / 2.5, "off by the constant factor 0.4"),
        (lambda t: gradient(t) * 1e-310, "off by the constant factor 1e-310"),
        (lambda t: gradient(t) * [2, 2, 2, 2.5], "4 of 4 entries are wrong"),
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
    assert check.worst.cause.startswith(cause)
    assert cause in str(check) and "FAILED" in str(check)


@pytest.mark.parametrize(
    ("value", "g", "cause"),
    [
        (lambda t: t[0] + t[1], [1, 1.0005], "1 of 2 entries are wrong: an index or a term"),
        (lambda t: 3.0, [1, 1], "2 of 2 entries are wrong: an index or a term"),
        (lambda t: t[0] + 1e-5 * t[1], [0, 1e-3], "2 of 2 entries are wrong: an index or a term"),
        (lambda t: 1e3 * t[0] + 0.5 * t[1], [2e3, 2.5], "2 times too large"),  # 0.5 is small here
        (lambda t: -1.7e308 * t.sum(), [1.7e308] * 2, "wrong sign"),  # their difference overflows
        (lambda t: np.nan, [1, 1], "the value is not finite near theta"),
        (lambda t: 0.0 if t[0] == 0 else np.inf, [1, 1], "the value is not finite near theta"),
        (lambda t: 0.0 if t[0] <= 0 else np.inf, [1, 1], "the value is not finite near theta"),
        (lambda t: t[0] + t[1], [1, np.inf], "not a number"),
        (lambda t: 0.0 if t[0] == 0 else np.inf, [np.inf, 1], "not a number"),
    ],
)
def test_cause_is_not_guessed_too_boldly(value, g, cause):
    """Forward differences from 0, with a step that is a power of two, are exact."""
    check = check_gradient(value, lambda t: g, [0.0, 0.0], "forward")
    assert not check.passed and check.worst.cause.startswith(cause)


@pytest.mark.parametrize(
    ("method", "rtol", "atol"),
    [("forward", 1e-5, 1e-6), ("central", 1e-6, 1e-10), ("complex", 1e-12, 1e-14)],
)
def test_tolerance_is_what_it_says(method, rtol, atol):
    """rtol |g| + atol max(1, |f|)."""

    def passes(g, offset=0.0, slope=0.0):
        return check_gradient(lambda t: offset + slope * t[0], lambda t: [g], [0.0], method).passed

    assert passes(0.9 * atol) and not passes(1.1 * atol)
    assert passes(0.9 * atol, offset=0.5) and not passes(1.1 * atol, offset=0.5)
    assert passes(90 * atol, offset=-100.0) and not passes(110 * atol, offset=-100.0)
    assert passes(1e3 * (1 + 0.9 * rtol), slope=1e3)
    assert not passes(1e3 * (1 + 1.1 * rtol), slope=1e3)


def test_tolerance_includes_its_boundary():
    """With a step that is a power of two, forward differences from 0 are exact."""
    check = check_gradient(lambda t: 1e-6 * t[0], lambda t: 0 * t, [0.0], "forward")
    assert check.passed and check.worst.numeric == 1e-6


def test_entries_within_the_tolerance_are_not_counted_as_wrong():
    check = check_gradient(
        lambda t: 1e-6 * t[0] + t[1], lambda t: [0, 2, 0], [0.0, 0.0, 0.0], "forward"
    )
    assert check.worst.name == "theta[1]"
    assert check.worst.cause == "1 of 3 entries are wrong: an index or a term"


def test_where_nothing_changes_the_relative_error_is_zero():
    check = check_gradient(lambda t: 3.0, lambda t: 0 * t, THETA)
    assert check.passed and check.max_relative_error == 0
    assert check.worst.cause == ""


def test_gradient_may_be_a_list_or_an_array_of_objects():
    assert check_gradient(value, lambda t: list(gradient(t)), THETA).passed
    assert check_gradient(value, lambda t: gradient(t).astype(object), THETA).passed


def test_worst_is_a_block_that_failed():
    def block(relative_error, passed):
        return BlockCheck("theta[0]", 1.0, 1.0, relative_error, passed, "")

    blocks = [block(0.9, True), block(0.1, False), block(0.2, False), block(0.0, True)]
    check = GradientCheck("central", dict(enumerate(blocks)))
    assert check.worst is blocks[2] and check.max_relative_error == 0.9 and not check.passed
    right = GradientCheck("central", {0: blocks[3], 1: blocks[0]})
    assert right.worst is blocks[0] and right.passed
    for result, field in ((check, "blocks"), (blocks[1], "passed")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(result, field, True)


@pytest.mark.parametrize(
    ("analytic", "numeric", "ratio"), [(3.0, 2.0, 1.5), (-1.0, 0.0, -np.inf), (0.0, 0.0, np.nan)]
)
def test_ratio_never_warns(analytic, numeric, ratio):
    found = BlockCheck("theta[0]", analytic, numeric, 1.0, False, "").ratio
    np.testing.assert_equal(found, ratio)


def test_report_reads_like_a_diagnosis():
    right = BlockCheck("b0[3]", 0.25, 0.25, 2e-11, True, "")
    wrong = BlockCheck("W1[2, 7]", 1.5, -0.5, 4 / 3, False, "wrong sign")
    lines = [
        "  ok    b0[3]      analytic +2.500000e-01  numeric +2.500000e-01  relative error 2e-11",
        "  WRONG W1[2, 7]   analytic +1.500000e+00  numeric -5.000000e-01  relative error 1e+00"
        "  ratio -3: wrong sign",
    ]
    passed, failed = (
        GradientCheck("central", {"b0": right}),
        GradientCheck("complex", {"b0": right, "W1": wrong}),
    )
    assert str(passed).split("\n") == ["gradient check (central differences): passed", lines[0]]
    assert str(failed).split("\n") == ["gradient check (complex differences): FAILED", *lines]


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


@pytest.mark.parametrize(("method", "power"), [("forward", 2), ("central", 3)])
def test_default_step_grows_with_theta(method, power):
    theta, seen = np.array([0.5, -1000.0]), []
    numeric_gradient(lambda t: seen.append(t.copy()) or t.sum(), theta, method)
    steps = abs(np.array(seen) - theta).max(axis=0) / [1, 1000]
    np.testing.assert_allclose(steps, np.finfo(float).eps ** (1 / power), rtol=1e-4)


def test_wrong_arguments_of_numeric_gradient_are_refused():
    with pytest.raises(ValueError, match=r"^theta must be a vector"):
        numeric_gradient(value, [[1.0]])
    with pytest.raises(ValueError, match=r"one of forward, central, complex, got 'exact'$"):
        numeric_gradient(value, THETA, "exact")


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


def test_taylor_order_looks_along_a_unit_direction():
    seen = []
    taylor_order(lambda t: seen.append(t.copy()) or value(t), gradient, THETA)
    distances = np.linalg.norm(np.array(seen) - THETA, axis=1)
    np.testing.assert_allclose(distances, [0, *np.logspace(-3, -5, 9)], rtol=1e-9)


def test_taylor_order_of_a_remainder_that_is_rounding_only():
    """Of the size of the value's rounding, that is; what is a little larger is looked at."""
    slope = np.full(4, 3.0)
    assert taylor_order(lambda t: 1e6 + 3 * t.sum(), lambda t: slope, THETA) == np.inf
    assert taylor_order(lambda t: 1e-14 * t.any(), lambda t: 0 * t, np.zeros(4)) == np.inf
    assert taylor_order(lambda t: 1.5e-14 * t.any(), lambda t: 0 * t, np.zeros(4)) < 0.1


def test_taylor_order_depends_on_the_seed_alone():
    orders = [taylor_order(value, gradient, THETA, *seed) for seed in ((), (0,), (1,))]
    assert orders[0] == orders[1] != orders[2]


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((value, gradient, [np.nan]), ValueError, r"^theta must be finite"),
        ((value, gradient, THETA, -1), ValueError, "^seed must be a whole number >= 0"),
        ((value, lambda t: gradient(t)[:3], THETA), ValueError, r"shape \(4,\), got \(3,\)"),
        ((value, lambda t: 1.0, THETA), ValueError, r"shape \(4,\), got \(\)"),
        ((gradient, gradient, THETA), TypeError, "must be one real number"),
        ((lambda t: np.exp(1e3 + t[0]), gradient, THETA), ValueError, r"value\(theta\) = inf"),
        ((lambda t: np.log(t[1]), gradient, THETA), ValueError, r"value\(theta\) = nan"),
        ((lambda t: np.nan, gradient, THETA), ValueError, r"finite.*value\(theta\) = nan"),
        ((value, lambda t: np.inf * t, THETA), ValueError, "finite.*the slope inf"),
        ((lambda t: 0.0 if t[0] == THETA[0] else np.inf, gradient, THETA), ValueError, "finite"),
    ],
)
def test_wrong_arguments_of_taylor_order_are_refused(arguments, error, words):
    with pytest.raises(error, match=words):
        taylor_order(*arguments)


def test_value_that_drops_the_imaginary_part_is_found_out():
    words = (
        r"^value must be complex for a complex theta, got .*6.*: does it use abs\(\), max\(\) or"
    )
    with pytest.raises(TypeError, match=words + ".* real numbers only$"):
        check_gradient(lambda t: abs(t).sum(), np.sign, [1.0, 5.0], "complex")


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((value, lambda t: gradient(t)[:3], THETA), ValueError, r"shape \(4,\), got \(3,\)"),
        ((value, lambda t: gradient(t) + 0j, THETA), TypeError, r"gradient\(theta\) must be real"),
        ((value, gradient, THETA, "backward"), ValueError, "method must be one of forward"),
        ((gradient, gradient, THETA), TypeError, "must be one real number"),
        ((lambda t: 1j, gradient, THETA), TypeError, "must be one real number, got 1j"),
        ((value, gradient, [np.nan]), ValueError, r"theta\[0\] = nan"),
        ((value, gradient, []), ValueError, "theta must be a vector"),
        ((value, gradient, THETA, "central", {}), ValueError, "blocks must name a part"),
        (
            (value, gradient, THETA, "central", {"all": slice(4), "W0": slice(4, 4)}),
            ValueError,
            r"blocks must hold entries of theta, got none in blocks\['W0'\]",
        ),
    ],
)
def test_wrong_arguments_are_refused(arguments, error, words):
    with pytest.raises(error, match=words):
        check_gradient(*arguments)


def test_taylor_order_of_no_function_is_refused():
    with pytest.raises(TypeError, match=r"^value must be a function of theta, got 3$"):
        taylor_order(3, gradient, THETA)


@pytest.mark.parametrize("h", [0.0, -1e-5, np.inf])
def test_wrong_h_is_refused(h):
    with pytest.raises(ValueError, match="h must be finite and > 0"):
        numeric_gradient(value, THETA, h=h)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        (dict(value=3), TypeError, "^value must be a function of theta, got 3$"),
        (dict(value=lambda t: "1"), TypeError, r"value\(theta\) must be one real number"),
        (dict(value=lambda t: None), TypeError, r"value\(theta\) must be one real number"),
        (dict(gradient=None), TypeError, "gradient must be a function"),
        (dict(gradient=lambda t: 1j * t), TypeError, r"^gradient\(theta\) must be real, got array"),
        (dict(gradient=lambda t: "ab"), TypeError, r"^gradient\(theta\) must be an array"),
        (dict(gradient=lambda t: [1, [2]]), TypeError, r"^gradient\(theta\) must be an array"),
        (dict(method=[]), ValueError, "method must be one of"),
        (dict(blocks=3), TypeError, "^blocks must be a dict with .* each name, got 3$"),
        (dict(blocks={"b": [2]}), ValueError, "blocks.'b'. must hold positions 0 ... 1"),
        (dict(blocks={"b": [-3]}), ValueError, "blocks.'b'. must hold positions 0 ... 1"),
        (dict(blocks={"b": [0.0]}), (TypeError, ValueError), r"blocks.'b'. must .*got \[0.0\]$"),
        (dict(blocks={}), ValueError, "blocks must name a part"),
        (dict(blocks={"b": slice(0, 0)}), ValueError, "blocks must hold entries"),
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
