"""The pictures: what is drawn is the data, it can be read, and bad input is refused kindly."""

import matplotlib

matplotlib.use("Agg")

from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex, to_rgb
from matplotlib.text import Text

import nnlib
from nnlib import plotting, style
from nnlib.curves import spread

DATA = nnlib.load_dataset("spirals")
LIMITS = plotting.limits_around(DATA.X_train)
#: Ten steps, three sizes, every share from 0 to 1.
MAP = (np.geomspace(0.01, 300, 10).round(2), [1, 12, 96], np.linspace(0, 1, 30).reshape(3, 10))


@pytest.fixture(autouse=True)
def course_figures():
    with plt.style.context("nnlib.course"):
        yield
    plt.close("all")


@pytest.fixture(scope="module")
def histories():
    objective = nnlib.Objective(DATA.X_train, DATA.y_train)
    theta0 = nnlib.init_parameters(12)
    steps = {"constant 1": nnlib.ConstantStep(1.0), "Armijo": nnlib.Armijo()}
    return {
        name: nnlib.gradient_descent(objective, theta0, step, 40) for name, step in steps.items()
    }


def run_on_parabola(alpha, n_iterations=200):
    """Gradient descent on 5 x^2: it diverges for alpha > 0.2 and is exact for alpha = 0.1."""
    parabola = SimpleNamespace(forward=lambda x: (float(5 * x @ x), lambda: 10 * x))
    return nnlib.gradient_descent(parabola, [1.0], nnlib.ConstantStep(alpha), n_iterations)


def words(ax):
    ax.figure.canvas.draw()  # makes the labels of the ticks too
    return [t for t in ax.figure.findobj(Text) if t.get_visible() and t.get_text()]


def said(ax):
    return [text.get_text() for text in words(ax)]


def every_picture(histories):
    """One picture of each kind."""
    theta = nnlib.init_parameters(12)
    points = (DATA.X_train, DATA.y_train)
    return {
        "points": plotting.plot_points(*points, DATA.X_test, DATA.y_test),
        "regions": plotting.plot_points(*points, ax=plotting.plot_regions(theta, LIMITS)),
        "loss": plotting.plot_loss(histories),
        "loss against evaluations": plotting.plot_loss(histories, "evaluations"),
        "accuracy": plotting.plot_accuracy({"run": [0.3, 0.5, 0.9]}, chance=1 / 3),
        "steps": plotting.plot_steps(histories),
        "rejections": plotting.plot_rejections(histories),
        "network": plotting.plot_network(12, theta=theta),
        "theta": plotting.plot_theta(12),
        "accuracy map": plotting.plot_accuracy_map(*MAP),
    }


# --- all of them -------------------------------------------------------------------------------


def test_every_word_is_at_least_10_points_and_inside_its_figure(histories):
    for name, ax in every_picture(histories).items():
        frame = ax.figure.bbox
        for text in words(ax):
            box = text.get_window_extent()
            assert text.get_fontsize() >= 10, (name, text)
            inside = frame.x0 <= box.x0 and box.x1 <= frame.x1 + 1
            # Labels of ticks beyond the limits are there, but not drawn.
            assert inside or text in ax.get_xticklabels(), (name, text)


def test_every_axis_says_its_name_and_unit(histories):
    for name, ax in every_picture(histories).items():
        if name == "network":
            continue
        labels = [ax.get_xlabel()] + ([] if name == "theta" else [ax.get_ylabel()])
        assert all(label.endswith((" (-)", " (nats)", " (share)")) for label in labels), name


def test_nothing_that_is_given_is_changed(histories):
    before = {name: [a.copy() for a in arrays(run)] for name, run in histories.items()}
    X, y = DATA.X_train.copy(), DATA.y_train.copy()
    every_picture(histories)
    assert np.array_equal(X, DATA.X_train)
    assert np.array_equal(y, DATA.y_train)
    for name, run in histories.items():
        assert all(map(np.array_equal, before[name], arrays(run)))


def arrays(run):
    return [run.theta, run.loss, run.gradient_norm, run.alpha, run.n_trials, run.n_values]


