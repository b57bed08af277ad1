"""Every verdict of the ledger, found anew, and shown to be another one if the fact were another.

A function for each claim takes the fact that decides it, as a fresh run shows it or as planted by
a test, and returns the verdict.
"""

import re
import subprocess
import sys
from collections import namedtuple
from pathlib import Path
from textwrap import indent

import nbformat
import numpy as np
import pytest

import nnlib
from nnlib import Armijo, ConstantStep, Objective, compiled, evaluate, init_parameters, unpack
from nnlib.audit.claims import CLAIMS, SLIPS, VERDICTS
from nnlib.audit.wrong_gradients import WRONG_VALUES, ReportObjective
from nnlib.gradient_check import numeric_gradient
from nnlib.objective import sigmoid

ROOT = Path(__file__).parents[2]
DATA = nnlib.load_dataset("spirals")
THETA = init_parameters(12, seed=3)
BLOCKS = unpack(np.arange(THETA.size))._asdict()
BOOK = "\n".join(  # in whose code, indented here, a comment is no heading
    indent(cell.source, "  ") if cell.cell_type == "code" else cell.source
    for path in sorted(ROOT.glob("notebooks/*.ipynb"))
    for cell in nbformat.read(path, as_version=4).cells
)
RULES = ConstantStep(1.0), Armijo()
LOSSES, ACCURACIES = np.array([6.369, 14.317]), np.array([0.311, 0.3])  # as printed


def verdict(holds):
    return "confirmed" if holds else "refuted"


def failed_blocks(printed):
    wrong = ReportObjective(DATA.X_train, DATA.y_train, printed=printed)
    check = nnlib.check_gradient(wrong.value, wrong.gradient, THETA, "complex", BLOCKS)
    return {name for name, block in check.blocks.items() if not block.passed}


def softplus(z):
    return np.log(1 + np.exp(z))


def R1(printed=lambda z: 1 / (1 + np.exp(-z))):
    z = np.linspace(-3, 3, 7)
    if np.allclose(printed(z), softplus(z)):
        return "confirmed"
    slope_of_softplus = numeric_gradient(lambda v: softplus(v).sum(), z, "complex")
    return "corrected" if np.allclose(printed(z), slope_of_softplus) else "refuted"


def R2(shapes=((7, 2), (7,), (3, 7), (3,))):
    return verdict(tuple(part.shape for part in unpack(init_parameters(7))) == shapes)


def R3(printed=lambda n: 6 * n + 3):
    units = range(1, 65)
    assert [2 * n + n + 3 * n + 3 for n in units] == [nnlib.count_parameters(n) for n in units]
    return verdict([init_parameters(n).size for n in units] == [printed(n) for n in units])


def R4(printed=lambda z: np.exp(z) / np.exp(z).sum()):
    W0, b0, W1, b1 = unpack(THETA)
    x = DATA.X_train[0]
    z2 = W1 @ sigmoid(W0 @ x + b0) + b1
    with np.errstate(over="ignore", invalid="ignore"):
        assert np.isnan(printed(np.array([1000.0, 0, 0]))[0])
    return verdict(np.allclose(printed(z2), nnlib.predict_proba(THETA, x[None])[0]))


FACTORS = {  # what is as printed, and the block of the gradient that it belongs to
    "R5": (["R5"], "b1"),
    "R6": (["R6"], "b1"),
    "R7": (["R5", "R6"], "W1"),
    "R8": (["R5", "R6"], "b1"),
    "R9": (["R5", "R6"], "b0"),  # read with W1
    "R10": (["R10"], "b0"),
    "R11": (WRONG_VALUES, "W0"),
    "R12": (WRONG_VALUES, "b0"),
}


def factor(name, right=False):
    printed, block = FACTORS[name]
    return verdict(block not in failed_blocks([] if right else printed))


def R13(n_samples=300):
    """Words of the assignment; the formulas are those of one sample, not of the loss's mean."""
    one, mean = (Objective(DATA.X_train[:n], DATA.y_train[:n]) for n in (1, n_samples))
    same = np.allclose(one.gradient(THETA), mean.gradient(THETA))
    return "confirmed" if same else "no claim"


