"""The training of `nnlib.objective` and `nnlib.descent` once more: plain loops, compiled by numba.

For work that is many runs. The loops read like the sums of chapter 2, over classes k, units j,
inputs i and samples s; samples innermost, so that a processor takes several at a time. Tests hold
them to the readable code (tests/unit/test_compiled.py), which runs instead without numba.
"""

import math
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.polynomial import chebyshev
from tqdm.auto import tqdm

from nnlib import arguments, descent
from nnlib.objective import Objective
from nnlib.parameters import init_parameters, unpack
from nnlib.steps import Armijo, ConstantStep, WarmStartedArmijo

try:
    import numba
    from llvmlite import ir
    from numba.extending import intrinsic
except ImportError:  # none installed, or none for this Python or this numpy
    numba = None
    tqdm.monitor_interval = 0  # it asks for a thread, which the browser's Python has not

RULES = (ConstantStep, Armijo, WarmStartedArmijo)
# Samples go through in blocks of about so many activations, which stay in the processor's cache.
ACTIVATIONS = 16_000
SECONDS = 0.05  # of compiled work between two looks at Ctrl-C and at the progress bar

# Sums may be reordered, but nan stays nan and inf stays inf.
SUMS = frozenset({"contract", "reassoc", "nsz", "arcp"})


def loops(fastmath=frozenset({"contract"}), **options):
    """A decorator: compiled, kept on disk where there is a folder for it, free of the GIL."""

    def compile_later(function):
        if numba is None:
            return function
        options.update(nogil=True, error_model="numpy", fastmath=set(fastmath))
        try:
            return numba.njit(cache=True, **options)(function)
        except RuntimeError:  # no folder can be written: compiled anew in every process
            return numba.njit(**options)(function)

    return compile_later


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


class Pass(NamedTuple):
    """What a pass through a block of samples reads, and what it leaves for the way back."""

    x: np.ndarray  # (n_inputs, m)
    Y: np.ndarray  # (n_classes, m)
    a1: np.ndarray  # (n_hidden, m)
    e2: np.ndarray  # (n_classes, m): exponentials of the shifted logits
    sums: np.ndarray  # (m,): of e2 over the classes
    row: np.ndarray  # (m,): scratch


@loops(SUMS)
def forward(W0, b0, W1, b1, block, m):
    """The loss, summed over the first m samples of a block."""
    x, Y, a1, e2, sums, row = block
    for k in range(len(b1)):
        for s in range(m):
            e2[k, s] = b1[k]
    for j in range(len(b0)):
        for s in range(m):
            row[s] = b0[j]
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
    for s in range(m):
        row[s], sums[s] = e2[0, s], 0.0
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
        for s in range(m):
            row[s] = 0.0
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
    e2: np.ndarray  # (n_blocks, n_classes, m)
    sums: np.ndarray  # (n_blocks, m)
    row: np.ndarray  # (m,)
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

    def cut(columns):
        padded = np.zeros((len(columns), n_blocks * m))
        padded[:, :n] = columns
        return padded.reshape(len(columns), n_blocks, m).swapaxes(0, 1).copy()

    x, Y = cut(objective.X), cut(objective.Y)
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
    """There: the value at theta. Back: the gradient, from what the way there has left."""
    (W0, b0, W1, b1), (x, Y, a1, e2, sums, row) = parts(theta, problem), problem[:6]
    total, gradient[:] = 0.0, 0.0
    for q in range(len(x)):
        r = 0 if there and back else q  # at once, in the cache: one room will do for all blocks
        block, m = Pass(x[q], Y[q], a1[r], e2[r], sums[r], row), row.size
        m = min(m, problem.n_samples - q * m)
        if there:
            total += forward(W0, b0, W1, b1, block, m)
        if back:
            backward(W1, block, m, *parts(gradient, problem))
    value = total / problem.n_samples
    if problem.weight_decay > 0:
        value += problem.weight_decay / 2 * ((W0 * W0).sum() + (W1 * W1).sum())
    return value


