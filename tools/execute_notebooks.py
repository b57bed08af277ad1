"""Execute the notebooks in place, and store what they put out where it has changed.

    python tools/execute_notebooks.py [--all | --check] [NOTEBOOK ...]

A chapter whose code was not edited and which says word for word what its file says keeps its
outputs, also its pictures: rounding errors, and what 5000 iterations make of them, look different
on every processor. Pictures that differ are named; with --all everything is stored. JupyterLab
leaves random cell ids, times and stale widget state in a file; this script does not.
With --check nothing is executed: it fails if a notebook is not in the state this script leaves
it in, or breaks a rule of the house (alt text for every picture, an assert, short cells).
"""

import argparse
import base64
import copy
import hashlib
import io
import os
import sys
from pathlib import Path

import nbformat
import numpy as np
from matplotlib.image import imread
from nbclient import NotebookClient
from whole_file import write_text

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small matrices: threads wait for each other
NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
KEPT = ("text/plain", "text/html", "text/markdown", "image/png")  # what can be shown or compared
LONGEST_CELL = 20  # lines; 12 is the aim
FOLDED = {"hide-input", "hide-cell"}  # exercise solutions may be longer
SAME_COLOUR = 0.1  # of the way from black to white


def code_cells(notebook):
    """Code cells that are not empty."""
    return [c for c in notebook.cells if c.cell_type == "code" and c.source.strip()]


def fingerprints(notebook):
    """One id per cell, from its text alone: an edited cell no longer fits its id."""
    seen, ids = {}, []
    for cell in notebook.cells:
        digest = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:12]
        seen[digest] = seen.get(digest, 0) + 1
        ids.append(digest if seen[digest] == 1 else f"{digest}-{seen[digest]}")
    return ids


def tidy(notebook):
    """Drop whatever differs from run to run or needs a kernel to mean anything."""
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell, cell_id in zip(notebook.cells, fingerprints(notebook), strict=True):
        cell.id = cell_id
        for key in ("execution", "scrolled", "collapsed", "trusted"):
            cell.metadata.pop(key, None)
        for output in cell.get("outputs", []):
            if "data" in output:
                output.data = {k: v for k, v in output.data.items() if k in KEPT}
                output.metadata = {}
        if cell.cell_type == "code":
            cell.outputs = [o for o in cell.outputs if o.get("data", True)]


def edited(notebook):
    """Whether code was changed, moved or taken away since the notebook was executed."""
    pairs = zip(notebook.cells, fingerprints(notebook), strict=True)
    cells = code_cells(notebook)
    return any(c.cell_type == "code" and c.id != cell_id for c, cell_id in pairs) or (
        [c.execution_count for c in cells] != list(range(1, len(cells) + 1))
    )


def said(cell):
    """Every word that a cell puts out: what nbval compares, which leaves pictures aside.

    Nothing of a cell tagged nbval-ignore-output: it shows times, or digits that rounding decides.
    """
    words = {}
    for output in [] if "nbval-ignore-output" in cell.metadata.get("tags", []) else cell.outputs:
        parts = {k: v for k, v in output.get("data", {}).items() if k in KEPT[:3]}
        if output.output_type == "stream":
            parts = {output.name: output.text}
        elif output.output_type == "error":
            parts = {"error": f"{output.ename}: {output.evalue}"}
        for kind, text in parts.items():
            words[kind] = words.get(kind, "") + text
    return words


def differences(stored, fresh, what=said):
    """Numbers of the code cells of which two runs of one notebook put out something else."""
    cells = zip(code_cells(stored), code_cells(fresh), strict=True)
    return [number for number, (old, new) in enumerate(cells, 1) if what(old) != what(new)]


class Picture:
    """A PNG, equal to one of the same size whose pixels look the same."""

    def __init__(self, png):
        self.png = png

    def __eq__(self, other):
        if self.png == other.png:
            return True
        a, b = (imread(io.BytesIO(base64.b64decode(one.png))) for one in (self, other))
        return a.shape == b.shape and bool(np.abs(a - b).max() <= SAME_COLOUR)


def pictures(cell):
    """The pictures that a cell puts out."""
    found = (output.get("data", {}).get("image/png") for output in cell.outputs)
    return [Picture(png) for png in found if png]


def run(notebook, folder):
    """Execute a notebook from top to bottom, in that folder."""
    NotebookClient(
        notebook,
        timeout=180,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
        extra_arguments=["--IPKernelApp.log_level=40"],  # errors only
    ).execute()


def execute(path, store_all=False):
    """Run one notebook, store what it puts out if that has changed; return what was done."""
    before = path.read_text(encoding="utf-8")
    stored = nbformat.reads(before, as_version=4)
    fresh = copy.deepcopy(stored)
    run(fresh, path.parent)
    tidy(fresh)
    keep = not (store_all or edited(stored) or differences(stored, fresh))
    tidy(stored)  # a text that was edited gets its new id
    after = nbformat.writes(stored if keep else fresh) + "\n"
    if after != before:
        write_text(path, after)
        return "changed"
    look = differences(stored, fresh, pictures)
    return f"kept, though cells {look} draw something else (store it: --all)" if look else "kept"


def faults_of_outputs(cell):
    """Yield what is wrong with the outputs of one cell."""
    mimes = {mime for output in cell.outputs for mime in output.get("data", {})}
    alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
    if "image/png" in mimes and not alt.strip():
        yield "has a picture without alt text (cell metadata mystnb.image.alt)"
    if mimes - set(KEPT):
        yield f"stores {', '.join(sorted(mimes - set(KEPT)))}"
    if any(output.output_type == "error" for output in cell.outputs):
        yield "holds an error"
    if any(output.get("name") == "stderr" for output in cell.outputs):
        yield "wrote to stderr (a warning?)"


def faults(notebook):
    """Yield what keeps a notebook from being ready, as sentences."""
    cells = code_cells(notebook)
    if [c.execution_count for c in cells] != list(range(1, len(cells) + 1)):
        yield "was not executed from top to bottom"
    for number, (cell, cell_id) in enumerate(zip(notebook.cells, fingerprints(notebook)), 1):
        if cell.id != cell_id:
            yield f"cell {number} ({cell.cell_type}) was edited or saved elsewhere since the run"
    if "widgets" in notebook.metadata:
        yield "carries widget state"
    if not any("assert" in c.source for c in cells):
        yield "asserts nothing"
    for number, cell in enumerate(cells, 1):
        lines = len(cell.source.splitlines())
        if lines > LONGEST_CELL and not FOLDED & set(cell.metadata.get("tags", [])):
            yield f"code cell {number} has {lines} lines, at most {LONGEST_CELL} are allowed"
        for fault in faults_of_outputs(cell):
            yield f"code cell {number} {fault}"


def check(paths):
    """Print every fault; return how many there are."""
    count = 0
    for path in paths:
        for fault in faults(nbformat.read(path, as_version=4)):
            print(f"{path.name}: {fault}", file=sys.stderr)
            count += 1
    print(f"{len(paths)} notebooks, {count} faults" + (" (mend: make notebooks)" if count else ""))
    return count


def main():
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all in notebooks/")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--all", action="store_true", help="store also what only looks different")
    how.add_argument("--check", action="store_true", help="look, do not execute")
    args = parser.parse_args()
    paths = args.notebooks or sorted(NOTEBOOKS.glob("*.ipynb"))
    if not paths:
        sys.exit(f"no notebook in {NOTEBOOKS}")
    if args.check:
        sys.exit(check(paths) > 0)
    for path in paths:
        print(f"{path.name}: {execute(path, args.all)}", flush=True)


if __name__ == "__main__":
    main()
