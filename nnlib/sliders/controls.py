"""Native controls for the settings; each refuses a first value that is not on it."""

import math
import tomllib
from pathlib import Path

import ipywidgets

from nnlib import arguments

SHARED = tomllib.loads(Path(__file__).with_name("shared.toml").read_text(encoding="utf-8"))
SETTINGS, WORDS = SHARED["settings"], SHARED["words"]
LOOK = {"style": {"description_width": "9em"}, "layout": {"width": "100%", "max_width": "500px"}}


def controls(**start):
    """A control for each setting: name to first value, of a menu (first value, all values)."""
    return {name: _control(name, value, **SETTINGS[name]) for name, value in start.items()}


def say(key, count, /, **gaps):
    """A sentence of shared.toml for so many, its gaps filled."""
    return WORDS[key + "_1" * (count == 1)].format(**gaps)


def _control(name, value, label, kind, symbol="", min=0, max=0, step=0):
    look = {"description": f"{label} {symbol}".strip(), **LOOK}
    if kind == "choice":
        if name == "data_set":  # `load_dataset` looks for a teacher's own file
            value = str(value), (*SHARED["data_sets"], str(value))
        options, value = tuple(dict.fromkeys(value[1])), arguments.one_of(name, *value)
        return ipywidgets.Dropdown(options=options, value=value, **look)
    if kind == "whole":
        value = arguments.whole_number(name, value, min, max)
        return ipywidgets.IntSlider(value, min=min, max=max, step=step, **look)
    value = arguments.real_number(name, value, at_least=min)
    if kind == "listed":  # a scale with 0 on it; another value is added to it
        options = [(f"{x:g}", x) for x in sorted({*SHARED["weight_decays"], value})]
        return ipywidgets.SelectionSlider(options=options, value=value, **look)
    if value > max:
        raise ValueError(f"{name} must be <= {max:g}, the end of its slider, got {value!r}")
    if kind == "linear":
        return ipywidgets.FloatSlider(value, min=min, max=max, step=step, **look)
    look |= {"min": math.log10(min), "max": math.log10(max), "readout_format": ".3g"}
    return ipywidgets.FloatLogSlider(value, step=step, **look)
