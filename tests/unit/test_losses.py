"""The loss against hand-computed values and against SciPy."""

import numpy as np
import pytest
import scipy.special

from nnlib.losses import Targets, cross_entropy, cross_entropy_forward, log_softmax


def test_hand_computed_loss():
    # logits (ln 1, ln 2, ln 5): probabilities 1/8, 2/8, 5/8
    logits = np.log([[1.0, 2.0, 5.0], [1.0, 2.0, 5.0]])
    assert cross_entropy(logits, [0, 2]) == pytest.approx(
        (np.log(8) + np.log(8 / 5)) / 2, rel=1e-15
    )


def test_uniform_guess_costs_ln_3():
    assert cross_entropy(np.zeros((7, 3)), [0, 1, 2, 0, 1, 2, 0]) == pytest.approx(np.log(3))


def test_hand_computed_gradient():
    logits = np.log([[1.0, 2.0, 5.0], [1.0, 2.0, 5.0]])
    _, backward = cross_entropy_forward(logits.T, Targets(np.array([0, 2]), 3))
    expected = np.array([[-7 / 8, 2 / 8, 5 / 8], [1 / 8, 2 / 8, -3 / 8]])
    np.testing.assert_allclose(backward().T, expected, rtol=1e-14)
    np.testing.assert_allclose(backward().sum(axis=0), 0, atol=1e-16)


def test_log_softmax_agrees_with_scipy():
    logits = np.random.default_rng(0).normal(scale=30, size=(50, 4))
    np.testing.assert_allclose(
        log_softmax(logits), scipy.special.log_softmax(logits, axis=1), rtol=1e-13
    )


def test_each_sample_is_shifted_by_its_own_maximum():
    """With one maximum for the whole array the second row would underflow to log 0."""
    found = log_softmax(np.array([[1e4, 0.0, 0.0], [-1e4, -1e4, -1e4]]))
    np.testing.assert_allclose(found[1], -np.log(3), rtol=1e-14)
    np.testing.assert_array_equal(found[0], [0, -1e4, -1e4])


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("size", [1e4, 1e300])
def test_huge_logits_neither_overflow_nor_warn(size):
    assert cross_entropy([[size, -size, 0.0]], [0]) == 0
    assert cross_entropy([[size, -size, 0.0]], [1]) == 2 * size


@pytest.mark.filterwarnings("error")
def test_logits_too_far_apart_cost_infinity_and_do_not_warn():
    assert cross_entropy([[1.7e308, -1.7e308, 0.0]], [1]) == np.inf


def test_loss_keeps_what_a_probability_has_lost():
    """The softmax of (0, -800, -800) is (1, 0, 0) in float64; the loss still knows the 800."""
    assert cross_entropy([[0.0, -800.0, -800.0]], [1]) == pytest.approx(800)


@pytest.mark.parametrize(
    ("y", "error", "words"),
    [
        (np.eye(3), ValueError, r"one-hot.*argmax"),
        ([0.0, 1.0, 2.0], TypeError, r"float64.*astype\(int\)"),
        ([0.5, 1.0, 2.0], TypeError, r"y must be integer labels"),
        ([True, False, True], TypeError, r"bool.*astype\(int\)"),
        (["a", "b", "c"], TypeError, r"np\.unique"),
        ([1, 2, 3], ValueError, r"0 \.\.\. 2.*got 1 \.\.\. 3.*y - 1"),
        ([0, 1, -1], ValueError, r"got -1 \.\.\. 1"),
        ([0, 1], ValueError, r"one label for each of the 3 samples"),
    ],
)
def test_wrong_labels_are_refused(y, error, words):
    with pytest.raises(error, match=words):
        cross_entropy(np.zeros((3, 3)), y)


@pytest.mark.parametrize(
    ("logits", "error", "words"),
    [
        ([0.0, 1.0, 2.0], ValueError, r"logits must have shape.*logits\[None, :\]"),
        ([[0.0, np.nan, 2.0]], ValueError, r"logits\[0, 1\] = nan"),
        ([["a", "b", "c"]], TypeError, r"logits must be an array of real numbers"),
        (np.zeros((0, 3)), ValueError, r"neither of them 0"),
        ([[1j, 0, 0]], TypeError, r"complex"),
    ],
)
def test_wrong_logits_are_refused(logits, error, words):
    with pytest.raises(error, match=words):
        cross_entropy(logits, [0])
