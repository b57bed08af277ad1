"""Gradient descent: direction -gradient, length from a step rule, a record of every iteration.

The objective may be anything with ``forward(theta) -> (value, backward)``; no network here.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from nnlib import arguments


class Point(NamedTuple):
    """A point on the way of a descent."""

    k: int  # iterations made
    theta: np.ndarray  # where the value is not finite: the last point with a finite one
    value: float
    gradient: np.ndarray | None  # None where the value is not finite
    slope: float  # along minus the gradient: -||gradient||^2; nan without a finite gradient
    alpha: float  # of the step that led here; nan at the start
    n_trials: int  # how many steps were tried on the way here
    n_values: int  # evaluations of the objective so far
    stop_reason: str  # why nothing comes after this point; empty if something does


@dataclass(frozen=True, repr=False)
class History:
    """What gradient descent did. k is the number of iterations that were made."""

    theta: np.ndarray  # (n_parameters,): the last point with a finite value
    loss: np.ndarray  # (k + 1,): at the start and after each; not finite where it diverged
    gradient_norm: np.ndarray  # (k + 1,): Euclidean; nan at a point without a gradient
    alpha: np.ndarray  # (k,): the steps taken
    n_trials: np.ndarray  # (k,): how many steps each iteration tried
    n_values: np.ndarray  # (k + 1,): evaluations so far, those of rejected trials included
    n_gradients: int  # backward passes in the whole run
    stop_reason: str  # finished, stationary, diverged, line search failed, stopped, interrupted

    @property
    def n_iterations(self):
        """The number of iterations made, k."""
        return len(self.alpha)

    def __repr__(self):
        losses = f"loss {self.loss[0]:.3g} to {self.loss[-1]:.3g}"
        return f"History({self.n_iterations} iterations, {losses}, {self.stop_reason!r})"


class Ray:
    """phi(alpha) = f(theta + alpha p), which keeps the forward pass of its last call."""

    def __init__(self, objective, theta, direction):
        self.objective, self.start, self.direction = objective, theta, direction
        self.alpha, self.n_values = math.nan, 0

    def __call__(self, alpha):
        self.alpha = arguments.scalar("step: alpha", alpha)
        self.backward = None  # frees the last trial's arrays
        self.theta = self.start + self.alpha * self.direction
        self.n_values += 1
        found = self.objective.forward(self.theta)
        if not (isinstance(found, tuple) and len(found) == 2 and callable(found[1])):
            raise TypeError(
                "objective: forward(theta) must return a value and a function backward(), got "
                + arguments.shown(found)
            )
        self.value, self.backward = arguments.scalar("objective: the value", found[0]), found[1]
        return self.value


def descend(objective, theta0, step, tolerance=0.0):
    """Go downhill point by point, for as long as one asks; arguments of `gradient_descent`.

    Yields
    ------
    Point
        The start, then one for each iteration; a loop over them may end with ``break``. A run that
        ends by itself says why in the last point's ``stop_reason``. A point whose search fails
        comes once more, with the evaluations that the search cost.
    """
    theta0, step = arguments.vector("theta0", theta0), _fresh(step)
    tolerance = arguments.real_number("tolerance", tolerance, at_least=0)
    if isinstance(objective, type) or not callable(getattr(objective, "forward", None)):
        shown = arguments.shown(objective)
        raise TypeError(f"objective must have a method forward(theta), got {shown}")
    phi = Ray(objective, theta0, np.zeros_like(theta0))
    if not math.isfinite(phi(0.0)):
        raise ValueError(f"theta0 must have a finite value of the objective, got {phi.value!r}")
    k, alpha, n_trials, n_values = 0, math.nan, 0, 1
    while True:
        point = _look(phi, k, alpha, n_trials, n_values, tolerance)
        yield point
        if point.stop_reason:
            return
        phi = Ray(objective, point.theta, -point.gradient)
        result = step(phi, point.value, point.slope)
        if not hasattr(result, "accepted"):
            shown = arguments.shown(result)
            raise TypeError(f"step must return a StepResult as ConstantStep does, got {shown}")
        if result.accepted and result.alpha != phi.alpha:  # a rule may take an earlier trial
            phi(result.alpha)
        alpha, n_trials, n_values = phi.alpha, len(result.trials), n_values + phi.n_values
        if not result.accepted:
            reason = f"line search failed at iteration {k}: {result.reason}"
            yield point._replace(n_values=n_values, stop_reason=reason)
            return
        k += 1


def _fresh(step):
    """The step rule as a function of phi; one with a memory is new for this run."""
    if not isinstance(step, type):  # the parentheses are easily forgotten
        step = step.begin() if hasattr(step, "begin") else step
        if callable(step):
            return step
    shown = arguments.shown(step)
    raise TypeError(f"step must be a step rule such as ConstantStep(1.0), got {shown}")


def _look(phi, k, alpha, n_trials, n_values, tolerance):
    """The point where phi has been last, with its gradient."""
    theta, gradient, slope = phi.start, None, math.nan
    if math.isfinite(phi.value):
        theta, gradient = phi.theta, arguments.array("objective: the gradient", phi.backward())
        if gradient.shape != theta.shape:  # a single entry would be spread over theta
            must = f"objective: the gradient must have shape {theta.shape}"
            raise ValueError(f"{must}, got {gradient.shape}")
        slope = -float(gradient.dot(gradient))
        if not math.isfinite(slope) and not np.isfinite(gradient).all():
            slope = math.nan
    why = why_stop(k, phi.value, slope, tolerance)
    return Point(k, theta, phi.value, gradient, slope, alpha, n_trials, n_values, why)


def why_stop(k, value, slope, tolerance):
    """Why a descent can't or need not go on, in words; empty if it can."""
    if not math.isfinite(value):
        return f"diverged at iteration {k}: value {value:.3g}"
    if math.isnan(slope):
        return f"diverged at iteration {k}: the gradient is not finite"
    norm = math.sqrt(-slope)
    return f"stationary at iteration {k}: gradient norm {norm:.3g}" if norm <= tolerance else ""


