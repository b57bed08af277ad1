"""Chapter 2: a mistake sits in the gradient, anonymous; instruments that cost points find it."""

import functools
import html
import itertools
import tomllib
from pathlib import Path

import ipywidgets
import numpy as np

from nnlib import arguments, load_dataset
from nnlib.audit.wrong_gradients import MISTAKES, WRONG_VALUES, ReportObjective
from nnlib.descent import gradient_descent
from nnlib.gradient_check import METHODS, numeric_gradient, taylor_order
from nnlib.objective import Objective
from nnlib.parameters import init_parameters, unpack
from nnlib.steps import ConstantStep

TEXT = Path(__file__).with_name("words.toml").read_text(encoding="utf-8")
WORDS = tomllib.loads(TEXT)["who_planted_it"]
THETA, DECAY, N_STEPS, START, WRONG = init_parameters(12), 0.01, 5, 100, 20
MUCH = 100  # nats; above it the digits of a loss are rounding
BLOCKS = unpack(np.arange(THETA.size))._asdict()
NO_DECAY = "weight decay forgotten"
# An output error that is no multiple of the right one: which slope, or whether weight decay, comes
# after it, nobody can read off the blocks. These are not planted together.
SCRAMBLES, BEHIND = {"off-diagonal terms forgotten", "R6"}, {"hidden-error", "weight decay", "R10"}


def lines(level):
    """The lines of the backward pass that may be wrong at a level."""
    return [line for line in WORDS["lines"] if level in line["levels"]]


def names(level, case):
    """What is planted where `case` has the number of an option for each line: a set of names."""
    chosen = (line["options"][i] for line, i in zip(lines(level), case))
    return {option["plants"] for option in chosen if "plants" in option}


def cases(level):
    """All that can be planted at a level: with at most one mistake, two, or at most two."""
    every = itertools.product(*(range(len(line["options"])) for line in lines(level)))
    return [case for case in every if _offered(level, case)]


def _offered(level, case):
    n_wrong = np.count_nonzero(case)
    behind = any(i for line, i in zip(lines(level), case) if line["name"] in BEHIND)
    if names(level, case) & SCRAMBLES and behind:
        return False
    return n_wrong == 2 if level == 2 else n_wrong <= (1 if level == 1 else 2)


class Anonymous:
    """The right loss, and a gradient with these mistakes, of which its repr tells nothing."""

    def __init__(self, planted):
        data = load_dataset("spirals")
        points = data.X_train, data.y_train
        if planted & {*WRONG_VALUES}:
            wrong = ReportObjective(*points, DECAY, printed=planted)
        else:  # each replaces another method
            kinds = [MISTAKES[name] for name in sorted(planted - {NO_DECAY})] or [Objective]
            wrong = type("Objective", (*kinds,), {})(*points, 0 if NO_DECAY in planted else DECAY)
        self.value = Objective(*points, DECAY).value
        self.forward = lambda theta: (self.value(theta), wrong.forward(theta)[1])

    def gradient(self, theta):
        return self.forward(theta)[1]()


def read(name, f):
    """What an instrument finds: the key of its sentence, and numbers by the names of the gaps."""
    if name == "zero_sums":
        g = unpack(f.gradient(THETA))
        columns = g.W1.sum(axis=0)
        return "zero_sums", {"b1": g.b1.sum(), "W1": columns[np.argmax(abs(columns))]}
    if name == "loss_falls":
        loss = gradient_descent(f, THETA, ConstantStep(1.0), N_STEPS).loss
        falls = "falls" if loss[-1] < loss[0] else "rises"
        return falls, {"first": loss[0], "last": loss[-1]}
    if name == "taylor_order":
        order = taylor_order(f.value, f.gradient, THETA)
        return f"order_{'right' if order > 1.99 else 'wrong'}", {"order": order}
    return compare(BLOCKS[name].ravel(), f)


