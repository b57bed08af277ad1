"""The pictures: what is drawn is the data, it can be read, and bad input is refused kindly."""

import pickle
from itertools import combinations as pairs
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex, to_rgb
from matplotlib.text import Text

import nnlib
from nnlib import Armijo, ConstantStep, gradient_descent, init_parameters, plots
from nnlib.plots import style
from nnlib.plots.regions import hidden_segments, region_colours
from nnlib.plots.runs import X_LABELS, spread

DATA, THETA = nnlib.load_dataset("spirals"), init_parameters(12)
FRAME = plots.limits_around(DATA.X_train)
HISTORIES = {
    name: gradient_descent(nnlib.Objective(DATA.X_train, DATA.y_train), THETA, step, 40)
    for name, step in {"constant 1": ConstantStep(1.0), "Armijo": Armijo()}.items()
}
RUNS = np.array([[4.0, 3, 2, 1], [8, 6, 4, 2], [40, 30, 20, 10]])
SHARES, ALPHAS = np.linspace(0, 1, 30).reshape(3, 10), np.linspace(0, 9, 50)


CONDITION = dict(phi0=1.0, slope=-2.0, sigma=0.25)
SEARCH = Armijo(8.0, sigma=0.25)(lambda alpha: (1 - alpha) ** 2, 1.0, -2.0)
GOOD = {  # arguments of every function that draws
    "accuracy": dict(accuracies={"run": np.array([0.3, 0.5, 0.9])}, chance=1 / 3),
    "accuracy_map": dict(columns=[*range(10)], rows=[1, 12, 96], accuracy=SHARES, chance=1 / 3),
    "armijo": dict(alphas=ALPHAS, values=(1 - ALPHAS) ** 2, result=SEARCH) | CONDITION,
    "differences": dict(h=np.logspace(-8, -1, 8), errors={"a": np.ones(8)}, marked=1e-4),
    "hidden_lines": dict(theta=THETA, limits=FRAME),
    "loss": dict(histories=HISTORIES),
    "network": dict(n_hidden=12),
    "points": dict(X=DATA.X_train, y=DATA.y_train, X_test=DATA.X_test, y_test=DATA.y_test),
    "regions": dict(theta=THETA, limits=FRAME),
    "rejections": dict(histories=HISTORIES),
    "spread": dict(x=np.arange(1.0, 5), curves={"a": RUNS, "b": RUNS / 99}, x_label="spent"),
    "steps": dict(histories=HISTORIES, against="evaluations"),
    "theta": dict(n_hidden=12),
}  # fmt: skip
WITHOUT_LABEL = {"network": "xy", "theta": "y", "hidden_lines": "xy"}


@pytest.fixture(autouse=True)
def course_figures():
    with plt.style.context("nnlib.course"):
        yield


def draw(name, **change):
    return getattr(plots, "plot_" + name)(**(GOOD[name] | change))


def words(ax):
    ax.figure.canvas.draw()  # makes the labels of the ticks too
    return [t for t in ax.figure.findobj(Text) if t.get_visible() and t.get_text()]


def said(ax):
    return [text.get_text() for text in words(ax)]


def luminance(colour):
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in to_rgb(colour)]
    return np.dot(linear, [0.2126, 0.7152, 0.0722])


def contrast(colour, ground="white"):
    dark, light = sorted([luminance(colour), luminance(ground)])
    return (light + 0.05) / (dark + 0.05)


def overlap(texts):
    return any(a.get_window_extent().overlaps(b.get_window_extent()) for a, b in pairs(texts, 2))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", [name[5:] for name in plots.__all__ if name[:5] == "plot_"])
