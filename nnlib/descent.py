"""Gradient descent: direction -gradient, length from a step rule, a record of every iteration.

The objective may be anything with ``forward(theta) -> (value, backward)``; no network here.
"""

import math
from dataclasses import dataclass

import numpy as np

from nnlib import checks
from nnlib.steps import StepResult


@dataclass(frozen=True, repr=False)
class History:
    """What gradient descent did. k is the number of iterations that were made.

    Attributes
    ----------
    theta : ndarray, shape (n_parameters,)
        Where it ended: the last point with a finite value.
    loss : ndarray, shape (k + 1,)
        The value before the first iteration and after each. The last is not finite if the run
        diverged.
    gradient_norm : ndarray, shape (k + 1,)
        Euclidean norm of the gradient at the same points; nan at a point without one.
    alpha : ndarray, shape (k,)
        The steps taken.
    n_trials : ndarray of int, shape (k,)
        How many steps each iteration tried.
    n_values : ndarray of int, shape (k + 1,)
        Evaluations of the objective so far, those of rejected trials and of a search that
        failed included.
    n_gradients : int
        Backward passes in the whole run.
    stop_reason : str
        Begins with finished, stationary, diverged, line search failed, stopped by callback or
        interrupted.
    """

    theta: np.ndarray
    loss: np.ndarray
    gradient_norm: np.ndarray
    alpha: np.ndarray
    n_trials: np.ndarray
    n_values: np.ndarray
    n_gradients: int
    stop_reason: str

    @property
    def n_iterations(self):
        """The number of iterations made, k."""
        return len(self.alpha)

    def __repr__(self):
        return (
            f"History({self.n_iterations} iterations, loss {self.loss[0]:.3g} to "
            f"{self.loss[-1]:.3g}, {self.stop_reason!r})"
        )


def _forward(objective, theta):
    """objective.forward(theta), if it is a number and a function."""
    found = objective.forward(theta)
    if not isinstance(found, tuple) or len(found) != 2 or not callable(found[1]):
        raise TypeError(
            "objective.forward(theta) must return a value and a function backward, "
            f"got {checks.shown(found)}"
        )
    return checks.scalar("objective.forward(theta): the value", found[0]), found[1]


def _backward(backward, theta):
    """The gradient, if it has theta's shape: one of a single entry would be spread over theta."""
    gradient = checks.real_array("objective: the gradient", backward())
    if gradient.shape != theta.shape:
        raise ValueError(
            f"objective: the gradient must have theta's shape {theta.shape}, got {gradient.shape}"
        )
    return gradient


def same_step(a, b):
    """Whether two steps are one; nan, which equals nothing, would be asked for again for ever."""
    return a == b or (a != a and b != b)


class Ray:
    """phi(alpha) = f(theta + alpha p), which keeps the forward pass of its last call."""

    def __init__(self, objective, theta, direction):
        self.objective, self.start, self.direction = objective, theta, direction
        self.alpha, self.n_values = None, 0

    def __call__(self, alpha):
        self.alpha = checks.scalar("alpha", alpha)
        self.theta = self.start + self.alpha * self.direction
        self.n_values += 1
        self.backward = None  # sets the last trial's arrays free, still in the processor's cache
        self.value, self.backward = _forward(self.objective, self.theta)
        return self.value

    def go_to(self, alpha):
        """The point at alpha; a new forward pass only if the last trial was another."""
        if not same_step(self.alpha, alpha):
            self(alpha)
        return self.theta, self.value, self.backward


class _Record:
    """The run so far. Ctrl-C may fall between any two statements, so that what counts as
    recorded is what `complete` says, and `complete` is set in one go."""

    def __init__(self):
        self.loss, self.gradient_norm, self.n_values = [], [], []
        self.alpha, self.n_trials = [], []
        self.n_gradients = 0
        self.complete = None  # (iterations made, last theta with a finite value)

    def add_point(self, theta, value, backward, n_values):
        """Record a point and return its gradient and the slope along minus the gradient."""
        gradient, slope = None, np.nan
        if math.isfinite(value):
            gradient = _backward(backward, theta)
            slope = slope_downhill(gradient)
            self.n_gradients += 1
        self.loss.append(float(value))
        self.gradient_norm.append(math.sqrt(-slope))
        self.n_values.append(n_values)
        last_finite = theta if math.isfinite(value) else self.complete[1]
        self.complete = (len(self.loss) - 1, last_finite)
        return gradient, slope

    def add_step(self, result):
        self.alpha.append(float(result.alpha))
        self.n_trials.append(len(result.trials))

    def history(self, stop_reason):
        k, theta = self.complete
        return History(
            theta,
            np.array(self.loss[: k + 1]),
            np.array(self.gradient_norm[: k + 1]),
            np.array(self.alpha[:k], dtype=float),
            np.array(self.n_trials[:k], dtype=int),
            np.array(self.n_values[: k + 1], dtype=int),
            self.n_gradients,
            stop_reason,
        )


