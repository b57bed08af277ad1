"""Predictions and scores by hand, for any number of classes."""

import numpy as np
import pytest

from nnlib import Objective, count_parameters, init_parameters
from nnlib.predict import evaluate, predict, predict_logits, predict_proba

# One hidden unit, two inputs, three classes: 2 + 1 + 3 + 3 = 9 parameters.
THETA = np.array([1.0, -1.0, 0.5, 2.0, 0.0, -2.0, 0.1, 0.2, 0.3])


def test_predictions_by_hand():
    X = [[0.3, 0.8], [-99.0, 99.0]]  # z1 = 0.3 - 0.8 + 0.5 = 0, a1 = 1/2; then a1 = 0
    logits = np.array([[1.1, 0.2, -0.7], [0.1, 0.2, 0.3]])
    np.testing.assert_allclose(predict_logits(THETA, X), logits)
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(predict_proba(THETA, X), probabilities)
    assert predict(THETA, X).tolist() == [0, 2]
    found = evaluate(THETA, X, [1, 2])
    assert found.loss == pytest.approx(-np.log(probabilities[[0, 1], [1, 2]]).mean())
    assert found.accuracy == 0.5 and type(found.accuracy) is float
    assert found.confusion.tolist() == [[0, 0, 0], [1, 0, 0], [0, 0, 1]]
    # To inf - inf, without a warning; to inf: the table of refusals.
    with pytest.raises(ValueError, match=r"theta is too large, up to 1e\+308"):
        predict(np.where(np.arange(9) == 1, -1e308, 1e308), np.full((1, 2), 1e308))
    # Eleven hidden units and four classes are as many numbers as 13 units and three.
    theta, X = init_parameters(11, 2, 4), np.zeros((3, 2))
    assert theta.size == count_parameters(13)
    for call in (predict_logits, predict_proba):
        assert call(theta, X).shape == (3, 3) and call(theta, X, 4).shape == (3, 4)


@pytest.mark.parametrize("n_classes", [2, 4])
def test_other_numbers_of_classes(n_classes):
    theta, X = np.zeros(count_parameters(1, 2, n_classes)), np.zeros((n_classes, 2))
    theta[-1] = np.log(2)  # the last class is twice as probable as each other one
    objective = Objective(X, range(n_classes), n_classes=n_classes)
    expected = np.array([1] * (n_classes - 1) + [2]) / (n_classes + 1)
    for known in (n_classes, objective):
        np.testing.assert_allclose(predict_proba(theta, X, known), [expected] * n_classes)
        assert predict(theta, X, known).tolist() == [n_classes - 1] * n_classes
        found = evaluate(theta, X, range(n_classes), known)
        assert found.accuracy == 1 / n_classes and found.loss == objective.value(theta)
        assert found.confusion[:, -1].tolist() == [1] * n_classes
