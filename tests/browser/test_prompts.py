"""Bets in a page, at the width of a phone and by keyboard alone."""

import contextlib
import re

import pytest

from nnlib.exercises import bets
from nnlib.exercises.formulas import SENTENCES

from .conftest import TOO_WIDE, broken_rules, recorded

CHAPTER = dict.fromkeys(("choose", "number"), "notebooks/01_counting_parameters.html")
CHAPTER["order"] = "notebooks/03b_why_the_step_ten_survived.html"
INDEX = {"choose": 0, "number": 4, "order": 1}  # of a bet of that kind on its page


@pytest.fixture
def opened(browser, site):
    found = []
    with contextlib.ExitStack() as stack:

        def open_(path, base=site, **options):
            options = {"viewport": {"width": 390, "height": 844}} | options
            page, problems = stack.enter_context(recorded(browser, base, **options))
            if options.get("java_script_enabled", True):  # else scripts count as failed
                found.append(problems)
            page.goto(f"{base}/{path}", wait_until="load")
            return page

        yield open_
    assert not [problem for problems in found for problem in problems]


def parts(page, kind):
    place = page.locator(".bet").nth(INDEX[kind])
    return place, page.locator(".bet-answer").nth(INDEX[kind]), place.locator("[role=status]")


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def focused(page, script):
    return page.evaluate(f"((e) => {script})(document.activeElement)")


def make_bet(page, kind):
    """Make a bet with keys alone, from the control that comes first; return it as Python has it."""
    place, _, told = parts(page, kind)
    place.locator("input, button").first.focus()
    if kind == "choose":
        press(page, "ArrowDown", "Tab")
        bet = bets.choose(*place.locator(".bet-option").all_inner_texts())
        bet.widget.value = bet.settings["options"][1]
    elif kind == "number":
        page.keyboard.type("47.5")
        press(page, "Tab")
        bet = bets.number("per cent", margin=3)
        bet.widget.children[0].value = "47.5"
    else:
        things = place.locator("li > span").all_inner_texts()
        press(page, "Tab", "Enter", "Enter")  # the first moves down by two places
        assert told.inner_text() == f"{things[0]}: place 3 of {len(things)}."
        assert focused(page, "e.getAttribute('aria-label')") == f"Move down: {things[0]}"
        bet, end = bets.order(*things), [things[1], things[2], things[0], *things[3:]]
        for box, thing in zip(bet.widget.children, end, strict=True):
            box.value = thing
        while focused(page, "e.textContent") != bets.WORDS["lock"]:
            press(page, "Tab")
    return bet


@pytest.mark.parametrize("kind", CHAPTER)
def test_a_bet_by_keyboard_on_a_phone_opens_the_answer_and_says_what_python_says(opened, kind):
    page = opened(CHAPTER[kind])
    page.evaluate("live.bets = {...live.bets, record: (bet) => (window.made = bet)}")
    place, fold, told = parts(page, kind)
    assert fold.get_attribute("open") is None and told.inner_text() == ""
    if kind != "order":  # nothing is there yet
        place.get_by_role("button", name=bets.WORDS["lock"]).press("Enter")
        assert told.inner_text().endswith("first.") and fold.get_attribute("open") is None
    bet = make_bet(page, kind)
    assert focused(page, "e.textContent") == bets.WORDS["lock"]
    press(page, "Enter")
    made = page.evaluate("made")
    assert told.inner_text() == repr(bet.settle(made["truth"]))
    assert fold.get_attribute("open") is not None
    assert focused(page, "e.localName") == "summary", "what follows is the answer"
    assert page.locator("[role=status]:not(:empty)").count() == 1
    assert (made["kind"], made["bet"]) == (kind, bet.bet)
    assert made["far"] != bet.near(bet.bet, made["truth"]) and made["off"] > 0
    assert re.search("Predict", made["question"]) and made["page"].endswith(CHAPTER[kind])
    assert made["id"] == fold.get_attribute("id")
    assert not place.locator("input:enabled").count()
    targets = page.locator(".bet :is(.bet-option, button, input[type=number]):visible")
    heights = targets.evaluate_all("(all) => all.map((e) => e.offsetHeight)")
    assert len(heights) > 5 and min(heights) >= 32 and page.evaluate(TOO_WIDE) == 0
    for theme in ("light", "dark") if kind != "choose" else ():  # next to a number in its chapter
        page.evaluate("(t) => { document.documentElement.dataset.theme = t; }", theme)
        assert not broken_rules(page, {"include": [[".bet"], [".bet-answer[open] > summary"]]})
    press(page, "Enter")
    assert fold.get_attribute("open") is None, "it can be folded again"
    other = page.locator(".bet-answer").nth(2)  # of a bet that was not made
    other.locator("> summary").press("Enter")  # just show me
    page.locator(".bet").nth(2).locator(":disabled").first.wait_for(state="attached")
    assert page.locator(".bet-answer[open]").count() == 1
    assert page.locator("[role=status]:not(:empty)").count() == 1
    assert page.locator(".bet").nth(3).locator(":enabled").count()


def test_without_scripts_folds_work_and_without_bets_all_answers_are_open(opened, book):
    page = opened(CHAPTER["choose"], java_script_enabled=False)
    place, fold, _ = parts(page, "choose")
    assert len(place.locator("li").all_inner_texts()) > 2 and not place.locator("input").count()
    assert page.locator(".check-open", has_text=SENTENCES["not_yet"]).count() == 3
    assert not fold.locator(".bet-truth").is_visible()
    fold.locator("> summary").click()
    assert fold.locator(".bet-truth").is_visible()
    page = opened(f"{CHAPTER['number']}?bets%3Doff", base=book.as_uri())
    assert page.locator(".bet-answer[open]").count() == page.locator(".bet-answer").count() > 5
    assert not page.locator(".bet:visible").count()
    assert not page.locator(".bet-answer > summary:visible").count()


@pytest.mark.parametrize("order", [1, -1])
def test_a_link_into_an_answer_opens_it_at_once_and_later(opened, order):
    fragments = ["fig-half-plane", "fig-unit%3Fplace%3D0.5"][::order]
    page = opened(f"{CHAPTER['number']}#{fragments[0]}")
    for n_open, fragment in enumerate(fragments, 1):
        page.evaluate(f"location.hash = '{fragment}'")
        target = page.locator(f"[id='{fragment.partition('%')[0]}']")
        target.wait_for(state="visible")
        page.wait_for_timeout(300)
        assert target.evaluate("(e) => e.getBoundingClientRect().top < innerHeight")
        assert page.locator(".bet-answer[open]").count() == n_open


def test_the_search_finds_what_is_folded(opened):
    page = opened("search.html?q=overflows")
    found = page.locator("ul.search li a", has_text="Counting")
    found.first.wait_for(timeout=10_000)
