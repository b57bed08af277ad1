"""The code that the teaching guide gives for a teacher's own data, with two and four classes."""

import re
import warnings

import matplotlib.pyplot as plt
import pytest


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
    accuracy = names["nnlib"].evaluate(history.theta, data.X_test, data.y_test, len(classes))
    assert accuracy.accuracy >= 0.9
    assert (ax.get_xlabel(), ax.get_ylabel()) == labels
    assert tuple(t.get_text() for t in ax.get_legend().get_texts()) == classes
    assert file.removesuffix(".csv") in capsys.readouterr().out


def test_forgotten_classes_behave_as_the_guide_says(root):
    """Four classes are refused by name; two train a third class along, which is never right."""
    import nnlib

    winds = nnlib.load_dataset(root / "tests/data/four_winds.csv")
    with pytest.raises(ValueError, match="n_classes"):
        nnlib.Objective(winds.X_train, winds.y_train)
    rings = nnlib.load_dataset(root / "tests/data/two_rings.csv")
    objective = nnlib.Objective(rings.X_train, rings.y_train)
    run = nnlib.gradient_descent(objective, nnlib.init_parameters(12), nnlib.Armijo(), 50)
    assert nnlib.evaluate(run.theta, rings.X_test, rings.y_test).confusion.shape == (3, 3)
