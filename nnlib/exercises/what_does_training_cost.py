"""Checks of chapter 6."""

import numpy as np
import scipy.optimize

import nnlib
from nnlib.exercises.formulas import words_of
from nnlib.exercises.verdict import check


class Number:
    """A number that counts what is done with it."""

    operations = 0

    def __add__(self, other):
        Number.operations += 1
        return self

    __mul__ = __add__


def counted(n, n_hidden):
    """Operations of the products of one forward pass, biases in the place of the first sum."""
    numbers = np.vectorize(lambda _: Number(), otypes=[object])
    W0, b0, W1, b1 = (numbers(part) for part in nnlib.unpack(nnlib.init_parameters(n_hidden)))
    Number.operations = 0
    a1 = W0 @ numbers(np.ones((2, n))) + b0[:, None]
    W1 @ a1 + b1[:, None]
    return Number.operations


@check(**words_of("what_does_training_cost", 1))
def check_1(answer):
    """Numbers that count their sums and products."""
    for n, n_hidden in ((300, 12), (10, 1), (7, 3), (1, 20)):
        passes = 2 * nnlib.init_parameters(n_hidden).size
        answer.should_be(passes * counted(n, n_hidden), n, n_hidden)


def fit(weigh):
    """A mistake: the line through times that are weighed in another way."""
    return lambda n, t: np.polyfit(n, t, 1, w=weigh(n, t))[::-1]


@check(
    "With the weights 1/t every equation reads c/t + p n/t = 1, and its error is a share.",
    {
        "All errors count alike there, so that the largest times decide alone.": fit(
            lambda n, t: np.ones(len(t))
        ),
        "That is p and c; c and p were asked for.": lambda n, t: np.polyfit(n, t, 1, w=1 / t),
        "The weights are 1/t; the squares come by themselves.": fit(lambda n, t: 1 / t**2),
        "The line through the first and the last point leaves the others out.": lambda n, t: (
            t[0] - (t[-1] - t[0]) / (n[-1] - n[0]) * n[0], (t[-1] - t[0]) / (n[-1] - n[0]),
        ),
        "The fixed price is forgotten.": lambda n, t: (0, np.polyfit(n, t / n, 0, w=n / t)[0]),
        "The shortest time is not the fixed price: it has its own points.": lambda n, t: (
            t.min(), fit(lambda n, t: 1 / t)(n, t)[1],
        ),
    },
)  # fmt: skip
def check_2(answer):
    """The least sum of squared shares, by a search of its own."""
    rng = np.random.default_rng(2)
    n = np.array([100, 300, 1000, 3000, 10000, 30000])
    for c, p in ((30.0, 0.05), (40.0, 0.4), *rng.uniform((5, 0.01), (90, 0.3), (3, 2))):
        t = (c + p * n) * (1 + 0.05 * rng.normal(size=n.size))
        lowest = scipy.optimize.least_squares(
            lambda v: (np.exp(v[0]) + np.exp(v[1]) * n - t) / t, np.log((c, p)), xtol=1e-12
        )
        answer.should_be(np.exp(lowest.x), n, t, digits=4)


def losses(at):
    """A mistake: of each run the loss at another place."""

    def mistake(objective, starts, budget):
        runs = [nnlib.gradient_descent(objective, s, nnlib.Armijo(), budget) for s in starts]
        return [run.loss[at(run, budget)] for run in runs]

    return mistake


@check(
    "Every trial is an evaluation, so a budget buys fewer iterations than it has numbers.",
    {
        "That is the loss after as many iterations as the budget has evaluations.": losses(
            lambda run, budget: -1
        ),
        "That iteration has already gone over the budget.": losses(
            lambda run, budget: min(np.sum(run.n_values <= budget), len(run.loss) - 1)
        ),
        "One more iteration keeps within the budget.": losses(
            lambda run, budget: max(np.sum(run.n_values <= budget) - 2, 0)
        ),
        "That is the loss at the start.": losses(lambda run, budget: 0),
        "A budget that is just spent is kept, too.": losses(
            lambda run, budget: max(np.sum(run.n_values < budget) - 1, 0)
        ),
    },
)
def check_3(answer):
    """The same runs by the readable loop."""
    data = nnlib.load_dataset("penguins")
    objective = nnlib.Objective(data.X_train, data.y_train)
    rng = np.random.default_rng(3)
    for budget in (60, 1, 61, 62, *rng.integers(5, 150, 2).tolist()):
        starts = [nnlib.init_parameters(6, seed=int(s)) for s in rng.integers(0, 99, 3)]
        expected = []
        for theta in starts:
            run = nnlib.gradient_descent(objective, theta, nnlib.Armijo(), budget)
            expected.append(run.loss[run.n_values <= budget][-1])
        answer.should_be(expected, objective, starts, budget)
