"""Every exercise can be solved, and is not solved by its unsolved stub.

In a chapter an exercise is a cell tagged ``exercise``, which defines ``exercise_1`` (the stub) and
``check_1``, followed by a cell tagged ``solution``, which defines ``solution_1``. Both need the
cells tagged ``setup`` and nothing else.
"""

import re
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = {p.stem: p for p in sorted(Path(__file__).parents[2].glob("notebooks/*.ipynb"))}


def cells(path, tag):
    notebook = nbformat.read(path, as_version=4)
    return [cell.source for cell in notebook.cells if tag in cell.metadata.get("tags", [])]


def test_every_chapter_has_exercises_and_each_a_solution():
    assert len(NOTEBOOKS) >= 7
    for path in NOTEBOOKS.values():
        assert len(cells(path, "exercise")) == len(cells(path, "solution")) > 0


@pytest.mark.parametrize("chapter", NOTEBOOKS)
def test_solutions_pass_and_stubs_fail(chapter):
    path, names = NOTEBOOKS[chapter], {"__name__": "chapter"}
    for source in cells(path, "setup"):
        exec(source, names)
    both = zip(cells(path, "exercise"), cells(path, "solution"), strict=True)
    for number, (exercise, solution) in enumerate(both, start=1):
        call = f"check_{number}(exercise_{number})"
        assert re.search(rf"^# {re.escape(call)}$", exercise, re.MULTILINE), "the last line"
        exec(exercise, names)
        with pytest.raises((AssertionError, TypeError, ValueError, AttributeError)):
            exec(call, names)
        exec(solution, names)  # ends with its own check
        exec(f"check_{number}(solution_{number})", names)
