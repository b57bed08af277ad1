"""What is called below the pictures: checks, losses, network, objective, metrics, the report."""

import math
import numbers as abc
from dataclasses import asdict

import numpy as np
from hypothesis import strategies as st

from nnlib import checks, claims, losses, metrics, mistakes, network, objective, report

from .harness import classes, close, fuzz, real, whole
from .hostile import ALIENS, NUMBERS, ODD
from .legal import logits_by_hand, loss_by_hand, networks, numbers, seeds, shares, sizes

names = st.sampled_from(["alpha", "n_hidden", "X[0]"])
anything = st.sampled_from((*NUMBERS, *ALIENS, *ODD))

# ---- checks


@fuzz(
    checks.real_number,
    {"name": names, "value": st.floats(-1, 1), "above": st.just(-2.0)},
    names=("alpha", "n_hidden", r"X\[0\]"),
    spoil=("value",),
)
def _(found, name, value, above):
    assert type(found) is float and math.isfinite(found) and found > above
    assert isinstance(value, abc.Real) and not isinstance(value, (bool, np.bool_))
    assert found == float(value)


@fuzz(
    checks.whole_number,
    {"name": names, "value": st.integers(2, 9), "at_least": st.just(2)},
    names=("alpha", "n_hidden", r"X\[0\]"),
    spoil=("value",),
)
def _(found, name, value, at_least):
    assert type(found) is int and found == whole(value, at_least)


@fuzz(checks.points, {"X": numbers((3, 2))})
def _(found, X):
    assert found.dtype == np.float64 and type(found) is np.ndarray
    np.testing.assert_array_equal(found, real(X, 2))


@fuzz(checks.vector, {"name": st.just("theta"), "theta": numbers(5)}, spoil=("theta",))
def _(found, name, theta):
    assert found.dtype == np.float64 and type(found) is np.ndarray
    np.testing.assert_array_equal(found, real(theta, 1))


@fuzz(
    checks.labels,
    networks(hidden=st.just(1)).map(
        lambda p: {"y": p["y"], "n_classes": p["n_classes"], "n_samples": len(p["y"])}
    ),
    spoil=("y", "n_classes"),
)
def _(found, y, n_classes, n_samples):
    assert found.dtype == np.int64 and found.shape == (n_samples,)
    assert found.tolist() == classes(y, n_classes)


@fuzz(
    checks.scalar,
    {"what": st.just("value(theta)"), "found": st.floats(-9, 9)},
    spoil=("found",),
    names=(r"value\(theta\)",),
)
def _(answer, what, found):
    assert type(answer) is float
    number = found[()] if isinstance(found, np.ndarray) else found
    assert not isinstance(number, (str, bytes, complex)) and number is not None


@fuzz(
    checks.no_class,
    {"name": st.just("step"), "value": st.one_of(anything, st.sampled_from([int, np.ndarray]))},
    spoil=(),
    names=("step",),
    refusable=True,
)
def _(found, name, value):
    assert found is None and not isinstance(value, type)


@fuzz(checks.shown, {"value": st.one_of(anything, st.text())})
def _(found, value):
    assert 0 < len(found) <= 200


arrays_of = {"name": st.just("theta"), "array": numbers((2, 3))}


@fuzz(checks.any_array, arrays_of, spoil=("array",), names=("theta",))
def _(found, name, array):
    assert type(found) is np.ndarray and not np.ma.is_masked(array)


@fuzz(checks.real_array, arrays_of, spoil=("array",), names=("theta",))
def _(found, name, array):
    assert type(found) is np.ndarray and found.dtype == np.float64
    if np.isfinite(found).all() and found.size:
        np.testing.assert_array_equal(found, real(array, found.ndim))


@fuzz(checks.complex_array, arrays_of, spoil=("array",), names=("theta",))
def _(found, name, array):
    assert type(found) is np.ndarray and found.dtype in (np.float64, np.complex128)
    assert (found.dtype.kind == "c") == np.iscomplexobj(array)


# ---- losses


