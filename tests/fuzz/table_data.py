"""Data sets: generated CSV files as people save them, spirals, noise."""

import csv
import io
import re
import tempfile
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from nnlib import datasets

from .harness import fuzz, whole
from .legal import seeds, shares

SPIRALS = datasets.load_dataset("spirals")


# ---- CSV files

NAMES = ("a", "b", "Gentoo", "north west", "1", "01", "-1", "2.5", "ä", "$x$", "nan", "?", "")
CELLS = (
    "",
    "nan",
    "inf",
    "1,5",
    "1_0",
    "x",
    "?",
    "1e400",
    "1e101",
    "-1e99",
    "0x10",
    "١",
    '"',
    "\0",
)
END = ("\n", "\r\n", "\r", "\n\n\n", "")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252")
cells = st.one_of(st.floats(-1e3, 1e3).map(repr), st.sampled_from(["0", "1", "2.0", " 3 ", "+4"]))


@st.composite
def tables(draw, faults):
    """Rows of cells: a right table, then some faults put in."""
    names = draw(st.lists(st.sampled_from(NAMES[:9]), min_size=1, max_size=3, unique=True))
    n_rows = draw(st.integers(2, 6))
    rows = [[draw(cells), draw(cells), name] for name in names for _ in range(n_rows)]
    split = draw(st.booleans())
    if split:
        rows = [[*row, "test" if i % 2 else "train"] for i, row in enumerate(rows)]
    if draw(st.booleans()):
        header = draw(st.sampled_from([["x1", "x2", "class"], ["u (mm)", "v", "y"]]))
        rows = [[*header, "split"][: len(rows[0])], *rows]
    for _ in range(draw(st.integers(0, 2)) if faults else 0):
        row = draw(st.integers(0, len(rows) - 1))
        column = draw(st.integers(0, max(len(rows[row]) - 1, 0)))
        fault = draw(st.sampled_from(["cell", "cut", "long", "duplicates", "constant", "empty"]))
        if fault == "cell" and rows[row]:
            rows[row][column] = draw(st.one_of(st.sampled_from(CELLS + NAMES), st.text(max_size=5)))
        elif fault == "cut":
            rows[row] = rows[row][:column]
        elif fault == "long":
            rows[row] = [*rows[row], "1"]
        elif fault == "duplicates":
            rows = [[*rows[-1][:2], *r[2:]] for r in rows]
        elif fault == "constant":
            rows = [["7", *r[1:]] for r in rows]
        else:
            rows[row] = []
    return rows


@st.composite
def files(draw, faults=True):
    """The bytes of a CSV file."""
    rows = draw(tables(faults))
    text = io.StringIO()
    separator = draw(st.sampled_from(",;\t"))
    ending = draw(st.sampled_from(END if faults else END[:2]))
    csv.writer(text, delimiter=separator, lineterminator=ending or "\n").writerows(rows)
    encoding = draw(st.sampled_from(ENCODINGS if faults else ENCODINGS[:2]))
    content = text.getvalue().encode(encoding, "replace")
    if faults and not draw(st.integers(0, 9)):
        content = draw(st.sampled_from([b"", b"\xff", content[:-3], content + b"\0", b"\n\n"]))
    return content


def load_bytes(content, **options):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "own.csv"
        path.write_bytes(content)
        return datasets.load_dataset(str(path) if len(content) % 2 else path, **options)


def sound(found):
    """What holds for every data set, whatever the file."""
    n_classes = found.n_classes
    assert n_classes >= 2 and len(set(found.class_names)) == n_classes
    for X, y in ((found.X_train, found.y_train), (found.X_test, found.y_test)):
        assert X.shape == (len(y), 2) and X.dtype == np.float64 and np.isfinite(X).all()
        assert y.dtype == np.int64 and set(y.tolist()) == set(range(n_classes))
        assert X.flags.writeable and X.flags.owndata
    assert found.mean.shape == found.scale.shape == (2,) and (found.scale > 0).all()
    assert repr(found).startswith("Dataset(") and len(found.feature_names) == 2


