"""How time and memory grow with the number of points and of hidden units."""

import tracemalloc

import numpy as np

import nnlib
from benchmarks.contenders import nnlib_public
from benchmarks.measure import digits, in_turns, per_iteration, summary
from benchmarks.training import SMALL_STEP, problem

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
    slopes = [
        {
            "against": "n",
            "n_hidden": width,
            **_slope([r for r in against_points if r["n_hidden"] == width], "n", FIT_POINTS_FROM),
        }
        for width in WIDTHS
    ]
    fitted = _slope(against_hidden, "n_hidden", FIT_HIDDEN_FROM)
    slopes.append({"against": "n_hidden", "n": POINTS_OF_HIDDEN, **fitted})
    return against_points, against_hidden, slopes


def _times(sizes, label):
    tasks = {}
    for n, n_hidden in sizes:
        run = nnlib_public(*problem(n, n_hidden), SMALL_STEP)
        n_iterations = int(np.clip(ENTRIES_A_ROUND / (n * n_hidden), 8, 500))
        tasks[n, n_hidden] = lambda run=run, k=n_iterations: per_iteration(run, k)
    found = in_turns(tasks, ROUNDS, label)
    return [{"n": n, "n_hidden": h, **summary(t)} for (n, h), t in found.items()]


def _slope(records, name, lowest):
    """The exponent of a power law through the medians from `lowest` on."""
    upper = [record for record in records if record[name] >= lowest]
    sizes = [record[name] for record in upper]
    medians = [record["microseconds_per_iteration"] for record in upper]
    slope = np.polyfit(np.log(sizes), np.log(medians), 1)[0]
    return {"from": min(sizes), "to": max(sizes), "slope": digits(slope)}


def memory():
    """Peak memory at each size of the times.

    Returns
    -------
    list of dict
    """
    sizes = [(n, width) for width in WIDTHS for n in POINTS]
    sizes += [(POINTS_OF_HIDDEN, h) for h in HIDDEN if h not in WIDTHS]
    return [{"n": n, "n_hidden": h, **peak_memory(n, h)} for n, h in sizes]


def peak_memory(n, n_hidden):
    """The most memory that nnlib holds at a time, beside the data and theta.

    Parameters
    ----------
    n, n_hidden : int

    Returns
    -------
    dict
        ``forward_bytes``, during a forward pass; ``kept_for_backward_bytes``, after it;
        ``value_and_gradient_bytes``, during both passes. As numpy reports to tracemalloc.
    """
    X, y, theta = problem(n, n_hidden)
    objective = nnlib.Objective(X, y)
    objective.value_and_gradient(theta)  # what is made once is not of interest
    forward, kept = _peak(objective.forward, theta)
    both, _ = _peak(objective.value_and_gradient, theta)
    return {
        "forward_bytes": forward,
        "kept_for_backward_bytes": kept,
        "value_and_gradient_bytes": both,
    }


def _peak(call, theta):
    """Highest memory during a call, and what its result keeps, in bytes."""
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        result = call(theta)
        after, peak = tracemalloc.get_traced_memory()
        del result
    finally:
        tracemalloc.stop()
    return peak - before, after - before
