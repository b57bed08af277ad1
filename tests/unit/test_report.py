"""The printed formulas are what the report prints; the right ones are right."""

import numpy as np
import pytest

from nnlib import ConstantStep, Objective, gradient_descent, init_parameters, load_dataset, predict
from nnlib.losses import log_softmax
from nnlib.network import predict_logits, unpack
from nnlib.report import (
    WRONG_VALUES,
    PrintedObjective,
    integer_label_metric,
    report_gradient,
)

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture(scope="module")
def problem():
    data = load_dataset("spirals")
    return init_parameters(5, seed=1), data.X_train[::30], data.y_train[::30]


def test_without_a_slip_it_is_the_gradient(problem):
    theta, X, y = problem
    right = Objective(X, y).gradient(theta)
    np.testing.assert_allclose(report_gradient(theta, X, y, ()), right, rtol=1e-12, atol=1e-16)


def test_as_printed_entry_by_entry(problem):
    """R5 to R12 once more, as loops over the indices, for every sample."""
    theta, X, y = problem
    W0, b0, W1, b1 = unpack(theta)
    total = np.zeros_like(theta)
    d = unpack(total)
    for x, label in zip(X, y):
        z1 = [W0[j] @ x + b0[j] for j in range(5)]
        a1 = [1 / (1 + np.exp(-z)) for z in z1]
        z2 = [W1[k] @ a1 + b1[k] for k in range(3)]
        y_hat = np.exp(z2) / np.exp(z2).sum()
        R5xR6 = [
            (label == k) / y_hat[k] * (-np.exp(z2[k]) / (np.exp(z2[k]) + 1) ** 2) for k in range(3)
        ]
        for k in range(3):
            d.b1[k] += R5xR6[k] / len(X)
            d.W1[k] += R5xR6[k] * np.array(a1) / len(X)
        for j in range(5):
            R9 = sum(R5xR6[k] * W1[k, j] for k in range(3))
            R10 = np.exp(z1[j]) / (np.exp(z1[j]) + 1)
            d.b0[j] += R9 * R10 / len(X)
            d.W0[j] += R9 * R10 * x / len(X)
    np.testing.assert_allclose(report_gradient(theta, X, y), total, rtol=1e-12, atol=1e-16)


def test_printed_objective_has_the_right_value(problem):
    theta, X, y = problem
    objective = Objective(X, y)
    value, backward = PrintedObjective(objective, X, y).forward(theta)
    assert value == objective.value(theta)
    np.testing.assert_array_equal(backward(), report_gradient(theta, X, y))


def test_a_probability_of_zero_is_divided_by_as_printed(problem):
    """The run ends in a named result, without a warning."""
    theta, X, y = problem
    printed = PrintedObjective(Objective(X, y), X, y, ["R5"])
    history = gradient_descent(printed, theta, ConstantStep(10.0), 500)
    assert history.stop_reason.startswith("diverged")
    assert "the gradient is not finite" in history.stop_reason


@pytest.mark.parametrize(("base", "divisor"), [(2.0, 3.0), (np.e, 1.0)])
def test_integer_label_metric_is_what_a_one_hot_metric_does(problem, base, divisor):
    """The metric that expects one-hot rows, sample by sample, given a number for each row."""
    theta, X, y = problem
    log_y_hat = log_softmax(predict_logits(theta, X))
    losses, hits = [], []
    for row, label in zip(log_y_hat, y):
        losses.append(-np.sum(label * row / np.log(base)) / divisor)
        hits.append(np.argmax(row) == np.argmax(label))
    loss, accuracy = integer_label_metric(theta, X, y, base, divisor)
    assert loss == pytest.approx(np.mean(losses)) and accuracy == np.mean(hits)
    assert accuracy == np.mean(predict(theta, X) == 0)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda t, X, y: report_gradient(t, X, y, ["R7"]), ValueError, "R5, R6, R10, got R7"),
        (lambda t, X, y: report_gradient(t, X, np.eye(3)[y]), ValueError, "one-hot"),
        (lambda t, X, y: integer_label_metric(t, X, y, base=1.0), ValueError, "base must be"),
        (lambda t, X, y: integer_label_metric(t, X, y, divisor=0), ValueError, "divisor must be"),
        (lambda t, X, y: integer_label_metric(t, X, np.eye(3)[y]), ValueError, "one-hot"),
    ],
)
def test_wrong_arguments_are_refused(problem, call, error, words):
    with pytest.raises(error, match=words):
        call(*problem)


def test_wrong_values_are_three():
    assert WRONG_VALUES == ("R5", "R6", "R10")


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        (dict(printed="R5"), TypeError, "printed must be a collection"),
        (dict(printed=0), TypeError, "printed must be a collection"),
        (dict(printed=[[]]), ValueError, "printed must name some of"),
        (dict(X=[[1.0, 2.0, 3.0]]), ValueError, "X must have 2 features"),
    ],
)
def test_other_kinds_of_arguments_are_refused(change, error, words):
    arguments = dict(theta=np.zeros(9), X=[[0.0, 1.0]], y=[2]) | change
    with pytest.raises(error, match=words):
        report_gradient(**arguments)
    del arguments["theta"]
    with pytest.raises(error, match=words):
        PrintedObjective(Objective([[0.0, 1.0]], [2]), **arguments)


def test_printed_objective_needs_an_objective():
    with pytest.raises(TypeError, match="objective must have a method forward"):
        PrintedObjective(0, [[0.0, 1.0]], [2])


def test_printed_objective_copies_its_data():
    X = np.array([[0.0, 1.0]])
    printed = PrintedObjective(Objective(X, [2]), X, [2])
    before = printed.forward(np.ones(9))[1]()
    X[:] = 5.0
    np.testing.assert_array_equal(printed.forward(np.ones(9))[1](), before)


@pytest.mark.filterwarnings("error")
def test_overflow_shows_in_the_gradient_and_not_as_a_warning():
    theta = np.zeros(9)
    theta[:2] = 1e300
    assert report_gradient(theta, [[1e300, 1.0]], [0]).shape == (9,)
