"""The compiled loops hold to the readable code: same losses, trials, endings."""

import os
import signal
import subprocess
import sys
import threading
from itertools import product

import numpy as np
import pytest

import nnlib
from nnlib import Armijo, ConstantStep, Objective, WarmStartedArmijo, compiled
from nnlib.audit import wrong_gradients

pytest.importorskip("numba", reason="without numba the readable code runs: tested below")
TRAINED_BY = nnlib.gradient_descent, compiled.gradient_descent


def problem(name, weight_decay):
    """Two, three and four classes; one, two and three inputs; one block of samples and several."""
    if name == "spirals":
        data = nnlib.load_dataset("spirals")
        return Objective(data.X_train, data.y_train, weight_decay)
    n, n_inputs, n_classes = {"line": (7, 1, 2), "space": (3001, 3, 4)}[name]
    X = np.random.default_rng(0).normal(size=(n, n_inputs))
    return Objective(X, np.arange(n) % n_classes, weight_decay, n_classes)


def both(objective, n_hidden, step, n_iterations, **how):
    theta0 = nnlib.init_parameters(n_hidden, objective)
    return [train(objective, theta0, step, n_iterations, **how) for train in TRAINED_BY]


def assert_same(readable, fast):
    np.testing.assert_allclose(fast.loss, readable.loss, rtol=1e-10)
    for name, expected in vars(readable).items():
        found, expected = np.asarray(getattr(fast, name)), np.asarray(expected)
        assert (found.shape, found.dtype) == (expected.shape, expected.dtype), name
        if name not in ("loss", "theta", "gradient_norm"):
            np.testing.assert_array_equal(found, expected, err_msg=name)


# Constant steps below 2/L: beyond, a run of any precision multiplies its own rounding.
@pytest.mark.parametrize("step", [ConstantStep(0.1), ConstantStep(1.0), Armijo(),
                                  WarmStartedArmijo(Armijo(beta=0.1))])  # fmt: skip
