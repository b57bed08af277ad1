"""What the arguments of nnlib are called, and what people put there: right values, and all others.

A name means the same everywhere, but for a few that are told apart as ``function.name``. Some are
functions of `Sizes`, on which all arguments of one call agree.
"""

import decimal
import fractions
import warnings
from collections import namedtuple

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import nnlib
from nnlib.audit.wrong_gradients import MISTAKES, WRONG_VALUES

Sizes = namedtuple("Sizes", "n_hidden n_inputs n_classes n_samples")


def objective(s):
    X = np.random.default_rng(s.n_hidden).normal(scale=3, size=(s.n_samples, s.n_inputs))
    return nnlib.Objective(X, np.arange(s.n_samples) % s.n_classes, 0.01, s.n_classes)


def numbers(*shape, low=-100.0, high=100.0):
    return arrays(float, shape, elements=st.floats(low, high, allow_subnormal=False))


def theta(s):
    size, rng = nnlib.count_parameters(*s[:3]), np.random.default_rng(s.n_samples)
    return st.sampled_from([0.0, 0.1, 1.0, 30.0]).map(lambda r: r * rng.uniform(-1, 1, size))


def parabola(alpha):
    return (1 - alpha) ** 2


def named(values):
    return st.dictionaries(WORDS, values, min_size=1, max_size=3)


def runs(s):
    start = np.ones(nnlib.count_parameters(*s[:3]))
    step = st.builds(nnlib.ConstantStep, st.sampled_from([0.1, 0.9, 1e99]))  # the last diverges
    return named(step.map(lambda rule: nnlib.gradient_descent(objective(s), start, rule, s[-1])))


@st.composite
def csv_file(draw, s):
    """A right file with up to two edits such as people make, as bytes."""
    text = draw(st.sampled_from(FILES))
    for _ in range(draw(st.sampled_from([0, 1, 2]))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from(CELLS)) + text[at + draw(st.integers(0, 9)) :]
    text = text.replace(",", draw(st.sampled_from(",;\t")))
    text = text.replace("\n", draw(st.sampled_from(["\n", "\r\n", "\r", "\n\n"])))
    return text.encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"])), "replace")


