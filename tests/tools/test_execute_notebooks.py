"""`make notebooks` leaves a chapter alone that was not edited and that says what it said."""

import base64
import copy
import io

import matplotlib.image
import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output


def picture(grey):
    buffer = io.BytesIO()
    matplotlib.image.imsave(buffer, np.full((4, 4, 3), grey), format="png")
    return new_output("display_data", {"image/png": base64.b64encode(buffer.getvalue()).decode()})


def says(text):
    return new_output("execute_result", {"text/plain": text})


@pytest.fixture
def chapter(tool, tmp_path, monkeypatch):
    """A notebook as the tool leaves it, and what its next run puts out, to be changed by a test."""
    tool = tool("execute_notebooks")
    outputs = [[says("0.5")], [says("3 ms")], [picture(0.5)]]
    timed = {"tags": ["nbval-ignore-output"]}
    cells = [new_code_cell("loss"), new_code_cell("seconds", metadata=timed), new_code_cell("draw")]
    path = tmp_path / "a.ipynb"

    def run(notebook, folder):
        for count, (cell, found) in enumerate(zip(tool.code_cells(notebook), outputs), 1):
            cell.outputs, cell.execution_count = copy.deepcopy(found), count

    monkeypatch.setattr(tool, "run", run)
    path.write_text(nbformat.writes(new_notebook(cells=[new_markdown_cell("# A"), *cells])))
    assert tool.execute(path) == "changed" and tool.execute(path) == "kept"
    return tool, path, outputs


@pytest.mark.parametrize(
    ("cell", "output", "result"),
    [(0, says("0.6"), "changed"), (0, new_output("stream", text="0.5"), "changed"),
     (0, new_output("error", ename="ValueError", evalue="no"), "changed"),
     (1, says("4 ms"), "kept"), (2, picture(0.51), "kept"),
     (2, picture(0.9), "kept, though cells [3] draw something else (store it: --all)")],
)  # fmt: skip
def test_a_chapter_is_stored_when_it_says_something_else(chapter, cell, output, result):
    tool, path, outputs = chapter
    before = path.read_bytes()
    outputs[cell] = [output]
    assert tool.execute(path) == result
    assert (path.read_bytes() != before) == (result == "changed")
    assert tool.execute(path, store_all=True) == ("kept" if result == "changed" else "changed")
    assert tool.execute(path, store_all=True) == "kept"


@pytest.mark.parametrize(
    ("edit", "stored"),
    [
        (lambda cells: cells[1].update(source="loss  # of what?"), True),
        (lambda cells: cells.insert(1, cells.pop(2)), True),
        (lambda cells: cells[0].update(source="# B"), False),  # only the text: pictures stay
    ],
)
def test_a_chapter_is_stored_whole_when_its_code_was_edited(chapter, edit, stored):
    tool, path, outputs = chapter
    outputs[2] = [picture(0.9)]
    before = nbformat.read(path, as_version=4)
    edited = copy.deepcopy(before)
    edit(edited.cells)
    path.write_text(nbformat.writes(edited))
    assert any("cell" in fault for fault in tool.faults(edited))
    assert tool.execute(path) == "changed" and tool.execute(path) == (
        "kept" if stored else "kept, though cells [3] draw something else (store it: --all)"
    )
    after = nbformat.read(path, as_version=4)
    assert [cell.id for cell in after.cells] == tool.fingerprints(after)
    assert not [fault for fault in tool.faults(after) if "edited" in fault or "run" in fault]
