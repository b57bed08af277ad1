"""What nnlib has set itself, and whether one run of the benchmarks meets it."""

# An iteration of one contender, as a share of another's: (n, n_hidden, ours, peer, at most).
# Of JAX with samples as rows and as columns the quicker counts.
SHARES = [
    (300, 12, "nnlib compiled", "JAX", 0.65),
    (300, 12, "nnlib compiled", "PyTorch eager", 0.10),
    (300, 12, "nnlib compiled", "scikit-learn", 0.12),
    (300, 12, "nnlib readable", "PyTorch eager", 0.45),
    (300, 64, "nnlib compiled", "JAX", 0.6),
    (300, 64, "nnlib compiled", "PyTorch eager", 0.30),
    (3000, 64, "nnlib compiled", "JAX", 0.6),
    (3000, 64, "nnlib compiled", "PyTorch eager", 0.45),
    (30000, 64, "nnlib compiled", "JAX", 0.85),
    (30000, 64, "nnlib compiled", "PyTorch eager", 0.35),
]
ARMIJO = 1.15  # a run's time in that of its passes
MANY_RUNS = 0.5  # in JAX vmap's, the quicker layout
SWEEP_SECONDS = 180  # two cores; `make sweep` stores its time
SLIDER_MILLISECONDS = 150  # to the first picture


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
    return [_goal(*line) for line in _lines(results)]


def _goal(words, at_most, measured):
    measured = float(f"{measured:.3g}")
    return {"goal": words, "at_most": at_most, "measured": measured, "met": measured <= at_most}


def quickest(records, contender, time="microseconds_per_iteration"):
    """The name and time of the contender's quickest layout."""
    found = {r["contender"]: r[time] for r in records if r["contender"].split(",")[0] == contender}
    return min(found.items(), key=lambda item: item[1])


def _lines(results):
    for n, n_hidden, ours, peer, at_most in SHARES:
        here = [r for r in results["training"] if (r["n"], r["n_hidden"]) == (n, n_hidden)]
        (_, time), (peer, theirs) = quickest(here, ours), quickest(here, peer)
        yield f"{ours} at ({n}, {n_hidden}), in the time of {peer}", at_most, time / theirs
    for record in results["armijo"]:
        words = f"Armijo at ({record['n']}, {record['n_hidden']}), compiled, in its passes' time"
        yield words, ARMIJO, record["in_its_passes"]
    table, time = results["many_runs"], "microseconds_per_run_and_iteration"
    (_, ours), (peer, theirs) = (
        quickest(table, name, time) for name in ("nnlib compiled", "JAX vmap")
    )
    words = f"nnlib compiled, one of {table[0]['n_runs']} runs, in the time of {peer}"
    yield words, MANY_RUNS, ours / theirs
    for record in results["sweep"]:
        words = f"seconds of a sweep of {record['runs']} runs on {record['cores']} cores"
        yield words, SWEEP_SECONDS, record["seconds"]
    for record in results["sliders"]:
        words = f"{record['figure']}: median milliseconds to the first picture"
        yield words, SLIDER_MILLISECONDS, record["first_picture_median_milliseconds"]
