"""The pictures: what is drawn is the data, it can be read, and bad input is refused kindly."""

import pickle
from inspect import signature
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
from nnlib.plots.regions import hidden_segments
from nnlib.plots.runs import spread

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
    "accuracy_map": dict(columns=[*range(10)], rows=[1, 12, 96], accuracy=SHARES, chance=1 / 3),
    "armijo": dict(alphas=ALPHAS, values=(1 - ALPHAS) ** 2, result=SEARCH) | CONDITION,
    "differences": dict(h=np.logspace(-8, -1, 8), errors={"a": np.ones(8)}, marked=1e-4),
    "hidden_lines": dict(theta=THETA, limits=FRAME),
    "loss": dict(histories=HISTORIES),
    "network": dict(n_hidden=12),
    "points": dict(X=DATA.X_train, y=DATA.y_train, X_test=DATA.X_test, y_test=DATA.y_test),
    "regions": dict(theta=THETA, limits=FRAME),
    "spread": dict(x=np.arange(1.0, 5), curves={"a": RUNS, "b": RUNS / 99}, x_label="spent"),
    "theta": dict(n_hidden=12),
}  # fmt: skip
WITHOUT_LABEL = {"network": "xy", "theta": "y", "hidden_lines": "xy"}
LOGARITHMIC = {"loss": "y", "spread": "y", "differences": "xy"}


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
    for axis, shown in ("x", ax.xaxis), ("y", ax.yaxis):
        label, scale = shown.get_label_text(), shown.get_scale()
        assert bool(label) != (axis in WITHOUT_LABEL.get(name, "")) and "(-)" not in label
        assert scale == ("log" if axis in LOGARITHMIC.get(name, "") else "linear")
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
REFUSED = [  # by every function that has these arguments
    (dict(X=[[1.0, 2.0, 3.0]]), r"X must have 2 features, got 3.*X\[:, \[0, 1\]\]"),
    (ONE | dict(y=[0.0]), r"y must be integer labels.*y\.astype\(int\)"),
    (ONE | dict(X_test=[[1.0, 2.0]]), "y_test must be .* one for each of the 1 s"),
    (ONE | dict(y_test=[0]), "X_test must"),
    (dict(class_names=["a", "b"]), "y must be .* labels 0 ... 1 .*got 0 ... 2"),
    (dict(class_names="abc"), "class_names must list some words, got 'abc'"),
    (dict(feature_names=["a"]), r"feature_names must list 2 words, got \['a'\]"),
    (dict(limits=(0, 1, 1, 1)), "limits must be .left, right, bottom, top., rising"),
    (dict(ax=np.array([0])), r"such as ax\[0\]"),
    (dict(histories=HISTORIES["Armijo"]), "histories must be a dict.*got History"),
    (dict(x=[1, 2]), "curves.'a'. must have 2 entries"),
    (dict(chance=33), "chance must be finite and >= 0 and < 1"),
    (dict(curves={"a": RUNS * 0}), "curves.'a'. must be > 0"),
    (dict(values=[1.0]), "values must have 50 entries like alphas, got 1"),
    (dict(h=[0.0, 1.0]), "h must be > 0"),
    (dict(errors={"a": [1.0, 2.0]}), "errors.'a'. must have 8 entries"),
    (dict(accuracy=SHARES.T), r"accuracy must .* = \(3, 10\).*write accuracy\.T"),
    (dict(accuracy=[[50, 90]]), "accuracy must be shares .*per cent"),
    (dict(accuracy=[[0.5, -0.1]]), r"shares in \[0, 1\], got -0.1"),
]


@pytest.mark.parametrize(("change", "message"), REFUSED)
def test_what_is_refused_leaves_no_empty_figure(change, message):
    arguments = {name: signature(getattr(plots, "plot_" + name)).parameters for name in GOOD}
    takers = [name for name in GOOD if change.keys() <= arguments[name].keys()]
    for name in takers:
        with pytest.raises((TypeError, ValueError), match=message):
            draw(name, **change)
    assert takers and not plt.get_fignums()


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
        filled, hollow = ax.lines[2 * k : 2 * k + 2]
        assert np.array_equal(filled.get_xydata(), DATA.X_train[DATA.y_train == k])
        assert np.array_equal(hollow.get_xydata(), DATA.X_test[DATA.y_test == k])
        assert filled.get_marker() == hollow.get_marker() == style.CLASS_MARKERS[k]
        assert to_hex(filled.get_markerfacecolor()).upper() == style.CLASS_COLOURS[k] == colour
        assert to_hex(hollow.get_markerfacecolor()) == "#ffffff"
    assert ax.get_aspect() == 1 and (ax.get_xlabel(), ax.get_ylabel()) == ("x1", "x2")
    names = ["class 0", "class 1", "class 2", "training", "test"]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == names
    names = np.array(["a", "b", "c", "7", "e"])
    ax = plots.plot_points(np.eye(2)[[0, 1, 0, 1]], [0, 1, 2, 4], class_names=names)
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["a", "b", "c", "class 7", "e"]
    ax = plots.plot_points(np.eye(2), [0, 10**12], legend=False)  # no class between them
    assert len(ax.lines) == 2 and ax.get_legend() is None


