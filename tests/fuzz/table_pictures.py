"""What draws: the pictures, and the figures with sliders. Everything is drawn to the last pixel."""

import functools

import matplotlib.pyplot as plt
import numpy as np
from hypothesis import strategies as st
from matplotlib.axes import Axes

from nnlib import (
    History,
    StepResult,
    count_parameters,
    heat_maps,
    load_dataset,
    mistakes,
    plotting,
    widgets,
)
from nnlib.close_ups import RIGHT
from nnlib.pictures import CounterPicture
from nnlib.steps import Trial

from .harness import close, fuzz, real, whole
from .hostile import ALIENS, NUMBERS, ODD
from .legal import networks, numbers

anything = st.sampled_from((*NUMBERS, *ALIENS, *ODD))
words = st.sampled_from(["Armijo", "constant 1", "a_b", "loss $x^2$ (nats)", "ä", "100 %", "", "7"])
against = st.sampled_from(["iterations", "evaluations"])


def draws(plot, arguments, **more):
    """Put a plot into the table; a call draws the figure, and a refused call leaves none behind."""

    @functools.wraps(plot)
    def drawn(**arguments):
        try:
            ax = plot(**arguments)
            assert isinstance(ax, Axes)
            ax.figure.canvas.draw()
            limits = *ax.get_xlim(), *ax.get_ylim()
            assert np.isfinite(limits).all() and limits[0] != limits[1] and limits[2] != limits[3]
            return ax
        except (TypeError, ValueError):
            left = [n for n in plt.get_fignums() if not plt.figure(n).axes[0].has_data()]
            assert not left, "a refused call leaves an empty figure behind"
            raise
        finally:
            plt.close("all")

    return fuzz(drawn, arguments, cost="picture", **more)


# ---- runs


def positive(n, largest=6):
    return numbers(n, largest).map(lambda a: 10.0**a)


@st.composite
def histories(draw):
    """Runs as gradient_descent returns them; the last loss may be infinite."""
    found = {}
    for name in draw(st.lists(words, min_size=1, max_size=5, unique=True)):
        k = draw(st.sampled_from([0, 1, 2, 7]))
        loss = draw(positive(k + 1))
        if k and draw(st.booleans()):
            loss[-1] = draw(st.sampled_from([np.inf, np.nan]))
        n_trials = np.arange(k) % 3 + 1
        found[name] = History(
            np.zeros(9),
            loss,
            np.ones(k + 1),
            draw(positive(k, 9)),
            n_trials,
            np.cumsum([1, *n_trials]),
            k,
            "finished",
        )
    return found


odd_history = st.builds(
    History,
    **{k: st.one_of(anything, numbers(3), numbers((2, 2))) for k in History.__annotations__},
)
odd_histories = st.tuples(histories(), odd_history).map(lambda p: p[0] | {"odd": p[1]})


def lines(ax, n):
    """The lines of the curves, without crosses at a divergence."""
    found = [line for line in ax.lines if line.get_markersize() != 11]
    assert len(found) == n
    return found


@draws(
    plotting.plot_loss,
    {"histories": histories(), "against": against, "label": words, "log": st.booleans()},
    spoil=("histories", "against"),
)
def _(ax, histories, against, label, log):
    for line, run in zip(lines(ax, len(histories)), histories.values()):
        y = np.asarray(line.get_ydata())
        assert (y == run.loss)[np.isfinite(y)].all() and len(y) == len(run.loss)
    assert ax.get_xscale() == "linear" and ax.get_yscale() == ("log" if log else "linear")


@draws(
    plotting.plot_loss,
    {"histories": odd_histories, "against": against, "log": st.booleans()},
    name="nnlib.curves.plot_loss (odd histories)",
    refusable=True,
    spoil=(),
)
def _(ax, histories, against, log):
    for run in histories.values():
        loss = np.asarray(run.loss, float)
        assert loss.shape == np.shape(run.n_values) and loss.ndim == 1
        assert not log or (loss[np.isfinite(loss)] > 0).all()


@draws(plotting.plot_steps, {"histories": histories(), "against": against})
def _(ax, histories, against):
    for line, run in zip(lines(ax, len(histories)), histories.values()):
        assert len(line.get_xdata()) == len(run.alpha)


@draws(
    plotting.plot_steps,
    {"histories": odd_histories, "against": against},
    name="nnlib.curves.plot_steps (odd histories)",
    refusable=True,
    spoil=(),
)
def _(ax, histories, against):
    assert len(ax.lines) >= len(histories)


