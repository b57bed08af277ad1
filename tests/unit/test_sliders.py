"""The sliders: a move redraws picture and words, and both say what the readable nnlib computes."""

import base64
import gc
import itertools
import json
import math
import os
import re
import shutil
from random import Random
from types import SimpleNamespace

import ipywidgets
import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from bs4 import BeautifulSoup
from matplotlib.figure import Figure
from matplotlib.text import Text

import nnlib
from nnlib import Armijo, ConstantStep, Objective, evaluate, gradient_descent, sliders
from nnlib.plots import regions
from nnlib.sliders import training
from nnlib.sliders.controls import SHARED
from nnlib.sliders.live_figure import course_style
from nnlib.sliders.planted_mistakes import GRADIENTS

LONG = bool(os.environ.get("HOSTILE"))  # every corner and 200 random settings of each slider
VIEW = "application/vnd.jupyter.widget-view+json"
NO_NUMBER = re.compile(r"\b(nan|inf|infinity|none|undefined)\b", re.IGNORECASE)

# Where each starts here, quick to train; and another value for every control.
START = {
    "network_counter": {}, "hidden_unit": {}, "step_size_race": {"n_iterations": 100},
    "armijo_microscope": {}, "difference_step": {}, "planted_mistakes": {},
    "decision_boundaries": {"n_hidden": 6, "n_iterations": 100},
}  # fmt: skip
OTHER = {
    "n_hidden": 3, "alpha": 10.0, "data_set": "penguins", "n_iterations": 200, "seed": 5,
    "noise": 0.2, "weight_decay": 0.01, "iteration": 400, "alpha0": 100.0, "sigma": 0.5,
    "beta": 0.2, "h": 1e-10, "mistake": "wrong sign", "step": "constant 1", "direction": -100,
    "sharpness": 30.0, "place": -0.6, "vote_0": 1.0, "vote_1": 5.0, "vote_2": -7.5,
}  # fmt: skip


@pytest.fixture(scope="module")
def made():
    yield {name: getattr(sliders, name)(**start) for name, start in START.items()}
    ipywidgets.Widget.close_all()


@pytest.fixture(params=START)
def figure(request, made):
    """One of them, and afterwards back at its start."""
    start = made[request.param].settings
    yield made[request.param]
    move(made[request.param], start)
    assert not plt.get_fignums()  # no figure of these is pyplot's


def move(figure, settings):
    for name, value in settings.items():
        figure.controls[name].value = value


def png(figure):
    """The picture that is shown; ipywidgets keeps a view of the memory."""
    return bytes(figure.image.value)


def test_a_slider_shows_a_view_a_picture_its_name_and_native_controls(figure):
    data, metadata = figure._repr_mimebundle_()
    page = {"text/html"} if type(figure).__name__ in SHARED["notes"] else set()
    assert set(data) == {VIEW, "image/png", "text/plain"} | page
    assert data[VIEW]["model_id"] == figure.widget.model_id
    assert base64.b64decode(data["image/png"]) == png(figure)
    assert png(figure).startswith(b"\x89PNG\r\n\x1a\n")
    width, height = 96 * figure.figure.get_size_inches()
    assert metadata["image/png"] == {"width": round(width), "height": round(height)}
    assert data["text/plain"] == repr(figure)
    assert repr(eval(repr(figure), vars(sliders))) == repr(figure)  # the call that makes it
    assert figure.controls.keys() == figure.settings.keys()
    for name, control in figure.controls.items():
        assert type(control).__module__.startswith("ipywidgets.") and getattr(control, "readout", 1)
        assert control.description.startswith(SHARED["settings"][name]["label"])
        if isinstance(control, ipywidgets.FloatLogSlider):
            assert control.readout_format == ".3g"
    assert {figure.image, *figure.controls.values()} < {*figure.widget.children}
    assert figure.image.tooltip == figure.alt and len(figure.alt) > 30
    assert figure.image.description == ""  # asked for by the view of a widget with a tooltip


