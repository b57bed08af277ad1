"""One full-batch iteration: against peers, of many runs, and of Armijo against its own passes."""

import math
from statistics import median

import numpy as np

import nnlib
from benchmarks import agreement, contenders
from benchmarks.measure import digits, in_turns, per_iteration, seconds, summary
from nnlib import compiled

CASES = {(300, 12): 1000, (300, 64): 400, (3000, 64): 60, (30000, 64): 6}  # iterations a round
N_RUNS, ROUNDS = 16, 21
SMALL_STEP = 0.1  # at which rounding is not amplified


def problem(n, n_hidden):
    """Points of the spirals, their labels, and a start."""
    X, y = nnlib.make_spirals(n // 3, seed=1)
    return X, y, nnlib.init_parameters(n_hidden)


def constant_step():
    """Time each contender in each case, after a look whether all find the same.

    Returns
    -------
    table, agreements : list of dict
    """
    table, agreements = [], []
    for case, n_iterations in CASES.items():
        names = [n for n in contenders.ALL if case == (300, 12) or n != contenders.LOOP]
        runs = {name: contenders.ALL[name](*problem(*case), SMALL_STEP) for name in names}
        size = {"n": case[0], "n_hidden": case[1]}
        found = agreement.refuse_unless_equal(runs)
        agreements += [
            {**size, "contender": name, "relative_difference": digits(d, 1)}
            for name, d in found.items()
        ]
        tasks = {
            name: lambda run=run, k=3 if name == contenders.LOOP else n_iterations: per_iteration(
                run, k
            )
            for name, run in runs.items()
        }
        times = in_turns(tasks, ROUNDS, f"training, {case[0]} points, {case[1]} hidden units")
        table += [{**size, "contender": name, **summary(t)} for name, t in times.items()]
    return table, agreements


def starts_and_steps(n_runs=N_RUNS):
    """A start for each run, and a step, small enough that rounding is not amplified."""
    thetas = np.array([nnlib.init_parameters(12, seed=seed) for seed in range(n_runs)])
    return thetas, np.geomspace(0.01, 0.2, n_runs)


def many_runs():
    """Sixteen runs of (300, 12): one after the other, and JAX's all at once.

    Returns
    -------
    list of dict
    """
    X, y, _ = problem(300, 12)
    runs = {name: make(X, y, *starts_and_steps()) for name, make in contenders.MANY.items()}
    agreement.refuse_unless_equal(runs)
    tasks = {name: lambda run=run: per_iteration(run, 300) / N_RUNS for name, run in runs.items()}
    times = in_turns(tasks, ROUNDS, f"{N_RUNS} runs")
    return [
        {"n": 300, "n_hidden": 12, "n_runs": N_RUNS, "contender": name,
         **summary(t, "microseconds_per_run_and_iteration")}
        for name, t in times.items()
    ]  # fmt: skip


@compiled.loops()
def forward_passes(theta, problem, gradient, n):
    """So many forward passes and nothing else."""
    value = 0.0
    for _ in range(n):
        value += compiled.go(theta, problem, gradient, True, False)[0]
    return value


@compiled.loops()
def all_passes(theta, problem, gradient, n_trials):
    """For each entry of n_trials so many forward passes and one backward pass."""
    slope = 0.0
    for n in n_trials:
        forward_passes(theta, problem, gradient, n)
        slope = compiled.go(theta, problem, gradient, False, True)[1]
    return slope


def armijo():
    """Time compiled Armijo runs, and in the same rounds the passes that they make, alone.

    Returns
    -------
    list of dict
        ``in_its_passes``: the run's time over that of its trials and backward passes.
    """
    return [_armijo(*case, max(10, k // 5)) for case, k in CASES.items()]


def _armijo(n, n_hidden, n_iterations):
    X, y, theta0 = problem(n, n_hidden)
    run = nnlib.Objective(X, y), theta0, nnlib.Armijo(), n_iterations
    trials = np.append(1, compiled.gradient_descent(*run).n_trials)  # the start's passes count too
    passes = theta0, compiled.problem_of(run[0], theta0.size), np.empty_like(theta0)
    tasks = {
        "run": lambda: seconds(compiled.gradient_descent, *run),
        "forward": lambda: seconds(forward_passes, *passes, trials.sum()),
        "passes": lambda: seconds(all_passes, *passes, trials),
    }
    times = in_turns(tasks, ROUNDS, f"Armijo, {n} points, {n_hidden} hidden units")
    run, forward, passes = (1e6 * times[name] for name in tasks)
    return {
        "n": n, "n_hidden": n_hidden, "trials_per_iteration": digits(trials[1:].mean()),
        **summary(run / n_iterations),
        "microseconds_per_forward_pass": digits(median(forward) / trials.sum()),
        "microseconds_per_backward_pass": digits(median(passes - forward) / len(trials)),
        "in_its_passes": digits(median(run / passes)),
    }  # fmt: skip


@compiled.loops()
def called_exponentials(x, out):
    """The C library's, called for one number after the other."""
    for s in range(x.size):
        out[s] = math.exp(x[s])


@compiled.loops()
def inlined_exponentials(x, out):
    """Our own, of which the compiler computes several at a time."""
    for s in range(x.size):
        out[s] = compiled.exp(x[s])


@compiled.loops()
def sigmoids(x, out):
    """An exponential and a division each."""
    for s in range(x.size):
        out[s] = 1 / (1 + compiled.exp(-x[s]))


def arithmetic(n=300, n_hidden=12, n_classes=3):
    """The parts that an iteration cannot do without, each alone and at its quickest.

    Returns
    -------
    list of dict
        Nanoseconds each: of an addition or multiplication in a large matrix product, of an
        exponential in three ways, of a sigmoid; and microseconds that an iteration needs at least.
    """
    x = np.linspace(-5, 5, n * (n_hidden + n_classes))  # as many as an iteration has; in the cache
    out, square, repeat = np.empty_like(x), np.ones((512, 512)), range(200)
    ways = {
        "exponential, a call each": lambda: called_exponentials(x, out),
        "exponential, numpy": lambda: np.exp(x, out=out),
        "exponential, inlined": lambda: inlined_exponentials(x, out),
        "sigmoid, inlined": lambda: sigmoids(x, out),
    }
    tasks = {
        name: lambda way=way: seconds(lambda: [way() for _ in repeat]) / len(repeat) / x.size
        for name, way in ways.items()
    }
    operation = "operation of a matrix product"
    tasks[operation] = lambda: seconds(lambda: square @ square) / (2 * 512**3)
    times = in_turns(tasks, ROUNDS, "arithmetic")
    each = {name: 1e9 * median(t) for name, t in times.items()}
    operations = 2 * n * n_hidden * (2 * 2 + 3 * n_classes)  # of chapter 6
    counts = {operation: operations, "sigmoid, inlined": x.size}
    return [
        {"part": name, "nanoseconds": digits(t),
         "microseconds_of_an_iteration": digits(counts.get(name, x.size) * t / 1000)}
        for name, t in each.items()
    ]  # fmt: skip
