"""A line drawn before a run, held against the run: how far off it was, and where.

The page's `score.js` is the same in JavaScript, with the same words; a test holds the two equal.
Lines and losses are compared on the logarithmic axis on which they are drawn.
"""

from typing import NamedTuple

import numpy as np

from nnlib.exercises import table

WORDS = table("words")["drawn_curve"]


class Score(NamedTuple):
    """How a drawn line and a computed loss compare."""

    at: tuple  # places on the horizontal axis
    drawn: tuple  # the drawn loss there
    computed: tuple  # the computed one
    factor: float  # by which the line is off on average, >= 1
    end: float  # drawn over computed loss at the last place
    line_halves: float | None  # where it has halved the loss at the start, None if it does not
    curve_halves: float | None

    @property
    def far(self):
        """Whether the line was far off."""
        return self.factor > WORDS["far"]

    def sentence(self, unit="iterations", name="Armijo"):
        """The score in words."""
        end, near = max(self.end, 1 / self.end), WORDS["near"]
        side = "right" if end <= near else "high" if self.end > 1 else "low"
        halves = ["neither", "curve_never"], ["line_never", "halves"]
        halved = halves[self.curve_halves is not None][self.line_halves is not None]
        gaps = {"name": name, "unit": unit, "near": near, "last": _whole(self.at[-1])}
        gaps |= {"factor": _factor(self.factor), "end": _factor(end)}
        gaps |= {"line": _whole(self.line_halves), "curve": _whole(self.curve_halves)}
        parts = WORDS["average"], WORDS[f"end_{side}"], WORDS[halved]
        return "; ".join(parts).format(**gaps) + "."


def score(line, loss, cost, last):
    """Hold a drawn line against the losses of a run.

    ``line`` has the drawn points (place, loss) from left to right, joined by straight lines on the
    logarithmic axis; ``loss`` the losses of the run and ``cost`` what each had cost, in iterations
    or evaluations; ``last`` is the right edge of the picture. Returns a `Score`.
    """
    x, y = np.array(line, dtype=float).T
    y = np.log10(y)
    known = np.isfinite(loss)
    loss, cost = np.maximum(np.asarray(loss)[known], WORDS["floor"]), np.asarray(cost)[known]
    at = np.arange(1, WORDS["grid"] + 1) * last / WORDS["grid"]
    drawn = np.interp(at, x, y)
    computed = loss[np.searchsorted(cost, at, "right") - 1]  # the last loss known by then
    off = drawn - np.log10(computed)
    half = loss[0] / 2
    found = np.flatnonzero((loss <= half) & (cost <= last))
    return Score(
        tuple(at.tolist()), tuple((10.0**drawn).tolist()), tuple(computed.tolist()),
        float(10 ** np.mean(abs(off))), float(10 ** off[-1]),
        _first_below(x, y, np.log10(half)), float(cost[found[0]]) if found.size else None,
    )  # fmt: skip


def _first_below(x, y, level):
    """Where a line first comes down to a level; None if it never does."""
    below = np.flatnonzero(y <= level)
    if not below.size:
        return None
    there = slice(max(below[0] - 1, 0), below[0] + 1)
    return float(np.interp(-level, -y[there], x[there]))


def _factor(x):
    return f"{x:.1f}" if x < 10 else _whole(x)


def _whole(x):
    return None if x is None else f"{np.floor(x + 0.5):.0f}"
