"""Arguments that every function has to take, and answers worked out by other means."""

import math

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nnlib import count_parameters

from .harness import classes, real, whole

seeds = st.integers(0, 2**32 - 1)
sizes = st.one_of(st.integers(1, 6), st.sampled_from([12, 100, 1000]))
alphas = st.one_of(
    st.sampled_from([1e-300, 1e-9, 0.1, 1.0, 10.0, 1e9, 1e300]), st.floats(1e-3, 1e3)
)
shares = st.floats(0.001, 0.999)


def numbers(shape, largest=100.0):
    return arrays(float, shape, elements=st.floats(-largest, largest, allow_subnormal=False))


@st.composite
def networks(draw, n_inputs=None, n_classes=None, labelled=True, hidden=sizes):
    """theta, X, y and n_classes that fit; a class may be missing, points may coincide."""
    n_hidden = draw(hidden)
    n_inputs = n_inputs or draw(st.integers(1, 4))
    n_classes = n_classes or draw(st.integers(2, 5))
    n_samples = draw(st.integers(1, 6))
    size = count_parameters(n_hidden, n_inputs, n_classes)
    scale = draw(st.sampled_from([0.0, 0.1, 1.0, 30.0]))
    theta = scale * np.random.default_rng(draw(seeds)).uniform(-1, 1, size)
    found = {"theta": theta, "X": draw(numbers((n_samples, n_inputs)))}
    if labelled:
        found["y"] = draw(arrays(np.int64, n_samples, elements=st.integers(0, n_classes - 1)))
    return found | {"n_classes": n_classes}


def logits_by_hand(theta, X, n_classes):
    """Logits in sums without rounding, and how far off floating point may be; None if too large."""
    theta, X, n_classes = real(theta, 1).tolist(), real(X, 2).tolist(), whole(n_classes, 2)
    n_inputs = len(X[0])
    n_hidden, rest = divmod(len(theta) - n_classes, n_inputs + 1 + n_classes)
    assert rest == 0 and n_hidden >= 1, "a theta of impossible length was taken"
    rows = [theta[i * n_inputs : (i + 1) * n_inputs] for i in range(n_hidden)]
    b0 = theta[n_hidden * n_inputs :][:n_hidden]
    W1 = theta[n_hidden * (n_inputs + 1) :][: n_classes * n_hidden]
    found = []
    for x in X:
        hidden = [_sum([*(w * v for w, v in zip(row, x)), b]) for row, b in zip(rows, b0)]
        a1 = [(_sigmoid(z), min(1.0, 1e-15 * size + 1e-16)) for z, size in hidden]
        for k in range(n_classes):
            w = W1[k * n_hidden : (k + 1) * n_hidden]
            z, size = _sum([*(v * a for v, (a, _) in zip(w, a1)), theta[k - n_classes]])
            slack = sum(abs(v) * off for v, (_, off) in zip(w, a1))
            found.append((z, 1e-13 * size + slack))
    if not np.isfinite(found).all():
        return None
    z, slack = np.array(found).reshape(len(X), n_classes, 2).transpose(2, 0, 1)
    return z, slack


def _sum(terms):
    """The sum, and the sum of the absolute values, which rounding errors are measured by."""
    size = sum(map(abs, terms))
    return (math.fsum(terms), size) if math.isfinite(size) else (math.nan, math.inf)


def _sigmoid(z):
    return 1 / (1 + math.exp(-max(z, -700))) if math.isfinite(z) else math.nan


def loss_by_hand(logits, y):
    """Mean cross-entropy of one row of logits after the other, and its rounding error."""
    rows = real(logits, 2).tolist()
    losses = []
    for row, k in zip(rows, classes(y, len(rows[0])), strict=True):
        top = max(row)
        losses.append(math.log(math.fsum(math.exp(v - top) for v in row)) + (top - row[k]))
    finite = all(map(math.isfinite, losses))
    return sum(losses) / len(losses) if finite else math.inf
