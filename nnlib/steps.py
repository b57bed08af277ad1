"""How far to go along a direction p, seeing phi(alpha) = f(theta + alpha p) and phi'(0) alone."""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from nnlib import arguments


class Trial(NamedTuple):
    """One step that was tried, and the value phi(alpha) found there."""

    alpha: float
    value: float


class StepResult(NamedTuple):
    """What a step rule decided; a failed search is a result too."""

    alpha: float  # the accepted step; 0 if none was
    value: float  # phi(alpha)
    accepted: bool
    trials: tuple  # of Trial, every step that was tried, in order
    reason: str  # why it was accepted, or why the search gave up


def _positive(rule, name, below=np.inf):
    return arguments.real_number(name, getattr(rule, name), above=0, below=below)


@dataclass(frozen=True)
class ConstantStep:
    """The same step alpha > 0 every time: a search that accepts whatever it finds.

    On a quadratic of curvature L it converges for alpha < 2/L (Nesterov 2018, theorem 2.1.14).
    """

    alpha: float

    def __post_init__(self):
        vars(self).update(alpha=_positive(self, "alpha"))

    def __call__(self, phi, phi0, slope):
        """Try the step and take it."""
        trial = Trial(self.alpha, phi(self.alpha))
        return StepResult(*trial, True, (trial,), "constant: always accepted")


@dataclass(frozen=True)
class Armijo:
    """Backtracking: try alpha0, then beta times as much, until the decrease is sufficient.

    A step is accepted when ``phi(alpha) <= phi(0) + sigma alpha phi'(0)`` (equation ``armijo`` of
    chapter 3) and ``phi(alpha) < phi(0)``, for one too small to change anything passes the first.
    Armijo (1966), sigma = 1/2; Nocedal and Wright (2006), algorithm 3.1; Bertsekas (1999), 1.2.

    Parameters
    ----------
    alpha0 : float, > 0: the first step tried; Bertsekas calls it s
    sigma : float, in (0, 1): the share of the promised decrease asked for; Nocedal, Wright: c_1
    beta : float, in (0, 1): the factor by which a rejected step shrinks; in the same place: rho
    max_backtracks : int, >= 0: after so many shortenings the search gives up
    """

    alpha0: float = 10.0
    sigma: float = 1e-4
    beta: float = 0.5
    max_backtracks: int = 60

    def __post_init__(self):
        most = arguments.whole_number("max_backtracks", self.max_backtracks, at_least=0)
        vars(self).update(alpha0=_positive(self, "alpha0"), sigma=_positive(self, "sigma", 1))
        vars(self).update(beta=_positive(self, "beta", 1), max_backtracks=most)

    def __call__(self, phi, phi0, slope):
        """Search along phi, whose slope at 0 must be < 0."""
        if not slope < 0:
            must = "be < 0 (a descent direction; is the sign of the gradient right?)"
            arguments.refuse("slope", must, slope, ValueError)
        trials, alpha, rise = [], self.alpha0, 0.0
        while len(trials) <= self.max_backtracks and alpha > 0:  # 0 only by underflow
            value = phi(alpha)
            trials.append(Trial(alpha, value))
            # nan fails every comparison; +inf fails the last, and -inf is refused by the first.
            if -np.inf < value <= phi0 + self.sigma * alpha * slope and value < phi0:
                return StepResult(alpha, value, True, tuple(trials), "sufficient decrease")
            rise = (value - phi0) / alpha if value != phi0 else rise
            alpha = self.beta * alpha if self.beta * alpha < alpha else 0.0  # the smallest number
        return StepResult(0.0, phi0, False, tuple(trials), self.why_not(len(trials), slope, rise))

    def why_not(self, n_trials, slope, rise):
        """Why a search gave up after so many trials; rise: of phi, by the last that changed it."""
        last = self.alpha0 * self.beta ** (n_trials - 1)
        steps = f"{n_trials} trial{'s' * (n_trials > 1)}, alpha from {self.alpha0:.3g} down to"
        hint = "; minus the gradient leads up: is its sign right?" if 0 < rise / -slope < 2 else ""
        hint = "; the slope overflows: divide the objective" if slope == -np.inf else hint
        return f"no sufficient decrease in {steps} {last:.3g}{hint}"


@dataclass(frozen=True)
class WarmStartedArmijo:
    """Armijo's search, begun at `growth` times the step that the last search accepted.

    The first of a run begins at ``armijo.alpha0``, none at more than alpha_max. What was accepted
    last belongs to the run: gradient descent calls `begin`. Nocedal and Wright (2006), 3.5.
    """

    armijo: Armijo = Armijo()
    growth: float = 2.0
    alpha_max: float = 1e6

    def __post_init__(self):
        if not isinstance(self.armijo, Armijo):
            arguments.refuse("armijo", "be an Armijo rule", self.armijo)
        growth = arguments.real_number("growth", self.growth, above=1)
        vars(self).update(growth=growth, alpha_max=_positive(self, "alpha_max"))

    def begin(self):
        """A step rule for one run, which remembers what it accepted."""
        first = min(self.armijo.alpha0, self.alpha_max)

        def search(phi, phi0, slope):
            nonlocal first
            result = replace(self.armijo, alpha0=first)(phi, phi0, slope)
            if result.accepted:
                first = min(self.growth * result.alpha, self.alpha_max)
            return result

        return search
