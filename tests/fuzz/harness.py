"""A table of what to call, and one call of it: what it may do, and what it must leave alone.

`fuzz` puts a function into the table, together with a strategy of arguments that it has to take
and an invariant: what a right answer looks like. A call is made with these arguments or with one
or two of them spoiled. Then it returns something for which the invariant holds, or it raises the
documented error, whose message names an argument.
"""

import contextlib
import dataclasses
import inspect
import math
import re
import signal
from collections import Counter
from collections.abc import Callable, Mapping

import numpy as np
from hypothesis import strategies as st

from .hostile import ALIENS, mutated

PATIENCE = 60  # seconds; a call takes milliseconds, so that only one that hangs is cut off
TARGETS = {}
CALLS, RETURNED = Counter(), Counter()


class OwnError(Exception):
    """Raised by the functions that a call is given: it has to come through as it is."""


@dataclasses.dataclass(frozen=True)
class Target:
    """What to call, with what, and what must hold for `found`, its result."""

    name: str
    call: Callable
    arguments: st.SearchStrategy
    invariant: Callable
    errors: tuple
    names: tuple  # words of which an error message must have one
    cost: str
    spoil: tuple | None  # which arguments may be spoiled, all of them if None
    refusable: bool  # whether the strategy already gives what has to be refused


def fuzz(
    call,
    arguments,
    *,
    name=None,
    errors=(TypeError, ValueError),
    names=(),
    cost="cheap",
    spoil=None,
    refusable=False,
):
    """Decorate an invariant: ``found`` and the arguments of the call, by name."""
    name = name or f"{call.__module__}.{call.__qualname__}"
    if isinstance(arguments, dict):
        arguments = st.fixed_dictionaries(arguments)

    def register(invariant):
        assert name not in TARGETS, f"{name} is in the table twice"
        words = (*inspect.signature(call).parameters, *names)
        TARGETS[name] = Target(
            name, call, arguments, invariant, errors, words, cost, spoil, refusable
        )
        return invariant

    return register


@st.composite
def calls(draw, target):
    """Arguments for one call, and which of them are spoiled; the simplest call has none."""
    arguments = draw(target.arguments)
    which = sorted(arguments) if target.spoil is None else target.spoil
    n = min(draw(st.sampled_from([0, 0, 1, 1, 1, 2])), len(which))
    spoiled = draw(st.sets(st.sampled_from(which), min_size=n, max_size=n)) if n else ()
    return arguments | {name: draw(mutated(arguments[name])) for name in sorted(spoiled)}, spoiled


def make(target, arguments, spoiled):
    """One call, watched from all sides."""
    before = fingerprint(arguments), np.geterr(), fingerprint(np.random.get_state())
    CALLS[target.name] += 1
    found, refusal = None, None
    with within(PATIENCE):  # pyproject.toml makes every warning an error
        try:
            found = target.call(**arguments)
        except OwnError:
            refusal = "own"
        except target.errors as error:
            refusal = error
    after = fingerprint(arguments), np.geterr(), fingerprint(np.random.get_state())
    assert before == after, "the call has modified its arguments or a global state"
    if refusal is None:
        RETURNED[target.name] += 1
        target.invariant(found, **arguments)
    elif refusal != "own":
        judge(target, arguments, spoiled, refusal)


def judge(target, arguments, spoiled, error):
    """An error is right if there was something to refuse and if its message says where."""
    assert spoiled or target.refusable, f"refused, though nothing is wrong: {error!r}"
    # What is no array and no number has no second argument that it might not fit to.
    aliens = [n for n in spoiled if any(arguments[n] is alien for alien in ALIENS)]
    clear = aliens and len(aliens) == len(spoiled) and not target.refusable
    words = aliens if clear else target.names
    words = [*words, *target.names[len(inspect.signature(target.call).parameters) :]]
    assert re.search(rf"(?<!\w)({'|'.join(words)})(?!\w)", str(error)), (
        f"the message names none of {', '.join(words)}: {error!r}"
    )


@contextlib.contextmanager
def within(seconds):
    """Cut off what takes longer, where the system can."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def stop(*_):
        raise AssertionError(f"still not done after {seconds} s")

    old = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)


def fingerprint(value):
    """What must be the same after a call: contents to the last bit, shapes, flags, order."""
    if isinstance(value, np.ndarray):
        data = np.ma.getdata(value)
        content = repr(data.tolist()) if data.dtype.hasobject else data.tobytes()
        around = value.base.tobytes() if type(value.base) is np.ndarray else b""
        mask = np.ma.getmaskarray(value).tobytes() if np.ma.isMA(value) else b""
        flags = value.shape, value.strides, value.flags.writeable, value.dtype.str
        return type(value), flags, content, around, mask
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return type(value), fingerprint(vars(value))
    if isinstance(value, Mapping):
        return type(value), [(repr(k), fingerprint(v)) for k, v in value.items()]
    if isinstance(value, (list, tuple)):
        return type(value), [fingerprint(v) for v in value]
    plain = isinstance(value, (float, complex, str, bytes)) or (
        type(value) is int and abs(value) < 1e9
    )
    return type(value), repr(value) if plain else id(value)


def real(value, ndim):
    """`value` as float64, read strictly: fails for what no call should have taken."""
    assert not np.ma.is_masked(value), "masked entries were taken for numbers"
    array = np.asarray(value)
    assert array.dtype.kind in "biufO", f"dtype {array.dtype} was taken for numbers"
    if array.dtype.kind == "O":
        assert not any(isinstance(e, (str, bytes, type(None))) for e in array.flat), "words"
    array = array.astype(np.float64)
    assert array.ndim == ndim and array.size, f"shape {array.shape} was taken"
    assert np.isfinite(array).all(), "entries that are not finite were taken for numbers"
    return array


def whole(value, at_least):
    """`value` as int, read strictly."""
    assert isinstance(value, (int, np.integer)) and not isinstance(value, bool), f"{value!r}"
    assert value >= at_least, f"{value!r} was taken"
    return int(value)


def classes(y, n_classes):
    """Labels as a list of int, read strictly."""
    assert not np.ma.is_masked(y), "masked labels were taken for labels"
    y = np.asarray(y)
    assert y.ndim == 1 and y.size and y.dtype.kind in "iu", f"{y!r} was taken for labels"
    assert 0 <= y.min() and y.max() < n_classes
    return y.tolist()


def close(found, expected, tolerance=0.0, relative=1e-11):
    """Equal up to rounding; infinities must be the same."""
    assert math.isclose(found, expected, rel_tol=relative, abs_tol=tolerance + 1e-290), (
        f"{found!r} where {expected!r} is right"
    )
