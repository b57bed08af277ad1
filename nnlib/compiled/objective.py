"""Value and gradient of an `nnlib.Objective` as loops that read like the sums of chapter 2.

They run over classes k, units j, inputs i and samples s; samples innermost, so that a processor
takes several at a time.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.polynomial import chebyshev

from nnlib.compiled.compiler import intrinsic, ir, loops, numba

# Samples go through in blocks of about so many activations, which stay in the processor's cache.
ACTIVATIONS = 16_000

# Sums may be reordered, but nan stays nan and inf stays inf.
SUMS = frozenset({"contract", "reassoc", "nsz", "arcp"})


if numba:

    @intrinsic
    def times_power_of_two(typing_context, p, t):
        """p 2^k, where the lowest bits of the float t are k: they are added to p's exponent."""

        def generate(context, builder, signature, args):
            p, t = (builder.bitcast(number, ir.IntType(64)) for number in args)
            scaled = builder.add(p, builder.shl(t, ir.Constant(ir.IntType(64), 52)))
            return builder.bitcast(scaled, ir.DoubleType())

        return numba.types.float64(numba.types.float64, numba.types.float64), generate


# (e^r - 1 - r) / r^2 for |r| <= H = ln 2 / 2: a Taylor polynomial, of which the last five terms in
# Chebyshev polynomials are left out. That costs less than rounding and saves a product for each.
H = math.log(2) / 2
_series = chebyshev.poly2cheb([H**n / math.factorial(n + 2) for n in range(15)])[:-5]
SERIES = tuple(c / H**n for n, c in enumerate(chebyshev.cheb2poly(_series).tolist()))[::-1]
SHIFT = 1.5 * 2.0**52  # added to x, it leaves x rounded in the lowest bits


@loops(forceinline=True)
def exp(x):
    """e^x = 2^k e^r, clipped at +-700. The C library's is a call, which stops vectorisation."""
    x = -700.0 if x < -700.0 else 700.0 if x > 700.0 else x  # nan passes through
    t = x * 1.4426950408889634 + SHIFT
    k = t - SHIFT
    r = x - k * 6.93147180369123816490e-01  # ln 2 in two parts: k times the first one is exact
    r = r - k * 1.90821492927058770002e-10
    p = SERIES[0]
    for c in SERIES[1:]:  # Horner's rule
        p = p * r + c
    return times_power_of_two((p * r + 1.0) * r + 1.0, t)


@loops(SUMS)
def forward(W0, b0, W1, b1, block, m):
    """The loss, summed over the first m samples of a block: a `Problem`'s arrays, of this block."""
    x, Y, a1, e2, sums, row = block
    for k in range(len(b1)):
        e2[k, :] = b1[k]
    for j in range(len(b0)):
        row[:] = b0[j]
        for i in range(len(x)):
            w = W0[j, i]
            for s in range(m):
                row[s] += w * x[i, s]  # hidden
        for s in range(m):
            a1[j, s] = 1 / (1 + exp(-row[s]))
        for k in range(len(b1)):
            w = W1[k, j]
            for s in range(m):
                e2[k, s] += w * a1[j, s]  # logits
    row[:], sums[:] = e2[0], 0.0
    for k in range(1, len(b1)):
        for s in range(m):
            row[s] = max(row[s], e2[k, s])
    total = 0.0
    for k in range(len(b1)):
        for s in range(m):
            shifted = e2[k, s] - row[s]
            total -= Y[k, s] * shifted  # cross-entropy: minus the label's shifted logit ...
            e2[k, s] = exp(shifted)
            sums[s] += e2[k, s]
    product = 1.0
    for s in range(m):  # ... plus the logarithms of the sums; one logarithm of many factors
        product *= sums[s]
        if not product < 1e250:
            total += math.log(product)
            product = 1.0
    return total + math.log(product)


