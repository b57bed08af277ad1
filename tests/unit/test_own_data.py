"""The code that the teaching guide gives for a teacher's own data, with two and four classes."""

import re

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nnlib import Armijo, Objective, evaluate, gradient_descent, init_parameters, predict
from nnlib.data import load_dataset

RINGS, WINDS = "tests/data/two_rings.csv", "tests/data/four_winds.csv"


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
    assert evaluate(theta, data.X_test, data.y_test, data).accuracy >= 0.9
    drawn = ax.get_xlabel(), ax.get_ylabel()
    assert drawn == tuple(f"{label} (standardised)" for label in labels)
    assert tuple(t.get_text() for t in ax.get_legend().get_texts()) == classes
    assert data.name in capsys.readouterr().out


@pytest.mark.parametrize("file", [RINGS, WINDS])
@pytest.mark.parametrize("n_hidden", [5, 11, 17])
def test_a_forgotten_number_of_classes_can_be_wrong_in_silence(root, file, n_hidden):
    """What the guide warns of: such lengths of theta fit three classes as well."""
    data = load_dataset(root / file)
    objective = Objective(data.X_train, data.y_train, n_classes=data)
    theta = gradient_descent(objective, init_parameters(n_hidden, data), Armijo(), 300).theta
    for known in (data, objective, data.n_classes):  # each stands for the number of classes
        right = np.mean(predict(theta, data.X_test, known) == data.y_test)
        assert right == evaluate(theta, data.X_test, data.y_test, known).accuracy >= 0.9
    assert np.mean(predict(theta, data.X_test) == data.y_test) < right - 0.1
