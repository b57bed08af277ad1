"""Pictures of one search along a direction, and of the step of difference formulas."""

import numpy as np

from nnlib import arguments
from nnlib.plots import style


def plot_armijo(alphas, values, result, phi0, slope, sigma, ax=None):
    """The loss along a direction, its tangent, Armijo's line, the steps accepted, and all trials.

    `alphas` and `values`, shape (n,), are the curve phi(alpha) in nats, `result` is a StepResult;
    phi(0), its slope and sigma are those of equation ``armijo`` in chapter 3.
    """
    alphas, values = arguments.vector("alphas", alphas), arguments.vector("values", values)
    if values.size != alphas.size:
        raise ValueError(f"values must have {alphas.size} entries like alphas, got {values.size}")
    line = phi0 + arguments.real_number("sigma", sigma) * alphas * slope
    enough = np.where((values <= line) & (values < phi0), values, np.nan)
    ax = style.axes_or_new(ax)
    ax.plot(alphas, enough, color="#BBBBBB", lw=7, label="sufficient decrease")
    ax.plot(alphas, values, color=style.RUN_COLOURS[0], label=r"$\varphi(\alpha)$")
    ax.plot(alphas, phi0 + alphas * slope, color="#777777", ls=":", label="tangent")
    ax.plot(alphas, line, color=style.RUN_COLOURS[1], ls="--", label="Armijo's line")
    draw_trials(ax, result)
    ax.plot(0, phi0, "s", color=style.RUN_COLOURS[0])
    ax.set(xlabel="step α", ylabel=r"loss $\varphi(\alpha)$ (nats)")
    ax.legend(loc="upper left")
    return ax


def draw_trials(ax, result):
    """Every trial with its number: a cross if rejected, a disc if accepted. Returns the artists."""
    artists, beneath = [], {"textcoords": "offset points", "ha": "center", "va": "top"}
    for i, trial in enumerate(result.trials, start=1):
        if not np.isfinite(trial.value):
            continue
        taken = result.accepted and i == len(result.trials)
        colour, marker = style.RUN_COLOURS[0 if taken else 1], "o" if taken else "x"
        label = "accepted" if taken else "rejected" if i == 1 else None
        artists += ax.plot(*trial, marker, color=colour, ms=10, mew=2.5, label=label)
        artists.append(ax.annotate(str(i), trial, (0, -9), **beneath))
    return artists


def plot_differences(h, errors, marked=None, ax=None):
    """Error of equation ``differences`` of chapter 2 against its step, both axes logarithmic.

    `errors`: for each method those at the steps `h` > 0, shape (n,); 0 is drawn at 1e-18. `marked`
    is a step to mark on every curve.
    """
    h = style.positive("h", arguments.vector("h", h))
    errors = style.named("errors", errors, arguments.vector)
    for method, error in errors.items():
        style.positive(f"errors[{method!r}]", np.where(error == 0, 1, error), h.size)
        errors[method] = np.maximum(error, 1e-18)  # 0 has no place on the axis
    marked = None if marked is None else arguments.real_number("marked", marked, above=0)
    ax = style.axes_or_new(ax)
    for i, (method, error) in enumerate(errors.items()):
        ax.loglog(h, error, label=str(method) or " ", **style.run_style(i))
        if marked is not None:
            nearest = np.argmin(abs(np.log(h) - np.log(marked)))
            ax.plot(h[nearest], error[nearest], "o", color=style.run_style(i)["color"], ms=9)
    if marked is not None:
        ax.axvline(marked, color="#777777", lw=1, zorder=0)
    ax.set(xlabel="step h", ylabel="largest error of the gradient")
    ax.legend(title="differences")
    return ax
