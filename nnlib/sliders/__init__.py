"""Sliders for a notebook: one call, one object that a cell shows.

In a kernel it is native ipywidgets controls over a picture that answers, computed by the readable
code of nnlib; in the built book a script takes its place, anywhere else it is the picture alone.
"""

from nnlib.sliders.armijo_microscope import armijo_microscope
from nnlib.sliders.decision_boundaries import decision_boundaries
from nnlib.sliders.difference_step import difference_step
from nnlib.sliders.hidden_unit import hidden_unit
from nnlib.sliders.live_figure import LiveFigure
from nnlib.sliders.network_counter import network_counter
from nnlib.sliders.planted_mistakes import planted_mistakes
from nnlib.sliders.step_size_race import add_noise, step_size_race

__all__ = [
    "LiveFigure", "add_noise", "armijo_microscope", "decision_boundaries", "difference_step",
    "hidden_unit", "network_counter", "planted_mistakes", "step_size_race",
]  # fmt: skip