def gradient_descent(
    objective, theta0, step, n_iterations, tolerance=0.0, callback=None, progress=False
):
    """Minimise by theta <- theta - alpha * gradient, alpha chosen by a step rule.

    Parameters
    ----------
    objective : object
        With ``forward(theta) -> (value, backward)``, where ``backward()`` is the gradient.
    theta0 : array_like, shape (n_parameters,)
        The start; not modified.
    step : callable
        ``step(phi, phi0, slope) -> StepResult``: `ConstantStep`, `Armijo` or your own. A rule
        with a memory has a method ``begin()`` that returns a fresh such function instead.
    n_iterations : int
        At most so many, >= 0.
    tolerance : float
        Stop when the gradient's norm is no larger, >= 0.
    callback : callable, optional
        ``callback(k, theta, value)`` at every recorded point, k = 0 the start. A true return stops.
    progress : bool
        Show a progress bar (needs tqdm).

    Returns
    -------
    History
        Also after Ctrl-C, with all that was done until then.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or out of range, or the value at theta0 is not finite.

    Notes
    -----
    Equation ``gradient-step`` of chapter 3. One iteration costs the trials of its step rule (one
    forward pass each) and one backward pass; the accepted trial's forward pass is the next
    iteration's.
    """
    theta = checks.vector("theta0", theta0).copy()
    n_iterations = checks.whole_number("n_iterations", n_iterations, at_least=0)
    tolerance = checks.real_number("tolerance", tolerance, at_least=0)
    if not callable(getattr(objective, "forward", None)):
        raise TypeError(
            "objective must have a method forward(theta), got " + checks.shown(objective)
        )
    checks.no_class("step", step)
    step = step.begin() if hasattr(step, "begin") else step  # one with a memory, new for this run
    if not callable(step):
        raise TypeError(
            f"step must be a step rule such as ConstantStep(1.0), got {checks.shown(step)}"
        )
    if callback is not None and not callable(callback):
        raise TypeError(f"callback must be a function or None, got {checks.shown(callback)}")
    record = _Record()
    with np.errstate(over="ignore", invalid="ignore"):  # divergence is a result, not a warning
        try:
            stop_reason = _descend(
                record, objective, theta, step, n_iterations, tolerance, callback, progress
            )
        except KeyboardInterrupt:
            if record.complete is None:
                raise
            stop_reason = f"interrupted at iteration {record.complete[0]}"
    return record.history(stop_reason)


def _descend(record, objective, theta, step, n_iterations, tolerance, callback, progress):
    """The loop itself; returns why it stopped."""
    value, backward = _forward(objective, theta)
    if not math.isfinite(value):
        raise ValueError(f"theta0 must have a finite value of the objective, got {value!r}")
    gradient, slope = record.add_point(theta, value, backward, n_values=1)
    backward = None  # set free what the forward pass has kept
    for k in counter(n_iterations, progress):
        stop_reason = why_diverged(k, value, slope)
        if stop_reason is None and callback and _is_true(callback(k, theta.copy(), value)):
            stop_reason = f"stopped by callback at iteration {k}"
        stop_reason = stop_reason or why_done(k, slope, tolerance, n_iterations)
        if stop_reason:
            return stop_reason
        phi = Ray(objective, theta, -gradient)
        result = step(phi, value, slope)
        alpha = _checked_alpha(result)
        if not result.accepted:
            record.n_values[k] += phi.n_values
            return f"line search failed at iteration {k}: {result.reason}"
        theta, value, backward = phi.go_to(alpha)
        record.add_step(result)
        n_values = record.n_values[k] + phi.n_values
        gradient, slope = record.add_point(theta, value, backward, n_values)
        phi = backward = None  # set free what the forward pass had kept


def _is_true(answer):
    try:
        return bool(answer)
    except ValueError:  # numpy's, for an array
        raise TypeError(
            f"callback must return something true or false, got {checks.shown(answer)}"
        ) from None


def _checked_alpha(result):
    """The step of a StepResult, as a float; an own step rule might return anything."""
    if type(result) is not StepResult and not all(
        hasattr(result, part) for part in ("alpha", "accepted", "trials", "reason")
    ):
        raise TypeError(
            f"step must return a StepResult as ConstantStep does, got {checks.shown(result)}"
        )
    return checks.scalar("step: alpha of its StepResult", result.alpha)


def slope_downhill(gradient):
    """The slope along minus the gradient, -||gradient||^2; nan if an entry is not finite."""
    slope = -float(gradient.dot(gradient))
    if not math.isfinite(slope) and not np.isfinite(gradient).all():
        return math.nan
    return slope


def slopes_downhill(gradients):
    """The same for each row of an array of gradients, to the last bit."""
    slopes = -np.vecdot(gradients, gradients)
    if not np.isfinite(slopes).all():
        slopes[~np.isfinite(gradients).all(axis=-1)] = math.nan
    return slopes


def why_diverged(k, value, slope):
    """Why iteration k can't go on from here, or None."""
    if not math.isfinite(value):
        return f"diverged at iteration {k}: value {value:.3g}"
    if math.isnan(slope):
        return f"diverged at iteration {k}: the gradient is not finite"


def why_done(k, slope, tolerance, n_iterations):
    """Why there is no need for iteration k, or None."""
    gradient_norm = math.sqrt(-slope)
    if gradient_norm <= tolerance:
        return f"stationary at iteration {k}: gradient norm {gradient_norm:.3g}"
    if k == n_iterations:
        return f"finished {k} iterations"


def counter(n_iterations, progress):
    """The numbers 0 ... n_iterations, on request with a progress bar around them."""
    if not progress:
        return range(n_iterations + 1)
    from tqdm.auto import tqdm  # asked for only here: training itself needs numpy alone

    return tqdm(range(n_iterations + 1), total=n_iterations, desc="gradient descent")
