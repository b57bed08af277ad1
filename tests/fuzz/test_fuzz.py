"""The public interface under fire: each call gets a sane answer, or a refusal that says where.

The names of a call's arguments tell what to put there (vocabulary.py); one or two may be spoiled.
`make test` makes a few hundred calls, the same ones every time; `make fuzz` over 20,000, with
another SEED other ones. A new function is found; the words it brings have to be told.
"""

import importlib
import inspect
import itertools
import os
import pkgutil
import re
import tempfile
from collections import Counter
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from matplotlib.axes import Axes

import nnlib

from . import answers
from .vocabulary import ALIENS, VOCABULARY, Sizes, mutated, word

LONG, CALLS, RETURNED = os.environ.get("FUZZ") == "long", Counter(), Counter()
EXAMPLES = {"": 600, "nnlib.plots": 60, "nnlib.sliders": 8}  # of a long run
REFUSALS, FOLDER = (TypeError, ValueError, FileNotFoundError), tempfile.TemporaryDirectory()
METHODS = "__call__ begin forward value gradient value_and_gradient"
# What nnlib itself calls, or chapters.
INNER = "Dataset History LiveFigure Table check read_csv add_noise"
# Never spoiled: what nobody types, what is looked at later, what matplotlib takes as it is.
TRUSTED = "self phi phi0 slope callback progress executor ax label x_label y_label legend log W0 b0"
TRUSTED += " W1 b1 grid steps content result printed histories dataset class_names feature_names"
# What a message says in the place of an argument's name.
ALIASES = {"theta0": "theta0?", "name": "name|no data set", "data_set": "data_set|no data set"}


def load_csv(content, test_fraction, seed, standardise):
    path = Path(FOLDER.name, "own.csv")
    path.write_bytes(content)
    return nnlib.load_dataset(path, test_fraction=test_fraction, seed=seed, standardise=standardise)


def public():
    """Name and function: what a module exports, or documents with its parameters; methods too."""
    yield "load_csv", load_csv
    for part in [nnlib, *pkgutil.walk_packages(nnlib.__path__, "nnlib.")]:
        module = importlib.import_module(getattr(part, "name", "nnlib"))
        for name, thing in vars(module).items():
            own = getattr(thing, "__module__", "") == module.__name__ and name[0] != "_"
            own = own and "    Parameters\n" in f"{thing.__doc__}"
            own = callable(thing) and (own or name in getattr(module, "__all__", ()))
            if own and name not in INNER.split() and not hasattr(thing, "_fields"):
                yield f"{thing.__module__}.{name}", thing
                for method in METHODS.split() if f"{name}.self" in VOCABULARY else ():
                    if method in vars(thing):
                        yield f"{thing.__module__}.{name}.{method}", vars(thing)[method]


TARGETS = dict(public())


@st.composite
def calls(draw, name):
    """Arguments for one call, and which of them are spoiled; the simplest call has none."""
    names = [*inspect.signature(TARGETS[name]).parameters]
    n_inputs = 2 if "plots" in name else draw(st.integers(1, 4))
    n_classes = 3 if "metric" in name else draw(st.integers(2, 5))
    s = Sizes(draw(st.sampled_from([1, 2, 3, 6, 12])), n_inputs, n_classes, draw(st.integers(1, 6)))
    arguments = {argument: draw(word(name, argument, s)) for argument in names}
    left = sorted({*names} - {*TRUSTED.split()})
    n = min(draw(st.sampled_from([0, 0, 1, 1, 1, 2])), len(left))
    spoiled = draw(st.sets(st.sampled_from(left), min_size=n, max_size=n)) if n else set()
    for argument in sorted(spoiled):
        other = mutated(argument, arguments[argument])
        if "plots" in name:  # no number beyond what matplotlib can draw
            other = other.filter(lambda value: not re.search(r"e[+-]\d{3}|0{20}", repr(value)))
        arguments[argument] = draw(other)
    return arguments, spoiled