def compare(where, f):
    """Some entries of the gradient beside numeric ones: right, zero, a multiple, or neither."""

    def inside(part):
        theta = THETA.copy()
        theta[where] = part
        return f.value(theta)

    g, g_hat = f.gradient(THETA)[where], numeric_gradient(inside, THETA[where])
    allowed = METHODS["central"]["rtol"] * abs(g) + METHODS["central"]["atol"]
    if np.all(abs(g - g_hat) <= allowed * max(1, f.value(THETA))):
        return "block_right", {}
    if not g.any():
        return "block_zero", {}
    ratios = (g / g_hat)[abs(g_hat) > 1e-3 * abs(g_hat).max()]
    factor = np.median(ratios)
    common = np.ptp(ratios) < 1e-3 * abs(factor)
    return "block_factor" if common else "block_mixed", {"factor": factor}


def short(gap, x):
    """A number as it is said, by the name of its gap; the page writes the same."""
    if gap == "order":
        return f"{x:.2f}"
    if gap == "last" and x > MUCH:
        return WORDS["much"]
    digits = 4 if gap in ("first", "last") else 3
    return f"{0 if abs(x) < 1e-9 else float(f'{x:.{digits}g}'):g}".replace("-", "−")


def sentence(name, f):
    """The same in words."""
    key, numbers = read(name, f)
    said = {gap: short(gap, x) for gap, x in numbers.items()}
    return WORDS["readings"][key].format(block=name, **said)


def same(f, g):
    """Whether two gradients are equal, up to rounding."""
    return np.allclose(f.gradient(THETA), g.gradient(THETA), rtol=1e-9, atol=1e-12)


def facts():
    """All that the page's script is told; nothing of it belongs to one case."""
    d = np.random.default_rng(0).standard_normal(THETA.size)  # the direction of `taylor_order`
    rules = {"decay": DECAY, "n_steps": N_STEPS, "start": START, "wrong": WRONG, "much": MUCH}
    pools = {level: cases(level) for level in (1, 2, 3)}
    return WORDS | {"rules": rules, "cases": pools, "direction": (d / np.linalg.norm(d)).tolist()}


