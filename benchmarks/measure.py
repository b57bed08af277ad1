"""Times of several tasks, taken in turns, so that a busy minute of the machine slows them all."""

import gc
import sys
import time

import numpy as np


def seconds(call, *arguments):
    """How long a call takes."""
    begin = time.perf_counter()
    call(*arguments)
    return time.perf_counter() - begin


def per_iteration(run, n_iterations):
    """Microseconds that one more iteration costs: a long run less a short one.

    What a run costs once (checks of the data, a compiled function's call) is in both.
    """
    short, long = seconds(run, 1), seconds(run, 1 + n_iterations)
    return 1e6 * (long - short) / n_iterations


def in_turns(tasks, rounds, label):
    """Call each task once in every round, after one round of warm-up.

    Parameters
    ----------
    tasks : dict of str to callable
        A task measures itself: it returns a number, or a tuple of numbers.
    rounds : int
    label : str
        For the progress line.

    Returns
    -------
    dict of str to ndarray, shape (rounds,) or (rounds, numbers)
    """
    found = {name: [] for name in tasks}
    for k in range(rounds + 1):
        progress(f"{label}: round {k} of {rounds}")
        gc.collect()
        gc.disable()  # as timeit does: whose turn it falls into is chance
        try:
            measured = {name: task() for name, task in tasks.items()}
        finally:
            gc.enable()
        if k:
            for name, number in measured.items():
                found[name].append(number)
    return {name: np.array(numbers) for name, numbers in found.items()}


def summary(times, name="microseconds_per_iteration"):
    """Median and quartiles, three digits each, as entries of a record."""
    low, median, high = np.percentile(times, [25, 50, 75])
    return {name: digits(median), "lower_quartile": digits(low), "upper_quartile": digits(high)}


def digits(number, n=3):
    """The number with n significant digits: more would be noise in the file."""
    return float(f"{number:.{n}g}")


def progress(text):
    """One line that is written over, if somebody watches."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
    elif "round 0 " in text:
        print(text, file=sys.stderr, flush=True)
