"""The sliders: a move redraws the picture and the words, and both say what nnlib computes."""

import base64
import json
import re
from types import SimpleNamespace

import ipywidgets
import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from bs4 import BeautifulSoup
from matplotlib.text import Text

import nnlib
from nnlib import datasets, race, widgets

PNG = b"\x89PNG\r\n\x1a\n"
VIEW = "application/vnd.jupyter.widget-view+json"
FACTORIES = {
    "counter": widgets.network_counter,
    "race": lambda: widgets.step_size_race(n_iterations=100),
}


@pytest.fixture(autouse=True)
def close_widgets():
    yield
    ipywidgets.Widget.close_all()
    assert not plt.get_fignums()  # no figure of these is pyplot's


@pytest.fixture(params=FACTORIES)
def figure(request):
    return FACTORIES[request.param]()


def png(figure):
    """The picture that a live figure shows; ipywidgets keeps a view of the memory."""
    return bytes(figure.image.value)


def numbers(words):
    return [float(number) for number in re.findall(r"\d+(?:\.\d+)?(?:e-?\d+)?", words)]


# --- any live figure ---------------------------------------------------------------------------


def test_a_live_figure_shows_a_view_a_picture_and_a_stable_name(figure):
    data, metadata = figure._repr_mimebundle_()
    assert set(data) == {VIEW, "image/png", "text/html", "text/plain"}
    assert data[VIEW]["model_id"] == figure.widget.model_id
    assert base64.b64decode(data["image/png"]) == png(figure)
    assert png(figure).startswith(PNG)
    inches = figure.picture.figure.get_size_inches()
    assert metadata["image/png"] == {
        "width": round(96 * inches[0]),
        "height": round(96 * inches[1]),
    }
    assert data["text/plain"] == repr(figure)
    assert "0x" not in repr(figure)


def test_the_name_is_the_call_that_makes_it():
    made = widgets.step_size_race(5, 0.1, "penguins", 100)
    assert repr(made) == (
        "step_size_race(n_hidden=5, alpha=0.1, data_set='penguins', n_iterations=100, seed=0, "
        "noise=0.0, weight_decay=0.0)"
    )
    made.controls["n_hidden"].value = 6
    assert repr(eval(repr(made), vars(widgets))) == repr(made)


def test_a_live_figure_tells_the_page_its_settings_and_nothing_that_is_computed(figure):
    mount = BeautifulSoup(figure._repr_mimebundle_()[0]["text/html"], "html.parser")
    (element,) = mount.find_all("div")
    assert "live-figure" in element["class"]
    assert json.loads(element["data-settings"]) == figure.settings
    name = element["data-figure"]
    assert repr(figure).startswith(f"{name}(") and callable(getattr(widgets, name))
    assert not mount.find_all(["img", "script"])
    assert "running notebook" in mount.get_text()


def test_a_name_with_a_quote_stays_inside_the_mount_point(tmp_path):
    path = tmp_path / "a\"b'<i>.csv"
    path.write_text("x,y,label\n" + "0,1,a\n1,0,b\n2,0,a\n0,2,b\n" * 3, encoding="utf-8")
    made = widgets.step_size_race(2, data_set=str(path), n_iterations=100)
    mount = BeautifulSoup(made._repr_mimebundle_()[0]["text/html"], "html.parser")
    assert json.loads(mount.div["data-settings"])["data_set"] == str(path)
    assert not mount.find("i")


@pytest.mark.parametrize("make", [widgets.difference_step, widgets.planted_mistakes])
def test_a_figure_without_a_script_has_no_mount_point(make):
    assert "text/html" not in make()._repr_mimebundle_()[0]


def test_every_control_is_native_and_has_a_label(figure):
    assert figure.controls.keys() == figure.settings.keys()
    shown = figure.widget.children
    for control in figure.controls.values():
        assert control in shown
        assert control.description
        assert type(control).__module__.startswith("ipywidgets.")
    assert figure.image in shown
    assert figure.image.tooltip  # the picture's name for those who cannot see it


def test_the_picture_goes_with_the_settings_alone(figure):
    first, words = png(figure), figure.words
    figure.controls["n_hidden"].value = 3
    assert png(figure).startswith(PNG)
    assert png(figure) != first
    assert figure.words != words
    figure.controls["n_hidden"].value = 12
    assert png(figure) == first
    assert figure.words == words


