"""The data sets: facts of the shipped files, the split, the scaling, and a teacher's CSV."""

import csv
import dataclasses
import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlib import Armijo, ConstantStep, Objective, evaluate, gradient_descent, init_parameters
from nnlib.datasets import (
    DATA_FOLDER,
    Dataset,
    add_noise,
    load_dataset,
    make_spirals,
    spirals_split,
)

ARRAYS = ("X_train", "y_train", "X_test", "y_test", "mean", "scale")


def rows_of(data):
    """All points in the units of the file, with their class names, as a multiset."""
    X = np.concatenate([data.X_train, data.X_test]) * data.scale + data.mean
    y = np.concatenate([data.y_train, data.y_test])
    names = [data.class_names[k] for k in y]
    return Counter((*x, name) for x, name in zip(X.round(9).tolist(), names, strict=True))


def same(a, b):
    return all(np.array_equal(getattr(a, name), getattr(b, name)) for name in ARRAYS)


@pytest.fixture
def write(tmp_path):
    """Write text or bytes to a file and return its path."""

    def write_file(content, name="mine.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_file


def table(*sizes, separator=","):
    """CSV text with `sizes[k]` rows of class k, every row different."""
    rows = [(k + 0.01 * i, i - 3.5 * k, f"class{k}") for k, n in enumerate(sizes) for i in range(n)]
    return "\n".join(separator.join(map(str, row)) for row in [("u", "v", "kind"), *rows])


# --- spirals ---------------------------------------------------------------------------------


def test_spirals_have_the_promised_sizes_and_range():
    data = load_dataset()
    assert data.X_train.shape == (300, 2) and data.X_test.shape == (90, 2)
    assert np.bincount(data.y_train).tolist() == [100, 100, 100]
    assert np.bincount(data.y_test).tolist() == [30, 30, 30]
    assert data.class_names == ("0", "1", "2") and data.n_classes == 3
    assert data.feature_names == ("x1", "x2")
    assert data.X_train.dtype == data.X_test.dtype == np.float64
    assert data.y_train.dtype == data.y_test.dtype == np.int64
    X = np.concatenate([data.X_train, data.X_test])
    assert 1.2 < np.abs(X).max() <= 1.5


def test_the_generator_reproduces_the_shipped_spirals():
    data = load_dataset("spirals")
    X_train, y_train, X_test, y_test = spirals_split()
    np.testing.assert_allclose(data.X_train, X_train, rtol=0, atol=1e-12)
    np.testing.assert_allclose(data.X_test, X_test, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(data.y_train, y_train)
    np.testing.assert_array_equal(data.y_test, y_test)


def test_spirals_are_left_as_they_are_unless_asked():
    plain, scaled = load_dataset("spirals"), load_dataset("spirals", standardise=True)
    assert plain.mean.tolist() == [0, 0] and plain.scale.tolist() == [1, 1]
    np.testing.assert_allclose(scaled.X_train.std(axis=0), 1, rtol=1e-12)
    np.testing.assert_allclose(scaled.X_test * scaled.scale + scaled.mean, plain.X_test, atol=1e-12)


def test_spirals_keep_their_own_split():
    assert same(load_dataset("spirals"), load_dataset("spirals", seed=5, test_fraction=0.5))


@pytest.mark.parametrize("step", [ConstantStep(1.0), Armijo()], ids=["constant", "armijo"])
def test_spirals_can_be_learnt_but_not_perfectly(step):
    data = load_dataset("spirals")
    objective = Objective(data.X_train, data.y_train)
    history = gradient_descent(objective, init_parameters(12, seed=0), step, 5000)
    assert 0.95 < evaluate(history.theta, data.X_test, data.y_test).accuracy < 0.99


# --- the generator ---------------------------------------------------------------------------


def test_without_noise_a_point_lies_on_its_arm():
    X, y = make_spirals(50, noise=0.0, turns=1.0, seed=3)
    radius = np.hypot(*X.T)
    assert radius.min() >= 0.1 and radius.max() < 1.25
    t = (radius - 0.1) / 1.15
    turned_back = np.arctan2(X[:, 1], X[:, 0]) - 2 * np.pi * (y / 3 + t)
    np.testing.assert_allclose(np.cos(turned_back), 1, atol=1e-12)


def test_straight_arms_stand_a_third_of_a_turn_apart():
    X, y = make_spirals(20, noise=0.0, turns=0.0, seed=0)
    X = X / np.linalg.norm(X, axis=1, keepdims=True)
    expected = np.array([[1, 0], [-0.5, math.sqrt(0.75)], [-0.5, -math.sqrt(0.75)]])
    np.testing.assert_allclose(X, expected[y], atol=1e-12)


def test_noise_is_the_standard_deviation_of_the_shift():
    clean, _ = make_spirals(4000, noise=0.0, seed=1)
    noisy, _ = make_spirals(4000, noise=0.3, seed=1)
    np.testing.assert_allclose((noisy - clean).std(axis=0), 0.3, rtol=0.03)


def test_the_seed_alone_decides_and_the_global_state_is_left_alone():
    np.random.seed(7)  # noqa: NPY002 -- the global state is what this test watches
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    first = make_spirals(seed=4)[0]
    load_dataset("penguins", seed=4)
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002
    np.random.seed(8)  # noqa: NPY002
    np.testing.assert_array_equal(make_spirals(seed=4)[0], first)
    assert not np.array_equal(make_spirals(seed=5)[0], first)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"n_per_class": 0}, ValueError, r"n_per_class.*>= 1.*0"),
        ({"n_per_class": 1.5}, TypeError, r"n_per_class.*1\.5"),
        ({"noise": -0.1}, ValueError, r"noise.*>= 0.*-0\.1"),
        ({"noise": math.nan}, ValueError, r"noise.*nan"),
        ({"turns": math.inf}, ValueError, r"turns.*inf"),
        ({"turns": "1"}, TypeError, r"turns.*'1'"),
        ({"seed": -1}, ValueError, r"seed.*-1"),
        ({"seed": None}, TypeError, r"seed.*None"),
    ],
)
def test_the_generator_refuses_bad_arguments(arguments, error, words):
    with pytest.raises(error, match=words):
        make_spirals(**arguments)


