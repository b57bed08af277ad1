"""What is said of a bet once it is settled, and how values read."""

import html
import json
import math
import numbers

from nnlib.exercises import table

WORDS = table("words")["prompts"]


class Settled:
    """A bet, the truth, and the sentence about both."""

    def __init__(self, bet, truth):
        self.truth, self.truth_said, key = truth, bet.said(truth), "answer"
        words = {"truth": self.truth_said, "within": bet.close}
        if (yours := bet.bet) is not None:
            words["bet"] = bet.said(yours)
            alike = words["bet"] == words["truth"]
            key = "right" if alike else "near" if bet.near(yours, truth) else "wrong"
        self.sentence = WORDS[key].format(**words)

    def __repr__(self):
        return self.sentence

    def _repr_html_(self):
        """For the page, too: with the truth, and how to say it."""
        rounded = float(f"{self.truth:.3g}") if isinstance(self.truth, float) else self.truth
        truth = html.escape(json.dumps([rounded, self.truth_said]))
        return f'<p class="bet-truth" data-truth="{truth}">{html.escape(self.sentence)}</p>'


def said(value):
    """A value in words: a whole number exactly, any other with three digits."""
    if isinstance(value, str):
        return str(value)  # numpy has strings of its own
    if isinstance(value, list):
        return ", ".join(value)
    if not isinstance(value, numbers.Integral):
        value = float(value if value % 1 == 0 else f"{value:.3g}")
    return f"{int(value):,}" if value % 1 == 0 and abs(value) < 1e15 else f"{value:g}"


def option(value):
    """A word, or a finite number in words; None for anything else."""
    if isinstance(value, str):
        return said(value) if value.strip() else None
    real = isinstance(value, numbers.Real) and not isinstance(value, bool)
    return said(value) if real and math.isfinite(value) else None
