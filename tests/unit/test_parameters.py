"""theta: how many numbers, where each of them stands, and a random start."""

import numpy as np
import pytest

from nnlib import Objective, count_parameters, init_parameters, load_dataset, pack, unpack

OTHER = Objective(np.zeros((4, 5)), [0, 1, 2, 3], n_classes=4)  # five inputs, four classes


def test_counts_views_starts_and_an_impossible_length():
    assert [count_parameters(n_hidden) for n_hidden in (1, 12, 64)] == [9, 75, 387]
    assert count_parameters(7, n_inputs=5, n_classes=4) == 7 * 5 + 7 + 4 * 7 + 4
    assert count_parameters(1, n_inputs=1, n_classes=2) == 1 + 1 + 2 + 2
    for arguments in ((7, OTHER), (7, OTHER, 9), (7, 5, OTHER)):  # what it knows goes first
        assert count_parameters(*arguments) == count_parameters(7, 5, 4)
        np.testing.assert_array_equal(init_parameters(*arguments), init_parameters(7, 5, 4))
    assert unpack(init_parameters(7, OTHER), OTHER).W1.shape == (4, 7)
    assert count_parameters(12, load_dataset("penguins")) == 75
    theta = np.arange(15)
    W0, b0, W1, b1 = unpack(theta)
    assert W0.tolist() == [[0, 1], [2, 3]] and b0.tolist() == [4, 5]
    assert W1.tolist() == [[6, 7], [8, 9], [10, 11]] and b1.tolist() == [12, 13, 14]
    np.testing.assert_array_equal(pack(W0, b0, W1, b1), theta)
    W1[2, 0] = 7
    assert theta[10] == 7 and not np.shares_memory(pack(W0, b0, W1, b1), theta)
    before = init_parameters(12)
    np.random.seed(1)  # has no say
    np.testing.assert_array_equal(before, init_parameters(12, seed=0))
    assert before.size == 75 and not np.array_equal(before, init_parameters(12, seed=4))
    for size, *shape, words in (
        (2, r"6 n_hidden \+ 3 numbers \(n_inputs=2, n_classes=3\), for instance 9 or 15, got"),
        (10, "for instance 9 or 15,"),
        (20, 2, 5, r"8 n_hidden \+ 5 .*inputs=2, n_classes=5.* 13 or 21,"),
    ):
        with pytest.raises(ValueError, match=words):
            unpack(np.zeros(size), *shape)


@pytest.mark.parametrize(("n_inputs", "n_classes"), [(2, 3), (5, 4)])
def test_start_fills_its_range(n_inputs, n_classes):
    parts = unpack(init_parameters(400, n_inputs, n_classes), n_inputs, n_classes)
    for part, fan_in in zip(parts, (n_inputs, n_inputs, 400, 400), strict=True):
        limit = 1 / np.sqrt(fan_in)
        assert np.abs(part).max() <= limit
        assert part.size == n_classes or np.abs(part).max() > 0.95 * limit
        # the mean of m uniform numbers has standard deviation limit / sqrt(3 m)
        assert abs(part.mean()) < 4 * limit / np.sqrt(3 * part.size)
