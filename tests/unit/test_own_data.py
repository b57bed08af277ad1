"""The code that the teaching guide gives for a teacher's own data, with two and four classes."""

import re
import warnings

import matplotlib.pyplot as plt
import numpy as np
import pytest

import nnlib


@pytest.fixture(scope="module")
def guide(root):
    """The block of code under "Use your own data"."""
    text = (root / "book" / "teaching.md").read_text(encoding="utf-8")
    section = text.partition("(use-your-own-data)=")[2]
    return re.search(r"```python\n(.*?)```", section, re.DOTALL)[1]


@pytest.mark.parametrize(
    ("file", "classes", "labels"),
    [
        ("two_rings.csv", ("inner", "outer"), ("east (standardised)", "north (standardised)")),
        (
            "four_winds.csv",
            ("east", "north", "south", "west"),
            ("x (standardised)", "y (standardised)"),
        ),
    ],
)
def test_the_guides_code_trains_and_draws(guide, root, monkeypatch, capsys, file, classes, labels):
    assert guide.count("mine.csv") == 1
    monkeypatch.setattr(plt, "show", lambda: None)
    names = {}
    with warnings.catch_warnings(), plt.style.context("default"):
        warnings.simplefilter("error")
        exec(guide.replace("mine.csv", (root / "tests/data" / file).as_posix()), names)
    data, history, ax = names["data"], names["history"], names["ax"]
    assert data.class_names == classes and data.n_classes == len(classes)
    assert history.theta.size == 12 * 2 + 12 + len(classes) * 12 + len(classes)
    assert "n_classes=data" in guide and not re.search(r"n_classes(?!=data)", guide)
    accuracy = names["nnlib"].evaluate(history.theta, data.X_test, data.y_test, data)
    assert accuracy.accuracy >= 0.9
    assert (ax.get_xlabel(), ax.get_ylabel()) == labels
    assert tuple(t.get_text() for t in ax.get_legend().get_texts()) == classes
    assert file.removesuffix(".csv") in capsys.readouterr().out


def trained(root, file, n_hidden):
    data = nnlib.load_dataset(root / "tests/data" / file)
    objective = nnlib.Objective(data.X_train, data.y_train, n_classes=data)
    theta0 = nnlib.init_parameters(n_hidden, data)
    return data, nnlib.gradient_descent(objective, theta0, nnlib.Armijo(), 300).theta


def test_forgotten_classes_are_refused_where_something_does_not_fit(root):
    data, theta = trained(root, "four_winds.csv", 12)
    with pytest.raises(ValueError, match="n_classes"):
        nnlib.Objective(data.X_train, data.y_train)
    with pytest.raises(ValueError, match="n_classes=3"):
        nnlib.predict(theta, data.X_test)


def test_two_classes_leave_room_for_a_third(root):
    data, _ = trained(root, "two_rings.csv", 1)
    objective = nnlib.Objective(data.X_train, data.y_train)
    run = nnlib.gradient_descent(objective, nnlib.init_parameters(12), nnlib.Armijo(), 50)
    assert nnlib.evaluate(run.theta, data.X_test, data.y_test).confusion.shape == (3, 3)


@pytest.mark.parametrize("file", ["two_rings.csv", "four_winds.csv"])
@pytest.mark.parametrize("n_hidden", [5, 11, 17])
def test_a_forgotten_number_of_classes_can_be_wrong_in_silence(root, file, n_hidden):
    """What the guide warns of: such lengths of theta fit three classes as well."""
    data, theta = trained(root, file, n_hidden)
    right = np.mean(nnlib.predict(theta, data.X_test, data) == data.y_test)
    assert right == nnlib.evaluate(theta, data.X_test, data.y_test, data).accuracy >= 0.9
    assert np.mean(nnlib.predict(theta, data.X_test) == data.y_test) < right - 0.1