def with_integer_labels(theta, X, y):
    """Loss in bits and accuracy of a metric that expects one-hot rows, given a column of labels."""
    log_y_hat, Y = np.log2(nnlib.predict_proba(theta, X)), y[:, None]
    right = Y.argmax(axis=1) == log_y_hat.argmax(axis=1)
    return -(Y * log_y_hat).mean(), right.mean()


TESTS = {
    "overfit": lambda theta, *test: evaluate(theta, *test)[:2],
    "integers": with_integer_labels,
    "renumbered": lambda theta, X, y: evaluate(theta, X, (y + 1) % 3)[:2],
}


@pytest.fixture(scope="module")
def rivals():
    """{rival: (losses, accuracies) of the two rules}, a fresh run of each."""
    fine, found = {"turns": 3, "noise": 0.05}, {}
    for names, n_hidden, n, sizes, law in (
        (["overfit"], 20, 20_000, (8, 30), fine),
        (["integers", "renumbered"], 12, 5000, (100, 30), {}),
    ):
        train, test = (nnlib.make_spirals(m, seed=i, **law) for i, m in enumerate(sizes, 1))
        start = init_parameters(n_hidden, seed=0)
        runs = [compiled.gradient_descent(Objective(*train), start, rule, n) for rule in RULES]
        found |= {r: np.array([TESTS[r](run.theta, *test) for run in runs]).T for r in names}
    return found


def near(losses, accuracies):
    """Within a factor of two of the printed losses, in nats or bits; accuracies within 2 errors."""
    error = np.sqrt(accuracies * (1 - accuracies) / 90)
    factors = (abs(np.log2(losses / unit / LOSSES)).mean() for unit in (1, np.log(2)))
    return min(factors) < 1 and np.all(abs(accuracies - ACCURACIES) < 2 * error)


def R14(found):
    """Of a network that overfitted, of a broken test, of either, or of neither."""
    real, broken = near(*found["overfit"]), near(*found["integers"]) or near(*found["renumbered"])
    if real and broken:
        return "cannot be decided"
    return "confirmed" if real else "refuted" if broken else "not supported"


R15c = R14  # "both overfitted" stands or falls with what else gives these numbers

Race = namedtuple("Race", "constant armijo")  # 5000 iterations


@pytest.fixture(scope="module")
def races():
    found = []
    for data in (DATA, nnlib.load_dataset("penguins")):
        f, start = Objective(data.X_train, data.y_train), init_parameters(12, seed=1)
        runs = (compiled.gradient_descent(f, start, rule, 5000) for rule in RULES)
        found.append(Race(*((run.loss, run.n_values) for run in runs)))
    return found


def R15a(races):
    """Is Armijo ahead on both data sets, whichever way the cost is counted?"""
    ahead = []
    for (constant, _), (armijo, n_values) in races:
        ahead.append(armijo[-1] < constant[-1])
        ahead.append(armijo[n_values <= 5000][-1] < constant[-1])
    return "confirmed" if all(ahead) else "cannot be decided" if any(ahead) else "refuted"


def R15b(n=90):
    """A difference of two standard errors would support it."""
    p, q = ACCURACIES
    lower = p - q >= 2 * np.sqrt((p * (1 - p) + q * (1 - q)) / n)
    return "confirmed" if lower else "not supported"


@pytest.fixture(scope="module")
def at_equal_loss():
    X, y = nnlib.make_spirals(10, seed=1)
    wrong = np.arange(30) % 5 == 0
    f, test = Objective(X, np.where(wrong, (y + 1) % 3, y)), nnlib.make_spirals(30, seed=2)
    found = []
    for rule in RULES:
        rows, theta = [], init_parameters(12, seed=0)
        for _ in range(100):
            rows.append((-f.value(theta), evaluate(theta, *test).loss))
            theta = compiled.gradient_descent(f, theta, rule, 30).theta
        down, loss = np.array(rows).T
        found.append(np.interp([-0.8, -0.6, -0.5], np.maximum.accumulate(down), loss))
    return np.array(found)


