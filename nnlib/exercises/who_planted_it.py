"""Chapter 2: a mistake sits in the gradient, anonymous; instruments that cost points find it."""

import functools
import html

import ipywidgets
import numpy as np

from nnlib import arguments
from nnlib.exercises.instruments import START, WORDS, WRONG, cases, lines, planted, same, sentence
from nnlib.parameters import Parameters


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
        of = {line["name"]: line["options"] for line in lines(self.level)}
        self.lines = {name: [option["code"] for option in of[name]] for name in of}
        self._f, self._show = planted(self.level, case), lambda words: None

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
        return self._use(arguments.one_of("block", block, Parameters._fields))

    def _use(self, name):
        free = name in self.said or self.verdict  # used before, or the case is closed
        price = 0 if free else WORDS["instruments"][name]["price"]
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
        return self._tell(self.verdict or self._judge(planted(self.level, case.values())))

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
        case = next(case for case in pool if same(planted(self.level, case), self._f))
        told = [
            WORDS["planted"].format(name=name, wrong=codes[i], right=codes[0])
            for (name, codes), i in zip(self.lines.items(), case)
            if i
        ]
        self.verdict = " ".join([how, *(told or [WORDS["nobody"]])])
        return self.verdict

    def __repr__(self):
        return f"who_planted_it(level={self.level}): {self._left()}"

    @functools.cached_property
    def widget(self):
        """Buttons, menus and what they said."""
        text, said = ipywidgets.HTML(), ipywidgets.HTML()

        def show(words):
            text.value = "<br>".join(map(html.escape, [self._left(), *self.said.values()]))
            said.value = f"<b>{html.escape(words)}</b>"

        def buttons(presses):
            width = {"width": "15em"}
            made = [ipywidgets.Button(description=label, layout=width) for label in presses]
            for button, press in zip(made, presses.values()):
                button.on_click(lambda _, press=press: press())
            return ipywidgets.Box(made, layout={"flex_flow": "wrap"})

        look, width = {"description_width": "7em"}, {"width": "100%", "max_width": "34em"}
        menu, use = functools.partial(ipywidgets.Dropdown, style=look, layout=width), {}
        menus = [menu(options=codes, description=name) for name, codes in self.lines.items()]
        for name, tool in WORDS["instruments"].items():
            use[f"{tool['label']}: {tool['price']}"] = functools.partial(self._use, name)

        def accuse():
            self.accuse(*(word for m in menus for word in (m.description, m.value)))

        tools = buttons(use)
        end = buttons({WORDS["accuse"]: accuse, WORDS["give_up"]: self.give_up})
        self._show = show
        show(self.verdict)
        level = f"{WORDS['level']} {WORDS['levels'][self.level - 1]}."
        intro = ipywidgets.HTML(html.escape(f"{WORDS['intro'].format(wrong=WRONG)} {level}"))
        title = ipywidgets.HTML(html.escape(WORDS["accusation_title"]))
        return ipywidgets.VBox([intro, tools, text, title, *menus, end, said])

    def _repr_mimebundle_(self, include=None, exclude=None):
        """The live widget; for a page its mount point, which knows the level; else its name."""
        page = f'<div class="planted-game" data-level="{self.level}">'
        page += f"<p>{html.escape(WORDS['note'])}</p></div>"
        return {**self.widget._repr_mimebundle_(), "text/plain": repr(self), "text/html": page}
