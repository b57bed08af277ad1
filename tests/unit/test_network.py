"""Parameters, forward pass and predictions, with numbers small enough to do by hand."""

import numpy as np
import pytest
import scipy.special

from nnlib.network import (
    count_parameters,
    forward,
    init_parameters,
    predict,
    predict_logits,
    predict_proba,
    sigmoid,
    sigmoid_of_minus,
    unpack,
    with_ones,
)

# One hidden unit, two inputs, three classes: 2 + 1 + 3 + 3 = 9 parameters.
THETA = np.array([1.0, -1.0, 0.5, 2.0, 0.0, -2.0, 0.1, 0.2, 0.3])


@pytest.mark.parametrize(("n_hidden", "expected"), [(1, 9), (12, 75), (64, 387)])
def test_count_by_hand(n_hidden, expected):
    assert count_parameters(n_hidden) == 6 * n_hidden + 3 == expected


def test_count_of_other_sizes():
    assert count_parameters(5, n_inputs=7, n_classes=4) == 5 * 7 + 5 + 4 * 5 + 4
    assert count_parameters(1, n_inputs=1, n_classes=2) == 1 + 1 + 2 + 2


def test_unpack_order_and_shapes():
    parameters = unpack(np.arange(count_parameters(2)))
    np.testing.assert_array_equal(parameters.W0, [[0, 1], [2, 3]])
    np.testing.assert_array_equal(parameters.b0, [4, 5])
    np.testing.assert_array_equal(parameters.W1, [[6, 7], [8, 9], [10, 11]])
    np.testing.assert_array_equal(parameters.b1, [12, 13, 14])


def test_unpack_gives_views():
    theta = THETA.copy()
    unpack(theta).W1[2, 0] = 7
    assert theta[5] == 7


def test_forward_pass_by_hand():
    X = [[0.3, 0.8]]  # z1 = 0.3 - 0.8 + 0.5 = 0, a1 = 1/2
    np.testing.assert_allclose(predict_logits(THETA, X), [[1.1, 0.2, -0.7]], atol=1e-16)
    exponentials = np.exp([1.1, 0.2, -0.7])
    np.testing.assert_allclose(predict_proba(THETA, X)[0], exponentials / exponentials.sum())
    assert predict(THETA, X).tolist() == [0]


def test_backward_pass_by_hand():
    x = np.array([[0.3], [0.8]])
    _, backward = forward(unpack(THETA), with_ones(x.T))
    gradient = unpack(backward(np.array([[0.4], [-0.1], [-0.3]])))
    np.testing.assert_allclose(gradient.W1.ravel(), [0.2, -0.05, -0.15])
    np.testing.assert_allclose(gradient.b1, [0.4, -0.1, -0.3])
    dz1 = (2 * 0.4 + 0 * -0.1 + -2 * -0.3) / 4  # times a1 (1 - a1) = 1/4
    np.testing.assert_allclose(gradient.W0, [[dz1 * 0.3, dz1 * 0.8]])
    np.testing.assert_allclose(gradient.b0, [dz1])


@pytest.mark.filterwarnings("error")
def test_sigmoid_agrees_with_scipy_and_never_overflows():
    z = np.concatenate([np.linspace(-1e4, 1e4, 4001), np.linspace(-40, 40, 4001)])
    np.testing.assert_allclose(sigmoid(z), scipy.special.expit(z), rtol=1e-14, atol=1e-300)
    assert np.isfinite(sigmoid(z + 1e-20j)).all()


def test_sigmoid_takes_numbers_and_integers_and_modifies_nothing():
    assert sigmoid(0) == 0.5 and isinstance(sigmoid(0.0), float)
    z = np.array([-1, 0, 1])
    np.testing.assert_allclose(sigmoid(z), scipy.special.expit(z))
    assert z.tolist() == [-1, 0, 1]


def test_sigmoid_of_minus_writes_over_its_argument():
    for a in (np.array([-1.0, 0.0, 1.0]), np.array([-1j, 0.0, 1.0])):
        expected = sigmoid(-a)
        assert sigmoid_of_minus(a) is a
        np.testing.assert_array_equal(a, expected)


@pytest.mark.parametrize(
    ("size", "sizes"), [(2, "9 or 15"), (7, "9 or 15"), (10, "9 or 15"), (74, "69 or 75")]
)
def test_theta_of_impossible_length(size, sizes):
    with pytest.raises(ValueError, match=rf"6 n_hidden \+ 3 numbers.*for instance {sizes}, got"):
        predict(np.zeros(size), np.zeros((1, 2)))


def test_predictions_of_other_numbers_of_classes():
    for n_classes in (2, 4):
        theta = np.zeros(count_parameters(1, 2, n_classes))
        theta[-1] = np.log(2)  # the last class is twice as probable as each other one
        proba = predict_proba(theta, np.zeros((5, 2)), n_classes)
        expected = np.array([1] * (n_classes - 1) + [2]) / (n_classes + 1)
        np.testing.assert_allclose(proba, [expected] * 5)
        assert predict(theta, np.zeros((5, 2)), n_classes).tolist() == [n_classes - 1] * 5


def test_a_single_class_is_refused():
    with pytest.raises(ValueError, match=r"^n_classes must be a whole number >= 2, got 1"):
        predict(THETA, np.zeros((1, 2)), n_classes=1)


