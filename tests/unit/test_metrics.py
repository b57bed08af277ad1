"""Scores on labelled data, by hand, and what they refuse."""

import numpy as np
import pytest

from nnlib import evaluate
from nnlib.metrics import confusion_matrix

# One hidden unit whose output is switched off: the logits are b1 everywhere.
ALWAYS_CLASS_1 = np.array([0.0, 0, 0, 0, 0, 0, 0, np.log(2), 0])
X = np.zeros((4, 2))


def test_by_hand():
    found = evaluate(ALWAYS_CLASS_1, X, [0, 1, 1, 2])  # probabilities 1/4, 1/2, 1/4
    assert found.loss == pytest.approx((2 * np.log(4) + 2 * np.log(2)) / 4)
    assert found.accuracy == 0.5
    assert found.confusion.tolist() == [[0, 1, 0], [0, 2, 0], [0, 1, 0]]
    assert repr(found) == "Evaluation(loss=1.04, accuracy=0.5, 4 samples)"


def test_confusion_counts_true_in_rows():
    assert confusion_matrix([0, 0, 1], [1, 1, 0], 2).tolist() == [[0, 2], [1, 0]]


@pytest.mark.parametrize(
    ("y", "error", "words"),
    [
        (np.eye(3)[[0, 1, 1, 2]], ValueError, r"one-hot vectors\? Write y\.argmax\(axis=1\)"),
        ([0.0, 1.0, 1.0, 2.0], TypeError, "float64"),
        ([0, 1, 1, 3], ValueError, r"0 \.\.\. 2 \(n_classes=3\), got 0 \.\.\. 3"),
        ([0, 1, 1], ValueError, "one label for each of the 4 samples"),
        (1, ValueError, r"got shape \(\)"),
    ],
)
def test_labels_of_the_wrong_kind_are_refused(y, error, words):
    with pytest.raises(error, match=words):
        evaluate(ALWAYS_CLASS_1, X, y)


@pytest.mark.parametrize(
    ("y", "predicted", "n_classes", "words"),
    [
        ([], [], 3, "y must have at least one label"),
        ([0], [[0], [1, 2]], 3, "y_predicted must be"),
        ([0], [0], None, "n_classes must be a whole number"),
        ([0], [0], 10**30, "n_classes must be a whole number .* <= 10000"),
        ([0, 1], [0], 3, "y_predicted must have one label for each of the 2 samples"),
    ],
)
def test_odd_arguments_of_the_confusion_matrix_are_refused(y, predicted, n_classes, words):
    with pytest.raises((TypeError, ValueError), match=words):
        confusion_matrix(y, predicted, n_classes)
