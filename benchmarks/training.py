"""One full-batch iteration: a constant step against peers, and Armijo against its own parts."""

import time
from statistics import median

import nnlib
from benchmarks import agreement, contenders
from benchmarks.measure import digits, in_turns, per_iteration, seconds, summary

CASES = {(300, 12): 1000, (300, 64): 400, (3000, 64): 60, (30000, 64): 6}  # iterations a round
ROUNDS = 21
SMALL_STEP = 0.1  # at which rounding is not amplified


def problem(n, n_hidden):
    """Points of the spirals, their labels, and a start."""
    X, y = nnlib.make_spirals(n // 3, seed=1)
    return X, y, nnlib.init_parameters(n_hidden)


def constant_step():
    """Time each contender in each case, after a look whether all find the same.

    Returns
    -------
    table, agreements, compilation : list of dict
    """
    table, agreements, compilation = [], [], []
    for case, n_iterations in CASES.items():
        size = {"n": case[0], "n_hidden": case[1]}
        runs = _runs(case)
        found = agreement.refuse_unless_equal(runs)
        agreements += [
            {**size, "contender": name, "relative_difference": digits(d, 1)}
            for name, d in found.items()
        ]
        compilation.append({**size, "seconds": digits(_compile_time(case, n_iterations))})
        tasks = {
            name: lambda run=run, k=3 if "samples" in name else n_iterations: per_iteration(run, k)
            for name, run in runs.items()
        }
        times = in_turns(tasks, ROUNDS, f"training, {case[0]} points, {case[1]} hidden units")
        table += [{**size, "contender": name, **summary(t)} for name, t in times.items()]
    return table, agreements, compilation


def _runs(case):
    names = [name for name in contenders.ALL if case == (300, 12) or "samples" not in name]
    return {name: contenders.ALL[name](*problem(*case), SMALL_STEP) for name in names}


def _compile_time(case, n_iterations):
    """Seconds until JAX has compiled and run a length that it has not seen, less a second run."""
    run = contenders.jax_compiled(*problem(*case), SMALL_STEP)
    return seconds(run, n_iterations) - seconds(run, n_iterations)


def armijo():
    """Time an Armijo run, and its forward and backward passes alone, in the same rounds.

    Returns
    -------
    list of dict
        ``backward_passes_beside_trials`` is what an iteration costs beside its trials, in
        backward passes: (time - trials * forward) / backward.
    """
    return [_armijo(*case, max(10, k // 5)) for case, k in CASES.items()]


def _armijo(n, n_hidden, n_iterations):
    X, y, theta0 = problem(n, n_hidden)
    objective, thetas = nnlib.Objective(X, y), []
    arguments = objective, theta0, nnlib.Armijo(), n_iterations
    way = nnlib.gradient_descent(*arguments, callback=lambda k, theta, value: thetas.append(theta))
    tasks = {
        "run": lambda: seconds(nnlib.gradient_descent, *arguments),
        "passes": lambda: _passes(objective, thetas),
    }
    times = in_turns(tasks, ROUNDS, f"Armijo, {n} points, {n_hidden} hidden units")
    return {"n": n, "n_hidden": n_hidden, **_shares(way, times)}


def _shares(way, times):
    """The start costs a forward and a backward pass as well: all passes of the run are counted."""
    run, (forward, backward) = 1e6 * times["run"], 1e6 * times["passes"].T
    beside_trials = (run - int(way.n_values[-1]) * forward) / way.n_gradients
    return {
        "trials_per_iteration": digits(way.n_trials.mean()),
        **summary(run / way.n_iterations),
        "microseconds_per_forward_pass": digits(median(forward)),
        "microseconds_per_backward_pass": digits(median(backward)),
        "backward_passes_beside_trials": digits(median(beside_trials / backward)),
    }


def _passes(objective, thetas):
    """Seconds of a forward and of a backward pass, the means over the points."""
    forward = backward = 0.0
    for theta in thetas:
        begin = time.perf_counter()
        _, go_back = objective.forward(theta)
        middle = time.perf_counter()
        go_back()
        end = time.perf_counter()
        forward, backward = forward + middle - begin, backward + end - middle
    return forward / len(thetas), backward / len(thetas)
