"""Each planted mistake is one, and only one: it is caught, and where it should be."""

import numpy as np
import pytest

from nnlib import Objective, check_gradient, init_parameters, load_dataset, unpack
from nnlib.mistakes import MISTAKES, _backward_with

WRONG_BLOCKS = {
    "wrong sign": {"W0", "b0", "W1", "b1"},
    "sum instead of mean": {"W0", "b0", "W1", "b1"},
    "off-diagonal terms forgotten": {"W0", "b0", "W1", "b1"},
    "slope of the sigmoid forgotten": {"W0", "b0"},
    "slope of the sigmoid taken at a": {"W0", "b0"},
    "slope of tanh for the sigmoid's": {"W0", "b0"},
    "hidden biases forgotten": {"b0"},
}
CAUSES = {
    "wrong sign": "wrong sign",
    "sum instead of mean": "300 times too large",
    "hidden biases forgotten": "missing term",
}


@pytest.fixture(scope="module")
def problem():
    data = load_dataset("spirals")
    theta = init_parameters(12, seed=1)
    objective = Objective(data.X_train, data.y_train)
    return theta, data.X_train, data.y_train, objective


def test_without_a_mistake_the_gradient_is_right(problem):
    theta, X, y, objective = problem
    np.testing.assert_allclose(
        _backward_with()(theta, X, y), objective.gradient(theta), rtol=1e-12, atol=1e-15
    )


def test_every_mistake_is_expected_here():
    assert set(MISTAKES) == set(WRONG_BLOCKS)


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake_is_caught_in_its_blocks(problem, name):
    theta, X, y, objective = problem
    blocks = unpack(np.arange(theta.size))._asdict()
    check = check_gradient(
        objective.value, lambda t: MISTAKES[name](t, X, y), theta, "complex", blocks
    )
    assert {block for block, found in check.blocks.items() if not found.passed} == WRONG_BLOCKS[
        name
    ]
    assert CAUSES.get(name, "entries are wrong") in check.worst.cause


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", MISTAKES)
def test_wrong_arguments_are_refused(name):
    theta, X, y = np.zeros(9), [[0.0, 1.0]], [2]
    assert MISTAKES[name](theta, X, y).shape == (9,)  # lists will do
    for change, words in (
        (dict(X=0), "X must have shape"),
        (dict(theta=None), "theta must be"),
        (dict(y=[3]), "y must be labels 0 ... 2"),
        (dict(n_classes=None), "n_classes must be a whole number"),
    ):
        with pytest.raises((TypeError, ValueError), match=words):
            MISTAKES[name](**(dict(theta=theta, X=X, y=y) | change))
