"""What is no number is never taken for one, and the message names the argument."""

import fractions

import numpy as np
import pytest

from nnlib import checks

MASKED = np.ma.array([[1.0, 2.0]], mask=[[True, False]])


@pytest.mark.parametrize(
    ("value", "error", "words"),
    [
        (10**400, ValueError, r"alpha must be finite, got 1000.* \.\.\. 0+$"),
        (np.longdouble("1e4000"), ValueError, "alpha must be finite"),
        (fractions.Fraction(1, 3), TypeError, r"alpha.*Fraction\(1, 3\); write float"),
        (np.array(0.5), TypeError, r"alpha must be a real number, got array\(0\.5\)"),
        (True, TypeError, "alpha must be a real number, got True"),
        (None, TypeError, "alpha must be a real number, got None"),
    ],
)
def test_real_number_refuses(value, error, words):
    with pytest.raises(error, match=words):
        checks.real_number("alpha", value)


def test_a_number_that_python_will_not_write_out():
    with pytest.raises(ValueError, match="alpha must be finite, got an integer of thousands"):
        checks.real_number("alpha", 10**5000)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (fractions.Fraction(3), r"seed must be a whole number >= 0, got Fraction\(3, 1\)$"),
        (np.float16(0.5), r"seed must be a whole number >= 0, got .*0\.5.*"),
        (3.0, r"got 3\.0; write 3$"),
        (1e300, r"got 1e\+300$"),
        (np.nan, "got nan$"),
    ],
)
def test_whole_number_refuses(value, words):
    with pytest.raises(TypeError, match=words):
        checks.whole_number("seed", value, at_least=0)


def test_whole_number_has_an_upper_end():
    assert checks.whole_number("n", np.int8(3), at_least=0, at_most=3) == 3
    with pytest.raises(ValueError, match="n must be a whole number >= 0 and <= 3, got 4"):
        checks.whole_number("n", 4, at_least=0, at_most=3)


@pytest.mark.parametrize(
    ("X", "error", "words"),
    [
        (MASKED, ValueError, "X must have no masked entries, got 1"),
        ([["1", "2"]], TypeError, "X must be an array of real numbers: got words"),
        (np.array([["1", 2.0]], object), TypeError, "X must be .* words"),
        ([[10**400]], TypeError, "X must be an array of real numbers"),
        (np.array([["2020-01-01"]], "M8[D]"), TypeError, r"X .*datetime64"),
        (np.zeros((1, 1), [("field", float)]), TypeError, "X must be an array of real numbers"),
        ([[1.0, 2.0], [3.0]], TypeError, "X must be an array of numbers"),
        (np.array([[np.longdouble("1e4000")]]), ValueError, r"X\[0, 0\] = inf"),
    ],
)
def test_points_refuse(X, error, words):
    with pytest.raises(error, match=words):
        checks.points(X)


def test_points_take_numbers_however_they_are_spelt():
    right = np.array([[1.0, 2.0], [3.0, 4.0]])
    spellings = [right.tolist(), right.astype(object), right.astype(">f8"), right.astype(np.int8)]
    for X in [*spellings, np.ma.array(right), np.asfortranarray(right)]:
        np.testing.assert_array_equal(checks.points(X), right)
        assert type(checks.points(X)) is np.ndarray


@pytest.mark.parametrize(
    ("y", "n_classes", "error", "words"),
    [
        ([], 3, ValueError, "y must have at least one label"),
        ([[0], [1, 2]], 3, TypeError, "y must be an array of numbers"),
        (np.ma.array([0, 1], mask=[0, 1]), 3, ValueError, "y must have no masked entries"),
        ([0, 1], None, TypeError, "n_classes must be a whole number >= 1, got None"),
        (0, 3, ValueError, r"y must have one label .* got shape \(\)"),
    ],
)
def test_labels_refuse(y, n_classes, error, words):
    with pytest.raises(error, match=words):
        checks.labels(y, n_classes)


@pytest.mark.parametrize("found", [None, "1", b"1", 1j, np.complex128(1), [1.0]])
def test_scalar_refuses_what_float_would_take(found):
    with pytest.raises(TypeError, match=r"value\(theta\) must be one real number"):
        checks.scalar("value(theta)", found)