def test_the_notebooks_own_style_neither_matters_nor_changes(figure):
    plain = png(figure)
    with plt.style.context("dark_background"):
        before = dict(matplotlib.rcParams)
        other = FACTORIES["counter" if "counter" in repr(figure) else "race"]()
        assert dict(matplotlib.rcParams) == before
    assert png(other) == plain


def test_an_unchanged_setting_costs_nothing(figure):
    def refuse(**settings):
        raise AssertionError("drawn again")

    figure.picture.draw = refuse
    figure.refresh()
    figure.controls["n_hidden"].value = 12  # as it is
    with pytest.raises(AssertionError, match="drawn again"):
        figure.controls["n_hidden"].value = 13


def test_an_error_in_a_callback_surfaces_and_is_shown_and_goes(figure):
    draw = figure.picture.draw

    def fail(**settings):
        raise ValueError("theta <is> wrong")

    figure.picture.draw = fail
    with pytest.raises(ValueError, match="theta <is> wrong"):
        figure.controls["n_hidden"].value = 4
    assert figure.words == ["ValueError: theta <is> wrong"]
    assert "theta &lt;is&gt; wrong" in figure.widget.children[-1].value
    figure.picture.draw = draw
    figure.controls["n_hidden"].value = 12
    assert "wrong" not in figure.widget.children[-1].value


def beyond_the_axes(figure):
    """Labels of ticks that matplotlib has but hides: outside the limits, or of axes turned off."""
    hidden = []
    for ax in figure.picture.figure.axes:
        for axis, (low, high) in ((ax.xaxis, ax.get_xlim()), (ax.yaxis, ax.get_ylim())):
            ticks = zip(axis.get_majorticklocs(), axis.get_majorticklabels(), strict=True)
            hidden += [text for at, text in ticks if not (ax.axison and low <= at <= high)]
    return hidden


def test_every_word_in_the_picture_is_large_enough_and_inside(figure):
    for settings in ({}, {"n_hidden": 64}, {"n_hidden": 1}, {"data_set": "penguins"}):
        for name in settings.keys() & figure.controls.keys():
            figure.controls[name].value = settings[name]
        frame = figure.picture.figure.bbox
        for text in figure.picture.figure.findobj(Text):
            if text.get_visible() and text.get_text() and text not in beyond_the_axes(figure):
                box = text.get_window_extent()
                assert text.get_fontsize() >= 10, text
                assert frame.x0 <= box.x0 <= box.x1 <= frame.x1, text
                assert frame.y0 <= box.y0 <= box.y1 <= frame.y1, text


# --- chapter 1 ---------------------------------------------------------------------------------


@pytest.mark.parametrize("n_hidden", [1, 2, 12, 64])
def test_the_counter_counts(n_hidden):
    counter = widgets.network_counter()
    axes = [*counter.picture.figure.axes]
    counter.controls["n_hidden"].value = n_hidden
    assert counter.picture.figure.axes == axes
    theta = nnlib.init_parameters(n_hidden)
    (words,) = counter.words
    assert f"= {theta.size} parameters" in words
    for name, part in nnlib.unpack(theta)._asdict().items():
        assert f"{name} {' × '.join(map(str, part.shape))}" in words
    lengths = [block.get_width() for block in axes[1].patches]
    assert " + ".join(map(str, lengths)) in words
    assert sum(lengths) == theta.size


# --- chapter 3 ---------------------------------------------------------------------------------


def check_words(made):
    """The words against a run of nnlib that knows nothing of widgets."""
    at = made.settings
    data = datasets.add_noise(nnlib.load_dataset(at["data_set"]), at["noise"])
    objective = nnlib.Objective(
        data.X_train, data.y_train, at["weight_decay"], n_classes=data.n_classes
    )
    theta0 = nnlib.init_parameters(at["n_hidden"], n_classes=data.n_classes, seed=at["seed"])
    steps = nnlib.ConstantStep(at["alpha"]), nnlib.Armijo()
    for name, words, step in zip(("constant step", "Armijo"), made.words, steps, strict=True):
        run = nnlib.gradient_descent(objective, theta0, step, at["n_iterations"])
        train = nnlib.evaluate(run.theta, data.X_train, data.y_train, data.n_classes)
        test = nnlib.evaluate(run.theta, data.X_test, data.y_test, data.n_classes)
        assert words.startswith(name)
        found = numbers(words.split(":", 1)[1])
        assert found[0] == pytest.approx(run.loss[-1], rel=6e-3)
        assert found[1:3] == [round(train.accuracy, 2), round(test.accuracy, 2)]
        assert found[3] == run.n_values[-1]
        line = made.picture.lines[name]
        assert np.allclose(line.get_ydata(), run.loss, rtol=1e-9)
        assert line.get_xdata()[-1] == at["n_iterations"]


