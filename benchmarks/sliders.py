"""From a moved slider to its picture, in the process of the kernel, for every live figure.

What is not in it: the way from the browser to the kernel and back.
"""

import gc
import math
import statistics
import time

import ipywidgets
import numpy as np

from benchmarks.measure import digits, progress
from nnlib import sliders

MOVES = 30


def measure():
    """Move the controls of every live figure.

    Returns
    -------
    list of dict
    """
    gc.collect()
    gc.freeze()  # in a kernel there are no objects of JAX and PyTorch to look through
    table = []
    for name in names():
        progress(f"slider latency: round 0 of {name}")
        table.append({"figure": name, **latency(getattr(sliders, name)(), MOVES)})
        ipywidgets.Widget.close_all()
    return table


def names():
    """The calls of `nnlib.sliders` that make a live figure."""
    return sorted(set(sliders.__all__) - {"LiveFigure", "add_noise"})


def latency(figure, n_moves, seed=0):
    """Make so many random moves, one control at a time.

    Returns
    -------
    dict
        Milliseconds until the first picture of a move, and until the last, which is another one
        where a long training is shown before it has ended.
    """
    rng = np.random.default_rng(seed)
    moves = [move(figure, rng) for _ in range(n_moves)]
    firsts, finals = ([1000 * times[i] for times, _ in moves] for i in (0, -1))
    return {
        "n_moves": n_moves,
        "first_picture_median_milliseconds": digits(statistics.median(firsts)),
        "first_picture_worst_milliseconds": digits(max(firsts)),
        "final_picture_median_milliseconds": digits(statistics.median(finals)),
        "final_picture_worst_milliseconds": digits(max(finals)),
        "picture_median_kilobytes": digits(statistics.median(size for _, size in moves) / 1000),
    }


def move(figure, rng):
    """Give one control a new value.

    Returns
    -------
    times : list of float
        Seconds from the move until the bytes of each new picture were there.
    size : int
        Of the last picture, in bytes.
    """
    control = figure.controls[rng.choice(list(figure.controls))]
    value = another_value(control, rng)
    times = []

    def note(change):
        times.append(time.perf_counter() - begin)

    figure.image.observe(note, names="value")
    begin = time.perf_counter()
    control.value = value
    end = time.perf_counter()
    figure.image.unobserve(note, names="value")
    return times or [end - begin], len(figure.image.value)  # some moves give the same picture


def another_value(control, rng):
    """A value that the control can be moved to, other than the present one."""
    for _ in range(100):
        value = _any_value(control, rng)
        if value != control.value:
            return value
    raise ValueError(f"{control!r} has no other value than {control.value!r}")


def _any_value(control, rng):
    if isinstance(control, (ipywidgets.Dropdown, ipywidgets.SelectionSlider)):
        option = rng.choice(len(control.options))
        option = control.options[option]
        return option[1] if isinstance(option, tuple) else option  # some are (label, value)
    if isinstance(control, ipywidgets.Checkbox):
        return not control.value
    n_steps = math.floor((control.max - control.min) / control.step + 1e-9)
    place = control.min + control.step * int(rng.integers(n_steps + 1))
    return control.base**place if isinstance(control, ipywidgets.FloatLogSlider) else place
