"""Every verdict of the ledger, found anew: a function for each claim returns what a run shows."""

import re
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest

import nnlib
from nnlib import Armijo, ConstantStep, Objective, evaluate, init_parameters, unpack
from nnlib.audit.claims import CLAIMS, SLIPS, VERDICTS
from nnlib.audit.report_metric import integer_label_metric
from nnlib.audit.wrong_gradients import WRONG_VALUES, ReportObjective
from nnlib.gradient_check import numeric_gradient
from nnlib.objective import sigmoid

ROOT = Path(__file__).parents[2]
DATA = nnlib.load_dataset("spirals")
THETA = init_parameters(12, seed=3)
BLOCKS = unpack(np.arange(THETA.size))._asdict()


def failed_blocks(printed):
    """The blocks in which the gradient with these printed factors fails its check."""
    wrong = ReportObjective(DATA.X_train, DATA.y_train, printed=printed)
    check = nnlib.check_gradient(wrong.value, wrong.gradient, THETA, "complex", BLOCKS)
    return {name for name, block in check.blocks.items() if not block.passed}


def verdict_of_factor(printed, block):
    return "refuted" if block in failed_blocks(printed) else "confirmed"


def softplus(z):
    return np.log(1 + np.exp(z))


def R1():
    z = np.linspace(-3, 3, 7)
    printed = 1 / (1 + np.exp(-z))
    slope_of_softplus = numeric_gradient(lambda v: softplus(v).sum(), z, "complex")
    assert np.allclose(printed, sigmoid(z)) and np.allclose(printed, slope_of_softplus)
    return "confirmed" if np.allclose(printed, softplus(z)) else "corrected"


def R2():
    shapes = [part.shape for part in unpack(init_parameters(7))]
    return "confirmed" if shapes == [(7, 2), (7,), (3, 7), (3,)] else "refuted"


def R3():
    sizes = [init_parameters(n).size for n in range(1, 65)]
    printed = [2 * n + n + 3 * n + 3 for n in range(1, 65)]
    assert sizes == [nnlib.count_parameters(n) for n in range(1, 65)]
    return "confirmed" if sizes == printed == [6 * n + 3 for n in range(1, 65)] else "refuted"


def R4():
    W0, b0, W1, b1 = unpack(THETA)
    x = DATA.X_train[0]
    z2 = W1 @ sigmoid(W0 @ x + b0) + b1
    printed = np.exp(z2) / np.exp(z2).sum()
    with np.errstate(over="ignore", invalid="ignore"):
        assert np.isnan(np.exp(1000.0) / np.exp(np.array([1000.0, 0, 0])).sum())
    return (
        "confirmed" if np.allclose(printed, nnlib.predict_proba(THETA, x[None])[0]) else "refuted"
    )


FACTORS = {  # as printed, and the block of the gradient that they belong to
    "R5": (["R5"], "b1"),
    "R6": (["R6"], "b1"),
    "R7": (["R5", "R6"], "W1"),
    "R8": (["R5", "R6"], "b1"),
    "R11": (WRONG_VALUES, "W0"),
    "R12": (WRONG_VALUES, "b0"),
}


def R9():
    W0 = unpack(THETA).W0
    with pytest.raises(IndexError):
        W0[0, 2]  # k = 0, j = 2: a third hidden unit
    return verdict_of_factor(["R5", "R6"], "b0")  # read with W1, the factors of R5 and R6 remain


def R10():
    assert failed_blocks(["R10"]) == {"W0", "b0"}
    return verdict_of_factor(["R10"], "b0")


def R13():
    one, mean = (Objective(DATA.X_train[:n], DATA.y_train[:n]).gradient(THETA) for n in (1, 300))
    same = np.allclose(one, mean, rtol=0.1)
    return "confirmed" if same and not failed_blocks(WRONG_VALUES) else "refuted"


def trained(step, data, seed):
    objective = Objective(data.X_train, data.y_train)
    return nnlib.gradient_descent(objective, init_parameters(12, seed=seed), step, 3000).theta


def R14():
    """A nearly perfect network gets such numbers from more than one broken test."""
    theta = trained(Armijo(), DATA, 0)
    X, y = DATA.X_test, DATA.y_test
    assert evaluate(theta, X, y).accuracy > 0.94
    swapped = evaluate(theta, X, np.array([1, 0, 2])[y])
    broken = [integer_label_metric(theta, X, y), (swapped.loss, swapped.accuracy)]
    explain = [loss > 5 * np.log(3) or 0.28 < accuracy < 0.37 for loss, accuracy in broken]
    assert all(loss > 4 and 0.28 < accuracy < 0.37 for loss, accuracy in broken)
    return "cannot be decided" if sum(explain) > 1 else "confirmed"


def R15():
    """Armijo's test loss is the lower one here and the higher one there."""
    lower = []
    for name in ("spirals", "penguins"):
        data = nnlib.load_dataset(name)
        test = data.X_test, data.y_test
        constant, armijo = (
            np.median([evaluate(trained(step, data, seed), *test).loss for seed in range(3)])
            for step in (ConstantStep(1.0), Armijo())
        )
        lower.append(armijo < constant)
    return "confirmed" if not any(lower) else "refuted" if all(lower) else "not supported"


def test_the_claims_are_R1_to_R15():
    assert [claim.id for claim in CLAIMS] == [f"R{i}" for i in range(1, 16)]
    assert all(claim.verdict in VERDICTS and claim.slip in SLIPS for claim in CLAIMS)
    assert all(claim.statement and claim.finding for claim in CLAIMS)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_the_evidence_supports_the_verdict(claim):
    factor = FACTORS.get(claim.id)
    found = verdict_of_factor(*factor) if factor else globals()[claim.id]()
    assert found == claim.verdict


def cells_of(label):
    """The code cells from a MyST target to the next heading of the same or a higher level."""
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        depth = None
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code":
                if depth:
                    yield cell.source
                continue
            target = re.search(rf"^\({re.escape(label)}\)=\n(#+) ", cell.source, re.MULTILINE)
            heads = re.findall(r"^(#+) ", cell.source, re.MULTILINE)
            if target:
                depth = len(target[1])
            elif depth and any(len(head) <= depth for head in heads):
                return


@pytest.mark.parametrize("label", sorted({claim.label for claim in CLAIMS}))
def test_the_place_of_the_evidence_exists_and_asserts(label):
    assert any("assert " in source for source in cells_of(label)), f"no evidence at ({label})="


def test_the_page_is_what_the_claims_say():
    command = [sys.executable, ROOT / "tools" / "write_audit.py", "--check"]
    subprocess.run(command, check=True)
