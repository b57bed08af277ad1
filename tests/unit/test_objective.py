"""The objective's gradient against differences, the complex step and independent libraries."""

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
import scipy.optimize
from sklearn.neural_network import MLPClassifier

from nnlib import (
    Armijo,
    ConstantStep,
    Objective,
    gradient_descent,
    init_parameters,
    load_dataset,
    taylor_order,
    unpack,
)
from nnlib.gradcheck import numeric_gradient

TOLERANCE = {"complex": (1e-12, 1e-14), "central": (1e-6, 1e-10)}  # |g - g_hat| <= rtol |g| + atol


@pytest.fixture(scope="module")
def spirals():
    return load_dataset("spirals")


def trained(objective, theta0):
    return gradient_descent(objective, theta0, Armijo(), 1000).theta


def independent_loss(theta, X, y, weight_decay):
    """Written anew for autograd, samples first, one-hot labels, nothing of nnlib in it."""
    n_hidden = (theta.size - 3) // 6
    W0 = theta[: 2 * n_hidden].reshape(n_hidden, 2)
    b0 = theta[2 * n_hidden : 3 * n_hidden]
    W1 = theta[3 * n_hidden : 6 * n_hidden].reshape(3, n_hidden)
    hidden = 1 / (1 + anp.exp(-(anp.dot(X, W0.T) + b0)))
    logits = anp.dot(hidden, W1.T) + theta[-3:]
    logits = logits - anp.max(logits, axis=1, keepdims=True)
    log_probability = logits - anp.log(anp.sum(anp.exp(logits), axis=1, keepdims=True))
    data = -anp.mean(anp.sum(np.eye(3)[y] * log_probability, axis=1))
    return data + weight_decay / 2 * (anp.sum(W0**2) + anp.sum(W1**2))


@pytest.mark.parametrize("weight_decay", [0.0, 1e-3])
@pytest.mark.parametrize("when", ["at the start", "after training"])
@pytest.mark.parametrize("n_hidden", [1, 12, 64])
def test_gradient(spirals, n_hidden, when, weight_decay):
    objective = Objective(spirals.X_train, spirals.y_train, weight_decay)
    theta = init_parameters(n_hidden, seed=n_hidden)
    if when == "after training":
        theta = trained(objective, theta)
    value, gradient = objective.value_and_gradient(theta)

    for method, (rtol, atol) in TOLERANCE.items():
        g_hat = numeric_gradient(objective.value, theta, method)
        for block, block_hat in zip(unpack(gradient), unpack(g_hat)):
            np.testing.assert_array_less(abs(block - block_hat), rtol * abs(block) + atol)

    assert taylor_order(objective.value, objective.gradient, theta) == pytest.approx(2, abs=0.01)

    arguments = (theta, spirals.X_train, spirals.y_train, weight_decay)
    assert value == pytest.approx(independent_loss(*arguments), rel=1e-12)
    oracle = autograd.grad(independent_loss)(*arguments)
    np.testing.assert_allclose(gradient, oracle, rtol=1e-9, atol=1e-14)


def test_one_step_agrees_with_scikit_learn(spirals):
    """One full-batch step of MLPClassifier from our start; its alpha is n times our lambda."""
    n, weight_decay, theta = len(spirals.y_train), 1e-2, init_parameters(12, seed=5)
    mlp = MLPClassifier(
        (12,), activation="logistic", solver="sgd", alpha=n * weight_decay, batch_size=n,
        learning_rate_init=1.0, momentum=0, nesterovs_momentum=False, shuffle=False,
    )  # fmt: skip
    mlp.partial_fit(spirals.X_train, spirals.y_train, classes=[0, 1, 2])
    W0, b0, W1, b1 = unpack(theta)
    for theirs, ours in zip(mlp.coefs_ + mlp.intercepts_, (W0.T, W1.T, b0, b1)):
        theirs[...] = ours
    mlp.partial_fit(spirals.X_train, spirals.y_train)

    objective = Objective(spirals.X_train, spirals.y_train, weight_decay)
    history = gradient_descent(objective, theta, ConstantStep(1.0), 1)
    W0, b0, W1, b1 = unpack(history.theta)
    for theirs, ours in zip(mlp.coefs_ + mlp.intercepts_, (W0.T, W1.T, b0, b1)):
        np.testing.assert_allclose(theirs, ours, rtol=1e-12, atol=1e-14)


def test_scipy_runs_it_as_it_is(spirals):
    objective = Objective(spirals.X_train, spirals.y_train, 1e-3)
    found = scipy.optimize.minimize(objective.value_and_gradient, init_parameters(4), jac=True)
    assert found.fun < objective.value(init_parameters(4)) / 1.5
    assert np.linalg.norm(objective.gradient(found.x)) < 1e-3


def test_weight_decay_spares_the_biases(spirals):
    theta = init_parameters(3)
    plain = Objective(spirals.X_train, spirals.y_train).gradient(theta)
    decayed = Objective(spirals.X_train, spirals.y_train, 0.1).gradient(theta)
    difference, parameters = unpack(decayed - plain), unpack(theta)
    np.testing.assert_allclose(difference.W0, 0.1 * parameters.W0, atol=1e-15)
    np.testing.assert_allclose(difference.W1, 0.1 * parameters.W1, atol=1e-15)
    assert not difference.b0.any() and not difference.b1.any()