def test_a_given_ax_is_drawn_into_and_returned(histories):
    _, axes = plt.subplots(1, 2)
    for k, ax in enumerate(axes):
        assert plotting.plot_loss(histories, ax=ax) is ax
        assert len(ax.lines) == 2, k
    assert len(plt.get_fignums()) == 1
    with pytest.raises(TypeError, match=r"such as ax\[0\]"):
        plotting.plot_theta(12, ax=axes)


def contrast_on_white(colour):
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in to_rgb(colour)]
    return 1.05 / (np.dot(linear, [0.2126, 0.7152, 0.0722]) + 0.05)


def test_colours_can_be_seen_and_words_in_them_read():
    assert style.CLASS_COLOURS[:3] == ("#0072B2", "#D55E00", "#009E73")
    assert min(map(contrast_on_white, style.CLASS_COLOURS)) >= 3
    assert min(map(contrast_on_white, style.RUN_COLOURS)) >= 4.5
    assert max(map(contrast_on_white, style.BLOCK_COLOURS.values())) < 2  # paler than any class


def test_no_two_of_the_first_classes_runs_or_blocks_differ_by_colour_alone():
    for shapes in (
        [style.class_marker(k) for k in range(8)],
        [str(style.run_style(i)["linestyle"]) for i in range(4)],
        list(style.BLOCK_HATCHES.values()),
    ):
        assert len(set(shapes)) == len(shapes)
    looks = {(style.class_colour(k), style.class_marker(k)) for k in range(56)}
    assert len(looks) == 56


# --- points and regions ------------------------------------------------------------------------


def test_points_have_a_marker_for_each_class_and_test_points_are_hollow():
    ax = plotting.plot_points(DATA.X_train, DATA.y_train, DATA.X_test, DATA.y_test)
    assert ax.get_aspect() == 1
    for k in range(3):
        filled, hollow = ax.lines[2 * k], ax.lines[2 * k + 1]
        assert np.array_equal(filled.get_xydata(), DATA.X_train[DATA.y_train == k])
        assert np.array_equal(hollow.get_xydata(), DATA.X_test[DATA.y_test == k])
        assert filled.get_marker() == hollow.get_marker() == style.CLASS_MARKERS[k]
        assert to_hex(filled.get_markerfacecolor()).upper() == style.CLASS_COLOURS[k]
        assert to_hex(hollow.get_markerfacecolor()) == "#ffffff"
    legend = [text.get_text() for text in ax.get_legend().get_texts()]
    assert legend == ["class 0", "class 1", "class 2", "training", "test"]


def test_points_take_names_and_any_number_of_classes():
    names = ["a", "b", "c", "d", "e"]
    ax = plotting.plot_points(np.eye(2)[[0, 1, 0, 1, 0]], [0, 1, 2, 3, 4], class_names=names)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == names
    assert (ax.get_xlabel(), ax.get_ylabel()) == plotting.FEATURE_NAMES


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([[1.0, 2.0, 3.0]], [0]), r"X must have 2 features to be drawn, got 3.*X\[:, \[0, 1\]\]"),
        (([[1.0, np.nan]], [0]), r"X must be finite, got X\[0, 1\]"),
        (([[1.0, 2.0]], [0.0]), r"y must be integer labels.*y\.astype\(int\)"),
        (([[1.0, 2.0]], [0, 1]), "one label for each of the 1 samples"),
        (([[1.0, 2.0]], [0], [[1.0, 2.0]], None), "y_test must have one label"),
    ],
)
def test_points_refuse(arguments, message):
    with pytest.raises((TypeError, ValueError), match=message):
        plotting.plot_points(*arguments)


@pytest.mark.parametrize("seed", range(3))
def test_colours_of_the_mesh_are_the_predicted_class_and_its_probability(seed):
    rng = np.random.default_rng(seed)
    theta = 3 * nnlib.init_parameters(12, seed=seed)
    image = plotting.plot_regions(theta, LIMITS, resolution=41).images[0].get_array()
    x, y = np.linspace(*LIMITS[:2], 41), np.linspace(*LIMITS[2:], 41)
    row, column = rng.integers(41, size=(2, 200))
    points = np.column_stack([x[column], y[row]])
    probability = nnlib.predict_proba(theta, points).max(axis=1)
    colour = np.array([to_rgb(style.CLASS_COLOURS[k]) for k in nnlib.predict(theta, points)])
    strength = 0.6 * (probability - 1 / 3) / (2 / 3)
    assert np.allclose(image[row, column], 1 - strength[:, None] * (1 - colour), atol=1e-12)


