"""Run the chapters with a table of your own; list the claims about the course's that it breaks.

    python tools/try_table.py [--whole] TABLE [NOTEBOOK ...]

Quickly: a network is trained for 100 iterations at most and stands still for the rest of its run.
With --whole all runs are as long as in the chapters. It fails if a cell stops.
"""

import argparse
import contextlib
import io
import linecache
import os
import sys
import traceback
import warnings
from dataclasses import replace
from pathlib import Path
from unittest import mock

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small matrices: threads wait for each other
os.environ.setdefault("MPLBACKEND", "Agg")

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import scipy.optimize

import nnlib
from nnlib import compiled
from nnlib.exercises import decision_boundaries

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
NAME = '"spirals"'  # what gives way to the table, in the first lines of a chapter


@contextlib.contextmanager
def brief(most=100):
    """Within, networks are trained for so many iterations at most, and a library's end at once."""
    readable, fast = nnlib.gradient_descent, compiled.gradient_descent
    minimise = scipy.optimize.minimize
    fresh_loss = decision_boundaries.fresh_loss.__wrapped__

    def descend(objective, theta0, step, n, tolerance=0.0, callback=None, **progress):
        rest = max(0, n - most) if isinstance(objective, nnlib.Objective) else 0
        plain = type(objective) is nnlib.Objective and type(step) in compiled.RULES
        train = fast if plain and not callback else readable
        run = train(objective, theta0, step, n - rest, tolerance, callback)
        if not run.stop_reason.startswith("finished"):
            return run
        for k in range(n - rest + 1, n + 1) if callback else ():
            callback(k, run.theta, run.loss[-1])
        names = ("loss", "gradient_norm", "alpha", "n_trials")
        longer = {name: np.pad(getattr(run, name), (0, rest), "edge") for name in names if rest}
        trials = longer.get("n_trials", run.n_trials)
        return replace(run, **longer, n_values=np.cumsum([1, *trials])) if rest else run

    def soon(*arguments, **settings):
        return minimise(*arguments, **settings | {"options": {"maxiter": 3}})

    with (
        mock.patch.object(nnlib, "gradient_descent", descend),
        mock.patch.object(compiled, "gradient_descent", descend),
        mock.patch.object(scipy.optimize, "minimize", soon),
        # What it keeps of a run would outlive the short ones.
        mock.patch.object(decision_boundaries, "fresh_loss", fresh_loss),
    ):
        yield


def chapters():
    """The chapters that load a data set in their first lines."""
    return [path for path in sorted(NOTEBOOKS.glob("*.ipynb")) if NAME in code(path)[0]]


def code(path):
    """The sources of a chapter's code cells but the first, which is for Colab."""
    cells = nbformat.read(path, as_version=4).cells
    return [cell.source for cell in cells if cell.cell_type == "code"][1:]


def claims_broken(path, table):
    """What the cells of a chapter say that is not true with this table; an error if one stops."""
    names, said = {"__name__": "__main__"}, io.StringIO()
    for number, source in enumerate(code(path), 2):
        if number == 2:
            source = source.replace(NAME, repr(str(table)))
        cell = f"{path.stem}, code cell {number}"
        linecache.cache[cell] = len(source), None, source.splitlines(True), cell
        with contextlib.redirect_stdout(said):
            exec(compile(source, cell, "exec"), names)
        plt.close("all")
    return [line for line in said.getvalue().splitlines() if line.startswith("True of the course")]


def main():
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("table", type=Path)
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all that load a data set")
    parser.add_argument("--whole", action="store_true", help="runs as long as in the chapters")
    args, stopped = parser.parse_args(), 0
    nnlib.load_dataset(args.table)  # is it one at all?
    warnings.simplefilter("ignore")
    for path in args.notebooks or chapters():
        with contextlib.nullcontext() if args.whole else brief():
            try:
                found = claims_broken(path, args.table.resolve())
                print(f"{path.stem}: runs to its end", *found, sep="\n    ", flush=True)
            except Exception:
                stopped += 1
                traceback.print_exc(limit=-2)
    sys.exit(stopped > 0)


if __name__ == "__main__":
    main()
