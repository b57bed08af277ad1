"""What may be planted in a gradient, and the instruments that find it: the rules of the game."""

import itertools

import numpy as np

from nnlib import load_dataset
from nnlib.audit.wrong_gradients import MISTAKES, WRONG_VALUES, ReportObjective
from nnlib.descent import gradient_descent
from nnlib.exercises import table
from nnlib.gradient_check import METHODS, numeric_gradient, taylor_order
from nnlib.objective import Objective
from nnlib.parameters import init_parameters, unpack
from nnlib.steps import ConstantStep

WORDS = table("words")["who_planted_it"]
THETA, DECAY, N_STEPS, START, WRONG = init_parameters(12), 0.01, 5, 100, 20
MUCH = 100  # nats; above it the digits of a loss are rounding
BLOCKS = unpack(np.arange(THETA.size))._asdict()
NO_DECAY = "weight decay forgotten"
# An output error that is no multiple of the right one: which slope, or whether weight decay, comes
# after it, nobody can read off the blocks. These are not planted together.
SCRAMBLES, BEHIND = {"off-diagonal terms forgotten", "R6"}, {"hidden-error", "weight decay", "R10"}


def lines(level):
    """The lines of the backward pass that may be wrong at a level."""
    return [line for line in WORDS["lines"] if level in line["levels"]]


def names(level, case):
    """What is planted where `case` has the number of an option for each line: a set of names."""
    chosen = (line["options"][i] for line, i in zip(lines(level), case))
    return {option["plants"] for option in chosen if "plants" in option}


def cases(level):
    """All that can be planted at a level: with at most one mistake, two, or at most two."""
    counts = {1: (0, 1), 2: (2,), 3: (0, 1, 2)}[level]
    behind = [line["name"] in BEHIND for line in lines(level)]
    every = itertools.product(*(range(len(line["options"])) for line in lines(level)))
    return [
        case for case in every
        if np.count_nonzero(case) in counts
        and not (names(level, case) & SCRAMBLES and np.dot(case, behind))
    ]  # fmt: skip


class Anonymous:
    """The right loss, and a gradient with these mistakes, of which its repr tells nothing."""

    def __init__(self, planted):
        data = load_dataset("spirals")
        points = data.X_train, data.y_train
        if planted & {*WRONG_VALUES}:
            wrong = ReportObjective(*points, DECAY, printed=planted)
        else:  # each replaces another method
            kinds = [MISTAKES[name] for name in sorted(planted - {NO_DECAY})] or [Objective]
            wrong = type("Objective", (*kinds,), {})(*points, 0 if NO_DECAY in planted else DECAY)
        self.value = Objective(*points, DECAY).value
        self.forward = lambda theta: (self.value(theta), wrong.forward(theta)[1])

    def gradient(self, theta):
        return self.forward(theta)[1]()


def planted(level, case):
    """The objective in which this stands at a level."""
    return Anonymous(names(level, case))


def read(name, f):
    """What an instrument finds: the key of its sentence, and numbers by the names of the gaps."""
    if name == "zero_sums":
        g = unpack(f.gradient(THETA))
        columns = g.W1.sum(axis=0)
        return "zero_sums", {"b1": g.b1.sum(), "W1": columns[np.argmax(abs(columns))]}
    if name == "loss_falls":
        loss = gradient_descent(f, THETA, ConstantStep(1.0), N_STEPS).loss
        falls = "falls" if loss[-1] < loss[0] else "rises"
        return falls, {"first": loss[0], "last": loss[-1]}
    if name == "taylor_order":
        order = taylor_order(f.value, f.gradient, THETA)
        return f"order_{'right' if order > 1.99 else 'wrong'}", {"order": order}
    return compare(BLOCKS[name].ravel(), f)


def compare(where, f):
    """Some entries of the gradient beside numeric ones: right, zero, a multiple, or neither."""

    def inside(part):
        theta = THETA.copy()
        theta[where] = part
        return f.value(theta)

    g, g_hat = f.gradient(THETA)[where], numeric_gradient(inside, THETA[where])
    allowed = METHODS["central"]["rtol"] * abs(g) + METHODS["central"]["atol"]
    if np.all(abs(g - g_hat) <= allowed * max(1, f.value(THETA))):
        return "block_right", {}
    if not g.any():
        return "block_zero", {}
    ratios = (g / g_hat)[abs(g_hat) > 1e-3 * abs(g_hat).max()]
    factor = np.median(ratios)
    common = np.ptp(ratios) < 1e-3 * abs(factor)
    return "block_factor" if common else "block_mixed", {"factor": factor}


def short(gap, x):
    """A number as it is said, by the name of its gap; the page writes the same."""
    if gap == "order":
        return f"{x:.2f}"
    if gap == "last" and x > MUCH:
        return WORDS["much"]
    digits = 4 if gap in ("first", "last") else 3
    return f"{0 if abs(x) < 1e-9 else float(f'{x:.{digits}g}'):g}".replace("-", "−")


def sentence(name, f):
    """The same in words."""
    key, numbers = read(name, f)
    said = {gap: short(gap, x) for gap, x in numbers.items()}
    return WORDS["readings"][key].format(block=name, **said)


def same(f, g):
    """Whether two gradients are equal, up to rounding."""
    return np.allclose(f.gradient(THETA), g.gradient(THETA), rtol=1e-9, atol=1e-12)


def facts():
    """All that the page's script is told; nothing of it belongs to one case."""
    d = np.random.default_rng(0).standard_normal(THETA.size)  # the direction of `taylor_order`
    rules = {"decay": DECAY, "n_steps": N_STEPS, "start": START, "wrong": WRONG, "much": MUCH}
    pools = {level: cases(level) for level in (1, 2, 3)}
    return WORDS | {"rules": rules, "cases": pools, "direction": (d / np.linalg.norm(d)).tolist()}
