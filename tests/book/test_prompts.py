"""Every prompt of the book is a bet, and what answers it is folded until the reader has made it."""

import json
import re
from collections import Counter

import pytest
from bs4 import BeautifulSoup

PROMPT = re.compile(r"Predict\b")
OTHERS = {"index.html"}  # its race has a bet of its own


def bets_of(path):
    page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    strong = [e for e in page.select("main p > strong") if PROMPT.match(e.get_text())]
    for prompt in [e.parent for e in strong]:
        cell = prompt.find_next_sibling()
        bet = cell.select_one(".bet")
        assert bet, f"{path.name}: no bet follows {prompt.get_text()!r}"
        yield prompt, json.loads(bet["data-bet"]), cell.find_next_sibling()
    assert len(page.select(".bet")) == len(page.select(".bet-truth")) == len(strong)


@pytest.fixture(scope="module")
def every_bet(book):
    pages = sorted(book.glob("notebooks/*.html"))
    found = [(path.name, *bet) for path in pages for bet in bets_of(path)]
    assert len({name for name, *_ in found}) >= 8 and len(found) > 50
    return found


def test_no_page_has_another_prompt(book, page_name, every_bet):
    if page_name not in OTHERS:
        known = {name for name, *_ in every_bet}
        assert page_name.rpartition("/")[2] in known or not list(bets_of(book / page_name))


def test_what_answers_is_folded_without_a_heading_and_its_place_is_no_hint(every_bet):
    kinds, places = Counter(), Counter()
    for name, prompt, settings, answer in every_bet:
        assert answer.name == "details" and answer["class"] == ["bet-answer"], prompt.get_text()
        assert not answer.has_attr("open") and answer.find("summary")
        assert not answer.select("h1, h2, h3, section"), name
        assert answer.select(".cell, figure") and len(answer.select(".bet-truth")) == 1
        assert PROMPT.search(answer["data-question"])
        after = answer.find_next_sibling()
        assert after is None or not after.get_text().strip().startswith("Read it."), name
        truth, words = json.loads(answer.select_one(".bet-truth")["data-truth"])
        kinds[settings["kind"]] += 1
        assert words and words in answer.select_one(".bet-truth").get_text()
        if settings["kind"] == "number":
            assert isinstance(truth, (int, float)), name
        elif settings["kind"] == "order":
            assert sorted(truth) == sorted(settings["options"]) and truth != settings["options"]
        else:
            places[settings["options"].index(truth)] += 1
    assert set(kinds) == {"choose", "number", "order"}
    assert max(places.values()) < places.total() / 2, places
    ids = {answer["id"] for *_, answer in every_bet}
    assert len(ids) == len(every_bet), "what a bet is stored by"
