"""Sliders for a notebook: one call, one object that a cell shows.

In a kernel the object is a set of native ipywidgets controls over a picture that answers. In the
built book some of them are live without a kernel: there the page's own script takes the place of
the picture. Anywhere else it is the picture alone. The only module that imports ipywidgets.
"""

import base64
import html
import json
from pathlib import Path

import ipywidgets
import matplotlib.style
import numpy as np
import traitlets

from nnlib import checks
from nnlib.boundaries import RULES, BoundariesPicture
from nnlib.close_ups import RIGHT, ArmijoPicture, DifferencePicture, MistakesPicture
from nnlib.mistakes import MISTAKES
from nnlib.pictures import CounterPicture
from nnlib.race import RacePicture

__all__ = [
    "LiveFigure",
    "armijo_microscope",
    "decision_boundaries",
    "difference_step",
    "network_counter",
    "planted_mistakes",
    "step_size_race",
]

# The ends of the sliders, here and in the built book.
RANGES = {
    "n_hidden": (1, 64),
    "alpha": (0.01, 100.0),
    "n_iterations": (100, 2000),
    "seed": (0, 99),
    "noise": (0.0, 0.5),
    "weight_decay": (0.0, 0.1),
    "iteration": (0, 500),
    "alpha0": (0.01, 1000.0),
    "sigma": (1e-6, 0.99),
    "beta": (0.1, 0.9),
}
DATA_SETS = ("spirals", "penguins")
WEIGHT_DECAY = (0.0, 1e-6, 1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 1e-1)


def course_style():
    """A context in which new artists wear the style of the course, whatever the notebook's."""
    return matplotlib.style.context("nnlib.course", after_reset=True)


class _NamedImage(ipywidgets.Image):
    """A picture that JupyterLab shows together with its name.

    The view of ipywidgets 8.1 asks every widget with a tooltip for its description, and breaks
    on an image, which has none.
    """

    description = traitlets.Unicode("").tag(sync=True)


class LiveFigure:
    """Controls, a picture of their settings, and the result in words.

    Parameters
    ----------
    name : str
        The call that makes it, for its `repr`.
    picture : nnlib.pictures.Picture
        With ``draw(**settings)``, a generator of lines of text, and ``png()``.
    controls : dict of str to ipywidgets.Widget
        One for each setting, under its name.
    in_page : str, optional
        If the built book has a script for this figure: the sentence that stands in its place
        where scripts are off.

    Attributes
    ----------
    controls : dict of str to ipywidgets.Widget
    settings : dict
        The controls' present values.
    words : list of str
        The result in words, as shown under the picture.
    image : ipywidgets.Image
        Its ``value`` is the picture, a PNG file in bytes.
    widget : ipywidgets.Widget
        All of it.
    """

    def __init__(self, name, picture, controls, in_page=""):
        self.name, self.picture, self.controls = name, picture, controls
        self.in_page = in_page
        width = f"{picture.figure.get_figwidth() * 96:.0f}px"
        self.image = _NamedImage(
            format="png", layout={"width": width, "max_width": "100%"}, tooltip=picture.alt
        )
        self._text = ipywidgets.HTML()
        self.widget = ipywidgets.VBox([*controls.values(), self.image, self._text])
        self._shown = None
        self.refresh()
        for control in controls.values():
            control.observe(self._on_change, names="value")

    @property
    def settings(self):
        return {name: control.value for name, control in self.controls.items()}

    def refresh(self):
        """Draw the present settings, if they are not what the picture shows already."""
        settings = self.settings
        if settings == self._shown:
            return
        self._shown = None  # until all is drawn: an error on the way must not look like success
        with course_style():
            for words in self.picture.draw(**settings):
                self.image.value = self.picture.png()
                self._show(words)
        self._shown = settings

    def _on_change(self, change):
        try:
            self.refresh()
        except Exception as error:  # say it where the reader looks, and let it surface too
            self._show([f"{type(error).__name__}: {error}"])
            raise

    def _show(self, words):
        self.words = words
        self._text.value = "<br>".join(html.escape(line) for line in words)

    def __repr__(self):
        settings = ", ".join(f"{name}={value!r}" for name, value in self.settings.items())
        return f"{self.name}({settings})"

    def _repr_mimebundle_(self, include=None, exclude=None):
        """The live widget; for a page its mount point and its picture; for a terminal its name."""
        width, height = self.picture.figure.get_size_inches() * 96
        data = dict(self.widget._repr_mimebundle_())
        data["text/plain"] = repr(self)
        data["image/png"] = base64.b64encode(self.image.value).decode("ascii")
        if self.in_page:
            data["text/html"] = self._mount_point()
        return data, {"image/png": {"width": round(width), "height": round(height)}}

    def _mount_point(self):
        """Where the page's script puts the figure. Only settings: what they give is computed."""
        settings = html.escape(json.dumps(self.settings))
        return (
            f'<div class="live-figure" data-figure="{self.name}" data-settings="{settings}">'
            f'<p class="live-note">{html.escape(self.in_page)}</p></div>'
        )


