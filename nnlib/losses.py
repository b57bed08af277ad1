"""The loss: cross-entropy of the softmax, computed from the logits.

A loss takes logits, never probabilities. A probability that has underflowed to 0 has lost
the number that its logarithm needs; the logit still has it.
"""

import numpy as np

from nnlib import checks


def log_softmax(logits):
    """Logarithm of the softmax of each sample's logits.

    The largest logit of each sample is subtracted first. That changes nothing in exact
    arithmetic and keeps every exponential in [0, 1], so that none overflows.

    Parameters
    ----------
    logits : ndarray, shape (n_samples, n_classes)
        Real or complex (the shift looks at the real part only, so that the complex step
        passes through).

    Returns
    -------
    ndarray, shape (n_samples, n_classes)
        Natural logarithms of probabilities. Each row of their exponentials sums to 1.

    Notes
    -----
    Equation ``log-softmax`` of chapter 2; Goodfellow, Bengio and Courville (2016), section 4.1.
    """
    logits = np.asarray(logits)
    shifted = logits - logits.real.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


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
        return float(cross_entropy_forward(logits, y)[0])


def cross_entropy_forward(logits, y):
    """Mean cross-entropy, and a function that returns its gradient in the logits.

    The inner loop of training: the arguments are taken as they are, without a check.

    Parameters
    ----------
    logits : ndarray, shape (n_samples, n_classes)
        Real or complex.
    y : ndarray of int, shape (n_samples,)

    Returns
    -------
    value : scalar
        In nats; complex if the logits are.
    backward : callable
        ``backward()`` returns dlogits, shape (n_samples, n_classes): the probabilities less
        the one-hot labels, over n_samples (equation ``output-error`` of chapter 2).
    """
    log_y_hat = log_softmax(logits)
    samples = np.arange(len(y))
    value = -log_y_hat[samples, y].mean()

    def backward():
        dlogits = np.exp(log_y_hat)
        dlogits[samples, y] -= 1
        dlogits /= len(y)
        return dlogits

    return value, backward
