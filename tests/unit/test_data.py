"""The data sets: facts of the shipped files, the split, the scaling, and a teacher's CSV."""

import dataclasses
import json
import re
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlib import arguments
from nnlib.data import FOLDER, load_dataset, make_spirals

ARRAYS = ("X_train", "y_train", "X_test", "y_test", "mean", "scale")


def all_points(data):
    X = np.concatenate([data.X_train, data.X_test]) * data.scale + data.mean
    return X, np.concatenate([data.y_train, data.y_test])


def same(a, b):
    return all(np.array_equal(getattr(a, name), getattr(b, name)) for name in ARRAYS)


@pytest.fixture
def load(tmp_path):
    def load_file(content, name="mine.csv", **how):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return load_dataset(path, **how)

    return load_file


def table(*sizes):
    where = [(k, i) for k, size in enumerate(sizes) for i in range(size)]
    rows = [f"{k + 0.01 * i},{i - 3.5 * k},{'pqrst'[k]}" for k, i in where]
    return "\n".join(["u,v,kind", *rows])


def test_classes_are_counted_also_where_an_index_has_32_bits(monkeypatch, root):
    """As in the browser, where bincount took no int64 before numpy 2.3."""
    bincount, cells = np.bincount, []
    monkeypatch.setattr(np, "intp", np.int32)
    monkeypatch.setattr(np, "bincount", lambda y: bincount(y.astype("i4", casting="safe")))
    assert arguments.labels(np.array([1, 0]), 2, 2).dtype == np.int32
    known = {"np": np, "data": load_dataset()}
    for path in root.glob("notebooks/*.ipynb"):
        cells += ["".join(cell["source"]) for cell in json.loads(path.read_bytes())["cells"]]
    for cell in (cell for cell in cells if "np.bincount(" in cell):
        exec(cell, known)
    assert "'Gentoo': 92" in repr(load_dataset("penguins"))
    assert known["baseline"](known["data"].y_test)


def test_spirals_have_their_sizes_and_arms_and_penguins_are_all_the_birds():
    data = load_dataset()
    assert data.X_train.shape == (300, 2) and data.X_test.shape == (90, 2)
    assert data.class_names == ("0", "1", "2") and (data.n_inputs, data.n_classes) == (2, 3)
    assert data.y_train.dtype == data.y_test.dtype == np.intp
    assert data.mean.tolist() == [0, 0] and data.scale.tolist() == [1, 1]  # unless one asks
    data = load_dataset("penguins")
    assert data.feature_names == ("bill length (mm)", "bill depth (mm)")
    X, y = all_points(data)
    means = [X[y == k].mean(axis=0).round(2).tolist() for k in range(3)]
    assert means == [[38.79, 18.35], [48.83, 18.42], [47.5, 14.98]]  # as published
    for turns in (0.0, 1.0):  # straight arms are a third of a turn apart
        X, y = make_spirals(50, noise=0.0, turns=turns, seed=3)
        radius = np.hypot(*X.T)
        assert radius.min() >= 0.1 and radius.max() < 1.25
        t = (radius - 0.1) / 1.15
        turned_back = np.arctan2(X[:, 1], X[:, 0]) - 2 * np.pi * (y / 3 + turns * t)
        np.testing.assert_allclose(np.cos(turned_back), 1, atol=1e-12)
    shift = make_spirals(4000, noise=0.3, seed=1)[0] - make_spirals(4000, noise=0.0, seed=1)[0]
    np.testing.assert_allclose(shift.std(axis=0), 0.3, rtol=0.03)


def test_the_tool_makes_the_shipped_files_again(tool, tmp_path, monkeypatch):
    tool, published = tool("make_data"), tmp_path / "published.csv"
    ours = (FOLDER / "penguins.csv").read_text()
    rows = ours.partition("\n")[2]
    published.write_text("bill_length_mm,bill_depth_mm,species\n" + rows + "NA,,Gentoo\n")
    tool.write(tmp_path / "spirals.csv", tool.spirals_rows())
    tool.write(tmp_path / "penguins.csv", tool.penguins_rows(published))
    made, data = load_dataset(tmp_path / "spirals.csv", standardise=False), load_dataset()
    np.testing.assert_allclose(made.X_train, data.X_train, rtol=0, atol=1e-12)
    np.testing.assert_allclose(made.X_test, data.X_test, rtol=0, atol=1e-12)
    assert (tmp_path / "penguins.csv").read_bytes() == ours.encode()
    monkeypatch.setitem(tool.EXPECTED, "Adelie", 152)
    with pytest.raises(ValueError, match="not the penguins that were expected"):
        tool.penguins_rows(published)