def test_every_control_changes_picture_and_words_and_back_whatever_the_notebooks_style(figure):
    first, words = png(figure), figure.words
    for name, control in figure.controls.items():
        before, said, value = png(figure), figure.words, control.value
        control.value = OTHER[name]
        assert png(figure) != before and figure.words != said, name
        control.value = value
        assert png(figure) == first and figure.words == words, name
    move(figure, {name: OTHER[name] for name in figure.controls})
    with plt.style.context("dark_background"):
        before = dict(matplotlib.rcParams)
        fresh = type(figure)(**figure.settings)
        assert dict(matplotlib.rcParams) == before
    assert png(fresh) == png(figure) and fresh.words == figure.words
    figure.still = None
    with course_style():
        assert figure.png() == png(fresh)


def test_an_unchanged_setting_costs_nothing_and_an_error_surfaces(figure, monkeypatch):
    def fail(**settings):
        raise ValueError("theta <is> wrong")

    name, control = next(iter(figure.controls.items()))
    value = control.value
    with monkeypatch.context() as patch:
        patch.setattr(figure, "draw", fail)
        figure.refresh()
        control.value = value  # as it is
        with pytest.raises(ValueError, match="theta <is> wrong"):
            control.value = OTHER[name]
        assert figure.words == ["ValueError: theta <is> wrong"]
        assert "theta &lt;is&gt; wrong" in figure.widget.children[-1].value
    control.value = value
    assert figure.words[0] and "wrong" not in figure.words[0].replace("are wrong", "")


def steeper(z):
    return 1 / (1 + np.exp(-0.5 * z))


@pytest.mark.parametrize("name", ["difference_step", "planted_mistakes"])  # others: below
def test_a_change_of_the_readable_code_shows(name, made, monkeypatch):
    monkeypatch.setattr(nnlib.objective, "sigmoid", steeper)
    other = getattr(sliders, name)(**START[name])
    assert other.words != made[name].words and png(other) != png(made[name])


def test_every_word_in_the_picture_is_large_enough_and_inside(figure, monkeypatch):
    drawn, write = [], Text.draw
    monkeypatch.setattr(Text, "draw", lambda text, where: drawn.append(text) or write(text, where))
    for settings in ({}, {"n_hidden": 64}, {"n_hidden": 1}, {"data_set": "penguins"}):
        move(figure, {name: settings[name] for name in settings.keys() & figure.controls.keys()})
        drawn, figure.still, frame = [], None, figure.figure.bbox
        figure.png()
        for text in [text for text in drawn if text.get_visible() and text.get_text()]:
            box = text.get_window_extent()
            assert text.get_fontsize() >= 9.9, text
            assert frame.x0 <= box.x0 <= box.x1 <= frame.x1, text
            assert frame.y0 <= box.y0 <= box.y1 <= frame.y1, text
        assert len(drawn) > 5


def values(control):
    """What a control can have, in its order: all options, or 100 places from end to end."""
    if hasattr(control, "options"):
        return [option[1] if isinstance(option, tuple) else option for option in control.options]
    places = np.linspace(control.min, control.max, 100).tolist()
    if isinstance(control, ipywidgets.FloatLogSlider):
        return [control.base**place for place in places]
    return [*map(round, places)] if isinstance(control, ipywidgets.IntSlider) else places


def moves(controls):
    """(name, value): to every corner, then to random places; only a few of them if not LONG."""
    names, rng = sorted(controls, key=lambda name: name in ("n_hidden", "n_iterations")), Random(8)
    places = {name: values(controls[name]) for name in names}
    corners = itertools.product(*((places[name][0], places[name][-1]) for name in names))
    to_corners = itertools.chain.from_iterable(zip(names, corner) for corner in corners)
    yield from itertools.islice(to_corners, None if LONG else 8)
    for _ in range(200 if LONG else 4):
        name = rng.choice([name for name in names if LONG or name != "n_iterations"])
        yield name, rng.choice(places[name])


def census(figure):
    gc.collect()
    figures = sum(issubclass(type(thing), Figure) for thing in gc.get_objects())
    return figures, len(ipywidgets.widgets.widget._instances), len(figure.figure.findobj())


