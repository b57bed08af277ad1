"""Bets: what they take for a bet, what they say of it, and which truths they refuse."""

import html
import json
import re

import numpy as np
import pytest

from nnlib.exercises import bets


def made(bet, answer):
    boxes = getattr(bet.widget, "children", [bet.widget])
    for box, value in zip(boxes, answer if isinstance(answer, tuple) else [answer]):
        box.value = value
    return bet


def read(name, page):
    return json.loads(html.unescape(re.search(rf'data-{name}="(.*?)"', page)[1]))


STEPS = 0.05, 0.1, "0.17"
CASES = [  # kind, bet, truth, sentence
    (lambda: bets.choose(*STEPS), None, 0.17, "The answer: 0.17."),
    (lambda: bets.choose(*STEPS), "0.1", np.float64(0.17), "You said: 0.1. The answer: 0.17."),
    (lambda: bets.choose("up", "down"), "up", np.str_("up"), "You said: up. So it is."),
    (lambda: bets.number("ways", margin=0), "inf", 62, "The answer: 62 ways."),
    (lambda: bets.number("ways", margin=0), "62", 62, "You said: 62 ways. So it is."),
    (lambda: bets.number(margin=2), "-3", -1.5, "You said: -3. The answer: -1.5. Near enough,"
     " within 2."),
    (lambda: bets.number(within=2), "-3", 1.5, "You said: -3. The answer: 1.5."),
    (lambda: bets.number("s", within=2), "1e3", 1234.5, "You said: 1,000 s. The answer: "
     "1,230 s. Near enough, within a factor of 2."),
    (lambda: bets.number("s", within=2), "1", 2.0001, "You said: 1 s. The answer: 2 s."),
    (lambda: bets.order("a", "b", 3), ("a", "b", None), ("b", "3", "a"), "The answer: b, 3, a."),
    (lambda: bets.order("a", 3), ("3", "a"), [3, "a"], "You said: 3, a. So it is."),
    (lambda: bets.order("a", "b"), ("b", "a"), "ab", "You said: b, a. The answer: a, b."),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "bet", "truth", "sentence"), CASES)
def test_it_says_the_bet_beside_the_truth_which_the_page_gets_apart(kind, bet, truth, sentence):
    found = made(kind(), bet) if bet else kind()
    settled, bundle = found.settle(truth), found._repr_mimebundle_()
    assert repr(settled) == sentence
    assert f">{html.escape(sentence)}</p>" in settled._repr_html_()
    assert bundle["text/plain"].startswith(f"bets.{found.settings['kind']}(")
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert read("bet", page := bundle["text/html"]) == found.settings and "truth" not in page
    value, words = read("truth", settled._repr_html_())
    assert found.near(value, found.possible(truth))
    assert f" {words}." in repr(kind().settle(truth))  # of who has made no bet


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [(lambda: bets.choose("a"), ValueError, "options must be two or more"),
     (lambda: bets.order(1, 1.0), ValueError, "options must be two or more, all different"),
     (lambda: bets.choose("a", None), TypeError, "options must be words or numbers"),
     (lambda: bets.order("a", " "), TypeError, "options must be words or numbers"),
     (lambda: bets.number("s"), ValueError, "give within, .*, or margin"),
     (lambda: bets.number("s", within=2, margin=1), ValueError, "within=2 and margin=1"),
     (lambda: bets.number("s", within=0.5), ValueError, "within must be finite and >= 1"),
     (lambda: bets.number(7, margin=1), TypeError, "unit must be a word, got 7"),
     (lambda: bets.choose("a", "b").settle("c"), ValueError, "truth must be one of 'a', 'b'"),
     (lambda: bets.choose(1, 2).settle(True), ValueError, "truth must be one of '1', '2'"),
     (lambda: bets.number(within=2).settle(-1), ValueError, "truth must be finite and > 0"),
     (lambda: bets.number(margin=2).settle(np.nan), ValueError, "truth must be finite"),
     (lambda: bets.number(margin=2).settle("2"), TypeError, "truth must be a real number"),
     (lambda: bets.order(1, 2).settle((1, 1)), ValueError, "truth must be an order of '1', '2'")],
)  # fmt: skip
def test_a_bet_that_cannot_be_and_a_truth_that_is_no_answer_are_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()