@loops()
def finish_gradient(theta, problem, gradient):
    """Make the sum a mean, add weight decay; slope and norm as `Point` has them."""
    for q in range(gradient.size):
        gradient[q] /= problem.n_samples
    if problem.weight_decay > 0:
        W0, _, W1, _ = parts(theta, problem)
        dW0, _, dW1, _ = parts(gradient, problem)
        dW0 += problem.weight_decay * W0
        dW1 += problem.weight_decay * W1
    slope, size = -np.sum(gradient * gradient), np.max(np.abs(gradient))
    norm = math.sqrt(-slope)
    if size > 0 and not 1e-280 < -slope < 1e280:
        norm = size * math.sqrt(np.sum((gradient / size) ** 2))
    return slope if norm < np.inf else np.nan, norm


class Search(NamedTuple):
    """A step rule in numbers; one that takes whatever it finds has searches = False."""

    searches: bool
    sigma: float
    beta: float
    max_backtracks: int
    growth: float  # the next search begins at growth times the accepted step, ...
    alpha_max: float  # ... but at no more than this


def search_of(step):
    """The rule, and the step that its first search tries."""
    if type(step) is ConstantStep:
        return Search(False, 0.0, 0.5, 0, math.inf, step.alpha), step.alpha
    armijo, growth, most = step, math.inf, getattr(step, "alpha0", None)
    if type(step) is WarmStartedArmijo:
        armijo, growth, most = step.armijo, step.growth, step.alpha_max
    rule = Search(True, armijo.sigma, armijo.beta, armijo.max_backtracks, growth, most)
    return rule, min(armijo.alpha0, most)


class Record(NamedTuple):
    """Room for a piece of the run, filled from the front; `done` says how far."""

    loss: np.ndarray
    norm: np.ndarray  # behind the last iteration: how a search that failed saw the value rise
    alpha: np.ndarray
    n_trials: np.ndarray
    done: np.ndarray  # (2,): iterations made, and trials of a search that failed then


@loops()
def iterate(problem, theta, gradient, now, rule, tolerance, record):
    """As many iterations as the record has room for; `now`: value, slope, norm, first step."""
    while record.done[0] < record.loss.size and record.done[1] == 0:
        value, slope, norm, alpha = now
        if not (np.isfinite(value) and norm > tolerance and slope < 0):
            return
        n_trials, accepted, found, rise = 0, False, value, 0.0
        while not accepted and n_trials <= rule.max_backtracks and alpha > 0:
            for q in range(theta.size):
                problem.trial[q] = theta[q] - alpha * gradient[q]
            found = go(problem.trial, problem, problem.room, True, not rule.searches)
            n_trials += 1
            accepted = not rule.searches or (
                -np.inf < found <= value + rule.sigma * alpha * slope and found < value
            )
            if not accepted:
                rise = (found - value) / alpha if found != value else rise
                alpha = rule.beta * alpha if rule.beta * alpha < alpha else 0.0
        k, slope, norm = record.done[0], np.nan, np.nan
        if not accepted:
            record.done[1], record.norm[k] = n_trials, rise
            return
        if np.isfinite(found):
            theta[:] = problem.trial
            if rule.searches:
                go(theta, problem, gradient, False, True)
            else:
                gradient[:] = problem.room
            slope, norm = finish_gradient(theta, problem, gradient)
        record.loss[k], record.norm[k] = found, norm
        record.alpha[k], record.n_trials[k] = alpha, n_trials
        now[:] = found, slope, norm, min(rule.growth * alpha, rule.alpha_max)
        record.done[0] = k + 1