def only(*names):
    return lambda arguments: {name: arguments[name] for name in names}


@fuzz(losses.log_softmax, {"logits": numbers((4, 3), 1e30)}, spoil=())
def _(found, logits):
    assert (found <= 0).all() and np.isfinite(found).all()
    np.testing.assert_allclose(np.exp(found).sum(axis=1), 1, rtol=1e-13)


@fuzz(
    losses.cross_entropy,
    networks(hidden=st.just(1)).flatmap(
        lambda p: st.fixed_dictionaries(
            {"logits": numbers((len(p["y"]), p["n_classes"]), 1e30), "y": st.just(p["y"])}
        )
    ),
)
def _(found, logits, y):
    assert type(found) is float and found >= 0
    close(found, loss_by_hand(logits, y), 1e-15)


@fuzz(losses.Targets, networks(hidden=st.just(1)).map(only("y", "n_classes")), spoil=())
def _(found, y, n_classes):
    assert found.one_hot.shape == (n_classes, len(y)) and found.one_hot.sum() == len(y)
    assert found.one_hot.argmax(axis=0).tolist() == y.tolist()
    assert (found.one_hot.ravel()[found.at] == 1).all()


def summed_cross_entropy(logits, y):
    targets = losses.Targets(y, logits.shape[-1])
    return losses.cross_entropy_forward(logits.T, targets)


@fuzz(
    summed_cross_entropy,
    networks(hidden=st.just(1)).flatmap(
        lambda p: st.fixed_dictionaries(
            {"logits": numbers((len(p["y"]), p["n_classes"])), "y": st.just(p["y"])}
        )
    ),
    name="nnlib.losses.cross_entropy_forward",
    spoil=(),
)
def _(found, logits, y):
    total, backward = found
    dlogits = backward().T
    close(float(total), len(y) * loss_by_hand(logits, y), 1e-14)
    assert dlogits.shape == logits.shape and (abs(dlogits) <= 1).all()
    np.testing.assert_allclose(dlogits.sum(axis=1), 0, atol=1e-15)
    one_hot = np.eye(logits.shape[1], dtype=bool)[y]
    assert (dlogits[one_hot] <= 0).all() and (dlogits[~one_hot] >= 0).all()


# ---- network

shapes = {"n_hidden": sizes, "n_inputs": st.integers(1, 5), "n_classes": st.integers(2, 5)}


@fuzz(network.count_parameters, shapes)
def _(found, n_hidden, n_inputs, n_classes):
    n_hidden, n_classes = whole(n_hidden, 1), whole(n_classes, 2)
    expected = n_hidden * (whole(n_inputs, 1) + 1) + (n_hidden + 1) * n_classes
    assert type(found) is int and found == expected


@fuzz(network.init_parameters, shapes | {"seed": seeds})
def _(found, n_hidden, n_inputs, n_classes, seed):
    n_inputs, n_classes = whole(n_inputs, 1), whole(n_classes, 2)
    assert found.shape == (network.count_parameters(n_hidden, n_inputs, n_classes),)
    parts = network.unpack(found, n_inputs, n_classes)
    for part, fan_in in zip(parts, (n_inputs, n_inputs, n_hidden, n_hidden)):
        assert (abs(part) <= 1 / math.sqrt(fan_in)).all()
    again = network.init_parameters(int(n_hidden), n_inputs, n_classes, whole(seed, 0))
    np.testing.assert_array_equal(found, again)


@fuzz(
    network.unpack,
    networks(labelled=False).map(
        lambda p: {"theta": p["theta"], "n_inputs": p["X"].shape[1], "n_classes": p["n_classes"]}
    ),
)
def _(found, theta, n_inputs, n_classes):
    n_inputs, n_classes = whole(n_inputs, 1), whole(n_classes, 2)
    flat = np.concatenate([part.ravel() for part in found])
    assert repr(flat.tolist()) == repr(np.asarray(theta).tolist())
    n_hidden = len(found.b0)
    expected = (n_hidden, n_inputs), (n_hidden,), (n_classes, n_hidden), (n_classes,)
    assert tuple(part.shape for part in found) == expected
    assert not isinstance(theta, np.ndarray) or all(np.shares_memory(p, theta) for p in found)


