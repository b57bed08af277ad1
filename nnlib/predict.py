"""What a trained network says of points, and how good that is."""

from typing import NamedTuple

import numpy as np

from nnlib import arguments
from nnlib.objective import cross_entropy, log_softmax, network
from nnlib.parameters import unpack


def predict_logits(theta, X, n_classes=3):
    """Logits of each sample, shape (n_samples, n_classes).

    theta is (n_parameters,), X (n_samples, n_inputs); n_classes a number, Dataset or Objective.
    Without it three are meant: a network of others whose theta has a fitting length is misread.
    """
    theta, X = arguments.vector("theta", theta), arguments.points(X)
    parameters = unpack(theta, X.shape[1], arguments.number_of_classes(n_classes))
    with np.errstate(over="ignore", invalid="ignore"):  # parameters near 1e308: caught below
        logits = network(parameters, X.T)[1].T
    if not np.isfinite(logits).all():
        raise ValueError(f"theta is too large, up to {abs(theta).max():g}: a logit overflows")
    return logits


def predict_proba(theta, X, n_classes=3):
    """Probabilities (n_samples, n_classes), rows that sum to 1; arguments of `predict_logits`."""
    return np.exp(log_softmax(predict_logits(theta, X, n_classes).T)).T


def predict(theta, X, n_classes=3):
    """The most probable class of each sample, (n_samples,); arguments of `predict_logits`."""
    return predict_logits(theta, X, n_classes).argmax(axis=1)


class Evaluation(NamedTuple):
    """Scores on one data set."""

    loss: float  # mean cross-entropy in nats, without weight decay; a blind guess of three: ln 3
    accuracy: float  # share of the samples whose most probable class is the true one
    confusion: np.ndarray  # (n_classes, n_classes) counts; row: true class, column: predicted


def evaluate(theta, X, y, n_classes=3):
    """The `Evaluation` of theta on X and integer labels y; arguments of `predict_logits`."""
    logits = predict_logits(theta, X, n_classes)
    y = arguments.labels(y, logits.shape[1], len(logits))
    confusion = np.zeros((logits.shape[1], logits.shape[1]), int)
    np.add.at(confusion, (y, logits.argmax(axis=1)), 1)
    return Evaluation(cross_entropy(logits, y), float(np.trace(confusion) / len(y)), confusion)
