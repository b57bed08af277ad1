"""Chapter 7: a made-up report, the test that decides each of its claims, and the check."""

import math
from typing import NamedTuple

import numpy as np

import nnlib
from nnlib.exercises import table
from nnlib.exercises.formulas import SENTENCES
from nnlib.exercises.verdict import Wrong, check
from nnlib.gradient_check import numeric_gradient
from nnlib.objective import sigmoid

REPORT = table("a_second_report")
CONFIRMED, REFUTED, NOT_SUPPORTED, UNDECIDED = VERDICTS = REPORT["verdicts"]


class Finding(NamedTuple):
    """What a test says of a claim: the verdict, the name of the test, and what it found."""

    verdict: str
    test: str
    found: str

    def __str__(self):
        return f"{self.test} decides it, for {self.found}."


def S1(stated, given):
    count = nnlib.count_parameters(stated["n_hidden"], stated["n_inputs"], stated["n_classes"])
    found = f"with {stated['n_classes']} classes the arrays have {count} entries"
    return Finding(CONFIRMED if count == stated["n_parameters"] else REFUTED, "counting", found)


def S2(stated, given):
    z = np.linspace(-3, 3, 61)
    off = np.abs(value_of(stated["tanh"], z) - np.tanh(z)).max()
    off_by = "less than 1e-12" if off < 1e-12 else f"up to {off:.2g}"
    found = f"at 61 numbers it is {off_by} away from numpy's tanh"
    return Finding(CONFIRMED if off < 1e-12 else REFUTED, "putting numbers in", found)


def S3(stated, given):
    z = np.linspace(-2, 2, 9)
    slope = numeric_gradient(lambda v: np.tanh(v).sum(), z, "complex")
    said = value_of(stated["slope_of_tanh"], z)
    found = f"at z = 2 it says {said[-1]:.3g}, and tanh has the slope {slope[-1]:.3g}"
    return Finding(CONFIRMED if np.allclose(said, slope) else REFUTED, "a gradient check", found)


def S4(stated, given):
    theta = np.zeros(nnlib.count_parameters(7, 2, stated["n_classes"]))
    y = np.arange(stated["n_classes"])
    loss = nnlib.Objective(np.ones((y.size, 2)), y, n_classes=y.size).value(theta)
    right = math.isclose(loss, stated["loss_at_zero"], abs_tol=5e-4)
    found = f"whatever the points are, a blind guess costs ln {y.size} = {loss:.4f} nats"
    return Finding(CONFIRMED if right else REFUTED, "a baseline", found)


def S5(stated, given):
    n = stated["n_test"]
    shares = {f"{k / n:.3f}" for k in range(n + 1)}
    for name in ("accuracy_small", "accuracy_large"):
        if f"{stated[name]:.3f}" not in shares:
            k = math.floor(stated[name] * n)
            near = f"{k} of {n} would be {k / n:.3f}, {k + 1} would be {(k + 1) / n:.3f}"
            return Finding(REFUTED, "GRIM", f"no number of points gives {stated[name]}: {near}")
    return Finding(CONFIRMED, "GRIM", f"both are shares of {n} points")


def S6(stated, given):
    n, counts = stated["n_test"], stated["class_counts"]
    accuracy, most = stated["accuracy_small"], max(counts)
    blind, without_one = most / n, 1 - min(counts) / n  # the best that can never name a class
    error = math.sqrt(accuracy * (1 - accuracy) / n)
    found = f"always saying the most frequent class is right for {most} of {n}, {blind:.3f}"
    if accuracy < blind - 2 * error:
        return Finding(REFUTED, "a baseline", found)
    verdict = CONFIRMED if accuracy > without_one else NOT_SUPPORTED
    return Finding(verdict, "a baseline", found)


def S7(stated, given):
    n = stated["n_test"]
    # An accuracy that no count gives is read as the next count above.
    small, large = (math.ceil(stated[f"accuracy_{a}"] * n - 0.1) for a in ("small", "large"))
    ahead = large - small
    # Of the points on which one network alone is right there are at least as many as it is ahead,
    # and at most as many as the right and the wrong points allow.
    most = min(small, n - large)
    p = [mcnemar(behind + max(ahead, 0), 2 * behind + abs(ahead)) for behind in (0, max(most, 0))]
    if ahead <= 0:
        verdict = REFUTED
    elif max(p) < 0.05:
        verdict = CONFIRMED
    else:
        verdict = NOT_SUPPORTED if min(p) >= 0.05 else UNDECIDED
    found = f"at best {large} right against {small}, which chance does with p = {min(p):.2f}"
    return Finding(verdict, "McNemar's test in the best case", found)


def mcnemar(k, m):
    """Two-sided p-value of k heads of m fair coins."""
    ways = (math.comb(m, j) for j in range(m + 1) if abs(j - m / 2) >= abs(k - m / 2))
    return sum(ways) / 2**m


def S8(stated, given):
    missing = [name for name in ("data_set", "seed", "alpha") if name not in given]
    if missing:
        found = f"to run it again one would need {', '.join(missing).replace('_', ' ')}, and more"
        return Finding(UNDECIDED, "running it again", found)
    data = nnlib.load_dataset(given["data_set"])
    objective = nnlib.Objective(data.X_train, data.y_train, n_classes=data)
    theta0 = nnlib.init_parameters(stated["n_hidden"], data, seed=given["seed"])
    step = nnlib.ConstantStep(given["alpha"])
    loss = nnlib.gradient_descent(objective, theta0, step, stated["n_iterations"]).loss[-1]
    right = math.isclose(loss, stated["training_loss"], abs_tol=5e-4)
    return Finding(CONFIRMED if right else REFUTED, "running it again", f"it gives {loss:.3f}")


TESTS = {test.__name__: test for test in (S1, S2, S3, S4, S5, S6, S7, S8)}


def value_of(formula, z):
    """A formula of the report at z."""
    return eval(formula, {"np": np, "sigmoid": sigmoid, "z": z})


def findings(report=REPORT):
    """The finding of each claim's test, by the number of the claim."""
    return {name: test(report["stated"], report["given"]) for name, test in TESTS.items()}


@check(SENTENCES["audited"], form="a_second_report.1")
def check_1(answer):
    """Verdict by verdict; of those that differ all are told, each with the test that decides."""
    verdicts, closed = answer(), " or ".join(VERDICTS)
    if not isinstance(verdicts, dict):
        raise Wrong(f"It should be a dict with a verdict for each of {', '.join(TESTS)}.")
    told = []
    for name, finding in findings().items():
        said = verdicts.get(name)
        said = said.strip().lower() if isinstance(said, str) else said
        if said not in VERDICTS:
            raise Wrong(f"{name}: a verdict is {closed}, got {said!r}.")
        if said != finding.verdict:
            told.append(f'{name} is not "{said}": {finding}')
    if told:
        right = len(TESTS) - len(told)
        raise Wrong(SENTENCES["hold"].format(right=right, all=len(TESTS), told="\n".join(told)))