def test_each_pixel_stands_at_its_point():
    ax = plotting.plot_regions(nnlib.init_parameters(3), (0.0, 2.0, -1.0, 1.0), resolution=3)
    assert ax.images[0].get_extent() == pytest.approx([-0.5, 2.5, -1.5, 1.5])
    assert (ax.get_xlim(), ax.get_ylim()) == ((0.0, 2.0), (-1.0, 1.0))
    assert ax.get_aspect() == 1


def test_a_blind_guess_is_white_and_a_sure_one_is_saturated():
    assert np.allclose(plotting.region_colours(np.zeros((1, 3))), 1)
    sure = plotting.region_colours(np.array([[0.0, 900.0, 0.0]]))[0]
    assert sure == pytest.approx(1 - 0.6 * (1 - np.array(to_rgb(style.CLASS_COLOURS[1]))))


def test_boundaries_lie_where_two_classes_are_equally_probable():
    theta = 4 * nnlib.init_parameters(12, seed=1)
    ax = plotting.plot_regions(theta, LIMITS, resolution=300)
    boundaries = [c for c in ax.collections if len(c.get_paths()[0].vertices)]
    assert boundaries
    for boundary in boundaries:
        logits = np.sort(nnlib.predict_logits(theta, boundary.get_paths()[0].vertices), axis=1)
        assert np.max(logits[:, 2] - logits[:, 1]) < 0.01


def test_no_boundary_where_one_class_has_it_all():
    theta = np.zeros(75)
    nnlib.unpack(theta).b1[1] = 1.0
    assert not plotting.plot_regions(theta, LIMITS).collections


def test_limits_hold_the_points_with_room():
    left, right, bottom, top = plotting.limits_around([[0.0, 1.0], [10.0, 2.0]], margin=0.1)
    assert (left, right, bottom, top) == (-1.0, 11.0, 0.0, 3.0)
    assert plotting.limits_around([[5.0, 5.0]], margin=1.0) == (4.0, 6.0, 4.0, 6.0)


@pytest.mark.parametrize("limits", [(0, 1, 2), (1, 0, 0, 1), (0, 1, 1, 1), (0, np.inf, 0, 1)])
def test_regions_refuse_limits_that_do_not_rise(limits):
    with pytest.raises(ValueError, match="limits must be"):
        plotting.plot_regions(np.zeros(75), limits)


def test_regions_refuse_a_theta_of_impossible_length():
    with pytest.raises(ValueError, match="for instance 69 or 75"):
        plotting.plot_regions(np.zeros(74), LIMITS)


def test_labels_of_the_features_keep_a_unit_only_while_it_holds():
    assert plotting.feature_labels(DATA) == ("x1 (-)", "x2 (-)")
    penguins = nnlib.load_dataset("penguins")
    assert plotting.feature_labels(penguins)[0] == "bill length (standardised)"
    raw = nnlib.load_dataset("penguins", standardise=False)
    assert plotting.feature_labels(raw) == ("bill length (mm)", "bill depth (mm)")


# --- curves ------------------------------------------------------------------------------------


@pytest.mark.parametrize("against", ["iterations", "evaluations"])
def test_loss_curves_are_the_histories(histories, against):
    ax = plotting.plot_loss(histories, against)
    assert ax.get_yscale() == "log"
    for line, (name, run) in zip(ax.lines, histories.items(), strict=True):
        x = np.arange(41) if against == "iterations" else run.n_values
        assert np.array_equal(line.get_xdata(), x)
        assert np.array_equal(line.get_ydata(), run.loss)
        assert name in said(ax)
    assert (
        ax.get_xlabel()
        == {
            "iterations": "iteration (-)",
            "evaluations": "evaluations of the loss (-)",
        }[against]
    )


