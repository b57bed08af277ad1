"""A grid of runs: the same table whoever computes it, and the one of chapter 5 is what it says."""

import pickle
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from unittest.mock import Mock

import numpy as np
import pytest

from nnlib import compiled, evaluate, init_parameters, load_dataset
from nnlib.objective import Objective
from nnlib.steps import Armijo, ConstantStep, WarmStartedArmijo
from nnlib.sweep import COLUMNS, HEAT_MAP_FILE, Grid, heat_map_grid, load_table, sweep

SPIRALS = load_dataset("spirals")
GRID = Grid(SPIRALS, (2, 12), (ConstantStep(1.0), Armijo()), range(3), 60)


@pytest.fixture(scope="module")
def table():
    return sweep(GRID)


def assert_alike(found, expected, rtol):
    assert found.dtype == expected.dtype and found["step"].tolist() == expected["step"].tolist()
    for column in set(COLUMNS) - {"step", "stop_reason"}:
        np.testing.assert_allclose(found[column], expected[column], rtol=rtol)


def test_each_row_is_a_run_also_with_weight_decay_and_four_classes(table, root):
    assert len(table) == len(GRID.keys) == 12 and list(table.dtype.names) == list(COLUMNS)
    winds = load_dataset(root / "tests/data/four_winds.csv")
    other = Grid(winds, [3], [WarmStartedArmijo()], [7], 60, weight_decay=0.1)
    for grid, rows in ((GRID, table), (other, sweep(other))):
        data = grid.data
        objective = Objective(data.X_train, data.y_train, grid.weight_decay, data)
        for row, (n_hidden, step, seed) in zip(rows, grid.keys, strict=True):
            assert row[["n_hidden", "step", "seed"]].tolist() == (n_hidden, repr(step), seed)
            start = init_parameters(n_hidden, data, seed=seed)
            history = compiled.gradient_descent(objective, start, step, 60)
            for part in ("train", "test"):
                points = getattr(data, f"X_{part}"), getattr(data, f"y_{part}")
                scores = evaluate(history.theta, *points, data)[:2]
                assert (row[f"{part}_loss"], row[f"{part}_accuracy"]) == scores
            assert row["n_iterations"] == 60 and row["n_values"] == history.n_values[-1]
            assert row["n_gradients"] == 61 and row["stop_reason"] == "finished 60 iterations"


class Half(ConstantStep):
    """A rule of one's own, whose repr has an address, which is another one in another process."""

    __repr__ = object.__repr__

    def __call__(self, phi, phi0, slope):
        return ConstantStep(self.alpha / 2)(phi, phi0, slope)


