"""Is a gradient right? Finite differences, the complex step, and the order of a Taylor remainder.

These look at a function of a vector and at a second function that claims to be its gradient.
They know no network.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from nnlib import arguments

# The step h of each method where truncation and rounding balance, for entries of size 1 (the
# complex step subtracts nothing, so that it has no such balance), and what an entry of a right
# gradient g may be off by: rtol |g| + atol max(1, |f|).
METHODS = {
    "forward": dict(h=np.finfo(float).eps ** (1 / 2), rtol=1e-5, atol=1e-6),
    "central": dict(h=np.finfo(float).eps ** (1 / 3), rtol=1e-6, atol=1e-10),
    "complex": dict(h=1e-20, rtol=1e-12, atol=1e-14),
}


def numeric_gradient(value, theta, method="central", h=None):
    """Gradient by differences, one entry of theta at a time, shape (n,).

    Costs 2 n evaluations, n with the complex step. Equation ``differences`` of chapter 2; Nocedal
    and Wright (2006), section 8.1; complex step: Squire and Trapp (1998).

    Parameters
    ----------
    value : callable
        ``value(theta)``, a number; for ``method="complex"`` it must take a complex theta.
    theta : array_like, shape (n,)
    method : {"forward", "central", "complex"}
    h : float, optional
        The step, > 0. By default one that suits the method, times max(1, abs(theta[i])).
    """
    theta = arguments.vector("theta", theta)
    steps = METHODS[arguments.one_of("method", method, METHODS)]["h"] * np.maximum(1, abs(theta))
    if h is not None:
        steps = np.full(theta.size, arguments.real_number("h", h, above=0))
    if method == "complex":
        return np.array([_imaginary(value, theta, i, step) for i, step in enumerate(steps)])
    back = 0.0 if method == "forward" else -1.0
    return np.array([_slope(value, theta, i, back * step, step) for i, step in enumerate(steps)])


def _slope(value, theta, i, back, ahead):
    """(f(ahead) - f(back)) over the distance between the two, as rounding left it."""
    with np.errstate(over="ignore"):
        left, right = _moved(theta, i, back), _moved(theta, i, ahead)
        width = float(right[i] - left[i])
    if not 0 < width < np.inf:
        size = "small" if width == 0 else "large"
        raise ValueError(f"h = {ahead:g} is too {size} for theta[{i}] = {theta[i]:g}")
    return (_number(value, right) - _number(value, left)) / width


def _imaginary(value, theta, i, h):
    found = _answer("value", value, _moved(theta, i, 1j * h))
    if np.ndim(found) or not np.iscomplexobj(found):
        raise TypeError(
            f"value must be complex for a complex theta, got {arguments.shown(found)}: does it "
            'use abs(), max() or float() on the way? method="central" needs real numbers only'
        )
    return complex(found).imag / h


def _moved(theta, i, h):
    moved = theta.astype(np.result_type(theta, h))  # a copy
    moved[i] += h
    return moved


def _answer(name, function, theta):
    if not callable(function):  # objective.value(theta) where objective.value is meant
        found = arguments.shown(function)
        raise TypeError(f"{name} must be a function of theta, got {found}; write it without (...)")
    return function(theta)


def _number(value, theta):
    return arguments.scalar("value(theta)", _answer("value", value, theta))


def _gradient_at(gradient, theta):
    found = arguments.array("gradient(theta)", _answer("gradient", gradient, theta.copy()))
    if found.shape != theta.shape:
        raise ValueError(f"gradient(theta) must have shape {theta.shape}, got {found.shape}")
    return found


@dataclass(frozen=True)
class BlockCheck:
    """The worst entry of one block of the gradient."""

    name: str  # the entry, such as W1[2, 7]
    analytic: float  # what the gradient says there
    numeric: float  # what the differences say
    relative_error: float  # over the block: largest difference over the largest entry of either
    passed: bool  # whether every entry of the block is within the tolerance
    cause: str  # if not passed, a guess at what is wrong

    def __str__(self):
        return (
            f"{'ok   ' if self.passed else 'WRONG'} {self.name:<10} analytic {self.analytic:+.6e}  "
            f"numeric {self.numeric:+.6e}  relative error {self.relative_error:.0e}"
            + ("" if self.passed else f": {self.cause}")
        )


@dataclass(frozen=True)
class GradientCheck:
    """Outcome of `check_gradient`; ``str()`` of it reads like a diagnosis."""

    method: str
    blocks: dict  # of str to BlockCheck

    @property
    def passed(self):
        """Whether every block passed."""
        return all(block.passed for block in self.blocks.values())

    @property
    def max_relative_error(self):
        """The largest relative error of any block."""
        return max(block.relative_error for block in self.blocks.values())

    @property
    def worst(self):
        """The BlockCheck that failed with the largest relative error, or the largest of all."""
        return max(self.blocks.values(), key=lambda block: (not block.passed, block.relative_error))

    def __str__(self):
        verdict = "passed" if self.passed else "FAILED"
        first = f"gradient check ({self.method} differences): {verdict}"
        return "\n  ".join([first, *map(str, self.blocks.values())])


def check_gradient(value, gradient, theta, method="central", blocks=None):
    """Compare a gradient with differences of the value, block by block: a `GradientCheck`.

    An entry g passes if it differs by at most ``rtol abs(g) + atol max(1, abs(value))`` of the
    method (`METHODS`). A relative error alone would mislead near a minimum: there g is rounding.

    Parameters
    ----------
    value, gradient : callable
        Functions of theta: a number, and an array of shape (n,).
    theta : array_like, shape (n,)
    method : {"forward", "central", "complex"}
    blocks : dict, optional
        Name to a slice of theta, or to an integer array of positions in theta, whose shape then
        gives the indices: ``unpack(np.arange(theta.size))._asdict()`` names all of a network's.

    Examples
    --------
    >>> check = check_gradient(lambda t: t @ t, lambda t: -2 * t, [1.0, 2.0])
    >>> check.passed, check.worst.cause
    (False, 'wrong sign')
    """
    theta = arguments.vector("theta", theta)
    analytic, numeric = _gradient_at(gradient, theta), numeric_gradient(value, theta, method)
    blocks = {"theta": slice(None)} if blocks is None else blocks
    if not isinstance(blocks, Mapping) or not blocks:  # nothing looked at is nothing passed
        allowed = "a dict with a slice or an integer array for each name"
        raise TypeError(f"blocks must be {allowed}, got {arguments.shown(blocks)}")
    rtol, atol = METHODS[method]["rtol"], METHODS[method]["atol"]
    tolerance = rtol * abs(analytic) + atol * max(1.0, abs(_number(value, theta.copy())))
    with np.errstate(all="ignore"):  # what is not finite fails, and the message says so
        checked = {
            name: _check_block(name, where, analytic, numeric, tolerance)
            for name, where in blocks.items()
        }
    return GradientCheck(method, checked)


def _check_block(name, where, analytic, numeric, tolerance):
    try:
        where = np.arange(analytic.size)[where]
    except (IndexError, TypeError) as error:  # the parts themselves, not their positions
        must = "must be a slice or positions in theta"
        raise ValueError(f"blocks[{name!r}] {must}: {error}") from None
    if where.size == 0:
        raise ValueError(f"blocks must hold entries of theta, got none in blocks[{name!r}]")
    g, g_hat = analytic[where], numeric[where]
    error = abs(g - g_hat)
    excess = error - tolerance[where]
    wrong = ~(excess <= 0)  # nan fails, as where both are infinite
    worst = np.unravel_index(np.argmax(np.nan_to_num(excess, nan=np.inf)), where.shape)
    largest = np.maximum(abs(g), abs(g_hat)).max()
    relative = float(error.max() / largest) if largest else 0.0
    return BlockCheck(
        name=f"{name}[{', '.join(str(int(i)) for i in worst)}]",
        analytic=float(g[worst]),
        numeric=float(g_hat[worst]),
        relative_error=relative if relative >= 0 else np.inf,  # nan is as wrong as can be
        passed=not wrong.any(),
        cause=_guess_cause(g, g_hat, wrong) if wrong.any() else "",
    )


def _guess_cause(g, g_hat, wrong):
    """What kind of slip makes the analytic g differ from the numeric g_hat like this?"""
    if not np.isfinite(g).all():
        return "not a number"
    if not np.isfinite(g_hat).all():
        return "the value is not finite near theta"
    if not g[wrong].any():
        return "missing term: the gradient is 0 where the value does change"
    ratios = (g / g_hat)[abs(g_hat) > 1e-3 * abs(g_hat).max()]
    if wrong.all() and ratios.size and np.ptp(ratios) < 1e-3 * abs(np.median(ratios)):
        return _guess_factor(float(np.median(ratios)))
    return f"{np.count_nonzero(wrong)} of {wrong.size} entries are wrong: an index or a term"


def _guess_factor(factor):
    if math.isclose(factor, -1, rel_tol=1e-3):
        return "wrong sign"
    for number, guess in (
        (factor, "too large: a sum where a mean is meant?"),
        (1 / factor, "too small: divided once too often?"),
    ):
        if 1.5 < abs(number) < 1e9 and math.isclose(number, round(number), rel_tol=1e-3):
            return f"{round(number)} times {guess}"
    return f"off by the constant factor {factor:.4g}"


def taylor_order(value, gradient, theta, seed=0):
    """Order of the Taylor remainder along a random unit direction d (drawn with the seed).

    The remainder ``|f(theta + h d) - f(theta) - h g.d|`` falls like h^2 if g is the gradient, and
    like h if it is not (equation ``taylor-remainder`` of chapter 2). Returned is the slope of its
    logarithm against log h for h from 1e-3 to 1e-5, a float: 2 for a right gradient, 1 for a wrong
    one; inf if the remainder is rounding only (a linear function).
    """
    theta = arguments.vector("theta", theta)
    rng = np.random.default_rng(arguments.whole_number("seed", seed, at_least=0))
    direction = rng.standard_normal(theta.size)
    direction /= np.linalg.norm(direction)
    h = np.logspace(-3, -5, 9)
    with np.errstate(over="ignore", invalid="ignore"):  # refused below
        start = _number(value, theta.copy())
        slope = float(_gradient_at(gradient, theta) @ direction)
        ahead = np.array([_number(value, theta + step * direction) for step in h])
        remainder = abs(ahead - start - h * slope)
    if not np.isfinite(remainder).all() or (theta + h[-1] * direction == theta).any():
        found = f"value {start!r}, slope {slope!r}, an entry of {abs(theta).max():g}"
        must = "value and gradient must be finite near theta, and theta notice steps of 1e-5"
        raise ValueError(f"{must}; got {found}")
    if remainder.max() <= 1e-14 * max(1.0, abs(start)):
        return np.inf
    return float(np.polyfit(np.log(h), np.log(np.maximum(remainder, 1e-300)), 1)[0])
