"""Gradient descent from many starts at once: the same runs, several times as quick.

A line of numpy costs about a microsecond before it computes anything. For a small network that is
more than the computation; sixteen networks of one size in one array pay it once.
"""

from typing import NamedTuple

import numpy as np

from nnlib import checks
from nnlib.descent import History, counter, same_step, slopes_downhill, why_diverged, why_done
from nnlib.steps import ConstantStep


def gradient_descents(objective, theta0s, steps, n_iterations, tolerance=0.0, progress=False):
    """What `gradient_descent` would find from each start, computed side by side.

    Parameters
    ----------
    objective : Objective
        Or anything whose ``forward`` takes thetas of shape (n_runs, n_parameters) and returns
        values of shape (n_runs,), and a ``backward`` that takes an array of rows.
    theta0s : array_like, shape (n_runs, n_parameters)
        The starts; not modified.
    steps : step rule, or sequence of n_runs step rules
        `ConstantStep`, `Armijo`, `WarmStartedArmijo`, or your own with a generator
        ``trials(phi0, slope)``.
    n_iterations, tolerance, progress
        As in `gradient_descent`, for each run.

    Returns
    -------
    list of History
        In the order of theta0s; each as if its run had been alone. Also after Ctrl-C, with all
        that was done until then.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or out of range, or a start has a value that is not
        finite.

    Notes
    -----
    A run that has ended leaves the computation. In a search, so does a run whose step is found,
    until the others have found theirs. While all runs have constant steps no rule is asked: that
    makes sixteen small networks a tenth quicker.
    """
    theta0s = checks.points(theta0s, "theta0s")
    n_iterations = checks.whole_number("n_iterations", n_iterations, at_least=0)
    tolerance = checks.real_number("tolerance", tolerance, at_least=0)
    runs = _Runs(objective, theta0s.copy(), _rules(steps, len(theta0s)))
    with np.errstate(over="ignore", invalid="ignore"):  # divergence is a result, not a warning
        try:
            for k in counter(n_iterations, progress):
                runs.stop_where_done(k, tolerance, n_iterations)
                if runs.live.size == 0:
                    break
                runs.step(k)
        except KeyboardInterrupt:
            runs.interrupt()
    return runs.histories()


def _rules(steps, n_runs):
    """One step rule for each run, new for this call where a rule has a memory."""
    checks.no_class("steps", steps)
    one_for_all = callable(getattr(steps, "trials", None)) or hasattr(steps, "begin")
    try:
        rules = [steps] * n_runs if one_for_all else list(steps)
    except TypeError:
        raise TypeError(
            f"steps must be a step rule or a sequence of them, got {checks.shown(steps)}; "
            "a function of phi has no generator trials(phi0, slope): use gradient_descent"
        ) from None
    rules = [rule.begin() if hasattr(rule, "begin") else rule for rule in rules]
    if len(rules) != n_runs:
        raise ValueError(f"steps must be {n_runs} step rules, one for each start, got {len(rules)}")
    for i, rule in enumerate(rules):
        checks.no_class(f"steps[{i}]", rule)
        if not callable(getattr(rule, "trials", None)):
            raise TypeError(
                f"steps[{i}] must be a step rule with a generator trials(phi0, slope), "
                f"such as ConstantStep(1.0), got {checks.shown(rule)}"
            )
    return rules


class _Points(NamedTuple):
    """One point of every run; arrays of shape (n_runs,)."""

    loss: np.ndarray
    slope: np.ndarray  # along minus the gradient; nan where there is none
    alpha: np.ndarray  # of the step that led here
    n_trials: np.ndarray
    n_values: np.ndarray


class _Trial(NamedTuple):
    """A step of some of the runs that was tried; arrays with a row or an entry for each of them."""

    runs: np.ndarray
    alphas: np.ndarray
    thetas: np.ndarray
    values: np.ndarray
    backward: object


