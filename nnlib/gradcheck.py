"""Is a gradient right? Finite differences, the complex step, and the order of a Taylor remainder.

These look at a function of a vector and at a second function that claims to be its gradient.
They know no network.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from nnlib import checks

# The step h of each method where truncation and rounding balance, for entries of size 1 (the
# complex step subtracts nothing, so that it has no such balance), and what an entry of a right
# gradient g may be off by: rtol |g| + atol max(1, |f|).
METHODS = {
    "forward": dict(h=np.finfo(float).eps ** (1 / 2), rtol=1e-5, atol=1e-6),
    "central": dict(h=np.finfo(float).eps ** (1 / 3), rtol=1e-6, atol=1e-10),
    "complex": dict(h=1e-20, rtol=1e-12, atol=1e-14),
}


def numeric_gradient(value, theta, method="central", h=None):
    """Gradient by differences, one entry of theta at a time.

    Parameters
    ----------
    value : callable
        ``value(theta)``, a number; for ``method="complex"`` it must take a complex theta.
    theta : array_like, shape (n,)
    method : {"forward", "central", "complex"}
    h : float, optional
        The step, > 0. By default one that suits the method, times max(1, abs(theta[i])).

    Returns
    -------
    ndarray, shape (n,)

    Raises
    ------
    TypeError, ValueError
        If an argument is out of range, or h too small or too large to move theta by it, or
        value(theta) is not a number, or if it is real for a complex theta (somewhere it drops the
        imaginary part).

    Notes
    -----
    Costs n + 1, 2 n or n evaluations. Nocedal and Wright (2006), section 8.1; complex step:
    Squire and Trapp (1998).
    """
    theta = checks.vector("theta", theta)
    _check_function("value", value)
    if not isinstance(method, str) or method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}, got {checks.shown(method)}")
    steps = METHODS[method]["h"] * np.maximum(1, abs(theta))
    if h is not None:
        steps = np.full(theta.size, checks.real_number("h", h, above=0))
    derivative = {"forward": _forward, "central": _central, "complex": _complex}[method]
    return np.array([derivative(value, theta, i, steps[i]) for i in range(theta.size)])


def _check_function(name, function):
    if not callable(function):
        raise TypeError(f"{name} must be a function of theta, got {checks.shown(function)}")


def _moved(theta, i, h):
    moved = theta.astype(complex) if isinstance(h, complex) else theta.copy()
    moved[i] += h
    return moved


def _forward(value, theta, i, h):
    ahead, width = _apart(theta, i, 0.0, h)
    return (_number(value, ahead) - _number(value, theta)) / width


def _central(value, theta, i, h):
    ahead, width = _apart(theta, i, -h, h)
    return (_number(value, ahead) - _number(value, _moved(theta, i, -h))) / width


def _apart(theta, i, back, h):
    """The point at h, and its distance in entry i from the one at `back`, as rounding left it."""
    with np.errstate(over="ignore"):
        ahead, behind = _moved(theta, i, h), _moved(theta, i, back)
        width = float(ahead[i] - behind[i])
    if not 0 < width < np.inf:
        size = "small" if width == 0 else "large"
        raise ValueError(f"h = {h:g} is too {size} for theta[{i}] = {theta[i]:g}")
    return ahead, width


def _complex(value, theta, i, h):
    found = value(_moved(theta, i, 1j * h))
    if isinstance(found, (str, list, tuple)) or not np.iscomplexobj(found) or np.ndim(found):
        raise TypeError(
            f"value must be complex for a complex theta, got {checks.shown(found)}: does it use "
            'abs(), max() or float() on the way? method="central" needs real numbers only'
        )
    return complex(found).imag / float(h)


def _number(value, theta):
    """value(theta) as a float; theta is copied, for the function might change it."""
    return checks.scalar("value(theta)", value(theta.copy()))


def _gradient_at(gradient, theta):
    """gradient(theta) as an array of theta's shape, finite or not, else raise."""
    _check_function("gradient", gradient)
    found = gradient(theta.copy())
    if np.iscomplexobj(checks.any_array("gradient(theta)", found)):
        raise TypeError(f"gradient(theta) must be real, got {checks.shown(found)}")
    found = checks.real_array("gradient(theta)", found)
    if found.shape != theta.shape:
        raise ValueError(
            f"gradient(theta) must have theta's shape {theta.shape}, got {found.shape}"
        )
    return found


