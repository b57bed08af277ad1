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
import tomllib
from pathlib import Path

import ipywidgets

from nnlib import arguments

WORDS = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))["prompts"]


def choose(*options):
    """A bet on one of these options: different words, or numbers."""
    return Choose(*options)


def number(unit="", *, within=None, margin=None):
    """A bet on a number of a unit: near enough within a factor, or within so much either way."""
    return Number(unit, within, margin)


def order(*things):
    """A bet on an order of these things: different words, or numbers."""
    return Order(*things)


def said(value):
    """A value in words: a whole number exactly, any other with three digits."""
    if isinstance(value, str):
        return str(value)  # numpy has strings of its own
    if isinstance(value, (list, tuple)):
        return ", ".join(map(said, value))
    if not isinstance(value, numbers.Integral):
        value = float(value if value % 1 == 0 else f"{value:.3g}")
    return f"{int(value):,}" if value % 1 == 0 and abs(value) < 1e15 else f"{value:g}"


class Bet:
    """What the kinds have in common; ``bet`` is None until the reader has made one."""

    kind = ""

    def __init__(self, **settings):
        self.settings = {"kind": self.kind, **settings}
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

    def __repr__(self):
        return f"bets.{self.kind}({', '.join(map(repr, self.shown()))})"

    def _repr_mimebundle_(self, include=None, exclude=None):
        """The controls; for a page their settings, and what they ask for in words."""
        entries = "".join(f"<li>{html.escape(text)}</li>" for text in self.shown())
        page = f'<div class="bet" data-bet="{html.escape(json.dumps(self.settings))}">'
        page += f"<ul>{entries}</ul></div>"
        return {**self.widget._repr_mimebundle_(), "text/plain": repr(self), "text/html": page}


class Choose(Bet):
    """One of several options."""

    kind = "choose"

    def __init__(self, *options):
        super().__init__(options=different("options", options))

    def controls(self):
        look = {"description": WORDS["legend"], "layout": {"width": "max-content"}}
        return ipywidgets.RadioButtons(options=self.settings["options"], value=None, **look)

    def shown(self):
        return self.settings["options"]

    @property
    def bet(self):
        return self.widget.value

    def possible(self, truth):
        found = said(truth) if is_word_or_number(truth) else truth
        return arguments.one_of("truth", found, self.settings["options"])


class Number(Bet):
    """A number, and how near is near enough."""

    kind = "number"

    def __init__(self, unit, within, margin):
        if (within is None) == (margin is None):
            given = f"within={within!r} and margin={margin!r}"
            raise ValueError(
                f"give within, a factor such as 1.5, or margin, either way; got {given}"
            )
        if not isinstance(unit, str):
            arguments.refuse("unit", "be a word", unit)
        if margin is None:
            within = arguments.real_number("within", within, at_least=1)
        else:
            margin = arguments.real_number("margin", margin, at_least=0)
        super().__init__(unit=unit, within=within, margin=margin)

    def controls(self):
        box = ipywidgets.Text(description=WORDS["legend"], placeholder=WORDS["number"])
        return ipywidgets.HBox([box, ipywidgets.Label(self.settings["unit"])])

    def shown(self):
        unit = self.settings["unit"]
        return [WORDS["number"] + (f" ({unit})" if unit else "")]

    @property
    def bet(self):
        """What stands in the box, if it is a number."""
        try:
            value = float(self.widget.children[0].value)
        except ValueError:
            return None
        return value if math.isfinite(value) else None

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


class Order(Bet):
    """All of several things, from first to last."""

    kind = "order"

    def __init__(self, *things):
        super().__init__(options=different("things", things))

    def controls(self):
        options, count = self.settings["options"], len(self.settings["options"])
        return ipywidgets.VBox([
            ipywidgets.Dropdown(
                options=[("…", None), *zip(options, options)],
                description=WORDS["place"].format(place=place),
            )
            for place in range(1, count + 1)
        ])  # fmt: skip

    def shown(self):
        return self.settings["options"]

    @property
    def bet(self):
        """The order, if every thing has its place."""
        found = [box.value for box in self.widget.children]
        return found if sorted(map(str, found)) == sorted(self.settings["options"]) else None

    def possible(self, truth):
        options = self.settings["options"]
        found = [said(each) if is_word_or_number(each) else each for each in truth]
        if sorted(map(str, found)) != sorted(options):
            must = f"be an order of {', '.join(map(repr, options))}"
            arguments.refuse("truth", must, found, ValueError)
        return found


class Settled:
    """A bet, the truth, and the sentence about both."""

    def __init__(self, bet, truth):
        self.kind, self.bet, self.truth, self.truth_said = bet.kind, bet.bet, truth, bet.said(truth)
        words = {"truth": self.truth_said}
        if self.bet is None:
            key = "answer"
        else:
            words["bet"] = bet.said(self.bet)
            alike = words["bet"] == words["truth"]
            key = "right" if alike else "near" if bet.near(self.bet, truth) else "wrong"
        if key == "near":
            how = "within" if bet.settings["margin"] is None else "margin"
            form = WORDS["within_factor" if how == "within" else "within_margin"]
            words["within"] = form.format(within=f"{bet.settings[how]:g}")
        self.sentence = WORDS[key].format(**words)

    def __repr__(self):
        return self.sentence

    def _repr_html_(self):
        """For the page, too: with the truth, and how to say it."""
        rounded = float(f"{self.truth:.3g}") if isinstance(self.truth, float) else self.truth
        truth = html.escape(json.dumps([rounded, self.truth_said]))
        return f'<p class="bet-truth" data-truth="{truth}">{html.escape(self.sentence)}</p>'


def is_word_or_number(value):
    """Whether it can be an option, or a truth."""
    if isinstance(value, numbers.Real):
        return not isinstance(value, bool) and math.isfinite(value)
    return isinstance(value, str) and bool(value.strip())


def different(name, values):
    """The words for at least two different values, else raise."""
    if len(values) < 2:
        arguments.refuse(name, "be at least two", values, ValueError)
    for value in values:
        if not is_word_or_number(value):
            arguments.refuse(name, "be words or numbers", value)
    found = [*map(said, values)]
    if len(set(found)) < len(found):
        arguments.refuse(name, "differ", found, ValueError)
    return found