class who_planted_it:
    """A mistake sits in the gradient. Find its line with as few evaluations as you can.

    Each instrument costs points once, and says what it finds; a wrong accusation costs points,
    and says what would be seen if it were right. A cell that ends with the game shows it with
    buttons.

    Parameters
    ----------
    level : {1, 2, 3}
        One planted mistake or none, two at once, or the report's lines.
    seed : int >= 0, or None for another case each time

    Attributes
    ----------
    points : int
        What is left.
    lines : dict
        The lines of the backward pass by their names, each as it may stand in the code.
    said : dict
        What the instruments have said.
    verdict : str
        How it ended; empty until then.
    """

    def __init__(self, level=1, seed=None):
        self.level = arguments.whole_number("level", level, 1, 3)
        if seed is not None:
            seed = arguments.whole_number("seed", seed, at_least=0)
        pool = cases(self.level)
        case = pool[int(np.random.default_rng(seed).random() * len(pool))]
        self.points, self.said, self.verdict = START, {}, ""
        self.lines = {
            line["name"]: [option["code"] for option in line["options"]]
            for line in lines(self.level)
        }
        self._f, self._show = Anonymous(names(self.level, case)), lambda words: None

    def zero_sums(self):
        """Do the entries of b1's gradient sum to zero, and the columns of W1's? For 1 point."""
        return self._use("zero_sums")

    def loss_falls(self):
        """Does the loss fall in a descent of 5 steps of length 1? For 5 points."""
        return self._use("loss_falls")

    def taylor_order(self):
        """The order of the Taylor remainder, for 10 points."""
        return self._use("taylor_order")

    def compare(self, block):
        """Compare "W0", "b0", "W1" or "b1" with numeric differences: 2 points for each entry."""
        return self._use(arguments.one_of("block", block, BLOCKS))

    def _use(self, name):
        price = WORDS["instruments"][name]["price"]
        if name in self.said or self.verdict:  # free once the case is closed
            price = 0
        if price > self.points:
            return self._tell(WORDS["too_dear"].format(price=price, points=self.points))
        self.points -= price
        return self._tell(self.said.setdefault(name, sentence(name, self._f)))

    def _tell(self, words):
        self._show(words)
        return words

    def accuse(self, *claim):
        """Say what stands in the code: a name of a line and its code, such as
        ``accuse("hidden-error", "dz1 = da1")``; for two lines both, one after the other. What is
        not named is held right, so that ``accuse()`` says that nothing was planted.
        """
        case = dict.fromkeys(self.lines, 0)
        if len(claim) % 2:
            arguments.refuse("claim", "be pairs of a line's name and its code", claim, ValueError)
        for name, code in zip(claim[::2], claim[1::2]):
            codes = self.lines[arguments.one_of("claim", name, self.lines)]
            case[name] = codes.index(arguments.one_of("claim", code, codes))
        return self._tell(self.verdict or self._judge(Anonymous(names(self.level, case.values()))))

    def give_up(self):
        """Show who it was."""
        if not self.verdict:
            self.points = 0
            self._close(WORDS["given_up"])
        return self._tell(self.verdict)

    def _judge(self, claim):
        if same(claim, self._f):
            rank = next(r["rank"] for r in WORDS["ranks"] if self.points >= r["points"])
            return self._close(WORDS["solved"].format(points=self._left(), rank=rank))
        self.points = max(0, self.points - WRONG)
        if not self.points:
            return self._close(WORDS["lost"])
        readings = ((sentence(i, claim), sentence(i, self._f)) for i in WORDS["instruments"])
        would, here = next((a, b) for a, b in readings if a != b)
        return WORDS["wrong"].format(claim=would, here=here, cost=WRONG)

    def _left(self):
        return WORDS["points"].format(points=self.points, start=START)

    def _close(self, how):
        """End it with the lines whose gradient is this one: found by trying, as anybody could."""
        pool = cases(self.level)
        case = next(c for c in pool if same(Anonymous(names(self.level, c)), self._f))
        wrong = [
            WORDS["planted"].format(name=name, wrong=codes[i], right=codes[0])
            for (name, codes), i in zip(self.lines.items(), case)
            if i
        ]
        self.verdict = " ".join([how, *(wrong or [WORDS["nobody"]])])
        return self.verdict

    def __repr__(self):
        return f"who_planted_it(level={self.level}): {self._left()}"

    @functools.cached_property
    def widget(self):
        """Buttons, menus and what they said."""
        text, wide = ipywidgets.HTML(), {"layout": {"width": "100%", "max_width": "34em"}}
        said = ipywidgets.HTML()

        def show(words):
            text.value = "<br>".join(map(html.escape, [self._left(), *self.said.values()]))
            said.value = f"<b>{html.escape(words)}</b>"

        def button(label, press):
            made = ipywidgets.Button(description=label, layout={"width": "15em"})
            made.on_click(lambda _: press())
            return made

        tools = [
            button(f"{i['label']}: {i['price']}", functools.partial(self._use, name))
            for name, i in WORDS["instruments"].items()
        ]
        style = {"description_width": "7em"}
        menus = [
            ipywidgets.Dropdown(options=codes, description=name, style=style, **wide)
            for name, codes in self.lines.items()
        ]

        def accuse():
            return self.accuse(*(word for m in menus for word in (m.description, m.value)))

        end = [button(WORDS["accuse"], accuse), button(WORDS["give_up"], self.give_up)]
        self._show = show
        show(self.verdict)
        level = f"{WORDS['level']} {WORDS['levels'][self.level - 1]}."
        intro = ipywidgets.HTML(html.escape(f"{WORDS['intro'].format(wrong=WRONG)} {level}"))
        title, row = ipywidgets.HTML(html.escape(WORDS["accusation_title"])), {"flex_flow": "wrap"}
        tools, end = (ipywidgets.Box(row_of, layout=row) for row_of in (tools, end))
        return ipywidgets.VBox([intro, tools, text, title, *menus, end, said])

    def _repr_mimebundle_(self, include=None, exclude=None):
        """The live widget; for a page its mount point, which knows the level; else its name."""
        data = dict(self.widget._repr_mimebundle_())
        data["text/plain"] = repr(self)
        data["text/html"] = self._mount()
        return data

    def _mount(self):
        note = html.escape(WORDS["note"])
        return f'<div class="planted-game" data-level="{self.level}"><p>{note}</p></div>'
