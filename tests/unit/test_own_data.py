"""A teacher's own table, of two and of four classes: in the guide's code, and in every chapter."""

import re
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from nnlib import Armijo, evaluate, gradient_descent, init_parameters, load_dataset, predict
from nnlib.exercises import bets
from nnlib.exercises.own_data import Yours

RINGS, WINDS = "tests/data/two_rings.csv", "tests/data/four_winds.csv"
CHAPTERS = ("01", "02", "03", "03b", "04", "05", "06")  # the others ask for no data set
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
    assert evaluate(theta, data.X_test, data.y_test, data).accuracy >= 0.9
    drawn = ax.get_xlabel(), ax.get_ylabel()
    assert drawn == tuple(f"{label} (standardised)" for label in labels)
    assert tuple(t.get_text() for t in ax.get_legend().get_texts()) == classes
    assert data.name in capsys.readouterr().out
    # What the guide warns of: such lengths of theta fit three classes as well.
    theta = gradient_descent(names["objective"], init_parameters(11, data), Armijo(), 300).theta
    right, wrong = (np.mean(predict(theta, data.X_test, k) == data.y_test) for k in (data, 3))
    assert right >= 0.9 > wrong + 0.1


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("classes", "n"), [(("ash", "beech", "elm", "oak"), 60), ((0, 1), 2000)])
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_runs_to_its_end(tool, tmp_path, chapter, classes, n):
    """Its asserts hold, or are of those that only speak where the data are not the course's."""
    y, rng = np.arange(n) % len(classes), np.random.default_rng(0)
    X = np.exp(2j * np.pi * y / len(classes)) + 0.4 * rng.normal(size=(n, 2)) @ [1, 1j]
    rows = (f"{x.real:.3f},{100 * x.imag:.1f},{classes[k]}\n" for x, k in zip(X, y))
    (tmp_path / "mine.csv").write_text("length,width,class\n" + "".join(rows))
    trial = tool("try_table")
    (path,) = (path for path in trial.chapters() if path.stem.startswith(f"{chapter}_"))
    with trial.brief(), threadpool_limits(1):
        claims = trial.claims_broken(path, tmp_path / "mine.csv")
    assert claims and all(re.match(rf"{CLAIM} mine: (?!line)\S", claim) for claim in claims)
    assert len(trial.chapters()) == len(CHAPTERS)


def test_only_other_data_than_the_courses_are_ones_own(root, capsys):
    course, winds = load_dataset("spirals"), load_dataset(root / WINDS)
    assert not Yours(course, load_dataset("penguins")) and not capsys.readouterr().out
    for data in (winds, load_dataset("penguins", seed=1), replace(winds, name="spirals")):
        yours = Yours(course, data)
        for _ in range(2):
            assert 1 > 2 or yours
        assert capsys.readouterr().out == f"{CLAIM} {data.name}: 1 > 2\n"
        bets.choose("a", "b").settle("c", yours)
        assert capsys.readouterr().out == f"With {data.name} it is none of the answers: c\n"
    with pytest.raises(ValueError, match="truth must be one of 'a', 'b'"):
        bets.choose("a", "b").settle("c", Yours(course))