def test_a_picture_can_be_read_and_is_drawn_where_it_should_be(name):
    before = pickle.dumps(GOOD[name])
    ax = draw(name)
    assert len(plt.get_fignums()) == 1 and ax.figure is plt.gcf()
    for axis, label in ("x", ax.get_xlabel()), ("y", ax.get_ylabel()):
        assert bool(label) != (axis in WITHOUT_LABEL.get(name, "")) and "(-)" not in label
    for text in words(ax):
        box, frame = text.get_window_extent(), ax.figure.bbox
        inside = frame.x0 <= box.x0 and box.x1 <= frame.x1 + 1
        # Labels of ticks beyond the limits are there, but not drawn.
        assert text.get_fontsize() >= 10 and (inside or text in ax.get_xticklabels()), text
    _, (other, mine) = plt.subplots(1, 2)
    assert draw(name, ax=mine) is mine and len(plt.get_fignums()) == 2
    assert not other.has_data() and len(mine.get_children()) == len(ax.get_children())
    assert pickle.dumps(GOOD[name]) == before


ONE = dict(X=[[1.0, 2.0]], y=[0], X_test=None, y_test=None)
REFUSED = [
    ("points", dict(X=[[1.0, 2.0, 3.0]]), r"X must have 2 features, got 3.*X\[:, \[0, 1\]\]"),
    ("points", dict(X=[[1.0, np.nan]]), r"X must be finite, got X\[0, 1\]"),
    ("points", ONE | dict(y=[0.0]), r"y must be integer labels.*y\.astype\(int\)"),
    ("points", ONE | dict(y=[-1]), "y must be .*got -1"),
    ("points", ONE | dict(X_test=[[1.0, 2.0]]), "y_test must be .* one for each of the 1 s"),
    ("points", ONE | dict(y_test=[0]), "X_test must"),
    ("points", dict(class_names=["a", "b"]), "y must be .* labels 0 ... 1 .*got 0 ... 2"),
    ("points", dict(class_names="abc"), "class_names must list some words, got 'abc'"),
    ("points", dict(feature_names=0), "feature_names must list 2 words, got 0"),
    ("regions", dict(feature_names="ab"), "feature_names must list 2 words"),
    ("regions", dict(theta=np.zeros(74)), "theta must be .*for instance 69 or 75"),
    ("regions", dict(resolution=1), "resolution must be a whole number >= 2"),
    ("regions", dict(limits=(0, 1, 2)), "limits must be .left, right, bottom, top., rising"),
    ("regions", dict(limits=(0, 1, 1, 1)), "limits must be"),
    ("regions", dict(limits=(0, np.inf, 0, 1)), "limits must be finite"),
    ("hidden_lines", dict(theta=np.zeros(10)), "theta must be a vector of"),
    ("hidden_lines", dict(n_classes=None), "n_classes must be a whole number"),
    ("loss", dict(histories=HISTORIES["Armijo"]), "histories must be a dict.*got History"),
    ("loss", dict(against="time"), "one of 'iterations', 'evaluations', got 'time'"),
    ("accuracy", dict(accuracies=[0.5]), "accuracies must be a dict"),
    ("accuracy", dict(accuracies={"a": [50, 90]}), "accuracies.'a'. must be shares .*per cent"),
    ("accuracy", dict(accuracies={"a": [0.5, -0.1]}), r"shares in \[0, 1\], got -0.1"),
    ("accuracy", dict(x=[1, 2]), "x must have 3 entries for 'run', got 2"),
    ("accuracy", dict(chance=33), "chance must be finite and >= 0 and < 1"),
    ("spread", dict(curves=0), "curves must be a dict"),
    ("spread", dict(curves={"a": RUNS * 0}), "curves.'a'. must be > 0"),
    ("spread", dict(curves={"a": RUNS[:, 1:]}), "curves.'a'. must have 4 entries"),
    ("theta", dict(n_hidden=2.0), "n_hidden must be a whole number .*write 2"),
    ("theta", dict(n_classes=1), "n_classes must be a whole number >= 2"),
    ("theta", dict(ax=np.array([0])), r"such as ax\[0\]"),
    ("armijo", dict(values=[1.0]), "values must have 50 entries like alphas, got 1"),
    ("armijo", dict(alphas=[np.inf]), "alphas must be finite"),
    ("armijo", dict(sigma=None), "sigma must be a real number"),
    ("differences", dict(h=[0.0, 1.0]), "h must be > 0"),
    ("differences", dict(errors={}), "errors must be a dict"),
    ("differences", dict(errors={"a": [1.0, 2.0]}), "errors.'a'. must have 8 entries"),
    ("differences", dict(errors={"a": [-1.0] * 8}), "errors.'a'. must be > 0"),
    ("differences", dict(marked=-1.0), "marked must be finite and > 0"),
    ("accuracy_map", dict(accuracy=SHARES.T), r"accuracy must .* = \(3, 10\).*write accuracy\.T"),
    ("accuracy_map", dict(accuracy=[[0.5]]), r"got shape \(1, 1\)$"),
    ("accuracy_map", dict(accuracy=[[50, 90]]), "accuracy must be shares .*per cent"),
    ("accuracy_map", dict(columns=[[1, 2]]), "columns must have shape"),
    ("accuracy_map", dict(rows=3), "rows must have shape"),
    ("accuracy_map", dict(chance=33), "chance must be"),
]