def make(name, arguments, spoiled):
    before = exact([arguments, np.random.get_state(), np.geterr()])
    found = attempt(name, arguments)  # pyproject.toml makes every warning an error
    again = found if "sliders" in name else attempt(name, arguments)
    after = exact([arguments, np.random.get_state(), np.geterr()])
    assert before == after, "the call has modified its arguments or a global state"
    assert exact(found) == exact(again), "another answer to the same call"
    CALLS[name] += 1
    if isinstance(found, REFUSALS):
        return judge(arguments, spoiled, found)
    RETURNED[name] += 1
    said = arguments | {argument: plain(arguments[argument]) for argument in spoiled}
    again = attempt(name, said) if spoiled else found
    for one, other in zip(leaves(again), leaves(found), strict=True):
        kind = np.asarray(one).dtype
        if kind.kind in "fc":  # other layouts are summed in another order
            np.testing.assert_allclose(one, np.asarray(other, kind), rtol=1e-9, atol=1e-9)
        else:
            assert exact(one) == exact(other), "not what the argument says"
    answer = getattr(answers, TARGETS[name].__qualname__.replace(".", "_"), None)
    return answer and answer(found, **said)


def attempt(name, arguments):
    """The answer, or the refusal; a generator's first points, a picture drawn to the last pixel."""
    try:
        found = TARGETS[name](**arguments)
        if isinstance(found, Axes):
            found.figure.canvas.draw()
            assert np.isfinite([*found.get_xlim(), *found.get_ylim()]).all()
        if inspect.isgenerator(found):
            return list(itertools.islice(found, 4))
        return getattr(found, "words", found)  # of a slider: what it says below its picture
    except REFUSALS as error:
        assert not plt.get_fignums(), "a refused call leaves an empty figure behind"
        return error
    finally:
        plt.close("all")


def judge(arguments, spoiled, error):
    """A refusal is right if there was something to refuse, and if its message says where."""
    assert spoiled or "content" in arguments, f"refused, though nothing is wrong: {error!r}"
    # What is no array and no number has no second argument that it might not fit to.
    aliens = {name for name in spoiled if any(arguments[name] is alien for alien in ALIENS)}
    names = spoiled if spoiled and aliens == spoiled else arguments
    words = "|".join(ALIASES.get(name, name) for name in [*names, "own.csv"])
    assert re.search(rf"(?<!\w)({words})(?!\w)", str(error)), f"none of {words} in {error!r}"


def leaves(value):
    """The arrays, numbers and words that a value consists of."""
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, (list, tuple)):
        return [type(value), *itertools.chain(*map(leaves, value))]
    if type(value).__module__.startswith("nnlib") and vars(value):
        return leaves(vars(value))
    plain = isinstance(value, (int, float, complex, str, bytes, np.ndarray, Exception))
    return [value if plain else type(value)]


def exact(value):
    """The same to the last bit, with what lies between the entries of a view."""
    found = leaves(value)
    for i, leaf in enumerate(found):
        if isinstance(leaf, np.ndarray):
            content = leaf.tolist() if leaf.dtype.hasobject else leaf.tobytes()
            around = exact(leaf.base) if type(leaf.base) is np.ndarray else None
            found[i] = type(leaf), leaf.dtype, leaf.shape, leaf.flags.writeable, content, around
    return list(map(repr, found))


def plain(value):
    """The same in plain numpy, read strictly: fails for what no call should have taken."""
    if isinstance(value, (list, tuple, np.ndarray)) and len(np.shape(value)):
        array = np.asarray(value)
        assert not np.ma.is_masked(value) and array.dtype.kind in "biufcO", f"{value!r} was taken"
        return array.astype({"c": complex, "f": float, "O": float}.get(array.dtype.kind, int))
    return value.item() if isinstance(value, np.number) else value


@pytest.mark.parametrize("name", TARGETS)
def test_right_or_refused(name):
    many = [number for part, number in EXAMPLES.items() if name.startswith(part)][-1]
    off = dict(database=None, deadline=None, report_multiple_bugs=False)
    off |= dict(suppress_health_check=list(HealthCheck), phases=(Phase.generate, Phase.shrink))
    made = settings(max_examples=many if LONG else max(1, many // 30), derandomize=not LONG, **off)
    made(given(calls(name))(lambda call: make(name, *call)))()


def test_enough_calls():
    """Runs last. Every function was called, and not only refused."""
    if len(CALLS) < len(TARGETS):
        pytest.skip("counts the calls of a whole run")
    assert not [name for name in TARGETS if not RETURNED[name]]
    assert not LONG or CALLS.total() > 20_000
