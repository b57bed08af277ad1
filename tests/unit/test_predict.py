"""Predictions and scores by hand, for any number of classes."""

import numpy as np
import pytest

from nnlib import Objective, count_parameters, init_parameters
from nnlib.predict import evaluate, predict, predict_logits, predict_proba

# One hidden unit, two inputs, three classes: 2 + 1 + 3 + 3 = 9 parameters.
THETA = np.array([1.0, -1.0, 0.5, 2.0, 0.0, -2.0, 0.1, 0.2, 0.3])


def test_predictions_by_hand():
    X = [[0.3, 0.8], [-99.0, 99.0]]  # z1 = 0.3 - 0.8 + 0.5 = 0, a1 = 1/2; then a1 = 0
    np.testing.assert_allclose(predict_logits(THETA, X), [[1.1, 0.2, -0.7], [0.1, 0.2, 0.3]])
    exponentials = np.exp([1.1, 0.2, -0.7])
    np.testing.assert_allclose(predict_proba(THETA, X)[0], exponentials / exponentials.sum())
    assert predict(THETA, X).tolist() == [0, 2]
    assert evaluate(THETA, X, [1, 2]).confusion.tolist() == [[0, 0, 0], [1, 0, 0], [0, 0, 1]]


def test_evaluation_by_hand():
    """The hidden unit is switched off: probabilities 1/4, 1/2, 1/4 everywhere."""
    theta = np.array([0.0, 0, 0, 0, 0, 0, 0, np.log(2), 0])
    found = evaluate(theta, np.zeros((5, 2)), [0, 1, 1, 2, 2])
    assert found.loss == pytest.approx((3 * np.log(4) + 2 * np.log(2)) / 5)
    assert found.accuracy == 0.4 and type(found.accuracy) is float
    assert found.confusion.tolist() == [[0, 1, 0], [0, 2, 0], [0, 2, 0]]


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


def test_a_bare_theta_means_three_classes():
    """Eleven hidden units and four classes are as many numbers as 13 units and three."""
    theta, X = init_parameters(11, 2, 4), np.zeros((3, 2))
    assert theta.size == count_parameters(13)
    assert predict_logits(theta, X).shape == (3, 3) and predict_logits(theta, X, 4).shape == (3, 4)


@pytest.mark.parametrize(
    "theta", [np.full(15, 1.7e308), np.where(np.arange(9) == 1, -1e308, 1e308)]
)
def test_logits_that_overflow_are_no_prediction(theta):
    """To inf, and to inf - inf; neither warns."""
    with pytest.raises(ValueError, match=r"theta is too large.*up to 1(\.7)?e\+308"):
        predict(theta, np.full((1, 2), 1e308))
