"""A network with one hidden layer of sigmoid units.

All parameters live in one flat vector theta, so that an optimiser needs to know nothing of
layers. `unpack` gives the four matrices as views into it: no copy, and a change of W0 is a
change of theta.
"""

from typing import NamedTuple

import numpy as np

from nnlib import checks
from nnlib.losses import log_softmax

MOST_PARAMETERS = 10**8  # 800 MB


class Parameters(NamedTuple):
    """The four parts of theta, in their order there.

    W0 : ndarray, shape (n_hidden, n_inputs)
    b0 : ndarray, shape (n_hidden,)
    W1 : ndarray, shape (n_classes, n_hidden)
    b1 : ndarray, shape (n_classes,)
    """

    W0: np.ndarray
    b0: np.ndarray
    W1: np.ndarray
    b1: np.ndarray


def count_parameters(n_hidden, n_inputs=2, n_classes=3):
    """Number of learnable parameters: 6 N_H + 3 for two inputs and three classes.

    Parameters
    ----------
    n_hidden, n_inputs : int
        At least 1.
    n_classes : int
        At least 2.

    Returns
    -------
    int

    Raises
    ------
    TypeError, ValueError
        If a size is not a whole number, or too small.

    Notes
    -----
    Equation ``count-general`` of chapter 1.

    Examples
    --------
    >>> count_parameters(12)
    75
    """
    n_hidden = checks.whole_number("n_hidden", n_hidden, at_least=1)
    n_inputs = checks.whole_number("n_inputs", n_inputs, at_least=1)
    n_classes = checks.whole_number("n_classes", n_classes, at_least=2)
    return n_hidden * n_inputs + n_hidden + n_classes * n_hidden + n_classes


def init_parameters(n_hidden, n_inputs=2, n_classes=3, seed=0):
    """A random start: weights and biases uniform in +-1/sqrt(fan-in).

    The fan-in of a unit is the number of its inputs: `n_inputs` for W0 and b0, `n_hidden`
    for W1 and b1.

    Parameters
    ----------
    n_hidden, n_inputs, n_classes : int
    seed : int
        At least 0. The same seed gives the same start; nothing else has a say.

    Returns
    -------
    theta : ndarray, shape (count_parameters(n_hidden, n_inputs, n_classes),)

    Raises
    ------
    TypeError, ValueError
        If a size or the seed is not a whole number, or too small, or if theta would have more
        than 10^8 entries.
    """
    size = count_parameters(n_hidden, n_inputs, n_classes)
    # Plain integers: the square root of an 8-bit integer would be one of 16 bits.
    n_hidden, n_inputs, n_classes = int(n_hidden), int(n_inputs), int(n_classes)
    if size > MOST_PARAMETERS:
        raise ValueError(
            "n_hidden, n_inputs and n_classes must give at most "
            f"{MOST_PARAMETERS} parameters, got {checks.shown(size)}"
        )
    theta = np.empty(size)
    rng = np.random.default_rng(checks.whole_number("seed", seed, at_least=0))
    for part, fan_in in zip(
        unpack(theta, n_inputs, n_classes), (n_inputs, n_inputs, n_hidden, n_hidden)
    ):
        part[...] = rng.uniform(-1, 1, part.shape) / np.sqrt(fan_in)
    return theta


def unpack(theta, n_inputs=2, n_classes=3):
    """The four parts of theta as views: writing to them writes to theta.

    Parameters
    ----------
    theta : ndarray, shape (n_parameters,)
        Of any dtype. The number of hidden units follows from its size.
    n_inputs, n_classes : int

    Returns
    -------
    Parameters

    Raises
    ------
    TypeError, ValueError
        If theta is not a vector, no whole number of hidden units fits its size, or n_inputs or
        n_classes is not a whole number, or too small.

    Examples
    --------
    >>> unpack(init_parameters(12)).W1.shape
    (3, 12)
    """
    theta = checks.any_array("theta", theta)
    n_inputs = checks.whole_number("n_inputs", n_inputs, at_least=1)
    n_classes = checks.whole_number("n_classes", n_classes, at_least=2)
    if theta.ndim != 1:
        raise ValueError(_wrong_size(theta.shape, n_inputs, n_classes))
    return unpack_runs(theta, n_inputs, n_classes)


def unpack_runs(theta, n_inputs, n_classes):
    """`unpack` for many runs as well: theta of shape (..., n_parameters)."""
    runs = theta.shape[:-1]
    n_parameters = theta.shape[-1] if theta.ndim else 0
    n_hidden, rest = divmod(n_parameters - n_classes, n_inputs + 1 + n_classes)
    if n_hidden < 1 or rest:
        raise ValueError(_wrong_size(theta.shape, n_inputs, n_classes))
    a = n_hidden * n_inputs
    b = a + n_hidden
    c = b + n_classes * n_hidden
    return Parameters(
        W0=theta[..., :a].reshape(runs + (n_hidden, n_inputs)),
        b0=theta[..., a:b],
        W1=theta[..., b:c].reshape(runs + (n_classes, n_hidden)),
        b1=theta[..., c:],
    )


