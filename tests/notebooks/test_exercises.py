"""Every exercise can be solved, and no wrong answer passes or goes without a reason.

In a chapter an exercise is a cell tagged ``exercise``, which defines ``exercise_1`` and shows
``check_1(exercise_1)``, followed by a cell tagged ``solution``, which defines ``solution_1``. Both
need the cells tagged ``setup`` and nothing else. The check is in ``nnlib.exercises``.
"""

import importlib
import re
from functools import cache
from pathlib import Path

import nbformat
import pytest

from nnlib.exercises import verdict
from nnlib.exercises.formulas import FORMULAS

from .wrong_answers import WRONG

NOTEBOOKS = sorted(Path(__file__).parents[2].glob("notebooks/*.ipynb"))
pytestmark = pytest.mark.filterwarnings("default")  # an answer may warn, as in a notebook
CHAPTERS = {re.sub(r"^\d+[a-z]?_", "", path.stem): path for path in NOTEBOOKS}


def cells(chapter, tag):
    notebook = nbformat.read(CHAPTERS[chapter], as_version=4)
    return [cell for cell in notebook.cells if tag in cell.metadata.get("tags", [])]


EXERCISES = [(c, k) for c in CHAPTERS for k in range(1, 1 + len(cells(c, "exercise")))]


@cache
def names_of(chapter):
    """What the setup, exercise and solution cells define."""
    names = {"__name__": chapter}
    for tag in ("setup", "exercise", "solution"):
        for cell in cells(chapter, tag):
            exec(cell.source, names)
    return names


def checks(chapter):
    module = importlib.import_module(f"nnlib.exercises.{chapter}")
    return {name: c for name, c in vars(module).items() if re.fullmatch(r"check_\d+", name)}


def check_of(chapter, number):
    return checks(chapter)[f"check_{number}"]


def test_every_chapter_has_exercises_and_no_check_is_without_one():
    assert len(CHAPTERS) >= 8 and len(EXERCISES) >= 27
    for chapter in CHAPTERS:
        exercises, solutions = cells(chapter, "exercise"), cells(chapter, "solution")
        assert [*checks(chapter)] == [f"check_{k}" for k in range(1, len(exercises) + 1)]
        assert len(solutions) == len(exercises) > 0
        for k, (exercise, solution) in enumerate(zip(exercises, solutions), 1):
            assert exercise.source.endswith(f"\ncheck_{k}(exercise_{k})")
            folded = solution.metadata  # in JupyterLab and Lite, in Colab, in the book
            assert folded["jupyter"]["source_hidden"] and folded["cellView"] == "form"
            assert "hide-cell" in folded["tags"]


@pytest.mark.parametrize(("chapter", "k"), EXERCISES)
def test_solutions_pass_and_untouched_exercises_wait(chapter, k):
    names, check = names_of(chapter), check_of(chapter, k)
    assert check(names[f"exercise_{k}"]).passed is None
    found = check(names[f"solution_{k}"])
    assert found.passed is True and re.match(r"Right\. \S.{20,}", str(found))


@pytest.mark.parametrize(("chapter", "k"), EXERCISES)
def test_wrong_answers_are_told_why(chapter, k):
    """Every named mistake gets its sentence, the others what is beside them in wrong_answers.py."""
    check, others = check_of(chapter, k), WRONG.get((chapter, k), {})
    assert len(check.mistakes) + len(others) >= 5
    for words, answer in check.mistakes.items():
        found = check(as_answer(answer, chapter, k))
        assert found.passed is False and found.message.endswith(words), (words, found)
        assert len(found.message) > len(words) + 20, "the case is missing"
    for answer, words in others.items():
        names = dict(names_of(chapter))
        exec(answer if "\n" in answer else f"answer = {answer}", names)
        found = check(names["answer"])
        assert found.passed is False and re.search(words, found.message), (answer, found)


def as_answer(mistake, chapter, k):
    """A mistake as somebody would write it: for the rule of 3.3 that is a StepResult."""
    if (chapter, k) != ("constant_step_against_armijo", 3):
        return mistake

    def rule(phi, phi0, slope):
        alpha = mistake(phi, phi0, slope)
        return names_of(chapter)["nnlib"].StepResult(alpha, phi(alpha), True, (), "parabola")

    return rule


CHECK = check_of("counting_parameters", 1)


def test_an_answer_that_stops_is_shown_its_line():
    def stops(budget):
        return 12 + 0 / (budget - 2)

    words = "stops(budget=2) stopped in `return 12 + 0 / (budget - 2)`: ZeroDivisionError"
    assert str(CHECK(stops)).startswith(words)


def test_a_verdict_is_its_sentence():
    for found in (CHECK(lambda budget: 0), CHECK(lambda b: max(0, (b - 3) // 6))):
        assert found.message == str(found) == repr(found)
        assert "data-exercise" not in found._repr_html_()
    html = verdict.Verdict(None, "<b>", "a.1")._repr_html_()
    assert 'data-exercise="a.1"' in html and "&lt;b&gt;" in html


def test_every_formula_of_the_page_has_its_exercise():
    forms = {check_of(c, k)(names_of(c)[f"exercise_{k}"]).form for c, k in EXERCISES} - {""}
    assert forms == {f"{c}.{k}" for c, of in FORMULAS.items() for k in of} | {"a_second_report.1"}
