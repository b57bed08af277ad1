"""The loss and its gradient by hand, against differences and against independent libraries."""

import autograd
import autograd.numpy as anp
import autograd.scipy.special
import numpy as np
import pytest
import scipy.special
from sklearn.neural_network import MLPClassifier

from nnlib import Armijo, ConstantStep, gradient_descent, init_parameters, load_dataset
from nnlib.gradient_check import check_gradient, taylor_order
from nnlib.objective import Objective, cross_entropy, log_softmax, sigmoid
from nnlib.parameters import pack, unpack

SPIRALS = load_dataset("spirals")


def test_sigmoid_log_softmax_and_loss_survive_any_size():
    z = np.concatenate([np.linspace(-1e4, 1e4, 4001), np.linspace(-40, 40, 4001)])
    np.testing.assert_allclose(sigmoid(z), scipy.special.expit(z), rtol=1e-14, atol=1e-300)
    assert np.isfinite(sigmoid(z + 1e-20j)).all()
    assert sigmoid(0) == 0.5
    logits = np.random.default_rng(0).normal(scale=30, size=(4, 50))
    expected = scipy.special.log_softmax(logits, axis=0)
    np.testing.assert_allclose(log_softmax(logits), expected, rtol=1e-13)
    # With one maximum for the whole array the second column would underflow to log 0.
    found = log_softmax(np.array([[1e4, 0.0, 0.0], [-1e4, -1e4, -1e4]]).T)
    np.testing.assert_array_equal(found[:, 0], [0, -1e4, -1e4])
    np.testing.assert_allclose(found[:, 1], -np.log(3), rtol=1e-14)
    # The softmax of (800, -800, 0) is (1, 0, 0) in float64; the loss still knows the 1600.
    for size in (800.0, 1e4, 1e300, 1.7e308):
        assert cross_entropy([[size, -size, 0.0]], [1]) == 2.0 * size  # at the end inf, no warning
        assert cross_entropy([[size, -size, 0.0]], [0]) == 0
    objective = Objective(SPIRALS.X_train, SPIRALS.y_train, 1e-3)
    for size in (1e4, 1e150, 1e300):
        value, gradient = objective.value_and_gradient(init_parameters(12) * size)
        assert np.isfinite(value) == (size < 1e200) and gradient.shape == (75,)
    assert np.isnan(Objective([[1.0, 1.0]], [1]).value(np.full(15, 1.7e308)))  # logits inf
    # Two weights of 1.7e308, whose errors add up to more than a number holds.
    theta = np.array([0, 0, 0, 1.7e308, -1.7e308, 0, 0, 0, 0])
    value, gradient = Objective([[0.0, 0.0]], [1]).value_and_gradient(theta)
    assert value == 1.7e308
    assert gradient[2] == np.inf and np.isnan(gradient[:2]).all()
    np.testing.assert_allclose(gradient[3:], [0.5, -0.5, 0, 1, -1, 0])


def independent_loss(theta, X, y, weight_decay):
    n = (theta.size - 3) // 6
    W0, b0, W1 = theta[: 2 * n].reshape(n, 2), theta[2 * n : 3 * n], theta[3 * n : -3].reshape(3, n)
    hidden = autograd.scipy.special.expit(anp.dot(X, W0.T) + b0)
    logits = anp.dot(hidden, W1.T) + theta[-3:]
    losses = autograd.scipy.special.logsumexp(logits, axis=1) - logits[np.arange(len(y)), y]
    return anp.mean(losses) + weight_decay / 2 * (anp.sum(W0**2) + anp.sum(W1**2))


@pytest.mark.parametrize("weight_decay", [0.0, 1e-3])
@pytest.mark.parametrize("n_iterations", [0, 1000])
@pytest.mark.parametrize("n_hidden", [1, 12, 64])
def test_gradient(n_hidden, n_iterations, weight_decay):
    """At a random start and after training, where the entries are small differences."""
    objective = Objective(SPIRALS.X_train, SPIRALS.y_train, weight_decay)
    start = init_parameters(n_hidden, seed=n_hidden)
    theta = gradient_descent(objective, start, Armijo(), n_iterations).theta
    value, gradient = objective.value_and_gradient(theta)
    for method in ("central", "complex"):
        assert check_gradient(objective.value, objective.gradient, theta, method).passed
    assert taylor_order(objective.value, objective.gradient, theta) == pytest.approx(2, abs=0.01)
    arguments = theta, SPIRALS.X_train, SPIRALS.y_train, weight_decay
    oracle = autograd.value_and_grad(independent_loss)(*arguments)
    assert value == pytest.approx(oracle[0], rel=1e-12)
    np.testing.assert_allclose(gradient, oracle[1], rtol=1e-9, atol=1e-14)


def test_one_step_agrees_with_scikit_learn():
    """One full-batch step of MLPClassifier from our start; its alpha is n times our lambda."""
    n, weight_decay, theta = len(SPIRALS.y_train), 1e-2, init_parameters(12, seed=5)
    mlp = MLPClassifier(
        (12,), activation="logistic", solver="sgd", alpha=n * weight_decay, batch_size=n,
        learning_rate_init=1.0, momentum=0, nesterovs_momentum=False, shuffle=False,
    )  # fmt: skip
    mlp.partial_fit(SPIRALS.X_train, SPIRALS.y_train, classes=[0, 1, 2])
    theirs = mlp.coefs_[0].T, mlp.intercepts_[0], mlp.coefs_[1].T, mlp.intercepts_[1]
    for part, start in zip(theirs, unpack(theta)):
        part[...] = start
    mlp.partial_fit(SPIRALS.X_train, SPIRALS.y_train)
    objective = Objective(SPIRALS.X_train, SPIRALS.y_train, weight_decay)
    ours = gradient_descent(objective, theta, ConstantStep(1.0), 1).theta
    np.testing.assert_allclose(pack(*theirs), ours, rtol=1e-12, atol=1e-14)


def test_theta_of_any_kind_in_double_precision_and_backward_of_its_own_forward_pass():
    objective = Objective(SPIRALS.X_train, SPIRALS.y_train, 1e-2)
    assert repr(objective) == "Objective(300 samples, 2 inputs, 3 classes, weight_decay=0.01)"
    single = init_parameters(3).astype(np.float32)
    for theta in (single, np.arange(21) - 10, [1] * 21, np.ones(21, object)):
        value, gradient = objective.value_and_gradient(theta)
        expected = objective.value_and_gradient(np.array(theta, dtype=np.float64))
        assert value == expected[0] and gradient.dtype == np.float64
        np.testing.assert_array_equal(gradient, expected[1])
    assert type(objective.value(single)) is float
    assert type(objective.value(single + 0j)) is complex
    # No hidden cache: closures don't mix; theta and the data may change meanwhile.
    X, y, theta = SPIRALS.X_train.copy(), SPIRALS.y_train.copy(), init_parameters(3)
    objective = Objective(X, y, 1e-2)
    expected = objective.gradient(theta)
    _, backward = objective.forward(theta)
    objective.forward(init_parameters(3, seed=1))
    theta[:], X[:], y[:] = 0, 0, 0
    for found in (backward(), backward(), objective.gradient(init_parameters(3))):
        np.testing.assert_array_equal(found, expected)
