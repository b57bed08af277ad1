"""A teacher's own table, of two and of four classes: in the guide's code, and in every chapter."""

import linecache
import os
import re
from dataclasses import replace

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
import scipy.optimize
from threadpoolctl import threadpool_limits

import nnlib
from nnlib import Armijo, Objective, compiled, evaluate, init_parameters, load_dataset, predict
from nnlib.exercises.own_data import Yours

RINGS, WINDS = "tests/data/two_rings.csv", "tests/data/four_winds.csv"
CHAPTERS = ("01", "02", "03", "03b", "04", "05", "06")  # the others ask for no data set
TABLES = {"few rows of four": (("ash", "beech", "elm", "oak"), 60), "2000 rows": ((0, 1), 2000)}
CLAIM = "True of the course's data, not with"


@pytest.mark.parametrize(
    ("file", "classes", "labels"),
    [(RINGS, ("inner", "outer"), ("east", "north")),
     (WINDS, ("east", "north", "south", "west"), ("x", "y"))],
)  # fmt: skip
def test_the_guides_code_trains_and_draws(root, monkeypatch, capsys, file, classes, labels):
    text = (root / "book" / "teaching.md").read_text(encoding="utf-8")
    section = text.partition("(use-your-own-data)=")[2]
    guide = re.search(r"```python\n(.*?)```", section, re.DOTALL)[1]
    assert guide.count("mine.csv") == 1 and not re.search(r"n_classes(?!=data)", guide)
    monkeypatch.setattr(plt, "show", lambda: None)
    names = {}
    with plt.style.context("default"):
        exec(guide.replace("mine.csv", (root / file).as_posix()), names)
    data, theta, ax = names["data"], names["theta"], names["ax"]
    assert data.class_names == classes and data.n_classes == len(classes)
    assert theta.size == 12 * 2 + 12 + len(classes) * 12 + len(classes)
    right = evaluate(theta, data.X_test, data.y_test, data).accuracy
    assert right >= 0.9
    drawn = ax.get_xlabel(), ax.get_ylabel()
    assert drawn == tuple(f"{label} (standardised)" for label in labels)
    assert tuple(t.get_text() for t in ax.get_legend().get_texts()) == classes
    assert data.name in capsys.readouterr().out
    # What the guide warns of: such lengths of theta fit three classes as well.
    objective = Objective(data.X_train, data.y_train, n_classes=data)
    theta = nnlib.gradient_descent(objective, init_parameters(11, data), Armijo(), 300).theta
    for known in (data, objective, data.n_classes):  # each stands for the number of classes
        assert np.mean(predict(theta, data.X_test, known) == data.y_test) >= 0.9
    assert np.mean(predict(theta, data.X_test) == data.y_test) < 0.8


@pytest.fixture
def brief(monkeypatch):
    """A network is trained for 100 iterations at most; for the rest of its run it stands still."""
    readable, fast = nnlib.gradient_descent, compiled.gradient_descent

    def descend(objective, theta0, step, n, tolerance=0.0, callback=None, **progress):
        rest = max(0, n - 100) if isinstance(objective, Objective) else 0
        plain = type(objective) is Objective and type(step) in compiled.RULES and not callback
        run = (fast if plain else readable)(objective, theta0, step, n - rest, tolerance, callback)
        if not run.stop_reason.startswith("finished"):
            return run
        for k in range(n - rest + 1, n + 1) if callback else ():
            callback(k, run.theta, run.loss[-1])
        names = ("loss", "gradient_norm", "alpha", "n_trials")
        longer = {name: np.pad(getattr(run, name), (0, rest), "edge") for name in names}
        return replace(run, **longer, n_values=np.cumsum([1, *longer["n_trials"]]))

    for module in (nnlib, compiled):
        monkeypatch.setattr(module, "gradient_descent", descend)
    minimise, short = scipy.optimize.minimize, {"options": {"maxiter": 3}}
    quick = lambda *args, **settings: minimise(*args, **settings | short)  # noqa: E731
    monkeypatch.setattr(scipy.optimize, "minimize", quick)
    with threadpool_limits(1):  # with small matrices threads wait for each other
        yield


@pytest.mark.skipif("NUMBA_CPU_NAME" in os.environ, reason="it asks for no digit")
@pytest.mark.filterwarnings("default")  # as in a notebook
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_runs_to_its_end(root, tmp_path, monkeypatch, capsys, brief, chapter, table):
    """Its asserts hold, or are of those that only speak where the data are not the course's."""
    classes, n = TABLES[table]
    rng = np.random.default_rng(0)
    y = np.append(np.arange(2 * len(classes)) // 2, rng.integers(0, len(classes), n))[:n]
    X = np.exp(2j * np.pi * y / len(classes)) + 0.4 * rng.normal(size=(n, 2)) @ [1, 1j]
    rows = (f"{x.real:.3f},{100 * x.imag:.1f},{classes[k]}\n" for x, k in zip(X, y))
    (tmp_path / "mine.csv").write_text("".join(["length,width,class\n", *rows]))
    monkeypatch.chdir(tmp_path)
    (path,) = root.glob(f"notebooks/{chapter}_*.ipynb")
    cells = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"][1:]
    assert '"spirals"' in cells[0].source, "it is in the first lines"
    names = {"__name__": "__main__"}
    for number, cell in enumerate(cells):
        source = cell.source if number else cell.source.replace('"spirals"', '"mine.csv"')
        linecache.cache[f"cell {number}"] = len(source), None, source.splitlines(True), ""
        exec(compile(source, f"cell {number}", "exec"), names)
        plt.close("all")
    claims = [line for line in capsys.readouterr().out.splitlines() if line.startswith(CLAIM)]
    assert claims and all(re.match(rf"{CLAIM} mine: (?!line)\S", claim) for claim in claims)


def test_only_other_data_than_the_courses_are_ones_own(root, capsys):
    course, winds = load_dataset("spirals"), load_dataset(root / WINDS)
    assert not Yours(course, load_dataset("penguins")) and not capsys.readouterr().out
    for data in (winds, load_dataset("penguins", seed=1), replace(winds, name="spirals")):
        yours = Yours(course, data)
        for _ in range(2):
            assert 1 > 2 or yours
        assert capsys.readouterr().out == f"{CLAIM} {data.name}: 1 > 2\n"