def test_only_a_vector_is_unpacked():
    with pytest.raises(ValueError, match=r"6 n_hidden.*n_inputs=2, n_classes=3.*shape \(3, 9\)"):
        unpack(np.zeros((3, 9)))


def test_theta_must_be_a_vector():
    with pytest.raises(ValueError, match=r"theta must be a vector.*theta\.ravel\(\)"):
        predict(np.zeros((9, 1)), np.zeros((1, 2)))


def test_infinite_theta_is_refused():
    with pytest.raises(ValueError, match=r"theta\[3\] = inf"):
        predict(np.where(np.arange(9) == 3, np.inf, 0.0), np.zeros((1, 2)))


@pytest.mark.filterwarnings("error")
def test_theta_whose_logits_overflow_is_refused():
    with pytest.raises(ValueError, match="theta is too large"):
        predict(np.full(15, 1.7e308), np.ones((1, 2)))
    with pytest.raises(ValueError, match=r"theta is too large.*up to 1e\+308"):  # inf - inf
        predict(np.where(np.arange(9) == 1, -1e308, 1e308), np.full((1, 2), 1e308))


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (dict(n_hidden=0), ValueError, r"n_hidden must be a whole number >= 1, got 0"),
        (dict(n_hidden=2.0), TypeError, r"n_hidden.*got 2\.0; write 2"),
        (dict(n_hidden=2.5), TypeError, r"n_hidden.*got 2\.5"),
        (dict(n_hidden=True), TypeError, r"n_hidden.*got True"),
        (dict(n_hidden=3, n_inputs=0), ValueError, r"n_inputs"),
        (dict(n_hidden=3, n_classes=1), ValueError, r"n_classes must be a whole number >= 2"),
    ],
)
def test_wrong_sizes_are_refused(arguments, error, words):
    for function in (count_parameters, init_parameters):
        with pytest.raises(error, match="^" + words):
            function(**arguments)


def test_a_start_of_too_many_parameters_is_refused():
    words = (
        "^n_hidden, n_inputs and n_classes must give at most 100000000 parameters, got 600000003$"
    )
    with pytest.raises(ValueError, match=words):
        init_parameters(10**8)


def test_start_depends_on_the_seed_alone():
    np.random.seed(1)
    first = init_parameters(12, seed=3)
    state = np.random.get_state()[1].copy()
    np.random.seed(2)
    np.testing.assert_array_equal(first, init_parameters(12, seed=3))
    assert not np.array_equal(first, init_parameters(12, seed=4))
    np.random.seed(1)
    np.testing.assert_array_equal(state, np.random.get_state()[1])


def test_start_fills_its_range():
    parameters = unpack(init_parameters(400, seed=0))
    for part, fan_in in zip(parameters[:3], (2, 2, 400)):
        limit = 1 / np.sqrt(fan_in)
        assert np.abs(part).max() <= limit
        assert np.abs(part).max() > 0.95 * limit
        # the mean of m uniform numbers has standard deviation limit / sqrt(3 m)
        assert abs(part.mean()) < 4 * limit / np.sqrt(3 * part.size)


def test_start_of_other_sizes_fills_its_range():
    theta = init_parameters(300, n_inputs=5, n_classes=4)
    np.testing.assert_array_equal(theta, init_parameters(300, n_inputs=5, n_classes=4, seed=0))
    for part, fan_in in zip(unpack(theta, 5, 4), (5, 5, 300, 300)):
        assert np.abs(part).max() <= 1 / np.sqrt(fan_in)
        assert part.size == 4 or np.abs(part).max() > 0.95 / np.sqrt(fan_in)


@pytest.mark.parametrize("seed", [-1, 1.5, None, "0"])
def test_wrong_seed_is_refused(seed):
    with pytest.raises((TypeError, ValueError), match=r"^seed must be a whole number >= 0"):
        init_parameters(3, seed=seed)


def test_sizes_of_few_bits_give_the_same_start():
    """The square root of an 8-bit integer has 16 bits: another start, and no word of it."""
    right = init_parameters(3, 2, 3)
    np.testing.assert_array_equal(init_parameters(np.int8(3), np.int8(2), np.int8(3)), right)
    many = np.zeros(count_parameters(100))
    assert unpack(many, np.int8(2), np.uint8(3)).W1.shape == (3, 100)
    assert predict(many, [[0.0, 1.0]], np.int8(3)).tolist() == [0]


def test_a_start_that_no_memory_holds_is_refused():
    with pytest.raises(ValueError, match="n_hidden, n_inputs and n_classes must give at most"):
        init_parameters(10**30)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((np.zeros(6), 1, 0), "n_classes must be a whole number >= 2, got 0"),
        ((np.zeros(6), -4, 3), "n_inputs must be a whole number >= 1, got -4"),
        ((np.zeros(9), 2.0), "n_inputs must be a whole number >= 1, got 2.0; write 2"),
        (([[1.0], [1.0, 2.0]],), "theta must be an array"),
        ((np.ma.array(np.zeros(9), mask=np.arange(9) == 0),), "theta must have no masked entries"),
    ],
)
def test_wrong_arguments_of_unpack_are_refused(arguments, words):
    with pytest.raises((TypeError, ValueError), match=words):
        unpack(*arguments)
