"""Bets on what the next cells will show: the reader commits, the cells tell.

A bet is made before the answer is computed, and settled with what was computed, never with an
answer that somebody typed::

    best = bets.choose("0.05", "0.1", "0.17", "0.19", "0.21")
    ...
    best.settle(steps[np.argmin(losses)])

In a notebook it is a few controls; the built page makes its own of the settings in the HTML.
"""

import html
import json
import math
import numbers

import ipywidgets

from nnlib import arguments
from nnlib.exercises.settled import WORDS, Settled, option, said


class Bet:
    """What the kinds have in common; ``bet`` is None until the reader has made one."""

    close = ""  # how near is near enough, in words

    def __init__(self, *options):
        found = [*map(option, options)]
        if None in found:
            arguments.refuse("options", "be words or numbers", options)
        if len({*found}) < max(2, len(found)):
            arguments.refuse("options", "be two or more, all different", found, ValueError)
        self.place(options=found)

    def place(self, **settings):
        """Show the controls for these settings, of which the page makes its own."""
        self.settings = {"kind": type(self).__name__, **settings}
        self.widget = self.controls()

    def settle(self, truth, yours=None):
        """What the reader said beside what was computed.

        A truth that can be no answer at all is an error; on a reader's own data, as `yours`, an
        `own_data.Yours`, knows them, it is only said.
        """
        try:
            return Settled(self, self.possible(truth))
        except (TypeError, ValueError):
            if yours is None or not yours.names:
                raise
            print(f"With {', '.join(yours.names)} it is none of the answers: {truth}")

    def near(self, bet, truth):
        """Whether a bet is near enough."""
        return bet == truth

    def said(self, value):
        """A bet or a truth in words."""
        return said(value)

    def asked(self):
        """What is asked for, in words, where there are no controls."""
        return self.settings["options"]

    def __repr__(self):
        return f"bets.{type(self).__name__}({', '.join(map(repr, self.asked()))})"

    def _repr_mimebundle_(self, include=None, exclude=None):
        """The controls; for a page their settings, and what they ask for in words."""
        entries = "".join(f"<li>{html.escape(text)}</li>" for text in self.asked())
        page = f'<div class="bet" data-bet="{html.escape(json.dumps(self.settings))}">'
        page += f"<ul>{entries}</ul></div>"
        return {**self.widget._repr_mimebundle_(), "text/plain": repr(self), "text/html": page}


class choose(Bet):
    """A bet on one of these options: different words, or numbers."""

    def controls(self):
        look = {"description": WORDS["legend"], "layout": {"width": "max-content"}}
        return ipywidgets.RadioButtons(options=self.settings["options"], value=None, **look)

    @property
    def bet(self):
        return self.widget.value

    def possible(self, truth):
        return arguments.one_of("truth", option(truth) or truth, self.settings["options"])


class order(Bet):
    """A bet on an order of these things: different words, or numbers."""

    def controls(self):
        options = self.settings["options"]
        places = (WORDS["place"].format(place=k) for k in range(1, len(options) + 1))
        options = [("…", None), *zip(options, options)]
        return ipywidgets.VBox(
            [ipywidgets.Dropdown(options=options, description=place) for place in places]
        )

    @property
    def bet(self):
        """The order, if every thing has its place."""
        found = [box.value for box in self.widget.children]
        return found if self.is_order(found) else None

    def is_order(self, things):
        return sorted(map(str, things)) == sorted(self.settings["options"])

    def possible(self, truth):
        found = [option(each) or each for each in truth]
        if not self.is_order(found):
            must = f"be an order of {', '.join(map(repr, self.settings['options']))}"
            arguments.refuse("truth", must, found, ValueError)
        return found


class number(Bet):
    """A bet on a number of a unit: near enough within a factor, or within so much either way."""

    def __init__(self, unit="", *, within=None, margin=None):
        if (within is None) == (margin is None):
            must = "give within, a factor such as 1.5, or margin, either way"
            raise ValueError(f"{must}; got within={within!r} and margin={margin!r}")
        if not isinstance(unit, str):
            arguments.refuse("unit", "be a word", unit)
        if margin is None:
            within = arguments.real_number("within", within, at_least=1)
            self.close = WORDS["within_factor"].format(within=f"{within:g}")
        else:
            margin = arguments.real_number("margin", margin, at_least=0)
            self.close = WORDS["within_margin"].format(within=f"{margin:g}")
        self.place(unit=unit, within=within, margin=margin)

    def controls(self):
        box = ipywidgets.Text(description=WORDS["legend"], placeholder=WORDS["number"])
        return ipywidgets.HBox([box, ipywidgets.Label(self.settings["unit"])])

    def asked(self):
        unit = self.settings["unit"]
        return [WORDS["number"] + (f" ({unit})" if unit else "")]

    @property
    def bet(self):
        """What stands in the box, if it is a number."""
        try:
            return arguments.real_number("bet", float(self.widget.children[0].value))
        except ValueError:
            return None

    def possible(self, truth):
        above = 0 if self.settings["within"] else -math.inf
        value = arguments.real_number("truth", truth, above=above)
        return int(truth) if isinstance(truth, numbers.Integral) else value

    def near(self, bet, truth):
        factor, margin = self.settings["within"], self.settings["margin"]
        if margin is not None:
            return abs(bet - truth) <= margin
        return bet > 0 and max(bet / truth, truth / bet) <= factor

    def said(self, value):
        return f"{said(value)} {self.settings['unit']}".strip()