@pytest.mark.parametrize(("name", "change", "message"), REFUSED)
def test_what_is_refused_leaves_no_empty_figure(name, change, message):
    with pytest.raises((TypeError, ValueError), match=message):
        draw(name, **change)
    assert not plt.get_fignums()


def test_colours_can_be_seen_and_nothing_differs_by_colour_alone():
    assert min(map(contrast, style.CLASS_COLOURS)) >= 3
    assert min(map(contrast, style.RUN_COLOURS)) >= 4.5
    assert max(map(contrast, style.BLOCK_COLOURS.values())) < 2  # paler than any class
    markers, lines = map(style.class_marker, range(8)), (style.run_style(i)["ls"] for i in range(4))
    for shapes in map(list, (markers, lines, style.BLOCK_HATCHES.values())):
        assert len(set(shapes)) == len(shapes)
    assert len({(style.class_colour(k), style.class_marker(k)) for k in range(56)}) == 56


def test_points_have_a_marker_for_each_class_and_test_points_are_hollow():
    ax = draw("points")
    for k, colour in enumerate(("#0072B2", "#D55E00", "#009E73")):
        filled, hollow = ax.lines[2 * k], ax.lines[2 * k + 1]
        assert np.array_equal(filled.get_xydata(), DATA.X_train[DATA.y_train == k])
        assert np.array_equal(hollow.get_xydata(), DATA.X_test[DATA.y_test == k])
        assert filled.get_marker() == hollow.get_marker() == style.CLASS_MARKERS[k]
        assert to_hex(filled.get_markerfacecolor()).upper() == style.CLASS_COLOURS[k] == colour
        assert to_hex(hollow.get_markerfacecolor()) == "#ffffff"
    assert ax.get_aspect() == 1 and (ax.get_xlabel(), ax.get_ylabel()) == ("x1", "x2")
    legend = [text.get_text() for text in ax.get_legend().get_texts()]
    assert legend == ["class 0", "class 1", "class 2", "training", "test"]
    names = np.array(["a", "b", "c", "7", "e"])
    ax = plots.plot_points(np.eye(2)[[0, 1, 0, 1]], [0, 1, 2, 4], class_names=names)
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["a", "b", "c", "class 7", "e"]
    ax = plots.plot_points(np.eye(2), [0, 10**12], legend=False)  # no class between them
    assert len(ax.lines) == 2 and ax.get_legend() is None


