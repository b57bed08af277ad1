"""The same full-batch gradient descent, written as a good user of each library would.

A contender is made from the points, the labels, the start and the step. Called with a number of
iterations it begins at the start and returns (theta, losses): the flat vector of nnlib, and the
loss before each iteration. Everything is float64. Peers are imported where they are needed, so
that a test can run those that it has.
"""

import math
import warnings
from functools import partial

import numpy as np

import nnlib
from nnlib import compiled


def nnlib_run(X, y, theta0, alpha, descent=nnlib.gradient_descent):
    """The public function with its checks, its record and its step rule."""
    objective = nnlib.Objective(X, y)

    def run(n_iterations):
        history = descent(objective, theta0, nnlib.ConstantStep(alpha), n_iterations)
        return history.theta, history.loss[:-1]

    return run


def pytorch(X, y, theta0, alpha):
    """PyTorch, eager: autograd, and the update in place."""
    import torch
    from torch.nn.functional import cross_entropy, linear

    points, labels = torch.tensor(X), torch.tensor(y)

    def run(n_iterations):
        parameters = [torch.tensor(part, requires_grad=True) for part in nnlib.unpack(theta0)]
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

    W0, b0, W1, b1 = nnlib.unpack(theta0)

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
        return nnlib.pack(W[0].T, b[0], W[1].T, b[1]), model.loss_curve_

    return run


def sample_by_sample(X, y, theta0, alpha):
    """The formulas for one sample, as printed, and a Python loop over the samples around them."""

    def run(n_iterations):
        theta, losses = theta0.copy(), []
        for _ in range(n_iterations):
            loss, gradient = 0.0, np.zeros_like(theta)
            parameters, sums = nnlib.unpack(theta), nnlib.unpack(gradient)
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


def jax_run(X, y, theta0, alpha, layout):
    """JAX: the whole training is one compiled loop (jit and scan)."""
    run = jax_batch(X, y, theta0[None], np.array([alpha]), layout, batch=False)
    return lambda n_iterations: [part[0] for part in run(n_iterations)]


def jax_batch(X, y, thetas, alphas, layout, batch=True):
    """JAX: the compiled loop over all runs at once (vmap); over the only one without `batch`."""
    import jax

    jax.config.update("jax_enable_x64", True)
    jnp = jax.numpy
    parts = [jnp.asarray(np.stack(same)) for same in zip(*map(nnlib.unpack, thetas))]
    points, labels = jnp.asarray(X if layout == "rows" else X.T), jnp.asarray(y)
    arguments = (parts, jnp.asarray(alphas)) if batch else ([p[0] for p in parts], alphas[0])
    compiled_loops = {}  # one for each length

    def run(n_iterations):
        if n_iterations not in compiled_loops:
            train = partial(_jax_training, points, labels, layout, n_iterations)
            loop = jax.jit(jax.vmap(train) if batch else train)
            compiled_loops[n_iterations] = loop.lower(*arguments).compile()
        found, losses = jax.block_until_ready(compiled_loops[n_iterations](*arguments))
        flat = [np.asarray(part).reshape(len(thetas), -1) for part in found]
        return np.concatenate(flat, axis=1), np.asarray(losses).reshape(len(thetas), -1)

    return run


def _jax_training(points, labels, layout, n_iterations, parts, alpha):
    import jax

    def loss(parts):
        W0, b0, W1, b1 = parts
        samples = jax.numpy.arange(len(labels))
        if layout == "rows":
            z2 = jax.nn.sigmoid(points @ W0.T + b0) @ W1.T + b1
            return -jax.nn.log_softmax(z2)[samples, labels].mean()
        z2 = W1 @ jax.nn.sigmoid(W0 @ points + b0[:, None]) + b1[:, None]
        return -jax.nn.log_softmax(z2, axis=0)[labels, samples].mean()

    def iteration(parts, _):
        value, gradient = jax.value_and_grad(loss)(parts)
        return [part - alpha * d for part, d in zip(parts, gradient)], value

    return jax.lax.scan(iteration, parts, length=n_iterations)


def one_by_one(X, y, thetas, alphas, contender):
    """Several runs, each with its own start and step, one after the other."""
    runs = [contender(X, y, theta, alpha) for theta, alpha in zip(thetas, alphas.tolist())]

    def run(n_iterations):
        results = [single(n_iterations) for single in runs]
        return tuple(np.array(part) for part in zip(*results))

    return run


LOOP, COMPILED = "loop over samples", "nnlib compiled"
nnlib_compiled = partial(nnlib_run, descent=compiled.gradient_descent)
# Those that a test can run too: the others need the libraries of the extra `bench`.
EVERYWHERE = {
    "nnlib readable": nnlib_run,
    COMPILED: nnlib_compiled,
    "scikit-learn": scikit_learn,
    LOOP: sample_by_sample,
}
ALL = EVERYWHERE | {
    "PyTorch eager": pytorch,
    "JAX, rows": partial(jax_run, layout="rows"),
    "JAX, columns": partial(jax_run, layout="columns"),
}
MANY = {
    "nnlib readable": partial(one_by_one, contender=nnlib_run),
    COMPILED: partial(one_by_one, contender=nnlib_compiled),
    "JAX, rows": partial(one_by_one, contender=ALL["JAX, rows"]),
    "JAX, columns": partial(one_by_one, contender=ALL["JAX, columns"]),
    "JAX vmap, rows": partial(jax_batch, layout="rows"),
    "JAX vmap, columns": partial(jax_batch, layout="columns"),
}