def test_theta_of_any_kind_is_computed_in_double_precision(spirals):
    objective = Objective(spirals.X_train, spirals.y_train, 1e-2)
    for theta in (init_parameters(3).astype(np.float32), np.arange(21) - 10, [1] * 21):
        value, gradient = objective.value_and_gradient(theta)
        expected = objective.value_and_gradient(np.array(theta, dtype=np.float64))
        assert value == expected[0] and gradient.dtype == np.float64
        np.testing.assert_array_equal(gradient, expected[1])


def test_weight_decay_by_hand():
    """At theta = (1 ... 9) W0 is (1, 2) and W1 (4, 5, 6): half the sum of their squares is 41."""
    theta, data = np.arange(1.0, 10.0), ([[0.3, -0.2]], [1])
    for weight_decay in (1.0, 0.5):
        added = Objective(*data, weight_decay).value(theta) - Objective(*data).value(theta)
        assert added == pytest.approx(41 * weight_decay, rel=1e-12)
        added = Objective(*data, weight_decay).gradient(theta) - Objective(*data).gradient(theta)
        expected = weight_decay * np.array([1, 2, 0, 4, 5, 6, 0, 0, 0])
        np.testing.assert_allclose(added, expected, atol=1e-14)


def test_backward_belongs_to_its_own_forward_pass(spirals):
    """No hidden cache: closures of two points don't mix, and theta may change meanwhile."""
    objective = Objective(spirals.X_train, spirals.y_train, 1e-2)
    theta = init_parameters(3, seed=0)
    expected = objective.gradient(theta)
    _, backward = objective.forward(theta)
    objective.forward(init_parameters(3, seed=1))
    theta[:] = 0
    np.testing.assert_array_equal(backward(), expected)
    np.testing.assert_array_equal(backward(), expected)


def test_later_changes_of_the_data_change_nothing(spirals):
    X, y, theta = spirals.X_train.copy(), spirals.y_train.copy(), init_parameters(3)
    objective = Objective(X, y)
    before = objective.value(theta)
    X[:], y[:] = 0, 0
    assert objective.value(theta) == before


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("size", [1e4, 1e150, 1e300])
def test_huge_parameters_give_a_value_without_a_warning(spirals, size):
    objective = Objective(spirals.X_train, spirals.y_train, 1e-3)
    value, gradient = objective.value_and_gradient(init_parameters(12) * size)
    assert isinstance(value, float)
    assert np.isfinite(value) == (size < 1e200)
    assert gradient.shape == (75,)


@pytest.mark.filterwarnings("error")
def test_overflow_on_the_way_back_does_not_warn():
    """Two weights of 1.7e308, whose errors add up to more than a number holds."""
    theta = np.array([0, 0, 0, 1.7e308, -1.7e308, 0, 0, 0, 0])
    value, gradient = Objective([[0.0, 0.0]], [1]).value_and_gradient(theta)
    assert value == 1.7e308
    assert gradient[2] == np.inf and np.isnan(gradient[:2]).all()
    np.testing.assert_allclose(gradient[3:], [0.5, -0.5, 0, 1, -1, 0])


def test_value_is_a_number_of_python(spirals):
    objective, theta = Objective(spirals.X_train, spirals.y_train), init_parameters(3)
    assert type(objective.value(theta)) is float
    assert type(objective.value(theta + 0j)) is complex


def test_two_classes_and_one_input_will_do():
    """The logits are 0 and ln 3: probabilities 1/4 and 3/4."""
    objective = Objective([[0.5], [-2.0]], [0, 1], n_classes=2)
    theta = np.array([1.0, 0.0, 0.0, 0.0, 0.0, np.log(3)])
    assert objective.value(theta) == pytest.approx((np.log(4) + np.log(4 / 3)) / 2)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (([[1.0, 2.0]], [[1.0, 0.0, 0.0]]), ValueError, "one-hot"),
        (([[1.0, 2.0]], [0.0]), TypeError, "integer labels"),
        (([[1.0, 2.0]], [0, 1]), ValueError, "one label for each of the 1 samples"),
        (([[1.0, 2.0]], [3]), ValueError, "n_classes=3"),
        (([[1.0, np.inf]], [0]), ValueError, r"X\[0, 1\] = inf"),
        (([1.0, 2.0], [0, 1]), ValueError, "shape"),
        (([[1.0, 2.0]], [0], -1.0), ValueError, "weight_decay must be finite and >= 0"),
        (([[1.0, 2.0]], [0], np.nan), ValueError, "weight_decay"),
        (([[1.0, 2.0]], [0], "0.1"), TypeError, "weight_decay must be a real number"),
        (([[1.0, 2.0]], [0], 0.0, 1), ValueError, "^n_classes must be a whole number >= 2, got 1"),
    ],
)
def test_wrong_data_are_refused(arguments, error, words):
    with pytest.raises(error, match=words):
        Objective(*arguments)


@pytest.mark.parametrize(
    ("theta", "words"),
    [
        (["1"] * 9, "theta must be an array of real numbers: got words"),
        ([[1.0], [1.0, 2.0]], "theta must be an array"),
        (np.ma.array(np.zeros(9), mask=np.arange(9) == 0), "theta must have no masked entries"),
        (np.full(9, "2020", dtype="M8[Y]"), "theta must be an array of real numbers"),
        (np.array(3.0), r"^theta must be a vector .* got shape \(\)$"),
    ],
)
def test_a_theta_of_anything_but_numbers_is_refused(theta, words):
    with pytest.raises((TypeError, ValueError), match=words):
        Objective([[0.0, 1.0]], [2]).value(theta)


def test_a_theta_of_objects_is_read_as_numbers():
    objective = Objective([[0.0, 1.0]], [2])
    assert objective.value(np.zeros(9, object)) == objective.value(np.zeros(9))