def test_a_diverged_run_ends_in_a_cross_and_leaves_the_others_visible():
    runs = {"0.15": run_on_parabola(0.15, 30), "0.3": run_on_parabola(0.3, 2000)}
    assert not np.isfinite(runs["0.3"].loss[-1])
    ax = plotting.plot_loss(runs, label="value (-)")
    assert "0.3: diverged" in said(ax)
    assert "0.15" in said(ax)
    assert ax.get_ylim()[1] < 1e9
    lost, cross = ax.lines[1], ax.lines[2]
    shown = np.isfinite(lost.get_ydata())
    assert np.array_equal(lost.get_ydata()[shown], runs["0.3"].loss[: shown.sum()])
    assert cross.get_marker() == "x"
    assert cross.get_xydata()[0] == pytest.approx(lost.get_xydata()[shown][-1])


def test_a_finite_run_is_never_called_diverged():
    assert not any(
        "diverged" in text for text in said(plotting.plot_loss({"a": run_on_parabola(0.05)}))
    )


def test_losses_of_zero_need_a_linear_axis():
    exact = {"exact": run_on_parabola(0.1)}
    with pytest.raises(ValueError, match=r"'exact' has 0; write log=False"):
        plotting.plot_loss(exact)
    ax = plotting.plot_loss(exact, log=False)
    assert ax.get_yscale() == "linear"
    assert ax.lines[0].get_ydata()[-1] == 0


def test_labels_of_lines_that_end_together_do_not_overlap(histories):
    run = histories["Armijo"]
    ax = plotting.plot_loss({f"run {i}": run for i in range(6)})
    boxes = [t.get_window_extent() for t in words(ax) if t.get_text().startswith("run ")]
    assert len(boxes) == 6
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])


@pytest.mark.parametrize("heights", [[0.5] * 5, [0.99, 0.98, 1.0], [0.1, 0.9, 0.5], [2.0, 0.3]])
def test_spread_keeps_order_and_distance(heights):
    moved = spread(heights, 0.1)
    order = np.argsort(heights, kind="stable")
    assert np.all(np.diff(moved[order]) >= 0.1 - 1e-12)
    assert moved.max() <= 1
    assert np.allclose(spread([0.1, 0.9, 0.5], 0.1), [0.1, 0.9, 0.5])  # far apart: left alone


def test_steps_and_rejections_are_the_histories(histories):
    steps = plotting.plot_steps(histories, "evaluations")
    rejections = plotting.plot_rejections(histories)
    assert steps.get_yscale() == "log"
    for i, run in enumerate(histories.values()):
        assert np.array_equal(steps.lines[i].get_ydata(), run.alpha)
        assert np.array_equal(steps.lines[i].get_xdata(), run.n_values[1:])
        assert np.array_equal(rejections.lines[i].get_ydata(), run.n_trials - 1)
    assert rejections.lines[1].get_ydata().max() >= 1


def test_a_run_of_no_iterations_has_no_steps_to_draw():
    assert not plotting.plot_steps({"none": run_on_parabola(0.1, 0)}).lines[0].get_xdata().size


