"""How time grows with the number of points and of hidden units."""

import numpy as np

from benchmarks.contenders import COMPILED, EVERYWHERE
from benchmarks.measure import digits, in_turns, per_iteration, summary
from benchmarks.training import SMALL_STEP, problem

CONTENDERS = ("nnlib readable", COMPILED)
POINTS = (99, 300, 999, 3000, 9999, 30000)  # three arms of equal size
WIDTHS = (12, 64)
HIDDEN = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000)
POINTS_OF_HIDDEN = 300
# A line is fitted to the upper part: below it, what a call of numpy costs anyway hides the slope.
FIT_POINTS_FROM, FIT_HIDDEN_FROM = 3000, 64
ROUNDS, ENTRIES_A_ROUND = 11, 3e6


def times():
    """Time an iteration of constant step at each size.

    Returns
    -------
    against_points, against_hidden, slopes : list of dict
    """
    against_points = _times([(n, width) for width in WIDTHS for n in POINTS], "time against points")
    against_hidden = _times([(POINTS_OF_HIDDEN, h) for h in HIDDEN], "time against hidden units")
    slopes = []
    for name in CONTENDERS:
        for width in WIDTHS:
            fixed = {"contender": name, "n_hidden": width}
            slopes.append(slope(against_points, "n", FIT_POINTS_FROM, fixed))
        fixed = {"contender": name, "n": POINTS_OF_HIDDEN}
        slopes.append(slope(against_hidden, "n_hidden", FIT_HIDDEN_FROM, fixed))
    return against_points, against_hidden, slopes


def _times(sizes, label):
    tasks = {}
    for name in CONTENDERS:
        for n, n_hidden in sizes:
            run = EVERYWHERE[name](*problem(n, n_hidden), SMALL_STEP)
            k = int(np.clip(ENTRIES_A_ROUND / (n * n_hidden), 8, 500))
            tasks[name, n, n_hidden] = lambda run=run, k=k: per_iteration(run, k)
    found = in_turns(tasks, ROUNDS, label)
    return [
        {"contender": name, "n": n, "n_hidden": n_hidden, **summary(t)}
        for (name, n, n_hidden), t in found.items()
    ]


def slope(records, against, lowest, fixed):
    """The exponent of a power law through the medians from `lowest` on."""
    upper = [
        record
        for record in records
        if record[against] >= lowest and fixed.items() <= record.items()
    ]
    sizes = [record[against] for record in upper]
    medians = [record["microseconds_per_iteration"] for record in upper]
    exponent = np.polyfit(np.log(sizes), np.log(medians), 1)[0]
    return {
        "against": against, **fixed,
        "from": min(sizes), "to": max(sizes), "slope": digits(exponent),
    }  # fmt: skip