# --- penguins --------------------------------------------------------------------------------


def test_penguins_are_all_the_birds_with_both_measurements():
    data = load_dataset("penguins")
    assert data.class_names == ("Adelie", "Chinstrap", "Gentoo")
    assert data.feature_names == ("bill length (mm)", "bill depth (mm)")
    y = np.concatenate([data.y_train, data.y_test])
    assert np.bincount(y).tolist() == [151, 68, 123]
    X = np.concatenate([data.X_train, data.X_test]) * data.scale + data.mean
    np.testing.assert_allclose(X.min(axis=0), [32.1, 13.1], rtol=1e-12)
    np.testing.assert_allclose(X.max(axis=0), [59.6, 21.5], rtol=1e-12)
    means = [X[y == k].mean(axis=0).round(2).tolist() for k in range(3)]
    assert means == [[38.79, 18.35], [48.83, 18.42], [47.5, 14.98]]  # as published


def test_penguins_are_split_without_loss_or_repeat():
    with (DATA_FOLDER / "penguins.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["bill_length_mm", "bill_depth_mm", "species"]
    shipped = Counter((float(a), float(b), species) for a, b, species in rows[1:])
    assert rows_of(load_dataset("penguins")) == shipped


def test_only_training_points_decide_the_scaling():
    data = load_dataset("penguins")
    np.testing.assert_allclose(data.X_train.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(data.X_train.std(axis=0), 1, rtol=1e-12)
    assert (np.abs(data.X_test.mean(axis=0)) > 1e-3).all()
    assert (np.abs(data.X_test.std(axis=0) - 1) > 1e-3).all()
    raw = load_dataset("penguins", standardise=False)
    np.testing.assert_allclose(data.mean, raw.X_train.mean(axis=0), rtol=1e-14)
    np.testing.assert_allclose(data.X_test, (raw.X_test - data.mean) / data.scale, rtol=1e-12)


# --- the split -------------------------------------------------------------------------------


def test_the_seed_chooses_the_split():
    assert same(load_dataset("penguins", seed=3), load_dataset("penguins", seed=3))
    assert not same(load_dataset("penguins", seed=3), load_dataset("penguins", seed=4))
    assert rows_of(load_dataset("penguins", seed=3)) == rows_of(load_dataset("penguins", seed=4))


@given(
    sizes=st.lists(st.integers(2, 40), min_size=2, max_size=5),
    fraction=st.floats(0.01, 0.99),
    seed=st.integers(0, 2**32),
)
def test_the_split_is_stratified_disjoint_and_complete(tmp_path_factory, sizes, fraction, seed):
    path = tmp_path_factory.mktemp("split") / "mine.csv"
    path.write_text(table(*sizes), encoding="utf-8")
    data = load_dataset(path, test_fraction=fraction, seed=seed, standardise=False)
    n_train, n_test = np.bincount(data.y_train), np.bincount(data.y_test)
    assert (n_train + n_test).tolist() == sizes
    assert n_train.min() >= 1 and n_test.min() >= 1
    assert (np.abs(n_test - fraction * np.array(sizes)) <= 1).all()
    found = rows_of(data)
    assert len(found) == sum(sizes) and set(found.values()) == {1}


def test_the_test_fraction_counts():
    sizes = [load_dataset("penguins", test_fraction=f).y_test.size for f in (0.1, 0.25, 0.5)]
    assert sizes == [15 + 7 + 12, 38 + 17 + 31, 76 + 34 + 62]


# --- the result ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["spirals", "penguins"])
def test_an_edit_never_reaches_a_later_load(name):
    first, untouched = load_dataset(name), load_dataset(name)
    for array in ARRAYS:
        getattr(first, array)[:] = 77
    assert same(load_dataset(name), untouched)
    assert not same(first, untouched)


def test_a_dataset_is_frozen_and_its_text_is_stable():
    data = load_dataset("penguins")
    assert repr(data) == (
        "Dataset('penguins', train 256 (Adelie: 113, Chinstrap: 51, Gentoo: 92), "
        "test 86 (Adelie: 38, Chinstrap: 17, Gentoo: 31))"
    )
    assert isinstance(data, Dataset)
    with pytest.raises(dataclasses.FrozenInstanceError):
        data.name = "other"


# --- a teacher's CSV -------------------------------------------------------------------------


@pytest.mark.parametrize("n_classes", [2, 4])
def test_any_number_of_classes(write, n_classes):
    data = load_dataset(write(table(*[8] * n_classes), "my birds.csv"))
    assert data.name == "my birds" and data.n_classes == n_classes
    assert data.class_names == tuple(f"class{k}" for k in range(n_classes))
    assert data.feature_names == ("u", "v")
    assert set(data.y_train.tolist()) == set(data.y_test.tolist()) == set(range(n_classes))
    np.testing.assert_allclose(data.X_train.mean(axis=0), 0, atol=1e-12)  # standardised


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte order mark"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_line_ends_and_byte_order_mark(write, mark, separator, end):
    text = table(5, 6, separator=separator).replace("\n", end) + end
    expected = load_dataset(write(table(5, 6), "expected.csv"))
    found = load_dataset(write(mark + text.encode()))
    assert same(found, expected) and found.feature_names == ("u", "v")


def test_a_path_may_be_a_string(write):
    path = write(table(5, 6))
    assert same(load_dataset(str(path)), load_dataset(path))


def test_without_a_header_the_features_are_called_x1_and_x2(write):
    data = load_dataset(write(table(5, 6).partition("\n")[2]))
    assert data.feature_names == ("x1", "x2") and data.y_train.size + data.y_test.size == 11


def test_empty_rows_and_spaces_are_skipped(write):
    text = table(5, 6).replace("\n", " \n\n , ,\n").replace(",", " , ")
    assert same(load_dataset(write(text)), load_dataset(write(table(5, 6), "expected.csv")))


def test_a_label_column_is_found_by_its_header(write):
    text = "label,u,v\n" + "\n".join(f"{k},{i + k},{i * i}" for k in (0, 1) for i in range(4))
    data = load_dataset(write(text), standardise=False)
    assert data.feature_names == ("u", "v") and data.class_names == ("0", "1")
    np.testing.assert_array_equal(np.sort(np.r_[data.X_train, data.X_test][:, 1])[-2:], [9, 9])


def test_labels_may_be_quoted_and_hold_any_letters(write):
    text = "\n".join(f'{i};{i * i};"{label}"' for i in range(4) for label in ("ä; b", "ß"))
    assert load_dataset(write(text)).class_names == ("ß", "ä; b")


def test_a_constant_feature_is_allowed_when_nothing_is_scaled(write):
    data = load_dataset(write("7,2,p\n7,4,p\n7,3,q\n7,5,q\n"), standardise=False)
    assert set(data.X_train[:, 0]) == set(data.X_test[:, 0]) == {7}


@pytest.mark.parametrize(
    ("labels", "class_names"),
    [
        (["10", "9", "-1"], ("-1", "9", "10")),
        (["b", "10", "9"], ("10", "9", "b")),
        (["02", "2", "1"], ("1", "2")),
    ],
    ids=["whole numbers by value", "else as text", "02 is 2"],
)
def test_classes_come_in_sorted_order(write, labels, class_names):
    rows = [f"{i},{i * j},{label}" for i in range(4) for j, label in enumerate(labels)]
    assert load_dataset(write("\n".join(rows)), standardise=False).class_names == class_names


@pytest.mark.parametrize("header", ["a,b,kind,split\n", ""], ids=["header", "no header"])
def test_a_split_column_decides(write, header):
    rows = "1,2,p,train\n3,5,q,Train\n5,7,p,TEST\n7,8,q,test\n9,9,q,train\n"
    data = load_dataset(write(header + rows), standardise=False, seed=9)
    np.testing.assert_array_equal(data.X_train, [[1, 2], [3, 5], [9, 9]])
    np.testing.assert_array_equal(data.X_test, [[5, 7], [7, 8]])
    assert data.y_train.tolist() == [0, 1, 1] and data.y_test.tolist() == [0, 1]


# --- errors ----------------------------------------------------------------------------------

GOOD = "1,2,p\n2,1,p\n3,3,q\n4,5,q\n"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("spiral", r"'spiral'.*'spirals' and 'penguins'.*Did you mean 'spirals'\?"),
        ("Penguin.csv", r"'Penguin\.csv'.*Did you mean 'penguins'\?"),
        ("no/such/thing.csv", r"no data set and no file.*'spirals' and 'penguins'$"),
        (".", r"no data set and no file"),
    ],
)
def test_a_missing_file_names_the_data_sets(name, words):
    with pytest.raises(FileNotFoundError, match=words):
        load_dataset(name)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"name": None}, TypeError, r"name.*None"),
        ({"name": 3}, TypeError, r"name.*3"),
        ({"test_fraction": 0}, ValueError, r"test_fraction.*> 0 and < 1.*0"),
        ({"test_fraction": 1.0}, ValueError, r"test_fraction.*> 0 and < 1.*1\.0"),
        ({"test_fraction": math.nan}, ValueError, r"test_fraction.*nan"),
        ({"test_fraction": "0.2"}, TypeError, r"test_fraction.*'0\.2'"),
        ({"seed": 1.0}, TypeError, r"seed.*1\.0.*write 1"),
        ({"seed": True}, TypeError, r"seed.*True"),
        ({"seed": -2}, ValueError, r"seed.*-2"),
        ({"standardise": "yes"}, TypeError, r"standardise.*'yes'"),
    ],
)
def test_bad_arguments(arguments, error, words):
    with pytest.raises(error, match=words):
        load_dataset(**({"name": "penguins"} | arguments))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", r"mine\.csv: the file is empty"),
        ("\n,,\n", r"mine\.csv: the file is empty"),
        ("u,v,kind\n", r"header but no row"),
        ("1,p\n2,q\n", r"line 1: not enough columns.*found 2: 1, p"),
        ("1 2 p\n", r"line 1: not enough columns.*comma, semicolon or tab"),
        ("a,b,c,d,kind\n1,2,3,4,p\n", r"line 1: too many columns.*found 5"),
        ("id,u,v,kind\n1,2,3,p\n", r"line 1: too many columns.*found 4: id, u, v, kind"),
        (GOOD + "7,q\n", r"line 5: not enough columns: 2 where 3"),
        (GOOD + "1,5,2,5,q\n", r"line 5: too many columns: 5 where 3.*decimal comma"),
        ("u,v,kind\n" + GOOD + "7,x8,q\n", r"line 6, column 2 'v': 'x8' is not a number$"),
        (GOOD + "\n7,1_000,q\n", r"line 6, column 2: '1_000' is not a number$"),
        ("1;2;p\n1,5;2;q\n", r"line 2, column 1: '1,5' is not.*decimal comma\? write 1\.5"),
        ("1,5;2,5;p\n", r"line 1, column 1: '1,5' is not.*decimal comma\? write 1\.5"),
        (GOOD + "7,,q\n", r"line 5, column 2: the cell is empty"),
        (GOOD + "NA,3,q\n", r"line 5, column 1: the value is missing \('NA'\)"),
        ("NA,NA,q\n" + GOOD, r"line 1, column 1: the value is missing \('NA'\)"),
        (GOOD + "nan,3,q\n", r"line 5, column 1: the value is missing \('nan'\)"),
        (GOOD + "-nan,3,q\n", r"line 5, column 1: '-nan' is not finite"),
        (GOOD + "-inf,3,q\n", r"line 5, column 1: '-inf' is not finite"),
        (GOOD + "3,1e999,q\n", r"line 5, column 2: '1e999' is not finite"),
        (GOOD + "3,1e101,q\n", r"line 5, column 2: '1e101' .* larger than 1e\+100"),
        (GOOD + "3,1,\n", r"line 5, column 3: the label is missing"),
        (GOOD + "3,1,NA\n", r"line 5, column 3: the label is missing \('NA'\)"),
        ("1,2,p\n2,1,p\n", r"fewer than two classes.*'p'"),
        (GOOD + "5,5,r\n", r"line 5: class 'r' has a single row.*train.*test"),
        ("1,2,p\n1,4,p\n1,3,q\n1,5,q\n", r"feature 'x1' is constant.*standardise=False"),
        # Eight times 0.1 has a tiny standard deviation, by rounding, where it should be 0.
        ("0.1,2,p\n0.1,4,p\n0.1,3,q\n0.1,5,q\n0.1,6,q\n" * 2, r"feature 'x1' is constant"),
        ("1e-200,2,p\n2e-200,4,p\n0,3,q\n0,5,q\n", r"feature 'x1' is constant"),
        ("1,2,p,train\n2,1,p,valid\n", r"line 2, column 4: unknown split word 'valid'.*'train'"),
        ("a,b,k,split\n1,2,p,\n", r"line 2, column 4 'split': unknown split word ''"),
        ("1,2,p,train\n2,1,p,test\n3,3,q,train\n4,1,q,train\n", r"class 'q' has no row.*'test'"),
        ("1,2,p,train\n2,1,p,test\n3,3,q,test\n4,1,q,test\n", r"class 'q' has no row.*'train'"),
        (b"u,v,kind\n1,2,\xe4\n", r"mine\.csv: the file is not UTF-8"),
        ("u,v,kind\n1,2,p\n".encode("utf-16"), r"mine\.csv: the file is not UTF-8"),
        (GOOD + '1,2,"q\n', r"line 5: "),
    ],
)
def test_a_faulty_file_is_named_with_line_and_column(write, text, words):
    with pytest.raises(ValueError, match=words) as caught:
        load_dataset(write(text))
    assert "mine.csv" in str(caught.value)


@pytest.mark.parametrize("data", [0, None, "spirals"])
def test_noise_needs_a_data_set(data):
    with pytest.raises(TypeError, match="data must be a Dataset as load_dataset returns it"):
        add_noise(data, 0.1)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (dict(n_per_class=np.uint64(2**64 - 1)), "n_per_class must be a whole number >= 1 and <="),
        (dict(noise=1.7e308), r"noise must be finite and >= 0 and < 1e\+100"),
        (dict(turns=1.7e308), "turns must be finite and >= -1e.06 and < 1e.06"),
    ],
)
def test_spirals_beyond_all_bounds_are_refused(arguments, words):
    with pytest.raises(ValueError, match=words):
        make_spirals(**arguments)


def test_noise_beyond_all_bounds_is_refused():
    with pytest.raises(ValueError, match="noise must be finite and >= 0"):
        add_noise(load_dataset(), 1.7e308)
