"""How far to go along a descent direction.

A step rule sees a function of one number, phi(alpha) = f(theta + alpha p), its value phi(0) and
its slope phi'(0). It knows neither the network nor theta, so that it can be tried on a parabola.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from nnlib import arguments


class Trial(NamedTuple):
    """One step that was tried."""

    alpha: float
    value: float  # phi(alpha)


class StepResult(NamedTuple):
    """What a step rule decided; a failed search is a result too."""

    alpha: float  # the accepted step; 0 if none was
    value: float  # phi(alpha)
    accepted: bool
    trials: tuple  # of Trial, every step that was tried, in order
    reason: str  # why it was accepted, or why the search gave up


@dataclass(frozen=True)
class ConstantStep:
    """The same step every time: a search that accepts whatever it finds.

    Equation ``gradient-step`` of chapter 3. On a quadratic with largest curvature L it converges
    for alpha < 2/L only (Nocedal and Wright 2006, section 3.3).

    Parameters
    ----------
    alpha : float
        The step, > 0.
    """

    alpha: float

    def __post_init__(self):
        vars(self).update(alpha=arguments.real_number("alpha", self.alpha, above=0))

    def __call__(self, phi, phi0, slope):
        """Try the step and take it."""
        trial = Trial(self.alpha, phi(self.alpha))
        return StepResult(*trial, True, (trial,), "constant: always accepted")


@dataclass(frozen=True)
class Armijo:
    """Backtracking: try alpha0, then beta times as much, until the decrease is sufficient.

    A step is accepted when ``phi(alpha) <= phi(0) + sigma alpha phi'(0)`` and
    ``phi(alpha) < phi(0)``. In exact arithmetic the second follows from the first. In floating
    point it does not: a step too small to change anything would pass the first for ever.
    Equation ``armijo`` of chapter 3; Armijo (1966); Nocedal and Wright (2006), algorithm 3.1;
    Bertsekas (1999), section 1.2.

    Parameters
    ----------
    alpha0 : float
        The first step tried, > 0. Bertsekas calls it s.
    sigma : float
        The share of the promised decrease that is asked for, in (0, 1); c_1 in Nocedal and Wright.
    beta : float
        The factor by which a rejected step shrinks, in (0, 1); rho in Nocedal and Wright.
    max_backtracks : int
        After so many shortenings the search gives up, >= 0.

    Examples
    --------
    >>> result = Armijo(alpha0=4.0, sigma=0.1)(lambda alpha: (1 - alpha) ** 2, 1.0, -2.0)
    >>> [trial.alpha for trial in result.trials]
    [4.0, 2.0, 1.0]
    """

    alpha0: float = 10.0
    sigma: float = 1e-4
    beta: float = 0.5
    max_backtracks: int = 60

    def __post_init__(self):
        vars(self).update(
            alpha0=arguments.real_number("alpha0", self.alpha0, above=0),
            sigma=arguments.real_number("sigma", self.sigma, above=0, below=1),
            beta=arguments.real_number("beta", self.beta, above=0, below=1),
            max_backtracks=arguments.whole_number("max_backtracks", self.max_backtracks, 0),
        )

    def __call__(self, phi, phi0, slope):
        """Search along phi, whose slope at 0 must be < 0."""
        if not slope < 0:
            raise ValueError(
                f"slope must be < 0 (a descent direction), got {slope!r}: "
                "is the sign of the gradient right?"
            )
        trials, alpha = [], self.alpha0
        while len(trials) <= self.max_backtracks and alpha > 0:  # 0 only by underflow
            value = phi(alpha)
            trials.append(Trial(alpha, value))
            # nan fails every comparison; +inf fails the last, and -inf is refused by the first.
            if -np.inf < value <= phi0 + self.sigma * alpha * slope and value < phi0:
                return StepResult(alpha, value, True, tuple(trials), "sufficient decrease")
            alpha *= self.beta
        reason = no_decrease(len(trials), trials[0].alpha, trials[-1].alpha)
        return StepResult(0.0, phi0, False, tuple(trials), reason)


def no_decrease(n_trials, first, last):
    """Why a search gave up, in words."""
    tried = f"{n_trials} trials, alpha from {first:.3g} down to {last:.3g}"
    return f"no sufficient decrease in {tried}"


@dataclass(frozen=True)
class WarmStartedArmijo:
    """Armijo's search, begun at `growth` times the step that the last search accepted.

    What was accepted last belongs to the run, not to this rule: gradient descent calls `begin`,
    so that two runs never mix. Nocedal and Wright (2006), section 3.5.

    Parameters
    ----------
    armijo : Armijo
        The first search of a run begins at its ``alpha0``.
    growth : float
        > 1, so that the step can grow again.
    alpha_max : float
        No search begins with a larger step, > 0.
    """

    armijo: Armijo = Armijo()
    growth: float = 2.0
    alpha_max: float = 1e6

    def __post_init__(self):
        if not isinstance(self.armijo, Armijo):
            raise TypeError(f"armijo must be an Armijo rule, got {arguments.shown(self.armijo)}")
        vars(self).update(
            growth=arguments.real_number("growth", self.growth, above=1),
            alpha_max=arguments.real_number("alpha_max", self.alpha_max, above=0),
        )

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
