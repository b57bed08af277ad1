"""Refusals: each kind of argument that a person types is checked by one function here.

A message names the argument, its value, what is allowed and, where it can be guessed, the mend.
"""

import numbers
import sys

import numpy as np

LARGEST = 1e100  # of a coordinate: squares, sums and pictures of such numbers stay finite


def real_number(name, value, *, above=-np.inf, at_least=-np.inf, below=np.inf):
    """Return `value` as a float if it is one finite real number in the range, else raise."""
    if not isinstance(value, (int, float, np.integer, np.floating)) or isinstance(value, bool):
        hint = "; write float(...) of it" if isinstance(value, numbers.Real) else ""
        raise TypeError(f"{name} must be a real number, got {shown(value)}{hint}")
    finite = abs(value) <= sys.float_info.max  # also of an int too long for a float
    if not (finite and above < value < below and value >= at_least):
        limits = [f"> {above:g}"] * (above > -np.inf) + [f">= {at_least:g}"] * (at_least > -np.inf)
        limits += [f"< {below:g}"] * (below < np.inf)
        raise ValueError(f"{name} must be {' and '.join(['finite'] + limits)}, got {shown(value)}")
    return float(value)


def whole_number(name, value, at_least, at_most=np.inf):
    """Return `value` as an int if it is a whole number in the range, else raise."""
    allowed = f"a whole number >= {at_least}" + f" and <= {at_most}" * (at_most < np.inf)
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool):
        is_whole = isinstance(value, float) and value % 1 == 0 and abs(value) < 1e15
        hint = f"; write {int(value)}" if is_whole else ""
        raise TypeError(f"{name} must be {allowed}, got {shown(value)}{hint}")
    if not at_least <= value <= at_most:
        raise ValueError(f"{name} must be {allowed}, got {shown(value)}")
    return int(value)


def number_of_classes(n_classes):
    """Return a number of classes, or that of a Dataset or an Objective, else raise."""
    return whole_number("n_classes", getattr(n_classes, "n_classes", n_classes), at_least=2)


def one_of(name, value, allowed):
    """Return `value` if it is one of the allowed words, else raise."""
    if type(value) not in (str, bool, type(None)) or value not in allowed:
        words = ", ".join(map(repr, allowed))
        raise ValueError(f"{name} must be one of {words}, got {shown(value)}")
    return value


def shown(value):
    """`repr` for a message: never long."""
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:100]} ... {text[-50:]}"


def scalar(what, found):
    """Return the answer of somebody's function as a float, finite or not, else raise."""
    if type(found) is not float:  # in training it nearly always is: the rest takes a while
        if isinstance(found, (str, bytes)) or np.ndim(found) or np.iscomplexobj(found):
            raise TypeError(f"{what} must be one real number, got {shown(found)}")
    try:
        return float(found)
    except (TypeError, OverflowError):
        raise TypeError(f"{what} must be one real number, got {shown(found)}") from None


def array(name, values, kinds="biufO"):
    """Return `values` as an array of real numbers (complex ones if allowed), finite or not."""
    if np.ma.is_masked(values):
        raise ValueError(f"{name} must have no masked entries; fill them with {name}.filled(...)")
    try:
        values = np.asarray(values)
        if values.dtype.kind not in kinds:
            raise TypeError(f"got entries of dtype {values.dtype}")
        return values.astype(complex if values.dtype.kind == "c" else float, copy=False)
    except (TypeError, ValueError, OverflowError) as error:  # also of ragged lists
        raise TypeError(f"{name} must be an array of real numbers: {error}") from None


def points(X, name="X"):
    """Return `X` as a float64 array (n_samples, n_features) of finite numbers, else raise."""
    X = array(name, X)
    if X.ndim != 2 or 0 in X.shape:
        hint = f"; for a single point write {name}[None, :]" if X.ndim == 1 else ""
        raise ValueError(
            f"{name} must have shape (n_samples, n_features), neither of them 0, "
            f"got shape {X.shape}{hint}"
        )
    return _finite(name, X)


def vector(name, values):
    """Return `values` as a one-dimensional float64 array of finite numbers, else raise."""
    values = array(name, values)
    if values.ndim != 1 or values.size == 0:
        hint = f"; write {name}.ravel()" if values.ndim > 1 else ""
        raise ValueError(f"{name} must be a vector, shape (n,), got shape {values.shape}{hint}")
    return _finite(name, values)


def _finite(name, values):
    finite = np.isfinite(values)
    if not finite.all():
        where = tuple(int(i) for i in np.argwhere(~finite)[0])
        raise ValueError(
            f"{name} must be finite, got {name}[{', '.join(map(str, where))}] = {values[where]} "
            f"({np.count_nonzero(~finite)} such entries)"
        )
    return values


def labels(y, n_classes, n_samples, name="y"):
    """Return `y` as an int64 array (n_samples,) of labels 0 ... n_classes - 1, else raise.

    A score that is given one-hot vectors, or floats, still returns a number: chapter 4 has a case.
    """
    if np.ma.is_masked(y):
        raise ValueError(f"{name} must have no masked entries; leave their rows out")
    y = np.asarray(y)
    if y.shape != (n_samples,):
        hint = ""
        if y.ndim == 2 and y.shape[1] == n_classes:
            hint = f": one-hot vectors? Write {name}.argmax(axis=1)"
        raise ValueError(
            f"{name} must be integer labels, one for each of the {n_samples} samples, "
            f"shape ({n_samples},), got shape {y.shape}{hint}"
        )
    if y.dtype.kind not in "iu":
        names = y.dtype.kind in "USO"
        mend = f"np.unique({name}, return_inverse=True)[1]" if names else f"{name}.astype(int)"
        whole = names or y.dtype.kind == "b" or (y.dtype.kind == "f" and np.all(y == np.round(y)))
        hint = f"; write {mend}" if whole else ""
        raise TypeError(f"{name} must be integer labels, got dtype {y.dtype}{hint}")
    if y.min() < 0 or y.max() >= n_classes:
        from_one = y.min() == 1 and y.max() == n_classes
        hint = f"labels from 1? Write {name} - 1" if from_one else "is n_classes right?"
        raise ValueError(
            f"{name} must be labels 0 ... {n_classes - 1} (n_classes={n_classes}), "
            f"got {y.min()} ... {y.max()}: {hint}"
        )
    return y.astype(np.int64)