def network_counter(n_hidden=12):
    """A slider for the number of hidden units: the network, its four shapes, its parameters.

    Parameters
    ----------
    n_hidden : int
        Where the slider starts, 1 to 64.

    Returns
    -------
    LiveFigure

    Raises
    ------
    TypeError, ValueError
        If n_hidden is not a whole number from 1 to 64.
    """
    controls = {"n_hidden": _whole_slider("n_hidden", n_hidden, "hidden units N_H")}
    note = "A slider sets the number of hidden units. It " + NEEDS
    with course_style():
        return LiveFigure("network_counter", CounterPicture(), controls, note)


def step_size_race(
    n_hidden=12,
    alpha=1.0,
    data_set="spirals",
    n_iterations=500,
    seed=0,
    noise=0.0,
    weight_decay=0.0,
):
    """Constant step against Armijo, from the same start, with sliders.

    Parameters
    ----------
    n_hidden : int
        Hidden units, 1 to 64.
    alpha : float
        The constant step, 0.01 to 100. Armijo keeps its default parameters.
    data_set : str
        "spirals", "penguins" or the path of a CSV file with two features.
    n_iterations : int
        100 to 2000.
    seed : int
        Of the start, 0 to 99.
    noise : float
        Standard deviation of noise that is added to the points, 0 to 0.5; see
        `nnlib.datasets.add_noise`.
    weight_decay : float
        lambda of `nnlib.Objective`, 0 to 0.1.

    Returns
    -------
    LiveFigure

    Raises
    ------
    TypeError, ValueError, FileNotFoundError
        If an argument is of the wrong kind or out of range, or there is no such data set.
    """
    controls = {
        "n_hidden": _whole_slider("n_hidden", n_hidden, "hidden units N_H"),
        "alpha": _log_slider("alpha", alpha, "constant step α"),
        "data_set": _data_set_menu(data_set),
        "n_iterations": _whole_slider("n_iterations", n_iterations, "iterations", step=100),
        "seed": _whole_slider("seed", seed, "seed of the start"),
        "noise": _linear_slider("noise", noise, "added noise", step=0.01),
        "weight_decay": _weight_decay_slider(weight_decay),
    }
    note = (
        "Constant step against Armijo, from the same start. Sliders set the number of hidden "
        "units, the step, the data, their noise, the weight decay and the start. They " + NEED
    )
    with course_style():
        return LiveFigure("step_size_race", RacePicture(), controls, note)


def armijo_microscope(iteration=0, alpha0=10.0, sigma=1e-4, beta=0.5):
    """One search of Armijo's rule on the way of a training run, with sliders.

    Parameters
    ----------
    iteration : int
        Where on the way, 0 to 500.
    alpha0 : float
        First trial, 0.01 to 1000.
    sigma : float
        Share of the promised decrease that is asked for, 1e-6 to 0.99.
    beta : float
        Factor of a cut, 0.1 to 0.9.

    Returns
    -------
    LiveFigure

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or out of the range of its slider.
    """
    controls = {
        "iteration": _whole_slider("iteration", iteration, "iteration"),
        "alpha0": _log_slider("alpha0", alpha0, "first trial α⁰"),
        "sigma": _log_slider("sigma", sigma, "share σ"),
        "beta": _linear_slider("beta", beta, "factor β", step=0.05),
    }
    note = (
        "One search of Armijo's rule. Sliders set the iteration, the first trial α⁰, the share σ "
        "and the factor β. They " + NEED
    )
    with course_style():
        picture = ArmijoPicture(RANGES["iteration"][1])
        return LiveFigure("armijo_microscope", picture, controls, note)


def difference_step(h=1e-5):
    """Error of forward, central and complex-step differences, with a slider for their step.

    Parameters
    ----------
    h : float
        Where the slider starts, 1e-15 to 0.1.

    Returns
    -------
    LiveFigure

    Raises
    ------
    TypeError, ValueError
        If h is not a number from 1e-15 to 0.1.
    """
    slider = _log_slider("h", h, "step h", (1e-15, 0.1), step=0.25)
    with course_style():
        return LiveFigure(
            "difference_step", DifferencePicture(np.logspace(-15, -1, 57)), {"h": slider}
        )


