"""Labelled points in the plane, split into a training and a test part.

Two data sets come with the module: the synthetic ``spirals`` and the measured ``penguins``
(sources and licences: ``nnlib/data/README.md``). A CSV file of your own is loaded the same way.
"""

import difflib
import re
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from nnlib import checks
from nnlib.tables import LARGEST, read_table

DATA_FOLDER = Path(__file__).with_name("data")
SHIPPED = ("spirals", "penguins")
# Names fit for an axis, where the column headers of a shipped file are not.
FEATURE_NAMES = {"penguins": ("bill length (mm)", "bill depth (mm)")}

N_ARMS = 3
INNER_RADIUS = 0.1
OUTER_RADIUS = 1.25
MOST_POINTS = 10**7  # of each arm: as many as a small memory holds
MOST_TURNS = 1e6  # the angle keeps ten digits
# The shipped spirals.csv: the defaults of make_spirals and these two seeds. The noise lets the arms
# touch near the centre: 12 hidden units learn the shape, but miss 1 to 4 of the 90 test points.
TRAIN_SEED = 1
TEST_SEED = 2


@dataclass(frozen=True, repr=False, eq=False)
class Dataset:
    """Labelled points in the plane, split into a training and a test part.

    The arrays are the caller's own: every load makes new ones, so they may be changed freely.

    Attributes
    ----------
    name : str
        ``"spirals"``, ``"penguins"`` or the file's name without its ending.
    X_train, X_test : ndarray, shape (n_samples, 2), float64
        In units of the training standard deviation if standardised, else as in the file.
    y_train, y_test : ndarray, shape (n_samples,), int64
        Labels 0 ... n_classes - 1; label k belongs to ``class_names[k]``.
    class_names : tuple of str
    feature_names : tuple of two str
        With the units of the file, if known.
    mean, scale : ndarray, shape (2,), float64
        ``X * scale + mean`` is in the units of the file. 0 and 1 if not standardised.
    """

    name: str
    X_train: np.ndarray
    y_train: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray
    class_names: tuple[str, ...]
    feature_names: tuple[str, str]
    mean: np.ndarray
    scale: np.ndarray

    @property
    def n_classes(self):
        """Number of classes."""
        return len(self.class_names)

    def __repr__(self):
        train, test = self._sizes(self.y_train), self._sizes(self.y_test)
        return f"Dataset({self.name!r}, train {train}, test {test})"

    def _sizes(self, y):
        sizes = zip(self.class_names, np.bincount(y, minlength=self.n_classes), strict=True)
        return f"{y.size} ({', '.join(f'{name}: {size}' for name, size in sizes)})"


