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
