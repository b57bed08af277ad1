"""Who planted it? Every case can be found with 100 points, and nothing but instruments tells it."""

import functools
import itertools
import json

import numpy as np
import pytest

from nnlib import Objective, load_dataset
from nnlib.audit.wrong_gradients import MISTAKES, WRONG_VALUES, ReportObjective
from nnlib.exercises import instruments as module
from nnlib.exercises.instruments import THETA, WORDS, Anonymous, cases, names
from nnlib.exercises.who_planted_it import who_planted_it

PRICES = {name: tool["price"] for name, tool in WORDS["instruments"].items()}
POINTS = load_dataset("spirals").X_train, load_dataset("spirals").y_train, module.DECAY
SIGN, SLOPE = ("output-error", "dz2 = (Y - y_hat) / n"), ("hidden-error", "dz1 = da1")


def seed_of(planted, level):
    pool = [names(level, case) for case in cases(level)]
    drawn = (pool[int(np.random.default_rng(k).random() * len(pool))] for k in range(1000))
    return [*drawn].index(planted)


@pytest.mark.parametrize("level", [1, 2, 3])
def test_every_case_is_told_from_every_other_by_instruments_that_can_be_paid(level):
    paid = [name for name in PRICES if name not in ("loss_falls", "W1")]
    assert sum(PRICES[name] for name in paid) < module.START < sum(PRICES.values())
    found = [[module.read(i, Anonymous(names(level, c))) for i in paid] for c in cases(level)]

    def apart(a, b):  # other words, or a number that is off by 5 % of the larger
        (key, x), (other, y) = a, b
        return key != other or any(
            abs(x[gap] - y[gap]) > 0.05 * max(abs(x[gap]), abs(y[gap]), 1e-9) for gap in x
        )

    for one, two in itertools.combinations(found, 2):
        assert any(map(apart, one, two)), (one, two)


def test_what_is_offered_and_what_cannot_be_told_and_is_not():
    offered = {level: [names(level, case) for case in cases(level)] for level in (1, 2, 3)}
    assert all(planted in offered[1] for planted in (set(), *({name} for name in MISTAKES)))
    assert all(planted in offered[3] for planted in (set(), *({name} for name in WRONG_VALUES)))
    of_output, slopes = {*[*MISTAKES][:3]}, {name for name in MISTAKES if "slope" in name}
    diagonal = "off-diagonal terms forgotten"
    for two in map(set, itertools.combinations(MISTAKES, 2)):
        hidden = diagonal in two and two & (slopes | {module.NO_DECAY})
        assert (two in offered[2]) == (not (two <= of_output or two <= slopes or hidden))
    assert {"R6", "R10"} not in offered[3]
    assert [len(each) for each in offered.values()] == [9, 18, 6]


@pytest.mark.parametrize(("level", "count"), [(1, 64), (3, 8)])
def test_no_two_claims_have_one_gradient_so_that_only_the_truth_is_right(level, count):
    options = (range(len(line["options"])) for line in module.lines(level))
    claims = [Anonymous(names(level, case)) for case in itertools.product(*options)]
    gradients = np.array([claim.gradient(THETA) for claim in claims])
    assert len(gradients) == count
    for one, two in itertools.combinations(gradients, 2):
        assert abs(one - two).max() > 1e-4
    assert module.same(claims[3], claims[3]) and not module.same(claims[3], claims[2])


@pytest.mark.parametrize("name", [*MISTAKES, *WRONG_VALUES])
def test_what_is_planted_is_the_mistake_with_the_right_loss(name):
    report = functools.partial(ReportObjective, printed=[name])
    expected = MISTAKES.get(name, report)(*POINTS)
    found = Anonymous({name})
    assert found.forward(THETA)[0] == found.value(THETA) == Objective(*POINTS).value(THETA)
    np.testing.assert_allclose(found.gradient(THETA), expected.gradient(THETA), rtol=1e-13)


@pytest.mark.parametrize("name", PRICES)
def test_a_price_is_the_number_of_evaluations(name):
    f, calls = Anonymous({"wrong sign"}), []
    value = f.value
    f.value = lambda theta: (calls.append(1), value(theta))[1]  # f.gradient calls it, too
    module.read(name, f)
    assert PRICES[name] <= len(calls) <= PRICES[name] + 2
    assert [*PRICES.values()] == sorted(PRICES.values())


