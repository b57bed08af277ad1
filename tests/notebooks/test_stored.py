"""Numbers that were not computed where they are shown carry a mark that says so."""

import ast
import re
import sys

import nbformat
import pytest

from nnlib.sweep import stored

FILES = {"benchmarks.json": "make bench", "HEAT_MAP_FILE": "make sweep"}
LOCAL = (ast.FunctionDef, ast.comprehension, ast.Lambda)


def names(tree, context):
    return {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, context)}


def bound_inside(statement):
    """Names of comprehensions, lambdas and functions: not those of the notebook."""
    inner = [node for node in ast.walk(statement) if isinstance(node, LOCAL)]
    found = {arg.arg for node in inner for arg in ast.walk(node) if isinstance(arg, ast.arg)}
    return found.union(*(names(node, ast.Store) for node in inner))


def follow(statement, tainted, functions):
    """The commands whose numbers a statement uses; what it assigns is marked in `tainted`."""
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return set()
    head = statement.iter if isinstance(statement, ast.For) else statement
    local, text = bound_inside(head), ast.unparse(head)
    loaded = names(head, ast.Load) - local
    for name in loaded & functions.keys():  # a function uses what is there when it is called
        loaded = loaded | functions[name]
    used = {tainted[name] for name in loaded if name in tainted}
    used |= {command for file, command in FILES.items() if file in text}
    defined = names(statement, ast.Store) - bound_inside(statement)
    if isinstance(statement, ast.For):
        defined = names(statement.target, ast.Store)
    if isinstance(statement, ast.FunctionDef):
        defined, functions[statement.name] = {statement.name}, loaded
    for name in defined:
        tainted.pop(name, None)
        tainted.update(dict.fromkeys([name] if used else [], min(used, default="")))
    if isinstance(statement, ast.For):
        used = used.union(*(follow(inner, tainted, functions) for inner in statement.body))
    return used


def cells_of_stored_numbers(notebook):
    """Cells that put something out and use what came, however indirectly, from a stored file."""
    tainted, functions = {}, {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            body = ast.parse(cell.source.replace("%pip", "pass  # ")).body
            commands = set().union(*(follow(statement, tainted, functions) for statement in body))
            settles = "bet" in cell.metadata.get("tags", [])  # in the fold of a marked cell
            if commands and cell.outputs and not settles:
                yield cell, commands


@pytest.fixture(scope="module")
def notebooks(root):
    return [nbformat.read(path, as_version=4) for path in sorted(root.glob("notebooks/*.ipynb"))]


def test_every_cell_of_stored_numbers_says_when_and_on_which_machine(notebooks):
    found = [pair for notebook in notebooks for pair in cells_of_stored_numbers(notebook)]
    assert {c for _, commands in found for c in commands} == set(FILES.values())
    for cell, (command,) in found:
        said = "".join(output.get("text", "") for output in cell.outputs)
        assert said.startswith(stored(command)), cell.source
        assert "stored" in cell.metadata.tags, cell.source
        assert not re.search("remove|hide-output", " ".join(cell.metadata.tags)), "not in the book"
    tagged = [
        cell for notebook in notebooks for cell in notebook.cells
        if "stored" in cell.metadata.get("tags", [])
    ]  # fmt: skip
    assert len(tagged) == len(found) > 12


def test_the_mark_is_read_from_the_file(monkeypatch, tmp_path):
    other = '{"date": "1999-12-31", "machine": {"processor": "abacus"}, "sweep": [{}]}'
    (tmp_path / "benchmarks.json").write_text(other)
    monkeypatch.setattr(sys.modules[stored.__module__], "FOLDER", tmp_path)
    assert stored("make bench") == "stored: 1999-12-31, make bench, abacus"