def load_dataset(name="spirals", *, test_fraction=0.25, seed=0, standardise=None):
    """Load a shipped data set, or a CSV file of two feature columns and a label column.

    Parameters
    ----------
    name : str or Path
        ``"spirals"``, ``"penguins"`` or the path of a CSV file. `nnlib.tables.read_table` says
        what such a file may look like: separator, header, label column, ``split`` column.
    test_fraction : float
        Share of each class that is kept for testing, between 0 and 1, rounded to whole points
        (half a point counts as one) with at least one in either part. Without effect on a file
        with a ``split`` column, such as spirals.
    seed : int
        At least 0. Chooses which points are kept for testing; nothing else has a say. Without
        effect on a file with a ``split`` column.
    standardise : bool, optional
        Whether to shift and scale each feature to mean 0 and standard deviation 1 over the
        training points; the test points take the same shift and scale. By default every data set
        is standardised except spirals, whose coordinates are near 1 by construction.

    Returns
    -------
    Dataset
        Both parts keep the order of the file. Classes are numbered in the sorted order of their
        labels: by value if all labels are whole numbers, else as text.

    Raises
    ------
    FileNotFoundError
        If `name` is neither a shipped data set nor an existing file.
    TypeError, ValueError
        If an argument is of the wrong type or out of range, if the file is faulty (the message
        names the line and the column), has fewer than two classes, has a class that cannot be in
        both parts, or has a constant feature that cannot be standardised.

    Examples
    --------
    >>> load_dataset("spirals")
    Dataset('spirals', train 300 (0: 100, 1: 100, 2: 100), test 90 (0: 30, 1: 30, 2: 30))
    """
    test_fraction = checks.real_number("test_fraction", test_fraction, above=0, below=1)
    seed = checks.whole_number("seed", seed, at_least=0)
    if standardise is not None and not isinstance(standardise, (bool, np.bool_)):
        raise TypeError("standardise must be True, False or None, got " + checks.shown(standardise))
    path = _find(name)
    table = read_table(path)
    class_names, y = _number_classes(path, table.labels)
    is_test = _stratified(y, test_fraction, seed) if table.is_test is None else table.is_test
    _check_parts(path, class_names, y, is_test, table.lines)
    train, test = table.features[~is_test], table.features[is_test]
    mean, scale = np.zeros(2), np.ones(2)
    if standardise or (standardise is None and name != "spirals"):
        mean, scale = _training_statistics(path, train, table.feature_names)
    return Dataset(
        name=path.stem,
        X_train=(train - mean) / scale,
        y_train=y[~is_test],
        X_test=(test - mean) / scale,
        y_test=y[is_test],
        class_names=class_names,
        feature_names=FEATURE_NAMES.get(name, table.feature_names),
        mean=mean,
        scale=scale,
    )


def make_spirals(n_per_class=100, noise=0.08, turns=0.75, seed=0):
    """Draw points from three spiral arms around the origin, one class an arm.

    A point of arm k at position t, drawn uniformly from [0, 1), lies at the radius
    0.1 + 1.15 t and the angle 2 pi (k/3 + turns t), and is then shifted by normal noise.

    Parameters
    ----------
    n_per_class : int
        Points of each arm, 1 to 10 million.
    noise : float
        Standard deviation of the shift in x1 and in x2, in units of the plane, at least 0. The
        arms reach out to the radius 1.25.
    turns : float
        Turns of an arm around the origin from its inner to its outer end, anticlockwise; less
        than a million.
    seed : int
        At least 0. The same seed gives the same points; the global random state is left alone.

    Returns
    -------
    X : ndarray, shape (3 n_per_class, 2), float64
        Ordered by class; at most 1.25 plus the noise from the origin.
    y : ndarray, shape (3 n_per_class,), int64
        The arm, 0, 1 or 2.

    Raises
    ------
    TypeError, ValueError
        If an argument is not a number of the right kind, or out of range.
    """
    n_per_class = checks.whole_number("n_per_class", n_per_class, 1, MOST_POINTS)
    noise = checks.real_number("noise", noise, at_least=0, below=LARGEST)
    turns = checks.real_number("turns", turns, at_least=-MOST_TURNS, below=MOST_TURNS)
    rng = np.random.default_rng(checks.whole_number("seed", seed, at_least=0))
    y = np.repeat(np.arange(N_ARMS), n_per_class)
    t = rng.random(y.size)
    radius = INNER_RADIUS + (OUTER_RADIUS - INNER_RADIUS) * t
    angle = 2 * np.pi * (y / N_ARMS + turns * t)
    arms = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    return arms + noise * rng.standard_normal(arms.shape), y


