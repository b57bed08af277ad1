"""What is said about a wrong number: how it reads, and what the wrong ones have in common."""

from fractions import Fraction

import numpy as np

from nnlib.exercises.formulas import SENTENCES


def as_numbers(got):
    """What came out as an array of real numbers; None if it is no such thing."""
    try:
        found = np.asarray(float(got) if isinstance(got, Fraction) else got)
    except ValueError:
        return None
    return found if found.dtype.kind in "iuf" else None


def kind_of(a):
    return f"an array of the shape {a.shape}" if a.ndim else "a single number"


def short_type(got):
    kind = type(got).__name__
    return f"{kind} of {got.dtype} numbers" if isinstance(got, np.ndarray) else f"a {kind}"


def short(a):
    """A number with six digits, an array by its first entries."""
    if a.ndim == 0:
        return f"{a:d}" if a.dtype.kind in "iu" else f"{a:.6g}"
    entries = ", ".join(short(entry) for entry in a.ravel()[:4])
    return f"({entries}{', …' if a.size > 4 else ''})"


def shown(argument):
    """The value of an argument if it is short, else nothing."""
    if isinstance(argument, (bool, str)) or np.ndim(argument) > 1 or np.size(argument) > 3:
        return ""
    a = np.asarray(argument)
    return short(a) if a.dtype.kind in "iuf" else ""


def same(got, mistake, arguments, rtol):
    """Whether a mistake gives what an answer gave."""
    try:
        with np.errstate(all="ignore"):
            would = mistake(*arguments)
        alike = np.allclose(got, would, rtol=rtol, atol=1e-12)
        return bool(np.shape(got) == np.shape(would) and alike)
    except Exception:  # it gives nothing at all here, or something of another kind
        return False


def pattern(pairs):
    """What all cases say together: a sign, a factor, a difference, rounding; "" if none does."""
    if not pairs or sum(e.size for e, _ in pairs) < 2:
        return ""
    e, g = (np.concatenate([np.ravel(p[i]).astype(float) for p in pairs]) for i in (0, 1))
    large = np.abs(e) > 1e-12
    if not np.isfinite(g).all() or not large.any() or np.allclose(e, e[0]):
        return ""
    ratio, gap = g[large] / e[large], g - e
    if np.allclose(ratio, ratio[0], rtol=1e-4) and abs(ratio[0] - 1) > 1e-3:
        key = "sign" if np.isclose(ratio[0], -1) else "factor"
        return SENTENCES[key].format(factor=f"{ratio[0]:.4g}")
    if np.allclose(gap, gap[0], rtol=1e-6, atol=0) and abs(gap[0]) > 1e-6 * np.abs(e).max():
        return SENTENCES["gap"].format(gap=f"{gap[0]:+.4g}")
    rounded = np.array_equal(e, np.round(e)) and np.any(g != np.round(g)) and np.abs(gap).max() < 1
    return SENTENCES["round"] if rounded else ""
