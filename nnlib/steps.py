"""How far to go along a descent direction.

A step rule sees a function of one number, phi(alpha) = f(theta + alpha p), its value phi(0) and
its slope phi'(0). It knows neither the network nor theta. The rules: always the same step;
Armijo's backtracking, which shortens the step until the loss falls by enough; and the same search
started from what the last one accepted.

Each rule is written as a generator, `trials`: it yields a step that it wants to try, is sent the
value there, and returns its decision. Called as a function it is driven to its end with one phi;
`together.gradient_descents` drives many side by side, and computes all the values they wait for
in one go.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from nnlib import checks


def _set(rule, **parameters):
    """Store plain numbers, whatever kind was given: an 8-bit integer would overflow later."""
    for name, value in parameters.items():
        object.__setattr__(rule, name, value)


class Trial(NamedTuple):
    """One step that was tried: alpha, and the value phi(alpha) found there."""

    alpha: float
    value: float


class StepResult(NamedTuple):
    """What a step rule decided.

    Attributes
    ----------
    alpha : float
        The accepted step; 0 if none was.
    value : float
        phi(alpha).
    accepted : bool
    trials : tuple of Trial
        Every step that was tried, in order.
    reason : str
        Why it was accepted, or why the search gave up.
    """

    alpha: float
    value: float
    accepted: bool
    trials: tuple
    reason: str


class StepRule:
    """A generator ``trials(phi0, slope)``, to be called as a function of phi."""

    def __call__(self, phi, phi0, slope):
        """Search along phi.

        Parameters
        ----------
        phi : callable
            phi(alpha), the value after a step alpha. A trial that is not finite is rejected.
        phi0 : float
            phi(0), finite.
        slope : float
            phi'(0) < 0.

        Returns
        -------
        StepResult
            With ``accepted=False`` and ``alpha=0`` when no trial would do.

        Raises
        ------
        TypeError, ValueError
            If phi is no function, or gives no number; if phi0 is not finite or slope is not < 0:
            no step would be one downhill.
        """
        if not callable(phi):
            raise TypeError(f"phi must be a function of alpha, got {checks.shown(phi)}")
        trials, value = self.trials(phi0, slope), None  # None starts a generator
        while True:
            try:
                alpha = trials.send(value)
            except StopIteration as decided:
                return decided.value
            value = checks.scalar("phi(alpha)", phi(alpha))


@dataclass(frozen=True)
class ConstantStep(StepRule):
    """The same step every time: a search that accepts whatever it finds.

    Parameters
    ----------
    alpha : float
        The step, > 0.

    Raises
    ------
    TypeError, ValueError
        If alpha is not a finite number > 0.

    Notes
    -----
    Equation ``gradient-step`` of chapter 3. On a quadratic with largest curvature L it converges
    for alpha < 2/L only (Nocedal and Wright 2006, section 3.3).

    Examples
    --------
    >>> ConstantStep(0.5)(phi=lambda alpha: (1 - alpha) ** 2, phi0=1.0, slope=-2.0).value
    0.25
    """

    alpha: float

    def __post_init__(self):
        _set(self, alpha=checks.real_number("alpha", self.alpha, above=0))

    def trials(self, phi0, slope):
        """Try the step and take it; `phi0` and `slope` are not looked at."""
        value = yield self.alpha
        return StepResult(
            self.alpha, value, True, (Trial(self.alpha, value),), "constant: always accepted"
        )


@dataclass(frozen=True)
class Armijo(StepRule):
    """Backtracking: try alpha0, then beta times as much, until the decrease is sufficient.

    A step is accepted when ``phi(alpha) <= phi(0) + sigma alpha phi'(0)`` and
    ``phi(alpha) < phi(0)``. In exact arithmetic the second follows from the first. In floating
    point it does not: a step too small to change anything would pass the first for ever.

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

    Raises
    ------
    TypeError, ValueError
        If a parameter is outside its range.

    Notes
    -----
    Equation ``armijo`` of chapter 3; Armijo (1966); Nocedal and Wright (2006), algorithm 3.1;
    Bertsekas (1999), section 1.2.

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
        _set(
            self,
            alpha0=checks.real_number("alpha0", self.alpha0, above=0),
            sigma=checks.real_number("sigma", self.sigma, above=0, below=1),
            beta=checks.real_number("beta", self.beta, above=0, below=1),
            max_backtracks=checks.whole_number("max_backtracks", self.max_backtracks, at_least=0),
        )

    def trials(self, phi0, slope):
        """Try one step after the other; see `StepRule` for what goes in and comes out."""
        phi0, slope = checks.real_number("phi0", phi0), checks.scalar("slope", slope)
        if not slope < 0:
            raise ValueError(
                f"slope must be < 0 (a descent direction), got {slope!r}: "
                "is the sign of the gradient right?"
            )
        trials = []
        alpha = self.alpha0
        for _ in range(self.max_backtracks + 1):
            value = yield alpha
            trials.append(Trial(alpha, value))
            # A value of nan fails both comparisons, +inf the second, and -inf is refused here.
            if value > -np.inf and value <= phi0 + self.sigma * alpha * slope and value < phi0:
                return StepResult(alpha, value, True, tuple(trials), "sufficient decrease")
            alpha *= self.beta
            if alpha == 0:  # underflow: a step of 0 changes nothing, however often it is tried
                break
        return StepResult(0.0, phi0, False, tuple(trials), self._why_not(trials))

    def _why_not(self, trials):
        return (
            f"no sufficient decrease in {len(trials)} trials, "
            f"alpha from {trials[0].alpha:.3g} down to {trials[-1].alpha:.3g}"
        )


@dataclass(frozen=True)
class WarmStartedArmijo:
    """Armijo's search, begun at `growth` times the step that the last search accepted.

    The first search of a run begins at ``armijo.alpha0``. What was accepted last belongs to the
    run, not to this rule: `gradient_descent` calls `begin`, so that two runs never mix.

    Parameters
    ----------
    armijo : Armijo
    growth : float
        > 1, so that the step can grow again.
    alpha_max : float
        No search begins with a larger step, > 0.

    Raises
    ------
    TypeError, ValueError
        If a parameter is of the wrong kind or outside its range.

    Notes
    -----
    Nocedal and Wright (2006), section 3.5, on the choice of the first step.
    """

    armijo: Armijo = Armijo()
    growth: float = 2.0
    alpha_max: float = 1e6

    def __post_init__(self):
        if not isinstance(self.armijo, Armijo):
            raise TypeError(f"armijo must be an Armijo rule, got {checks.shown(self.armijo)}")
        _set(
            self,
            growth=checks.real_number("growth", self.growth, above=1),
            alpha_max=checks.real_number("alpha_max", self.alpha_max, above=0),
        )

    def begin(self):
        """A step rule for one run, which remembers what it accepted."""
        return _WarmSearch(self)


class _WarmSearch(StepRule):
    def __init__(self, rule):
        self.rule, self.first = rule, min(rule.armijo.alpha0, rule.alpha_max)

    def trials(self, phi0, slope):
        result = yield from replace(self.rule.armijo, alpha0=self.first).trials(phi0, slope)
        if result.accepted:
            self.first = min(self.rule.growth * result.alpha, self.rule.alpha_max)
        return result
