"""Every slider at every corner of its range and at random settings: a picture, and nothing left.

A few settings of each in the ordinary run; with the environment variable HOSTILE, as
`make test-hostile` sets it, every corner and 200 random settings.
"""

import gc
import itertools
import os
import random
import re

import ipywidgets
import matplotlib.figure
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.text import Text

from nnlib import widgets

LONG = bool(os.environ.get("HOSTILE"))
N_RANDOM = 200 if LONG else 4
N_CORNERS = None if LONG else 6
FACTORIES = [name for name in widgets.__all__ if name != "LiveFigure"]
NO_NUMBER = re.compile(r"\b(nan|inf|infinity|none|undefined)\b", re.IGNORECASE)


@pytest.fixture(params=FACTORIES)
def figure(request):
    yield getattr(widgets, request.param)()
    ipywidgets.Widget.close_all()


def ends(control):
    """The least and the largest value that a control can have."""
    if hasattr(control, "options"):
        values = [option[1] if isinstance(option, tuple) else option for option in control.options]
        return values[0], values[-1]
    if isinstance(control, ipywidgets.FloatLogSlider):
        return control.base**control.min, control.base**control.max
    return control.min, control.max


def any_value(control, rng):
    """A random value that a control can have."""
    if hasattr(control, "options"):
        options = control.options
        return rng.choice([o[1] if isinstance(o, tuple) else o for o in options])
    if isinstance(control, ipywidgets.FloatLogSlider):
        return control.base ** rng.uniform(control.min, control.max)
    pick = rng.randint if isinstance(control, ipywidgets.IntSlider) else rng.uniform
    return pick(control.min, control.max)


def corners(controls):
    """Moves (name, value) that visit every corner, each one control away from the last."""
    names = sorted(controls, key=lambda name: name in ("n_hidden", "n_iterations"))
    yield from ((name, ends(controls[name])[0]) for name in names)
    at = dict.fromkeys(names, 0)
    for count in range(1, 2 ** len(names)):  # Gray code: the lowest set bit says which one flips
        name = names[(count & -count).bit_length() - 1]
        at[name] = 1 - at[name]
        yield name, ends(controls[name])[at[name]]


def random_moves(controls, seed):
    rng = random.Random(seed)
    while True:
        name = rng.choice(sorted(controls))
        if not LONG and name == "n_iterations":
            continue
        yield name, any_value(controls[name], rng)


def check(figure):
    """The picture is whole: finite axes, and words and labels that are numbers or words."""
    for ax in figure.picture.figure.axes:
        for low, high in (ax.get_xlim(), ax.get_ylim()):
            assert np.isfinite([low, high]).all() and low < high, figure
    texts = [text.get_text() for text in figure.picture.figure.findobj(Text)]
    assert not [text for text in texts + figure.words if NO_NUMBER.search(text)], figure
    assert figure.words and all(figure.words)


def visit(figure, moves):
    """Make the moves; each that changes a setting has to bring a new picture. Returns how many."""
    drawn = []
    original = type(figure.picture).png

    def png():
        drawn.append(original(figure.picture))
        return drawn[-1]

    figure.picture.png = png
    settings = 0
    for name, value in moves:
        drawn.clear()
        before = figure.settings
        figure.controls[name].value = value
        if figure.settings != before:
            assert drawn, f"{figure} was not drawn again"
            settings += 1
            assert bytes(figure.image.value) == drawn[-1]
            assert drawn[-1].startswith(b"\x89PNG") and len(drawn[-1]) > 5000
        check(figure)
    return settings


def census(figure):
    """What would grow if something were left behind."""
    gc.collect()
    kinds = [type(thing) for thing in gc.get_objects()]
    return {
        "figures of pyplot": len(plt.get_fignums()),
        "figures": sum(issubclass(kind, matplotlib.figure.Figure) for kind in kinds),
        "widgets": len(ipywidgets.widgets.widget._instances),
        "artists": len(figure.picture.figure.findobj()),
    }


def test_a_slider_survives_its_corners_and_random_settings(figure):
    if not LONG and "n_iterations" in figure.controls:
        figure.controls["n_iterations"].value = 100  # few iterations are quick
    first, picture, before = figure.settings, bytes(figure.image.value), census(figure)
    moves = list(corners(figure.controls))
    made = visit(figure, moves[:N_CORNERS])
    assert not LONG or made >= len(moves) - len(figure.controls)
    visit(figure, itertools.islice(random_moves(figure.controls, seed=8), N_RANDOM))
    for name, value in first.items():
        figure.controls[name].value = value
    assert census(figure) == before
    assert bytes(figure.image.value) == picture, "the way there is still to be seen"
