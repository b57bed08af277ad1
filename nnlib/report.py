"""The report's formulas and its (suspected) test metric, exactly as printed: wrong where they are.

Nothing here is meant to train a good network. It is meant to be checked. R5, R6 ... are the numbers
of the claims in `nnlib.claims`.

Where the printed indices do not fit the shapes, one reading is fixed: W1 for W0 in R9 (W0 has one
column for each input, not for each hidden unit), the hidden unit's index j throughout R10 to R12,
and the mean over the samples, which the report leaves out (R13).
"""

from collections.abc import Set

import numpy as np

from nnlib import checks
from nnlib.losses import log_softmax
from nnlib.network import predict_logits, sigmoid, unpack

#: The printed factors whose values are wrong, and that can be put in alone.
WRONG_VALUES = ("R5", "R6", "R10")


def loss_slope(y_hat, one_hot, printed):
    """dl/dy_hat, shape (n_classes, n_samples). Printed (R5): y/y_hat, without the minus sign."""
    return one_hot / y_hat if printed else -one_hot / y_hat


def through_softmax(dy_hat, y_hat, z2, printed):
    """From dl/dy_hat to dl/dz2, both of shape (n_classes, n_samples).

    Printed (R6): the derivative of a logistic sigmoid of each logit alone, with a minus sign,
    -e^z / (e^z + 1)^2. Right is the whole Jacobian of the softmax.
    """
    if printed:
        return dy_hat * -sigmoid(z2) * sigmoid(-z2)  # e^z / (e^z + 1)^2, written without overflow
    return y_hat * (dy_hat - (y_hat * dy_hat).sum(axis=0))


def sigmoid_slope(z1, printed):
    """da1/dz1. Printed (R10): e^z / (e^z + 1), which is the sigmoid itself."""
    return sigmoid(z1) if printed else sigmoid(z1) * (1 - sigmoid(z1))


def report_gradient(theta, X, y, printed=WRONG_VALUES):
    """Mean gradient with some of the factors as the report prints them (R5 to R12).

    Parameters
    ----------
    theta : array_like, shape (n_parameters,)
    X : array_like, shape (n_samples, 2)
    y : array_like of int, shape (n_samples,)
        Labels 0, 1, 2.
    printed : collection of str
        Which of `WRONG_VALUES` to take as printed; the others are right. With none of them this
        is the gradient of the mean cross-entropy.

    Returns
    -------
    ndarray, shape (n_parameters,)
        Not finite where a probability underflows to 0: the factors y/y_hat and y_hat are
        multiplied one after the other, as printed.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or shape, or `printed` names another claim.
    """
    printed = _claims(printed)
    theta, X = checks.vector("theta", theta), _two_features(X)
    one_hot = np.eye(3)[checks.labels(y, 3, len(X))].T
    z2 = predict_logits(theta, X).T
    # Overflow, or y/y_hat where y_hat underflows to 0, shows in the result.
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        return _gradient(theta, X, one_hot, z2, printed)


def _gradient(theta, X, one_hot, z2, printed):
    W0, b0, W1, _ = unpack(theta)
    z1 = W0 @ X.T + b0[:, None]
    y_hat = np.exp(log_softmax(z2.T)).T
    dy_hat = loss_slope(y_hat, one_hot, printed="R5" in printed)
    dz2 = through_softmax(dy_hat, y_hat, z2, printed="R6" in printed) / len(X)
    dz1 = (W1.T @ dz2) * sigmoid_slope(z1, printed="R10" in printed)
    parts = dz1 @ X, dz1.sum(axis=1), dz2 @ sigmoid(z1).T, dz2.sum(axis=1)
    return np.concatenate([part.ravel() for part in parts])


def _claims(printed):
    """Return `printed` as a set of claims whose printed values are wrong, else raise."""
    if not isinstance(printed, (list, tuple, Set)):
        raise TypeError(
            f'printed must be a collection of claims, such as ("R5",), got {checks.shown(printed)}'
        )
    unknown = [c for c in printed if not (isinstance(c, str) and c in WRONG_VALUES)]
    if unknown:
        raise ValueError(
            f"printed must name some of {', '.join(WRONG_VALUES)}, "
            f"got {', '.join(str(c)[:80] for c in unknown)}"
        )
    return frozenset(printed)


def _two_features(X):
    X = checks.points(X)
    if X.shape[1] != 2:
        raise ValueError(f"X must have 2 features, as in the report, got {X.shape[1]}")
    return X


class PrintedObjective:
    """The right loss with the report's gradient, for `gradient_descent` to train with.

    Parameters
    ----------
    objective : nnlib.Objective
        Gives the value.
    X, y : array_like
        The same data; copied, as there.
    printed : collection of str
        As in `report_gradient`.

    Raises
    ------
    TypeError, ValueError
        If objective has no forward, or the others as in `report_gradient`.
    """

    def __init__(self, objective, X, y, printed=WRONG_VALUES):
        if not callable(getattr(objective, "forward", None)):
            raise TypeError(
                f"objective must have a method forward(theta), got {checks.shown(objective)}"
            )
        X = _two_features(X).copy()
        self._objective, self._data = objective, (X, checks.labels(y, 3, len(X)))
        self._printed = _claims(printed)

    def forward(self, theta):
        """The value, and a closure that returns the report's gradient."""
        value, _ = self._objective.forward(theta)
        return value, lambda: report_gradient(theta, *self._data, self._printed)


def integer_label_metric(theta, X, y, base=2.0, divisor=3.0):
    """Loss and accuracy of a metric that expects one-hot labels but is given 0, 1, 2 (H1).

    The accuracy compares the predicted class with the argmax of the label. The argmax of a single
    number is 0, so that it is the share of points predicted as class 0. The loss multiplies every
    log-probability by the same number y and sums over the classes.

    Parameters
    ----------
    theta : array_like, shape (n_parameters,)
    X : array_like, shape (n_samples, 2)
    y : array_like of int, shape (n_samples,)
    base : float
        Of the logarithm, > 1. The report does not say; neither does it give the divisor.
    divisor : float
        Of the sum over the classes, > 0: 3 for a mean, 1 for a sum.

    Returns
    -------
    loss, accuracy : float

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind, shape or range.
    """
    base = checks.real_number("base", base, above=1)
    divisor = checks.real_number("divisor", divisor, above=0)
    logits = predict_logits(theta, _two_features(X))
    y = checks.labels(y, 3, len(logits))
    log_y_hat = log_softmax(logits) / np.log(base)
    loss = -(y[:, None] * log_y_hat).sum(axis=1).mean() / divisor
    label_argmax = 0  # np.argmax of a scalar, whatever its value
    return float(loss), float(np.mean(logits.argmax(axis=1) == label_argmax))
