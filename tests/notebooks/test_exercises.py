"""Every exercise can be solved, and is not solved by its unsolved stub.

In a chapter an exercise is a cell tagged ``exercise``, which defines ``exercise_1`` (the stub) and
``check_1``, followed by a cell tagged ``solution``, which defines ``solution_1``. Both need the
cells tagged ``setup`` and nothing else.
"""

import re
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
EXERCISES_PER_CHAPTER = 3


def cells(path, tag):
    notebook = nbformat.read(path, as_version=4)
    return [cell.source for cell in notebook.cells if tag in cell.metadata.get("tags", [])]


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.stem)
def chapter(request):
    """The names that the set-up cells define, the exercises and the solutions."""
    names = {"__name__": "chapter"}
    for source in cells(request.param, "setup"):
        exec(source, names)
    return names, cells(request.param, "exercise"), cells(request.param, "solution")


def test_each_has_three(chapter):
    _, exercises, solutions = chapter
    assert len(exercises) == len(solutions) == EXERCISES_PER_CHAPTER and len(NOTEBOOKS) >= 3


@pytest.mark.parametrize("number", range(1, EXERCISES_PER_CHAPTER + 1))
def test_solution_passes_and_stub_fails(chapter, number):
    names, exercises, solutions = chapter
    names = dict(names)
    exercise = exercises[number - 1]
    call = f"check_{number}(exercise_{number})"
    assert re.search(rf"^# {re.escape(call)}$", exercise, re.MULTILINE), "the reader's last line"
    exec(exercise, names)
    with pytest.raises((AssertionError, TypeError, ValueError, AttributeError)):
        exec(call, names)
    exec(solutions[number - 1], names)  # ends with its own check
    exec(f"check_{number}(solution_{number})", names)