def test_neither_text_nor_order_tells_the_culprit():
    for level in (1, 2, 3):
        own = [who_planted_it(level, seed) for seed in range(60)]
        assert len({(repr(g), str(g), json.dumps(g.lines)) for g in own}) == 1
        gradients = {g._f.gradient(THETA).round(9).tobytes() for g in own}
        assert len(gradients) == len(cases(level)), "each is drawn"
        inside = {f"{sorted(vars(g))} {type(g._f)} {sorted(vars(g._f))}" for g in own}
        assert len(inside) == 1
        assert len({g._repr_mimebundle_()["text/html"] for g in own[:9]}) == 1
    facts = json.dumps(module.facts(), allow_nan=False)
    assert json.loads(facts)["cases"]["3"] == [list(case) for case in cases(3)]


def test_a_game_is_played_and_scored():
    game = who_planted_it(seed=seed_of({"slope of the sigmoid forgotten"}, 1))
    assert "b1 sum to 0;" in game.zero_sums() and game.compare("b1") == "b1 is right."
    assert (game.points, game.compare("b1"), game.points) == (93, "b1 is right.", 93)
    no = game.accuse(*SIGN)
    assert "would say: “The loss rises" in no and "says: “The loss falls" in no and "20" in no
    assert game.points == 73 and not game.verdict
    assert "by no common factor" in game.compare("b0") and game.points == 49
    assert game.compare("W1") == "That costs 72 points, and 49 are left." and game.points == 49
    assert set(game.said) == {"zero_sums", "b1", "b0"}
    solved = game.accuse(*SLOPE)
    assert solved == game.verdict and "49 of 100 points" in solved and solved.startswith("Right")
    assert "dz1 = da1 where dz1 = da1 * a1 * (1 - a1) is right" in solved
    assert game.accuse(*SIGN) == game.give_up() == solved
    game.compare("W1")  # now free
    assert game.points == 49


def test_nobody_two_at_once_too_many_wrong_accusations_and_a_loss_beyond_all_bounds():
    assert "Nobody planted" in who_planted_it(seed=seed_of(set(), 1)).accuse()
    two = who_planted_it(2, seed_of({"wrong sign", "slope of the sigmoid forgotten"}, 2))
    assert "b0 sum" not in two.accuse(*SIGN) and two.points == 80
    assert two.accuse(*SLOPE, *SIGN).count(" is right.") == 2
    lost = who_planted_it(3, seed_of({"R5", "R6"}, 3))
    said = [lost.accuse() for _ in range(5)]
    assert lost.points == 0 and said[-1] == lost.verdict and said[-1].count(" is right.") == 2
    assert "order" in lost.taylor_order() and lost.points == 0
    given = who_planted_it(1, 0)
    assert given.give_up().startswith("Given up.") and given.points == 0
    wild = {"sum instead of mean", "slope of the sigmoid forgotten"}
    assert "more than 100 after 5 steps" in module.sentence("loss_falls", Anonymous(wild))


def test_what_cannot_be_played_is_refused():
    for call, message in {
        "(4)": "level must be a whole number >= 1 and <= 3",
        "(1, -1)": "seed must be a whole number >= 0",
        "().compare('b2')": "block must be one of 'W0', 'b0', 'W1', 'b1'",
        "().accuse('R5', 'dz1 = da1')": "claim must be one of 'output-error'",
        "().accuse('hidden-error', 'a')": "claim must be one of 'dz1 = da1 ",
        "().accuse('hidden-error')": "claim must be pairs of a line's name",
    }.items():
        with pytest.raises(ValueError, match=message):
            eval(f"who_planted_it{call}")


def test_the_widget_plays_the_same_game():
    game = who_planted_it(seed=seed_of({"wrong sign"}, 1))
    data = game._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data and WORDS["note"] in data["text/html"]
    _intro, tools, text, _title, *menus, end, said = game.widget.children
    tools.children[0].click()
    assert "b1 sum to 0;" in text.value and "b1 sum to 0;" in said.value and game.points == 99
    game.compare("b1")  # from another cell
    assert "b1 is −1 times" in text.value
    menus[0].value = SIGN[1]
    accuse, give_up = end.children
    accuse.click()
    assert game.verdict.startswith("Right") and "93 of 100" in said.value
    give_up.click()
    assert game.points == 93
    game.widget.close_all()
