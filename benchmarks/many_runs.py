"""Sixteen runs of one size, each with its own start and step: one by one, and as one batch."""

import numpy as np

import nnlib
from benchmarks import agreement, contenders
from benchmarks.measure import in_turns, per_iteration, summary
from nnlib.together import gradient_descents

N, N_HIDDEN, N_RUNS, N_ITERATIONS, ROUNDS = 300, 12, 16, 300, 21


def starts_and_steps(n_runs=N_RUNS):
    """A start for each run, and a step, small enough that rounding is not amplified."""
    thetas = np.array([nnlib.init_parameters(N_HIDDEN, seed=seed) for seed in range(n_runs)])
    return thetas, np.geomspace(0.01, 0.2, n_runs)


def one_by_one(X, y, thetas, alphas, contender=contenders.nnlib_public):
    """Each run by itself, with a contender of the other table."""
    runs = [contender(X, y, theta, alpha) for theta, alpha in zip(thetas, alphas.tolist())]

    def run(n_iterations):
        results = [single(n_iterations) for single in runs]
        return tuple(np.array(part) for part in zip(*results))

    return run


def batched(X, y, thetas, alphas):
    """nnlib's passes over all runs at once."""
    objective = nnlib.Objective(X, y)
    steps = [nnlib.ConstantStep(alpha) for alpha in alphas.tolist()]

    def run(n_iterations):
        histories = gradient_descents(objective, thetas, steps, n_iterations)
        return (
            np.array([history.theta for history in histories]),
            np.array([history.loss[:-1] for history in histories]),
        )

    return run


def jax_one_by_one(X, y, thetas, alphas):
    """JAX's compiled loop, called once for each run."""
    return one_by_one(X, y, thetas, alphas, contenders.jax_compiled)


def jax_batched(X, y, thetas, alphas):
    """JAX's compiled loop over all runs at once (vmap)."""
    import jax

    arrays = [contenders.jax_arrays(X, y, theta) for theta in thetas]
    x, labels, _ = arrays[0]
    parts = [jax.numpy.stack(same) for same in zip(*(parts for _, _, parts in arrays))]
    compiled = {}

    def run(n_iterations):
        if n_iterations not in compiled:
            training = jax.vmap(contenders.jax_training(n_iterations), (0, None, None, 0))
            compiled[n_iterations] = jax.jit(training)
        found = jax.block_until_ready(compiled[n_iterations](parts, x, labels, alphas))
        flat = [np.asarray(part).reshape(len(thetas), -1) for part in found[0]]
        return np.concatenate(flat, axis=1), np.asarray(found[1])

    return run


EVERYWHERE = {"nnlib, one by one": one_by_one, "nnlib, as a batch": batched}
ALL = EVERYWHERE | {"JAX, one by one": jax_one_by_one, "JAX vmap": jax_batched}


def many_runs():
    """Time all of them, after a look whether they find the same.

    Returns
    -------
    list of dict
    """
    X, y = nnlib.make_spirals(N // 3, seed=1)
    runs = {name: make(X, y, *starts_and_steps()) for name, make in ALL.items()}
    agreement.refuse_unless_equal(runs)
    tasks = {
        name: lambda run=run: per_iteration(run, N_ITERATIONS) / N_RUNS
        for name, run in runs.items()
    }
    times = in_turns(tasks, ROUNDS, f"{N_RUNS} runs")
    return [
        {"contender": name, "n": N, "n_hidden": N_HIDDEN, "n_runs": N_RUNS,
         **summary(t, "microseconds_per_run_and_iteration")}
        for name, t in times.items()
    ]  # fmt: skip