def gradient_descent(
    objective, theta0, step, n_iterations, tolerance=0.0, callback=None, progress=False
):
    """Minimise by theta <- theta - alpha * gradient (equation ``gradient-step`` of chapter 3).

    Collects `descend`. One iteration costs the trials of its step rule (one forward pass each) and
    one backward pass; the accepted trial's forward pass is the next iteration's.

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
        ``callback(k, theta, value)`` at every point, k = 0 the start. A true return stops.
    progress : bool
        Show a progress bar (needs tqdm).

    Returns
    -------
    History
        Also after Ctrl-C, with all that was done until then.
    """
    n_iterations = arguments.whole_number("n_iterations", n_iterations, at_least=0)
    points, rows, point = descend(objective, theta0, step, tolerance), [], None
    try:
        with np.errstate(over="ignore", invalid="ignore"):  # divergence is a result, no warning
            for point in progress_bar(points, n_iterations) if progress else points:
                is_new = point.k == len(rows)
                rows[point.k :] = [_row(point)]
                if callback and is_new and not math.isnan(point.slope):
                    if callback(point.k, point.theta.copy(), point.value):
                        return _history(rows, point, f"stopped by callback at iteration {point.k}")
                if point.k == n_iterations and not point.stop_reason:
                    return _history(rows, point, f"finished {point.k} iterations")
    except KeyboardInterrupt:  # perhaps between two statements: point counts, not rows
        if point is None:
            raise
        return _history(rows, point, f"interrupted at iteration {point.k}")
    return _history(rows, point, point.stop_reason)


def _row(point):
    return point.value, math.sqrt(-point.slope), point.alpha, point.n_trials, point.n_values


def _history(rows, point, why):
    rows = rows[: point.k] + [_row(point)]
    loss, norm, alpha, n_trials, n_values = (np.array(column) for column in zip(*rows))
    n_gradients = int(np.isfinite(loss).sum())
    return History(point.theta, loss, norm, alpha[1:], n_trials[1:], n_values, n_gradients, why)


def progress_bar(points, n_iterations):
    """A bar around the points of a descent that counts iterations, not points."""
    from tqdm.auto import tqdm  # asked for only here: training itself needs numpy alone

    return tqdm(points, total=n_iterations, desc="gradient descent")