def test_each_pixel_is_the_predicted_class_and_boundaries_lie_between():
    theta, (left, right, bottom, top) = 3 * init_parameters(12, seed=1), (-1.0, 1.0, -2.0, 2.0)
    ax = plots.plot_regions(theta, (left, right, bottom, top), resolution=41)
    (image,) = ax.images
    assert image.get_extent() == pytest.approx([-1.025, 1.025, -2.05, 2.05])
    assert (*ax.get_xlim(), *ax.get_ylim(), ax.get_aspect()) == (left, right, bottom, top, 1)
    x, y = np.meshgrid(np.linspace(left, right, 41), np.linspace(bottom, top, 41))
    points = np.column_stack([x.ravel(), y.ravel()])
    strength = 0.6 * (nnlib.predict_proba(theta, points).max(axis=1) - 1 / 3) / (2 / 3)
    colour = np.array([to_rgb(style.CLASS_COLOURS[k]) for k in nnlib.predict(theta, points)])
    expected = 1 - strength[:, None] * (1 - colour)
    assert image.origin == "lower" and len(np.unique(colour)) > 3
    assert np.allclose(image.get_array().reshape(-1, 3), expected, atol=1e-12)
    # Boundaries lie where two classes are equally probable.
    ax = plots.plot_regions(theta, FRAME, resolution=300)
    vertices = [path.vertices for lines in ax.collections for path in lines.get_paths()]
    logits = np.sort(nnlib.predict_logits(theta, np.concatenate(vertices)), axis=1)
    assert len(ax.collections) == 2 and np.max(logits[:, 2] - logits[:, 1]) < 0.01
    blind, sure = np.zeros((2, 75))
    nnlib.unpack(sure).b1[1] = 900.0  # one class has it all
    for theta, colour in (blind, 1), (sure, 1 - 0.6 * (1 - np.array(to_rgb("#D55E00")))):
        ax = plots.plot_regions(theta, FRAME)
        assert np.allclose(ax.images[0].get_array(), colour) and not ax.collections


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


H = np.logspace(-8, -1, 8)
RUN = SimpleNamespace(loss=np.array([1, 0.5, 2e6]), n_values=np.array([1, 2, 4]))
FROM_ZERO = SimpleNamespace(**vars(RUN) | {"loss": np.array([0, 0.5, 0.2])})
LINES = [  # a picture, and the points of its lines
    (lambda: draw("loss"), [[*enumerate(run.loss)] for run in HISTORIES.values()]),
    (lambda: draw("loss", against="evaluations"),
     [[*zip(run.n_values, run.loss)] for run in HISTORIES.values()]),
    (lambda: draw("spread"), [[*zip(range(1, 5), RUNS[1] / n)] for n in (1, 99)]),
    (lambda: draw("armijo"),
     [[(a, (1 - a) ** 2 if 0 < a <= 1.5 else np.nan) for a in ALPHAS],
      *([*zip(ALPHAS, y)] for y in ((1 - ALPHAS) ** 2, 1 - 2 * ALPHAS, 1 - 0.5 * ALPHAS)),
      *([trial] for trial in SEARCH.trials), [(0, 1)]]),
    (lambda: plots.plot_differences([0.1, 1.0], {"": [1.0, 2.0]}), [[(0.1, 1), (1, 2)]]),
    (lambda: plots.plot_differences(H, {"a": H, "b": 0 * H}, marked=1e-4),
     [[*zip(H, H)], [(H[4], H[4])], [(h, 1e-18) for h in H], [(H[4], 1e-18)],
      [(1e-4, 0), (1e-4, 1)]]),  # no error at all has a place on the logarithmic axis
    (lambda: plots.plot_loss({"none": run_on_parabola(0.1, 0)}), [[(0, 5)]]),
    (lambda: plots.plot_loss({"exact": run_on_parabola(0.1)}, log=False), [[(0, 5), (1, 0)]]),
    # Losses are cut off a million times above their start; finite ones get no cross.
    (lambda: plots.plot_loss({"run": RUN}), [[(0, 1), (1, 0.5), (2, np.nan)]]),
    (lambda: plots.plot_loss({"run": FROM_ZERO}, log=False), [[(0, 0), (1, 0.5), (2, 0.2)]]),
]  # fmt: skip


