"""Checks of chapter 1."""

import numpy as np

import nnlib
from nnlib.exercises.formulas import words_of
from nnlib.exercises.verdict import check


@check(**words_of("counting_parameters", 1))
def check_1(answer):
    """The largest network that fits, found by counting."""
    units = range(1, 400)
    for budget in (75, 2, 8, 9, 14, 15, *np.random.default_rng(1).integers(0, 2000, 8)):
        fitting = (n for n in units if nnlib.count_parameters(n) <= budget)
        answer.should_be(max(fitting, default=0), int(budget))


@check(**words_of("counting_parameters", 2))
def check_2(answer):
    """The places of the numbers 0, 1, 2, … once they are unpacked."""
    rng = np.random.default_rng(2)
    for n_hidden in (12, 1, 64, *rng.integers(2, 50, 5)):
        i, j, k = (int(rng.integers(most)) for most in (n_hidden, 2, 3))
        places = nnlib.unpack(np.arange(6 * n_hidden + 3))
        expected = [places.W0[i, j], places.b1[k]]
        answer.should_be(expected, int(n_hidden), i, j, k)


@check(**words_of("counting_parameters", 3))
def check_3(answer):
    """The entries of the arrays that such a network has."""
    for case in ((2, 12, 12, 3), (2, 1, 1, 2), *np.random.default_rng(3).integers(1, 30, (6, 4))):
        sizes = [int(size) for size in case]
        layers = [np.zeros((m, n + 1)) for n, m in zip(sizes, sizes[1:])]  # weights and bias
        answer.should_be(sum(layer.size for layer in layers), *sizes)
