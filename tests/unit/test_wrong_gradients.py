"""Each planted mistake is one, and is caught where it should be; the report's lines are its own."""

import numpy as np
import pytest

from nnlib import Objective, check_gradient, gradient_descent, init_parameters, load_dataset, unpack
from nnlib.audit.wrong_gradients import MISTAKES, WRONG_VALUES, ReportObjective
from nnlib.steps import ConstantStep

DATA = load_dataset("spirals")
THETA, X, Y = init_parameters(5, seed=1), DATA.X_train[::30], DATA.y_train[::30]
WRONG_BLOCKS = {  # and a word of the diagnosis
    "wrong sign": ("W0 b0 W1 b1", "wrong sign"),
    "sum instead of mean": ("W0 b0 W1 b1", "300 times too large"),
    "off-diagonal terms forgotten": ("W0 b0 W1 b1", "entries are wrong"),
    "slope of the sigmoid forgotten": ("W0 b0", "entries are wrong"),
    "slope of the sigmoid taken at a": ("W0 b0", "entries are wrong"),
    "slope of tanh for the sigmoid's": ("W0 b0", "entries are wrong"),
    "hidden biases forgotten": ("b0", "missing term"),
    "weight decay forgotten": ("W0 W1", "entries are wrong"),
}


@pytest.mark.parametrize("name", MISTAKES | WRONG_BLOCKS)
def test_mistake_is_caught_in_its_blocks(name):
    arguments = DATA.X_train, DATA.y_train, 0.1 if "decay" in name else 0
    wrong, theta = MISTAKES[name](*arguments), init_parameters(12, seed=1)
    assert wrong.value(theta) == Objective(*arguments).value(theta)
    blocks = unpack(np.arange(theta.size))._asdict()
    check = check_gradient(wrong.value, wrong.gradient, theta, "complex", blocks)
    caught, words = [k for k, block in check.blocks.items() if not block.passed], WRONG_BLOCKS[name]
    assert caught == words[0].split() and words[1] in check.worst.cause


def test_the_report_as_printed_sample_by_sample_and_without_a_slip():
    """R5 to R12 once more."""
    W0, b0, W1, b1 = unpack(THETA)
    total = np.zeros_like(THETA)
    d = unpack(total)
    for x, label in zip(X, Y):
        z1 = W0 @ x + b0
        a1 = 1 / (1 + np.exp(-z1))
        e = np.exp(W1 @ a1 + b1)
        R5xR6 = (np.arange(3) == label) / (e / e.sum()) * -e / (e + 1) ** 2
        R9xR10 = R5xR6 @ W1 * np.exp(z1) / (np.exp(z1) + 1)
        for part, error, before in ((0, R9xR10, x), (2, R5xR6, a1)):
            d[part][:] += np.outer(error, before) / len(X)
            d[part + 1][:] += error / len(X)
    printed = ReportObjective(X, Y).gradient(THETA)
    np.testing.assert_allclose(printed, total, rtol=1e-12, atol=1e-16)
    assert WRONG_VALUES == ("R5", "R6", "R10")
    right = Objective(X, Y, 0.1).value_and_gradient(THETA)
    value, gradient = ReportObjective(X, Y, 0.1, printed=()).value_and_gradient(THETA)
    assert value == right[0]
    np.testing.assert_allclose(gradient, right[1], rtol=1e-12, atol=1e-16)
    # The run ends in a named result, without a warning.
    printed = ReportObjective(X, Y, printed=["R5"])
    why = gradient_descent(printed, THETA, ConstantStep(10.0), 500).stop_reason
    assert why.startswith("diverged") and "the gradient is not finite" in why


@pytest.mark.parametrize("printed", ["R5", ["R7"], [("R5",)]])
def test_other_claims_are_refused(printed):
    with pytest.raises(ValueError, match="printed must be a collection of some of R5, R6, R10"):
        ReportObjective(X, Y, printed=printed)