def test_each_pixel_is_the_predicted_class_and_boundaries_lie_between():
    theta, (left, right, bottom, top) = 3 * init_parameters(12, seed=1), (-1.0, 1.0, -2.0, 2.0)
    ax = plots.plot_regions(theta, (left, right, bottom, top), resolution=41)
    assert ax.images[0].get_extent() == pytest.approx([-1.025, 1.025, -2.05, 2.05])
    assert (*ax.get_xlim(), *ax.get_ylim(), ax.get_aspect()) == (left, right, bottom, top, 1)
    x, y = np.meshgrid(np.linspace(left, right, 41), np.linspace(bottom, top, 41))
    points = np.column_stack([x.ravel(), y.ravel()])
    strength = 0.6 * (nnlib.predict_proba(theta, points).max(axis=1) - 1 / 3) / (2 / 3)
    colour = np.array([to_rgb(style.CLASS_COLOURS[k]) for k in nnlib.predict(theta, points)])
    expected = 1 - strength[:, None] * (1 - colour)
    assert ax.images[0].origin == "lower" and len(np.unique(colour)) > 3
    assert np.allclose(ax.images[0].get_array().reshape(-1, 3), expected, atol=1e-12)
    assert np.allclose(region_colours(np.zeros((1, 3))), 1)  # a blind guess
    sure = region_colours(np.array([[0.0, 900.0, 0.0]]))[0]
    assert sure == pytest.approx(1 - 0.6 * (1 - np.array(to_rgb(style.CLASS_COLOURS[1]))))
    # Boundaries lie where two classes are equally probable.
    theta = 4 * init_parameters(12, seed=1)
    ax = plots.plot_regions(theta, FRAME, resolution=300)
    vertices = [path.vertices for lines in ax.collections for path in lines.get_paths()]
    logits = np.sort(nnlib.predict_logits(theta, np.concatenate(vertices)), axis=1)
    assert len(ax.collections) == 2 and np.max(logits[:, 2] - logits[:, 1]) < 0.01
    nnlib.unpack(theta := np.zeros(75)).b1[1] = 1.0  # one class has it all
    assert not plots.plot_regions(theta, FRAME).collections


def test_limits_hold_the_points_with_room_and_labels_their_units():
    assert plots.limits_around([[0.0, 1.0], [10.0, 2.0]], margin=0.1) == (-1.0, 11.0, 0.0, 3.0)
    assert plots.limits_around([[5.0, 5.0]], margin=1.0) == (4.0, 6.0, 4.0, 6.0)
    for x in 1e17, -1e90:  # where adding 1 changes nothing
        left, right, bottom, top = plots.limits_around([[x, x], [x, x]])
        assert left < x < right and bottom < x < top
    for X, margin, message in (0, 0, "X must"), ([[1.0]], 0, "X must"), (ONE["X"], -1, "margin"):
        with pytest.raises((TypeError, ValueError), match=message):
            plots.limits_around(X, margin)
    # Labels of the features keep a unit only while it holds.
    data = SimpleNamespace(feature_names=("bill length (mm)", "x2"), scale=np.ones(2))
    assert plots.feature_labels(data) == ("bill length (mm)", "x2")
    data.scale = np.array([2.0, 1.0])
    assert plots.feature_labels(data) == ("bill length (standardised)", "x2 (standardised)")


@pytest.mark.filterwarnings("error")
def test_a_hidden_unit_has_pre_activation_zero_along_its_line_through_the_frame():
    W0, b0, _, _ = nnlib.unpack(theta := init_parameters(12, seed=4))
    segments = hidden_segments(theta, (-9, 9, -9, 9))
    assert segments.shape == (12, 2, 2)  # all meet so wide a frame
    assert np.allclose(np.einsum("jei,ji->je", segments, W0) + b0[:, None], 0, atol=1e-12)
    frame = (-1.0, 2.0, -0.5, 1.5)
    for unit, axis, place in ((2, 0, -1), 0, 0.5), ((0, -4, 2), 1, 0.5), ((1, 0, 1), 0, -1.0):
        ax = plots.plot_hidden_lines([*unit, *[0] * 6], frame)
        (ends,) = ax.collections[-1].get_segments()
        assert (*ax.get_xlim(), *ax.get_ylim()) == frame and np.allclose(ends[:, axis], place)
        low, high = frame[2 - 2 * axis : 4 - 2 * axis]  # it crosses the frame from end to end
        assert ends[:, 1 - axis].min() <= low and ends[:, 1 - axis].max() >= high
    for unit in (0, 0, 1), (0, 0, 0), (1, 0, -50), (1e-320, 0, 1), (1e-300, 1e-300, 1e300):
        assert hidden_segments([*unit, *[0] * 6], frame).shape == (0, 2, 2)  # none in the frame


