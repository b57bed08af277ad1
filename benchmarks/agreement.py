"""Do all contenders find the same? The speed of one that does not would say nothing."""

import math

import numpy as np


def refuse_unless_equal(runs, n_iterations=20, tolerance=1e-8):
    """Check that all runs come to the same parameters and losses as the first of them.

    Parameters
    ----------
    runs : dict of str to callable
    n_iterations : int
    tolerance : float
        Of the largest difference, relative to the largest number.

    Returns
    -------
    dict of str to float
        The differences found.

    Raises
    ------
    ValueError
        If one of them does something else.
    """
    results = {name: run(n_iterations) for name, run in runs.items()}
    first, expected = next(iter(results.items()))
    found = {name: max(map(_difference, result, expected)) for name, result in results.items()}
    for name, difference in found.items():
        if not difference <= tolerance:  # nan is refused too
            raise ValueError(
                f"{name} and {first} must agree within {tolerance:g} after {n_iterations} "
                f"iterations, got a relative difference of {difference:.2g}"
            )
    return found


def _difference(theirs, ours):
    theirs, ours = np.asarray(theirs), np.asarray(ours)
    if theirs.shape != ours.shape:
        return math.inf
    return float(abs(theirs - ours).max() / abs(ours).max())