def standardised(found):
    return (found.scale != 1).any() or (found.mean != 0).any()


def is_standard(found):
    np.testing.assert_allclose(found.X_train.mean(axis=0), 0, atol=1e-7)
    np.testing.assert_allclose(found.X_train.std(axis=0), 1, rtol=1e-7)


options = {
    "test_fraction": shares,
    "seed": seeds,
    "standardise": st.sampled_from([None, True, False]),
}


@fuzz(
    datasets.load_dataset,
    {"name": st.sampled_from(["spirals", "penguins"])} | options,
    errors=(TypeError, ValueError, FileNotFoundError),
    names=("no data set",),
)
def _(found, name, test_fraction, seed, standardise):
    sound(found)
    assert found.name == name and 0 < float(test_fraction) < 1 and whole(seed, 0) >= 0
    if standardise or (standardise is None and name == "penguins"):
        is_standard(found)


@fuzz(
    load_bytes,
    st.tuples(st.one_of(files(False), files()), st.fixed_dictionaries(options)).map(
        lambda p: {"content": p[0]} | p[1]
    ),
    spoil=(),
    name="nnlib.datasets.load_dataset (files)",
    refusable=True,
    names=("own.csv",),
)
def _(found, content, test_fraction, seed, standardise):
    sound(found)
    if standardise is not False:
        is_standard(found)
    else:  # every number of the file is there, and none other
        back = np.sort(np.concatenate([found.X_train, found.X_test]).ravel())
        text = content.decode("utf-8-sig")
        for number in back.tolist():
            assert any(float(c) == number for c in _number_cells(text)), number


def _number_cells(text):
    for cell in re.split(r'[\s,;"]+', text):
        try:
            float(cell)
        except ValueError:
            continue
        yield cell


# ---- generated points


@fuzz(
    datasets.make_spirals,
    {
        "n_per_class": st.integers(1, 50),
        "noise": st.sampled_from([0, 0.0, 0.1, 5.0]),
        "turns": st.floats(-3, 3),
        "seed": seeds,
    },
)
def _(found, n_per_class, noise, turns, seed):
    X, y = found
    assert np.bincount(y).tolist() == [whole(n_per_class, 1)] * 3
    assert X.shape == (len(y), 2) and np.isfinite(X).all() and whole(seed, 0) >= 0
    radius = np.hypot(*X.T)
    if float(noise) == 0:
        assert (radius < 1.2501).all() and (radius > 0.0999).all()
    again, _ = datasets.make_spirals(int(n_per_class), noise, turns, int(seed))
    np.testing.assert_array_equal(X, again)


@fuzz(
    datasets.add_noise,
    {"data": st.just(SPIRALS), "noise": st.sampled_from([0, 0.1, 3.0]), "seed": seeds},
)
def _(found, data, noise, seed):
    assert isinstance(data, datasets.Dataset) and whole(seed, 0) >= 0
    sound(found)
    shift = np.concatenate([found.X_train - data.X_train, found.X_test - data.X_test])
    if 0 < float(noise) < 1e100 and float(noise) > 1e-10:
        assert 0.7 < shift.std() / float(noise) < 1.3
    elif float(noise) == 0:
        assert (shift == 0).all()
    np.testing.assert_array_equal(found.y_train, data.y_train)


@fuzz(datasets.spirals_split, {})
def _(found):
    np.testing.assert_allclose(found[0], SPIRALS.X_train, atol=1e-11)
    np.testing.assert_array_equal(found[3], SPIRALS.y_test)


@fuzz(
    datasets.Dataset,
    st.sampled_from([SPIRALS, datasets.load_dataset("penguins")]).map(vars),
    spoil=(),
)
def _(found, **fields):
    sound(found)