def run_on_parabola(alpha, n_iterations=200):
    """Gradient descent on 5 x^2: it diverges for alpha > 0.2 and is exact for alpha = 0.1."""
    parabola = SimpleNamespace(forward=lambda x: (float(5 * x @ x), lambda: 10 * x))
    return gradient_descent(parabola, [1.0], ConstantStep(alpha), n_iterations)


@pytest.mark.parametrize("against", X_LABELS)
def test_curves_are_the_histories(against):
    loss, steps, rejections = (draw(n, against=against) for n in ("loss", "steps", "rejections"))
    assert loss.get_yscale() == steps.get_yscale() == "log" != rejections.get_yscale()
    assert loss.get_xlabel() == steps.get_xlabel() == X_LABELS[against]
    assert set(HISTORIES) <= set(said(loss)) and rejections.lines[1].get_ydata().max() >= 1
    for i, run in enumerate(HISTORIES.values()):
        x = np.arange(41) if against == "iterations" else run.n_values
        for ax, y in (loss, run.loss), (steps, run.alpha), (rejections, run.n_trials - 1):
            assert np.array_equal(ax.lines[i].get_xydata(), np.column_stack([x[-y.size :], y]))


def test_a_diverged_run_ends_in_a_cross_and_leaves_the_others_visible():
    runs = {"0.15": run_on_parabola(0.15, 30), "0.3": run_on_parabola(0.3, 2000)}
    ax = plots.plot_loss(runs, label="value")
    assert {"0.15", "0.3: diverged"} < set(said(ax)) and ax.get_ylim()[1] < 1e9
    lost, cross = (ax.lines[i].get_xydata() for i in (1, 2))
    shown = lost[np.isfinite(lost[:, 1])]
    assert np.array_equal(shown[:, 1], runs["0.3"].loss[: len(shown)])
    assert ax.lines[2].get_marker() == "x" and np.array_equal(cross, shown[-1:])


def test_losses_of_zero_need_a_linear_axis_and_large_ones_are_cut_off():
    exact = {"exact": run_on_parabola(0.1)}
    with pytest.raises(ValueError, match=r"'exact' must be > 0 .* got 0; write log=False"):
        plots.plot_loss(exact)
    ax = plots.plot_loss(exact, log=False)
    assert ax.get_yscale() == "linear" and ax.lines[0].get_ydata()[-1] == 0
    assert not plots.plot_steps({"none": run_on_parabola(0.1, 0)}).lines[0].get_xdata().size
    # Losses alone are cut off a million times above their start: rejections start at 0.
    parts = dict(loss=[1, 0.5, 2e6], n_values=[1, 2, 4], alpha=[1e-9, 1], n_trials=[1, 2])
    run = SimpleNamespace(**{name: np.array(part) for name, part in parts.items()})
    assert plots.plot_rejections({"run": run}).lines[0].get_ydata().tolist() == [0, 1]
    assert plots.plot_steps({"run": run}).lines[0].get_ydata().tolist() == [1e-9, 1.0]
    ax = plots.plot_loss({"run": run})
    assert np.isnan(ax.lines[0].get_ydata()).tolist() == [False, False, True]
    assert len(ax.lines) == 1 and "run" in said(ax)  # finite: not called diverged
    run.loss = np.array([0.0, 0.5, 0.2])
    assert plots.plot_loss({"run": run}, log=False).lines[0].get_ydata().tolist() == [0, 0.5, 0.2]