def test_lines_go_through_the_numbers_end_in_a_cross_and_have_names_apart():
    for picture, lines in LINES:
        for line, points in zip(picture().lines, lines, strict=True):
            np.testing.assert_allclose(line.get_xydata(), points)
    ax = draw("loss", against="evaluations")
    assert ax.get_xlabel() == "evaluations" and {*HISTORIES} <= {*said(ax)}
    corners = draw("spread").collections[0].get_paths()[0].vertices
    assert (corners.min(axis=0) == 1).all() and (corners.max(axis=0) == (4, 40)).all()
    runs = {"0.15": run_on_parabola(0.15, 30), "0.3": run_on_parabola(0.3, 2000)}
    ax = plots.plot_loss(runs, label="value")
    assert {"0.15", "0.3: diverged"} < set(said(ax)) and ax.get_ylim()[1] < 1e9
    _, lost, cross = (line.get_xydata() for line in ax.lines)
    shown = lost[np.isfinite(lost[:, 1])]
    assert np.array_equal(shown[:, 1], runs["0.3"].loss[: len(shown)])
    assert ax.lines[2].get_marker() == "x" and np.array_equal(cross, shown[-1:])
    assert "run" in said(plots.plot_loss({"run": RUN}))  # cut off, but finite: not called diverged
    with pytest.raises(ValueError, match=r"'exact' must be > 0 .* got 0; write log=False"):
        plots.plot_loss({"exact": run_on_parabola(0.1)})
    assert plots.plot_loss({"run": RUN}, log=False).get_yscale() == "linear"
    for heights in [0.5] * 5, [0.99, 0.98, 1.0], [0.1, 0.9, 0.5], [2.0, 0.3]:
        moved = spread(heights, 0.1)
        in_order = moved[np.argsort(heights, kind="stable")]
        assert np.all(np.diff(in_order) >= 0.1 - 1e-12) and in_order[-1] <= 1
    assert np.allclose(spread([0.1, 0.9, 0.5], 0.1), [0.1, 0.9, 0.5])  # far apart: left alone
    ax = plots.plot_loss({f"run {i}": HISTORIES["Armijo"] for i in range(6)})
    names = [text for text in words(ax) if text.get_text().startswith("run ")]
    assert len(names) == 6 and not overlap(names)


def test_a_table_is_markdown_and_limits_hold_the_points_with_room():
    table = plots.Table({"rule": name, "loss": loss} for name, loss in {"a": 1, "b": 0.5}.items())
    assert repr(table) == "| rule | loss |\n| :-- | --: |\n| a | 1 |\n| b | 0.5 |"
    assert table._repr_markdown_() == repr(table)
    assert plots.limits_around([[0.0, 1.0], [10.0, 2.0]], margin=0.1) == (-1.0, 11.0, 0.0, 3.0)
    assert plots.limits_around([[5.0, 5.0]], margin=1.0) == (4.0, 6.0, 4.0, 6.0)
    for x in 1e17, -1e90:  # where adding 1 changes nothing
        left, right, bottom, top = plots.limits_around([[x, x], [x, x]])
        assert left < x < right and bottom < x < top
    for X, margin, message in (0, 0, "X must"), ([[1.0]], 0, "X must"), (ONE["X"], -1, "margin"):
        with pytest.raises((TypeError, ValueError), match=message):
            plots.limits_around(X, margin)
    data = SimpleNamespace(feature_names=("bill length (mm)", "x2"), scale=np.ones(2))
    assert plots.feature_labels(data) == ("bill length (mm)", "x2")  # tests of data: standardised


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


def test_a_data_set_or_a_small_integer_stands_for_sizes():
    both, few = SimpleNamespace(n_inputs=4, n_classes=7), np.array([100, 2, 255], np.uint8)
    for sizes, expected in ((5, both), [20, 5, 35, 7]), (few, [200, 100, 25500, 255]):
        assert [block.get_width() for block in plots.plot_theta(*sizes).patches] == expected
    assert "7 classes" in said(plots.plot_network(5, both))


def test_trials_have_numbers_and_marks():
    overflowed = SEARCH.trials[0]._replace(value=np.inf), *SEARCH.trials[-2:]
    some, none = SEARCH._replace(trials=overflowed), SEARCH._replace(accepted=False)
    for result, numbers, marks in (some, "23", "xos"), (none, "1234", "xxxxs"):
        ax = draw("armijo", result=result)
        assert "".join(text.get_text() for text in ax.texts) == numbers
        assert "".join(line.get_marker() for line in ax.lines[4:]) == marks
    assert ax.lines[3].get_label() == "Armijo's line"
    assert draw("differences").lines[1].get_marker() == "o"


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
