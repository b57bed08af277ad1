"""Checks of chapter 4b."""

import numpy as np

from nnlib.exercises.verdict import Wrong, check


def prints_as(n, share, digits):
    """Whether some k of n points, printed, read as the share does."""
    return f"{share:.{digits}f}" in {f"{k / n:.{digits}f}" for k in range(n + 1)}


def cut_off(n, share, digits):
    return any(int(k / n * 10**digits) == round(share * 10**digits) for k in range(n + 1))


def sizes(fits=prints_as, of=all, less=0):
    """The sizes that every printed accuracy fits; a mistake where one of the three is another."""
    return lambda printed, most: [
        n for n in range(1, most + 1 - less) if of(fits(n, *one) for one in printed)
    ]


@check(
    "A share of n points is k / n, and only a size at which every printed one occurs is possible.",
    {
        "All the accuracies have to fit the same size, not one of them.": sizes(of=any),
        "The printed value is rounded: k / n need not equal it.": sizes(
            lambda n, share, digits: any(k / n == share for k in range(n + 1))
        ),
        "Each accuracy has its own number of digits.": sizes(
            lambda n, share, digits: prints_as(n, share, 3)
        ),
        "The last size, most, is possible, too.": sizes(less=1),
        "It rounds, it does not cut off.": sizes(cut_off),
    },
)
def check_1(answer):
    """Every size, every count, printed."""
    rng = np.random.default_rng(1)
    cases = [([(0.311, 3), (0.3, 3)], 200), ([(0.311, 3), (0.3, 1)], 61), ([(0.5, 1)], 4)]
    cases += [([(0.5, 1)], 8), ([(0.77, 2), (0.5, 2)], 20)]
    for _ in range(12):
        n, digits = int(rng.integers(5, 60)), rng.integers(1, 4, 2).tolist()
        shares = [round(int(rng.integers(n)) / n, d) for d in digits]
        printed = list(zip(shares, digits))
        if not any(a_tie(n, *one) for n in range(1, 81) for one in printed):
            cases.append((printed, 80))
    for printed, most in cases:
        expected = sizes()(printed, most)
        got = answer(printed, most)
        call = f"For {printed} up to {most}"
        try:
            got = [int(n) for n in got]
        except (TypeError, ValueError):
            raise Wrong(f"{call} it should give a list of sizes, got {got!r}.") from None
        answer.cases[-1] = (printed, most), got
        if got != expected and not answer.first:
            answer.first = f"{call} the possible sizes are {listed(expected)}, got {listed(got)}."
            missing, extra = (sorted({*a} - {*b}) for a, b in ((expected, got), (got, expected)))
            if missing or extra:
                answer.first += f" Missing: {listed(missing)}; impossible: {listed(extra)}."


def a_tie(n, share, digits):
    """Whether some k / n lies halfway between two printed values: then rules of rounding differ."""
    return any(abs(abs(k / n - share) - 0.5 * 10**-digits) < 1e-9 for k in range(n + 1))


def listed(sizes):
    return f"[{', '.join(map(str, sizes[:6]))}{', …' if len(sizes) > 6 else ''}]"


def shuffled_share(said, y, counts, times=2000):
    rng = np.random.default_rng(1)
    found = np.array([np.mean(said == rng.permutation(y)) for _ in range(times)])
    return np.mean(counts(found, np.mean(said == y)))


@check("If shuffled labels do as well, the predictions know nothing of the labels.")
def check_2(answer):
    """Its own shuffles, many more of them, with a margin of six standard errors."""
    rng = np.random.default_rng(2)
    y = np.repeat([0, 1, 2], 30)
    half = np.where(np.arange(90) % 2, y, (y + np.tile([0, 1, 2], 30)) % 3)
    cases = [(half, y), (y, y), ((y + 1) % 3, y)]
    for n in (30, 30, 12, 60):
        labels = rng.integers(0, 3, n)
        said = np.where(rng.random(n) < 0.12, labels, rng.integers(0, 3, n))
        cases.append((said, labels))
    uneven = np.repeat([0, 1, 2], [41, 8, 7])
    cases += [(rng.permutation(uneven), uneven), (np.zeros(56, dtype=int), uneven)]
    for said, labels in cases:
        exact = shuffled_share(said, labels, np.greater_equal, 10_000)
        strict = shuffled_share(said, labels, np.greater, 10_000)
        error = 6 * np.sqrt(exact * (1 - exact) * (1 / 2000 + 1 / 10_000)) + 1e-3
        got, right = answer(said, labels), np.mean(said == labels)
        answer.must(np.ndim(got) == 0 and not isinstance(got, str), "It should be one share.")
        words = (
            f"With {right:.2f} of {len(labels)} right, about {exact:.3f} of the shuffles do as "
            f"well; got {got:.3f}."
        )
        if abs(got - exact) > error:
            alike = abs(got - right) < 1e-9 and 0 < right < 1
            worse = min(abs(got - (1 - exact)), abs(got - (1 - strict))) < error
            hints = {
                " It should be a share, from 0 to 1.": got > 1,
                " That is the accuracy itself: are the labels shuffled, and the right ones?": alike,
                " That is the share of those that do worse.": worse,
                " An accuracy as high counts, too: at least as high.": abs(got - strict) < error,
                "": True,
            }
            raise Wrong(words + next(hint for hint, holds in hints.items() if holds))