def test_names_of_lines_that_end_together_do_not_overlap():
    for heights in [0.5] * 5, [0.99, 0.98, 1.0], [0.1, 0.9, 0.5], [2.0, 0.3]:
        moved = spread(heights, 0.1)
        in_order = moved[np.argsort(heights, kind="stable")]
        assert np.all(np.diff(in_order) >= 0.1 - 1e-12) and in_order[-1] <= 1
    assert np.allclose(spread([0.1, 0.9, 0.5], 0.1), [0.1, 0.9, 0.5])  # far apart: left alone
    ax = plots.plot_loss({f"run {i}": HISTORIES["Armijo"] for i in range(6)})
    names = [text for text in words(ax) if text.get_text().startswith("run ")]
    assert len(names) == 6 and not overlap(names)


def test_accuracies_and_spreads_are_what_is_given():
    shares, x = {"a": [0.3, 0.6], "b": [0.3, 0.5, 0.9]}, {"a": [0, 50], "b": [0, 20, 40]}
    ax = plots.plot_accuracy(shares, x)
    assert ax.lines[0].get_xydata().tolist() == [[0, 0.3], [50, 0.6]]
    assert ax.lines[1].get_xydata().tolist() == [[0, 0.3], [20, 0.5], [40, 0.9]]
    ax = draw("accuracy")
    assert ax.lines[1].get_xydata().tolist() == [[0, 0.3], [1, 0.5], [2, 0.9]]
    assert "chance" in said(ax) and np.allclose(ax.lines[0].get_ydata(), 1 / 3)
    ax = draw("spread")
    assert np.array_equal(ax.lines[0].get_ydata(), RUNS[1]) and ax.get_yscale() == "log"
    corners = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert (corners.min(), corners.max()) == (1, 40)


@pytest.mark.parametrize(("n_hidden", "drawn"), [(1, 1), (2, 2), (9, 9), (10, 8), (64, 8)])
def test_the_network_and_theta_are_drawn_to_scale(n_hidden, drawn):
    ax = plots.plot_network(n_hidden)
    lines = [c for c in ax.collections if isinstance(c, LineCollection)]
    assert [len(c.get_segments()) for c in lines] == [2 * drawn, 3 * drawn]
    assert ("⋮" in said(ax)) == (n_hidden > 9) and any(f"{n_hidden} × 2" in t for t in said(ax))
    assert {f"$a_{{{n_hidden}}}$", f"{n_hidden} hidden unit" + "s" * (n_hidden > 1)} < {*said(ax)}
    ax = plots.plot_theta(n_hidden, ax=plt.subplots(figsize=(7, 1.9))[1])
    sizes = [2 * n_hidden, n_hidden, 3 * n_hidden, 3]
    blocks = [(block.get_label(), block.get_x(), block.get_width()) for block in ax.patches]
    assert blocks == [*zip(("W0", "b0", "W1", "b1"), [0, *np.cumsum(sizes)], sizes)]
    assert all(sum(s in text for text in said(ax)) == 1 for s in style.BLOCK_SYMBOLS.values())
    assert ("$b^{(1)}$: 3" in said(ax)) == (n_hidden > 3)  # above a block that is too narrow
    assert ax.get_xlim()[1] == sum(sizes) and not overlap(words(ax))


