"""Refusals: they name the argument, its value, what is allowed and, if it is plain, the mend."""

import numbers
import sys

import numpy as np

LARGEST = 1e100  # of a coordinate: squares, sums and pictures of such numbers stay finite


def refuse(name, must, found, error=TypeError):
    """Say what `name` must be, and what was found."""
    raise error(f"{name} must {must}, got {shown(found)}")


def real_number(name, value, *, above=-np.inf, at_least=-np.inf, below=np.inf):
    """Return `value` as a float if it is one finite real number in the range, else raise."""
    if not isinstance(value, (int, float, np.integer, np.floating)) or isinstance(value, bool):
        refuse(name, "be a real number", value)
    number = value if isinstance(value, int) else float(value)  # an int may be too long for a float
    if not (abs(number) <= sys.float_info.max and above < number < below and number >= at_least):
        limits = [f"> {above:g}"] * (above > -np.inf) + [f">= {at_least:g}"] * (at_least > -np.inf)
        limits += [f"< {below:g}"] * (below < np.inf)
        refuse(name, f"be {' and '.join(['finite'] + limits)}", value, ValueError)
    return float(number)


def whole_number(name, value, at_least, at_most=np.inf):
    """Return `value` as an int if it is a whole number in the range, else raise."""
    is_int = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if is_int and at_least <= value <= at_most:
        return int(value)
    allowed = f"be a whole number >= {at_least}" + f" and <= {at_most}" * (at_most < np.inf)
    if is_int:
        refuse(name, allowed, value, ValueError)
    is_whole = isinstance(value, float) and value % 1 == 0 and abs(value) < 1e15
    mend = f"; write {int(value)}" if is_whole else ""
    raise TypeError(f"{name} must {allowed}, got {shown(value)}{mend}")


def number_of_classes(n_classes):
    """Return a number of classes, or that of a Dataset or an Objective, else raise."""
    return whole_number("n_classes", getattr(n_classes, "n_classes", n_classes), at_least=2)


def one_of(name, value, allowed):
    """Return `value` if it is one of the allowed words, else raise."""
    if type(value) not in (str, bool, type(None)) or value not in allowed:
        refuse(name, f"be one of {', '.join(map(repr, allowed))}", value, ValueError)
    return value


def shown(value):
    """`repr` for a message: never long."""
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:100]} ... {text[-50:]}"


def scalar(what, found):
    """Return the answer of somebody's function as a float, finite or not, else raise."""
    if type(found) is float:  # in training it nearly always is: the rest takes a while
        return found
    if isinstance(found, (numbers.Real, np.ndarray)) and np.ndim(found) == 0:
        return float(np.clip(found, -np.inf, np.inf))
    refuse(what, "be one real number", found)


def array(name, values, kinds="biufO"):
    """Return `values` as an array of numbers of these kinds, or of anything if kinds is empty."""
    if np.ma.is_masked(values):  # an array made of it would show what the mask hides
        raise ValueError(f"{name} must have no masked entries: leave them out, or call filled()")
    try:
        values = np.asarray(values)
        if kinds and values.dtype.kind not in kinds:
            raise TypeError(f"got entries of dtype {values.dtype}")
        kind = (complex if values.dtype.kind == "c" else float) if kinds else values.dtype
        return values.astype(kind, copy=False)
    except (TypeError, ValueError, OverflowError) as error:  # also of ragged lists
        raise TypeError(f"{name} must be an array of real numbers: {error}") from None


def points(X, name="X"):
    """Return `X` as a float64 array (n_samples, n_features) of finite numbers, else raise."""
    return _finite(name, X, "(n_samples, n_features)", f"for a single point write {name}[None, :]")


def vector(name, values):
    """Return `values` as a one-dimensional float64 array of finite numbers, else raise."""
    return _finite(name, values, "(n,)", f"write {name}.ravel()")


def _finite(name, values, shape, hint):
    values = array(name, values)
    if values.ndim != len(shape.split(" ")) or values.size == 0:
        hint = f"; {hint}" if values.ndim and values.size else ", which has no entries"
        raise ValueError(f"{name} must have shape {shape}, got shape {values.shape}{hint}")
    wrong = np.argwhere(~np.isfinite(values))
    if wrong.size:
        where = tuple(wrong[0].tolist())
        found = f"{name}[{', '.join(map(str, where))}] = {values[where]}"
        raise ValueError(f"{name} must be finite, got {found} ({len(wrong)} such entries)")
    return values


def labels(y, n_classes, n_samples, name="y"):
    """Return `y` as an intp array (n_samples,) of labels 0 ... n_classes - 1, else raise."""
    y, must = array(name, y, kinds=""), f"{name} must be integer labels"
    if y.shape != (n_samples,):
        is_one_hot = y.ndim == 2 and y.shape[1] == n_classes
        hint = f": one-hot vectors? Write {name}.argmax(axis=1)" if is_one_hot else ""
        each = f"one for each of the {n_samples} samples, shape ({n_samples},)"
        raise ValueError(f"{must}, {each}, got shape {y.shape}{hint}")
    if y.dtype.kind not in "iu":
        words, whole = y.dtype.kind in "USO", y.dtype.kind == "b"
        whole |= y.dtype.kind == "f" and bool(np.all(y == np.round(y)))
        mend = f"np.unique({name}, return_inverse=True)[1]" if words else f"{name}.astype(int)"
        hint = f"; write {mend}" if words or whole else ""
        raise TypeError(f"{must}, got dtype {y.dtype}{hint}")
    if y.min() < 0 or y.max() >= n_classes:
        from_one = y.min() == 1 and y.max() == n_classes
        hint = f"labels from 1? Write {name} - 1" if from_one else "is n_classes right?"
        allowed = f"0 ... {n_classes - 1} (n_classes={n_classes})"
        raise ValueError(f"{must} {allowed}, got {y.min()} ... {y.max()}: {hint}")
    return y.astype(np.intp)