def test_accuracy_curves():
    shares = {"a": [0.3, 0.6], "b": [0.3, 0.5, 0.9]}
    ax = plotting.plot_accuracy(shares, x={"a": [0, 50], "b": [0, 20, 40]})
    assert ax.lines[0].get_xydata().tolist() == [[0, 0.3], [50, 0.6]]
    assert ax.lines[1].get_xydata().tolist() == [[0, 0.3], [20, 0.5], [40, 0.9]]
    counted = plotting.plot_accuracy({"a": [0.3, 0.6, 0.7]}, chance=1 / 3)
    assert counted.lines[1].get_xdata().tolist() == [0, 1, 2]
    assert "chance" in said(counted)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda run: plotting.plot_loss(run), "histories must be a dict with a name"),
        (lambda run: plotting.plot_loss({}), "histories must be a dict"),
        (lambda run: plotting.plot_loss({"a": run.loss}), r"histories\['a'\] must be a History"),
        (lambda run: plotting.plot_loss({"a": run}, "time"), "iterations, evaluations, got 'time'"),
        (lambda run: plotting.plot_accuracy([0.5]), "accuracies must be a dict"),
        (lambda run: plotting.plot_accuracy_map([1, 2], [3], [["a", "b"]]), "accuracy must"),
        (lambda run: plotting.plot_accuracy({"a": [50, 90]}), "in per cent"),
        (lambda run: plotting.plot_accuracy({"a": [0.5, -0.1]}), r"shares in \[0, 1\]"),
        (lambda run: plotting.plot_accuracy({"a": [0.5]}, x=[1, 2]), "x must have 1 entries"),
        (lambda run: plotting.plot_steps({"a": None}), r"histories\['a'\] must be a History"),
    ],
)
def test_curves_refuse(histories, call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call(histories["Armijo"])


# --- diagrams ----------------------------------------------------------------------------------


@pytest.mark.parametrize("n_hidden", [1, 2, 9, 12, 64])
def test_the_blocks_of_theta_are_to_scale(n_hidden):
    ax = plotting.plot_theta(n_hidden)
    lengths = [block.get_width() for block in ax.patches]
    assert lengths == [2 * n_hidden, n_hidden, 3 * n_hidden, 3]
    assert sum(lengths) == 6 * n_hidden + 3 == ax.get_xlim()[1]
    starts = [block.get_x() for block in ax.patches]
    assert starts == [0, *np.cumsum(lengths)[:-1]]
    assert [block.get_label() for block in ax.patches] == ["W0", "b0", "W1", "b1"]
    for symbol in style.BLOCK_SYMBOLS.values():
        assert sum(symbol in text for text in said(ax)) == 1


def test_the_blocks_follow_other_sizes():
    assert [b.get_width() for b in plotting.plot_theta(5, 4, 7).patches] == [20, 5, 35, 7]


@pytest.mark.parametrize("n_hidden", [1, 9, 10, 64])
def test_labels_of_ticks_and_blocks_do_not_overlap(n_hidden):
    _, ax = plt.subplots(figsize=(7, 1.9))
    plotting.plot_theta(n_hidden, ax=ax)
    boxes = [t.get_window_extent() for t in words(ax)]
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])


@pytest.mark.parametrize(("n_hidden", "drawn"), [(1, 1), (9, 9), (10, 8), (64, 8)])
def test_the_network_is_drawn_unit_by_unit_or_with_an_ellipsis(n_hidden, drawn):
    ax = plotting.plot_network(n_hidden)
    lines = [c for c in ax.collections if isinstance(c, LineCollection)]
    assert [len(c.get_segments()) for c in lines] == [2 * drawn, 3 * drawn]
    assert ("⋮" in said(ax)) == (n_hidden > 9)
    assert f"$a_{{{n_hidden}}}$" in said(ax)
    assert f"{n_hidden} hidden unit" + "s" * (n_hidden > 1) in said(ax)
    assert any(f"{n_hidden} × 2" in text for text in said(ax))


def test_the_weights_are_drawn_by_size_and_sign():
    theta = np.zeros(9)
    parameters = nnlib.unpack(theta)
    parameters.W0[:] = [[2.0, -4.0]]
    parameters.W1[:] = [[1.0], [-1.0], [0.5]]
    W0, W1, *_ = plotting.plot_network(1, theta=theta).collections
    assert W0.get_linewidths() == pytest.approx([1.75, 3.5])
    assert W1.get_linewidths() == pytest.approx([3.5, 3.5, 1.75])
    solid = [dashes is None for _, dashes in W0.get_linestyles()]
    assert solid == [True, False]
    assert len(np.unique(W1.get_colors(), axis=0)) == 2