@fuzz(network.Parameters, {k: numbers((2, 2)) for k in ("W0", "b0", "W1", "b1")}, spoil=())
def _(found, W0, b0, W1, b1):
    assert found.W0 is W0 and found.b0 is b0 and found.W1 is W1 and found.b1 is b1


@fuzz(network.sigmoid, {"z": numbers((3, 2), 1e30)}, spoil=())
def _(found, z):
    assert ((found >= 0) & (found <= 1)).all()
    np.testing.assert_allclose(found + network.sigmoid(-z), 1, atol=1e-15)


def sigmoid_of_minus_a_copy(a):
    a = a.copy()
    assert network.sigmoid_of_minus(a) is a
    return a


@fuzz(
    sigmoid_of_minus_a_copy,
    {"a": numbers((3, 2), 700.0)},
    name="nnlib.network.sigmoid_of_minus",
    spoil=(),
)
def _(found, a):
    np.testing.assert_array_equal(found, network.sigmoid(-a))


@fuzz(network.with_ones, {"X": numbers((4, 2))}, spoil=())
def _(found, X):
    np.testing.assert_array_equal(found, np.r_[X.T, [[1, 1, 1, 1]]])


@fuzz(network.transposed, {"matrices": numbers((2, 3, 4))}, spoil=())
def _(found, matrices):
    assert found.shape == (2, 4, 3) and found[1, 3, 2] == matrices[1, 2, 3]


@fuzz(
    network.unpack_runs,
    networks(labelled=False).map(
        lambda p: {
            "theta": np.stack([p["theta"], -p["theta"]]),
            "n_inputs": p["X"].shape[1],
            "n_classes": p["n_classes"],
        }
    ),
    spoil=(),
)
def _(found, theta, n_inputs, n_classes):
    for i, run in enumerate(theta):
        for part, right in zip(found, network.unpack(run, n_inputs, n_classes)):
            np.testing.assert_array_equal(part[i], right)


def forward(theta, X, n_classes):
    with np.errstate(over="ignore"):  # an inner loop: its callers see to that
        return network.forward(network.unpack(theta, X.shape[1], n_classes), network.with_ones(X))


@fuzz(forward, networks(labelled=False), name="nnlib.network.forward", spoil=())
def _(found, theta, X, n_classes):
    z2, backward = found
    same_logits(z2.T, theta, X, n_classes)
    gradient = backward(np.ones_like(z2))
    assert gradient.shape == theta.shape and np.isfinite(gradient).all()
    np.testing.assert_allclose(gradient[-n_classes:], len(X))


def same_logits(found, theta, X, n_classes):
    n_samples, n_classes = len(real(X, 2)), whole(n_classes, 2)
    assert found.shape == (n_samples, n_classes) and np.isfinite(found).all()
    by_hand = logits_by_hand(theta, X, n_classes)
    if by_hand is not None:
        assert (abs(found - by_hand[0]) <= by_hand[1] + 1e-290).all()


@fuzz(network.predict_logits, networks(labelled=False))
def _(found, theta, X, n_classes):
    same_logits(found, theta, X, n_classes)


@fuzz(network.predict_proba, networks(labelled=False))
def _(found, theta, X, n_classes):
    assert found.shape == (len(real(X, 2)), whole(n_classes, 2)) and (found >= 0).all()
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-13)
    logits = network.predict_logits(theta, X, n_classes)
    for row, probabilities in zip(logits.tolist(), found.tolist()):
        total = math.fsum(math.exp(v - max(row)) for v in row)
        for v, p in zip(row, probabilities):
            close(p, math.exp(v - max(row)) / total, 1e-300, 1e-10)


@fuzz(network.predict, networks(labelled=False))
def _(found, theta, X, n_classes):
    logits = network.predict_logits(theta, X, n_classes)
    assert found.dtype.kind == "i"
    assert found.tolist() == [row.index(max(row)) for row in logits.tolist()]