def test_the_race_says_what_nnlib_computes():
    check_words(widgets.step_size_race())
    check_words(widgets.step_size_race(5, 3.0, "penguins", 130, seed=4))
    check_words(widgets.step_size_race(5, 3.0, "spirals", 100, 4, noise=0.1, weight_decay=1e-3))


def test_the_race_updates_its_artists_and_keeps_them():
    made = widgets.step_size_race(n_iterations=100)
    picture = made.picture
    kept = [*picture.lines.values(), *picture.labels.values(), *picture.images.values()]
    kept += [*picture.figure.axes, picture.figure]
    for name, value in (
        ("alpha", 10.0),
        ("n_hidden", 4),
        ("n_iterations", 200),
        ("seed", 5),
        ("weight_decay", 0.01),
    ):
        old = png(made)
        made.controls[name].value = value
        assert png(made) != old
        check_words(made)
    now = [*picture.lines.values(), *picture.labels.values(), *picture.images.values()]
    now += [*picture.figure.axes, picture.figure]
    assert all(a is b for a, b in zip(kept, now, strict=True))


def test_the_race_changes_its_data_set():
    made = widgets.step_size_race(n_iterations=100)
    first = png(made)
    made.controls["data_set"].value = "penguins"
    check_words(made)
    penguins = nnlib.load_dataset("penguins")
    for name in made.picture.names:
        lines = made.picture.axes[name].lines
        points = np.concatenate([line.get_xydata() for line in lines])
        assert len(points) == len(penguins.X_train)
    legend = [text.get_text() for text in made.picture.figure.legends[0].get_texts()]
    assert legend == list(penguins.class_names)
    made.controls["data_set"].value = "spirals"
    made.controls["noise"].value = 0.2
    check_words(made)
    made.controls["noise"].value = 0.0
    assert len(made.picture.figure.legends) == 1
    assert png(made) == first


@pytest.mark.parametrize("n_hidden", [1, 64])
@pytest.mark.parametrize("alpha", [0.01, 100.0])
def test_the_corners_of_the_ranges_work(n_hidden, alpha):
    made = widgets.step_size_race(n_hidden, alpha, "spirals", 100)
    if alpha < 1:  # a step of 100 amplifies the last bit: no two ways of running it agree
        check_words(made)
    assert ("oscillating" in made.words[0]) == (alpha == 100.0)
    assert "oscillating" not in made.words[1]
    bottom, top = made.picture.axes["loss"].get_ylim()
    for line in made.picture.lines.values():
        assert bottom <= min(line.get_ydata()) <= max(line.get_ydata()) <= top


def test_a_race_that_diverges_leaves_the_picture_at_the_top():
    """Weight decay times a large step: the weights grow by a factor in every iteration."""
    made = widgets.step_size_race(4, 100.0, n_iterations=200, weight_decay=0.1)
    assert "diverged after" in made.words[0] and "diverged" not in made.words[1]
    assert max(made.picture.lines["constant step"].get_ydata()) > 1e300
    assert made.picture.axes["loss"].get_ylim() == (1e-3, 1e6)


def test_a_long_training_shows_its_beginning_first(monkeypatch):
    made = widgets.step_size_race(n_iterations=100)
    frames = []
    made.image.observe(lambda change: frames.append(bytes(change.new)), names="value")
    monkeypatch.setattr(race.RacePicture, "first_look", -1)
    monkeypatch.setattr(race.RacePicture, "later_looks", 0)
    made.controls["n_iterations"].value = 200
    assert len(frames) == 8  # eight pieces of 25 iterations: seven looks between them, and the end
    calm = widgets.step_size_race(n_iterations=100)
    monkeypatch.undo()
    calm.controls["n_iterations"].value = 200
    assert png(calm) == frames[-1]
    assert calm.words == made.words


def test_a_teachers_own_file_with_four_classes(tmp_path):
    rng = np.random.default_rng(0)
    centres = np.array([[0, 0], [4, 0], [0, 4], [4, 4]])
    rows = ["width,height,label"]
    for k, centre in enumerate(centres):
        rows += [f"{x:.3f},{y:.3f},kind {k}" for x, y in centre + rng.normal(size=(12, 2))]
    path = tmp_path / "four.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    made = widgets.step_size_race(4, 1.0, str(path), 100)
    check_words(made)
    made.controls["data_set"].value = "spirals"
    check_words(made)


