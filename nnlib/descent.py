"""Gradient descent: direction -gradient, length from a step rule, a record of every iteration."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from nnlib import arguments
from nnlib.steps import StepResult


class Point(NamedTuple):
    """A point on the way of a descent."""

    k: int  # iterations made
    theta: np.ndarray  # where the value is not finite: the last point with a finite one
    value: float
    gradient: np.ndarray | None  # None where the value is not finite
    slope: float  # along minus the gradient: -||gradient||^2; nan without a finite gradient
    norm: float  # ||gradient||, also where its square is out of range
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
        made = f"{self.n_iterations} iteration{'s' * (self.n_iterations != 1)}, loss "
        made += f"{self.loss[0]:.3g} to {self.loss[-1]:.3g}"
        return f"History({made}, {self.stop_reason!r})"


class Ray:
    """phi(alpha) = f(theta + alpha p), which keeps the forward pass of its last call."""

    def __init__(self, objective, theta, direction):
        self.objective, self.start, self.direction = objective, theta, direction
        self.alpha, self.theta, self.n_values = math.nan, None, 0

    @np.errstate(over="ignore", invalid="ignore")  # divergence is a result, no warning
    def __call__(self, alpha):
        self.alpha = arguments.scalar("step: alpha", alpha)
        self.backward = None  # frees the last trial's arrays
        self.theta = self.start + self.alpha * self.direction
        self.n_values += 1
        found = self.objective.forward(self.theta)
        if not isinstance(found, tuple) or len(found) != 2 or not callable(found[1]):
            arguments.refuse("objective.forward(theta)", "return a value and a function", found)
        self.value, self.backward = arguments.scalar("objective: the value", found[0]), found[1]
        return self.value


def descend(objective, theta0, step, tolerance=0.0):
    """Yield the start as a `Point`, then one for each iteration; arguments of `gradient_descent`.

    The last point says why a run ends by itself; one whose search fails comes once more.
    """
    theta0, step = arguments.vector("theta0", theta0), _fresh(step)
    tolerance = arguments.real_number("tolerance", tolerance, at_least=0)
    if isinstance(objective, type) or not callable(getattr(objective, "forward", None)):
        arguments.refuse("objective", "have a method forward(theta)", objective)
    phi = Ray(objective, theta0, np.zeros_like(theta0))
    if not math.isfinite(phi(0.0)):
        arguments.refuse("theta0", "have a finite value of the objective", phi.value, ValueError)
    point = _look(phi, 0, math.nan, 0, 1, tolerance)
    yield point
    while not point.stop_reason:
        phi = Ray(objective, point.theta, -point.gradient)
        result = step(phi, point.value, point.slope)
        if not isinstance(result, StepResult):
            arguments.refuse("step", "return a StepResult as ConstantStep does", result)
        alpha, n = arguments.scalar("step: alpha", result.alpha), point.n_values
        if result.accepted:
            if alpha != phi.alpha:  # a rule may take an earlier trial
                phi(alpha)
            point = _look(phi, point.k + 1, alpha, len(result.trials), n + phi.n_values, tolerance)
        else:
            stuck = "; theta no longer changes" * np.array_equal(phi.theta, point.theta)
            why = f"line search failed at iteration {point.k}: {result.reason}{stuck}"
            point = point._replace(n_values=n + phi.n_values, stop_reason=why)
        yield point


def _fresh(step):
    """The step rule as a function of phi; one with a memory is new for this run."""
    if isinstance(step, type) or not callable(getattr(step, "begin", step)):  # Armijo for Armijo()
        arguments.refuse("step", "be a step rule such as ConstantStep(1.0)", step)
    return step.begin() if hasattr(step, "begin") else step


@np.errstate(over="ignore", invalid="ignore")
def _look(phi, k, alpha, n_trials, n_values, tolerance):
    """The point where phi has been last, with its gradient."""
    theta, gradient, slope, norm = phi.start, None, math.nan, math.nan
    if math.isfinite(phi.value):
        theta, gradient = phi.theta, arguments.array("objective: the gradient", phi.backward())
        if gradient.shape != theta.shape:  # a single entry would be spread over theta
            must = f"have shape {theta.shape}"
            arguments.refuse("objective: the gradient", must, gradient.shape, ValueError)
        slope = -float(gradient.dot(gradient))
        norm = math.sqrt(-slope) if 1e-280 < -slope < 1e280 else math.hypot(*gradient)
        if not math.isfinite(norm):
            slope = norm = math.nan
    why = why_stop(k, phi.value, slope, norm, tolerance)
    return Point(k, theta, phi.value, gradient, slope, norm, alpha, n_trials, n_values, why)


def why_stop(k, value, slope, norm, tolerance):
    """Why a descent can't or need not go on, in words; empty if it can."""
    if not math.isfinite(value):
        return f"diverged at iteration {k}: value {value:.3g}"
    if math.isnan(slope):
        return f"diverged at iteration {k}: the gradient is not finite"
    stop = norm <= tolerance or slope == 0  # by underflow: no rule could see a decrease
    return f"stationary at iteration {k}: gradient norm {norm:.3g}" if stop else ""


def gradient_descent(
    objective, theta0, step, n_iterations, tolerance=0.0, callback=None, progress=False
):
    """Minimise by theta <- theta - alpha * gradient (equation ``gradient-step`` of chapter 3).

    Collects `descend` into a `History`, also after Ctrl-C.

    Parameters
    ----------
    objective : object with ``forward(theta) -> (value, backward)``, ``backward()`` the gradient
    theta0 : array_like, shape (n_parameters,)
    step : ``step(phi, phi0, slope) -> StepResult``, or with a ``begin()`` that returns a fresh one
    n_iterations : int, >= 0
    tolerance : float, >= 0: stop when the gradient's norm is no larger
    callback : callable, ``callback(k, theta, value)`` at every point: a true return stops
    progress : bool: show a bar (needs tqdm)
    """
    n_iterations = arguments.whole_number("n_iterations", n_iterations, at_least=0)
    points, rows, point = descend(objective, theta0, step, tolerance), [], None
    if progress:
        from tqdm.auto import tqdm  # training itself needs numpy alone

        points = tqdm(points, total=n_iterations, desc="gradient descent")
    try:
        for point in points:
            asks = callback and point.k == len(rows) and not math.isnan(point.slope)
            rows[point.k :] = [(point.value, *point[5:9])]
            why = point.stop_reason or f"finished {point.k} iteration{'s' * (point.k != 1)}"
            if asks and callback(point.k, point.theta.copy(), point.value):
                why = f"stopped by callback at iteration {point.k}"
            if why[:8] != "finished" or point.k == n_iterations:
                break
    except KeyboardInterrupt:  # perhaps between two statements: point counts, not rows
        if point is None:
            raise
        why = f"interrupted at iteration {point.k}"
    rows[point.k :] = [(point.value, *point[5:9])]
    return history(point.theta, *map(np.array, zip(*rows)), why)


def history(theta, loss, norm, alpha, n_trials, n_values, why):
    """The `History` of the columns of a run; alpha and n_trials have an entry for the start."""
    n_gradients = int(np.isfinite(loss).sum())
    return History(theta, loss, norm, alpha[1:], n_trials[1:], n_values, n_gradients, why)
