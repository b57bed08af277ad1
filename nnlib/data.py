"""Labelled points in the plane, split into a training and a test part.

Two data sets come with the module: the synthetic ``spirals`` and the measured ``penguins``
(sources and licences: ``nnlib/data/README.md``). A CSV file of your own is loaded the same way.
"""

import difflib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nnlib import arguments
from nnlib.csv_file import read_csv

FOLDER = Path(__file__).with_name("data")
SHIPPED = ("spirals", "penguins")


@dataclass(frozen=True, repr=False, eq=False)
class Dataset:
    """Labelled points in the plane; the arrays are the caller's own and may be changed freely."""

    name: str  # "spirals", "penguins" or the file's name without its ending
    X_train: np.ndarray  # (n_samples, 2): in training standard deviations if standardised
    y_train: np.ndarray  # (n_samples,): label k belongs to class_names[k]
    X_test: np.ndarray
    y_test: np.ndarray
    class_names: tuple[str, ...]
    feature_names: tuple[str, str]  # with the units of the file, if known
    mean: np.ndarray  # (2,): X * scale + mean is in the units of the file
    scale: np.ndarray  # (2,): mean 0 and scale 1 if not standardised

    n_inputs = 2

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
        ``"spirals"``, ``"penguins"`` or the path of a CSV file. `nnlib.csv_file.read_csv` says
        what such a file may look like: separator, header, label column, ``split`` column.
    test_fraction : float
        Share of each class that is kept for testing, between 0 and 1, rounded to whole points
        (half a point counts as one) with at least one in either part. Without effect on a file
        with a ``split`` column, such as spirals.
    seed : int
        At least 0. Chooses which points are kept for testing; nothing else has a say.
    standardise : bool, optional
        Whether to shift and scale each feature to mean 0 and standard deviation 1 over the
        training points; the test points take the same shift and scale. By default every data set
        is standardised except spirals, whose coordinates are near 1 by construction.

    Returns
    -------
    Dataset
        Both parts keep the order of the file. Classes are numbered in the sorted order of their
        labels: by value if all labels are whole numbers, else as text.

    Examples
    --------
    >>> load_dataset("spirals")
    Dataset('spirals', train 300 (0: 100, 1: 100, 2: 100), test 90 (0: 30, 1: 30, 2: 30))
    """
    test_fraction = arguments.real_number("test_fraction", test_fraction, above=0, below=1)
    seed = arguments.whole_number("seed", seed, at_least=0)
    arguments.one_of("standardise", standardise, (None, True, False))
    path = _find(name)
    table = read_csv(path)
    is_test = table.is_test
    if is_test is None:
        is_test = _stratified(table.y, test_fraction, seed)
    train, test = table.features[~is_test], table.features[is_test]
    mean, scale = np.zeros(2), np.ones(2)
    if name != "spirals" if standardise is None else standardise:
        mean, scale = _training_statistics(path, train, table.feature_names)
    return Dataset(
        path.stem, (train - mean) / scale, table.y[~is_test], (test - mean) / scale,
        table.y[is_test], table.class_names, table.feature_names, mean, scale,
    )  # fmt: skip


def _find(name):
    if not isinstance(name, (str, Path)):
        shown = arguments.shown(name)
        raise TypeError(f"name must be a data set's name or the path of a CSV file, got {shown}")
    path = FOLDER / f"{name}.csv" if name in SHIPPED else Path(name).expanduser()
    if path.is_file():
        return path
    close = difflib.get_close_matches(path.stem.lower(), SHIPPED, n=1)
    raise FileNotFoundError(
        f"no data set and no file is called {str(name)!r}; the data sets that come along are "
        + " and ".join(map(repr, SHIPPED))
        + (f". Did you mean {close[0]!r}?" if close else "")
    )


def _stratified(y, test_fraction, seed):
    """Mark the test points: of each class the same share, drawn without replacement."""
    rng = np.random.default_rng(seed)
    is_test = np.zeros(y.size, dtype=bool)
    for k in range(y.max() + 1):
        rows = np.flatnonzero(y == k)
        n_test = min(max(1, int(test_fraction * rows.size + 0.5)), rows.size - 1)
        is_test[rng.permutation(rows)[:n_test]] = True
    return is_test


def _training_statistics(path, X, feature_names):
    mean, scale = X.mean(axis=0), X.std(axis=0)
    for name, constant in zip(feature_names, (np.ptp(X, axis=0) == 0) | (scale == 0)):
        if constant:
            raise ValueError(
                f"{path}: feature {name!r} is constant over the training points, so it has no "
                "scale; replace it, or pass standardise=False"
            )
    return mean, scale


def make_spirals(n_per_class=100, noise=0.08, turns=0.75, seed=0):
    """Draw points from three spiral arms around the origin, one class an arm.

    A point of arm k at position t, drawn uniformly from [0, 1), lies at the radius
    0.1 + 1.15 t and the angle 2 pi (k/3 + turns t), and is then shifted by normal noise.

    Parameters
    ----------
    n_per_class : int
        Points of each arm, at least 1.
    noise : float
        Standard deviation of the shift in x1 and in x2, in units of the plane, at least 0.
    turns : float
        Turns of an arm around the origin from its inner to its outer end, anticlockwise.
    seed : int
        At least 0. The same seed gives the same points; the global random state is left alone.

    Returns
    -------
    X : ndarray, shape (3 n_per_class, 2), float64
        Ordered by class; at most 1.25 plus the noise from the origin.
    y : ndarray, shape (3 n_per_class,), int64
        The arm, 0, 1 or 2.
    """
    n_per_class = arguments.whole_number("n_per_class", n_per_class, at_least=1)
    noise = arguments.real_number("noise", noise, at_least=0, below=arguments.LARGEST)
    turns = arguments.real_number("turns", turns, at_least=-1e6, below=1e6)  # keeps ten digits
    rng = np.random.default_rng(arguments.whole_number("seed", seed, at_least=0))
    y = np.repeat(np.arange(3), n_per_class)
    t = rng.random(y.size)
    radius, angle = 0.1 + 1.15 * t, 2 * np.pi * (y / 3 + turns * t)
    arms = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    return arms + noise * rng.standard_normal(arms.shape), y
