"""Run a class's notebooks against the course's checks, and write the verdicts as CSV.

    python tools/check_students.py FOLDER [--seconds 60]

A notebook belongs to the chapter that its file name or its cells name. Of its code only imports,
functions, classes and simple assignments are run, after the chapter's own `setup` cells; its
checks are left aside, for they may have been edited. Each exercise runs in a process of its own.
This is no sandbox: the code runs with your rights.
"""

import argparse
import ast
import csv
import importlib
import io
import json
import multiprocessing
import os
import re
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from IPython.core.inputtransformer2 import TransformerManager
from whole_file import write_text

CHAPTERS = {
    re.sub(r"^\d+[a-z]?_", "", path.stem): path
    for path in sorted(Path(__file__).resolve().parents[1].glob("notebooks/*.ipynb"))
}
KEPT = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
SIMPLE = (ast.Constant, ast.Lambda, ast.Name, ast.Attribute, ast.UnaryOp, ast.BinOp, ast.Tuple)
PRELOADED = ["matplotlib.pyplot", "scipy.optimize", "nnlib", "nnlib.plots", "nnlib.sliders"]
COLUMNS = ("name", "exercise", "verdict", "message")


def code_cells(path, tag=None):
    """Sources of the code cells of a notebook, all or those with a tag."""
    found = []
    for cell in json.loads(path.read_text(encoding="utf-8-sig"))["cells"]:
        if cell["cell_type"] == "code" and (not tag or tag in cell["metadata"].get("tags", [])):
            source = cell["source"]
            found.append(source if isinstance(source, str) else "".join(source))
    return found


def chapter_of(path, cells):
    """The chapter that the name of a file or an import in it names; None if neither does."""
    named = re.findall(r"from nnlib\.exercises\.(\w+) import check_", "\n".join(cells))
    return next((c for c in CHAPTERS if c in path.stem or c in named), None)


def definitions(cells):
    """The code that defines something, and what is wrong with cells that are no Python."""
    body, faults, transform = [], [], TransformerManager().transform_cell
    for source in cells:
        try:
            parts = ast.parse(transform(source)).body
        except SyntaxError as error:
            faults.append((source, f"line {error.lineno}: {error.msg}"))
            continue
        for part in parts:
            simple = isinstance(part, ast.Assign) and isinstance(part.value, SIMPLE)
            if isinstance(part, KEPT) or simple:
                body.append(part)
    return body, faults


def defined(body, names):
    """Run one definition after the other; one that fails leaves the rest alone."""
    for part in body:
        try:
            exec(compile(ast.Module([part], []), "<notebook>", "exec"), names)
        except Exception:  # its name is missing then, and the check says so
            continue


def verdict_on(cells, chapter, number):
    """Verdict and message of one exercise."""
    body, faults = definitions(cells)
    names, name = {"__name__": "notebook"}, f"exercise_{number}"
    for source in code_cells(CHAPTERS[chapter], "setup"):
        exec(source, names)
    defined(body, names)
    if name not in names:
        broken = [fault for source, fault in faults if re.search(rf"\b{name}\b", source)]
        return ("wrong", f"no Python, {broken[0]}") if broken else ("missing", f"no {name} in it")
    check = getattr(importlib.import_module(f"nnlib.exercises.{chapter}"), f"check_{number}")
    found = check(names[name])
    return {True: "right", False: "wrong", None: "not answered"}[found.passed], str(found)


def work(connection, *task):
    """In a process of its own: whatever it prints is dropped."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    os.chdir(tempfile.mkdtemp(prefix="exercise-"))
    connection.send(verdict_on(*task))


def judged(context, seconds, cells, chapter, number):
    """Verdict and message of one exercise, from a process that may hang or end."""
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(theirs, cells, chapter, number), daemon=True)
    process.start()
    theirs.close()
    try:
        if not ours.poll(seconds):
            return "stopped", f"no answer within {seconds:g} seconds"
        return ours.recv()
    except EOFError:
        return "stopped", "it ended the Python that ran it"
    finally:
        process.kill()
        process.join()


def tasks(folder):
    """Of each notebook its name, and cells, chapter and number of each exercise; or a fault."""
    for path in sorted(folder.rglob("*.ipynb")):
        if ".ipynb_checkpoints" in path.parts:
            continue
        name = str(path.relative_to(folder))
        try:
            cells = code_cells(path)
        except (ValueError, KeyError, TypeError, AttributeError):
            yield name, "this is no notebook"
            continue
        chapter = chapter_of(path, cells)
        if chapter is None:
            yield name, f"no chapter's name in the file name or the cells: {', '.join(CHAPTERS)}"
            continue
        for number in range(1, 1 + len(code_cells(CHAPTERS[chapter], "exercise"))):
            yield name, (cells, chapter, number)


def main():
    """Check a folder of notebooks and write verdicts.csv into it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=60, help="limit for one exercise")
    args = parser.parse_args()
    if not args.folder.is_dir():
        sys.exit(f"{args.folder} is no folder. Give the one with the notebooks: DIR=submissions")
    todo = list(tasks(args.folder))
    if not todo:
        sys.exit(f"There is no notebook (.ipynb) in {args.folder}.")
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    context.set_forkserver_preload(PRELOADED)

    def one(task):
        name, given = task
        if isinstance(given, str):
            return name, "", "unreadable", given
        return name, given[2], *judged(context, args.seconds, *given)

    rows = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for row in pool.map(one, todo):
            rows.append(row)
            print(f"\r{len(rows)} of {len(todo)} exercises", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    target = args.folder / "verdicts.csv"
    table = io.StringIO()
    csv.writer(table, lineterminator="\n").writerows([COLUMNS, *rows])
    write_text(target, table.getvalue())
    right = sum(row[2] == "right" for row in rows)
    print(f"{right} of {len(rows)} are right. {target} says what each of them is.")


if __name__ == "__main__":
    main()
