"""The gradient by differences: how long their steps are, and whether the value is smooth there."""

import numpy as np

from nnlib import arguments

# The step h of each method where truncation and rounding balance, for entries of size 1, and what
# an entry g may be off by: rtol |g| + atol, in general atol times the value over theta.
METHODS = {
    "forward": dict(h=np.finfo(float).eps ** (1 / 2), rtol=1e-5, atol=1e-6),
    "central": dict(h=np.finfo(float).eps ** (1 / 3), rtol=1e-6, atol=1e-10),
    "complex": dict(h=1e-20, rtol=1e-12, atol=1e-14),
}


def numeric_gradient(value, theta, method="central", h=None):
    """Gradient by differences, shape (n,): 2 n evaluations of the value, n + 5 for complex steps.

    Equation ``differences`` of chapter 2; Nocedal and Wright (2006), 8.1; Squire and Trapp (1998).

    Parameters
    ----------
    value : callable, ``value(theta)``: for the complex step it must be analytic
    theta : array_like, shape (n,)
    method : {"forward", "central", "complex"}
    h : float, > 0: the step; by default one of the method, as large as theta asks for
    """
    theta, how = arguments.vector("theta", theta), arguments.one_of("method", method, METHODS)
    steps = None if h is None else np.full(theta.size, arguments.real_number("h", h, above=0))
    steps = METHODS[how]["h"] * scale_of(value, theta) if steps is None else steps
    if how == "complex":
        found = np.array([number_at(value, theta + 1j * e).imag for e in np.diag(steps)]) / steps
        _, unit, way, slope, error, odd = look_around(value, theta + 0j)
        near = 1e-5 if h is None else 0.01  # of v conj(v) the imaginary part vanishes: slope 0
        if not abs(slope - found @ way) > 3 * error * (not odd) + near * abs(slope) + 1e-12 * unit:
            return found
        must = "analytic for the complex step (does it use abs, conj, vdot or norm on the way?)"
        must = f"be smooth for the complex step: it has {odd}" if odd else f"be {must}"
        arguments.refuse("value", must, f"slope {found @ way:g}, not {slope:g}")
    back = 0.0 if method == "forward" else -1.0
    with np.errstate(over="ignore"):
        width = (theta + steps) - (theta + back * steps)  # as rounding left it
    for i in np.flatnonzero(~((width > 0) & (width < np.inf))):
        raise ValueError(f"h = {steps[i]:g} is too small or large for theta[{i}] = {theta[i]:g}")
    pairs = [(theta + e, theta + back * e) for e in np.diag(steps)]
    return np.array([number_at(value, a) - number_at(value, b) for a, b in pairs]) / width


def number_at(value, theta):
    callable(value) or arguments.refuse("value", "be a function of theta", value)
    found = value(theta)
    if np.iscomplexobj(theta) and np.iscomplexobj(found) and np.ndim(found) == 0:
        return complex(found)
    return arguments.scalar("value(theta)", found)


def scale_of(value, theta):
    size = abs(theta)
    return look_around(value, theta)[0] if 0 < size.max() < 0.1 else np.maximum(1, size)


@np.errstate(over="ignore")
def look_around(value, theta):
    """How far is far, the value's size there; a short way, half its rise, an error; what is odd."""
    size, h, odd = float(abs(theta).max()), METHODS["central"]["h"], ""
    for least in (size, 1.0) if 0 < size < 0.1 else (1.0,):
        scale = np.maximum(least, abs(theta))
        way = h * scale * np.cos(np.arange(theta.size))
        f, a, b, c, d = (number_at(value, theta + x * way).real for x in (0, 1, -1, 1 / 8, -1 / 8))
        bend, closer = abs(a - 2 * f + b), abs(c - 2 * f + d)
        unit = np.minimum(abs(f) + abs(a - b) / h + bend / h**2, 1e308)
        if unit > 1.0001 * abs(f):  # else a way of this size means nothing to the value
            break
    if closer > bend / 30 and bend > 1e-3 * abs(a - b) + 1e-12 * abs(f):  # smooth: bend / 64
        is_kink = abs(8 * closer - bend) < 0.3 * bend
        odd = "a kink, as ReLU has at 0" if is_kink else "a jump, or single precision (float32)"
    if all(x % 1 and float(np.float32(x)) == x for x in (f, a, b)):
        odd = "single precision (float32)"
    return scale, unit, way, (a - b) / 2, abs((a - b) / 2 - 4 * (c - d)), odd
