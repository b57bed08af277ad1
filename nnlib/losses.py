"""The loss: cross-entropy of the softmax, computed from the logits.

A loss takes logits, never probabilities. A probability that has underflowed to 0 has lost
the number that its logarithm needs; the logit still has it.
"""

import numpy as np

from nnlib import checks


def log_softmax(logits, axis=1):
    """Logarithm of the softmax of each sample's logits.

    The largest logit of each sample is subtracted first. That changes nothing in exact
    arithmetic and keeps every exponential in [0, 1], so that none overflows.

    Parameters
    ----------
    logits : ndarray, shape (n_samples, n_classes)
        Real or complex (the shift looks at the real part only, so that the complex step
        passes through).
    axis : int
        The axis of the classes, if it is not the second one.

    Returns
    -------
    ndarray, shape (n_samples, n_classes)
        Natural logarithms of probabilities. Each row of their exponentials sums to 1.

    Notes
    -----
    Equation ``log-softmax`` of chapter 2; Goodfellow, Bengio and Courville (2016), section 4.1.
    """
    logits = np.asarray(logits)
    shifted = logits - logits.real.max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


def cross_entropy(logits, y):
    """Mean cross-entropy of integer labels, in nats.

    Parameters
    ----------
    logits : array_like, shape (n_samples, n_classes)
        Finite real numbers, not probabilities.
    y : array_like of int, shape (n_samples,)
        Labels 0 ... n_classes - 1.

    Returns
    -------
    float
        In nats, at least 0. A uniform guess over three classes costs ln 3 = 1.0986.

    Raises
    ------
    TypeError, ValueError
        If the logits are not a finite real matrix, or `y` is not a vector of integer labels
        in range (one-hot and float labels are refused).

    Notes
    -----
    Equation ``cross-entropy`` of chapter 2.

    Examples
    --------
    >>> round(cross_entropy([[0.0, 0.0, 0.0]], [2]), 4)
    1.0986
    """
    logits = checks.points(logits, "logits")
    y = checks.labels(y, n_classes=logits.shape[1], n_samples=logits.shape[0])
    with np.errstate(over="ignore"):  # logits further apart than 1e308 cost inf, as they should
        total, _ = cross_entropy_forward(logits.T, Targets(y, logits.shape[1]))
    return float(total) / len(y)


class Targets:
    """The labels of some samples, in the two forms in which the loss reads them.

    Parameters
    ----------
    y : ndarray of int, shape (n_samples,)
        Labels 0 ... n_classes - 1; taken as they are, without a check.
    n_classes : int

    Attributes
    ----------
    one_hot : ndarray, shape (n_classes, n_samples)
        1 for the class of a sample, 0 for the others.
    at : ndarray of int, shape (n_samples,)
        Where those ones stand in the flattened array. To pick numbers there is several times
        as quick as to multiply by zeros and ones, and 0 times inf would be nan.
    """

    def __init__(self, y, n_classes):
        self.one_hot = np.zeros((n_classes, len(y)))
        self.at = np.ravel_multi_index((y, np.arange(len(y))), self.one_hot.shape)
        self.one_hot.flat[self.at] = 1


def cross_entropy_forward(logits, targets):
    """Cross-entropy summed over the samples, and a function that returns its gradient.

    The inner loop of training: the arguments are taken as they are, without a check. Columns are
    samples; axes before the last two are runs, each with logits of its own.

    Parameters
    ----------
    logits : ndarray, shape (..., n_classes, n_samples)
        Real or complex.
    targets : Targets

    Returns
    -------
    total : ndarray, shape (...)
        In nats; complex if the logits are.
    backward : callable
        ``backward()`` returns dlogits, shape (..., n_classes, n_samples): the probabilities less
        the one-hot labels (equation ``output-error`` of chapter 2). ``backward(rows)`` does it
        for some of the runs only.
    """
    shifted = logits - np.maximum.reduce(logits.real, axis=-2, keepdims=True)
    exponentials = np.exp(shifted)
    sums = np.add.reduce(exponentials, axis=-2)
    of_label = shifted.reshape(*logits.shape[:-2], -1).take(targets.at, axis=-1)
    total = np.add.reduce(np.log(sums) - of_label, axis=-1)  # -log y_hat of the label

    def backward(rows=...):
        y_hat = exponentials[rows] / sums[rows][..., None, :]
        return np.subtract(y_hat, targets.one_hot, out=y_hat)

    return total, backward
