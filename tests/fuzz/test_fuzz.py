"""The public interface under fire: thousands of generated calls, each right or refused.

`make test` makes a few hundred calls, the same ones every time. `make fuzz` makes over 20,000,
other ones with another SEED, and prints how many each function got.

A new function needs an entry in one of the tables beside this file:

    @fuzz(sweep, {"grid": grids})      # a strategy for each argument; others are spoiled for you
    def _(found, grid):                # what a right answer looks like
        assert ...
"""

import importlib
import inspect
import os
import re

import pytest
from hypothesis import HealthCheck, Phase, given, settings

import nnlib

from . import table_core, table_data, table_descent, table_pictures  # noqa: F401
from .harness import CALLS, RETURNED, TARGETS, calls, make

LONG = os.environ.get("FUZZ") == "long"
EXAMPLES = (
    {"cheap": 400, "picture": 120, "slider": 25}
    if LONG
    else {"cheap": 8, "picture": 2, "slider": 1}
)
LEAST = 20_000  # calls of a long run


def documented():
    """The modules of the API page, and `checks`, whose messages all others pass on."""
    page = os.path.join(os.path.dirname(nnlib.__path__[0]), "book", "api.md")
    with open(page, encoding="utf-8") as file:
        names = re.findall(r"automodule:: (nnlib\.\w+)", file.read())
    return [importlib.import_module(name) for name in ["nnlib.checks", *names]]


def public_names():
    """Functions, classes and their methods, named by where they are defined."""
    found = {getattr(nnlib, name) for name in nnlib.__all__}
    for module in documented():
        own = [v for v in vars(module).values() if getattr(v, "__module__", "") == module.__name__]
        own = [getattr(module, name) for name in getattr(module, "__all__", ())] or own
        found |= {v for v in own if callable(v) and not v.__name__.startswith("_")}
    for thing in found:
        yield f"{thing.__module__}.{thing.__qualname__}"
        for name, method in vars(thing).items() if inspect.isclass(thing) else ():
            if inspect.isfunction(method) and (name == "__call__" or not name.startswith("_")):
                yield f"{thing.__module__}.{method.__qualname__}"


def test_every_public_name_is_in_the_table():
    names = set(public_names())
    assert len(names) > 60
    missing = names - set(TARGETS) - {"nnlib.descent.Ray.__call__"}  # called by Ray's own entry
    assert not missing, f"not fuzzed: {', '.join(sorted(missing))}"


@pytest.mark.parametrize("name", TARGETS)
def test_right_or_refused(name):
    target = TARGETS[name]

    @settings(
        max_examples=EXAMPLES[target.cost],
        derandomize=not LONG,
        database=None,
        deadline=None,  # the harness cuts off what hangs
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        phases=[Phase.generate, Phase.shrink],
        report_multiple_bugs=False,
    )
    @given(calls(target))
    def run(call):
        make(target, *call)

    run()


def test_enough_calls(capsys):
    """Runs last. Every function was called, and not only refused."""
    if len(CALLS) < len(TARGETS):
        pytest.skip("counts the calls of a whole run")
    assert not [name for name in TARGETS if not RETURNED[name] and not TARGETS[name].refusable]
    if LONG:
        with capsys.disabled():
            print("\n\n calls returned  function")
            for name in TARGETS:
                print(f"{CALLS[name]:6}   {RETURNED[name]:6}  {name}")
            print(f"{CALLS.total():6}   {RETURNED.total():6}  together")
        assert CALLS.total() >= LEAST