# ---- objective


def objective_with(theta, X, y, weight_decay, n_classes, of):
    """Build an Objective and call one of its methods."""
    return getattr(objective.Objective(X, y, weight_decay, n_classes), of)(theta)


def problems(**more):
    decay = st.sampled_from([0.0, 0.01, 1, 1e6])
    return st.tuples(networks(), decay).map(lambda p: p[0] | {"weight_decay": p[1]} | more)


@fuzz(objective.Objective, problems().map(lambda p: {k: p[k] for k in p if k != "theta"}))
def _(found, X, y, weight_decay, n_classes):
    X = real(X, 2)
    assert len(classes(y, whole(n_classes, 2))) == len(X) and float(weight_decay) >= 0
    assert f"{len(X)} samples, {X.shape[1]} inputs, {n_classes} classes" in repr(found)
    theta = np.zeros(network.count_parameters(2, X.shape[1], int(n_classes)))
    close(found.value(theta), math.log(n_classes))  # a blind guess


def same_value(found, theta, X, y, weight_decay, n_classes):
    """The value is cross-entropy plus penalty; infinite only if something overflows."""
    if isinstance(found, np.ndarray):  # of several runs at once
        assert found.shape == np.shape(theta)[:1]
        for value, run in zip(found.tolist(), np.asarray(theta)):
            same_value(value, run, X, y, weight_decay, n_classes)
        return
    assert type(found) in (float, complex)
    if isinstance(found, complex):
        assert np.asarray(theta).dtype.kind in "cO"
        found, theta = found.real, np.asarray(theta).real
    flat = np.asarray(theta)
    assert flat.dtype.kind in "biufO" and not np.ma.is_masked(theta), "no numbers"
    flat = flat.astype(float)
    if not np.isfinite(flat).all() or abs(flat).max() > 1e100 or abs(real(X, 2)).max() > 1e100:
        return
    logits = network.predict_logits(flat, X, n_classes)
    W0, _, W1, _ = network.unpack(flat, real(X, 2).shape[1], int(n_classes))
    penalty = (
        float(weight_decay) / 2 * math.fsum(w * w for W in (W0, W1) for w in W.ravel().tolist())
    )
    close(found, loss_by_hand(logits, y) + penalty, 1e-13)


def same_gradient(found, theta, X, y, weight_decay, n_classes):
    """Each entry against a central difference, where theta and X are of ordinary size."""
    assert found.shape == np.shape(theta)
    if found.ndim == 2:  # of several runs at once
        for gradient, run in zip(found, np.asarray(theta)):
            same_gradient(gradient, run, X, y, weight_decay, n_classes)
        return
    flat = np.asarray(theta)
    if flat.dtype.kind == "c" or not np.isfinite(flat.astype(float)).all():
        return
    flat = flat.astype(float)
    if max(abs(flat).max(), abs(real(X, 2)).max()) > 1e100 or float(weight_decay) > 1e100:
        return
    assert np.isfinite(found).all()
    if weight_decay == 0:
        assert abs(found[-int(n_classes) :].sum()) < 1e-13
    if flat.size < 40 and abs(flat).max() < 2 and abs(real(X, 2)).max() < 2 and weight_decay < 2:
        value = objective.Objective(X, y, weight_decay, n_classes).value
        for i in range(flat.size):
            h = 1e-5 * np.eye(flat.size)[i]
            assert abs((value(flat + h) - value(flat - h)) / 2e-5 - found[i]) < 1e-7


for _method in ("forward", "value", "gradient", "value_and_gradient"):
    _call = lambda of=_method: (  # noqa: E731
        lambda theta, X, y, weight_decay, n_classes: objective_with(
            theta, X, y, weight_decay, n_classes, of
        )
    )

    @fuzz(_call(), problems(), name=f"nnlib.objective.Objective.{_method}")
    def _(found, of=_method, **arguments):
        value, gradient = {
            "forward": lambda: (found[0], found[1]()),
            "value": lambda: (found, None),
            "gradient": lambda: (None, found),
            "value_and_gradient": lambda: found,
        }[of]()
        if value is not None:
            same_value(value, **arguments)
        if gradient is not None:
            same_gradient(gradient, **arguments)


