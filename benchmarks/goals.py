"""What nnlib has set itself, and whether one run of the benchmarks meets it."""

from benchmarks.measure import digits
from benchmarks.sliders import GOAL

# nnlib's iteration as a share of a peer's: (n, n_hidden, peer, at most)
SHARES = [
    (300, 12, "PyTorch eager", 0.45),
    (300, 12, "scikit-learn", 0.45),
    (300, 12, "JAX jit + scan", 1.8),
    (3000, 64, "PyTorch eager", 0.75),
    (30000, 64, "PyTorch eager", 0.75),
]
ARMIJO = 1.2  # backward passes beside the trials
MANY_RUNS = ("nnlib, as a batch", "JAX vmap", 0.8)


def check(results):
    """Compare the tables of a run with the goals.

    Parameters
    ----------
    results : dict
        As in ``benchmarks.json``.

    Returns
    -------
    list of dict
        With ``goal`` in words, ``at_most``, ``measured`` and ``met``.
    """
    return [*_training(results), *_armijo(results), *_many_runs(results), *_sliders(results)]


def _goal(words, measured, at_most):
    return {
        "goal": words,
        "at_most": at_most,
        "measured": digits(measured),
        "met": bool(measured <= at_most),
    }


def _training(results):
    times = {
        (record["n"], record["n_hidden"], record["contender"]): record["microseconds_per_iteration"]
        for record in results["training"]
    }
    for n, n_hidden, peer, at_most in SHARES:
        share = times[n, n_hidden, "nnlib"] / times[n, n_hidden, peer]
        yield _goal(f"an iteration at ({n}, {n_hidden}), in {peer}'s", share, at_most)


def _armijo(results):
    for record in results["armijo"]:
        words = f"an Armijo iteration at ({record['n']}, {record['n_hidden']}) beside its trials, "
        beside = record["backward_passes_beside_trials"]
        yield _goal(words + "in backward passes", beside, ARMIJO)


def _many_runs(results):
    ours, peer, at_most = MANY_RUNS
    times = {
        record["contender"]: record["microseconds_per_run_and_iteration"]
        for record in results["many_runs"]
    }
    if ours in times:
        n_runs = results["many_runs"][0]["n_runs"]
        words = f"an iteration of one of {n_runs} runs as a batch, in {peer}'s"
        yield _goal(words, times[ours] / times[peer], at_most)


def _sliders(results):
    for record in results["sliders"]:
        words = f"{record['figure']}: median milliseconds to the first picture"
        yield _goal(words, record["first_picture_median_milliseconds"], GOAL)
