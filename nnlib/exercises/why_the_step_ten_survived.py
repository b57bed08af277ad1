"""Checks of chapter 3b."""

import numpy as np

import nnlib
from nnlib.exercises.formulas import words_of
from nnlib.exercises.verdict import check
from nnlib.objective import sigmoid


def moved(change):
    """A mistake: theta with another change of b1."""

    def mistake(theta):
        theta = theta.copy()
        parts = nnlib.unpack(theta)
        parts.b1[:] += change(parts)
        return theta

    return mistake


@check(
    "What the constant -½ takes from each logit can be put into its bias.",
    {
        "The sign: taking a half from every activation lowers the logits.": moved(
            lambda p: p.W1.sum(axis=1) / 2
        ),
        "The half is missing.": moved(lambda p: -p.W1.sum(axis=1)),
        "Nothing has been moved.": moved(lambda p: 0),
        "The mean over the units instead of their sum.": moved(lambda p: -p.W1.mean(axis=1) / 2),
        "Every class has its own row of W1; that is the sum over all of it.": moved(
            lambda p: -p.W1.sum() / 2
        ),
    },
)
def check_1(answer):
    """The logits of the centred network, and those of ours at what the answer gives."""
    rng = np.random.default_rng(1)
    for n_hidden in (12, 1, 40):
        theta, X = rng.normal(size=6 * n_hidden + 3), rng.normal(size=(7, 2))
        W0, b0, W1, b1 = nnlib.unpack(theta)
        centred = (W1 @ (sigmoid(W0 @ X.T + b0[:, None]) - 0.5) + b1[:, None]).T
        ours = answer(theta)
        same = np.shape(ours) == theta.shape
        answer.must(same, f"theta has {theta.size} numbers, and so has the other network's.")
        off = np.abs(nnlib.predict_logits(np.asarray(ours, dtype=float), X) - centred).max()
        words = f"With {n_hidden} hidden units the two networks' logits are up to {off:.3g} apart."
        answer.must(off < 1e-9, words)


@check(**words_of("why_the_step_ten_survived", 2))
def check_2(answer):
    """Runs with a little more and a little less weight decay than the answer."""
    data, rng = nnlib.load_dataset("spirals"), np.random.default_rng(2)
    X, y = data.X_train[::15], data.y_train[::15]
    for alpha in (5.0, *np.exp(rng.uniform(0.7, 4, 3))):
        found = answer(float(alpha))
        answer.must(np.ndim(found) == 0 and found > 0, "Weight decay is a positive number.")
        for factor, blows_up in ((0.97, False), (1.03, True)):
            objective = nnlib.Objective(X, y, weight_decay=factor * float(found))
            theta0, step = nnlib.init_parameters(2), nnlib.ConstantStep(float(alpha))
            run = nnlib.gradient_descent(objective, theta0, step, 1500)
            diverged = not np.abs(run.theta).max() < 1e6
            does = "the weights explode" if diverged else "nothing explodes"
            words = f"At the step {alpha:.3g} it says {found:.4g}; with {factor} times that {does}."
            answer.must(diverged == blows_up, words)