@pytest.mark.parametrize("make_executor", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_any_executor_gives_the_same_table(table, make_executor):
    own = replace(GRID, steps=(Half(2.0), Half(1.0)))
    with make_executor(2) as executor:
        np.testing.assert_array_equal(sweep(GRID, executor), table)
        found = sweep(own, executor)
    np.testing.assert_array_equal(found, sweep(own))
    np.testing.assert_allclose(found["test_loss"][:3], table["test_loss"][:3], rtol=1e-9)


# In a process of its own: what a cluster leaves behind would be counted against later tests.
ON_DASK = """
import pickle, sys
from distributed import Client, LocalCluster
from nnlib.sweep import Grid, sweep

if __name__ == "__main__":
    grid = pickle.loads(sys.stdin.buffer.read())
    with LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None,
                      worker_dashboard_address=None) as cluster, Client(cluster) as client:
        table = sweep(grid, client.get_executor())
        worked = client.run(lambda: "nnlib.compiled" in sys.modules)
    assert any(worked.values()) and len(worked) == 2, worked
    sys.stdout.buffer.write(pickle.dumps(table))
"""


def test_a_dask_cluster_gives_the_same_table(table, tmp_path):
    (tmp_path / "on_dask.py").write_text(ON_DASK)
    command = [sys.executable, tmp_path / "on_dask.py"]
    found = pickle.loads(subprocess.check_output(command, input=pickle.dumps(GRID), timeout=120))
    assert_alike(found, table, 1e-9)  # loops compiled there differ in a bit


class Raises:
    def __init__(self, error, n):
        self.error, self.n = error, n

    def __call__(self, phi, phi0, slope):
        self.n -= 1
        if self.n < 0:
            raise self.error
        return ConstantStep(1.0)(phi, phi0, slope)


def test_after_ctrl_c_what_is_done_is_in_the_table():
    right = sweep(replace(GRID, steps=[Half(2.0)]))
    part = sweep(replace(GRID, steps=[Raises(KeyboardInterrupt, 2 * 60 + 7)]))  # in the third run
    assert (part["stop_reason"] != "not run").tolist() == [True] * 2 + [False] * 4
    np.testing.assert_array_equal(part["test_loss"][:2], right["test_loss"][:2])
    assert np.isnan(part["test_loss"][2:]).all()
    with ThreadPoolExecutor(1) as executor:  # which calls off what has not begun
        part = sweep(replace(GRID, steps=[Raises(KeyboardInterrupt, 7)], seeds=range(50)), executor)
    assert (part["stop_reason"] == "not run").all()
    with pytest.raises(RuntimeError), ThreadPoolExecutor(1) as executor:  # what is no Ctrl-C
        sweep(replace(GRID, steps=[Raises(RuntimeError, 0)]), executor)


def test_the_tool_writes_the_whole_file_or_nothing(tool, table, tmp_path, monkeypatch, capsys):
    tool, path = tool("make_sweep"), tmp_path / "sweep.csv"
    monkeypatch.setattr(tool, "HEAT_MAP_FILE", path)
    monkeypatch.setattr(tool, "heat_map_grid", lambda: GRID)
    monkeypatch.setattr(tool, "store_sweep", noted := Mock())  # writes into benchmarks.json
    tool.main()
    assert "12/12" in capsys.readouterr().err
    written = path.read_bytes()
    assert_alike(load_table(path), table, 1e-5)
    own = replace(GRID, steps=[Raises(KeyboardInterrupt, 70)])
    monkeypatch.setattr(tool, "heat_map_grid", lambda: own)
    with pytest.raises(SystemExit, match="of 6 runs are missing: nothing was written"):
        tool.main()
    assert path.read_bytes() == written and [*tmp_path.iterdir()] == [path]
    noted.assert_called_once()
    with pytest.raises(ValueError, match=r"spirals\.csv: the columns must be n_hidden, step"):
        load_table(HEAT_MAP_FILE.with_name("spirals.csv"))


# --- the table behind chapter 5's heat map ---------------------------------------------------

HEAT_MAP = heat_map_grid()
CONSTANT, ARMIJO = HEAT_MAP.steps[:10], HEAT_MAP.steps[10:]
SMALL, LARGE = HEAT_MAP.n_hidden[:8], HEAT_MAP.n_hidden[9:]  # 1 to 16 units, 32 to 96
RANDOM = np.random.default_rng(2026)  # fixed, so that a failure can be looked at again
CELLS = [  # one of each group of cells that are alike, and how far a median may move
    (RANDOM.choice(sizes).item(), RANDOM.choice(steps), tolerance) for sizes, steps, tolerance in [
    (SMALL, CONSTANT[:4], 0), (SMALL, CONSTANT[4:5], 0), (SMALL, CONSTANT[9:], 0),
    (SMALL, ARMIJO[:4], 0), (SMALL, ARMIJO[4:6], 0), (SMALL[:4], ARMIJO[6:], 0),
    (LARGE, CONSTANT[:5], 0), (LARGE, ARMIJO[:4], 0),
    (SMALL, CONSTANT[5:7], 0.05), (SMALL, CONSTANT[7:8], 0.2), (SMALL, CONSTANT[8:9], 0.05),
]]  # fmt: skip
STORED = load_table(HEAT_MAP_FILE)


def test_the_file_is_the_whole_grid_in_order():
    assert len(STORED) == len(HEAT_MAP.keys) == 13 * 20 * 10
    keys = [(n_hidden, repr(step), seed) for n_hidden, step, seed in HEAT_MAP.keys]
    assert STORED[["n_hidden", "step", "seed"]].tolist() == keys
    assert set(STORED["stop_reason"]) == {"finished 2000 iterations"}
    assert np.all(STORED["n_iterations"] == 2000) and np.all(STORED["n_gradients"] == 2001)
    for part, n in (("train", 300), ("test", 90)):
        loss, right = STORED[f"{part}_loss"], STORED[f"{part}_accuracy"] * n
        assert np.all(loss > 0) and np.all(np.isfinite(loss))
        assert np.allclose(right, np.round(right), atol=1e-3) and np.all(right <= n + 1e-3)


@pytest.mark.parametrize(("n_hidden", "step", "tolerance"), CELLS, ids=repr)
def test_random_cells_come_out_the_same(n_hidden, step, tolerance):
    """To the stored digits; where rounding is amplified, at least the medians are alike."""
    seeds = range(10) if n_hidden in SMALL else range(2)
    now = sweep(replace(HEAT_MAP, n_hidden=[n_hidden], steps=[step], seeds=seeds))
    before = STORED[(STORED["n_hidden"] == n_hidden) & (STORED["step"] == repr(step))][seeds]
    if not tolerance:
        scores = ("train_loss", "train_accuracy", "test_loss", "test_accuracy", "n_values")
        same = np.all([np.isclose(before[name], now[name], rtol=1e-5) for name in scores], axis=0)
        assert same.mean() >= 0.9
    middle = [np.median(table["test_accuracy"]) for table in (before, now)]
    assert middle[0] == pytest.approx(middle[1], abs=tolerance + 1e-5)
    losses = [np.median(table["train_loss"]) for table in (before, now)]
    assert 0.5 < losses[0] / losses[1] < 2