@dataclass(frozen=True)
class BlockCheck:
    """The worst entry of one block of the gradient.

    Attributes
    ----------
    name : str
        The entry, such as ``W1[2, 7]``.
    analytic, numeric : float
        What the gradient says there, and what the differences say.
    relative_error : float
        Over the block: largest difference over the largest entry of either; 0 if both vanish,
        inf if an entry is not finite.
    passed : bool
        Whether every entry of the block is within the tolerance.
    cause : str
        If not passed, a guess at what is wrong.
    """

    name: str
    analytic: float
    numeric: float
    relative_error: float
    passed: bool
    cause: str

    @property
    def ratio(self):
        """analytic / numeric; nan for 0/0."""
        with np.errstate(all="ignore"):
            return float(np.divide(self.analytic, self.numeric))

    def __str__(self):
        line = (
            f"{'ok   ' if self.passed else 'WRONG'} {self.name:<10} analytic {self.analytic:+.6e}  "
            f"numeric {self.numeric:+.6e}  relative error {self.relative_error:.0e}"
        )
        return line if self.passed else f"{line}  ratio {self.ratio:.3g}: {self.cause}"


@dataclass(frozen=True)
class GradientCheck:
    """Outcome of `check_gradient`; ``str()`` of it reads like a diagnosis.

    Attributes
    ----------
    method : str
    blocks : dict of str to BlockCheck
    """

    method: str
    blocks: dict

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
        return "\n".join(
            [f"gradient check ({self.method} differences): {verdict}"]
            + [f"  {block}" for block in self.blocks.values()]
        )


def check_gradient(value, gradient, theta, method="central", blocks=None):
    """Compare a gradient with differences of the value, block by block.

    An entry g passes if it differs by at most ``rtol abs(g) + atol max(1, abs(value))``; the two
    tolerances are those of the method (`METHODS`). A relative error alone would mislead near a
    minimum, where g is all rounding.

    Parameters
    ----------
    value, gradient : callable
        Functions of theta: a number, and an array of shape (n,).
    theta : array_like, shape (n,)
    method : {"forward", "central", "complex"}
    blocks : mapping, optional
        Name to a slice of theta, or to an integer array of positions in theta, whose shape then
        gives the indices: ``unpack(np.arange(theta.size))._asdict()`` names all of a network's.

    Returns
    -------
    GradientCheck

    Raises
    ------
    TypeError, ValueError
        If the gradient has another shape than theta, or a block no position in it, or as in
        `numeric_gradient`.

    Examples
    --------
    >>> check = check_gradient(lambda t: t @ t, lambda t: -2 * t, [1.0, 2.0])
    >>> check.passed, check.worst.cause
    (False, 'wrong sign')
    """
    theta = checks.vector("theta", theta)
    analytic = _gradient_at(gradient, theta)
    numeric = numeric_gradient(value, theta, method)
    scale = max(1.0, abs(_number(value, theta)))
    rtol, atol = METHODS[method]["rtol"], METHODS[method]["atol"] * scale
    checked = {}
    for name, where in _positions(blocks, theta.size).items():
        with np.errstate(all="ignore"):  # what is not finite fails, and the message says so
            checked[name] = _check_block(name, where, analytic, numeric, rtol, atol)
    return GradientCheck(method, checked)


def _positions(blocks, size):
    """The positions in theta of each block, as integer arrays."""
    if blocks is None:
        return {"theta": np.arange(size)}
    if isinstance(blocks, Mapping) and not blocks:
        raise ValueError(f"blocks must name a part of theta at least, got {blocks!r}")
    if not isinstance(blocks, Mapping):
        raise TypeError(
            "blocks must be a dict with a slice or an integer array for each name, "
            f"got {checks.shown(blocks)}"
        )
    return {name: _block(name, block, size) for name, block in blocks.items()}


