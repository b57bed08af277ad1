"""Execute the notebooks in place, so that a second run gives the same bytes.

    python tools/execute_notebooks.py [--check] [NOTEBOOK ...]

JupyterLab leaves random cell ids, times and stale widget state in a file; this script does not.
With --check nothing is executed: it fails if a notebook is not in the state this script leaves
it in, or breaks a rule of the house (alt text for every picture, an assert, short cells).
"""

import argparse
import hashlib
import os
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from whole_file import write_text

os.environ.setdefault(
    "OPENBLAS_NUM_THREADS", "1"
)  # small matrices: threads only wait for each other
NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
KEPT = ("text/plain", "text/html", "image/png")  # what a page and a comparison can use
LONGEST_CELL = 20  # lines; 12 is the aim
FOLDED = {"hide-input", "hide-cell"}  # exercise solutions may be longer


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


def execute(path):
    """Run one notebook from top to bottom; return whether the file changed."""
    before = path.read_text(encoding="utf-8")
    notebook = nbformat.reads(before, as_version=4)
    NotebookClient(
        notebook,
        timeout=180,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
        extra_arguments=["--IPKernelApp.log_level=40"],  # errors only
    ).execute()
    tidy(notebook)
    after = nbformat.writes(notebook) + "\n"
    if after != before:
        write_text(path, after)
    return after != before


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
    ids = dict(zip((id(c) for c in notebook.cells), fingerprints(notebook), strict=True))
    if [c.execution_count for c in cells] != list(range(1, len(cells) + 1)):
        yield "was not executed from top to bottom"
    if "widgets" in notebook.metadata:
        yield "carries widget state"
    if not any("assert" in c.source for c in cells):
        yield "asserts nothing"
    for number, cell in enumerate(cells, 1):
        lines = len(cell.source.splitlines())
        if lines > LONGEST_CELL and not FOLDED & set(cell.metadata.get("tags", [])):
            yield f"code cell {number} has {lines} lines, at most {LONGEST_CELL} are allowed"
        if cell.id != ids[id(cell)]:
            yield f"code cell {number} was edited or saved elsewhere since it was executed"
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
    parser.add_argument("--check", action="store_true", help="look, do not execute")
    args = parser.parse_args()
    paths = args.notebooks or sorted(NOTEBOOKS.glob("*.ipynb"))
    if not paths:
        sys.exit(f"no notebook in {NOTEBOOKS}")
    if args.check:
        sys.exit(check(paths) > 0)
    for path in paths:
        print(f"{path.name}: {'changed' if execute(path) else 'same bytes'}")


if __name__ == "__main__":
    main()
