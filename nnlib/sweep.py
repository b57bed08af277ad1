"""Train a grid of networks: hidden units x step rule x seed, here or on many processors.

The work is cut into groups of runs that are trained together (`gradient_descents`). The cut
depends on the grid alone, so that the results do not depend on who computes them.
"""

import csv
from concurrent.futures import as_completed
from contextlib import closing
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np

from nnlib import checks
from nnlib.datasets import DATA_FOLDER, Dataset, load_dataset
from nnlib.metrics import evaluate
from nnlib.network import init_parameters
from nnlib.objective import ACTIVATIONS, Objective
from nnlib.steps import Armijo, ConstantStep
from nnlib.together import gradient_descents

#: The columns of the table that `sweep` returns, and their numpy types.
COLUMNS = {
    "n_hidden": np.int64,
    "step": object,
    "seed": np.int64,
    "train_loss": np.float64,
    "train_accuracy": np.float64,
    "test_loss": np.float64,
    "test_accuracy": np.float64,
    "n_iterations": np.int64,
    "n_values": np.int64,
    "n_gradients": np.int64,
    "stop_reason": object,
}
KEYS = ("n_hidden", "step", "seed")
RESULTS = tuple(name for name in COLUMNS if name not in KEYS)
NOT_RUN = "not run"

# The sweep behind the heat map of chapter 5, which `tools/make_sweep.py` computes. (No "#:": the
# page of the API would print where the file lay on the machine that built it.)
HEAT_MAP_FILE = DATA_FOLDER / "sweep.csv"
HEAT_MAP_UNITS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96)
HEAT_MAP_STEPS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)

# As many runs at a time as keep their activations in the processor's cache, and never more than
# 32, by when there is nothing left to gain.
MOST_RUNS = 32


