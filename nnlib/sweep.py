"""Train a grid of networks: hidden units x step rule x seed, here or on many processors.

By the compiled loops; a rule of your own is trained by the readable ones.
"""

import csv
import json
from concurrent.futures import as_completed
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np

from nnlib import arguments
from nnlib.data import FOLDER, Dataset, load_dataset
from nnlib.descent import gradient_descent
from nnlib.objective import Objective
from nnlib.parameters import init_parameters
from nnlib.predict import evaluate
from nnlib.steps import Armijo, ConstantStep

#: The columns of the table that `sweep` returns, and their numpy types.
COLUMNS = {
    "n_hidden": np.int64, "step": object, "seed": np.int64,
    "train_loss": float, "train_accuracy": float, "test_loss": float, "test_accuracy": float,
    "n_iterations": np.int64, "n_values": np.int64, "n_gradients": np.int64, "stop_reason": object,
}  # fmt: skip
HEAT_MAP_FILE = FOLDER / "sweep.csv"  # of chapter 5, which `make sweep` computes
HEAT_MAP_UNITS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96)
HEAT_MAP_STEPS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)


@dataclass(frozen=True)
class Grid:
    """What to train: each number of hidden units with each step rule from each seed.

    Parameters
    ----------
    data : Dataset
    n_hidden, steps, seeds : sequences of numbers of units, of step rules, of seeds of the starts
    n_iterations : int, >= 0, of each run
    weight_decay : float, lambda >= 0
    """

    data: Dataset
    n_hidden: tuple
    steps: tuple
    seeds: tuple
    n_iterations: int
    weight_decay: float = 0.0

    def __post_init__(self):
        if not isinstance(self.data, Dataset):
            arguments.refuse("data", "be a Dataset as load_dataset returns it", self.data)
        for name, least in ("n_hidden", 1), ("seeds", 0), ("steps", None):
            values = getattr(self, name)
            if not np.iterable(values) or isinstance(values, str):
                arguments.refuse(name, "be a sequence, such as [one]", values)
            values = tuple(values)  # a generator would be empty at the second look
            if least is not None:  # not after hours, at the last run
                values = tuple(arguments.whole_number(name, n, least) for n in values)
            vars(self)[name] = values

    @property
    def keys(self):
        """(n_hidden, step, seed) of each run, in the order of the table."""
        return list(product(self.n_hidden, self.steps, self.seeds))

    @property
    def step_names(self):
        """What stands in the column ``step``, one for each of `steps`."""
        return [repr(step) for step in self.steps]


def heat_map_grid():
    """The grid of chapter 5's heat map: ten constant steps, and Armijo from the same ten."""
    steps = *map(ConstantStep, HEAT_MAP_STEPS), *map(Armijo, HEAT_MAP_STEPS)
    return Grid(load_dataset("spirals"), HEAT_MAP_UNITS, steps, range(10), n_iterations=2000)


def sweep(grid, executor=None, progress=False):
    """Train every run of the grid and judge it on training and test data.

    Parameters
    ----------
    grid : Grid
    executor : concurrent.futures.Executor, optional
        Who trains, by default one run after the other: ``ThreadPoolExecutor()`` uses all
        processors; on a Dask cluster ``Client(...).get_executor()``. The results are the same but
        for the last bits: loops compiled in a process differ from those it finds.
    progress : bool: show a bar (needs tqdm)

    Returns
    -------
    table : structured array, a row for each run in the order of `Grid.keys`, with the `COLUMNS`
        Losses in nats, without weight decay. A run that Ctrl-C kept away is "not run", scores nan.
    """
    table = np.zeros(len(grid.keys), dtype=list(COLUMNS.items()))
    for i, (n_hidden, step, seed) in enumerate(grid.keys):
        table[i] = (n_hidden, repr(step), seed, *[np.nan] * 4, 0, 0, 0, "not run")
    rows = _rows(grid, executor)
    if progress:
        from tqdm.auto import tqdm

        rows = tqdm(rows, total=len(grid.keys), desc="sweep", unit="run")
    try:
        for i, row in rows:
            table[i] = (*table[i].tolist()[:3], *row)
    except KeyboardInterrupt:
        pass
    return table


def _rows(grid, executor):
    """(number, results) of each run when it is ready; the rest is called off at the end."""
    if executor is None:
        for i in range(len(grid.keys)):
            yield i, _train(grid, i)
        return
    futures = {executor.submit(_train, grid, i): i for i in range(len(grid.keys))}
    try:
        for future in as_completed(futures):
            yield futures[future], future.result()
    finally:
        for future in futures:
            future.cancel()


def _train(grid, i):
    from nnlib import compiled  # asked for only here: `import nnlib` needs numpy alone

    data, (n_hidden, step, seed) = grid.data, grid.keys[i]
    objective = Objective(data.X_train, data.y_train, grid.weight_decay, data)
    train = compiled.gradient_descent if type(step) in compiled.RULES else gradient_descent
    run = train(objective, init_parameters(n_hidden, data, seed=seed), step, grid.n_iterations)
    if run.stop_reason.startswith("interrupted"):
        raise KeyboardInterrupt  # half a run is no result
    scores = evaluate(run.theta, data.X_train, data.y_train, data)[:2]
    scores += evaluate(run.theta, data.X_test, data.y_test, data)[:2]
    counts = run.n_iterations, run.n_values[-1], run.n_gradients
    return *scores, *counts, run.stop_reason


def save_table(table, path):
    """Write a table of `sweep` as CSV, losses and shares to six significant digits."""
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in table:
            writer.writerow(f"{x:.6g}" if isinstance(x, float) else x for x in row)


def load_table(path):
    """Read a table that `save_table` wrote."""
    with Path(path).open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    if header != list(COLUMNS):
        raise ValueError(f"{path}: the columns must be {', '.join(COLUMNS)}, got {header}")
    kinds = [str if kind is object else kind for kind in COLUMNS.values()]
    rows = [tuple(kind(cell) for kind, cell in zip(kinds, row, strict=True)) for row in rows]
    return np.array(rows, dtype=list(COLUMNS.items()))


def stored(command):
    """When and where "make bench" or "make sweep" computed what a chapter only shows."""
    results = json.loads((FOLDER / "benchmarks.json").read_text(encoding="utf-8"))
    runs = {"make bench": results | results["machine"], "make sweep": results["sweep"][0]}
    return f"stored: {runs[command]['date']}, {command}, {runs[command]['processor']}"