FILES = (
    "1,2,p\n2,1,p\n3,3,q\n4,5,q\n", "u (mm),v,class\n0.5,1,01\n-1,2e3,1\n1,2,-1\n 3 ,+4,-1\n",
    "a,b,k,split\n1,2,$x$,train\n3,3,$x$,test\n5,1,ä,train\n6,6,ä,test\n",
)  # fmt: skip
CELLS = ("", "nan", "1,5", ",", "\n", "1_0", "x", "-", "1e400", "1e101", "0x", "١", '"', "\0", "ä")
WORDS = st.sampled_from(["Armijo", "constant 1", "a_b", "loss $x^2$ (nats)", "ä", "100 %", "", "7"])
DATA = nnlib.load_dataset()
SEED, SHARE, COUNT = st.integers(0, 2**64), st.floats(0.001, 0.999), st.integers(0, 5)
ALPHA = st.one_of(st.sampled_from([1e-300, 1e-9, 1.0, 10.0, 1e9]), st.floats(1e-3, 1e3))
ARMIJO = st.builds(nnlib.Armijo, ALPHA, SHARE, SHARE, st.integers(0, 60))
WARM, CONSTANT = st.builds(nnlib.WarmStartedArmijo, ARMIJO), st.builds(nnlib.ConstantStep, SHARE)
SIZES, SEEDS = st.lists(st.integers(1, 9), max_size=2), st.lists(COUNT, max_size=2)
STEPS = st.lists(st.one_of(CONSTANT, ARMIJO, WARM), max_size=2)
GRID = st.builds(nnlib.Grid, st.just(DATA), SIZES, STEPS, SEEDS, COUNT)
VOCABULARY = {
    "direction": st.integers(-180, 179), "sharpness": st.floats(0.3, 100),
    "place": st.floats(-1.5, 1.5), "vote_0 vote_1 vote_2": st.floats(-10, 10),
    "beta sigma test_fraction": SHARE,
    "accuracy": lambda s: numbers(s.n_inputs, s[-1], low=0, high=1), "label x_label y_label": WORDS,
    "against": st.sampled_from(["iterations", "evaluations"]), "b1": lambda s: numbers(s.n_classes),
    "alpha alpha0 alpha_max marked": ALPHA, "objective Objective.self": objective, "seeds": SEEDS,
    "alphas columns values x": lambda s: numbers(s[-1]), "step": st.one_of(CONSTANT, ARMIJO, WARM),
    "armijo Armijo.self": ARMIJO, "iteration n_iterations": COUNT, "resolution": st.integers(2, 20),
    "ax callback class_names executor": None, "standardise": st.sampled_from([None, True, False]),
    "b0": lambda s: numbers(s.n_hidden), "data dataset": DATA, "max_backtracks": st.integers(0, 60),
    "base growth": st.floats(1.1, 9), "margin": st.floats(0, 9), "value": lambda s: lambda t: t @ t,
    "blocks": st.sampled_from([None, {"b": [0]}]), "errors": lambda s: named(numbers(s[-1], low=0)),
    "chance": st.sampled_from([0, 0.25]), "data_set name": st.sampled_from(["spirals", "penguins"]),
    "content": csv_file, "phi": lambda s: parabola, "progress": False, "turns": st.floats(-3, 3),
    "curves": lambda s: named(numbers(2, s[-1], low=1e-9)), "noise": st.sampled_from([0, 0.1, 0.5]),
    "divisor": st.sampled_from([1, 3.0]), "histories": runs, "rows": lambda s: numbers(s.n_inputs),
    "feature_names": st.lists(WORDS, min_size=2, max_size=2), "gradient": lambda s: lambda t: 2 * t,
    "grid": GRID, "Grid.n_hidden": SIZES, "seed": SEED, "slope": -2, "steps": STEPS,
    "h": st.floats(1e-9, 0.1), "n_classes": lambda s: st.sampled_from([s.n_classes, objective(s)]),
    "legend log": st.booleans(), "n_hidden": lambda s: s.n_hidden, "n_inputs": lambda s: s.n_inputs,
    "limits": st.sampled_from([(-1, 1, -2.0, 2.0), [0, 1e-3, 0, 9], np.array([-1e9, 1, 0, 5])]),
    "logits": lambda s: numbers(s[-1], s.n_classes, low=-1e30, high=1e30), "theta theta0": theta,
    "mistake": st.sampled_from([*MISTAKES]), "method": st.sampled_from(["central", "complex"]),
    "n_per_class": st.integers(1, 50), "result": ARMIJO.map(lambda rule: rule(parabola, 1.0, -2.0)),
    "phi0": 1.0, "y y_test": lambda s: arrays(int, s[-1], elements=st.integers(0, s.n_classes - 1)),
    "printed": st.sampled_from([(), WRONG_VALUES]), "W0": lambda s: numbers(s.n_hidden, s.n_inputs),
    "tolerance": st.sampled_from([0, 1e-3]), "X X_test": lambda s: numbers(s[-1], s.n_inputs),
    "W1": lambda s: numbers(s.n_classes, s.n_hidden), "weight_decay": st.sampled_from([0, 1e-3, 1]),
    "armijo_microscope.alpha0 step_size_race.alpha": 10.0, "WarmStartedArmijo.self": WARM,
    "armijo_microscope.beta": 0.5, "armijo_microscope.sigma": 0.1, "ConstantStep.self": CONSTANT,
    "decision_boundaries.n_iterations step_size_race.n_iterations": 100, "step_size_race.seed": 3,
    "decision_boundaries.step": "Armijo", "level": st.integers(1, 3),
    "plot_differences.h": lambda s: numbers(s[-1], low=1e-9),
}  # fmt: skip
VOCABULARY = {name: said for names, said in VOCABULARY.items() for name in names.split()}


def word(function, name, s):
    own = ".".join([*function.split(".")[-2 if name == "self" else -1 :][:1], name])
    said = VOCABULARY[own] if own in VOCABULARY else VOCABULARY[name]
    said = said(s) if callable(said) and not isinstance(said, st.SearchStrategy) else said
    return said if isinstance(said, st.SearchStrategy) else st.just(said)


