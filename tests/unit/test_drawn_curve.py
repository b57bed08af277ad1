"""The score of a drawn line, on curves whose score is known beforehand."""

import numpy as np
import pytest

from nnlib.exercises.drawn_curve import score

LOSS, COST = np.array([1.0, 0.6, 0.3, 0.1, 0.1]), np.array([1, 3, 5, 7, 16])


def test_scores_that_are_known_beforehand():
    places = np.linspace(0, 16, 17)
    curve = [(x, 10 ** (-x / 16)) for x in places]
    found = score(curve, [y for _, y in curve], places, 16)
    assert found.factor == pytest.approx(1) and found.end == pytest.approx(1) and not found.far
    assert found.line_halves == pytest.approx(16 * np.log10(2)) and found.curve_halves == 5
    assert "off by a factor of 1.0; at the end it is right" in found.sentence()
    found = score([(0, 1), (16, 1)], LOSS, COST, 16)
    known = [1, 1, 0.6, 0.6, 0.3, 0.3, *[0.1] * 10]  # the last loss that so much has paid for
    assert found.at == tuple(range(1, 17)) and found.computed == tuple(known)
    assert found.factor == pytest.approx(np.prod(known) ** (-1 / 16)) and found.far
    assert found.end == pytest.approx(10)
    assert found.sentence("evaluations") == (
        "On average your line is off by a factor of 5.2; at the end it is 10 times too high; "
        "Armijo's loss halves after 5 of the evaluations, your line never does."
    )
    low, high = (score([(0, 1), (16, 1)], [1, y], [0, 1], 16) for y in (20, 1 / 20))
    assert low.factor == pytest.approx(high.factor) and low.end == pytest.approx(1 / high.end)
    assert "20 times too low" in low.sentence() and "20 times too high" in high.sentence()
    assert "as you drew it, Armijo's loss does not halve within 16" in low.sentence()
    found = score([(0, 1), (4, 0.01)], LOSS, COST, 4)
    assert found.curve_halves is None and found.computed[-1] == 0.6
    assert "halves after 1 of the iterations, Armijo's loss not within 4" in found.sentence()


@pytest.mark.parametrize("loss", [[1.0, 0.0], [1.0, 0.5, np.inf], [1.0, np.nan]])
def test_a_loss_of_zero_or_none_at_all_gives_a_finite_score(loss):
    found = score([(0, 1), (2, 0.1)], loss, np.arange(len(loss)), 2)
    assert np.isfinite([*found.drawn, *found.computed, found.factor, found.end]).all()
    assert "nan" not in found.sentence() and "inf" not in found.sentence()