@loops(SUMS)
def backward(W1, block, m, dW0, db0, dW1, db1):
    """Add the block's part of the gradient, still without the mean's 1/n."""
    x, Y, a1, dz2, sums, row = block
    for s in range(m):
        sums[s] = 1 / sums[s]
    for k in range(len(db1)):
        total = 0.0
        for s in range(m):
            dz2[k, s] = dz2[k, s] * sums[s] - Y[k, s]  # output-error
            total += dz2[k, s]
        db1[k] += total
    for j in range(len(db0)):
        row[:] = 0.0
        for k in range(len(db1)):
            w, total = W1[k, j], 0.0
            for s in range(m):
                row[s] += w * dz2[k, s]  # activation-error
                total += dz2[k, s] * a1[j, s]  # output-layer
            dW1[k, j] += total
        total = 0.0
        for s in range(m):
            row[s] *= a1[j, s] * (1 - a1[j, s])  # hidden-error
            total += row[s]
        db0[j] += total
        for i in range(len(x)):
            total = 0.0
            for s in range(m):
                total += row[s] * x[i, s]  # hidden-layer
            dW0[j, i] += total


class Problem(NamedTuple):
    """An objective in blocks of samples, with room for its passes; axis 0 is the block."""

    x: np.ndarray  # (n_blocks, n_inputs, m)
    Y: np.ndarray  # (n_blocks, n_classes, m)
    a1: np.ndarray  # (n_blocks, n_hidden, m)
    e2: np.ndarray  # (n_blocks, n_classes, m): exponentials of the shifted logits
    sums: np.ndarray  # (n_blocks, m): of e2 over the classes
    row: np.ndarray  # (m,): scratch
    trial: np.ndarray  # (n_parameters,)
    room: np.ndarray  # (n_parameters,): the trial's gradient
    n_samples: int  # the last block may be shorter
    weight_decay: float


def problem_of(objective, n_parameters):
    """The objective cut into blocks of equal size but the last."""
    n, d, c = objective.n_samples, objective.n_inputs, objective.n_classes
    n_hidden = (n_parameters - c) // (d + 1 + c)
    m = math.ceil(n / math.ceil(n * n_hidden / ACTIVATIONS))
    n_blocks = math.ceil(n / m)
    padded = (np.pad(part, ((0, 0), (0, n_blocks * m - n))) for part in (objective.X, objective.Y))
    x, Y = (part.reshape(len(part), n_blocks, m).swapaxes(0, 1).copy() for part in padded)
    a1, e2, sums = np.empty((n_blocks, n_hidden, m)), np.empty_like(Y), np.empty((n_blocks, m))
    room = np.empty((2, n_parameters))
    return Problem(x, Y, a1, e2, sums, np.empty(m), *room, n, objective.weight_decay)


@loops()
def parts(theta, problem):
    """W0, b0, W1 and b1 as views into theta: `nnlib.parameters.unpack`."""
    h, d, c = problem.a1.shape[1], problem.x.shape[1], problem.Y.shape[1]
    i, j, k = h * d, h * d + h, h * d + h + c * h
    return theta[:i].reshape(h, d), theta[i:j], theta[j:k].reshape(c, h), theta[k:]


@loops()
def go(theta, problem, gradient, there, back):
    """There: the value. Back: the gradient, from what is left there, with its slope and norm."""
    (W0, b0, W1, b1), (x, Y, a1, e2, sums, row) = parts(theta, problem), problem[:6]
    dW0, db0, dW1, db1 = parts(gradient, problem)
    total, gradient[:], n, decay = 0.0, 0.0, problem.n_samples, problem.weight_decay
    for q in range(len(x)):
        r = 0 if there and back else q  # at once, in the cache: one room will do for all blocks
        block, m = (x[q], Y[q], a1[r], e2[r], sums[r], row), min(row.size, n - q * row.size)
        if there:
            total += forward(W0, b0, W1, b1, block, m)
        if back:
            backward(W1, block, m, dW0, db0, dW1, db1)
    value = total / n
    if decay > 0:
        value += decay / 2 * ((W0 * W0).sum() + (W1 * W1).sum())
    if not back:
        return value, np.nan, np.nan
    gradient /= n
    if decay > 0:
        dW0 += decay * W0
        dW1 += decay * W1
    slope, size = -np.sum(gradient * gradient), np.max(np.abs(gradient))
    norm = math.sqrt(-slope)
    if size > 0 and not 1e-280 < -slope < 1e280:
        norm = size * math.sqrt(np.sum((gradient / size) ** 2))
    return value, slope if norm < np.inf else np.nan, norm