def planted_mistakes(mistake="off-diagonal terms forgotten"):
    """A gradient with a mistake to choose, compared with the right one entry by entry.

    Parameters
    ----------
    mistake : str
        A name in `nnlib.mistakes.MISTAKES`, or "none: the right gradient".

    Returns
    -------
    LiveFigure

    Raises
    ------
    ValueError
        If there is no such mistake.
    """
    names = (RIGHT, *MISTAKES)
    _one_of("mistake", mistake, names)
    menu = ipywidgets.Dropdown(options=names, value=mistake, description="mistake", **LOOK)
    with course_style():
        return LiveFigure("planted_mistakes", MistakesPicture(), {"mistake": menu})


def decision_boundaries(
    n_hidden=12, data_set="spirals", weight_decay=0.0, step="Armijo", n_iterations=2000, seed=0
):
    """Predicted classes, the hidden units' lines, training and test loss, with sliders.

    Parameters
    ----------
    n_hidden : int
        Hidden units, 1 to 64.
    data_set : str
        "spirals", "penguins" or the path of a CSV file with two features.
    weight_decay : float
        lambda >= 0; a value that is not in the list is added to it.
    step : str
        The step rule, "constant 1" or "Armijo".
    n_iterations : int
        100 to 2000.
    seed : int
        Of the start, >= 0.

    Returns
    -------
    LiveFigure

    Raises
    ------
    TypeError, ValueError, FileNotFoundError
        If an argument is of the wrong kind or out of range, or there is no such data set.
    """
    _one_of("step", step, RULES)
    weight_decay = checks.real_number("weight_decay", weight_decay, at_least=0)
    decays = [(f"{value:g}", value) for value in sorted({*WEIGHT_DECAY, weight_decay})]
    controls = {
        "n_hidden": _whole_slider("n_hidden", n_hidden, "hidden units N_H"),
        "data_set": _data_set_menu(data_set),
        "weight_decay": ipywidgets.Dropdown(
            options=decays, value=weight_decay, description="weight decay λ", **LOOK
        ),
        "step": ipywidgets.Dropdown(
            options=tuple(RULES), value=step, description="step rule", **LOOK
        ),
        "n_iterations": _whole_slider("n_iterations", n_iterations, "iterations", step=100),
    }
    seed = checks.whole_number("seed", seed, at_least=0)
    with course_style():
        return LiveFigure("decision_boundaries", BoundariesPicture(seed), controls)


LOOK = {"style": {"description_width": "9em"}, "layout": {"width": "100%", "max_width": "500px"}}
NEED = "need scripts in this page, or a running notebook."
NEEDS = "needs scripts in this page, or a running notebook."


def _one_of(name, value, names):
    if not isinstance(value, str) or value not in names:
        allowed = ", ".join(map(repr, names))
        raise ValueError(f"{name} must be one of {allowed}, got {checks.shown(value)}")


def _whole_slider(name, value, description, step=1):
    low, high = RANGES[name]
    value = _at_most(name, checks.whole_number(name, value, low), high)
    return ipywidgets.IntSlider(value, low, high, step, description=description, **LOOK)


def _linear_slider(name, value, description, step):
    low, high = RANGES[name]
    value = _at_most(name, checks.real_number(name, value, at_least=low), high)
    return ipywidgets.FloatSlider(
        value, min=low, max=high, step=step, description=description, **LOOK
    )


def _log_slider(name, value, description, ends=None, step=0.1):
    low, high = ends or RANGES[name]
    return ipywidgets.FloatLogSlider(
        _at_most(name, checks.real_number(name, value, at_least=low), high),
        min=np.log10(low),
        max=np.log10(high),
        step=step,
        readout_format=".3g",
        description=description,
        **LOOK,
    )


def _weight_decay_slider(value):
    """A scale with 0 on it, which a logarithmic slider has not."""
    low, high = RANGES["weight_decay"]
    checks.real_number("weight_decay", value, at_least=low)
    value = float(_at_most("weight_decay", value, high))
    options = [(f"{decay:g}", decay) for decay in sorted({*WEIGHT_DECAY, value})]
    return ipywidgets.SelectionSlider(
        options=options, value=value, description="weight decay λ", **LOOK
    )


def _data_set_menu(data_set):
    if not isinstance(data_set, (str, Path)):
        raise TypeError(
            "data_set must be a data set's name or the path of a CSV file, got "
            + checks.shown(data_set)
        )
    names = DATA_SETS if data_set in DATA_SETS else (*DATA_SETS, data_set)
    return ipywidgets.Dropdown(options=names, value=data_set, description="data set", **LOOK)


def _at_most(name, value, high):
    if value > high:
        raise ValueError(f"{name} must be <= {high:g}, the end of its slider, got {value!r}")
    return value
