"""Gradients with one planted mistake each, of the kinds that people make.

A gradient check that has never failed has proved nothing: these are here to fail it. The backward
pass is written once; each mistake replaces one line of it.
"""

import numpy as np

from nnlib import checks, network
from nnlib.losses import log_softmax


def _output_error(y_hat, one_hot):
    return (y_hat - one_hot) / y_hat.shape[1]


def _wrong_sign(y_hat, one_hot):
    return (one_hot - y_hat) / y_hat.shape[1]


def _sum_for_mean(y_hat, one_hot):
    return y_hat - one_hot


def _diagonal_only(y_hat, one_hot):
    """-y/y_hat times the diagonal y_hat (1 - y_hat) of the softmax's Jacobian."""
    return -one_hot * (1 - y_hat) / y_hat.shape[1]


def _sigmoid_slope(a1):
    return a1 * (1 - a1)


def _no_slope(a1):
    return np.ones_like(a1)


def _slope_of_slope(a1):
    """The slope at a1, which has been through the sigmoid already, instead of at z1."""
    return _sigmoid_slope(network.sigmoid(a1))


def _tanh_slope(a1):
    return 1 - a1**2


def _backward_with(output_error=_output_error, slope=_sigmoid_slope, hidden_bias=1.0):
    """A function (theta, X, y) that returns the gradient, with the given lines in place."""

    def gradient(theta, X, y, n_classes=3):
        theta, X = checks.vector("theta", theta), checks.points(X)
        n_classes = checks.whole_number("n_classes", n_classes, at_least=2)
        y = checks.labels(y, n_classes, len(X))
        with np.errstate(over="ignore", invalid="ignore"):  # overflow shows in the gradient
            return backward(theta, X, y, n_classes)

    def backward(theta, X, y, n_classes):
        W0, b0, W1, b1 = network.unpack(theta, X.shape[1], n_classes)
        a1 = network.sigmoid(W0 @ X.T + b0[:, None])
        y_hat = np.exp(log_softmax((W1 @ a1 + b1[:, None]).T)).T
        dz2 = output_error(y_hat, np.eye(n_classes)[y].T)
        dz1 = (W1.T @ dz2) * slope(a1)
        parts = dz1 @ X, hidden_bias * dz1.sum(axis=1), dz2 @ a1.T, dz2.sum(axis=1)
        return np.concatenate([part.ravel() for part in parts])

    return gradient


#: Name of the mistake to a function ``(theta, X, y, n_classes=3)`` that returns the wrong gradient.
#: It raises TypeError or ValueError for arguments that `nnlib.Objective` would refuse.
MISTAKES = {
    "wrong sign": _backward_with(output_error=_wrong_sign),
    "sum instead of mean": _backward_with(output_error=_sum_for_mean),
    "off-diagonal terms forgotten": _backward_with(output_error=_diagonal_only),
    "slope of the sigmoid forgotten": _backward_with(slope=_no_slope),
    "slope of the sigmoid taken at a": _backward_with(slope=_slope_of_slope),
    "slope of tanh for the sigmoid's": _backward_with(slope=_tanh_slope),
    "hidden biases forgotten": _backward_with(hidden_bias=0.0),
}