def test_a_network_of_zeros_is_drawn():
    lines = plotting.plot_network(2, theta=np.zeros(15)).collections[0]
    assert not np.any(lines.get_linewidths())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plotting.plot_network(0), "n_hidden must be a whole number >= 1"),
        (lambda: plotting.plot_network(2.0), "write 2"),
        (lambda: plotting.plot_network(12, theta=np.zeros(9)), "must have 75 entries"),
        (lambda: plotting.plot_theta("12"), "n_hidden must be a whole number"),
        (lambda: plotting.plot_theta(12, n_classes=1), "n_classes must be a whole number >= 2"),
    ],
)
def test_diagrams_refuse(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()
    assert not plt.get_fignums()  # refused before anything was drawn


def made_up(**change):
    """A run of two iterations, without training."""
    parts = dict(loss=[1.0, 0.5, 0.2], n_values=[1, 2, 4], alpha=[1e-9, 1.0], n_trials=[1, 2])
    return SimpleNamespace(**{k: np.array(v) for k, v in (parts | change).items()})


def test_only_losses_are_cut_off_a_million_times_above_their_start():
    """Rejections start at 0, so that a cut there hid every other iteration."""
    drawn = plotting.plot_rejections({"run": made_up()}).lines[0].get_ydata()
    assert drawn.tolist() == [0, 1]
    drawn = plotting.plot_steps({"run": made_up()}).lines[0].get_ydata()
    assert drawn.tolist() == [1e-9, 1.0]
    drawn = plotting.plot_accuracy({"run": [0.0, 0.5]}).lines[0].get_ydata()
    assert drawn.tolist() == [0.0, 0.5]
    run = made_up(loss=[0.0, 0.5, 0.2])
    assert plotting.plot_loss({"run": run}, log=False).lines[0].get_ydata().tolist() == [
        0,
        0.5,
        0.2,
    ]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: plotting.plot_steps({"run": made_up(alpha=3)}), "histories.'run'..alpha must"),
        (lambda: plotting.plot_loss({"run": made_up(loss=[1.0])}), "histories.'run'..loss must"),
        (lambda: plotting.plot_rejections({"run": made_up()}, []), "against must be one of"),
        (lambda: plotting.plot_accuracy({"run": [0.5]}, chance="x"), "chance must be"),
        (lambda: plotting.plot_accuracy({"run": [0.5]}, chance=10**30), "chance must be"),
        (lambda: plotting.plot_accuracy({"run": [0.5]}, x={}), "x must be"),
        (lambda: plotting.plot_spread([1.0], 0, "x (-)"), "curves must be a dict"),
        (lambda: plotting.plot_theta(10**30), "n_hidden must be a whole number"),
        (lambda: plotting.plot_network(10**30), "n_hidden must be a whole number"),
        (lambda: plotting.plot_points([[0, 1]], [0], feature_names=0), "feature_names must be"),
        (lambda: plotting.plot_points([[0, 1]], [0], class_names="ab"), "class_names must be"),
        (lambda: plotting.plot_points([[0, 1]], [10**9]), "y must be labels 0 ... 999"),
        (lambda: plotting.plot_points([[0, 1e200]], [0]), r"X must be within \+-1e\+100"),
        (lambda: plotting.plot_regions(np.zeros(9), (0, 1, 0, 1), resolution=10**30), "resolution"),
        (lambda: plotting.plot_regions(np.zeros(9), (1e17, 1e17 + 16, 0, 1)), "limits must be fur"),
        (lambda: plotting.plot_regions(np.zeros(9), (-1e300, 1e300, 0, 1)), "limits must be with"),
        (lambda: plotting.plot_hidden_lines(np.zeros(9), LIMITS, None), "n_classes must be"),
    ],
)
def test_what_is_refused_leaves_no_empty_figure(call, words):
    with pytest.raises((TypeError, ValueError), match=words):
        call()
    assert plt.get_fignums() == []


def test_sizes_of_few_bits_do_not_overflow():
    ax = plotting.plot_theta(np.uint8(100), np.uint8(2), np.uint8(255))
    assert [patch.get_width() for patch in ax.patches] == [200, 100, 25500, 255]


def test_feature_labels_need_a_data_set():
    with pytest.raises(TypeError, match="dataset must be a Dataset"):
        plotting.feature_labels(0)


@pytest.mark.parametrize("x", [1e17, -1e90])
def test_coinciding_points_far_away_have_a_frame(x):
    left, right, bottom, top = plotting.limits_around([[x, x], [x, x]])
    assert left < x < right and bottom < x < top
    with pytest.raises((TypeError, ValueError), match="X must have shape"):
        plotting.limits_around(0)