def _block(name, block, size):
    try:
        where = np.arange(size)[block] if isinstance(block, slice) else np.asarray(block)
    except (TypeError, ValueError) as error:
        raise TypeError(f"blocks[{name!r}] must be a slice or an integer array: {error}") from None
    if where.size == 0:  # nothing looked at is nothing passed
        raise ValueError(f"blocks must hold entries of theta, got none in blocks[{name!r}]")
    if where.dtype.kind not in "iu" or where.min() < -size or where.max() >= size:
        raise ValueError(
            f"blocks[{name!r}] must hold positions 0 ... {size - 1} of theta, "
            f"got {checks.shown(block)}"
        )
    return where


def _check_block(name, where, analytic, numeric, rtol, atol):
    g, g_hat = analytic[where], numeric[where]
    error = abs(g - g_hat)
    excess = error - (rtol * abs(g) + atol)
    worst = np.unravel_index(np.argmax(np.where(np.isnan(excess), np.inf, excess)), where.shape)
    passed = bool((excess <= 0).all())  # nan fails
    return BlockCheck(
        name=f"{name}[{', '.join(str(int(i)) for i in worst)}]",
        analytic=float(g[worst]),
        numeric=float(g_hat[worst]),
        relative_error=_relative(error.max(), max(abs(g).max(), abs(g_hat).max())),
        passed=passed,
        cause="" if passed else _guess_cause(g, g_hat, error > rtol * abs(g) + atol),
    )


def _relative(error, largest):
    if not np.isfinite(error):
        return np.inf
    return float(error / largest) if largest > 0 else 0.0


def _guess_cause(g, g_hat, wrong):
    """What kind of slip makes the analytic g differ from the numeric g_hat like this?"""
    if not np.isfinite(g).all():
        return "not a number"
    if not np.isfinite(g_hat).all():
        return "the value is not finite near theta"
    if not g[wrong].any():
        return "missing term: the gradient is 0 where the value does change"
    if wrong.all():
        clear = abs(g_hat) > 1e-3 * abs(g_hat).max()
        ratios = g[clear] / g_hat[clear]
        if clear.any() and np.ptp(ratios) < 1e-3 * abs(np.median(ratios)):
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
    """Order of the Taylor remainder along a random unit direction d.

    The remainder ``|f(theta + h d) - f(theta) - h g.d|`` falls like h^2 if g is the gradient, and
    like h if it is not.

    Parameters
    ----------
    value, gradient : callable
    theta : array_like, shape (n,)
    seed : int
        Of the direction.

    Returns
    -------
    float
        The slope of log remainder against log h for h from 1e-3 to 1e-5: 2 for a right gradient,
        1 for a wrong one; inf if the remainder is rounding only (a linear function).

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or shape, or value or gradient not finite near theta,
        or theta so large that a step of 1e-5 is lost in rounding.
    """
    theta = checks.vector("theta", theta)
    _check_function("value", value)
    rng = np.random.default_rng(checks.whole_number("seed", seed, at_least=0))
    direction = rng.standard_normal(theta.size)
    direction /= np.linalg.norm(direction)
    h = np.logspace(-3, -5, 9)
    if (theta + h[-1] * direction == theta).any():
        largest = abs(theta).max()
        raise ValueError(f"theta is too large for steps of 1e-5: an entry of {largest:g}")
    with np.errstate(over="ignore", invalid="ignore"):  # refused below
        start, slope = _number(value, theta), float(_gradient_at(gradient, theta) @ direction)
        ahead = np.array([_number(value, theta + step * direction) for step in h])
        remainder = abs(ahead - start - h * slope)
    if not np.isfinite(remainder).all():
        raise ValueError(
            f"value and gradient must be finite near theta, got value(theta) = {start!r} and "
            f"the slope {slope!r} along a random direction"
        )
    if remainder.max() <= 1e-14 * max(1.0, abs(start)):
        return np.inf
    return float(np.polyfit(np.log(h), np.log(np.maximum(remainder, 1e-300)), 1)[0])