@draws(plotting.plot_rejections, {"histories": histories(), "against": against})
def _(ax, histories, against):
    for line, run in zip(lines(ax, len(histories)), histories.values()):
        np.testing.assert_array_equal(line.get_ydata(), run.n_trials - 1)


@draws(
    plotting.plot_rejections,
    {"histories": odd_histories, "against": against},
    name="nnlib.curves.plot_rejections (odd histories)",
    refusable=True,
    spoil=(),
)
def _(ax, histories, against):
    assert len(ax.lines) >= len(histories)


shares = st.lists(st.floats(0, 1), min_size=3, max_size=3).map(np.array)


@draws(
    plotting.plot_accuracy,
    {
        "accuracies": st.dictionaries(words, shares, min_size=1),
        "x": st.sampled_from([None, np.arange(3.0)]),
        "x_label": words,
        "chance": st.sampled_from([None, 1 / 3, 0, 0.99]),
    },
    spoil=("accuracies", "x", "chance"),
)
def _(ax, accuracies, x, x_label, chance):
    for share in accuracies.values():
        assert ((real(share, 1) >= 0) & (real(share, 1) <= 1)).all()
    assert len(lines(ax, len(accuracies) + (chance is not None))) and ax.get_ylim()[0] <= 0


@draws(
    plotting.plot_spread,
    {
        "x": st.just(np.arange(3.0)),
        "x_label": words,
        "curves": st.dictionaries(words, positive((2, 3)), min_size=1),
    },
    spoil=("x", "curves"),
)
def _(ax, x, x_label, curves):
    for line, runs in zip(lines(ax, len(curves)), curves.values()):
        assert (real(runs, 2) > 0).all()
        np.testing.assert_allclose(line.get_ydata(), np.median(real(runs, 2), axis=0))


# ---- one search


@st.composite
def searches(draw):
    alphas = np.linspace(0.1, 4, 5)
    trials = tuple(Trial(a, (1 - a) ** 2) for a in (4.0, 2.0, 1.0)[: draw(st.integers(1, 3))])
    taken = draw(st.booleans())
    return {
        "alphas": alphas,
        "values": (1 - alphas) ** 2,
        "phi0": 1.0,
        "slope": -2.0,
        "sigma": draw(st.floats(0, 1)),
        "result": StepResult(trials[-1].alpha if taken else 0.0, 0.0, taken, trials, ""),
    }


@draws(plotting.plot_armijo, searches())
def _(ax, alphas, values, result, phi0, slope, sigma):
    curve, line = ax.lines[:2]
    np.testing.assert_array_equal(curve.get_ydata(), real(values, 1))
    expected = [float(phi0) + float(sigma) * a * float(slope) for a in real(alphas, 1)]
    np.testing.assert_allclose(line.get_ydata(), expected, rtol=1e-12)
    assert len(ax.texts) == len(result.trials)


@draws(
    plotting.plot_differences,
    {
        "h": st.just(np.logspace(-9, -1, 4)),
        "errors": st.dictionaries(words, positive(4), min_size=1),
        "marked": st.sampled_from([None, 1e-5]),
    },
)
def _(ax, h, errors, marked):
    assert (real(h, 1) > 0).all() and (marked is None or float(marked) > 0)
    for line, error in zip(ax.lines[:: 1 + (marked is not None)], errors.values()):
        assert (real(error, 1) >= 0).all()
        np.testing.assert_allclose(line.get_ydata(), np.maximum(real(error, 1), 1e-18))


# ---- the network

few = st.one_of(st.integers(1, 12), st.sampled_from([40, 1000]))
net = {"n_hidden": few, "n_inputs": few, "n_classes": few.map(lambda n: n + 1)}


@st.composite
def diagrams(draw):
    found = draw(st.fixed_dictionaries(net))
    if draw(st.booleans()) and max(found.values()) < 100:
        found["theta"] = draw(numbers(1)) * np.linspace(-1, 1, count_parameters(**found))
    return found


@draws(plotting.plot_network, diagrams())
def _(ax, n_hidden, n_inputs, n_classes, theta=None):
    drawn = [len(c.get_offsets()) for c in ax.collections[2:]]
    assert drawn == [min(n, 8) if n > 9 else n for n in (n_inputs, n_hidden, n_classes)]
    if theta is not None:
        assert real(theta, 1).size == count_parameters(n_hidden, n_inputs, n_classes)


