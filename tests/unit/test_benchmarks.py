"""The benchmarks measure what they say, and one run is what the book shows. No time is tested."""

import json

import ipywidgets
import numpy as np
import pytest

from nnlib import init_parameters, make_spirals, widgets


@pytest.fixture(autouse=True)
def importable(monkeypatch, root):
    monkeypatch.syspath_prepend(root)
    yield
    ipywidgets.Widget.close_all()


@pytest.mark.parametrize("n_hidden", [1, 12])
def test_the_contenders_find_the_same(n_hidden):
    from benchmarks import agreement, contenders

    X, y = make_spirals(10, seed=1)
    arguments = X, y, init_parameters(n_hidden), 0.1
    runs = {name: make(*arguments) for name, make in contenders.EVERYWHERE.items()}
    assert len(runs) >= 4
    found = agreement.refuse_unless_equal(runs, tolerance=1e-12)
    assert found.keys() == runs.keys()
    for run in runs.values():
        theta, losses = run(3)
        assert theta.shape == (6 * n_hidden + 3,)
        assert len(losses) == 3 and losses[2] < losses[0]


def test_a_contender_that_does_something_else_is_refused():
    from benchmarks import agreement, contenders

    X, y = make_spirals(10, seed=1)
    theta0 = init_parameters(4)
    right = contenders.nnlib_public(X, y, theta0, 0.1)
    others = {
        "another step": contenders.nnlib_bare(X, y, theta0, 0.1 + 1e-6),
        "short of a loss": lambda k: (right(k)[0], right(k)[1][1:]),
        "no number": lambda k: (np.full(27, np.nan), right(k)[1]),
    }
    for name, other in others.items():
        with pytest.raises(ValueError, match=f"{name} and right must agree within 1e-08"):
            agreement.refuse_unless_equal({"right": right, name: other})


def test_many_runs_at_once_are_the_runs_one_by_one():
    from benchmarks import agreement, contenders, many_runs

    X, y = make_spirals(10, seed=1)
    arguments = X, y, *many_runs.starts_and_steps(3)
    runs = {name: make(*arguments) for name, make in many_runs.EVERYWHERE.items()}
    single = contenders.nnlib_public(X, y, arguments[2][1], arguments[3][1])
    agreement.refuse_unless_equal(runs, tolerance=1e-12)
    for run in runs.values():
        thetas, losses = run(5)
        np.testing.assert_allclose(thetas[1], single(5)[0], rtol=1e-12)
        np.testing.assert_allclose(losses[1], single(5)[1], rtol=1e-12)


def test_tasks_take_turns_and_the_first_round_does_not_count():
    from benchmarks.measure import in_turns

    calls = []
    tasks = {name: lambda name=name: calls.append(name) or len(calls) for name in "abc"}
    found = in_turns(tasks, 2, "test")
    assert calls == list("abcabcabc")
    assert {name: list(times) for name, times in found.items()} == {
        "a": [4, 7], "b": [5, 8], "c": [6, 9]
    }  # fmt: skip


def test_what_a_run_costs_once_is_not_in_its_iteration(monkeypatch):
    from benchmarks import measure

    now = [0.0]

    def run(n_iterations):
        now[0] += 5 + 2e-6 * n_iterations

    monkeypatch.setattr(measure.time, "perf_counter", lambda: now[0])
    assert measure.per_iteration(run, 1000) == pytest.approx(2, rel=1e-5)


def test_a_slope_is_that_of_the_upper_part():
    from benchmarks import growth

    records = [
        {"n": n, "microseconds_per_iteration": max(50, 0.1 * n**1.25)} for n in (10, 1e3, 1e4, 1e5)
    ]
    assert growth._slope(records, "n", 1e3) == {"from": 1e3, "to": 1e5, "slope": 1.25}


def test_peak_memory_is_that_of_the_hidden_layer():
    from benchmarks.growth import peak_memory

    small, large = peak_memory(300, 12), peak_memory(3000, 12)
    hidden = 12 * 3000 * 8
    assert hidden < large["kept_for_backward_bytes"] <= large["forward_bytes"]
    assert large["forward_bytes"] <= large["value_and_gradient_bytes"] < 10 * hidden
    assert small["value_and_gradient_bytes"] < large["value_and_gradient_bytes"] / 5


@pytest.mark.parametrize(
    "control",
    [
        ipywidgets.IntSlider(100, 100, 2000, 100),
        ipywidgets.FloatSlider(0.1, min=0.1, max=0.9, step=0.05),
        ipywidgets.FloatLogSlider(1.0, min=-2, max=2, step=0.1),
        ipywidgets.Dropdown(options=("one", "two", "three"), value="two"),
        ipywidgets.SelectionSlider(options=[("none", 0.0), ("some", 0.5), ("all", 1.0)], value=0.5),
        ipywidgets.Checkbox(True),
    ],
)
def test_a_control_is_moved_to_another_place_of_its_own(control):
    from benchmarks.sliders import another_value

    rng = np.random.default_rng(0)
    for _ in range(50):
        value, before = another_value(control, rng), control.value
        assert value != before
        control.value = value
        assert control.value == (value if isinstance(value, str) else pytest.approx(value))


def test_every_live_figure_is_measured():
    from benchmarks import sliders

    names = sliders.names()
    assert {"network_counter", "step_size_race"} <= set(names)
    assert set(names) == set(widgets.__all__) - {"LiveFigure"}
    rng = np.random.default_rng(1)
    figure = widgets.network_counter()
    before = figure.settings
    times, size = sliders.move(figure, rng)
    assert figure.settings != before
    assert len(times) == 1 and times[0] > 0
    assert size == len(figure.image.value)


def test_a_run_that_was_stopped_changes_nothing(monkeypatch, tmp_path):
    from benchmarks import machine, one_core, run

    def stop():
        raise KeyboardInterrupt

    path = tmp_path / "results.json"
    path.write_text("old")
    monkeypatch.setattr(run, "RESULTS", path)
    monkeypatch.setattr(run, "measure_all", stop)
    monkeypatch.setattr(one_core, "settle", lambda: "")
    monkeypatch.setattr(machine, "describe", dict)
    with pytest.raises(KeyboardInterrupt):
        run.main()
    assert [file.name for file in tmp_path.iterdir()] == ["results.json"]
    assert path.read_text() == "old"
    results = {"date": "today", "machine": {"cores": 2}, "goals": [{"met": True}, {"met": False}]}
    run.write(results, path)
    assert json.loads(path.read_text()) == results
    assert [file.name for file in tmp_path.iterdir()] == ["results.json"]


def test_the_goals_follow_from_the_tables(root):
    """The file is one run's: its goals are those of its own tables."""
    from benchmarks import goals

    results = json.loads((root / "nnlib/data/benchmarks.json").read_text(encoding="utf-8"))
    assert goals.check(results) == results["goals"]
    assert results["command"] == "make bench"
    assert results["date"] and results["machine"]["processor"] and results["conditions"]
    assert all(record["relative_difference"] <= 1e-8 for record in results["agreement"])
    faster = [{**r, "microseconds_per_iteration": 1e-3} if r["contender"] == "nnlib" else r
              for r in results["training"]]  # fmt: skip
    slower = [{**r, "microseconds_per_iteration": 1e9} if r["contender"] == "nnlib" else r
              for r in results["training"]]  # fmt: skip
    for training, met in ((faster, True), (slower, False)):
        found = goals.check({**results, "training": training})[: len(goals.SHARES)]
        assert [goal["met"] for goal in found] == [met] * len(goals.SHARES)
