"""Is a gradient right? Finite differences, the complex step, and the order of a Taylor remainder.

These look at a function of a vector and at a second function that claims to be its gradient.
They know no network.
"""

import math
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
        If an argument is out of range, or value(theta) is not a number, or if it is real for a
        complex theta (somewhere it drops the imaginary part).

    Notes
    -----
    Costs n + 1, 2 n or n evaluations. Nocedal and Wright (2006), section 8.1; complex step:
    Squire and Trapp (1998).
    """
    theta = checks.vector("theta", theta)
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}, got {method!r}")
    if h is not None:
        steps = np.full(theta.size, checks.real_number("h", h, above=0))
    else:
        steps = METHODS[method]["h"] * np.maximum(1, abs(theta))
    derivative = {"forward": _forward, "central": _central, "complex": _complex}[method]
    return np.array([derivative(value, theta, i, steps[i]) for i in range(theta.size)])


def _moved(theta, i, h):
    moved = theta.astype(complex) if isinstance(h, complex) else theta.copy()
    moved[i] += h
    return moved


def _forward(value, theta, i, h):
    moved = _moved(theta, i, h)
    return (_number(value, moved) - _number(value, theta)) / (moved[i] - theta[i])


def _central(value, theta, i, h):
    up, down = _moved(theta, i, h), _moved(theta, i, -h)
    return (_number(value, up) - _number(value, down)) / (up[i] - down[i])


def _complex(value, theta, i, h):
    found = value(_moved(theta, i, 1j * h))
    if not np.iscomplexobj(found):
        raise TypeError(
            f"value must be complex for a complex theta, got {found!r}: does it use abs(), max() "
            'or float() on the way? method="central" needs real numbers only'
        )
    return np.imag(found) / h


def _number(value, theta):
    found = value(theta)
    if np.ndim(found) != 0 or not np.isrealobj(found):
        raise TypeError(f"value(theta) must be one real number, got {found!r}")
    return float(found)


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
        Over the block: largest difference over the largest entry of either, 0 if both vanish.
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
        with np.errstate(divide="ignore", invalid="ignore"):
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
        If the gradient has another shape than theta, a block has no entries, or as in
        `numeric_gradient`.

    Examples
    --------
    >>> check = check_gradient(lambda t: t @ t, lambda t: -2 * t, [1.0, 2.0])
    >>> check.passed, check.worst.cause
    (False, 'wrong sign')
    """
    theta = checks.vector("theta", theta)
    analytic = _claimed(gradient, theta)
    numeric = numeric_gradient(value, theta, method)
    scale = max(1.0, abs(_number(value, theta)))
    rtol, atol = METHODS[method]["rtol"], METHODS[method]["atol"] * scale
    positions = np.arange(theta.size)
    blocks = {"theta": positions} if blocks is None else blocks
    if not blocks:
        raise ValueError(f"blocks must name a part of theta at least, got {blocks!r}")
    checked = {}
    with np.errstate(over="ignore", invalid="ignore"):  # inf and nan are findings, not warnings
        for name, block in blocks.items():
            where = positions[block]
            checked[name] = _check_block(name, where, analytic, numeric, rtol, atol)
    return GradientCheck(method, checked)


def _claimed(gradient, theta):
    """What `gradient` says at theta, of theta's shape."""
    claimed = np.asarray(gradient(theta.copy()))
    if np.iscomplexobj(claimed):
        raise TypeError(f"gradient(theta) must be real, got {claimed!r}")
    if claimed.shape != theta.shape:
        raise ValueError(
            f"gradient(theta) must have theta's shape {theta.shape}, got {claimed.shape}"
        )
    return claimed.astype(float)


def _check_block(name, where, analytic, numeric, rtol, atol):
    if where.size == 0:  # nothing looked at is nothing passed
        raise ValueError(f"blocks must hold entries of theta, got none in blocks[{name!r}]")
    g, g_hat = analytic[where], numeric[where]
    error = abs(g - g_hat)
    excess = error - (rtol * abs(g) + atol)
    worst = np.unravel_index(np.argmax(excess), where.shape)  # for argmax nan is the largest
    largest = max(abs(g).max(), abs(g_hat).max())
    passed = bool((excess <= 0).all())  # nan fails
    return BlockCheck(
        name=f"{name}[{', '.join(str(int(i)) for i in worst)}]",
        analytic=float(g[worst]),
        numeric=float(g_hat[worst]),
        relative_error=float(error.max() / largest) if largest > 0 else 0.0,
        passed=passed,
        cause="" if passed else _guess_cause(g, g_hat, error > rtol * abs(g) + atol),
    )


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
        If an argument is of the wrong kind or shape, or value or gradient are not finite near
        theta.
    """
    theta = checks.vector("theta", theta)
    rng = np.random.default_rng(checks.whole_number("seed", seed, at_least=0))
    direction = rng.standard_normal(theta.size)
    direction /= np.linalg.norm(direction)
    h = np.logspace(-3, -5, 9)
    with np.errstate(over="ignore", invalid="ignore"):  # refused below
        start, slope = _number(value, theta), float(_claimed(gradient, theta) @ direction)
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