@dataclass(frozen=True)
class Grid:
    """What to train: each number of hidden units with each step rule from each seed.

    Parameters
    ----------
    data : Dataset
    n_hidden : sequence of int
        At least 1 each.
    steps : sequence of step rules
        `ConstantStep`, `Armijo`, `WarmStartedArmijo`; any with a generator ``trials``.
    seeds : sequence of int
        Of the starts, at least 0 each.
    n_iterations : int
        Of each run, at least 0.
    weight_decay : float
        lambda >= 0.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or out of range, or a list is empty or names
        something twice.

    Examples
    --------
    >>> from nnlib import Armijo, ConstantStep, load_dataset
    >>> grid = Grid(load_dataset(), (4, 12), (ConstantStep(1.0), Armijo()), range(10), 1000)
    >>> grid.size
    40
    """

    data: Dataset
    n_hidden: tuple
    steps: tuple
    seeds: tuple
    n_iterations: int
    weight_decay: float = 0.0

    def __post_init__(self):
        if not isinstance(self.data, Dataset):
            raise TypeError(
                f"data must be a Dataset; write load_dataset(...), got {checks.shown(self.data)}"
            )
        n_hidden = _listed("n_hidden", self.n_hidden)
        seeds = _listed("seeds", self.seeds)
        set_field = object.__setattr__  # the fields of a frozen dataclass
        set_field(self, "n_hidden", tuple(checks.whole_number("n_hidden", n, 1) for n in n_hidden))
        set_field(self, "seeds", tuple(checks.whole_number("seeds", seed, 0) for seed in seeds))
        set_field(self, "steps", tuple(_listed("steps", self.steps)))
        checks.whole_number("n_iterations", self.n_iterations, at_least=0)
        checks.real_number("weight_decay", self.weight_decay, at_least=0)
        for step in self.steps:
            checks.no_class("steps", step)
            if not callable(getattr(step, "trials", getattr(step, "begin", None))):
                raise TypeError(
                    f"steps must be step rules such as Armijo(), got {checks.shown(step)}"
                )
        for name, values in (("n_hidden", self.n_hidden), ("seeds", self.seeds),
                             ("steps", self.step_names)):  # fmt: skip
            if len(set(values)) < len(values):
                raise ValueError(f"{name} must not name anything twice, got {checks.shown(values)}")

    @property
    def step_names(self):
        """What stands in the column ``step``, one for each of `steps`."""
        return [repr(step) for step in self.steps]

    @property
    def size(self):
        """The number of runs."""
        return len(self.n_hidden) * len(self.steps) * len(self.seeds)

    def groups(self):
        """The runs to be trained together: (first row of the table, n_hidden, [(step, seed)])."""
        row, n_samples = 0, len(self.data.y_train)
        for n_hidden in self.n_hidden:
            runs = list(product(self.steps, self.seeds))
            at_once = max(1, min(MOST_RUNS, ACTIVATIONS // (n_hidden * n_samples)))
            for i in range(0, len(runs), at_once):
                yield row + i, n_hidden, runs[i : i + at_once]
            row += len(runs)


def heat_map_grid():
    """The grid of chapter 5's heat map: 13 sizes, ten steps of either rule, ten seeds.

    Returns
    -------
    Grid
        Its ``steps`` are the ten constant steps and then the ten Armijo rules, whose ``alpha0``
        are the same numbers.
    """
    steps = [ConstantStep(alpha) for alpha in HEAT_MAP_STEPS]
    steps += [Armijo(alpha0=alpha) for alpha in HEAT_MAP_STEPS]
    return Grid(load_dataset("spirals"), HEAT_MAP_UNITS, steps, range(10), n_iterations=2000)


def sweep(grid, executor=None, progress=False, done=None):
    """Train every run of the grid and judge it on training and test data.

    Parameters
    ----------
    grid : Grid
    executor : concurrent.futures.Executor, optional
        Who trains: for instance a ``ProcessPoolExecutor()``, or on a cluster
        ``dask.distributed.Client(...).get_executor()``. By default this process, one group of
        runs after the other. The results are the same, bit for bit on machines of one kind.
    progress : bool
        Show a progress bar (needs tqdm).
    done : ndarray, optional
        The table of an earlier sweep of the same grid that was interrupted: what it has is not
        computed again. Its data and its weight decay are not in it and not checked.

    Returns
    -------
    table : ndarray, shape (grid.size,), structured
        A row for each run, in the order of the grid, with the `COLUMNS`: ``table["test_loss"]``
        is a column, in nats like ``train_loss``, without weight decay. ``pandas.DataFrame(table)``
        takes it as it is. After Ctrl-C the rows that are missing have ``stop_reason`` "not run"
        and nan for a score.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind, or `done` is of other networks, steps, seeds or
        iterations.
    """
    if not isinstance(grid, Grid):
        raise TypeError(f"grid must be a Grid, got {checks.shown(grid)}")
    if executor is not None and not callable(getattr(executor, "submit", None)):
        raise TypeError(
            f"executor must be a concurrent.futures.Executor, got {checks.shown(executor)}"
        )
    table = _empty_table(grid)
    if done is not None:
        _take_over(grid, table, done)
    groups = [group for group in grid.groups() if _is_missing(table, group)]
    train = _train_here if executor is None else _train_elsewhere
    with closing(_bar(table, progress)) as bar:
        try:
            for first, rows in train(grid, groups, executor):
                if any(row["stop_reason"].startswith("interrupted") for row in rows):
                    break  # Ctrl-C reached the training: half a run is no result
                for name in RESULTS:  # not the keys: an own rule's repr may hold an address
                    table[name][first : first + len(rows)] = rows[name]
                bar.update(len(rows))
        except KeyboardInterrupt:
            pass
    return table


def _train_here(grid, groups, executor):
    for group in groups:
        yield group[0], _train(grid, group)


def _train_elsewhere(grid, groups, executor):
    """Submit all, and give each when it is ready; what is left over at the end is called off."""
    futures = {}
    try:
        for group in groups:
            futures[executor.submit(_train, grid, group)] = group[0]
        for future in as_completed(list(futures)):
            rows = future.result()
            yield futures.pop(future), rows
    except KeyboardInterrupt:
        for future, first in futures.items():  # ready, but not yet given
            if future.done() and not future.cancelled() and future.exception() is None:
                yield first, future.result()
    finally:
        for future in futures:
            future.cancel()


def _train(grid, group):
    """The rows of one group."""
    first, n_hidden, runs = group
    data = grid.data
    objective = Objective(data.X_train, data.y_train, grid.weight_decay, data.n_classes)
    starts = [init_parameters(n_hidden, 2, data.n_classes, seed) for _, seed in runs]
    histories = gradient_descents(
        objective, starts, [step for step, _ in runs], grid.n_iterations
    )  # fmt: skip
    rows = _empty_table(grid)[first : first + len(runs)]
    for row, history in zip(rows, histories):
        train = evaluate(history.theta, data.X_train, data.y_train, data.n_classes)
        test = evaluate(history.theta, data.X_test, data.y_test, data.n_classes)
        row["train_loss"], row["train_accuracy"] = train.loss, train.accuracy
        row["test_loss"], row["test_accuracy"] = test.loss, test.accuracy
        row["n_iterations"], row["n_values"] = history.n_iterations, history.n_values[-1]
        row["n_gradients"], row["stop_reason"] = history.n_gradients, history.stop_reason
    return rows


def _empty_table(grid):
    table = np.zeros(grid.size, dtype=list(COLUMNS.items()))
    for row, key in zip(table, product(grid.n_hidden, grid.step_names, grid.seeds)):
        row["n_hidden"], row["step"], row["seed"] = key
    for score in ("train_loss", "train_accuracy", "test_loss", "test_accuracy"):
        table[score] = np.nan
    table["stop_reason"] = NOT_RUN
    return table


def _take_over(grid, table, done):
    if getattr(done, "dtype", None) != table.dtype or any(
        not np.array_equal(table[key], done[key]) for key in KEYS
    ):
        raise ValueError("done must be the table of a sweep of the same grid; leave it out")
    whole = f"finished {grid.n_iterations} iterations"
    for reason, n_iterations in zip(done["stop_reason"], done["n_iterations"]):
        if n_iterations > grid.n_iterations or (reason.startswith("fin") and reason != whole):
            raise ValueError(
                f"done must be the table of a sweep of {grid.n_iterations} iterations, got a run "
                f"that {reason}; leave it out"
            )
    table[:] = done


def _is_missing(table, group):
    first, _, runs = group
    return (table["stop_reason"][first : first + len(runs)] == NOT_RUN).any()


class _NoBar:
    def update(self, n):
        pass

    def close(self):
        pass


def _bar(table, progress):
    if not progress:
        return _NoBar()
    from tqdm.auto import tqdm  # asked for only here: training itself needs numpy alone

    n_done = np.count_nonzero(table["stop_reason"] != NOT_RUN)
    return tqdm(total=len(table), initial=n_done, desc="sweep", unit="run")


def _listed(name, values):
    try:
        values = list(values)
    except TypeError:
        raise TypeError(
            f"{name} must be a sequence, got {checks.shown(values)}; write [{checks.shown(values)}]"
        ) from None
    if not values:
        raise ValueError(f"{name} must not be empty")
    return values


def save_table(table, path):
    """Write a table of `sweep` as CSV, losses and shares to six significant digits.

    Parameters
    ----------
    table : ndarray, structured as `sweep` returns it
    path : str or Path

    Raises
    ------
    TypeError
        If table is not one of `sweep`; nothing is written then.
    """
    if getattr(getattr(table, "dtype", None), "names", None) != tuple(COLUMNS):
        raise TypeError(f"table must be one that sweep returns, got {checks.shown(table)}")
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in table:
            writer.writerow(f"{x:.6g}" if isinstance(x, float) else x for x in row)


def load_table(path):
    """Read a table that `save_table` wrote.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    table : ndarray, structured as `sweep` returns it

    Raises
    ------
    ValueError
        If the columns are not those of a sweep, or a cell is not of its kind.
    """
    with Path(path).open(encoding="utf-8", newline="") as file:
        header, *rows = [*csv.reader(file)] or [[]]
    if header != list(COLUMNS):
        raise ValueError(f"{path}: the columns must be {', '.join(COLUMNS)}, got {header}")
    rows = [_row(path, line, cells) for line, cells in enumerate(rows, start=2)]
    return np.array(rows, dtype=list(COLUMNS.items()))


def _row(path, line, cells):
    kinds = [str if kind is object else kind for kind in COLUMNS.values()]
    try:
        return tuple(kind(cell) for kind, cell in zip(kinds, cells, strict=True))
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{path}, line {line}: {error}") from None
