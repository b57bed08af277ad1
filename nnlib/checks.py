"""Checks of arguments, with messages that name the argument, its value, what is allowed and a mend.

Every other module may import this one; it imports none of them.
"""

import numbers

import numpy as np


def real_number(name, value, *, above=-np.inf, at_least=-np.inf, below=np.inf):
    """Return `value` as a float if it is one finite real number in the range, else raise."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be a real number, got {value!r}")
    limits = [f"> {above:g}"] * (above > -np.inf) + [f">= {at_least:g}"] * (at_least > -np.inf)
    limits += [f"< {below:g}"] * (below < np.inf)
    allowed = " and ".join(["finite"] + limits)
    if not np.isfinite(value) or not (above < value < below and value >= at_least):
        raise ValueError(f"{name} must be {allowed}, got {value!r}")
    return float(value)


def whole_number(name, value, at_least):
    """Return `value` as an int if it is a whole number >= `at_least`, else raise."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Integral):
        hint = ""
        if isinstance(value, numbers.Real) and np.isfinite(value) and value == int(value):
            hint = f"; write {int(value)}"
        raise TypeError(f"{name} must be a whole number >= {at_least}, got {value!r}{hint}")
    if value < at_least:
        raise ValueError(f"{name} must be a whole number >= {at_least}, got {value!r}")
    return int(value)


def points(X, name="X"):
    """Return `X` as a float64 array (n_samples, n_features) of finite numbers, else raise."""
    X = _real_array(name, X)
    if X.ndim != 2 or 0 in X.shape:
        hint = f"; for a single point write {name}[None, :]" if X.ndim == 1 and X.size else ""
        raise ValueError(
            f"{name} must have shape (n_samples, n_features), neither of them 0, "
            f"got shape {X.shape}{hint}"
        )
    _refuse_non_finite(name, X)
    return X


def vector(name, theta, dtype=np.float64):
    """Return `theta` as a one-dimensional `dtype` array of finite numbers, else raise."""
    theta = _real_array(name, theta) if dtype is np.float64 else np.asarray(theta, dtype)
    if theta.ndim != 1 or theta.size == 0:
        hint = f"; write {name}.ravel()" if theta.ndim > 1 else ""
        raise ValueError(f"{name} must be a vector, shape (n,), got shape {theta.shape}{hint}")
    _refuse_non_finite(name, theta)
    return theta


def labels(y, n_classes, n_samples, name="y"):
    """Return `y` as an int64 array (n_samples,) of labels 0 ... n_classes - 1, else raise.

    The kind of the labels is checked first, because a score that is given the wrong kind
    still returns a number: the argmax of a scalar is 0, so integers read as one-hot vectors
    turn the accuracy into the share of points predicted as class 0.
    """
    y = np.asarray(y)
    if y.ndim == 2 and y.shape[1] == n_classes:
        raise ValueError(
            f"{name} must be integer labels, shape ({n_samples},), got shape {y.shape}: "
            f"one-hot vectors? Write {name}.argmax(axis=1)"
        )
    if y.shape != (n_samples,):
        raise ValueError(
            f"{name} must have one label for each of the {n_samples} samples, "
            f"shape ({n_samples},), got shape {y.shape}"
        )
    if y.dtype.kind not in "iu":
        raise TypeError(f"{name} must be integer labels, got dtype {y.dtype}{_label_hint(name, y)}")
    if y.min() < 0 or y.max() >= n_classes:
        one_based = y.min() == 1 and y.max() == n_classes
        hint = f"labels from 1? Write {name} - 1" if one_based else "is n_classes right?"
        raise ValueError(
            f"{name} must be labels 0 ... {n_classes - 1} (n_classes={n_classes}), "
            f"got {y.min()} ... {y.max()}: {hint}"
        )
    return y.astype(np.int64)


def _real_array(name, array):
    """Return `array` as float64; refuse complex numbers, words and ragged lists."""
    try:
        array = np.asarray(array)
        if array.dtype.kind == "c":
            raise TypeError("complex numbers")
        return array.astype(np.float64, copy=False)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{name} must be an array of real numbers: {error}") from None


def _refuse_non_finite(name, array):
    finite = np.isfinite(array)
    if not finite.all():
        index = tuple(int(i) for i in np.argwhere(~finite)[0])
        position = ", ".join(map(str, index))
        raise ValueError(
            f"{name} must be finite, got {name}[{position}] = {array[index]} "
            f"({np.count_nonzero(~finite)} such entries)"
        )


def _label_hint(name, y):
    if y.dtype.kind == "b":
        return f"; write {name}.astype(int)"
    if y.dtype.kind == "f" and np.all(y == np.round(y)):
        return f"; they are whole numbers: write {name}.astype(int)"
    if y.dtype.kind in "USO":
        return f"; turn names into numbers with np.unique({name}, return_inverse=True)[1]"
    return ""
