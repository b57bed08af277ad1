"""What the core refuses, in one table: a message names the argument, the value and the mend.

A key has calls and an argument of theirs; its rows what is put there, the error, and words of the
message: ... is anything, @ the argument, $ the end. A range of numbers stands for rows of its own.
"""

import fractions
import math
import re
from inspect import signature
from itertools import chain, product
from types import SimpleNamespace

import numpy as np
import pytest

import nnlib
from nnlib import Armijo, Dataset, Objective, StepResult, load_dataset, unpack
from nnlib.gradient_check import numeric_gradient

pytestmark = pytest.mark.filterwarnings("error")
DATA, ONE, THETA, X = load_dataset(), Objective([[1.0, 2.0]], [0]), np.ones(9), np.eye(3)[:, :2]


def own(answer):
    return SimpleNamespace(forward=lambda theta: answer)


def stepping(alpha):
    return lambda *search: StepResult(alpha, 1.0, True, (), "own")


OTHERS = {
    "numeric_gradient": numeric_gradient, "value": ONE.value,
    "search": lambda slope: Armijo()(lambda alpha: -alpha, 1.0, slope),
}  # fmt: skip
GOOD = dict(  # what every call takes
    theta=THETA, theta0=THETA, X=X, y=[0, 1, 2], logits=np.zeros((3, 3)), n_inputs=2, n_classes=3,
    n_hidden=3, seed=0, weight_decay=0.1, n_iterations=3, tolerance=0, step=Armijo(), objective=ONE,
    alpha=1.0, alpha0=1.0, sigma=0.1, beta=0.5, max_backtracks=3, slope=-1.0, armijo=Armijo(),
    growth=2.0, alpha_max=1e3, value=lambda t: t @ t, gradient=lambda t: 2 * t, method="central",
    h=1e-3, blocks=None, name="penguins", test_fraction=0.2, standardise=True, n_per_class=3,
    noise=0.1, turns=1.0, data=DATA, steps=[Armijo()], seeds=range(2),
) | {("Grid", "n_hidden"): [3]}  # fmt: skip
PREDICTIONS = "predict predict_logits predict_proba evaluate"
NETWORKS, POINTS = PREDICTIONS + " value unpack", PREDICTIONS + " Objective"
CHECKS, DIFFERENCES = "check_gradient taylor_order", "check_gradient taylor_order numeric_gradient"
VECTORS, SIZES = PREDICTIONS + " " + DIFFERENCES, "count_parameters init_parameters"
TABLE = {
    (POINTS + " cross_entropy", "X logits"): [
        ([1.0, 2.0], ValueError, "have shape (n_samples, n_features)...(2,)...@[None, :]"),
        ([[1.0, np.inf]], ValueError, "finite, got @[0, 1] = inf (1 such"),
        ([[None, 2.0]], ValueError, "finite, got @[0, 0] = nan"),
        ([["1", "2"]], TypeError, "an array of real numbers: ... dtype <U1"),
        ([[1.0, 2.0], [3.0]], TypeError, "an array of real numbers: ...inhomogen")],
    ("evaluate Objective cross_entropy", "y"): [
        (np.eye(3), ValueError, "shape (3, 3): one-hot vectors? Write y.argmax(axis=1)"),
        ([0, 1], ValueError, "one for each of the 3 samples, shape (3,), got shape (2,)$"),
        ([0.0, 1.0, 2.0], TypeError, "integer labels, got dtype float64; write y.astype(int)"),
        ([0.5] * 3, TypeError, "integer labels, got dtype float64$"),
        ([True] * 3, TypeError, "y ..., got dtype bool; write y.astype(int)"),
        (["a"] * 3, TypeError, "y ...; write np.unique(y, return_inverse=True)[1]"),
        ([0, 1, 3], ValueError, "labels 0 ... 2 (n_classes=3), got 0 ... 3: is n_classes right?"),
        ([1, 2, 3], ValueError, "got 1 ... 3: labels from 1? Write y - 1"),
        ([-1, 0, 2], ValueError, "got -1 ... 2: is n_classes right")],
    (NETWORKS, "theta"): [
        (np.zeros(74), ValueError, "a vector of 6 n_hidden + 3 ... for instance 69 or 75, got")],
    ("value unpack", "theta"): [(np.zeros((3, 9)), ValueError, "a vector ..., got shape (3, 9)")],
    (VECTORS + " gradient_descent", "theta theta0"): [
        (np.zeros((9, 1)), ValueError, "have shape (n,), got shape (9, 1); write @.ravel()"),
        ([], ValueError, "have shape (n,), got shape (0,), which has no entries"),
        (np.array([0, np.inf] + [0] * 7), ValueError, "finite, got @[1] = inf"),
        (THETA + 0j, TypeError, "an array of real numbers: ... complex128")],
    (VECTORS + " value gradient_descent", "theta theta0"): [
        (["1"] * 9, TypeError, "an array of real numbers: ... <U1"),
        (np.ma.array(THETA, mask=1), ValueError, "no masked entries: leave them out, or call")],
    (PREDICTIONS, "theta"): [
        (np.full(15, 1.7e308), ValueError, "is too large, up to 1.7e+308: a logit overflows")],
    (f"{POINTS} {SIZES} unpack", "n_classes"): ["a whole number >= 2"],
    (f"{SIZES} unpack", "n_inputs"): ["a whole number >= 1"],
    (f"{SIZES} make_spirals", "n_hidden n_per_class"): ["a whole number >= 1"],
    ("init_parameters make_spirals taylor_order load_dataset", "seed"): ["a whole number >= 0"],
    ("Armijo gradient_descent", "max_backtracks n_iterations"): ["a whole number >= 0"],
    ("Objective gradient_descent", "weight_decay tolerance"): ["finite and >= 0"],
    ("Armijo ConstantStep WarmStartedArmijo", "alpha0 alpha alpha_max"): ["finite and > 0"],
    ("numeric_gradient", "h"): [
        "finite and > 0", (1e-300, ValueError, "1e-300 is too small or large for theta[0]")],
    ("Armijo load_dataset", "sigma beta test_fraction"): ["finite and > 0 and < 1"],
    ("WarmStartedArmijo", "growth"): ["finite and > 1"],
    ("make_spirals", "noise"): ["finite and >= 0 and < 1e+100"],
    ("make_spirals", "turns"): ["finite and >= -1e+06 and < 1e+06"],
    (POINTS, "n_classes"): [(Dataset, TypeError, ", got <")],
    ("ConstantStep", "alpha"): [(10**400, ValueError, "finite and > 0, got 100...... ...$")],
    ("WarmStartedArmijo", "armijo"): [(Armijo, TypeError, "an Armijo rule, got <class")],
    ("search", "slope"): [
        (0.0, ValueError, "< 0 (a descent direction; is the sign of the gradient right?), got 0.0"),
        (math.nan, ValueError, "< 0 ..., got nan")],
    # data sets; what is wrong inside a file: tests of csv_file
    ("load_dataset", "name"): [
        (3, TypeError, "a data set's name or the path of a CSV file, got 3"),
        ("Penguin.csv", FileNotFoundError, "'Penguin.csv'; did you mean 'penguins'?"),
        ("no/such/thing.csv", FileNotFoundError, "no file...('spirals', 'penguins')$"),
        (".", FileNotFoundError, "no data set and no file is called '.'")],
    ("load_dataset", "standardise"): [("no", ValueError, "one of None, True, False, got 'no'")],
    # functions, and what they answer
    (DIFFERENCES, "value"): [
        (ONE.value(THETA), TypeError, "a function of theta, got 1.0"),
        (lambda t: 1j, TypeError, "one real number, got 1j"),
        (lambda t: t, TypeError, "one real number, got array(")],
    (CHECKS, "gradient"): [
        (THETA, TypeError, "a function of theta, got array("),
        (lambda t: t[:1], ValueError, "have shape (9,), got (1,)"),
        (lambda t: 1j * t, TypeError, "... real numbers: ... complex")],
    ("check_gradient numeric_gradient", "method"): [
        ("exact", ValueError, "one of 'forward', 'central', 'complex', got 'exact'"),
        ([], ValueError, "one of ..., got []")],
    ("check_gradient", "blocks"): [
        ({}, TypeError, "a dict of slices or integer arrays, got {}"),
        (unpack(THETA)._asdict(), ValueError, "blocks['W0'] must be a slice or positions in theta"),
        ({"b": slice(2, 2)}, ValueError, "a slice or positions in theta, at least one")],
    ("taylor_order", "value"): [
        (lambda t: math.nan, ValueError, "have a finite value and gradient...got (nan, ")],
    ("taylor_order", "gradient"): [
        (lambda t: math.inf * t, ValueError, "must have a finite value and gradient")],
    # a descent, with own objectives and own rules
    ("gradient_descent", "objective"): [
        ("f", TypeError, "have a method forward(theta), got 'f'"),
        (Objective, TypeError, "have a method ..., got <class"),
        (own(1.0), TypeError, "must return a value and a function, got 1.0"),
        (own((1.0, THETA)), TypeError, "must return a value and a function, got (1.0, array"),
        (own((np.ones(1), len)), TypeError, "the value must ..., got array([1.])"),
        (own((1.0, lambda: np.ones(1))), ValueError, "the gradient must have shape (9,), got (1,)"),
        (own((1.0, lambda: "ab")), TypeError, "the gradient must be an array of real")],
    ("gradient_descent", "theta0"): [
        (np.full(9, 1e308), ValueError, "have a finite value of the objective")],
    ("gradient_descent", "step"): [
        (0.1, TypeError, "a step rule such as ConstantStep(1.0), got 0.1"),
        (Armijo, TypeError, "a step rule such as ..., got <class 'nnlib.steps.Armijo'>"),
        (lambda *search: 0.1, TypeError, "return a StepResult as ConstantStep does, got 0.1"),
        (stepping(np.full(9, 0.1)), TypeError, "alpha must be one real number, got array(")],
    # a grid of runs
    ("Grid", "data"): [
        ("spirals", TypeError, "a Dataset as load_dataset returns it, got 'spirals'")],
    ("Grid", "n_hidden seeds"): [([2.0], TypeError, "a whole number")],
    ("Grid", "n_hidden seeds steps"): [(3, TypeError, "a sequence, such as [one], got 3")],
}  # fmt: skip