def test_a_slider_survives_its_corners_and_random_settings(figure):
    first, picture, before = figure.settings, png(figure), census(figure)
    for name, value in moves(figure.controls):
        figure.controls[name].value = value
        with course_style():
            assert len(png(figure)) > 5000 and png(figure) == figure.png(), figure
        for ax in figure.axes.values():
            for low, high in (ax.get_xlim(), ax.get_ylim()):
                assert np.isfinite([low, high]).all() and low < high, figure
        texts = [text.get_text() for text in figure.figure.findobj(Text)] + figure.words
        assert not [text for text in texts if NO_NUMBER.search(text)], figure
        assert figure.words and all(figure.words)
    move(figure, first)
    assert census(figure) == before
    assert png(figure) == picture, "the way there is still to be seen"


def test_the_counter_counts_the_larger_error_and_every_mistake_is_named(made):
    counter, step = made["network_counter"], made["difference_step"]
    for n in (1, 2, 12, 64):
        counter.controls["n_hidden"].value = n
        assert counter.words == [
            f"{n} hidden unit{'s' * (n > 1)}: W0 {n} × 2, b0 {n}, W1 3 × {n}, b1 3. Together "
            f"{2 * n} + {n} + {3 * n} + 3 = {6 * n + 3} parameters, 6 · {n} + 3."
        ]
    for h, causes in (1e-2, ["mostly truncation"] * 3), (1e-12, ["mostly rounding"] * 2 + ["all"]):
        step.controls["h"].value = h
        assert all(f", {cause}" in line for line, cause in zip(step.words, causes, strict=True))
    for name, kind in GRADIENTS.items():
        made["planted_mistakes"].controls["mistake"].value = name
        right = [": right;" in line for line in made["planted_mistakes"].words]
        assert len(right) == 4 and all(right) == (kind is Objective)


NUMBERS = re.compile(r"-?\d+\.\d\d")


@pytest.mark.parametrize("settings", [(30, 5.0, 0.3), (-120, 40.0, -0.8, 0.0, 2.5, -1.0)])
def test_the_unit_is_a_soft_half_plane(settings, monkeypatch):
    made = sliders.hidden_unit(*settings)
    w1, w2, b, place, width, *votes_and_shares = map(float, NUMBERS.findall(made.words[0]))
    normal = np.exp(1j * np.radians(settings[0]))
    assert np.isclose(w1 + 1j * w2, settings[1] * normal, atol=0.01)
    along = (place + width * np.array([-0.5, 0, 0.5])) * normal
    on = nnlib.objective.sigmoid(w1 * along.real + w2 * along.imag + b)
    assert np.allclose(on, [0.1, 0.5, 0.9], atol=0.03)
    votes = [made.settings[f"vote_{k}"] for k in range(3)]
    shares = np.exp(votes) / np.exp(votes).sum()
    assert np.allclose(votes_and_shares, [*votes, *shares], atol=0.005)
    move(made, {f"vote_{k}": vote + 1.5 for k, vote in enumerate(votes)})
    found = NUMBERS.findall(made.words[0])[-3:]
    assert [float(x) for x in found] == votes_and_shares[-3:]  # only their differences count
    before = png(made)
    monkeypatch.setattr(nnlib.objective, "sigmoid", steeper)
    assert png(type(made)(**made.settings)) != before


def test_the_race_says_what_nnlib_computes_also_of_a_diverged_run_and_against_evaluations(own_file):
    made = sliders.step_size_race(n_iterations=100, against="evaluations")
    assert made.axes["loss"].get_xlabel() == "evaluations"
    costs = [line.get_xdata()[-1] for line in made.curves.lines]
    assert costs == [int(re.search(r"(\d+) evaluations", words)[1]) for words in made.words]
    assert made.axes["loss"].get_xlim() == (0, max(costs)) and costs[0] == 101
    mount = BeautifulSoup(made._repr_mimebundle_()[0]["text/html"], "html.parser").div
    assert json.loads(mount["data-settings"]) == made.settings | {"against": "evaluations"}
    assert repr(eval(repr(made), vars(sliders))) == repr(made)
    with pytest.raises(ValueError, match="against must be one of 'iterations', 'evaluations'"):
        sliders.step_size_race(against="time")
    check_race(sliders.step_size_race())
    check_race(sliders.step_size_race(5, 3.0, "spirals", 100, 4, noise=0.1, weight_decay=1e-3))
    check_race(sliders.step_size_race(5, 3.0, "penguins", 130, seed=4))
    made = sliders.step_size_race(4, 1.0, own_file, 100)
    for data_set in ("spirals", str(own_file)):
        made.controls["data_set"].value = data_set
        check_race(made)
    mount = BeautifulSoup(made._repr_mimebundle_()[0]["text/html"], "html.parser")
    assert json.loads(mount.div["data-settings"]) == made.settings and not mount.find("i")
    # Weight decay times a large step: the weights grow by a factor in every iteration.
    made = sliders.step_size_race(4, 100.0, n_iterations=200, weight_decay=0.1)
    assert ["diverged after " in words for words in made.words] == [True, False]
    lost, kept = (line.get_ydata() for line in made.curves.lines)
    low, high = made.axes["loss"].get_ylim()
    assert low <= min(kept) and high == 1e6 < max(lost)


