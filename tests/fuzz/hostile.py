"""Values that people do pass: right ones in another spelling, broken ones, and plain nonsense."""

import decimal
import fractions
import warnings

import numpy as np
from hypothesis import strategies as st

# Numbers at the edges of what is a number. No count between 1e4 and 1e30: numpy would honestly
# try to find the memory for it.
NUMBERS = (
    0, 1, -1, 2, 3, 7, 1000, 10**30, -(10**30), 10**400, -(10**5000), 2**63,
    0.0, -0.0, 0.5, 1.0, 2.0, 2.5, -1.5, 1e-300, 5e-324, 1e-17, 1e-8, 1e8, 1e17, 1e300, 1.7e308,
    -1.7e308, np.nan, np.inf, -np.inf,
    np.float16(0.5), np.float32(0.1), np.longdouble("0.1"), np.longdouble("1e4000"),
    np.int8(3), np.uint8(255), np.int64(2), np.uint64(2**64 - 1), np.float64(np.nan),
)  # fmt: skip
# Neither a number nor an array of numbers, whatever the argument is.
ALIENS = (
    None, "", "1", "nan", "words", b"7", True, np.True_, 1j, np.complex128(1), object(),
    [], (), [[]], {}, {"a": 1}, set(), {1, 2}, slice(2), [None], ["a"], ["1", "2"],
    [[1.0, 2.0], [3.0]], [1, "2"], [10**400], ..., np.datetime64("2020-01-01"),
)  # fmt: skip
ODD = (
    range(3), [0.5], (0, 1), memoryview(b"abc"), np.array([[1.0]]), np.arange(9.0),
    fractions.Fraction(1, 3), decimal.Decimal("0.5"),
    np.array(0.5), np.array([0.5]), np.array(None), np.array("a"), np.zeros((0, 2)), np.zeros(0),
)  # fmt: skip


def every_second(a):
    """The same numbers, not next to each other in memory, and nan between them."""
    wide = np.full((*a.shape, 2), np.nan) if a.dtype.kind == "f" else np.zeros((*a.shape, 2), int)
    wide[..., 0] = a
    return wide[..., 0]


def read_only(a):
    a = a.copy()
    a.flags.writeable = False
    return a


SPELLINGS = (
    np.copy, np.ndarray.tolist, read_only, every_second, np.asfortranarray, np.ma.array,
    lambda a: tuple(a.tolist()),
    lambda a: a[::-1].copy()[::-1],
    lambda a: a.astype(object),
    lambda a: a.astype(a.dtype.newbyteorder()),
    lambda a: a.astype(np.longdouble) if a.dtype.kind == "f" else a.astype(np.uint8),
    lambda a: np.asmatrix(a) if a.ndim == 2 else a.view(type("Mine", (np.ndarray,), {})),
)  # fmt: skip


def masked(a):
    return np.ma.array(a, mask=np.arange(a.size).reshape(a.shape) == 0)


def with_entry(entry):
    """A function that puts `entry` into the middle of a copy, whose dtype then holds it."""

    def put(a):
        if not a.size:
            return a
        plain = type(entry) in (int, float) and entry != 10**400
        a = a.astype(np.result_type(a, type(entry)) if plain else object)
        a[np.unravel_index(a.size // 2, a.shape)] = entry
        return a

    return put


def times(factor):
    def scaled(a):
        with np.errstate(over="ignore"):
            return a * np.float64(factor)

    return scaled


DAMAGES = (
    masked, np.zeros_like, np.ones_like, np.transpose, np.ravel,
    *(with_entry(e) for e in (np.nan, np.inf, -np.inf, 1.7e308, 5e-324, -1, 9, 0.5)),
    *(with_entry(e) for e in (None, "1", 1j, 10**400, decimal.Decimal(1), [1])),
    *(times(f) for f in (1e300, 1e-300, 1e20, -1e9)),
    lambda a: np.repeat(a[:1], len(a), axis=0) if a.ndim else a,  # duplicate samples
    lambda a: np.where(np.arange(a.shape[-1]) == 0, a.flat[0], a) if a.size else a,  # constant
    lambda a: a[None], lambda a: a[..., None], lambda a: a[:1], lambda a: a[:-1], lambda a: a[:0],
    lambda a: a[..., :0], lambda a: a[..., 0] if a.size else a,
    lambda a: np.array(a.flat[0]) if a.size else a,
    lambda a: np.concatenate([a, a]),
    lambda a: a.astype(str), lambda a: a.astype("S"), lambda a: a.astype(bool),
    lambda a: a.astype(complex), lambda a: np.rint(a).astype(np.int64), lambda a: a.astype(float),
    lambda a: np.zeros(a.shape, "datetime64[D]"), lambda a: np.zeros(a.shape, "timedelta64[s]"),
    lambda a: np.zeros(a.shape, [("field", float)]), lambda a: np.zeros(a.shape, "V3"),
    lambda a: np.eye(3)[np.arange(len(a)) % 3] if a.ndim else a,  # one-hot
)  # fmt: skip


@st.composite
def mutated(draw, value):
    """Something else in the place of `value`; half of the arrays say the same, spelt otherwise."""
    if isinstance(value, np.ndarray) and value.ndim and draw(st.integers(0, 5)):
        kind = draw(st.sampled_from((SPELLINGS, DAMAGES)))
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # numpy would rather have no more matrices
            return draw(st.sampled_from(kind))(value)
    if isinstance(value, dict) and value and draw(st.booleans()):
        name = draw(st.sampled_from(sorted(value)))
        return value | {name: draw(mutated(value[name]))}
    return draw(st.sampled_from(draw(st.sampled_from((NUMBERS, ALIENS, ODD)))))
