"""Chapter 5's slider, and the lines of the hidden units."""

import re

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.collections import LineCollection

from nnlib import (
    Armijo,
    ConstantStep,
    Objective,
    boundaries,
    evaluate,
    gradient_descent,
    init_parameters,
    load_dataset,
    plotting,
    predict_logits,
    unpack,
    widgets,
)

FRAME = (-1.0, 2.0, -0.5, 1.5)


@pytest.fixture(autouse=True)
def close_widgets():
    yield
    ipywidgets.Widget.close_all()


def png(figure):
    return bytes(figure.image.value)


# --- the lines of the hidden units -------------------------------------------------------------


def one_unit(w1, w2, b):
    return np.array([w1, w2, b, 0, 0, 0, 0, 0, 0], dtype=float)


def lines_of(ax):
    (lines,) = [c for c in ax.collections if isinstance(c, LineCollection)]
    return lines.get_segments()


def test_both_ends_of_a_line_have_pre_activation_zero():
    theta = init_parameters(12, seed=4)
    W0, b0, _, _ = unpack(theta)
    segments = plotting.hidden_segments(theta, (-9, 9, -9, 9))
    assert segments.shape == (12, 2, 2)  # all meet so wide a frame
    for j, segment in enumerate(segments):
        assert np.allclose(segment @ W0[j] + b0[j], 0, atol=1e-12)


@pytest.mark.parametrize(
    ("unit", "axis", "place"), [((2, 0, -1), 0, 0.5), ((0, -4, 2), 1, 0.5), ((1, 0, 1), 0, -1.0)]
)
def test_a_line_by_hand(unit, axis, place):
    (segment,) = plotting.hidden_segments(one_unit(*unit), FRAME)
    assert np.allclose(segment[:, axis], place)
    other = np.sort(segment[:, 1 - axis])  # it crosses the frame from end to end
    low, high = FRAME[2 - 2 * axis : 4 - 2 * axis]
    assert other[0] <= low and other[1] >= high


@pytest.mark.parametrize("unit", [(0, 0, 1), (1, 0, -50), (1e-320, 0, 1), (1e-300, 1e-300, 1e300)])
def test_a_unit_without_a_line_in_the_frame_has_none(unit):
    assert plotting.hidden_segments(one_unit(*unit), FRAME).shape == (0, 2, 2)
    assert len(lines_of(plotting.plot_hidden_lines(one_unit(*unit), FRAME))) == 0


def test_lines_are_drawn_into_the_frame_and_theta_is_left_alone():
    theta = init_parameters(5, n_classes=4, seed=1)
    before, ax = theta.copy(), plt.subplots()[1]
    assert plotting.plot_hidden_lines(theta, FRAME, n_classes=4, ax=ax) is ax
    expected = plotting.hidden_segments(theta, FRAME, 4)
    assert np.allclose(lines_of(ax), expected) and len(expected) >= 1
    assert (*ax.get_xlim(), *ax.get_ylim()) == FRAME
    assert np.array_equal(theta, before)


@pytest.mark.parametrize(
    ("theta", "limits", "words"),
    [
        (np.zeros(10), FRAME, "theta must be a vector of"),
        (np.full(9, np.nan), FRAME, "theta must be finite"),
        (np.zeros(9), (1, 0, 0, 1), "limits must be"),
    ],
)
def test_wrong_arguments_are_refused(theta, limits, words):
    with pytest.raises(ValueError, match=words):
        plotting.plot_hidden_lines(theta, limits)


# --- the slider --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "rule"),
    [
        ((4, "spirals", 0.0, "constant 1", 100), ConstantStep(1.0)),
        ((7, "penguins", 1e-3, "Armijo", 130), Armijo()),
    ],
)
def test_slider_says_what_nnlib_computes(settings, rule):
    n_hidden, data_set, weight_decay, _, n_iterations = settings
    figure = widgets.decision_boundaries(*settings)
    data = load_dataset(data_set)
    objective = Objective(data.X_train, data.y_train, weight_decay)
    theta = gradient_descent(objective, init_parameters(n_hidden), rule, n_iterations).theta
    training = evaluate(theta, data.X_train, data.y_train)  # without the penalty
    test = evaluate(theta, data.X_test, data.y_test)
    weights = np.concatenate([theta[: 2 * n_hidden], theta[3 * n_hidden : -3]])
    assert figure.words == [
        f"Training: loss {training.loss:.3g} nats, accuracy {training.accuracy:.3f}. "
        f"Test: loss {test.loss:.3g} nats, accuracy {test.accuracy:.3f}.",
        f"Length of all weights {np.linalg.norm(weights):.3g}; {n_iterations} iterations.",
    ]
    for line, score in zip(figure.picture.lines.values(), (training, test), strict=True):
        x, y = line.get_data()
        assert x[0] == 0 and x[-1] == n_iterations and np.isclose(y[-1], score.loss)
    assert np.allclose(
        figure.picture.hidden.get_segments(),
        plotting.hidden_segments(theta, figure.picture.limits),
    )


