"""Checks of chapter 3: every rule is put to work on functions whose minimum is known."""

import numpy as np

import nnlib
from nnlib.descent import Ray
from nnlib.exercises.formulas import words_of
from nnlib.exercises.verdict import check


class Quadratic:
    """1/2 theta H theta, as `nnlib.gradient_descent` expects it."""

    def __init__(self, H):
        self.H = np.atleast_2d(H)

    def forward(self, theta):
        return 0.5 * theta @ self.H @ theta, lambda: self.H @ theta


def adapted(words, names):
    """The same mistakes for an answer with other arguments; `names` gives the formula's values."""
    mistakes = words["mistakes"].items()
    return words | {"mistakes": {said: lambda *a, m=m: m(*names(*a)) for said, m in mistakes}}


def extremes(H):
    curvatures = np.linalg.eigvalsh(H)
    return curvatures[-1], curvatures[0]


@check(**adapted(words_of("constant_step_against_armijo", 1), extremes))
def check_1(answer):
    """Sixteen thousand steps, a little shorter and a little longer than the answer."""
    rng = np.random.default_rng(1)
    for size in (2, 2, 3, 5):
        A = rng.normal(size=(size, size))
        H = A @ A.T + 0.3 * np.eye(size)
        alpha = answer(H)
        answer.must(np.ndim(alpha) == 0 and 0 < alpha < np.inf, "A step is a positive number.")

        def error_after(alpha):
            with np.errstate(all="ignore"):  # it may run away to infinity
                many = np.linalg.matrix_power(np.eye(size) - alpha * H, 2**14)
            return np.linalg.norm(many)

        curvatures = ", ".join(f"{c:.3g}" for c in np.linalg.eigvalsh(H))
        case = f"For curvatures of {curvatures} it says {alpha:.4g}."
        longer, shorter = error_after(1.001 * alpha), error_after(0.999 * alpha)
        answer.must(shorter < 1, f"{case} A step slightly shorter still runs away.")
        answer.must(not longer <= 1, f"{case} A step slightly longer still converges.")


@check(**words_of("constant_step_against_armijo", 2))
def check_2(answer):
    """One search of nnlib's rule along a parabola."""
    rng, case = np.random.default_rng(2), (10.0, 1e-4, 0.5, 1.7)
    for _ in range(12):
        rule = nnlib.Armijo(*case[:3], max_backtracks=300)
        run = nnlib.gradient_descent(Quadratic(case[3]), [1.0], rule, 1)
        answer.should_be(run.n_trials[0], *case)
        case = (
            10 ** rng.uniform(-1, 3), rng.uniform(0.01, 0.8), rng.uniform(0.1, 0.9),
            10 ** rng.uniform(-1, 1.5),
        )  # fmt: skip


def at_one(phi, phi0, slope):
    return phi0, slope, phi(1.0)


@check(**adapted(words_of("constant_step_against_armijo", 3), at_one))
def check_3(answer):
    """Parabolas of the check's own, at any height; then as a rule in a descent."""
    rng, answer.kind = np.random.default_rng(3), nnlib.StepResult
    for _ in range(6):
        lowest, bend, floor = 10 ** rng.uniform(-1, 1), 10 ** rng.uniform(-1, 1), rng.normal(0, 5)
        asked = []

        def phi(alpha):
            asked.append(alpha)
            return bend * (alpha - lowest) ** 2 + floor

        found = answer(phi, bend * lowest**2 + floor, -2 * bend * lowest)
        answer.cases[-1] = answer.cases[-1][0], found.alpha
        words = f"The minimum of its parabola is at {lowest:.4g}, and it took {found.alpha:.4g}."
        answer.must(np.isclose(found.alpha, lowest), words)
        right = found.accepted and np.isclose(found.value, floor)
        answer.must(right, "The step is right; it must be accepted, with the value at its place.")
        asked = len(set(asked))
        answer.must(asked <= 2, f"It asked for {asked} values; at 1 and at the minimum are enough.")


def tried(fall=lambda sigma, alpha, slope: sigma * alpha * slope, kept=slice(None)):
    """A mistake: the trials of a search for another fall, or not all of them."""

    def mistake(phi, phi0, slope, alpha0, sigma, beta):
        steps = [alpha0]
        while not phi(steps[-1]) <= phi0 + fall(sigma, steps[-1], slope) and len(steps) < 60:
            steps.append(beta * steps[-1])
        return steps[kept]

    return mistake


@check(
    "Every trial is beta times the one before, and the first that falls by enough is the last.",
    {
        "The accepted step is a trial, too.": tried(kept=slice(-1)),
        "The first trial, alpha0, is missing.": tried(kept=slice(1, None)),
        "alpha is missing on the right: the fall asked for grows with the step.": tried(
            lambda sigma, alpha, slope: sigma * slope
        ),
        "Any fall is enough for it: sigma is forgotten.": tried(lambda sigma, alpha, slope: 0),
        "sigma is forgotten: it asks for the whole fall of the tangent.": tried(
            lambda sigma, alpha, slope: alpha * slope
        ),
        "The sign: slope is negative already, and the bound lies below phi0.": tried(
            lambda sigma, alpha, slope: -sigma * alpha * slope
        ),
    },
)
def check_4(answer):
    """The trials of nnlib's rule, at several places."""
    data = nnlib.load_dataset("spirals")
    objective = nnlib.Objective(data.X_train, data.y_train)
    rules = (10, 0.5, 0.5), (10, 1e-4, 0.5), (20, 0.8, 0.7), (2, 0.4, 0.3), (0.01, 0.2, 0.5)
    for seed, (alpha0, sigma, beta) in enumerate(rules):
        theta = nnlib.init_parameters(12, seed=seed)
        value, g = objective.value_and_gradient(theta)
        phi = Ray(objective, theta, -g)
        trials = nnlib.Armijo(alpha0, sigma, beta)(phi, value, -g @ g).trials
        expected = [trial.alpha for trial in trials]
        answer.should_be(expected, phi, value, -g @ g, alpha0, sigma, beta)
