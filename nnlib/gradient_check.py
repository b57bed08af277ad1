"""Is a function of theta the gradient of another one? Differences, and a Taylor remainder."""

import math
from typing import NamedTuple

import numpy as np

from nnlib import arguments
from nnlib.differences import METHODS, look_around, number_at, numeric_gradient, scale_of


def _gradient_at(gradient, theta):
    callable(gradient) or arguments.refuse("gradient", "be a function of theta", gradient)
    found = arguments.array("gradient(theta)", gradient(theta.copy()))
    if found.shape != theta.shape:
        arguments.refuse("gradient(theta)", f"have shape {theta.shape}", found.shape, ValueError)
    return found


class BlockCheck(NamedTuple):
    """The worst entry of one block of the gradient."""

    name: str  # the entry, such as W1[2, 7]
    analytic: float  # what the gradient says there
    numeric: float  # what the differences say
    relative_error: float  # over the block: largest difference over the largest entry of either
    passed: bool  # whether every entry of the block is within the tolerance
    cause: str  # if not passed, a guess at what is wrong

    def __str__(self):
        verdict, cause = ("ok   ", "") if self.passed else ("WRONG", f": {self.cause}")
        found = f"analytic {self.analytic:+.6e}  numeric {self.numeric:+.6e}"
        return f"{verdict} {self.name:<10} {found}  relative error {self.relative_error:.0e}{cause}"


class GradientCheck(NamedTuple):
    """Outcome of `check_gradient`; ``str()`` of it reads like a diagnosis."""

    method: str
    blocks: dict  # of str to BlockCheck
    passed: bool  # whether every block passed
    max_relative_error: float  # of any block
    worst: BlockCheck  # that failed with the largest relative error, or the largest of all

    def __str__(self):
        first = f"gradient check ({self.method} differences): {['FAILED', 'passed'][self.passed]}"
        return "\n  ".join([first, *map(str, self.blocks.values())])


def check_gradient(value, gradient, theta, method="central", blocks=None):
    """Compare a gradient with differences of the value, block by block: a `GradientCheck`.

    An entry g passes if it is off by at most ``rtol abs(g) + atol`` of the method, for near a
    minimum g is all rounding; atol for a value over theta of order 1, else times that.

    Parameters
    ----------
    value, gradient : callable, functions of theta: a number, and an array of shape (n,)
    theta, method : as in `numeric_gradient`
    blocks : dict of names to slices of theta, or to arrays of positions in it
        ``unpack(np.arange(theta.size))._asdict()`` names every entry of a network's.
    """
    theta = arguments.vector("theta", theta)
    analytic, numeric = _gradient_at(gradient, theta), numeric_gradient(value, theta, method)
    blocks = {"theta": slice(None)} if blocks is None else blocks
    if not isinstance(blocks, dict) or not blocks:  # nothing looked at is nothing passed
        arguments.refuse("blocks", "be a dict of slices or integer arrays", blocks)
    scale, unit, *_, odd = look_around(value, theta)
    with np.errstate(all="ignore"):  # what is not finite fails, and the message says so
        slack = METHODS[method]["rtol"] * abs(analytic) + METHODS[method]["atol"] * unit / scale
        checked = {k: _check_block(k, v, analytic, numeric, slack, odd) for k, v in blocks.items()}
    worst = max(checked.values(), key=lambda block: (not block.passed, block.relative_error))
    largest = max(block.relative_error for block in checked.values())
    return GradientCheck(method, checked, worst.passed, largest, worst)


def _check_block(name, where, analytic, numeric, slack, odd):
    try:
        where = np.arange(analytic.size)[where]
        analytic[where].flat[0]  # there is one
    except (IndexError, TypeError) as error:  # the parts themselves, not their positions
        must = "must be a slice or positions in theta, at least one"
        raise ValueError(f"blocks[{name!r}] {must}: {error}") from None
    g, g_hat = analytic[where], numeric[where]
    error = abs(g - g_hat)
    excess = np.nan_to_num(error - slack[where], nan=np.inf)  # nan fails
    wrong, worst = excess > 0, np.unravel_index(np.argmax(excess), where.shape)
    largest = np.maximum(abs(g), abs(g_hat)).max() or 1.0
    relative = float(np.nan_to_num(error.max() / largest, nan=np.inf, posinf=np.inf))
    odd = f"; but the value has {odd}" * bool(odd)
    cause = _guess_cause(g, g_hat, wrong) + odd if wrong.any() else ""
    entry = f"{name}[{', '.join(str(int(i)) for i in worst)}]"
    return BlockCheck(entry, float(g[worst]), float(g_hat[worst]), relative, not cause, cause)


def _guess_cause(g, g_hat, wrong):
    """What kind of slip makes the analytic g differ from the numeric g_hat like this?"""
    for found, words in (g, "not a number"), (g_hat, "the value is not finite near theta"):
        if not np.isfinite(found).all():
            return words
    if not g[wrong].any():
        return "missing term: the gradient is 0 where the value does change"
    ratios = (g / g_hat)[abs(g_hat) > 1e-3 * abs(g_hat).max()]
    factor = float(np.median(ratios)) if ratios.size else math.nan
    same = wrong.all() and ratios.size and np.ptp(ratios) < 1e-3 * abs(factor)
    if not same or abs(factor - 1) < 1e-3:
        return f"{np.count_nonzero(wrong)} of {wrong.size} entries are wrong: an index or a term"
    if math.isclose(factor, -1, rel_tol=1e-3):
        return "wrong sign"
    large, small = "large: a sum where a mean is meant?", "small: divided once too often?"
    for number, guess in (factor, large), (1 / factor, small):
        if 1.5 < abs(number) < 1e9 and math.isclose(number, round(number), rel_tol=1e-3):
            return f"{round(number)} times too {guess}"
    return f"off by the constant factor {factor:.4g}"


def taylor_order(value, gradient, theta, seed=0):
    """Order of the Taylor remainder along a random unit direction d (drawn with the seed).

    The remainder ``|f(theta + h d) - f(theta) - h g.d|`` (equation ``taylor-remainder`` of chapter
    2) falls like h^2 if g is the gradient, else like h. Returned is the slope of its log against
    log h, h from 1e-3 to 1e-5 (times the size of theta, if large or small); inf if all is rounding.
    """
    theta = arguments.vector("theta", theta)
    rng = np.random.default_rng(arguments.whole_number("seed", seed, at_least=0))
    direction = rng.standard_normal(theta.size)
    h = np.array([0, *np.logspace(-3, -5, 9)])
    with np.errstate(over="ignore", invalid="ignore"):  # refused below
        direction *= scale_of(value, theta) / np.linalg.norm(direction)
        slope = float(_gradient_at(gradient, theta) @ direction)
        found = np.array([number_at(value, theta + step * direction) for step in h])
        remainder = abs(found - found[0] - h * slope)[1:]
        remainder /= max(abs(slope), abs(found).max()) or 1.0
    if not np.isfinite(remainder).all():
        found = found[0].item(), slope, float(abs(theta).max())
        arguments.refuse("theta", "have a finite value and gradient", found, ValueError)
    order = np.polyfit(np.log(h[1:]), np.log(np.maximum(remainder, 1e-300)), 1)[0]
    return float(order) if remainder.max() > 1e-14 else np.inf
