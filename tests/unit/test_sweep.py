"""A grid of runs: the same table whoever computes it, and what is done survives Ctrl-C."""

import pickle
import subprocess
import sys
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from nnlib import (
    Armijo,
    ConstantStep,
    Grid,
    Objective,
    WarmStartedArmijo,
    evaluate,
    gradient_descent,
    init_parameters,
    load_dataset,
    sweep,
)
from nnlib.sweep import COLUMNS, HEAT_MAP_FILE, load_table, save_table

SPIRALS = load_dataset("spirals")
GRID = Grid(SPIRALS, (2, 12, 40), (ConstantStep(1.0), Armijo()), range(5), 60)


@pytest.fixture(scope="module")
def table():
    return sweep(GRID)


def test_each_row_is_a_run_of_gradient_descent(table):
    assert len(table) == GRID.size == 30 and list(table.dtype.names) == list(COLUMNS)
    objective = Objective(SPIRALS.X_train, SPIRALS.y_train)
    rules = dict(zip(GRID.step_names, GRID.steps))
    for row in table[::4]:
        theta0 = init_parameters(row["n_hidden"], seed=int(row["seed"]))
        history = gradient_descent(objective, theta0, rules[row["step"]], 60)
        train = evaluate(history.theta, SPIRALS.X_train, SPIRALS.y_train)
        test = evaluate(history.theta, SPIRALS.X_test, SPIRALS.y_test)
        assert (row["train_loss"], row["train_accuracy"]) == (train.loss, train.accuracy)
        assert (row["test_loss"], row["test_accuracy"]) == (test.loss, test.accuracy)
        assert row["n_iterations"] == 60 and row["n_values"] == history.n_values[-1]
        assert row["n_gradients"] == 61 and row["stop_reason"] == "finished 60 iterations"


def test_order_of_the_rows(table):
    assert table["n_hidden"].tolist() == [2] * 10 + [12] * 10 + [40] * 10
    assert table["seed"][:10].tolist() == [0, 1, 2, 3, 4] * 2
    assert table["step"][4] == "ConstantStep(alpha=1.0)" and table["step"][5].startswith("Armijo(")


def test_weight_decay_and_other_rules_and_classes():
    four = replace(
        SPIRALS, y_train=np.arange(300) % 4, y_test=np.arange(90) % 4, class_names=tuple("abcd")
    )
    grid = Grid(four, [3], [WarmStartedArmijo()], [7], 20, weight_decay=0.1)
    (row,) = sweep(grid)
    objective = Objective(four.X_train, four.y_train, 0.1, 4)
    theta0 = init_parameters(3, 2, 4, seed=7)
    theta = gradient_descent(objective, theta0, WarmStartedArmijo(), 20).theta
    assert row["test_loss"] == evaluate(theta, four.X_test, four.y_test, 4).loss