@draws(plotting.plot_theta, net)
def _(ax, n_hidden, n_inputs, n_classes):
    n_hidden, n_inputs, n_classes = int(n_hidden), int(n_inputs), int(n_classes)
    expected = [n_hidden * n_inputs, n_hidden, n_hidden * n_classes, n_classes]
    assert [patch.get_width() for patch in ax.patches] == [float(n) for n in expected]


# ---- the plane


@st.composite
def labelled_points(draw):
    n_classes = draw(st.sampled_from([1, 2, 3, 9]))
    found = {}
    for suffix in draw(st.sampled_from([("",), ("", "_test")])):
        n = draw(st.integers(1, 5))
        found["X" + suffix] = draw(numbers((n, 2), 1e6))
        found["y" + suffix] = np.arange(n) % n_classes
    names = [f"{i}" if i % 2 else f"c{i}" for i in range(n_classes)]
    if draw(st.booleans()):
        found["class_names"] = draw(st.sampled_from([names, tuple(names)]))
    return found | {"feature_names": ("a (mm)", "b"), "legend": draw(st.booleans())}


@draws(
    plotting.plot_points, labelled_points(), names=("labels",), spoil=("X", "y", "feature_names")
)
def _(ax, X, y, X_test=None, y_test=None, class_names=None, feature_names=None, legend=True):
    n_drawn = sum(len(line.get_xdata()) for line in ax.lines)
    assert n_drawn == len(real(X, 2)) + (0 if X_test is None else len(real(X_test, 2)))
    if class_names is not None and ax.get_legend() is not None:
        shown = [text.get_text() for text in ax.get_legend().get_texts()]
        assert all(str(name) in word for name, word in zip(class_names, shown, strict=False))


@fuzz(
    plotting.feature_labels,
    {"dataset": st.sampled_from([load_dataset("spirals"), load_dataset("penguins")])},
)
def _(found, dataset):
    assert len(found) == 2 and all(label.endswith(")") for label in found)


@fuzz(
    plotting.limits_around,
    {
        "X": st.integers(1, 5).flatmap(lambda n: numbers((n, 2), 1e9)),
        "margin": st.sampled_from([0, 0.08, 1.0]),
    },
)
def _(found, X, margin):
    left, right, bottom, top = found
    assert all(type(v) is float and np.isfinite(v) for v in found) and float(margin) >= 0
    (x, y) = real(X, 2).T
    assert left <= x.min() <= x.max() <= right and bottom <= y.min() <= y.max() <= top
    if float(margin) > 1e-6:
        assert left < right and bottom < top, "a frame without area"


limits = st.sampled_from([(-1.0, 1.0, -2.0, 2.0), (0, 1, 0, 1), (-1e6, 1e6, -3.0, 1e6)])
planar = networks(n_inputs=2, labelled=False, hidden=st.integers(1, 5))


@draws(
    plotting.plot_regions,
    st.tuples(planar, limits, st.integers(2, 12)).map(
        lambda p: {
            "theta": p[0]["theta"],
            "limits": p[1],
            "n_classes": p[0]["n_classes"],
            "resolution": p[2],
            "feature_names": ("a", "b"),
        }
    ),
)
def _(ax, theta, limits, n_classes, resolution, feature_names):
    colours = ax.images[0].get_array()
    assert colours.shape == (resolution, resolution, 3)
    assert ((colours >= 0) & (colours <= 1)).all()
    np.testing.assert_array_equal([*ax.get_xlim(), *ax.get_ylim()], real(limits, 1))


@draws(
    plotting.plot_hidden_lines,
    st.tuples(planar, limits).map(
        lambda p: {"theta": p[0]["theta"], "limits": p[1], "n_classes": p[0]["n_classes"]}
    ),
)
def _(ax, theta, limits, n_classes):
    theta, frame = real(theta, 1), real(limits, 1)
    n_hidden = (theta.size - n_classes) // (3 + n_classes)
    W0, b0 = theta[: 2 * n_hidden].reshape(-1, 2), theta[2 * n_hidden : 3 * n_hidden]
    segments = ax.collections[-1].get_segments()
    assert len(segments) <= n_hidden and np.isfinite(segments).all()
    scale = abs(frame).max() * 1e-9
    for ends in segments:  # both ends lie on the line of some unit
        off = [abs(W0 @ end + b0) / np.maximum(np.hypot(*W0.T), 1e-300) for end in ends]
        assert (np.max(off, axis=0) < scale).any()


