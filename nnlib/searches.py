"""Pictures of one search: the loss along a direction, and what a step rule tried there."""

from collections.abc import Mapping

import numpy as np

from nnlib import checks, style


def plot_armijo(alphas, values, result, phi0, slope, sigma, ax=None):
    """The loss along a direction, Armijo's line, and every trial of one search in its order.

    Parameters
    ----------
    alphas, values : array_like, shape (n,)
        phi(alpha) as a curve.
    result : StepResult
        The search.
    phi0, slope : float
        phi(0) and phi'(0).
    sigma : float
        Armijo's share of the promised decrease.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    TypeError, ValueError
        If an argument is not finite or no search, or alphas and values differ in length.

    Notes
    -----
    Equation ``armijo`` of chapter 3.
    """
    alphas = style.drawable("alphas", checks.vector("alphas", alphas))
    values = style.drawable("values", checks.vector("values", values))
    if alphas.size != values.size:
        raise ValueError(f"values must have {alphas.size} entries like alphas, got {values.size}")
    phi0, slope = checks.real_number("phi0", phi0), checks.real_number("slope", slope)
    sigma = checks.real_number("sigma", sigma)
    _check_search(result)
    ax = style.axes_or_new(ax)
    ax.plot(alphas, values, color=style.RUN_COLOURS[0], label=r"$\varphi(\alpha)$")
    line = phi0 + sigma * alphas * slope
    ax.plot(alphas, line, color=style.RUN_COLOURS[1], ls="--", label="sufficient decrease")
    draw_trials(ax, result)
    ax.plot(0, phi0, "s", color=style.RUN_COLOURS[0])
    ax.set(xlabel="step α (-)", ylabel=r"loss $\varphi(\alpha)$ (nats)")
    ax.legend(loc="upper left")
    return ax


def _check_search(result):
    trials = getattr(result, "trials", None)
    if not isinstance(trials, (tuple, list)) or not all(hasattr(t, "value") for t in trials):
        raise TypeError(
            f"result must be a StepResult as a step rule returns it, got {checks.shown(result)}"
        )


def draw_trials(ax, result):
    """Every trial with its number: a cross if rejected, a disc if accepted. Returns the artists."""
    artists = []
    for i, trial in enumerate(result.trials, start=1):
        if not np.isfinite(trial.value):
            continue
        taken = result.accepted and i == len(result.trials)
        colour = style.RUN_COLOURS[0] if taken else style.RUN_COLOURS[1]
        label = "accepted" if taken else "rejected" if i == 1 else None
        artists += ax.plot(*trial, "o" if taken else "x", color=colour, ms=10, mew=2.5, label=label)
        artists.append(
            ax.annotate(str(i), trial, (0, -9), textcoords="offset points", ha="center", va="top")
        )
    return artists


def plot_differences(h, errors, marked=None, ax=None):
    """Error of difference formulas against their step, both axes logarithmic.

    Parameters
    ----------
    h : array_like, shape (n,)
        Steps, > 0.
    errors : dict of str to array_like
        For each method its errors, shape (n,). An error of 0 is drawn at 1e-18.
    marked : float, optional
        A step to mark on every curve.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    TypeError, ValueError
        If an argument is not finite, or lengths differ, or h is not > 0 or an error negative.

    Notes
    -----
    Equation ``differences`` of chapter 2.
    """
    h, errors = _check_errors(h, errors)
    if marked is not None:
        least = 1 / style.LARGEST
        marked = checks.real_number("marked", marked, at_least=least, below=style.LARGEST)
    ax = style.axes_or_new(ax)
    for i, (method, error) in enumerate(errors.items()):
        ax.loglog(h, error, label=str(method) or " ", **style.run_style(i))
        if marked is not None:
            nearest = np.argmin(abs(np.log(h) - np.log(marked)))
            ax.plot(h[nearest], error[nearest], "o", color=style.run_style(i)["color"], ms=9)
    if marked is not None:
        ax.axvline(marked, color="#777777", lw=1, zorder=0)
    ax.set(xlabel="step h (-)", ylabel="largest error of the gradient (-)")
    ax.legend(title="differences")
    return ax


def _check_errors(h, errors):
    """h, and for each method its errors with 1e-18 for 0, else raise."""
    h = style.drawable("h", checks.vector("h", h))
    if h.min() < 1 / style.LARGEST:  # below it, and at 0, a logarithmic axis ends
        raise ValueError(f"h must be > 0, at least {1 / style.LARGEST:g}, got {h.min():g}")
    if not isinstance(errors, Mapping) or not errors:
        raise TypeError(
            f"errors must be a dict with a name for each method, got {checks.shown(errors)}"
        )
    found = {}
    for method, error in errors.items():
        error = style.drawable(f"errors[{method!r}]", checks.vector(f"errors[{method!r}]", error))
        if error.size != h.size or error.min() < 0:
            raise ValueError(
                f"errors[{method!r}] must have {h.size} entries like h, all >= 0, "
                f"got {error.size} and a smallest one of {error.min():g}"
            )
        found[method] = np.maximum(error, 1e-18)
    return h, found
