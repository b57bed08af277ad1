"""The sliders of chapters 2 and 3: what they say is what nnlib says."""

import numpy as np
import pytest

from nnlib import Armijo, Objective, gradient_descent, init_parameters, load_dataset, widgets
from nnlib.close_ups import RIGHT
from nnlib.descent import Ray
from nnlib.mistakes import MISTAKES


@pytest.fixture(scope="module")
def microscope():
    return widgets.armijo_microscope()


def search_anew(iteration, alpha0, sigma, beta):
    data = load_dataset("spirals")
    objective = Objective(data.X_train, data.y_train)
    theta = gradient_descent(objective, init_parameters(12), Armijo(), iteration).theta
    value, gradient = objective.value_and_gradient(theta)
    rule = Armijo(alpha0, sigma, beta, max_backtracks=200)
    return rule(Ray(objective, theta, -gradient), value, -gradient @ gradient)


@pytest.mark.parametrize(
    "settings", [(0, 10.0, 1e-4, 0.5), (37, 100.0, 0.1, 0.8), (500, 0.01, 0.9, 0.1)]
)
def test_microscope_says_what_the_search_did(microscope, settings):
    before = microscope.image.value
    for control, value in zip(microscope.controls.values(), settings):
        control.value = value
    result = search_anew(*settings)
    assert f"Iteration {settings[0]}:" in microscope.words[0]
    assert f"accepted α = {result.alpha:.3g}" in microscope.words[0]
    assert f"{len(result.trials)} evaluations" in microscope.words[0]
    assert settings[0] == 0 or microscope.image.value != before


def test_microscope_at_the_corners_of_its_sliders(microscope):
    for name, control in microscope.controls.items():
        for end in (control.min, control.max):
            control.value = 10.0**end if name in ("alpha0", "sigma") else end
            assert "accepted" in microscope.words[0] or "gave up" in microscope.words[0]


def test_difference_step_names_the_larger_error():
    figure = widgets.difference_step(h=1e-2)
    assert all("mostly truncation" in line for line in figure.words)
    before, lines = figure.image.value, list(figure.picture.axes["errors"].lines)
    figure.controls["h"].value = 1e-12
    assert figure.image.value != before
    assert list(figure.picture.axes["errors"].lines) == lines  # moved, not drawn anew
    assert ["mostly rounding" in line for line in figure.words] == [True, True, False]
    assert "all digits right" in figure.words[2]


def test_every_mistake_can_be_chosen():
    figure = widgets.planted_mistakes()
    for name in (RIGHT, *MISTAKES):
        figure.controls["mistake"].value = name
        right = [": right;" in line for line in figure.words]
        assert len(right) == 4 and all(right) == (name == RIGHT)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: widgets.armijo_microscope(iteration=501), ValueError, "iteration must be <= 500"),
        (lambda: widgets.armijo_microscope(iteration=-1), ValueError, "iteration"),
        (lambda: widgets.armijo_microscope(alpha0=0.0), ValueError, "alpha0 must be"),
        (lambda: widgets.armijo_microscope(sigma=1.0), ValueError, "sigma must be <= 0.99"),
        (lambda: widgets.armijo_microscope(beta=0.05), ValueError, "beta must be"),
        (lambda: widgets.difference_step(h=np.nan), ValueError, "h must be"),
        (lambda: widgets.difference_step(h=1.0), ValueError, "h must be <= 0.1"),
        (lambda: widgets.planted_mistakes("typo"), ValueError, "'wrong sign'.*got 'typo'"),
    ],
)
def test_wrong_settings_are_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()