@pytest.fixture
def own_file(root, tmp_path):
    """A teacher's own file of four classes; its name would break out of an attribute."""
    return shutil.copy(root / "tests" / "data" / "four_winds.csv", tmp_path / "four\"'<i>.csv")


def trained(rule, data_set, n_hidden, n_iterations, weight_decay=0, seed=0, noise=0.0, **others):
    data = sliders.add_noise(nnlib.load_dataset(data_set), noise)
    objective = Objective(data.X_train, data.y_train, weight_decay, data)
    theta0 = nnlib.init_parameters(n_hidden, data, seed=seed)
    run = gradient_descent(objective, theta0, rule, n_iterations)
    parts = (data.X_train, data.y_train), (data.X_test, data.y_test)
    return data, run, [evaluate(run.theta, *part, data) for part in parts]


def check_race(made):
    racers = {"Constant step": ConstantStep(made.settings["alpha"]), "Armijo": Armijo()}
    shown = zip(racers, made.words, made.curves.lines, made.maps, strict=True)
    low, high = made.axes["loss"].get_ylim()
    for name, words, line, panel in shown:
        data, run, (train, test) = trained(racers[name], **made.settings)
        assert words.startswith(name)
        assert f" loss {run.loss[-1]:.3g} nats, accuracy {train.accuracy:.2f} in training" in words
        assert f" {test.accuracy:.2f} in test, {run.n_values[-1]} evaluations" in words
        assert np.array_equal(line.get_ydata(), run.loss) and low <= min(run.loss)
        assert line.get_xdata()[-1] == run.n_iterations and max(run.loss) <= high
        assert sum(len(points.get_xdata()) for points in panel.ax.lines) == len(data.X_train)
    (legend,) = made.figure.legends
    names = [text.get_text().removeprefix("class ") for text in legend.get_texts()]
    assert names == [*data.class_names]


@pytest.mark.parametrize(
    ("step", "n_iterations", "words"),
    [(ConstantStep(1.0), 400, "; diverged after \\d+ iterations"),
     (ConstantStep(0.2006), 120, "; oscillating, 100 of the last 100 iterations .*"),
     (ConstantStep(0.1), 50, "; stationary after 1 iteration"),
     (ConstantStep(0.19), 107, ""),
     (Armijo(alpha0=1e9, max_backtracks=0), 50, "; line search failed after 0 iterations")],
)  # fmt: skip
def test_a_run_in_pieces_is_the_run_in_one_and_says_how_it_ended(step, n_iterations, words):
    """5 x^2: a constant step diverges above 0.2, and 0.1 is exact."""
    parabola = SimpleNamespace(forward=lambda x: (float(5 * x @ x), lambda: 10 * x))
    *_, (done, (way,)) = training.train([nnlib.descend(parabola, [1.0], step)], n_iterations)
    run = gradient_descent(parabola, [1.0], step, n_iterations)
    assert [point.value for point in way][: run.n_iterations + 1] == [*run.loss]
    assert way[-1].k == run.n_iterations and done == n_iterations
    assert re.fullmatch(words, training.verdict(way))