# All others: plain nonsense, the same in another spelling, broken arrays.
NUMBERS = (
    0, 1, -1, 2, 3, 7, 1000, 10**30, -(10**30), 10**400, 0.0, -0.0, 0.5, 1.0, 2.0, 2.5, -1.5,
    1e-300, 5e-324, 1e-17, 1e8, 1e300, 1.7e308, -1.7e308, np.nan, np.inf, -np.inf, np.float16(0.5),
    np.float32(0.1), np.longdouble("0.1"), np.int8(3), np.uint8(255), np.uint64(2**64 - 1),
)  # fmt: skip
COUNTS = "n_hidden n_inputs n_classes n_per_class n_iterations resolution max_backtracks iteration"
ALIENS = (  # neither a number nor an array of numbers
    None, "", "1", "nan", b"7", True, np.True_, 1j, object(), [], {}, {"a": 1}, {1, 2}, slice(2),
    [None], ["a"], ["1", "2"], [[1.0, 2.0], [3.0]], [1, "2"], ..., len, np.datetime64("2020-01-01"),
)  # fmt: skip
ODD = (
    range(3), [0.5], (0, 1), memoryview(b"abc"), np.array([[1.0]]), np.arange(9.0),
    fractions.Fraction(1, 3), decimal.Decimal("0.5"), np.array(0.5), np.array(None), np.array("a"),
    np.zeros((0, 2)), np.zeros(0),
)  # fmt: skip


def put(a, value):
    a = a.astype(np.result_type(a, type(value)) if type(value) in (int, float) else object)
    a[np.unravel_index(a.size // 2, a.shape)] = value
    return a


SPELLINGS = (
    np.copy, np.ndarray.tolist, np.asfortranarray, np.ma.array, lambda a: tuple(a.tolist()),
    lambda a: np.frombuffer(a.tobytes(), a.dtype).reshape(a.shape),  # read-only
    lambda a: np.stack([a, 0 * a + 99], axis=-1)[..., 0],  # with others between the entries
    lambda a: a[::-1].copy()[::-1], lambda a: a.astype(object),
    lambda a: a.astype(a.dtype.newbyteorder()),
    lambda a: a.astype(np.longdouble) if a.dtype.kind == "f" else a.astype(np.uint8),
    lambda a: np.asmatrix(a) if a.ndim == 2 else a.view(type("Mine", (np.ndarray,), {})),
)  # fmt: skip
ENTRIES = np.nan, np.inf, -np.inf, 1.7e308, 5e-324, -1, 9, 0.5, None, "1", 1j
DAMAGES = (
    *(lambda a, entry=entry: put(a, entry) for entry in ENTRIES),
    *(lambda a, factor=factor: a * factor for factor in (0, 1e300, 1e-300, 1e20, -1e9)),
    *(lambda a, kind=kind: a.astype(kind) for kind in (str, "S", bool, complex, int, float)),
    *(lambda a, at=at: a[at] for at in (0, None, slice(1), slice(-1), slice(0), (..., 0))),
    *(lambda a, kind=kind: np.zeros(a.shape, kind) for kind in ("M8[D]", [("field", float)])),
    lambda a: np.ma.array(a, mask=np.arange(a.size).reshape(a.shape) == 0),
    np.transpose, np.ravel, lambda a: np.repeat(a[:1], len(a), axis=0), lambda a: a[..., None],
    lambda a: np.concatenate([a, a]), lambda a: np.eye(3)[np.arange(len(a)) % 3],  # one-hot
)  # fmt: skip


@st.composite
def mutated(draw, name, value):
    """Something else in the place of `value`; half of the arrays say the same, spelt otherwise."""
    if isinstance(value, np.ndarray) and draw(st.integers(0, 5)):
        change = draw(st.sampled_from(draw(st.sampled_from((SPELLINGS, DAMAGES)))))
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # numpy would rather have no more matrices
            return change(value)
    if isinstance(value, dict) and value and draw(st.booleans()):
        return {key: draw(mutated(name, entry)) for key, entry in value.items()}
    kind = draw(st.sampled_from((NUMBERS, ALIENS, ODD)))
    if name in COUNTS.split() and kind is NUMBERS:  # numpy would try to find the memory for 10**30
        kind = [number for number in NUMBERS if isinstance(number, float) or abs(number) <= 1000]
    return draw(st.sampled_from(kind))