def R15d(at_equal_loss):
    constant, armijo = at_equal_loss
    return "confirmed" if np.all(armijo > constant + 0.2) else "not supported"


FRESH = {"R14": "rivals", "R15a": "races", "R15c": "rivals", "R15d": "at_equal_loss"}


def test_each_claim_is_on_the_pages_and_the_slips_are_where_the_ledger_says():
    assert {claim.id[:3].rstrip("abcd") for claim in CLAIMS} == {f"R{i}" for i in range(1, 16)}
    assert {claim.id for claim in CLAIMS} == {name for name, *_ in CONTRARY}
    page = (ROOT / "book" / "report.md").read_text(encoding="utf-8")
    words = re.sub(r"\\\[[a-d]\\\] |[>\n] ?", lambda m: " " if "\n" in m[0] else "", page)
    for claim in CLAIMS:
        assert f"**{claim.id.rstrip('abcd')}.**" in page
        for quote in re.findall('"([^"]+)"', claim.statement):
            assert quote.replace("Hence, ", "") in re.sub(" +", " ", words), quote
        assert claim.verdict in VERDICTS and claim.slip in SLIPS and claim.finding
    command = [sys.executable, ROOT / "tools" / "write_audit.py", "--check"]
    subprocess.run(command, check=True)
    with pytest.raises(IndexError):
        unpack(THETA).W0[0, 2]  # k = 0, j = 2: a third hidden unit
    assert failed_blocks(["R10"]) == {"W0", "b0"} and not failed_blocks([])


def no_broken_test(rivals):
    return rivals | {name: rivals[name] + [[9], [0.6]] for name in ("integers", "renumbered")}


CONTRARY = [
    ("R1", "confirmed", softplus),
    ("R1", "refuted", np.tanh),
    ("R2", "refuted", ((7, 2), (7,), (7, 3), (3,))),
    ("R3", "refuted", lambda n: 6 * n + 4),
    ("R4", "refuted", lambda z: np.exp(z) / np.exp(z).max()),
    *((name, "confirmed", True) for name in FACTORS),
    ("R13", "confirmed", 1),
    ("R14", "confirmed", no_broken_test),
    # As if an overfitted network kept its accuracy; and as if Armijo's trials cost nothing.
    ("R14", "refuted", lambda found: found | {"overfit": found["overfit"] + [[0], [0.4]]}),
    ("R15a", "confirmed", lambda races: [Race(c, (a[0], np.arange(5001))) for c, a in races]),
    ("R15a", "refuted", lambda races: [Race(a, (c[0] + 1, a[1])) for c, a in races]),
    ("R15b", "confirmed", 20_000),
    ("R15c", "confirmed", no_broken_test),
    ("R15d", "confirmed", lambda found: found + [[0], [1]]),
]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_the_evidence_supports_the_verdict_and_a_contrary_fact_would_not(claim, request):
    facts = [request.getfixturevalue(FRESH[claim.id])] if claim.id in FRESH else []

    def find(*facts):
        return factor(claim.id, *facts) if claim.id in FACTORS else globals()[claim.id](*facts)

    assert find(*facts) == claim.verdict
    for _, other, planted in (row for row in CONTRARY if row[0] == claim.id):
        assert find(planted(*facts) if facts else planted) == other != claim.verdict


@pytest.mark.parametrize("label", sorted({claim.label for claim in CLAIMS}))
def test_the_place_of_the_evidence_exists_and_asserts(label):
    (start,) = re.finditer(rf"^\({re.escape(label)}\)=\n(#+) ", BOOK, re.MULTILINE)
    higher = re.compile(rf"^#{{1,{len(start[1])}}} ", re.MULTILINE)
    assert re.search(r"(?m)^  .*assert ", higher.split(BOOK[start.end() :], 1)[0])