def _wrong_size(shape, n_inputs, n_classes):
    per_unit = n_inputs + 1 + n_classes
    n_hidden = (int(np.prod(shape)) - n_classes) // per_unit
    below = per_unit * max(n_hidden, 1) + n_classes
    return (
        f"theta must be a vector of {per_unit} n_hidden + {n_classes} numbers "
        f"(n_inputs={n_inputs}, n_classes={n_classes}), for instance {below} or "
        f"{below + per_unit}, got shape {shape}"
    )


def sigmoid(z):
    """The logistic sigmoid 1 / (1 + exp(-z)), elementwise, for real or complex z.

    Where exp(-z) overflows (z below -709) the value is 0, and no warning is given.

    Notes
    -----
    Equation ``hidden`` of chapter 1.
    """
    minus_z = -np.array(z, dtype=np.result_type(z, np.float64))
    with np.errstate(over="ignore"):
        a = sigmoid_of_minus(np.asarray(minus_z))
    return a[()]  # makes a number of the array of a number


def sigmoid_of_minus(a):
    """1 / (1 + exp(a)), written over a: for a large array that saves more than the arithmetic."""
    if a.dtype.kind == "c":  # where exp overflows, 1 / (1 + exp) of a complex number is nan
        np.minimum(a, 700, out=a)
    np.exp(a, out=a)
    a += 1
    return np.reciprocal(a, out=a)


def forward(parameters, x1):
    """The forward pass, and a function that goes back through it.

    The inner loop of training: columns are samples, so that each line reads like its formula,
    and the arguments are taken as they are, without a check. Leading axes of the parameters are
    runs: many networks of one size, each with its own parameters, go through the same lines.

    Parameters
    ----------
    parameters : Parameters
        Of `unpack`, or of `unpack_runs` with leading axes; real or complex.
    x1 : ndarray, shape (n_inputs + 1, n_samples)
        The samples and below them a row of ones: see `with_ones`.

    Returns
    -------
    z2 : ndarray, shape (..., n_classes, n_samples)
        The logits.
    backward : callable
        ``backward(dz2)`` takes the loss's gradient in the logits, shape of z2, and returns its
        gradient in theta, shape (..., n_parameters). ``backward(dz2, rows)`` does it for some of
        the runs only, those that dz2 has.

    Notes
    -----
    Forward: equations ``hidden`` and ``logits`` of chapter 1. Backward: equations
    ``output-layer``, ``hidden-error`` and ``hidden-layer`` of chapter 2.
    """
    W0, b0, W1, b1 = parameters
    weights = np.concatenate([W0, b0[..., None]], axis=-1)
    minus_z1 = -weights @ x1  # -(W0 x + b0): cheaper than to turn the sign of every z1
    a1 = sigmoid_of_minus(minus_z1)
    z2 = W1 @ a1
    z2 += b1[..., None]

    def backward(dz2, rows=...):
        a, W = a1[rows], W1[rows]
        dW1 = dz2 @ transposed(a)
        db1 = np.add.reduce(dz2, axis=-1)
        dz1 = transposed(W) @ dz2  # da1, and with the sigmoid's slope a1 (1 - a1) it becomes dz1
        dz1 *= a
        dz1 *= 1 - a
        dW0_db0 = dz1 @ x1.T
        return _pack_runs(dW0_db0[..., :-1], dW0_db0[..., -1], dW1, db1)

    return z2, backward


def with_ones(X):
    """Samples as columns, and a row of ones below, so that a bias is the weight of a 1.

    Then ``[W0 b0] @ [x; 1]`` is W0 x + b0, and one product gives the gradients of both.
    """
    return np.vstack([X.T, np.ones(len(X))])


def transposed(matrices):
    """The transpose of each matrix, the last two axes."""
    return matrices.swapaxes(-1, -2)


def _pack_runs(W0, b0, W1, b1):
    """The inverse of `unpack_runs`."""
    rows = b0.shape[:-1] + (-1,)
    return np.concatenate([W0.reshape(rows), b0, W1.reshape(rows), b1], axis=-1)


def predict_logits(theta, X, n_classes=3):
    """Logits of each sample.

    Parameters
    ----------
    theta : array_like, shape (n_parameters,)
    X : array_like, shape (n_samples, n_inputs)
    n_classes : int

    Returns
    -------
    ndarray, shape (n_samples, n_classes)

    Raises
    ------
    TypeError, ValueError
        If theta or X is not real and finite, or their sizes don't fit.
    """
    theta = checks.vector("theta", theta)
    X = checks.points(X)
    parameters = unpack(theta, X.shape[1], n_classes)
    with np.errstate(over="ignore", invalid="ignore"):  # parameters near 1e308: caught below
        logits = forward(parameters, with_ones(X))[0].T
    if not np.isfinite(logits).all():
        raise ValueError(
            f"theta is too large: a logit overflows (|theta| up to {abs(theta).max():g})"
        )
    return logits


def predict_proba(theta, X, n_classes=3):
    """Probabilities of the classes, rows that sum to 1; arguments as in `predict_logits`.

    Returns
    -------
    ndarray, shape (n_samples, n_classes)
    """
    return np.exp(log_softmax(predict_logits(theta, X, n_classes)))


def predict(theta, X, n_classes=3):
    """The most probable class of each sample; arguments as in `predict_logits`.

    Returns
    -------
    ndarray of int, shape (n_samples,)
    """
    return predict_logits(theta, X, n_classes).argmax(axis=1)