def test_a_data_set_or_an_objective_or_a_small_integer_stands_for_sizes():
    theta, objective = 3 * init_parameters(5, 2, 4), nnlib.Objective([[0, 1]], [3], n_classes=4)
    image = plots.plot_regions(theta, FRAME, objective).images[0].get_array()
    assert np.array_equal(image, plots.plot_regions(theta, FRAME, 4).images[0].get_array())
    lines = plots.plot_hidden_lines(theta, FRAME, objective).collections[-1].get_segments()
    assert np.array_equal(lines, hidden_segments(theta, FRAME, 4))
    both, few = SimpleNamespace(n_inputs=4, n_classes=7), np.array([100, 2, 255], np.uint8)
    for sizes, expected in ((5, both), [20, 5, 35, 7]), (few, [200, 100, 25500, 255]):
        assert [block.get_width() for block in plots.plot_theta(*sizes).patches] == expected
    assert "7 classes" in said(plots.plot_network(5, both))


def test_trials_of_a_search_and_errors_are_drawn_as_they_are():
    ax, trials = draw("armijo"), SEARCH.trials
    places = [[tuple(li.get_xydata()[0]) for li in ax.lines if li.get_marker() == m] for m in "xo"]
    assert places == [list(trials[:-1]), [trials[-1]]]
    assert [text.get_text() for text in ax.texts] == ["1", "2", "3", "4"]
    (line,) = (line for line in ax.lines if line.get_label() == "sufficient decrease")
    np.testing.assert_allclose(line.get_ydata(), 1 + 0.25 * line.get_xdata() * -2)
    overflowed = SEARCH._replace(trials=(trials[0]._replace(value=np.inf), *trials[-2:]))
    assert [text.get_text() for text in draw("armijo", result=overflowed).texts] == ["2", "3"]
    ax = draw("armijo", result=SEARCH._replace(accepted=False))
    assert [line.get_marker() for line in ax.lines[2:]] == [*"xxxx", "s"]
    h = np.logspace(-8, -1, 8)
    ax = plots.plot_differences(h, {"forward": h, "central": 0 * h}, marked=1e-4)
    assert ax.get_xscale() == ax.get_yscale() == "log" and (ax.lines[0].get_ydata() == h).all()
    dots = [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "o"]
    assert dots == [h[4], h[4]] and np.isclose(h[4], 1e-4)
    assert np.all(ax.lines[2].get_ydata() == 1e-18)  # no error at all has a place on the log axis
    assert len(plots.plot_differences([0.1, 1.0], {"": [1.0, 1.0]}).lines) == 1


def test_each_cell_of_the_map_says_its_per_cent_and_can_be_read():
    shares, ax = np.linspace(0, 1, 130).reshape(13, 10), plt.subplots(figsize=(5.6, 5.4))[1]
    plots.plot_accuracy_map(np.arange(10) / 3, np.arange(13), shares, chance=1 / 3, ax=ax)
    ax.figure.canvas.draw()
    colours = ax.collections[0].get_facecolors()[:, :3]
    width, height = np.ptp(ax.transData.transform([(0, 0), (1, 1)]), axis=0)
    cells = zip(ax.texts, colours, np.ndenumerate(shares), strict=True)
    for text, colour, ((row, column), share) in cells:
        assert text.get_text() == f"{100 * share:.0f}" and text.get_fontsize() >= 12
        assert text.get_position() == (column + 0.5, row + 0.5)
        assert contrast(text.get_color(), colour) >= 4.5
        box = text.get_window_extent()
        assert box.width < 0.9 * width and box.height < 0.9 * height
    assert np.array_equal(ax.collections[0].get_array().ravel(), shares.ravel())
    assert [t.get_text() for t in ax.get_xticklabels()] == [f"{a / 3:g}" for a in range(10)]
    assert [t.get_text() for t in ax.get_yticklabels()] == [str(n) for n in range(13)]
    assert ax.get_ylim() == (0, 13)  # the first row at the bottom
    light = np.array([*map(luminance, colours)])  # the better, the lighter; dark up to chance
    assert np.all(np.diff(light) >= 0) and light[-1] > light[0] + 0.5
    assert np.all(light[shares.ravel() < 1 / 3] == light[0])