def add_noise(data, noise, seed=0):
    """The same data set with its points shifted by normal noise, training and test points alike.

    Parameters
    ----------
    data : Dataset
        Not modified.
    noise : float
        Standard deviation of the shift of each coordinate, in the units of ``data.X_train``, at
        least 0.
    seed : int
        At least 0. The same seed shifts the same way, whatever the noise.

    Returns
    -------
    Dataset

    Raises
    ------
    TypeError, ValueError
        If data is no Dataset, or noise or seed not a number of the right kind, or negative.

    Examples
    --------
    >>> add_noise(load_dataset("spirals"), 0.2)
    Dataset('spirals', train 300 (0: 100, 1: 100, 2: 100), test 90 (0: 30, 1: 30, 2: 30))
    """
    if not isinstance(data, Dataset):
        raise TypeError(
            "data must be a Dataset as load_dataset returns it, got " + checks.shown(data)
        )
    noise = checks.real_number("noise", noise, at_least=0, below=LARGEST)
    rng = np.random.default_rng(checks.whole_number("seed", seed, at_least=0))
    n_train, n_test = len(data.X_train), len(data.X_test)
    shift = noise * rng.standard_normal((n_train + n_test, 2))
    return replace(
        data, X_train=data.X_train + shift[:n_train], X_test=data.X_test + shift[n_train:]
    )


def spirals_split():
    """Generate the shipped spirals again: what ``spirals.csv`` holds, up to 1e-12.

    Returns
    -------
    X_train, y_train, X_test, y_test : ndarray
        300 and 90 points, two independent samples of the same arms.
    """
    return *make_spirals(100, seed=TRAIN_SEED), *make_spirals(30, seed=TEST_SEED)


def _find(name):
    if not isinstance(name, (str, Path)):
        raise TypeError(
            f"name must be a data set's name or the path of a CSV file, got {checks.shown(name)}"
        )
    if name in SHIPPED:
        return DATA_FOLDER / f"{name}.csv"
    path = Path(name).expanduser()
    if path.is_file():
        return path
    close = difflib.get_close_matches(path.stem.lower(), SHIPPED, n=1)
    raise FileNotFoundError(
        f"no data set and no file is called {str(name)!r}; the data sets that come along are "
        + " and ".join(map(repr, SHIPPED))
        + (f". Did you mean {close[0]!r}?" if close else "")
    )


def _number_classes(path, labels):
    if all(re.fullmatch(r"[+-]?[0-9]+", label) for label in labels):
        labels = [str(int(label)) for label in labels]  # 01 is 1
        class_names = tuple(sorted(set(labels), key=int))
    else:
        class_names = tuple(sorted(set(labels)))
    if len(class_names) < 2:
        raise ValueError(f"{path}: fewer than two classes: every label is {class_names[0]!r}")
    number = {name: k for k, name in enumerate(class_names)}
    return class_names, np.array([number[label] for label in labels], dtype=np.int64)


def _stratified(y, test_fraction, seed):
    """Mark the test points: of each class the same share, drawn without replacement."""
    rng = np.random.default_rng(seed)
    is_test = np.zeros(y.size, dtype=bool)
    for k in range(y.max() + 1):
        rows = np.flatnonzero(y == k)
        n_test = min(max(1, int(test_fraction * rows.size + 0.5)), rows.size - 1)
        is_test[rng.permutation(rows)[:n_test]] = True
    return is_test


def _check_parts(path, class_names, y, is_test, lines):
    for k, name in enumerate(class_names):
        rows = np.flatnonzero(y == k)
        if rows.size == 1:
            raise ValueError(
                f"{path}, line {lines[rows[0]]}: class {name!r} has a single row, so it cannot "
                "be in both the training and the test part; is the label misspelt?"
            )
        for part, members in (("train", ~is_test[rows]), ("test", is_test[rows])):
            if not members.any():
                raise ValueError(f"{path}: class {name!r} has no row marked {part!r}")


def _training_statistics(path, X, feature_names):
    mean, scale = X.mean(axis=0), X.std(axis=0)
    for j, name in enumerate(feature_names):
        low, high = X[:, j].min(), X[:, j].max()
        # A constant column is told by its range: rounding may leave it a tiny deviation.
        if low == high or scale[j] == 0:
            raise ValueError(
                f"{path}: feature {name!r} is constant over the training points ({low:g} to "
                f"{high:g}), so it has no scale; replace it, or pass standardise=False"
            )
    return mean, scale
