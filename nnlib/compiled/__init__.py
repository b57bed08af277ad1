"""The training of `nnlib.objective` and `nnlib.descent` once more: plain loops, compiled by numba.

For work that is many runs. Tests hold the loops to the readable code (tests/unit/test_compiled.py),
which runs instead without numba.
"""

# ruff: noqa: F401 (the public names)
from nnlib.compiled.compiler import bar, each, loops, numba
from nnlib.compiled.descent import RULES, gradient_descent, warm_up
from nnlib.compiled.objective import exp, go, problem_of