def test_a_dataset_is_frozen_its_own_and_scaled_by_training_points_only():
    data, untouched = load_dataset("penguins"), load_dataset("penguins")
    assert repr(data) == (
        "Dataset('penguins', train {'Adelie': 113, 'Chinstrap': 51, 'Gentoo': 92}, "
        "test {'Adelie': 38, 'Chinstrap': 17, 'Gentoo': 31})"
    )
    with pytest.raises(dataclasses.FrozenInstanceError):
        data.name = "other"
    for array in ARRAYS:
        getattr(data, array)[:] = 77
    assert same(load_dataset("penguins"), untouched) and not same(data, untouched)
    data, raw = load_dataset("penguins"), load_dataset("penguins", standardise=False)
    np.testing.assert_allclose(data.mean, raw.X_train.mean(axis=0), rtol=1e-14)
    np.testing.assert_allclose(data.X_test, (raw.X_test - data.mean) / data.scale, rtol=1e-12)


@given(
    sizes=st.lists(st.integers(2, 40), min_size=2, max_size=5),
    fraction=st.floats(0.01, 0.99),
    seed=st.integers(0, 2**32),
)
def test_the_split_is_stratified_disjoint_and_complete(tmp_path_factory, sizes, fraction, seed):
    path = tmp_path_factory.mktemp("split") / "mine.csv"
    path.write_text(table(*sizes))
    data = load_dataset(path, test_fraction=fraction, seed=seed, standardise=False)
    n_train, n_test = np.bincount(data.y_train), np.bincount(data.y_test)
    assert (n_train + n_test).tolist() == sizes
    assert n_train.min() >= 1 and n_test.min() >= 1
    inexact = np.abs(n_test - fraction * np.array(sizes)) > 0.5 + 1e-9
    assert ((n_test == 1) | (n_train == 1))[inexact].all()
    points = zip(*map(np.ndarray.tolist, all_points(data)))
    found = [f"{u},{v},{'pqrst'[k]}" for (u, v), k in points]
    assert sorted(found) == sorted(table(*sizes).split("\n")[1:])


def test_what_people_and_programs_write_is_the_same_table(load, tmp_path):
    expected = load(table(5, 6), "my birds.csv")
    assert expected.name == "my birds" and expected.feature_names == ("u", "v")
    assert same(load_dataset(str(tmp_path / "my birds.csv")), expected)
    for separator, end in product(",;\t", ("\n", "\r\n", "\r")):
        text = table(5, 6).replace(",", separator).replace("\n", end) + end
        assert same(load(text), expected), text
    assert same(load(table(5, 6).replace("\n", " \n\n , ,\n").replace(",", " , ")), expected)
    rows = table(5, 6).partition("\n")[2]
    assert same(load(rows), expected)
    for text in (
        "# by hand\n# u,v,kind\n" + rows,  # numpy.savetxt
        "% class;u;v\n" + re.sub("(.*),(.*),(.*)", r"\3 \1 \2", rows),
        "// a,b\nu,v,kind\n" + rows.replace("0.0,", "0.000000000000000000e+00,"),
        "sep=;\nu;v;kind;;\n" + rows.replace(",", ";"),  # Excel
        ('"u"  "v" "kind"\n' + rows.replace(",", "  ")).encode("utf-16"),
        "\ufeff\ufeffu,v,kind\n" + rows.replace("\n", ",,\n").replace("p", '" p"'),
    ):
        assert same(load(text), expected), text
    tiny = load(re.sub(",(.*),", r",\1e-200,", rows))
    np.testing.assert_allclose(tiny.X_train, expected.X_train, rtol=1e-13)
    assert load("0,1,1\n2,3,0\n4,4,1\n9,1,0\n").class_names == ("0", "1")  # no header


