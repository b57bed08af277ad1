"""Checks of chapter 4."""

from itertools import product

import numpy as np
from scipy.optimize import linear_sum_assignment

from nnlib.exercises.formulas import words_of
from nnlib.exercises.verdict import Wrong, check


@check(**words_of("testing", 1))
def check_1(answer):
    """The first n, found by halving, for which the difference is large enough."""
    rng = np.random.default_rng(1)
    for p, q in ((0.311, 0.3), (0.75, 0.25), (0.95, 0.968), *rng.uniform(0.05, 0.95, (6, 2))):
        variances, low, high = p * (1 - p) + q * (1 - q), 0, 10**9
        while high - low > 1:
            n = (low + high) // 2
            enough = abs(p - q) >= 2 * np.sqrt(variances / n)
            low, high = (low, n) if enough else (n, high)
        answer.should_be(high, float(p), float(q))


def best_order(confusion):
    return confusion[linear_sum_assignment(confusion, maximize=True)].sum()


def greedy(confusion):
    free, right = list(range(len(confusion))), 0
    for row in confusion:
        free.remove(best := max(free, key=lambda k: row[k]))
        right += row[best]
    return right


def share(count):
    """A mistake: the accuracy for another count of right points."""
    return lambda confusion: count(np.asarray(confusion)) / np.sum(confusion)


@check(
    "Each row is given to one class, and no class to two rows; the best of all orders counts.",
    {
        "Two rows may take the same class there: an order gives each class once.": share(
            lambda c: c.max(axis=1).sum()
        ),
        "Two classes may take the same row there: an order gives each row once.": share(
            lambda c: c.max(axis=0).sum()
        ),
        "That is the accuracy without any relabelling.": share(np.trace),
        "Row after row taking its largest free class is not always the best order.": share(greedy),
        "Divide by the number of points, not of classes.": lambda c: best_order(c) / len(c),
        "That is a count; an accuracy is a share.": best_order,
    },
)
def check_2(answer):
    """The best assignment of rows to classes, by an algorithm of its own."""
    rng = np.random.default_rng(2)
    good = np.array([[28, 1, 1], [0, 30, 0], [2, 0, 28]])
    answer.should_be(best_order(good) / 90, good[[1, 0, 2]])
    for n_classes in (3, 3, 3, 4, 2, 5):
        confusion = rng.integers(0, 40, (n_classes, n_classes))
        answer.should_be(best_order(confusion) / confusion.sum(), confusion)
    circle = np.array([[5, 10, 0], [0, 5, 10], [10, 0, 5]])  # no swap of two rows is better
    answer.should_be(best_order(circle) / circle.sum(), circle)
    rivals = np.array([[20, 18, 0], [19, 1, 1], [17, 2, 0]])  # all rows want the first class
    answer.should_be(best_order(rivals) / rivals.sum(), rivals)


@check("It refuses what it does not understand, and a wrong grade never comes out in silence.")
def check_3(answer):
    """Labels of several kinds that are right, then of those that must be refused."""
    rng = np.random.default_rng(3)
    for n, n_classes, kind in ((5, 4, "int64"), (9, 2, "int32"), (6, 3, "uint8")):
        y_hat, y = rng.dirichlet(np.ones(n_classes), n), rng.integers(0, n_classes, n)
        right = sum(int(row.argmax() == k) for row, k in zip(y_hat, y)) / n
        try:
            answer.should_be(right, y_hat, y.astype(kind))
        except Wrong as wrong:
            if "ValueError" not in str(wrong):
                raise
            raise Wrong(f"Labels of the type {kind} are integers, too, and were refused.") from None
    wrong_labels = {
        "one-hot labels, a row for each point": np.eye(3, dtype=int)[y],
        "labels that are floating-point numbers": y.astype(float),
        "fewer labels than points": y[:5],
        "more labels than points": np.append(y, 0),
        "a single label": np.array(0),
        "labels in a column": y[:, None],
        "labels in a row of a matrix": y[None],
        "True and False": y > 0,
    }
    for words, labels in wrong_labels.items():
        try:
            instead = f"; it returned {answer.function(y_hat.copy(), labels.copy())}"
        except ValueError:
            continue
        except Exception as error:
            instead = f" with a ValueError; it stopped by {type(error).__name__}"
        raise Wrong(f"It must refuse {words}{instead}.")


def falls(far):
    """The share of the ways in which m coins fall that count as at least as far from even as k."""
    return lambda k, m: np.mean([far(sum(ways), k, m) for ways in product((0, 1), repeat=m)])


@check(
    "All 2^m ways are equally likely, and those at least as uneven count on both sides.",
    {
        "That is one side; the other method might have been ahead as well.": falls(
            lambda n, k, m: n >= k if k >= m / 2 else n <= k
        ),
        "The case itself counts, too: at least as uneven.": falls(
            lambda n, k, m: abs(n - m / 2) > abs(k - m / 2)
        ),
        "That is the probability of this very count.": falls(lambda n, k, m: n == k),
        "A probability is at most 1: in the middle both sides are the same.": falls(
            lambda n, k, m: 2 * (n <= min(k, m - k))
        ),
        "That is the share of the points, not a probability of chance.": lambda k, m: k / max(m, 1),
    },
)
def check_4(answer):
    """Every way in which the coins can fall."""
    cases = (0, 3), (3, 5), (2, 4), (6, 6), (4, 13), (0, 1), (9, 12), (1, 11)
    expected = falls(lambda n, k, m: abs(n - m / 2) >= abs(k - m / 2))
    for k, m in cases:
        answer.should_be(expected(k, m), k, m)
