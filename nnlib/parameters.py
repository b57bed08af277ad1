"""One flat vector theta, so that an optimiser needs to know nothing of layers, and its parts."""

from typing import NamedTuple

import numpy as np

from nnlib import arguments


class Parameters(NamedTuple):
    """The four parts of theta, in their order there."""

    W0: np.ndarray  # (n_hidden, n_inputs)
    b0: np.ndarray  # (n_hidden,)
    W1: np.ndarray  # (n_classes, n_hidden)
    b1: np.ndarray  # (n_classes,)


def count_parameters(n_hidden, n_inputs=2, n_classes=3):
    """Number of learnable parameters (equation ``count-general`` of chapter 1).

    The three are at least 1, 1, 2. A Dataset or an Objective as n_inputs stands for the last two.
    """
    n_hidden = arguments.whole_number("n_hidden", n_hidden, at_least=1)
    n_inputs, n_classes = _sizes(n_inputs, n_classes)
    return n_hidden * n_inputs + n_hidden + n_classes * n_hidden + n_classes


def init_parameters(n_hidden, n_inputs=2, n_classes=3, seed=0):
    """A random theta: weights and biases uniform in +-1/sqrt(fan-in), a unit's number of inputs.

    Sizes are those of `count_parameters`: ``init_parameters(12, data)`` fits the data.
    """
    theta = np.empty(count_parameters(n_hidden, n_inputs, n_classes))
    rng = np.random.default_rng(arguments.whole_number("seed", seed, at_least=0))
    W0, b0, W1, b1 = unpack(theta, n_inputs, n_classes)
    for part, fan_in in (W0, W0.shape[1]), (b0, W0.shape[1]), (W1, len(W0)), (b1, len(W0)):
        part[...] = rng.uniform(-1, 1, part.shape) / np.sqrt(fan_in)
    return theta


def unpack(theta, n_inputs=2, n_classes=3):
    """The four `Parameters` of theta, shape (n_parameters,), as views: writing to them changes it.

    n_inputs and n_classes are those of `count_parameters`; N_H follows from the size of theta.
    """
    theta, (d, c) = np.asarray(theta), _sizes(n_inputs, n_classes)
    n_hidden, rest = divmod(theta.size - c, d + 1 + c)
    if theta.ndim != 1 or n_hidden < 1 or rest:
        below = (d + 1 + c) * max(n_hidden, 1) + c
        raise ValueError(
            f"theta must be a vector of {d + 1 + c} n_hidden + {c} numbers (n_inputs={d}, "
            f"n_classes={c}), for instance {below} or {below + d + 1 + c}, got shape {theta.shape}"
        )
    i, j, k = n_hidden * d, n_hidden * d + n_hidden, theta.size - c
    W0, b0, W1, b1 = theta[:i], theta[i:j], theta[j:k], theta[k:]
    return Parameters(W0.reshape(n_hidden, d), b0, W1.reshape(c, n_hidden), b1)


def pack(W0, b0, W1, b1):
    """The inverse of `unpack`: one vector, a copy."""
    return np.concatenate([W0.ravel(), b0, W1.ravel(), b1])


def _sizes(n_inputs, n_classes):
    """Numbers of inputs and classes; a Dataset or an Objective for n_inputs knows both."""
    n_classes = arguments.number_of_classes(getattr(n_inputs, "n_classes", n_classes))
    n_inputs = getattr(n_inputs, "n_inputs", n_inputs)
    return arguments.whole_number("n_inputs", n_inputs, at_least=1), n_classes