def gradient_descent(
    objective, theta0, step, n_iterations, tolerance=0.0, callback=None, progress=False
):
    """`nnlib.gradient_descent` for an `nnlib.Objective` and the three rules.

    Losses differ from the readable code's in the last digits only, which a long run amplifies. A
    variant of an Objective is refused: what you changed there is not in the compiled loops.
    """
    if type(objective) is not Objective:
        must = "be an nnlib.Objective (nnlib.gradient_descent takes any)"
        arguments.refuse("objective", must, objective)
    if type(step) not in RULES:
        arguments.refuse("step", "be one of nnlib's rules (gradient_descent takes any)", step)
    if numba is None:
        return descent.gradient_descent(
            objective, theta0, step, n_iterations, tolerance, callback, progress
        )
    theta = arguments.vector("theta0", theta0).copy()
    n_iterations = arguments.whole_number("n_iterations", n_iterations, at_least=0)
    tolerance = arguments.real_number("tolerance", tolerance, at_least=0)
    unpack(theta, objective)
    problem, (rule, first) = problem_of(objective, theta.size), search_of(step)
    gradient, now = np.empty_like(theta), np.array([0.0, 0.0, 0.0, first])
    now[0] = go(theta, problem, gradient, True, True)
    if not math.isfinite(now[0]):
        raise ValueError(f"theta0 must have a finite value of the objective, got {now[0].item()!r}")
    now[1:3] = finish_gradient(theta, problem, gradient)
    start, pieces, k, room = now[[0, 2]].tolist(), [], 0, 1 if callback else 10
    bar = tqdm(total=n_iterations, desc="gradient descent", disable=not progress)
    try:
        while True:
            why = descent.why_stop(k, *now[:3].tolist(), tolerance)
            if pieces and pieces[-1].done[1]:
                failed, armijo = pieces[-1], replace(getattr(step, "armijo", step), alpha0=now[3])
                stuck = "; theta no longer changes" * np.array_equal(problem.trial, theta)
                rise = failed.norm[failed.done[0]].item()
                reason = armijo.why_not(int(failed.done[1]), now[1].item(), rise)
                why = f"line search failed at iteration {k}: {reason}{stuck}"
            elif callback and not math.isnan(now[1]) and callback(k, theta.copy(), now[0].item()):
                why = f"stopped by callback at iteration {k}"
            if why or k == n_iterations:
                break
            size, began = min(room, n_iterations - k), time.perf_counter()
            piece = Record(*np.empty((3, size)), np.zeros(size, np.int64), np.zeros(2, np.int64))
            pieces.append(piece)  # before it is filled: Ctrl-C may come at any later statement
            iterate(problem, theta, gradient, now, rule, tolerance, piece)
            k += int(piece.done[0])
            bar.update(int(piece.done[0]))
            if not callback:
                room = max(1, int(room * min(4, SECONDS / (time.perf_counter() - began))))
        why = why or f"finished {k} iteration{'s' * (k != 1)}"
    except KeyboardInterrupt:
        why = f"interrupted at iteration {sum(int(piece.done[0]) for piece in pieces)}"
    return _history(theta, start, pieces, why)


def _history(theta, start, pieces, why):
    loss, norm, alpha, n_trials = (
        np.concatenate([[first], *(getattr(piece, name)[: piece.done[0]] for piece in pieces)])
        for name, first in zip(("loss", "norm", "alpha", "n_trials"), (*start, math.nan, 0))
    )
    n_values = 1 + np.cumsum(n_trials := n_trials.astype(int))
    n_values[-1] += sum(piece.done[1] for piece in pieces)  # of a search that failed
    return descent.history(theta, loss, norm, alpha, n_trials, n_values, why)


def warm_up():
    """Compile all loops into numba's cache: seconds once, then a tenth of one."""
    objective = Objective([[0.0, 1.0], [1.0, 0.0]], [0, 1])
    for step in (ConstantStep(1.0), Armijo()):
        gradient_descent(objective, init_parameters(1), step, 1)


def bar(items):
    """The same items; where nothing is compiled, as in the browser, a bar shows how far it is."""
    return tqdm(items, leave=False) if numba is None else items


def each(function, items):
    """``[function(item) for item in items]``: compiled loops in threads, others with a `bar`."""
    if numba is None:  # the browser's Python has no threads
        return [function(item) for item in bar(items)]
    with ThreadPoolExecutor() as pool:
        return list(pool.map(function, items))