@pytest.mark.parametrize(("name", "weight_decay"), list(product(["spirals", "line"], [0.0, 1e-2])))
@pytest.mark.parametrize("n_hidden", [1, 12])
def test_every_loss_of_200_iterations(name, weight_decay, n_hidden, step):
    readable, fast = both(problem(name, weight_decay), n_hidden, step, 200)
    assert_same(readable, fast)
    np.testing.assert_allclose(fast.theta, readable.theta, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(fast.gradient_norm, readable.gradient_norm, rtol=1e-6)


@pytest.mark.parametrize("step", [ConstantStep(0.1), Armijo(), WarmStartedArmijo()])
@pytest.mark.parametrize("n_hidden", [12, 64])
def test_several_blocks_of_samples(n_hidden, step):
    objective = problem("space", 1e-3)
    blocks = len(compiled.problem_of(objective, 8 * n_hidden + 4).x)
    assert blocks > 2 and objective.n_samples % blocks  # and the last one is shorter
    assert_same(*both(objective, n_hidden, step, 30))


@pytest.mark.parametrize(
    ("objective", "step", "how", "reason"),
    [(problem("spirals", 0.0), Armijo(), dict(tolerance=0.3), "stationary"),
     (problem("spirals", 1.0), ConstantStep(1e3), {}, "diverged"),
     (problem("line", 0.0), Armijo(1e3, 0.99, 0.9, max_backtracks=2), {}, "line search failed"),
     (problem("line", 0.0), WarmStartedArmijo(Armijo(9.0, 0.5, 0.9, 1), 99.0), {}, "line"),
     (problem("line", 0.0), Armijo(1e-30, 0.1, 0.6, 9**9), {}, "line search failed"),
     (problem("line", 1e200), Armijo(), {}, "line search failed"),
     (problem("line", 1e200), ConstantStep(3e-201), dict(n_iterations=5), "finished 5"),
     (problem("line", 0.0), Armijo(), dict(n_iterations=0), "finished 0"),
     (problem("line", 0.0), Armijo(), dict(callback=lambda k, theta, value: k == 7), "stopped")],
)  # fmt: skip
def test_ends_of_runs(objective, step, how, reason):
    readable, fast = both(objective, 3, step, **({"n_iterations": 500} | how))
    assert readable.stop_reason.startswith(reason)
    assert_same(readable, fast)
    np.testing.assert_allclose(fast.gradient_norm, readable.gradient_norm, rtol=1e-6)


def test_callback_sees_what_the_readable_one_does_and_progress_changes_nothing(capfd):
    seen = []

    def look(k, theta, value):
        seen.append((k, value, *theta))
        theta[:] = 0  # its own copy

    both(problem("line", 0.1), 2, Armijo(), 20, callback=look)
    np.testing.assert_allclose(seen[:21], seen[21:], rtol=1e-10)
    for progress in (False, True):
        assert_same(*both(problem("line", 0.0), 2, Armijo(), 50, progress=progress))
        assert ("50/50" in capfd.readouterr().err) == progress


def test_exp_over_its_whole_range():
    import numba

    @numba.njit
    def all_of(x):
        return np.array([compiled.exp(v) for v in x])

    x = np.concatenate([np.linspace(-700, 700, 1_000_001), np.linspace(-1, 1, 100_001)])
    expected = np.exp(x)
    assert np.max(abs(all_of(x) - expected) / np.spacing(expected)) <= 2
    beyond = all_of(np.array([-np.inf, -701.0, 701.0, np.inf]))
    np.testing.assert_array_equal(beyond, all_of(np.array([-700.0, -700.0, 700.0, 700.0])))
    assert np.isnan(all_of(np.array([np.nan])))


def test_threads_find_the_same_and_ctrl_c_keeps_the_run_so_far():
    objective = problem("spirals", 0.0)

    def train(seed):
        theta0 = nnlib.init_parameters(12, seed=seed)
        return compiled.gradient_descent(objective, theta0, Armijo(), 300).loss

    together = compiled.each(train, range(4))
    np.testing.assert_array_equal(together, [train(seed) for seed in range(4)])
    theta0 = nnlib.init_parameters(12)
    compiled.gradient_descent(objective, theta0, ConstantStep(1.0), 1)  # compiled by now
    signal.signal(signal.SIGINT, signal.default_int_handler)  # which a shell's `&` leaves out
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    run = compiled.gradient_descent(objective, theta0, ConstantStep(1.0), 10**9)
    timer.join()
    k = run.n_iterations
    assert run.stop_reason == f"interrupted at iteration {k}" and k > 100
    again = compiled.gradient_descent(objective, theta0, ConstantStep(1.0), k)
    np.testing.assert_array_equal(again.theta, run.theta)
    np.testing.assert_array_equal(again.loss, run.loss)


@pytest.mark.parametrize(
    ("argument", "value", "words"),
    [("objective", wrong_gradients.WrongSign([[1.0]], [0]), "must be an nnlib.Objective"),
     ("step", Armijo, "must be one of nnlib's rules"),
     ("theta0", np.zeros(3), "theta must be a vector of 4 n_hidden"),
     ("theta0", np.full(6, 1e308), "must have a finite value"),
     ("n_iterations", -1, "must be a whole number >= 0, got -1"),
     ("tolerance", "0", "must be a real number, got '0'")],
)  # fmt: skip
def test_refusals(argument, value, words):
    good = dict(objective=problem("line", 0.1), theta0=np.zeros(6), step=Armijo(), n_iterations=3)
    with pytest.raises((TypeError, ValueError), match=words) as caught:
        compiled.gradient_descent(**good | {argument: value})
    assert argument.strip("0") in str(caught.value)


WITHOUT = """
import sys
sys.modules["numba"] = None  # `import numba` fails, as where there is none
import json, threading, warnings, nbformat, nnlib
from nnlib import compiled
assert compiled.numba is None
start, threading.Thread.start = threading.Thread.start, None  # nor are there threads in a browser
with warnings.catch_warnings(action="error"):
    assert compiled.each(str, range(2)) == ["0", "1"]
threading.Thread.start = start
compiled.warm_up()
objective, theta0 = nnlib.Objective([[0.0], [1.0]], [0, 1], 0.1, 2), nnlib.init_parameters(2, 1, 2)
same = [train(objective, theta0, nnlib.Armijo(), 9) for train in
        (compiled.gradient_descent, nnlib.gradient_descent)]
assert (same[0].loss == same[1].loss).all()
import matplotlib
matplotlib.use("Agg")
notebook = nbformat.read(sys.argv[1], as_version=4)
for cell in notebook.cells:
    if cell.cell_type == "code" and not cell.source.lstrip().startswith("import sys\\n\\nif"):
        exec(compile(cell.source, "cell", "exec"), globals())
print("compiled" in "".join(cell.source for cell in notebook.cells))
"""


def test_a_chapter_runs_without_numba_and_without_a_cache(root):
    chapter = root / "notebooks" / "06_what_does_training_cost.ipynb"
    command = [sys.executable, "-W", "ignore", "-c", WITHOUT, str(chapter)]
    out = {"stderr": subprocess.STDOUT, "text": True, "cwd": root / "notebooks"}
    found = subprocess.check_output(command, **out)
    assert "0/2" in found and found.rstrip().endswith("True")
    # numba finds no place for its cache: the loops are compiled in this process.
    script = (
        "import numba.core.caching as c; c.CacheImpl._locator_classes = []\n"
        "from nnlib import compiled\n"
        "print(compiled.exp(0.0), compiled.exp._cache.__class__.__name__)"
    )
    found = subprocess.check_output([sys.executable, "-c", script], text=True)
    assert found.split() == ["1.0", "NullCache"]
    assert compiled.go.__name__ != compiled.go.py_func.__qualname__  # kept under all files' sum
