"""How good is a trained network on labelled data? Loss, accuracy, confusion matrix."""

from dataclasses import dataclass

import numpy as np

from nnlib import checks
from nnlib.losses import cross_entropy
from nnlib.network import predict_logits

MOST_CLASSES = 10_000  # a confusion matrix of more would not fit into most memories


@dataclass(frozen=True, repr=False)
class Evaluation:
    """Scores on one data set.

    Attributes
    ----------
    loss : float
        Mean cross-entropy in nats, without weight decay. Guessing three classes blindly: ln 3.
    accuracy : float
        Share of the samples whose most probable class is the true one.
    confusion : ndarray of int, shape (n_classes, n_classes)
        Row: true class; column: predicted class.
    """

    loss: float
    accuracy: float
    confusion: np.ndarray

    def __repr__(self):
        return (
            f"Evaluation(loss={self.loss:.3g}, accuracy={self.accuracy:.3g}, "
            f"{self.confusion.sum()} samples)"
        )


def confusion_matrix(y, y_predicted, n_classes):
    """Counts of (true class, predicted class).

    Parameters
    ----------
    y, y_predicted : array_like of int, shape (n_samples,)
    n_classes : int
        At most 10,000.

    Returns
    -------
    ndarray of int, shape (n_classes, n_classes)
        Row: true class; column: predicted class.

    Raises
    ------
    TypeError, ValueError
        If either is not a vector of integer labels in range.
    """
    n_classes = checks.whole_number("n_classes", n_classes, at_least=1, at_most=MOST_CLASSES)
    y = checks.labels(y, n_classes)
    y_predicted = checks.labels(y_predicted, n_classes, len(y), name="y_predicted")
    return np.bincount(y * n_classes + y_predicted, minlength=n_classes**2).reshape(
        n_classes, n_classes
    )


def evaluate(theta, X, y, n_classes=3):
    """Loss, accuracy and confusion matrix of the network theta on labelled data.

    Parameters
    ----------
    theta : array_like, shape (n_parameters,)
    X : array_like, shape (n_samples, n_inputs)
    y : array_like of int, shape (n_samples,)
        Labels 0 ... n_classes - 1. One-hot and float labels are refused, not guessed at.
    n_classes : int

    Returns
    -------
    Evaluation

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind, shape or range.
    """
    logits = predict_logits(theta, X, n_classes)
    y = checks.labels(y, n_classes, n_samples=len(logits))
    confusion = confusion_matrix(y, logits.argmax(axis=1), n_classes)
    accuracy = np.trace(confusion) / len(y)
    return Evaluation(cross_entropy(logits, y), float(accuracy), confusion)