@draws(
    heat_maps.plot_accuracy_map,
    {
        "columns": st.just(np.array([0.1, 1.0, 10.0])),
        "rows": st.just(np.array([1.0, 12.0])),
        "accuracy": st.lists(st.floats(0, 1), min_size=6, max_size=6).map(
            lambda shares: np.array(shares).reshape(2, 3)
        ),
        "chance": st.sampled_from([0, 1 / 3, 0.99]),
    },
)
def _(ax, columns, rows, accuracy, chance):
    accuracy = real(accuracy, 2)
    assert ((accuracy >= 0) & (accuracy <= 1)).all() and 0 <= float(chance) < 1
    assert [text.get_text() for text in ax.texts] == [f"{100 * a:.0f}" for a in accuracy.flat]
    assert len(ax.get_xticks()) == real(columns, 1).size


# ---- sliders


def sound(figure):
    assert bytes(figure.image.value).startswith(b"\x89PNG") and figure.words
    assert "nan" not in " ".join(figure.words) and repr(figure).startswith(figure.name)
    plt.close("all")


def slides(make, arguments):
    return fuzz(
        make,
        arguments,
        cost="slider",
        errors=(TypeError, ValueError, FileNotFoundError),
        names=("no data set",),
    )


@slides(widgets.network_counter, {"n_hidden": st.integers(1, 64)})
def _(figure, n_hidden):
    sound(figure)
    assert figure.settings == {"n_hidden": whole(n_hidden, 1)} and n_hidden <= 64


data_sets = st.sampled_from(widgets.DATA_SETS)


@slides(
    widgets.step_size_race,
    {
        "n_hidden": st.integers(1, 5),
        "alpha": st.floats(0.01, 100),
        "data_set": data_sets,
        "n_iterations": st.just(100),
        "seed": st.integers(0, 99),
        "noise": st.floats(0, 0.5),
        "weight_decay": st.floats(0, 0.1),
    },
)
def _(figure, **arguments):
    sound(figure)
    assert set(figure.settings) == set(arguments)
    close(figure.settings["alpha"], float(arguments["alpha"]), 0, 1e-6)


@slides(
    widgets.armijo_microscope,
    {
        "iteration": st.integers(0, 500),
        "alpha0": st.floats(0.01, 1000),
        "sigma": st.floats(1e-6, 0.99),
        "beta": st.floats(0.1, 0.9),
    },
)
def _(figure, iteration, **arguments):
    sound(figure)
    assert figure.settings["iteration"] == whole(iteration, 0)


@slides(widgets.difference_step, {"h": st.floats(1e-15, 0.1)})
def _(figure, h):
    sound(figure)
    close(figure.settings["h"], float(h), 0, 1e-6)


@slides(widgets.planted_mistakes, {"mistake": st.sampled_from([RIGHT, *mistakes.MISTAKES])})
def _(figure, mistake):
    sound(figure)
    assert figure.settings == {"mistake": mistake}


@slides(
    widgets.decision_boundaries,
    {
        "n_hidden": st.integers(1, 5),
        "data_set": data_sets,
        "weight_decay": st.floats(0, 0.1),
        "step": st.sampled_from(["Armijo", "constant 1"]),
        "n_iterations": st.just(100),
        "seed": st.integers(0, 99),
    },
)
def _(figure, **arguments):
    sound(figure)
    assert figure.settings["n_hidden"] == arguments["n_hidden"]


def moved(n_hidden):
    """A figure whose slider is moved twice, the second time to where it is."""
    figure = widgets.network_counter()
    figure.controls["n_hidden"].value = n_hidden
    before = figure.image.value
    figure.refresh()
    assert figure.image.value is before
    return figure


@fuzz(
    moved,
    {"n_hidden": st.integers(1, 64)},
    spoil=(),
    cost="slider",
    name="nnlib.widgets.LiveFigure.refresh",
)
def _(figure, n_hidden):
    sound(figure)
    assert f"Together {2 * n_hidden} + {n_hidden} + " in figure.words[0]


@fuzz(
    widgets.LiveFigure,
    {
        "name": st.just("own"),
        "picture": st.builds(CounterPicture),
        "controls": st.builds(
            lambda n: dict(widgets.network_counter(n).controls), st.integers(1, 64)
        ),
        "in_page": st.text(),
    },
    spoil=(),
    cost="slider",
)
def _(figure, name, picture, controls, in_page):
    sound(figure)
    assert figure.widget.children and repr(figure).startswith("own(n_hidden=")
    assert ("text/html" in figure._repr_mimebundle_()[0]) == bool(in_page)