def test_map_shows_the_predicted_classes():
    figure = widgets.decision_boundaries(3, "penguins", n_iterations=100)
    data = load_dataset("penguins")
    objective = Objective(data.X_train, data.y_train)
    theta = gradient_descent(objective, init_parameters(3), Armijo(), 100).theta
    shown = figure.picture.image.get_array().reshape(-1, 3)
    expected = plotting.region_colours(predict_logits(theta, figure.picture.mesh))
    assert np.allclose(shown, expected, atol=1 / 255)


def test_every_control_changes_picture_and_words():
    figure = widgets.decision_boundaries(6, n_iterations=100)
    changes = {
        "n_hidden": 5,
        "data_set": "penguins",
        "weight_decay": 1e-2,
        "step": "constant 1",
        "n_iterations": 200,
    }
    assert changes.keys() == figure.controls.keys()
    for name, value in changes.items():
        before, words = png(figure), figure.words
        figure.controls[name].value = value
        assert png(figure) != before and figure.words != words
    assert re.fullmatch(r"Length of all weights [\d.]+; 200 iterations\.", figure.words[1])


def test_weight_decay_shortens_the_weights():
    figure = widgets.decision_boundaries(6, "penguins", n_iterations=300)
    lengths = []
    for weight_decay in (0.0, 1e-3, 1e-1):
        figure.controls["weight_decay"].value = weight_decay
        lengths.append(float(re.search(r"weights ([\d.]+)", figure.words[1])[1]))
    assert lengths[0] > lengths[1] > lengths[2]


def test_a_long_training_shows_its_parts(monkeypatch):
    monkeypatch.setattr(boundaries.BoundariesPicture, "first_look", 0.0)
    monkeypatch.setattr(boundaries.BoundariesPicture, "later_looks", 0.0)
    picture = boundaries.BoundariesPicture(seed=0)
    words = [w[0] for w in picture.draw(3, "spirals", 0.0, "Armijo", 100)]
    assert words[:3] == [f"{n} of 100 iterations so far" for n in (25, 50, 75)]
    assert len(words) == 4 and words[3].startswith("Training: loss")


def test_its_name_is_the_call_that_makes_it():
    figure = widgets.decision_boundaries(2, weight_decay=0.005, n_iterations=100)
    assert figure.controls["weight_decay"].value == 0.005  # not in the list, and added to it
    assert repr(eval(repr(figure), vars(widgets))) == repr(figure)


def test_ends_of_the_sliders_are_no_trouble():
    figure = widgets.decision_boundaries(n_iterations=100)
    for n_hidden in (1, 64):
        for _, weight_decay in figure.controls["weight_decay"].options[
            :: len(widgets.WEIGHT_DECAY) - 1
        ]:
            figure.controls["n_hidden"].value = n_hidden
            figure.controls["weight_decay"].value = weight_decay
            assert figure.words[0].startswith("Training: loss")


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        ({"n_hidden": 0}, ValueError, "n_hidden must be"),
        ({"n_hidden": 65}, ValueError, "n_hidden must be <= 64"),
        ({"data_set": "typo"}, FileNotFoundError, "typo"),
        ({"weight_decay": -1.0}, ValueError, "weight_decay must be"),
        ({"weight_decay": np.nan}, ValueError, "weight_decay must be"),
        ({"weight_decay": "0"}, TypeError, "weight_decay must be"),
        ({"step": "wolfe"}, ValueError, "'constant 1', 'Armijo', got 'wolfe'"),
        ({"n_iterations": 99}, ValueError, "n_iterations must be"),
        ({"seed": -1}, ValueError, "seed must be"),
    ],
)
def test_wrong_settings_are_refused(settings, error, words):
    with pytest.raises(error, match=words):
        widgets.decision_boundaries(**settings)
