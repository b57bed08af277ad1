"""Checks of arguments, with messages that name the argument, its value, what is allowed and a mend.

Every other module may import this one; it imports none of them.
"""

import math
import numbers

import numpy as np


def real_number(name, value, *, above=-np.inf, at_least=-np.inf, below=np.inf):
    """Return `value` as a float if it is one finite real number in the range, else raise."""
    if not isinstance(value, (int, float, np.integer, np.floating)) or isinstance(value, bool):
        hint = "; write float(...) of it" if isinstance(value, numbers.Real) else ""
        raise TypeError(f"{name} must be a real number, got {shown(value)}{hint}")
    number = _as_float(value)
    if not math.isfinite(number) or not (above < number < below and number >= at_least):
        limits = [f"> {above:g}"] * (above > -np.inf) + [f">= {at_least:g}"] * (at_least > -np.inf)
        limits += [f"< {below:g}"] * (below < np.inf)
        allowed = " and ".join(["finite"] + limits)
        raise ValueError(f"{name} must be {allowed}, got {shown(value)}")
    return number


def whole_number(name, value, at_least, at_most=np.inf):
    """Return `value` as an int if it is a whole number in the range, else raise."""
    allowed = f"a whole number >= {at_least}" + f" and <= {at_most}" * (at_most < np.inf)
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool):
        number = float(value) if isinstance(value, (float, np.floating)) else math.nan
        hint = f"; write {int(number)}" if abs(number) < 1e15 and number % 1 == 0 else ""
        raise TypeError(f"{name} must be {allowed}, got {shown(value)}{hint}")
    if not at_least <= value <= at_most:
        raise ValueError(f"{name} must be {allowed}, got {shown(value)}")
    return int(value)


def shown(value):
    """`repr` for a message: of anything, and never long."""
    try:
        text = repr(value)
    except ValueError:  # Python writes out no integer of more than 4300 digits
        return "an integer of thousands of digits"
    return text if len(text) <= 200 else f"{text[:100]} ... {text[-50:]}"


def _as_float(value):
    try:
        return float(value)
    except OverflowError:  # an integer of over 308 digits
        return math.inf


def scalar(what, found):
    """Return the answer `found` of somebody's function as a float, finite or not, else raise."""
    if type(found) is float:  # nearly always, in the loop of training: the rest takes a while
        return found
    try:
        # Not what float() alone would take: words, an array with one entry, a real part.
        if not (isinstance(found, (str, bytes)) or np.ndim(found) or np.iscomplexobj(found)):
            return float(found)
    except (TypeError, ValueError, OverflowError):
        pass
    raise TypeError(f"{what} must be one real number, got {shown(found)}")


def no_class(name, value):
    """Refuse a class where one of its objects is meant: the parentheses are easily forgotten."""
    if isinstance(value, type):
        word = value.__name__
        raise TypeError(f"{name} must be an object, got the class {word}; write {word}(...)")


def points(X, name="X"):
    """Return `X` as a float64 array (n_samples, n_features) of finite numbers, else raise."""
    X = real_array(name, X)
    if X.ndim != 2 or 0 in X.shape:
        hint = f"; for a single point write {name}[None, :]" if X.ndim == 1 and X.size else ""
        raise ValueError(
            f"{name} must have shape (n_samples, n_features), neither of them 0, "
            f"got shape {X.shape}{hint}"
        )
    _refuse_non_finite(name, X)
    return X


def vector(name, theta):
    """Return `theta` as a one-dimensional float64 array of finite numbers, else raise."""
    theta = real_array(name, theta)
    if theta.ndim != 1 or theta.size == 0:
        hint = f"; write {name}.ravel()" if theta.ndim > 1 else ""
        raise ValueError(f"{name} must be a vector, shape (n,), got shape {theta.shape}{hint}")
    _refuse_non_finite(name, theta)
    return theta


def labels(y, n_classes, n_samples=None, name="y"):
    """Return `y` as an int64 array (n_samples,) of labels 0 ... n_classes - 1, else raise.

    The kind of the labels is checked first, because a score that is given the wrong kind
    still returns a number: the argmax of a scalar is 0, so integers read as one-hot vectors
    turn the accuracy into the share of points predicted as class 0.
    """
    n_classes = whole_number("n_classes", n_classes, at_least=1)
    y = any_array(name, y)
    if n_samples is None:
        n_samples = len(y) if y.ndim else 1
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
    if y.size == 0:
        raise ValueError(f"{name} must have at least one label, got none")
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


def any_array(name, array):
    """Return `array` as an ndarray; refuse ragged lists, and entries that are hidden by a mask."""
    if isinstance(array, np.ma.MaskedArray) and np.ma.is_masked(array):
        n_masked = np.ma.count_masked(array)
        raise ValueError(
            f"{name} must have no masked entries, got {n_masked}; leave their rows out, or fill "
            f"them with {name}.filled(...)"
        )
    try:
        return np.asarray(array)
    except ValueError as error:
        raise TypeError(f"{name} must be an array of numbers: {error}") from None


def real_array(name, array):
    """Return `array` as float64, finite or not; refuse complex numbers, words, ragged lists."""
    if type(array) is np.ndarray and array.dtype == np.float64:  # see `scalar`
        return array
    return _number_array(name, array, np.float64)


def complex_array(name, array):
    """Return `array` as complex128 if it is complex, else as `real_array` does."""
    if type(array) is np.ndarray and array.dtype == np.float64:  # see `scalar`
        return array
    is_complex = np.iscomplexobj(any_array(name, array))
    return _number_array(name, array, np.complex128 if is_complex else np.float64)


def _number_array(name, array, dtype):
    array = any_array(name, array)
    try:
        if array.dtype.kind not in ("biufO" if dtype is np.float64 else "c"):
            kind = {"c": "complex numbers", "U": "words", "S": "words"}.get(array.dtype.kind, "")
            raise TypeError(f"got {kind or 'entries'} of dtype {array.dtype}")
        if array.dtype.kind == "O" and any(isinstance(e, (str, bytes)) for e in array.flat):
            raise TypeError("some entries are words")
        with np.errstate(over="ignore"):  # a long double beyond 1e308: refused as infinite
            return array.astype(dtype, copy=False)
    except (TypeError, ValueError, OverflowError) as error:
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