# ---- metrics


@fuzz(
    metrics.confusion_matrix,
    networks(hidden=st.just(1)).map(
        lambda p: {"y": p["y"], "y_predicted": p["y"][::-1], "n_classes": p["n_classes"]}
    ),
)
def _(found, y, y_predicted, n_classes):
    pairs = list(zip(classes(y, n_classes), classes(y_predicted, n_classes), strict=True))
    expected = [[pairs.count((i, j)) for j in range(n_classes)] for i in range(n_classes)]
    assert found.tolist() == expected and found.sum() == len(pairs)


@fuzz(metrics.evaluate, networks())
def _(found, theta, X, y, n_classes):
    predicted, true = network.predict(theta, X, n_classes).tolist(), classes(y, n_classes)
    hits = sum(a == b for a, b in zip(predicted, true, strict=True))
    assert found.accuracy == hits / len(true)
    assert found.confusion.sum() == len(true) and np.trace(found.confusion) == hits
    close(found.loss, loss_by_hand(network.predict_logits(theta, X, n_classes), y), 1e-15)
    assert f"{len(true)} samples" in repr(found)


@fuzz(
    metrics.Evaluation,
    {"loss": st.floats(0, 9), "accuracy": shares, "confusion": st.just(np.eye(3, dtype=int))},
    spoil=(),
)
def _(found, loss, accuracy, confusion):
    assert repr(found).startswith("Evaluation(loss=") and found.confusion is confusion


# ---- planted mistakes, and the report's


def planted(mistake, theta, X, y, n_classes):
    return mistakes.MISTAKES[mistake](theta, X, y, n_classes)


for _mistake in mistakes.MISTAKES:

    @fuzz(mistakes.MISTAKES[_mistake], networks(), name=f"nnlib.mistakes.MISTAKES[{_mistake!r}]")
    def _(found, theta, X, y, n_classes, mistake=_mistake):
        X, theta = real(X, 2), real(theta, 1)
        classes(y, n_classes)
        assert found.shape == theta.shape
        if max(abs(theta).max(), abs(X).max()) > 1e100:
            return
        assert np.isfinite(found).all()
        right = objective.Objective(X, y, 0.0, n_classes).gradient(theta)
        factor = {"wrong sign": -1, "sum instead of mean": len(X)}.get(mistake)
        if factor is not None:
            scale = 1e-12 * max(1, abs(X).max()) * max(1, abs(theta).max()) * len(X)
            np.testing.assert_allclose(found, factor * right, rtol=1e-9, atol=scale)
        if "slope" in mistake:  # the output layer is right
            last = n_classes * (theta.size - n_classes) // (X.shape[1] + 1 + n_classes) + n_classes
            np.testing.assert_allclose(found[-last:], right[-last:], rtol=1e-9, atol=1e-12)


columns = st.builds(
    lambda z: np.exp(losses.log_softmax(z)).T, numbers((4, 3), 30.0)
)  # probabilities, (n_classes, n_samples)
printed = st.booleans()


@fuzz(
    report.loss_slope,
    {"y_hat": columns, "one_hot": st.just(np.eye(3)[[0, 1, 2, 1]].T), "printed": printed},
    spoil=(),
)
def _(found, y_hat, one_hot, printed):
    assert found.shape == y_hat.shape and (found[one_hot == 0] == 0).all()
    assert ((found > 0) if printed else (found < 0))[one_hot == 1].all()
    np.testing.assert_allclose(abs(found * y_hat), one_hot)


