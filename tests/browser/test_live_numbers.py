"""The page's port of the network and of gradient descent, held to nnlib in a real browser."""

import contextlib
import functools
import io
import re
from itertools import product
from types import SimpleNamespace
from urllib.parse import urlencode

import numpy as np
import pytest

import nnlib
from nnlib import sliders
from nnlib.sliders import add_noise
from nnlib.sliders.controls import SHARED


@pytest.fixture(scope="module")
def page(browser, site):
    page = browser.new_page(reduced_motion="reduce")
    page.goto(f"{site}/index.html", wait_until="load")
    yield page
    page.close()


RUN = """([name, noise, nHidden, seed, weightDecay, step, n]) => {
    const data = live.loadDataset(name, noise), K = data.n_classes;
    const objective = new live.Objective(data.X_train, data.y_train, K, nHidden, weightDecay);
    const rule = step === "Armijo" ? live.armijo(live.data.armijo) : live.constantStep(step);
    const run = new live.Run(objective, live.initParameters(nHidden, K, seed), rule);
    for (let k = 0; k < n; k++) run.iterate();
    const [test, train] = ["test", "train"].map(
        (part) => live.evaluate(run.theta, data[`X_${part}`], data[`y_${part}`], K));
    const { loss, n_trials, n_values, alpha, end } = run;
    return { loss, n_trials, n_values, alpha, end, test, train, verdict: run.verdict() };
}"""
# Not 64 units and the step 1: that begins unstable, and amplifies the last bit a billionfold.
SPIRALS = *product([1, 12], [0, 1], [0, 1e-3], [0.1, 1, "Armijo"]), (64, 0, 0, 0.1)
RUNS = [
    *(("spirals", 0, *of_run, 500) for of_run in (*SPIRALS, (64, 1, 1e-3, "Armijo"))),
    ("spirals", 0, 7, 5, 0.05, "Armijo", 200),
    ("penguins", 0, 5, 7, 1e-4, "Armijo", 200),
    ("penguins", 0.13, 5, 3, 1e-4, "Armijo", 200),
]


@functools.cache  # for all engines
def run_of_nnlib(name, noise, n_hidden, seed, weight_decay, step, n):
    data = add_noise(nnlib.load_dataset(name), noise)
    objective = nnlib.Objective(data.X_train, data.y_train, weight_decay, data.n_classes)
    theta0 = nnlib.init_parameters(n_hidden, n_classes=data.n_classes, seed=seed)
    rule = nnlib.Armijo() if step == "Armijo" else nnlib.ConstantStep(step)
    return data, nnlib.gradient_descent(objective, theta0, rule, n)


@pytest.mark.parametrize(("name", "noise", "n_hidden", "seed", "weight_decay", "step", "n"), RUNS)
def test_a_run_agrees_with_nnlib(page, name, noise, n_hidden, seed, weight_decay, step, n):
    found = page.evaluate(RUN, [name, noise, n_hidden, seed, weight_decay, step, n])
    data, run = run_of_nnlib(name, noise, n_hidden, seed, weight_decay, step, n)
    assert len(found["loss"]) == len(run.loss) == n + 1
    np.testing.assert_allclose(found["loss"], run.loss, rtol=1e-9, atol=0)
    for counted in ("n_trials", "n_values", "alpha"):
        assert found[counted] == getattr(run, counted).tolist()
    assert found["end"] == ""
    for part, X, y in (("train", data.X_train, data.y_train), ("test", data.X_test, data.y_test)):
        expected = nnlib.evaluate(run.theta, X, y)
        assert found[part]["loss"] == pytest.approx(expected.loss, rel=1e-7)
        assert found[part]["accuracy"] == pytest.approx(expected.accuracy, abs=1e-12)


def test_the_start_is_bit_for_bit_that_of_nnlib_and_so_is_the_rest(page):
    seeds = (0, 1, 2, 42, 99, 2**31 - 1, 2**32 - 1)
    for n_hidden, n_classes, seed in product([1, 12, 64], [2, 3, 5], seeds):
        given = [n_hidden, n_classes, seed]
        found = page.evaluate("(given) => [...live.initParameters(...given)]", given)
        assert found == nnlib.init_parameters(n_hidden, 2, n_classes, seed=seed).tolist(), given
    found = page.evaluate("({ settings: live.data.settings, armijo: live.data.armijo })")
    assert found["settings"] == SHARED["settings"]
    assert nnlib.Armijo(**found["armijo"]) == nnlib.Armijo()