class _Runs:
    """All runs so far. Ctrl-C may fall between any two statements, so that what counts as recorded
    is what `complete` says, and `complete` is set in one go."""

    def __init__(self, objective, theta0s, rules):
        self.objective, self.rules, n_runs = objective, rules, len(theta0s)
        self.live = np.arange(n_runs)  # the runs that go on
        self.ended = {}  # run -> (iterations, why)
        # The steps that are known without a search; nan for the others.
        self.known = np.array([r.alpha if type(r) is ConstantStep else np.nan for r in rules])
        self.n_gradients = np.zeros(n_runs, dtype=int)
        self.gradient = np.empty_like(theta0s)
        values, backward = objective.forward(theta0s)
        _check_first(values, n_runs)
        none = np.zeros(n_runs, dtype=int)
        points = _Points(values, np.full(n_runs, np.nan), none * np.nan, none, none + 1)
        self._add_gradients(points, self.live, backward)
        self.points, self.complete = [points], (1, theta0s)  # (points recorded, last thetas)

    def _add_gradients(self, points, runs, backward, rows=...):
        gradients = checks.real_array("objective: the gradients", backward(rows))
        if gradients.shape != (len(runs), self.gradient.shape[1]):  # (..., 1) would be spread
            raise ValueError(
                "objective: the gradients must have theta's shape "
                f"{(len(runs), self.gradient.shape[1])}, got {gradients.shape}"
            )
        self.gradient[runs] = gradients
        self.n_gradients[runs] += 1
        points.slope[runs] = slopes_downhill(gradients)

    def stop_where_done(self, k, tolerance, n_iterations):
        """Take the runs out that diverged, are stationary or have made their iterations."""
        values, slopes = self.points[-1].loss[self.live], self.points[-1].slope[self.live]
        goes_on = np.isfinite(values) & (np.sqrt(-slopes) > tolerance)
        if k < n_iterations and goes_on.all():
            return
        for i, value, slope in zip(self.live.tolist(), values.tolist(), slopes.tolist()):
            why = why_diverged(k, value, slope) or why_done(k, slope, tolerance, n_iterations)
            if why:
                self.ended[i] = (k, why)
        self._drop_ended()

    def _drop_ended(self):
        if len(self.ended) + self.live.size > len(self.rules):
            self.live = np.array([i for i in self.live.tolist() if i not in self.ended], dtype=int)

    def step(self, k):
        """Iteration k of every live run."""
        n_recorded, theta = self.complete
        last, nothing = self.points[-1], np.full(len(theta), np.nan)
        points = _Points(
            nothing, nothing.copy(), nothing.copy(), np.zeros_like(last.n_trials),
            last.n_values.copy(),
        )  # fmt: skip
        theta = theta.copy()
        alphas = self.known[self.live]
        if np.isnan(alphas).any():
            self._search(k, theta, points)
        else:
            self._take(self._try(self.live, alphas, theta, points), ..., 1, theta, points)
        self._drop_ended()
        self.points.append(points)
        self.complete = (n_recorded + 1, theta)

    def _search(self, k, theta, points):
        """Ask every live run's rule for a step."""
        last = self.points[-1]
        searches = {
            i: self.rules[i].trials(value, slope)
            for i, value, slope in zip(
                self.live.tolist(), last.loss[self.live].tolist(), last.slope[self.live].tolist()
            )
        }
        asked = {}
        for i, search in searches.items():
            try:
                asked[i] = next(search)
            except StopIteration as decided:
                self._decided_elsewhere(k, i, decided.value, searches, asked)
        while asked:
            alphas = [checks.scalar("steps: the alpha to try", alpha) for alpha in asked.values()]
            trial = self._try(np.array(list(asked)), np.array(alphas), theta, points)
            asked = self._answer(k, trial, searches, theta, points)

    def _decided_elsewhere(self, k, i, result, searches, asked):
        """Run i's search failed, or took a step that is not the one it has tried last."""
        if result.accepted:
            searches[i] = _once_more(result)
            asked[i] = next(searches[i])
        else:
            self.ended[i] = (k, f"line search failed at iteration {k}: {result.reason}")

    def _try(self, runs, alphas, theta, points):
        thetas = theta[runs] + alphas[:, None] * -self.gradient[runs]
        values, backward = self.objective.forward(thetas)
        points.n_values[runs] += 1
        return _Trial(runs, alphas, thetas, values, backward)

    def _answer(self, k, trial, searches, theta, points):
        """Tell each search what it found; what they ask for next."""
        asked, rows, n_trials = {}, [], []
        answers = zip(trial.runs.tolist(), trial.alphas.tolist(), trial.values.tolist())
        for row, (i, alpha, value) in enumerate(answers):
            try:
                asked[i] = searches[i].send(value)
            except StopIteration as decided:
                result = decided.value
                wanted = checks.scalar("steps: alpha of a StepResult", result.alpha)
                if result.accepted and same_step(wanted, alpha):
                    rows.append(row)
                    n_trials.append(len(result.trials))
                else:
                    self._decided_elsewhere(k, i, result, searches, asked)
        if rows:
            rows = ... if len(rows) == len(trial.runs) else np.array(rows)
            self._take(trial, rows, n_trials, theta, points)
        return asked

    def _take(self, trial, rows, n_trials, theta, points):
        """The runs in these rows go where the trial has been."""
        runs, values = trial.runs[rows], trial.values[rows]
        points.loss[runs], points.alpha[runs] = values, trial.alphas[rows]
        points.n_trials[runs] = n_trials
        finite = np.isfinite(values)
        if not finite.all():
            rows = np.arange(len(trial.runs))[rows][finite]
            runs = runs[finite]
        if runs.size:
            theta[runs] = trial.thetas[rows]
            self._add_gradients(points, runs, trial.backward, rows)

    def interrupt(self):
        """Whatever still went on ends with the last point that is complete."""
        k = self.complete[0] - 1
        for i in range(len(self.rules)):
            self.ended.setdefault(i, (k, f"interrupted at iteration {k}"))

    def histories(self):
        n_recorded, theta = self.complete
        columns = _Points(*(np.array(column) for column in zip(*self.points[:n_recorded])))
        return [self._history(i, theta[i], columns) for i in range(len(self.rules))]

    def _history(self, i, theta, columns):
        k, why = self.ended[i]
        n_values = columns.n_values[: k + 1, i].copy()
        n_values[-1] = columns.n_values[min(k + 1, len(columns.n_values) - 1), i]
        return History(
            theta.copy(),
            columns.loss[: k + 1, i].copy(),
            np.sqrt(-columns.slope[: k + 1, i]),
            columns.alpha[1 : k + 1, i].copy(),
            columns.n_trials[1 : k + 1, i].copy(),
            n_values,
            int(self.n_gradients[i]),
            why,
        )


def _once_more(result):
    """A search whose decision stands, and that only asks for the value there once more."""
    yield result.alpha
    return result


def _check_first(values, n_runs):
    if np.shape(values) != (n_runs,):
        raise TypeError(
            f"objective must give {n_runs} values for {n_runs} starts, got shape "
            f"{np.shape(values)}: does its forward take many thetas? Use gradient_descent"
        )
    if not np.isfinite(values).all():
        i = int(np.argmin(np.isfinite(values)))
        raise ValueError(
            f"theta0s must have finite values of the objective, got {values[i]!r} at theta0s[{i}]"
        )