@pytest.mark.parametrize("step", [nnlib.ConstantStep(0.7), nnlib.Armijo()])
def test_a_run_in_pieces_is_the_run_in_one(step):
    data = nnlib.load_dataset("penguins")
    objective = nnlib.Objective(data.X_train, data.y_train)
    theta0 = nnlib.init_parameters(6, seed=3)
    whole = nnlib.gradient_descent(objective, theta0, step, 60)
    run = race.Run(objective, theta0, step)
    for n in (1, 25, 0, 34):
        run.advance(n)
    assert np.allclose(run.loss, whole.loss, rtol=1e-12)
    assert np.allclose(run.theta, whole.theta, rtol=1e-9)
    assert run.n_values == whole.n_values[-1]
    assert run.verdict() == ""


def run_on_parabola(step, n_iterations):
    """5 x^2: a constant step diverges above 0.2, 0.1 is exact, Armijo oscillates never."""
    parabola = SimpleNamespace(
        forward=lambda x: (float(5 * x @ x), lambda: 10 * x), value=lambda x: float(5 * x @ x)
    )
    run = race.Run(parabola, np.ones(1), step)
    for _ in range(n_iterations // 25):
        run.advance(25)
    return run


def test_a_run_says_that_it_diverged_and_stops():
    run = run_on_parabola(nnlib.ConstantStep(1.0), 400)
    whole = nnlib.gradient_descent(run.objective, [1.0], nnlib.ConstantStep(1.0), 400)
    assert whole.stop_reason.startswith("diverged")
    assert run.verdict() == f"diverged after {whole.n_iterations} iterations"
    assert len(run.loss) == len(whole.loss) < 400
    assert np.isfinite(run.last_loss())
    assert run.last_loss() == whole.loss[-2]


def test_a_run_says_why_it_ended_early():
    assert run_on_parabola(nnlib.ConstantStep(0.1), 50).verdict() == "stationary after 1 iterations"
    failing = nnlib.Armijo(alpha0=1e9, max_backtracks=0)
    assert run_on_parabola(failing, 50).verdict() == "line search failed after 0 iterations"


def test_a_falling_loss_does_not_oscillate():
    assert run_on_parabola(nnlib.ConstantStep(0.19), 100).verdict() == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_hidden": 0}, "n_hidden must be a whole number >= 1, got 0"),
        ({"n_hidden": 65}, "n_hidden must be <= 64, the end of its slider, got 65"),
        ({"n_hidden": 12.0}, "write 12"),
        ({"alpha": 0.0}, "alpha must be finite and >= 0.01, got 0.0"),
        ({"alpha": 101.0}, "alpha must be <= 100"),
        ({"alpha": "1"}, "alpha must be a real number"),
        ({"n_iterations": 99}, "n_iterations must be a whole number >= 100"),
        ({"n_iterations": 2001}, "n_iterations must be <= 2000"),
        ({"seed": -1}, "seed must be a whole number >= 0"),
        ({"seed": 100}, "seed must be <= 99"),
        ({"noise": -0.1}, "noise must be finite and >= 0"),
        ({"noise": 0.6}, "noise must be <= 0.5"),
        ({"weight_decay": -1.0}, "weight_decay must be finite and >= 0"),
        ({"weight_decay": 1.0}, "weight_decay must be <= 0.1"),
        ({"data_set": "pinguins"}, "pinguins"),
        ({"data_set": 3}, "."),
    ],
)
def test_the_race_refuses(arguments, message):
    with pytest.raises((TypeError, ValueError, FileNotFoundError), match=message):
        widgets.step_size_race(**arguments)


@pytest.mark.parametrize("n_hidden", [0, 65, 1.5, None])
def test_the_counter_refuses(n_hidden):
    with pytest.raises((TypeError, ValueError), match="n_hidden must be"):
        widgets.network_counter(n_hidden)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: widgets.step_size_race(data_set=0), "data_set must be"),
        (lambda: widgets.decision_boundaries(data_set=np.zeros(2)), "data_set must be"),
        (lambda: widgets.decision_boundaries(step=np.zeros(0)), "step must be one of"),
        (lambda: widgets.planted_mistakes(np.zeros((0, 2))), "mistake must be one of"),
    ],
)
def test_odd_choices_are_refused_by_name(call, words):
    with pytest.raises((TypeError, ValueError), match=words):
        call()