@pytest.mark.parametrize(("name", "noise"), [*product(SHARED["data_sets"], [0, 0.07, 0.5])])
def test_the_data_are_bit_for_bit_those_of_nnlib(page, name, noise):
    data = add_noise(nnlib.load_dataset(name), noise)
    for part in ("X_train", "X_test", "y_train", "y_test"):
        script = "([name, noise, part]) => [...live.loadDataset(name, noise)[part]]"
        found = page.evaluate(script, [name, noise, part])
        assert found == getattr(data, part).ravel().tolist()
    assert page.evaluate("(name) => live.loadDataset(name, 0).n_classes", name) == data.n_classes


ON_PARABOLA = """([rule, n, start = 1]) => {  // descent on 5 x^2 by the page's own run
    const forward = (p) => p.value = 5 * p.theta[0] ** 2, size = 1;
    const newPass = () => ({ theta: new Float64Array(1), value: NaN });
    const objective = { size, newPass, forward, gradient: (p, g) => g.fill(10 * p.theta[0]) };
    const step = rule.alpha ? live.constantStep(rule.alpha) : live.armijo(rule);
    const run = new live.Run(objective, [start], step);
    for (let k = 0; k < n; k++) run.iterate();
    return [run.verdict(), run.lastLoss(), run.n_values.at(-1)];
}"""


def test_a_run_is_named_by_how_it_ends(page):
    quadratic = SimpleNamespace(forward=lambda x: (float(5 * x @ x), lambda: 10 * x))
    run = nnlib.gradient_descent(quadratic, [1.0], nnlib.ConstantStep(1.0), 400)
    assert run.stop_reason.startswith("diverged")
    verdict, last, _ = page.evaluate(ON_PARABOLA, [{"alpha": 1.0}, 400])
    assert (verdict, last) == (f"diverged after {run.n_iterations} iterations", run.loss[-2])
    failing = [{"alpha0": 1e9, "maxBacktracks": 0}, 50]
    assert page.evaluate(ON_PARABOLA, failing)[::2] == ["line search failed after 0 iterations", 2]
    stationary, descending = [{"alpha": 0.1}, 50], [{"alpha": 0.19}, 100]
    assert page.evaluate(ON_PARABOLA, stationary)[0] == "stationary after 1 iteration"
    for start in (1, 1e-170):  # whose square is 0
        assert page.evaluate(ON_PARABOLA, [*descending, start])[0] == ""
    for step, start in ((100, "oscillat"), ("Armijo", "")):
        verdict = page.evaluate(RUN, ["spirals", 0, 12, 0, 0, step, 300])["verdict"]
        assert verdict.startswith(start) and bool(verdict) == bool(start)


# What a figure shows, and what the lines that it offers as Python compute with nnlib.
def race_reproduced(figure, lines):
    variables, printed = run_lines(lines)
    shown = figure.evaluate("figure.runs.map((run) => run.loss.at(-1))")
    found = [float(x) for x in re.findall(r"training loss (\S+)", printed)]
    assert found == pytest.approx(shown, rel=1e-9)
    tests = figure.evaluate("figure.runs.map((run) => figure.scores(run).test.accuracy)")
    assert [float(x) for x in re.findall(r"accuracy (\S+)", printed)] == pytest.approx(tests)
    return variables


def search_reproduced(figure, lines):
    result, shown = run_lines(lines)[0]["result"], figure.evaluate("figure.result")
    assert [trial.alpha for trial in result.trials] == [t["alpha"] for t in shown["trials"]]
    values = [t["value"] for t in shown["trials"]]
    assert [trial.value for trial in result.trials] == pytest.approx(values, rel=1e-9)
    assert result.accepted == shown["accepted"]


def unit_reproduced(figure, lines):
    theta = run_lines(lines)[0]["theta"]
    assert theta == pytest.approx(figure.evaluate("[...figure.theta()]"), abs=1e-12)
    return slider_of(lines)


def count_reproduced(figure, lines):
    variables, printed = run_lines(lines)
    assert printed.endswith(f"{variables['theta'].size} parameters\n")
    return variables["theta"]


REPRODUCED = {
    "hidden_unit": unit_reproduced,
    "network_counter": count_reproduced,
    "step_size_race": race_reproduced,
    "armijo_microscope": search_reproduced,
}


def run_lines(lines):
    variables, printed = {}, io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(lines, "copied", "exec"), variables)
    return variables, printed.getvalue()


def slider_of(lines):
    call = "".join(line[2:] for line in lines.splitlines() if line.startswith("# "))
    return eval(call.partition("from nnlib import sliders")[2], {"sliders": sliders})


