"""The same full-batch gradient descent, written as a good user of each library would.

A contender is made from the points, the labels, the start and the step. Called with a number of
iterations it begins at the start and returns (theta, losses): the flat vector of nnlib, and the
loss before each iteration. Everything is float64. Peers are imported where they are needed, so
that a test can run those that it has.
"""

import math
import warnings

import numpy as np

import nnlib
from nnlib import network


def nnlib_public(X, y, theta0, alpha):
    """The public function with its checks, its record and its step rule."""
    objective = nnlib.Objective(X, y)

    def run(n_iterations):
        history = nnlib.gradient_descent(objective, theta0, nnlib.ConstantStep(alpha), n_iterations)
        return history.theta, history.loss[:-1]

    return run


def nnlib_bare(X, y, theta0, alpha):
    """nnlib's forward and backward pass alone, in the shortest loop there is."""
    objective = nnlib.Objective(X, y)

    def run(n_iterations):
        theta, losses = theta0, []
        for _ in range(n_iterations):
            value, backward = objective.forward(theta)
            losses.append(value)
            theta = theta - alpha * backward()
        return theta, losses

    return run


def pytorch(X, y, theta0, alpha):
    """PyTorch, eager: autograd, and the update in place."""
    import torch
    from torch.nn.functional import cross_entropy, linear

    points, labels = torch.tensor(X), torch.tensor(y)

    def run(n_iterations):
        parameters = [torch.tensor(part, requires_grad=True) for part in network.unpack(theta0)]
        W0, b0, W1, b1 = parameters
        losses = []
        for _ in range(n_iterations):
            hidden = torch.sigmoid(linear(points, W0, b0))
            loss = cross_entropy(linear(hidden, W1, b1), labels)
            loss.backward()
            losses.append(loss.item())
            with torch.no_grad():
                for part in parameters:
                    part.sub_(part.grad, alpha=alpha)
                    part.grad = None
        return np.concatenate([part.detach().numpy().ravel() for part in parameters]), losses

    return run


def scikit_learn(X, y, theta0, alpha):
    """scikit-learn's MLPClassifier with all its batches in one and without momentum."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    W0, b0, W1, b1 = network.unpack(theta0)

    def run(n_iterations):
        model = MLPClassifier(
            (len(W0),), activation="logistic", solver="sgd", alpha=0.0, batch_size=len(X),
            learning_rate="constant", learning_rate_init=alpha, momentum=0.0,
            nesterovs_momentum=False, shuffle=False, tol=0.0, n_iter_no_change=10**9,
            warm_start=True, max_iter=n_iterations,
        )  # fmt: skip
        model.partial_fit(X, y, classes=np.arange(len(b1)))  # makes its arrays; then our start
        model.coefs_ = [W0.T.copy(), W1.T.copy()]
        model.intercepts_ = [b0.copy(), b1.copy()]
        model.n_iter_, model.loss_curve_ = 0, []
        with warnings.catch_warnings():  # it stops where it was told to, and complains
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(X, y)
        W, b = model.coefs_, model.intercepts_
        theta = np.concatenate([W[0].T.ravel(), b[0], W[1].T.ravel(), b[1]])
        return theta, model.loss_curve_

    return run


def sample_by_sample(X, y, theta0, alpha):
    """The formulas for one sample, and a Python loop over the samples around them."""

    def run(n_iterations):
        theta, losses = theta0.copy(), []
        for _ in range(n_iterations):
            loss, gradient = 0.0, np.zeros_like(theta)
            parameters, sums = network.unpack(theta), network.unpack(gradient)
            for x, label in zip(X, y):
                loss += _add_sample(x, label, parameters, sums)
            losses.append(loss / len(y))
            theta -= alpha / len(y) * gradient
        return theta, losses

    return run


def _add_sample(x, label, parameters, sums):
    """The loss of one sample; its gradient is added to the sums."""
    W0, b0, W1, b1 = parameters
    a1 = 1 / (1 + np.exp(-(W0 @ x + b0)))
    z2 = W1 @ a1 + b1
    y_hat = np.exp(z2 - z2.max())
    y_hat /= y_hat.sum()
    dz2 = y_hat.copy()
    dz2[label] -= 1
    dz1 = (W1.T @ dz2) * a1 * (1 - a1)
    for total, part in zip(sums, (np.outer(dz1, x), dz1, np.outer(dz2, a1), dz2)):
        total += part
    return -math.log(y_hat[label])


def jax_compiled(X, y, theta0, alpha):
    """JAX: the whole training is one compiled loop (jit and scan)."""
    import jax

    x, labels, parts = jax_arrays(X, y, theta0)
    compiled = {}  # a length of the loop each

    def run(n_iterations):
        if n_iterations not in compiled:
            training = jax.jit(jax_training(n_iterations))
            compiled[n_iterations] = training.lower(parts, x, labels, alpha).compile()
        found, losses = jax.block_until_ready(compiled[n_iterations](parts, x, labels, alpha))
        return np.concatenate([np.asarray(part).ravel() for part in found]), np.asarray(losses)

    return run


def jax_arrays(X, y, theta0):
    """Points, labels and start as arrays of JAX, float64."""
    import jax

    jax.config.update("jax_enable_x64", True)
    parts = [jax.numpy.asarray(part) for part in network.unpack(theta0)]
    return jax.numpy.asarray(X.T), jax.numpy.asarray(y), parts


def jax_training(n_iterations):
    """A function of (parts, x, labels, alpha) that makes all iterations.

    Columns are samples, as in nnlib: with samples as rows JAX takes 1.4 times as long at 300
    points and 12 hidden units.
    """
    import jax

    def loss(parts, x, labels):
        W0, b0, W1, b1 = parts
        z2 = W1 @ jax.nn.sigmoid(W0 @ x + b0[:, None]) + b1[:, None]
        return -jax.nn.log_softmax(z2, axis=0)[labels, jax.numpy.arange(len(labels))].mean()

    def train(parts, x, labels, alpha):
        def iteration(parts, _):
            value, gradient = jax.value_and_grad(loss)(parts, x, labels)
            return [part - alpha * d for part, d in zip(parts, gradient)], value

        return jax.lax.scan(iteration, parts, length=n_iterations)

    return train


# Those that a test can run too: the others need the libraries of the extra `bench`.
EVERYWHERE = {
    "nnlib": nnlib_public,
    "nnlib, bare passes": nnlib_bare,
    "scikit-learn": scikit_learn,
    "loop over samples": sample_by_sample,
}
ALL = EVERYWHERE | {"PyTorch eager": pytorch, "JAX jit + scan": jax_compiled}