def out_of(must):
    """What is no whole or no finite number of a range, as a message says it, with its refusals."""
    whole, alien = "whole" in must, must if "whole" in must else "a real number"
    for equal, bound in re.findall(r"[<>](=?) (\S+)", must):
        near = int(bound) - 1 if whole else math.nextafter(float(bound), -math.inf)
        value = near if equal else float(bound)
        yield value, ValueError, f"{must}, got {value}$"
    odd = np.array(0.5), fractions.Fraction(1, 3), "1", True, 1j, []
    for value in (*odd, None, 0.5, math.nan, 1e300) if whole else odd:
        yield value, TypeError, f"{alien}, got {value!r}$"
    if whole:
        yield 4.0, TypeError, f"{must}, got 4.0; write 4$"
    else:
        yield from ((value, ValueError, f"{must}, got {value}$") for value in (math.nan, math.inf))


@pytest.mark.parametrize("key", TABLE, ids="-".join)
def test_refused(key):
    calls = {name: OTHERS.get(name) or getattr(nnlib, name) for name in key[0].split()}
    takes = {name: {*signature(call).parameters} for name, call in calls.items()}
    pairs = [(name, a) for name, a in product(calls, key[1].split()) if a in takes[name]]
    assert [*dict(pairs)] == [*calls]  # each call is made
    rows = chain.from_iterable(out_of(r) if isinstance(r, str) else [r] for r in TABLE[key])
    for (name, argument), (value, error, words) in product(pairs, rows):
        with pytest.raises(error) as caught:
            good = {a: GOOD.get((name, a), GOOD[a]) for a in GOOD if a in takes[name]}
            calls[name](**(good | {argument: value}))
        message = str(caught.value).replace("\n", " ")
        pattern = re.escape(words.replace("@", argument)).replace(r"\.\.\.", ".*")
        pattern = pattern.replace(r"\$", "$")
        assert re.search(pattern, message) and len(message) < 600, f"{name}: {message}"
        assert argument in message or error is FileNotFoundError
