"""The benchmarks measure what they say, and one run is what the book shows. No time is tested."""

import json
from unittest.mock import Mock

import numpy as np
import pytest

from nnlib import init_parameters, make_spirals


@pytest.fixture(autouse=True)
def importable(monkeypatch, root):
    monkeypatch.syspath_prepend(root)


@pytest.mark.parametrize("n_hidden", [1, 12])
def test_the_contenders_find_the_same_and_another_is_refused(n_hidden):
    from benchmarks import agreement, contenders

    problem = *make_spirals(10, seed=1), init_parameters(n_hidden)
    runs = {name: make(*problem, 0.1) for name, make in contenders.EVERYWHERE.items()}
    assert len(runs) >= 4
    found = agreement.refuse_unless_equal(runs, tolerance=1e-12)
    assert found.keys() == runs.keys()
    right = runs["nnlib readable"]
    theta, losses = right(3)
    assert theta.shape == (6 * n_hidden + 3,) and len(losses) == 3 and losses[2] < losses[0]
    others = {
        "another step": contenders.EVERYWHERE["nnlib readable"](*problem, 0.1 + 1e-5),
        "short of a loss": lambda k: (right(k)[0], right(k)[1][1:]),
        "no number": lambda k: (np.full_like(right(k)[0], np.nan), right(k)[1]),
    }
    for name, other in others.items():
        with pytest.raises(ValueError, match=f"{name} and right must agree within 1e-08"):
            agreement.refuse_unless_equal({"right": right, name: other})


def test_what_costs_once_is_left_out_and_a_stopped_run_changes_nothing(monkeypatch, tmp_path):
    from benchmarks import measure

    now = [0.0]

    def run(n_iterations):
        now[0] += 5 + 2e-6 * n_iterations

    monkeypatch.setattr(measure.time, "perf_counter", lambda: now[0])
    assert measure.per_iteration(run, 1000) == pytest.approx(2, rel=1e-5)
    from benchmarks import machine, run

    path = tmp_path / "results.json"
    path.write_text("old")
    monkeypatch.setattr(run, "RESULTS", path)
    monkeypatch.setattr(run, "measure_all", Mock(side_effect=KeyboardInterrupt))
    monkeypatch.setattr(run, "settle", lambda: "")
    monkeypatch.setattr(machine, "describe", dict)
    with pytest.raises(KeyboardInterrupt):
        run.main()
    assert [*tmp_path.iterdir()] == [path] and path.read_text() == "old"


def test_the_goals_follow_from_the_tables(root):
    """The file is one run's: its goals are those of its own tables."""
    from benchmarks import goals

    results = json.loads((root / "nnlib/data/benchmarks.json").read_text(encoding="utf-8"))
    assert goals.check(results) == results["goals"]
    assert results["command"] == "make bench"
    assert results["date"] and results["machine"]["processor"] and results["conditions"]
    assert all(record["relative_difference"] <= 1e-8 for record in results["agreement"])
    for time, met in ((1e-3, True), (1e9, False)):
        training = [
            {**r, "microseconds_per_iteration": time} if r["contender"].startswith("nnlib") else r
            for r in results["training"]
        ]
        found = goals.check({**results, "training": training})[: len(goals.SHARES)]
        assert [goal["met"] for goal in found] == [met] * len(goals.SHARES)