@pytest.mark.parametrize("make_executor", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_any_executor_gives_the_same_table(table, make_executor):
    with make_executor(2) as executor:
        np.testing.assert_array_equal(sweep(GRID, executor), table)


class Half(ConstantStep):
    __repr__ = object.__repr__  # with an address, which is another one in another process

    def trials(self, phi0, slope):
        return (yield from ConstantStep(self.alpha / 2).trials(phi0, slope))


def test_rules_keep_their_names_whoever_computes():
    grid = Grid(SPIRALS, [2], [Half(1.0), Half(2.0)], [0], 3)
    with ProcessPoolExecutor(1) as executor:
        there = sweep(grid, executor)
    assert there["step"].tolist() == grid.step_names
    np.testing.assert_array_equal(sweep(grid, done=there), sweep(grid))


# In a process of its own: what a cluster leaves behind (event loops, sockets that are closed
# late) would otherwise be counted against the tests that happen to run next.
ON_DASK = """
import pickle, sys
from distributed import Client, LocalCluster
from nnlib.sweep import Grid, sweep

if __name__ == "__main__":
    grid = pickle.loads(sys.stdin.buffer.read())
    with LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None,
                      worker_dashboard_address=None) as cluster, Client(cluster) as client:
        assert len(client.scheduler_info()["workers"]) == 2
        with client.get_executor() as executor:
            table = sweep(grid, executor)
        worked = client.run(lambda: "nnlib.together" in sys.modules)
    assert any(worked.values()), worked
    sys.stdout.buffer.write(pickle.dumps(table))
"""


def test_a_dask_cluster_gives_the_same_table(table, tmp_path):
    script = tmp_path / "on_dask.py"
    script.write_text(ON_DASK)
    result = subprocess.run(
        [sys.executable, script], input=pickle.dumps(GRID), capture_output=True, timeout=120
    )
    assert result.returncode == 0, result.stderr.decode()
    np.testing.assert_array_equal(pickle.loads(result.stdout), table)


class StopsAfter:
    """An executor that computes at once, and in whose n-th job somebody presses Ctrl-C."""

    def __init__(self, n):
        self.n = n

    def submit(self, function, *arguments):
        future = Future()
        self.n -= 1
        if self.n >= 0:
            future.set_result(function(*arguments))
        elif self.n == -1:
            future.set_exception(KeyboardInterrupt())
        return future


def test_what_is_done_survives_ctrl_c_and_is_taken_up_again(table):
    part = sweep(GRID, StopsAfter(2))
    done = part["stop_reason"] != "not run"
    assert 0 < done.sum() < len(table)
    np.testing.assert_array_equal(part[done], table[done])
    assert np.isnan(part["test_loss"][~done]).all()
    np.testing.assert_array_equal(part["seed"], table["seed"])
    counting = StopsAfter(100)
    np.testing.assert_array_equal(sweep(GRID, counting, done=part), table)
    assert 100 - counting.n == len(list(GRID.groups())) - 2


def test_ctrl_c_during_training_here(table, monkeypatch):
    calls = []
    forward = Objective.forward

    def interrupted(self, theta):
        calls.append(1)
        if len(calls) == 200:
            raise KeyboardInterrupt
        return forward(self, theta)

    monkeypatch.setattr(Objective, "forward", interrupted)
    part = sweep(GRID)
    done = part["stop_reason"] != "not run"
    assert 0 < done.sum() < len(table)
    np.testing.assert_array_equal(part[done], table[done])


def test_an_error_is_passed_on_and_the_rest_is_called_off():
    class Broken:
        def trials(self, phi0, slope):
            raise RuntimeError("broken rule")
            yield

    with pytest.raises(RuntimeError, match="broken rule"), ThreadPoolExecutor(1) as executor:
        sweep(replace(GRID, steps=[Broken()]), executor)


def test_progress_bar(capsys):
    sweep(replace(GRID, n_iterations=1), progress=True)
    assert "30/30" in capsys.readouterr().err


def test_a_table_is_written_and_read(table, tmp_path):
    save_table(table, tmp_path / "table.csv")
    again = load_table(tmp_path / "table.csv")
    assert again.dtype == table.dtype
    for column in COLUMNS:
        if table[column].dtype.kind == "f":
            np.testing.assert_allclose(again[column], table[column], rtol=1e-5)
        else:
            np.testing.assert_array_equal(again[column], table[column])
    with pytest.raises(ValueError, match="columns must be n_hidden, step"):
        load_table(HEAT_MAP_FILE.with_name("spirals.csv"))


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        (dict(data="spirals"), TypeError, r"data must be a Dataset; write load_dataset"),
        (dict(n_hidden=12), TypeError, r"n_hidden must be a sequence.*write \[12\]"),
        (dict(n_hidden=[]), ValueError, "n_hidden must not be empty"),
        (dict(n_hidden=[0]), ValueError, "n_hidden must be a whole number >= 1"),
        (dict(n_hidden=[3, 3]), ValueError, "n_hidden must not name anything twice"),
        (dict(steps=Armijo()), TypeError, "steps must be a sequence"),
        (dict(steps=[1.0]), TypeError, "steps must be step rules"),
        (dict(steps=[Armijo]), TypeError, r"got the class Armijo; write Armijo\(...\)"),
        (dict(steps=[Armijo(), Armijo()]), ValueError, "steps must not name anything twice"),
        (dict(seeds=[-1]), ValueError, "seeds must be a whole number >= 0"),
        (dict(n_iterations=1.5), TypeError, "n_iterations must be a whole number"),
        (dict(weight_decay=-1), ValueError, "weight_decay must be"),
    ],
)
def test_a_wrong_grid_is_refused(change, error, words):
    with pytest.raises(error, match=words):
        replace(GRID, **change)


def test_wrong_arguments_are_refused(table):
    with pytest.raises(TypeError, match="grid must be a Grid"):
        sweep([12])
    with pytest.raises(TypeError, match=r"executor must be a concurrent\.futures\.Executor"):
        sweep(GRID, executor=2)
    with pytest.raises(ValueError, match="done must be the table of a sweep of the same grid"):
        sweep(GRID, done=table[:-1])
    with pytest.raises(ValueError, match="done must be"):
        sweep(replace(GRID, seeds=range(1, 6)), done=table)
    for n_iterations in (59, 61):
        with pytest.raises(ValueError, match=f"of {n_iterations} iterations, got a run that fin"):
            sweep(replace(GRID, n_iterations=n_iterations), done=table)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: "", "columns must be n_hidden"),
        (lambda text: text.replace("1,", "x,", 1), "line 2: invalid literal"),
        (lambda text: text + "1,2\n", r"line \d+: zip"),
    ],
)
def test_a_faulty_file_is_refused_with_its_name_and_line(tmp_path, change, words):
    path = tmp_path / "own.csv"
    path.write_text(change(HEAT_MAP_FILE.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(ValueError, match=rf"own\.csv.*{words}"):
        load_table(path)


def test_what_is_no_table_leaves_no_file(tmp_path):
    with pytest.raises(TypeError, match="table must be one that sweep returns, got 0"):
        save_table(0, tmp_path / "own.csv")
    assert not list(tmp_path.iterdir())
