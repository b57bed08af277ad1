"""Chapter 2's game in the page: the numbers of nnlib, played by keyboard, open to all."""

import re

import numpy as np
import pytest

from nnlib.exercises.instruments import THETA, WORDS, Anonymous, cases, names, read, sentence

from .conftest import TOO_WIDE, broken_rules

PATH = "notebooks/02_deriving_the_gradient.html"
SET = {
    *(frozenset(names(level, case)) for level in (1, 2, 3) for case in cases(level)),
    frozenset({"R6", "R10"}),
    frozenset({"off-diagonal terms forgotten", "slope of the sigmoid forgotten"}),
}
PLAY = "live.planted.games[0].play"


@pytest.fixture(scope="module", params=["light", "dark"])
def shown(request, open_page, site, book):
    base, width = {"light": (site, 1280), "dark": (book.as_uri(), 390)}[request.param]
    with open_page(base, f"{PATH}?bets=off", request.param, width) as result:
        yield result
        assert not result.problems


def seed_of(planted, level):
    pool = [names(level, case) for case in cases(level)]
    drawn = (pool[int(np.random.default_rng(k).random() * len(pool))] for k in range(1000))
    return [*drawn].index(planted)


def tell(page):
    return page.locator(".planted-game [role=status]").text_content()


def press(page, keys):
    for key, _, times in (key.partition("*") for key in keys.split()):
        for _ in range(int(times or 1)):
            page.keyboard.press(key)


@pytest.mark.parametrize("shown", ["light"], indirect=True)
def test_gradients_and_readings_are_those_of_nnlib(shown):
    found = shown.page.evaluate(
        """(all) => all.map((planted) => {
            const game = live.planted, f = new game.Anonymous(planted), at = f.at(game.theta0);
            const read = Object.keys(live.planted_words.instruments).map((name) =>
                [name, ...game.instruments[name](f), game.sentence(name, f)]);
            return { value: at.value, gradient: [...at.gradient()], read };
        })""",
        [*map(sorted, SET)],
    )
    for planted, page in zip(SET, found, strict=True):
        f = Anonymous(planted)
        expected = f.gradient(THETA)
        assert page["value"] == pytest.approx(f.value(THETA), rel=1e-13), planted
        atol = 1e-12 * abs(expected).max()
        np.testing.assert_allclose(page["gradient"], expected, rtol=1e-12, atol=atol)
        assert [name for name, *_ in page["read"]] == [*WORDS["instruments"]]
        for name, key, numbers, said in page["read"]:
            ours = read(name, f)
            assert (key, said) == (ours[0], sentence(name, f)), planted
            if name != "loss_falls" or ours[1]["last"] < 100:  # beyond, the digits are rounding
                assert numbers == pytest.approx(ours[1], rel=1e-5, abs=1e-12)


def test_a_game_is_won_by_keyboard_and_told_once(shown):
    page, game = shown.page, shown.page.locator(".planted-game")
    page.evaluate(f"{PLAY}({seed_of({'slope of the sigmoid forgotten'}, 1)})")
    game.locator("[role=status]").evaluate(
        """(status) => new MutationObserver(() => (window.told ??= []).push(status.textContent))
            .observe(status, { childList: true, characterData: true, subtree: true })"""
    )
    game.locator("select").focus()
    press(page, "Tab Enter Tab Enter Tab Space")  # zero sums, descent, b1
    assert tell(page) == "b1 is right. 88 of 100 points."
    # Again: nothing is lost or told. Over Taylor and the blocks to the first line: accused.
    press(page, "Space Tab*5 ArrowDown Tab*4 Enter")
    assert re.match("No, and 20 points .*“The loss rises.*“The loss falls", tell(page))
    press(page, "Shift+Tab*4 ArrowUp Tab ArrowDown Tab*3 Enter")
    assert tell(page).startswith("Right: ") and "68 of 100 points: a detective" in tell(page)
    assert "it was dz1 = da1 where dz1 = da1 * a1 * (1 - a1) is right" in tell(page)
    assert "dz1 = da1 where" in game.locator(".planted-verdict").inner_text()
    assert len(page.evaluate("told")) == 5
    assert "68 points" in game.locator(".planted-tally").inner_text()
    press(page, "Tab Tab Enter")
    assert tell(page) == "A new case. 100 of 100 points." and game.locator("code").count() == 12


def test_points_end_every_level_opens_and_the_page_holds_no_answer(shown):
    page, game = shown.page, shown.page.locator(".planted-game")
    for level, n_lines in ((2, 4), (3, 3), (1, 4)):
        game.locator("select").select_option(str(level))
        assert game.locator(".planted-claims fieldset").count() == n_lines
    page.evaluate(f"{PLAY}({seed_of(set(), 1)})")
    game.get_by_role("button", name="Compare W1").click()
    game.get_by_role("button", name="Compare W0").press("Enter")
    assert tell(page) == "That costs 48 points, and 28 are left."
    game.get_by_label("db0 = 0").check()
    for left in (8, 0):
        game.get_by_role("button", name="Accuse").click()
        assert game.locator(".planted-points").inner_text() == f"{left} of 100 points"
    assert tell(page).endswith("Nobody planted anything: every line is right.")
    game.get_by_role("button", name="Compare W0").press("Enter")  # free now
    assert tell(page) == "W0 is right. 0 of 100 points."
    looks = set()
    game.locator("select").select_option("1")
    for seed in range(12):
        page.evaluate(f"{PLAY}({seed})")
        look = "[document.querySelector('.planted-game').outerHTML, JSON.stringify(live.planted)]"
        looks.add("".join(page.evaluate(look)).replace("A new case. 100 of 100 points.", ""))
    assert len(looks) == 1


def test_it_fits_and_breaks_no_accessibility_rule(shown):
    page, game = shown.page, shown.page.locator(".planted-game")
    page.evaluate(f"{PLAY}({seed_of({'wrong sign'}, 1)})")
    for name in ("Zero sums", "Compare W0", "Give up"):
        game.get_by_role("button", name=name).click()
    assert not broken_rules(page, ".planted-game")
    size = "(b) => [...b.querySelectorAll('button, select, input')].map((e) => e.offsetHeight)"
    for width in (320, 390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(TOO_WIDE) == 0
        assert min(game.evaluate(size)) >= 24
    page.emulate_media(forced_colors="active")
    border = "(b) => getComputedStyle(b).borderTopWidth"
    assert game.get_by_role("button", name="Accuse").evaluate(border) == "2px"
    page.emulate_media(forced_colors="none")


def test_without_its_words_there_is_a_sentence(browser, site):
    page = browser.new_page()
    page.route("**/planted_words.js*", lambda r: r.fulfill(body="", content_type="text/javascript"))
    page.goto(f"{site}/{PATH}", wait_until="load")
    game = page.locator(".planted-game")
    assert game.inner_text().strip() == WORDS["note"] and game.locator("button").count() == 0
    page.close()