@fuzz(
    report.through_softmax,
    {"dy_hat": numbers((3, 4)), "y_hat": columns, "z2": numbers((3, 4), 1e30), "printed": printed},
    spoil=(),
)
def _(found, dy_hat, y_hat, z2, printed):
    if printed:
        assert (found * dy_hat <= 0).all() and (abs(found) <= abs(dy_hat) * 0.25000001).all()
    else:  # a shift of all logits changes nothing
        np.testing.assert_allclose(found.sum(axis=0), 0, atol=1e-11)


@fuzz(report.sigmoid_slope, {"z1": numbers((3, 4), 1e30), "printed": printed}, spoil=())
def _(found, z1, printed):
    assert ((found >= 0) & (found <= (1 if printed else 0.25))).all()


def two_inputs_three_classes(**more):
    """The report's own size."""
    return st.tuples(networks(2, 3), st.fixed_dictionaries(more)).map(
        lambda p: {k: p[0][k] for k in ("theta", "X", "y")} | p[1]
    )


some_printed = st.lists(st.sampled_from(report.WRONG_VALUES), unique=True).map(tuple)


def right_where_nothing_is_printed(found, theta, X, y, printed):
    theta, X = real(theta, 1), real(X, 2)
    classes(y, 3)
    assert set(printed) <= set(report.WRONG_VALUES) and not isinstance(printed, str)
    assert found.shape == theta.shape
    logits = network.predict_logits(theta, X)
    if np.ptp(logits, axis=1).max() > 300 or max(abs(theta).max(), abs(X).max()) > 1e100:
        return  # a probability may underflow, as documented
    assert np.isfinite(found).all()
    right = objective.Objective(X, y).gradient(theta)
    slack = 1e-11 * max(1, abs(X).max()) * max(1, abs(theta).max())
    if not printed:
        np.testing.assert_allclose(found, right, rtol=1e-8, atol=slack)
    if set(printed) == {"R5"}:  # its whole effect is the sign
        np.testing.assert_allclose(found, -right, rtol=1e-8, atol=slack)


@fuzz(report.report_gradient, two_inputs_three_classes(printed=some_printed))
def _(found, theta, X, y, printed):
    right_where_nothing_is_printed(found, theta, X, y, printed)


@fuzz(
    report.PrintedObjective,
    two_inputs_three_classes(printed=some_printed).map(
        lambda p: (
            {"objective": objective.Objective(p["X"], p["y"])}
            | {k: p[k] for k in ("X", "y", "printed")}
        )
    ),
)
def _(found, objective, X, y, printed):
    theta = network.init_parameters(2)
    value, backward = found.forward(theta)
    assert value == objective.value(theta)
    right_where_nothing_is_printed(backward(), theta, X, y, printed)


def printed_forward(theta, X, y, printed):
    return report.PrintedObjective(objective.Objective(X, y), X, y, printed).forward(theta)


@fuzz(
    printed_forward,
    two_inputs_three_classes(printed=some_printed),
    name="nnlib.report.PrintedObjective.forward",
)
def _(found, theta, X, y, printed):
    same_value(found[0], theta, X, y, 0.0, 3)


@fuzz(
    report.integer_label_metric,
    two_inputs_three_classes(
        base=st.sampled_from([2, 2.0, math.e, 10, 1e300]), divisor=st.sampled_from([1, 3.0, 1e-9])
    ),
)
def _(found, theta, X, y, base, divisor):
    logits = network.predict_logits(theta, X).tolist()
    y = classes(y, 3)
    assert float(base) > 1 and float(divisor) > 0 and len(y) == len(logits)
    logs = [
        k * sum(v - max(row) - math.log(sum(math.exp(u - max(row)) for u in row)) for v in row)
        for k, row in zip(y, logits)
    ]
    expected = -math.fsum(logs) / len(y) / math.log(base) / float(divisor)
    close(found[0], expected, 1e-12 / min(1, float(divisor)))
    assert found[1] == sum(row.index(max(row)) == 0 for row in logits) / len(y)


@fuzz(claims.Claim, {k: st.text() for k in claims.Claim.__annotations__}, spoil=())
def _(found, **fields):
    assert asdict(found) == fields
