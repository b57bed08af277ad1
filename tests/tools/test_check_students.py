"""A class of made notebooks: whatever they do, each exercise gets its verdict."""

import csv
import json
import re
import subprocess
import sys

import pytest

from nnlib.exercises.a_second_report import findings

SECOND, COUNTING = "07_a_second_report", "01_counting_parameters"
DICT = str({name: finding.verdict for name, finding in findings().items()})
RIGHT = f"def exercise_1():\n    return {DICT}"
WRONG = RIGHT.replace("'S6': 'not supported'", "'S6': 'confirmed'")
BODY = "def exercise_1():\n    {}"
# What stands in the cell of exercise 1 of chapter 7; verdict, and a pattern of its message.
ONE = {
    "right": (RIGHT, "right", "Right"),
    "cheat": (WRONG + "\ndef check_1(answer):\n    return 'passed'", "wrong", "S6 is not"),
    "cheat by import": (WRONG + "\nimport nnlib.exercises\ncheck_1 = print", "wrong", "S6 is not"),
    "helper": (f"def verdicts():\n    return {DICT}\n"
               + BODY.format("return verdicts()"), "right", "Right"),
    "constant": ("S = 'S1'\n" + RIGHT.replace("'S1'", "S"), "right", "Right"),
    "class": ("class A:\n    x = 'S1'\n" + RIGHT.replace("'S1'", "A.x"), "right", "Right"),
    "magic": ("%matplotlib inline\n!ls\n" + RIGHT, "right", "Right"),
    "redefined": (WRONG + "\n" + RIGHT, "right", "Right"),
    "lambda": (f"exercise_1 = lambda: {DICT}", "right", "Right"),
    "top level loop": ("while True:\n    pass\n" + RIGHT, "right", "Right"),
    "prints much": (BODY.format(f"print('x' * 10**6)\n    return {DICT}"), "right", "Right"),
    "wrong": (WRONG, "wrong", "7 of 8 verdicts hold"),
    "untouched": (BODY.format("..."), "not answered", "Not answered yet"),
    "input": (BODY.format("return input()"), "wrong", "stopped.*EOFError"),
    "sys.exit": ("import sys\n" + BODY.format("sys.exit()"), "wrong", "SystemExit"),
    "exit": ("import os\n" + BODY.format("os._exit(0)"), "stopped", "it ended the Python"),
    "endless": (BODY.format("while True: pass"), "stopped", "no answer within 8 seconds"),
    "not Python": ("def exercise_1()\n    return 1", "wrong", "no Python, line 2: expected ':'"),
    "deleted": (None, "missing", "no exercise_1 in it"),
}  # fmt: skip


@pytest.fixture(scope="module")
def rows(root, tmp_path_factory):
    """The verdicts on the class, by file name and exercise."""
    folder = tmp_path_factory.mktemp("a class")

    def made(source, name, text="", **change):
        notebook = json.loads((root / "notebooks" / f"{source}.ipynb").read_text("utf-8")) | change
        cells = [c for c in notebook["cells"] if "exercise" in c["metadata"].get("tags", [])]
        if text is None:
            notebook["cells"].remove(*cells)
        elif text:
            cells[0]["source"] = f"from nnlib.exercises.a_second_report import check_1\n{text}"
        (folder / name).write_text(json.dumps(notebook), encoding="utf-8")

    for name, (text, *_) in ONE.items():
        made(SECOND, f"{SECOND} {name}.ipynb", text)
    other_kernel = {"kernelspec": {"name": "julia-1.9"}, "colab": {"provenance": []}}
    made(SECOND, "renamed.ipynb", RIGHT, metadata=other_kernel)
    made(COUNTING, f"{COUNTING} untouched.ipynb")
    (folder / "not json.ipynb").write_text("{", encoding="utf-8")
    (folder / "another.ipynb").write_text('{"cells": []}', encoding="utf-8")
    call = [sys.executable, root / "tools/check_students.py", folder, "--seconds", "8"]
    done = subprocess.run(call, capture_output=True, text=True, timeout=400)
    assert done.returncode == 0, done.stderr
    with (folder / "verdicts.csv").open(newline="", encoding="utf-8") as file:
        found = list(csv.DictReader(file))
    assert len(list(folder.glob("*.ipynb"))) == 23 and len(found) == 25
    assert "25 of 25 exercises" in done.stderr
    right = sum(row["verdict"] == "right" for row in found)
    assert done.stdout.startswith(f"{right} of 25 are right.")
    return {(row["name"], row["exercise"]): (row["verdict"], row["message"]) for row in found}


@pytest.mark.parametrize("name", ONE)
def test_each_answer_gets_its_verdict(rows, name):
    _, verdict, words = ONE[name]
    found, message = rows[f"{SECOND} {name}.ipynb", "1"]
    assert found == verdict and re.search(words, message), (found, message)


def test_what_else_can_be_handed_in(rows):
    assert rows["renamed.ipynb", "1"][0] == "right"
    untouched = [rows[f"{COUNTING} untouched.ipynb", str(k)][0] for k in (1, 2, 3)]
    assert untouched == ["not answered"] * 3
    assert rows["not json.ipynb", ""] == ("unreadable", "this is no notebook")
    assert rows["another.ipynb", ""][1].startswith("no chapter's name in the file name")


def test_a_folder_that_is_none(root, tmp_path):
    for folder, words in ((tmp_path / "gone", "is no folder"), (tmp_path, "There is no notebook")):
        call = [sys.executable, root / "tools/check_students.py", folder]
        done = subprocess.run(call, capture_output=True, text=True)
        assert done.returncode == 1 and words in done.stderr
