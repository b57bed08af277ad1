"""Checks of chapter 2: every derivative is compared with its complex step."""

import numpy as np

import nnlib
from nnlib.exercises.formulas import words_of
from nnlib.exercises.verdict import check
from nnlib.gradient_check import check_gradient, numeric_gradient
from nnlib.objective import log_softmax, sigmoid


def slope(function, at):
    """Derivative of a real function in each entry of a vector."""
    return numeric_gradient(function, np.asarray(at, dtype=float), "complex")


def gradient_should_be(answer, value, at, *arguments):
    """Compare an answer with the gradient of a value; `check_gradient` says what is wrong."""
    got = answer.should_be(slope(value, at), *arguments)
    if answer.first and not answer.guess and np.shape(got) == at.shape:
        found = check_gradient(value, lambda _: np.asarray(got, dtype=float), at, "complex")
        answer.guess = f"check_gradient says: {found.worst.cause}."


def softmax(z):
    return np.exp(z) / np.exp(z).sum()


@check(**words_of("deriving_the_gradient", 1))
def check_1(answer):
    """Backwards through tanh, for weights that stand for the rest of the chain."""
    rng = np.random.default_rng(1)
    for size in (1, 5, 13):
        z1, da1 = rng.normal(0, 1.5, size), rng.normal(0, 2, size)
        answer.should_be(slope(lambda z: (da1 * np.tanh(z)).sum(), z1), da1, np.tanh(z1))


def chain(slope=lambda a: a * (1 - a), label=True, last_link=True):
    """A mistake: the way back from the output's error to x, with a link that is another or none."""

    def mistake(theta, x, k):
        W0, b0, W1, b1 = nnlib.unpack(theta)
        a1 = sigmoid(W0 @ x + b0)
        dz1 = W1.T @ (softmax(W1 @ a1 + b1) - label * np.eye(3)[k]) * slope(a1)
        return W0.T @ dz1 if last_link else dz1

    return mistake


@check(
    "z1 = W0 x + b0: x feeds every hidden unit, so its changes are summed over the units.",
    {
        "The slope of the sigmoid, a (1 - a), is missing.": chain(lambda a: 1),
        "That is the gradient in b0; one link is left, from z1 to x.": chain(last_link=False),
        "The label is missing: the error of the output is y_hat - y.": chain(label=False),
        "The slope is that of tanh.": chain(lambda a: 1 - a**2),
        "The slope is taken at a, which has been through the sigmoid already.": chain(
            lambda a: sigmoid(a) * sigmoid(-a)
        ),
    },
)
def check_2(answer):
    """The loss of one point, moved."""
    rng = np.random.default_rng(2)
    for n_hidden in (12, 2, 5, 30):
        theta = rng.normal(0, 1, 6 * n_hidden + 3)
        x, label = rng.normal(size=2), int(rng.integers(3))

        def loss(v):
            W0, b0, W1, b1 = nnlib.unpack(theta)
            return -log_softmax((W1 @ sigmoid(W0 @ v + b0) + b1)[:, None])[label, 0]

        gradient_should_be(answer, loss, x, theta, x, label)


@check(
    "Near h = 1e-5 the error of the formula, h², and the rounding, 1e-16 / h, are about equal.",
    {
        "2h lie between the two points, not h.": lambda f, theta, d: (
            (f(theta + 1e-5 * d) - f(theta - 1e-5 * d)) / 1e-5
        ),
        "The points lie 2h apart: divide by that.": lambda f, theta, d: (
            f(theta + 1e-5 * d) - f(theta - 1e-5 * d)
        ),
    },
)
def check_3(answer):
    """The slope along a direction, from the gradient; and which points were asked for."""
    data, rng = nnlib.load_dataset("spirals"), np.random.default_rng(3)
    for n_hidden in (12, 3, 20):
        objective = nnlib.Objective(data.X_train, data.y_train)
        theta = nnlib.init_parameters(n_hidden, seed=n_hidden)
        d = rng.standard_normal(theta.size)
        d, points = d / np.linalg.norm(d), []

        def value(v):
            points.append(np.array(v))
            return objective.value(v)

        answer(value, theta, d)
        asked = len(points)
        answer.must(asked == 2, f"It asked for {asked} values; two are enough, and allowed.")
        ways = [(point - theta) @ d for point in points]
        answer.must(all(ways), "One of the two points is theta itself: a forward difference.")
        h = max(map(abs, ways))
        answer.must(h < 1e-3, f"A step of {h:.1g} is too long: the curve bends on the way.")
        answer.must(h > 1e-8, f"A step of {h:.1g} is too short: the difference is rounding.")
        answer.should_be(objective.gradient(theta) @ d, value, theta, d, digits=8)


@check(
    "Raising one logit raises its own probability and lowers the others in proportion.",
    {
        "Off the diagonal it is not 0: all probabilities share one sum.": lambda z: np.diag(
            softmax(z) * (1 - softmax(z))
        ),
        "That is the report's: each probability as if it were a sigmoid of its own logit.": (
            lambda z: np.diag(-np.exp(z) / (np.exp(z) + 1) ** 2)
        ),
        "That is the slope of a sigmoid for each logit alone; the softmax divides by a sum.": (
            lambda z: np.diag(sigmoid(z) * sigmoid(-z))
        ),
        "Off the diagonal the sign is wrong: what one gains the others lose.": lambda z: (
            np.diag(softmax(z)) - np.outer(softmax(z), softmax(z)) * (2 * np.eye(z.size) - 1)
        ),
        "The diagonal lacks its first part.": lambda z: -np.outer(softmax(z), softmax(z)),
    },
)
def check_4(answer):
    """Every probability, differentiated in every logit."""
    for n_classes in (3, 2, 5, 7):
        z2 = np.random.default_rng(n_classes).normal(0, 2, n_classes)
        rows = [slope(lambda z, i=i: softmax(z)[i], z2) for i in range(n_classes)]
        answer.should_be(np.array(rows), z2)


@check(
    "The Jacobian's row is y_hat_i (1 - y_hat_i) and -y_hat_i y_hat_k, and nothing cancels.",
    {
        "That is the derivative in the probabilities; go on through the softmax.": (
            lambda y_hat, y: y_hat - y
        ),
        "Only the diagonal of the Jacobian is there.": lambda y_hat, y: (
            (y_hat - y) * y_hat * (1 - y_hat)
        ),
        "The sum over the other classes is missing: all probabilities share one sum.": (
            lambda y_hat, y: y_hat * (y_hat - y)
        ),
        "The factor y_hat_i in front of the Jacobian's row is missing.": lambda y_hat, y: (
            (y_hat - y) - y_hat @ (y_hat - y)
        ),
        "The square has a factor ½ in front, which takes the 2 away.": lambda y_hat, y: (
            2 * y_hat * ((y_hat - y) - y_hat @ (y_hat - y))
        ),
    },
)
def check_5(answer):
    """The squared error, differentiated in every logit."""
    for seed in range(6):
        rng = np.random.default_rng(seed)
        n_classes = int(rng.integers(2, 6))
        z2, y = rng.normal(0, 2, n_classes), np.eye(n_classes)[seed % n_classes]
        loss = lambda z: ((softmax(z) - y) ** 2).sum() / 2  # noqa: E731
        gradient_should_be(answer, loss, z2, softmax(z2), y)