@pytest.mark.parametrize("header", ["class,a,b,split\n", "a,b,kind,split\n", ""])
def test_a_split_column_decides_labels_are_found_and_classes_sorted(load, header):
    for labels, class_names in (
        (["10", "9", "-1"], ("-1", "9", "10")),  # whole numbers by value
        (["b", "10", "9"], ("10", "9", "b")),  # else as text
        (["3", "03", "1e1", "2.0e+00", "10.0", "2.5"], ("2", "2.5", "3", "10")),  # equal: one
        ([2**60, 2**60 + 1, "1.0"], ("1", str(2**60), str(2**60 + 1))),
        (["big\u00a0ä", "big  a\u0308", "3", "3.0"], ("3", "3.0", "big ä")),
        (['"ä; b"', "ß"], ("ß", "ä; b")),
    ):
        rows = [f"{i};{i * j};{label}" for i in range(4) for j, label in enumerate(labels)]
        assert load("\n".join(rows), standardise=False).class_names == class_names
    rows = "1,2,p,train\n3,5,q,Train\n5,7,p,TEST\n7,8,q,test\n9,9,q,train\n"
    if header.startswith("class"):
        rows = re.sub(r"(.,.),(.)", r"\2,\1", rows)
    data = load(header + rows, standardise=False, seed=9)
    assert data.feature_names == (("a", "b") if header else ("x1", "x2"))
    np.testing.assert_array_equal(data.X_train, [[1, 2], [3, 5], [9, 9]])
    np.testing.assert_array_equal(data.X_test, [[5, 7], [7, 8]])
    assert data.y_train.tolist() == [0, 1, 1] and data.y_test.tolist() == [0, 1]


GOOD = "1,2,p\n2,1,p\n3,3,q\n4,5,q\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [("\n,,\n", r"mine\.csv: the file is empty"),
     ("u,v,kind\n", r"header but no row"),
     ("1|2|p\n", r"line 1: not enough columns.*comma, semicolon, tab or blank"),
     ("id,u,v,kind\n1,2,3,p\n", r"line 1: too many.*row numbers.*found 4: id, u, v, kind"),
     ("0,1,0\n1.5,2,1\n", r"line 1: a header, or a point\?"),
     ("2,1,r\n" + GOOD, r"line 1: class 'r' has a single row.*is this a header"),
     (GOOD + "1,5,2,5,q\n", r"line 5: too many columns: 5 .* 3.*decimal comma.*row\.names"),
     ("u,v,kind\n" + GOOD + "7,x8,q\n", r"line 6, column 2 'v': 'x8' is not a number$"),
     (GOOD + "\n7,1_000,q\n", r"line 6, column 2: '1_000' is not a number$"),
     ("1;2;p\n1,5;2;q\n", r"line 2, column 1: '1,5' is not.*decimal comma\? write 1\.5"),
     (GOOD + "7,,q\n", r"line 5, column 2: the cell is empty"),
     ('"1,234.5",2,p\n', r"line 1, column 1: .*separator of thousands\? write 1234\.5"),
     ("#N/A,3,q\n" + GOOD, r"line 1, column 1: the value is missing"),
     ("NA,NA,q\n" + GOOD, r"line 1, column 1: the value is missing \('NA'\)"),
     (GOOD + "3,1e101,q\n", r"line 5, column 2: '1e101' .* larger than 1e\+100"),
     (GOOD + "3,1,#N/A\n", r"line 5, column 3: the value is missing \('#N/A'\)"),
     ("1,2,p\n2,1,p\n", r"fewer than two classes.*'p'"),
     # Eight times 0.1 has a tiny standard deviation, by rounding, where it should be 0.
     (
            "2,0.1,p\n4,0.1,p\n3,0.1,q\n5,0.1,q\n6,0.1,q\n" * 2,
            r"feature 'x2' is constant.*standardise=False",
        ),
     ("1,2,p,train\n2,1,p,valid\n", r"line 2, column 4: unknown split word 'valid'.*'train'"),
     ("1,2,p,train\n2,1,p,test\n3,3,q,train\n4,1,q,train\n", r"class 'q' has no row.*'test'"),
     (b"u,v,kind\n1,2,\xe4\n", r"mine\.csv, line 2: the file is not UTF-8"),
     ("u,v,kind\n1,2,p\n".encode("utf-16-be"), r"mine\.csv, line 1: the file is not UTF-8"),
     ('u,v,k\n1,2,p\n1,3,"q\n' + GOOD, r"line 3: is a quotation mark.*wrong"),
     ("1e-310,2,p\n2e-310,1,p\n3e-310,3,q\n0,5,q\n", r"feature 'x1' is constant, to .e-310")],
)  # fmt: skip
def test_a_faulty_file_is_named_with_line_and_column(load, text, words):
    with pytest.raises(ValueError, match=words) as caught:
        load(text)
    assert "mine.csv" in str(caught.value)