@pytest.mark.parametrize("name", ["step_size_race", "decision_boundaries"])
def test_a_long_training_shows_its_beginning_first(name, monkeypatch):
    made, calm = (getattr(sliders, name)(**START[name]) for _ in range(2))
    frames, said = [], []
    made.image.observe(lambda change: frames.append(bytes(change.new)), names="value")
    made.widget.children[-1].observe(lambda change: said.append(change.new), names="value")
    with monkeypatch.context() as patch:
        patch.setattr(training, "FIRST_LOOK", -1)
        patch.setattr(training, "LATER_LOOKS", -1)
        made.controls["n_iterations"].value = 200
    assert len(frames) >= 7  # eight pieces of 25 iterations; two of them may look alike
    assert said[:7] == [f"{k} of 200 iterations so far" for k in range(25, 200, 25)]
    calm.controls["n_iterations"].value = 200
    assert frames[-1] == png(calm) and calm.words == made.words


@pytest.mark.parametrize(
    ("start", "rule"),
    [(dict(data_set="spirals", step="constant 1", seed=3), ConstantStep(1.0)),
     (dict(n_hidden=7, weight_decay=0.005, n_iterations=130), Armijo())],
)  # fmt: skip
def test_the_boundaries_say_what_nnlib_computes(start, rule, own_file):
    given = {"n_hidden": 4, "data_set": own_file, "weight_decay": 0.0, "n_iterations": 100}
    start = given | start
    made, n_iterations = sliders.decision_boundaries(**start), start["n_iterations"]
    assert made.settings["weight_decay"] == start["weight_decay"]  # not in the list: added to it
    data, run, scores = trained(rule, **start)  # scores are without the penalty
    training, test = (f"loss {s.loss:.3g} nats, accuracy {s.accuracy:.3f}" for s in scores)
    weights = [W.ravel() for W in nnlib.unpack(run.theta, data)[::2]]
    size = np.linalg.norm(np.concatenate(weights))
    assert made.words == [
        f"Training: {training}. Test: {test}.",
        f"Length of all weights {size:.3g}; {n_iterations} iterations.",
    ]
    for line, score in zip(made.curves.lines, scores, strict=True):
        x, y = line.get_data()
        assert [*x] == [*range(0, n_iterations, 25), n_iterations] and y[-1] == score.loss
    segments = regions.hidden_segments(run.theta, made.map.limits, data)
    assert np.allclose(made.lines.get_segments(), segments)
    shown = made.map.image.get_array().reshape(-1, 3)
    expected = regions.region_colours(nnlib.predict_logits(run.theta, made.map.mesh, data))
    assert np.allclose(shown, expected, atol=1 / 255)


@pytest.mark.parametrize(
    "settings", [(0, 10.0, 1e-4, 0.5), (37, 100.0, 0.1, 0.8), (500, 0.01, 0.9, 0.1)]
)
def test_the_microscope_says_what_the_search_did(settings):
    iteration, *rule = settings
    data, run, _ = trained(Armijo(), "spirals", 12, iteration)
    objective = Objective(data.X_train, data.y_train)
    value, gradient = objective.value_and_gradient(run.theta)
    result = Armijo(*rule, max_backtracks=200)(
        lambda alpha: objective.value(run.theta - alpha * gradient), value, -gradient @ gradient
    )
    (words,) = sliders.armijo_microscope(*settings).words
    assert words.startswith(f"Iteration {iteration}:")
    assert f"accepted α = {result.alpha:.3g}, loss {value:.4g} to {result.value:.4g}" in words
    assert words.endswith(f"; {len(result.trials)} evaluation{'s' * (len(result.trials) > 1)}.")


@pytest.mark.parametrize("name", START)
def test_a_start_off_its_control_is_refused(name, made):
    for setting in made[name].controls:
        look = SHARED["settings"][setting]
        low, high = look.get("min", 0), look.get("max", 0)
        wrong = [None, "typo", True, np.nan, np.inf, low - 1, math.nextafter(low, -math.inf)]
        if look["kind"] != "listed":  # to a list another value is added
            wrong += [high + 1, math.nextafter(high, np.inf)]
        for value in wrong:
            words = f"(?s)^{setting} must be .*, got {re.escape(repr(value))}"
            words = words if setting != "data_set" else "no file is called"
            with pytest.raises((TypeError, ValueError, FileNotFoundError), match=words):
                getattr(sliders, name)(**{setting: value})
