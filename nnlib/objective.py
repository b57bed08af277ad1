"""The loss as a function of theta, and its gradient: chapters 1 and 2 on one page.

Columns are samples; each line has its equation's name. `nnlib.compiled` is faster.
"""

import numpy as np

from nnlib import arguments
from nnlib.parameters import pack, unpack


def sigmoid(z):
    """1 / (1 + exp(-z)), for real or complex z; below -700, where exp would overflow, 0."""
    return 1 / (1 + np.exp(-np.maximum(z, -700)))


def log_softmax(z2):
    """Logarithms of the probabilities (Goodfellow, Bengio and Courville 2016, section 4.1)."""
    z2 = z2 - z2.real.max(axis=0)  # else exp may overflow; real: a complex step passes through
    return z2 - np.log(np.exp(z2).sum(axis=0))  # log-softmax


def network(parameters, X):
    """Activations a1 (n_hidden, n_samples) and logits z2 (n_classes, n_samples)."""
    W0, b0, W1, b1 = parameters
    z1 = W0 @ X + b0[:, None]  # hidden
    a1 = sigmoid(z1)
    z2 = W1 @ a1 + b1[:, None]  # logits
    return a1, z2


def one_hot(y, n_classes):
    """Labels as columns: 1 for the class of a sample, 0 for the others."""
    return np.eye(n_classes)[y].T


def mean_cross_entropy(log_y, Y):
    """Minus the log-probability of the true class, mean over the samples."""
    return -(Y * log_y).sum() / Y.shape[1]  # cross-entropy


class Objective:
    """Mean cross-entropy over a data set, plus weight decay, as a function of theta.

    Weight decay adds lambda/2 (||W0||^2 + ||W1||^2), never the biases: equation ``objective`` of
    chapter 2. ``scipy.optimize.minimize(objective.value_and_gradient, theta0, jac=True)`` runs.

    Parameters
    ----------
    X, y : array_like, (n_samples, n_inputs), and (n_samples,) of labels 0 ... n_classes - 1: copied
    weight_decay : float, lambda >= 0 (scikit-learn's ``alpha`` is n_samples times this)
    n_classes : int, Dataset or Objective
    """

    def __init__(self, X, y, weight_decay=0.0, n_classes=3):
        X = arguments.points(X)
        self.n_classes = arguments.number_of_classes(n_classes)
        self.weight_decay = arguments.real_number("weight_decay", weight_decay, at_least=0)
        self.n_samples, self.n_inputs = X.shape
        self.X = X.T.copy()
        self.Y = one_hot(arguments.labels(y, self.n_classes, self.n_samples), self.n_classes)

    def __repr__(self):
        sizes = f"{self.n_samples} samples, {self.n_inputs} inputs, {self.n_classes} classes"
        return f"Objective({sizes}, weight_decay={self.weight_decay:g})"

    def forward(self, theta):
        """The value in nats, and a closure: ``backward()`` is the gradient, shape of theta.

        theta, (n_parameters,), is real, or complex for the complex step.
        """
        theta = arguments.array("theta", theta, kinds="biufOc").copy()  # the caller may change its
        W0, b0, W1, b1 = unpack(theta, self)
        X, Y, lam = self.X, self.Y, self.weight_decay
        with np.errstate(over="ignore", invalid="ignore"):  # overflow shows in the value
            a1, z2 = network((W0, b0, W1, b1), X)
            log_y = log_softmax(z2)
            value = mean_cross_entropy(log_y, Y)
            value += (lam / 2 * W0 * W0).sum() + (lam / 2 * W1 * W1).sum()  # objective

        def backward():
            with np.errstate(over="ignore", invalid="ignore"):
                dz2 = self.output_error(z2, log_y)
                dW1, db1 = dz2 @ a1.T + lam * W1, dz2.sum(axis=1)  # output-layer
                da1 = W1.T @ dz2  # activation-error
                dz1 = self.hidden_error(da1, a1)
                dW0, db0 = dz1 @ X.T + lam * W0, dz1.sum(axis=1)  # hidden-layer
            return pack(dW0, db0, dW1, db1)

        return value.item(), backward

    def output_error(self, z2, log_y):
        """dz2, the probabilities less the one-hot labels. (The report's wrong one looks at z2.)"""
        return (np.exp(log_y) - self.Y) / self.n_samples  # output-error

    def hidden_error(self, da1, a1):
        """dz1: back through the sigmoid, whose slope is a1 (1 - a1)."""
        return da1 * a1 * (1 - a1)  # hidden-error

    def value(self, theta):
        """The loss at theta, in nats; complex for a complex theta."""
        return self.forward(theta)[0]

    def gradient(self, theta):
        """The gradient of the loss at theta, shape (n_parameters,)."""
        return self.forward(theta)[1]()

    def value_and_gradient(self, theta):
        """The loss and its gradient, from one forward and one backward pass."""
        value, backward = self.forward(theta)
        return value, backward()


def cross_entropy(logits, y):
    """Mean cross-entropy in nats of logits (n_samples, n_classes) and integer labels (n_samples,).

    Not probabilities: one that has underflowed to 0 has lost the number that its logarithm needs.
    """
    logits = arguments.points(logits, "logits")
    Y = one_hot(arguments.labels(y, logits.shape[1], len(logits)), logits.shape[1])
    with np.errstate(over="ignore"):  # logits further apart than 1e308: -inf, and 0 times it is nan
        return float(mean_cross_entropy(np.where(Y, log_softmax(logits.T), 0), Y))
