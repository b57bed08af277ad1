"""Labelled points in the plane; the sources of those that come along: ``nnlib/data/README.md``."""

from dataclasses import dataclass

import numpy as np

from nnlib import arguments
from nnlib.csv_file import FOLDER, find, read_csv  # noqa: F401


@dataclass(frozen=True, repr=False, eq=False)
class Dataset:
    """Labelled points, a training and a test part; the arrays are the caller's own."""

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
        counts = (np.bincount(y).tolist() for y in (self.y_train, self.y_test))
        train, test = (dict(zip(self.class_names, each)) for each in counts)
        return f"Dataset({self.name!r}, train {train}, test {test})"


def load_dataset(name="spirals", *, test_fraction=0.25, seed=0, standardise=None):
    """The `Dataset` of that name, or of a CSV file with two feature columns and a label column.

    Parameters
    ----------
    name : ``"spirals"``, ``"penguins"`` or the path of a file for `nnlib.csv_file.read_csv`
    test_fraction : float, in (0, 1): the share of each class that is kept for testing
        In whole points, at least one in either part; without effect on a file with a ``split``.
    seed : int, >= 0: chooses which points are kept for testing
    standardise : bool, by default True for all but spirals: mean 0, deviation 1 over the training
    """
    test_fraction = arguments.real_number("test_fraction", test_fraction, above=0, below=1)
    seed = arguments.whole_number("seed", seed, at_least=0)
    arguments.one_of("standardise", standardise, (None, True, False))
    path = find(name)
    table = read_csv(path, test_fraction, seed)
    is_test = table.is_test
    train, test = table.features[~is_test], table.features[is_test]
    mean, scale = np.zeros(2), np.ones(2)
    if name != "spirals" if standardise is None else standardise:
        extent = np.ptp(train, axis=0)
        unit = np.ldexp(1.0, np.frexp(extent)[1])  # a power of two: no square underflows
        mean, scale = train.mean(axis=0), (train / unit).std(axis=0) * unit
        if extent.min() < 1e-300:
            name = table.feature_names[int(np.argmin(extent))]
            why = f"is constant, to {extent.min():g}, in the training part: replace it, or pass"
            raise ValueError(f"{path}: feature {name!r} {why} standardise=False")
    return Dataset(
        path.stem, (train - mean) / scale, table.y[~is_test], (test - mean) / scale,
        table.y[is_test], table.class_names, table.feature_names, mean, scale,
    )  # fmt: skip


def make_spirals(n_per_class=100, noise=0.08, turns=0.75, seed=0):
    """X, y of three spiral arms, one class an arm: (3 n_per_class, 2) and (3 n_per_class,).

    A point of arm k at t, uniform in [0, 1), lies at the radius 0.1 + 1.15 t and the angle
    2 pi (k/3 + turns t), and is shifted by normal noise of that standard deviation, >= 0.
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
