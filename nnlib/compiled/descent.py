"""`nnlib.descent` for the three step rules, compiled."""

import math
import time
from dataclasses import replace

import numpy as np
from tqdm.auto import tqdm

from nnlib import arguments, descent
from nnlib.compiled.compiler import loops, numba
from nnlib.compiled.objective import go, problem_of
from nnlib.objective import Objective
from nnlib.parameters import init_parameters, unpack
from nnlib.steps import Armijo, ConstantStep, WarmStartedArmijo

RULES = (ConstantStep, Armijo, WarmStartedArmijo)
SECONDS = 0.05  # of compiled work between two looks at Ctrl-C and at the progress bar


def search_of(step):
    """The rule in numbers, and its first trial; the next is growth times the accepted, or most."""
    searches = type(step) is not ConstantStep
    armijo = getattr(step, "armijo", step) if searches else Armijo(step.alpha, max_backtracks=0)
    growth, most = getattr(step, "growth", math.inf), getattr(step, "alpha_max", armijo.alpha0)
    rule = searches, armijo.sigma, armijo.beta, armijo.max_backtracks, growth, most
    return rule, min(armijo.alpha0, most)


@loops()
def iterate(problem, theta, gradient, now, rule, tolerance, rows):
    """As many iterations as there are rows; `now`: value, slope, norm, first step.

    A row gets the loss, the norm, the step and the number of its trials. Of a search that failed
    this is negative, and the second entry how it saw the value rise. A row of zeros is unused.
    """
    trial, (searches, sigma, beta, max_backtracks, growth, most) = problem.trial, rule
    for k in range(len(rows)):
        value, slope, norm, alpha = now
        if not (np.isfinite(value) and norm > tolerance and slope < 0):
            return
        n_trials, accepted, found, rise = 0.0, False, value, 0.0
        while not accepted and n_trials <= max_backtracks and alpha > 0:
            for q in range(theta.size):
                trial[q] = theta[q] - alpha * gradient[q]
            found, new_slope, new_norm = go(trial, problem, problem.room, True, not searches)
            n_trials += 1
            enough = -np.inf < found <= value + sigma * alpha * slope and found < value
            accepted = enough or not searches
            if not accepted:
                rise = (found - value) / alpha if found != value else rise
                alpha = beta * alpha if beta * alpha < alpha else 0.0
        if not accepted:
            rows[k] = value, rise, alpha, -n_trials
            return
        if not np.isfinite(found):
            new_slope = new_norm = np.nan
        elif searches:
            theta[:] = trial
            _, new_slope, new_norm = go(theta, problem, gradient, False, True)
        else:
            theta[:], gradient[:] = trial, problem.room
        rows[k] = found, new_norm, alpha, n_trials
        now[:] = found, new_slope, new_norm, min(growth * alpha, most)


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
        how = n_iterations, tolerance, callback, progress
        return descent.gradient_descent(objective, theta0, step, *how)
    theta = arguments.vector("theta0", theta0).copy()
    n_iterations = arguments.whole_number("n_iterations", n_iterations, at_least=0)
    tolerance = arguments.real_number("tolerance", tolerance, at_least=0)
    unpack(theta, objective)
    problem, (rule, first) = problem_of(objective, theta.size), search_of(step)
    gradient = np.empty_like(theta)
    value, slope, norm = go(theta, problem, gradient, True, True)
    if not math.isfinite(value):
        arguments.refuse("theta0", "have a finite value of the objective", value, ValueError)
    now, rows = np.array([value, slope, norm, first]), np.array([[value, norm, math.nan, 1.0]])
    pieces, k, room = [rows], 0, 1 if callback else 10
    bar = tqdm(total=n_iterations, desc="gradient descent", disable=not progress)
    try:
        while True:
            why = descent.why_stop(k, *now[:3].tolist(), tolerance)
            if (failed := rows[rows[:, 3] < 0]).size:
                armijo = replace(getattr(step, "armijo", step), alpha0=now[3])
                reason = armijo.why_not(int(-failed[0, 3]), now[1].item(), failed[0, 1].item())
                stuck = "; theta no longer changes" * np.array_equal(problem.trial, theta)
                why = f"line search failed at iteration {k}: {reason}{stuck}"
            elif callback and not math.isnan(now[1]) and callback(k, theta.copy(), now[0].item()):
                why = f"stopped by callback at iteration {k}"
            if why or k == n_iterations:
                why = why or f"finished {k} iteration{'s' * (k != 1)}"
                break
            began, rows = time.perf_counter(), np.zeros((min(room, n_iterations - k), 4))
            pieces.append(rows)  # before it is filled: Ctrl-C may come at any later statement
            iterate(problem, theta, gradient, now, rule, tolerance, rows)
            done = int(np.sum(rows[:, 3] > 0))
            k += done
            bar.update(done)
            if not callback:
                room = max(1, int(room * min(4, SECONDS / (time.perf_counter() - began))))
    except KeyboardInterrupt:
        k = int(np.sum(np.concatenate(pieces)[:, 3] > 0)) - 1  # without the start
        why = f"interrupted at iteration {k}"
    rows = np.concatenate(pieces)
    loss, norm, alpha, n_trials = rows[rows[:, 3] > 0].T.copy()
    n_values = np.cumsum(n_trials := n_trials.astype(int))
    n_values[-1] = abs(rows[:, 3]).sum()  # also those of a search that failed
    return descent.history(theta, loss, norm, alpha, n_trials, n_values, why)


def warm_up():
    """Compile all loops into numba's cache: seconds once, then a tenth of one."""
    objective = Objective([[0.0, 1.0], [1.0, 0.0]], [0, 1])
    for step in (ConstantStep(1.0), Armijo()):
        gradient_descent(objective, init_parameters(1), step, 1)