PENGUINS = {"data_set": "penguins", "noise": 0.1, "weight_decay": 0.001, "seed": 3}
RACES = (
    ("To the end", 100, {"n_hidden": 12, "alpha": 1, "n_iterations": 100}),
    ("To the end", 200, {"n_hidden": 5, "alpha": 0.5, "n_iterations": 200} | PENGUINS),
    ("Step", 1, {}),  # paused on the way
)


@pytest.mark.parametrize(("button", "n_iterations", "settings"), RACES)
def test_the_lines_of_the_race_reproduce_what_it_shows(still, button, n_iterations, settings):
    figure = still("step_size_race", f"fig-race?{urlencode(settings)}")
    figure.button(button).click()
    figure.wait(f"figure.k === {n_iterations}")
    lines = figure.python()
    assert race_reproduced(figure, lines)["run"].n_iterations == n_iterations
    made = slider_of(lines)
    assert made.settings == made.settings | settings


REFUSED = ("x;y;kind\n1,5;2;a\n", "1,2,a\n,3,b\n", "1,2,a\n2,2,a\n", "1,2,a\n2,2,a\n3,1,b\n")


def test_the_race_takes_and_refuses_a_readers_own_table_as_nnlib_does(still, tmp_path):
    figure = still("step_size_race", "fig-race?n_iterations=100")
    figure.unfold()
    box, said = figure.box.get_by_label("Paste it here"), figure.box.locator(".live-own-said")
    path, rng = tmp_path / "trees.csv", np.random.default_rng(1)
    for text in REFUSED:
        box.fill(text)
        figure.button("Use this table").press("Enter")
        path.write_text(text)
        with pytest.raises(ValueError) as refused:
            nnlib.load_dataset(path)
        assert said.inner_text() == str(refused.value).replace(str(path), "your table")
        assert box.get_attribute("aria-invalid") == "true" and figure.evaluate("figure.k") == 0
    assert said.get_attribute("role") == "status"
    points = zip(rng.normal(7, 1, 90), rng.normal(0, 50, 90), 30 * ["elm", "oak", "ash"])
    path.write_text("".join(f"{x + ord(kind[0]) % 3:.3f}\t{y}\t{kind}\n" for x, y, kind in points))
    figure.box.get_by_label("or choose a file").set_input_files(path)
    figure.wait("figure.k === 100 && figure.done")
    data = nnlib.load_dataset(path)
    objective = nnlib.Objective(data.X_train, data.y_train, n_classes=data)
    for i, step in enumerate((nnlib.ConstantStep(1.0), nnlib.Armijo())):
        run = nnlib.gradient_descent(objective, nnlib.init_parameters(12, data), step, 100)
        assert figure.evaluate(f"figure.runs[{i}].loss") == pytest.approx(run.loss, rel=1e-9, abs=0)
        matrix = figure.box.locator(".live-matrix").nth(i)
        counts = nnlib.evaluate(run.theta, data.X_test, data.y_test, data).confusion
        assert [*map(int, matrix.locator("td").all_text_contents())] == counts.ravel().tolist()
        assert tuple(matrix.locator("th[scope=row]").all_text_contents()) == data.class_names
    assert 'load_dataset("trees.csv")' in figure.python()
    figure.button("Back to the course's data").click()
    assert figure.evaluate("figure.data.y_train.length") == 300


SEARCHES = (
    {},
    {"iteration": 37, "alpha0": 1000, "sigma": 0.3, "beta": 0.9},
    {"iteration": 500, "alpha0": 0.01, "sigma": 1e-6, "beta": 0.1},
)


@pytest.mark.parametrize("settings", SEARCHES)
def test_the_lines_of_the_microscope_reproduce_its_search(still, settings):
    figure = still("armijo_microscope", f"fig-microscope?{urlencode(settings)}")
    figure.wait("figure.at === figure.settings.iteration")
    search_reproduced(figure, figure.python())


@pytest.mark.parametrize(
    "settings", [{}, {"direction": -90, "sharpness": 30, "place": -0.5, "vote_0": 0, "vote_2": 1.5}]
)
def test_the_page_says_of_a_unit_and_of_the_count_what_nnlib_says(still, settings):
    figure = still("hidden_unit", f"fig-unit?{urlencode(settings)}")
    lines = figure.python()
    made = unit_reproduced(figure, lines)
    assert made.settings == made.settings | settings
    assert made.words == [figure.words()]
    figure.beside("network_counter").number("n_hidden").fill("31")
    theta = count_reproduced(figure, figure.beside("network_counter").python())
    assert theta.size == 6 * 31 + 3
