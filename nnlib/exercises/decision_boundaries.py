"""Checks of chapter 5."""

import functools

import numpy as np
import scipy.optimize

import nnlib
from nnlib.exercises.constant_step_against_armijo import adapted
from nnlib.exercises.formulas import words_of
from nnlib.exercises.verdict import Wrong, check
from nnlib.objective import sigmoid


def unit_and_point(theta, j, x):
    W0, b0, _, _ = nnlib.unpack(theta)
    return (*W0[j], b0[j], *x)


@check(**adapted(words_of("decision_boundaries", 1), unit_and_point))
def check_1(answer):
    """The shortest way back to the line, by least squares."""
    rng = np.random.default_rng(1)
    for n_hidden in (5, 1, 12, 30):
        theta = rng.normal(0, 1.5, 6 * n_hidden + 3)
        j, x = int(rng.integers(n_hidden)), rng.normal(size=2)
        W0, b0, _, _ = nnlib.unpack(theta)
        z = W0[j] @ x + b0[j]
        way = np.linalg.lstsq(W0[j : j + 1], np.array([-z]))[0]
        answer.should_be(float(np.sign(z) * np.linalg.norm(way)), theta, j, x)


def view(activation, bias=1.0):
    """A mistake: class and probability for other activations at infinity."""

    def mistake(theta, d):
        W0, b0, W1, b1 = nnlib.unpack(theta)
        z2 = W1 @ activation(W0 @ d, b0) + bias * b1
        y_hat = np.exp(z2 - z2.max()) / np.exp(z2 - z2.max()).sum()
        return y_hat.argmax(), y_hat.max()

    return mistake


@check(
    "Far away every unit is on or off, by the sign of its row of W0 along d alone.",
    {
        "That is the view at the place d; far away the length of d is no matter.": view(
            lambda z, b0: sigmoid(z + b0)
        ),
        "Far away the bias b0 is no matter: W0 d grows beyond it.": view(
            lambda z, b0: (z + b0 > 0) * 1.0
        ),
        "The output biases are forgotten.": view(lambda z, b0: (z > 0) * 1.0, bias=0.0),
        "Units that are off are 0, not -1.": view(lambda z, b0: np.sign(z)),
        "On and off are the wrong way round.": view(lambda z, b0: (z < 0) * 1.0),
    },
)
def check_2(answer):
    """What the network says at 1e8 d."""
    rng = np.random.default_rng(2)
    for n_hidden in (12, 3, 1, 20):
        theta = rng.normal(0, 2, 6 * n_hidden + 3)
        for length in (1.0, 1e-14, 30.0):
            d = length * rng.normal(size=2)
            p = nnlib.predict_proba(theta, 1e8 / length * d[None])[0]
            answer.should_be(np.array([p.argmax(), p.max()]), theta, d)


@functools.cache  # the same for every answer
def fresh_loss(n, share, weight_decay):
    """Trained with all the points that an answer gets, tested on two thousand others."""
    X, y = with_noise(nnlib.make_spirals(n, seed=11), share, 11)
    value_and_gradient = nnlib.Objective(X, y, weight_decay).value_and_gradient
    theta = scipy.optimize.minimize(
        value_and_gradient, nnlib.init_parameters(12), jac=True, options={"maxiter": 500}
    ).x
    return nnlib.evaluate(theta, *with_noise(nnlib.make_spirals(700, seed=13), share, 13)).loss


@check("Points that took part in the training cannot say how much of it was memory.")
def check_3(answer):
    """Few noisy points, where more decay is better, and clean ones, where less is."""
    for n, share, labels, candidates in (
        (20, 0.5, "half of the labels drawn by lot", [1e-4, 0.03]),
        (40, 0.0, "right labels", [0.1, 1e-4]),
    ):
        X, y = with_noise(nnlib.make_spirals(n, seed=11), share, 11)
        losses = {c: fresh_loss(n, share, c) for c in candidates}
        best, other = sorted(candidates, key=losses.get)
        for listed in (candidates, candidates[::-1]):
            got = answer(X, y, listed)
            one = np.ndim(got) == 0 and got in candidates
            answer.must(one, f"It must be one of the candidates {listed}, got {got!r}.")
            if got == other:
                raise Wrong(
                    f"For {len(X)} points with {labels} it chose {other:g}; on 2100 fresh points "
                    f"the loss is {losses[other]:.2f} with that, {losses[best]:.2f} with {best:g}."
                    + (" The training loss alone would choose this, too." if best > other else "")
                )


def with_noise(data, share, seed):
    (X, y), rng = data, np.random.default_rng(seed)
    return X, np.where(rng.random(len(y)) < share, rng.integers(0, 3, len(y)), y)


def best_temperature(logits, y):
    """By a grid, a hundredth of a per cent apart at the end."""
    T = 1.0
    for width in (6.0, 0.5, 0.05, 0.005):
        grid = T * np.exp(np.linspace(-width, width, 101))
        T = grid[np.argmin([nnlib.cross_entropy(logits / t, y) for t in grid])]
    return T


@check(
    "Dividing all logits by one positive number leaves their order alone, so no class changes.",
    {
        "That is its inverse: the logits are divided by T, not multiplied.": lambda logits, y: (
            1 / best_temperature(logits, y)
        ),
        "That is the square of it.": lambda logits, y: best_temperature(logits, y) ** 2,
        "That changes nothing.": lambda logits, y: 1.0,
        "That is its logarithm.": lambda logits, y: np.log(best_temperature(logits, y)),
        "That is the lowest loss; the place of it was asked for.": lambda logits, y: (
            nnlib.cross_entropy(logits / best_temperature(logits, y), y)
        ),
    },
)
def check_4(answer):
    """Labels drawn by known probabilities, and logits that are too large or too small."""
    for seed, scale in enumerate((7.0, 0.2, 1.0, *np.random.default_rng(4).uniform(0.3, 4, 2))):
        rng = np.random.default_rng(seed)
        theta = 8 * nnlib.init_parameters(12, seed=seed)
        p = nnlib.predict_proba(theta, rng.normal(size=(400, 2)))
        y = np.array([rng.choice(3, p=row) for row in p])
        logits = scale * np.log(p)
        best = float(best_temperature(logits, y))
        answer.should_be(best, logits, y, digits=2)
