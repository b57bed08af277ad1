"""Chapter 2: a gradient with a mistake to choose."""

import numpy as np

from nnlib import Objective, check_gradient, init_parameters, load_dataset, unpack
from nnlib.audit.wrong_gradients import MISTAKES
from nnlib.gradient_check import numeric_gradient
from nnlib.plots import style
from nnlib.sliders.live_figure import LiveFigure

GRADIENTS = {"none: the right gradient": Objective, **MISTAKES}


class planted_mistakes(LiveFigure):
    """A gradient with a mistake to choose, compared with the numeric one entry by entry.

    Parameters
    ----------
    mistake : str: a name in `nnlib.audit.MISTAKES`, or "none: the right gradient"
    """

    size, boxes = (7, 4.6), (("entries", (0.14, 0.14, 0.6, 0.82)),)
    alt = "Each entry of a gradient against its numeric value; right entries lie on the diagonal"

    def __init__(self, mistake="off-diagonal terms forgotten"):
        super().__init__(mistake=(mistake, GRADIENTS))

    def begin(self):
        self.data, self.theta = load_dataset("spirals"), init_parameters(12)

    def draw(self, mistake):
        decay = 0.1 if "decay" in mistake else 0  # nothing can be forgotten where nothing is
        objective = GRADIENTS[mistake](self.data.X_train, self.data.y_train, decay)
        ax = self.axes["entries"]
        blocks, gradient = unpack(np.arange(self.theta.size))._asdict(), objective.gradient
        check = check_gradient(objective.value, gradient, self.theta, "complex", blocks)
        x = numeric_gradient(objective.value, self.theta, "complex")
        y = gradient(self.theta)
        ax.clear()
        ax.axline((0, 0), slope=1, color="#777777", lw=1, zorder=0)
        for i, (name, where) in enumerate(blocks.items()):
            verdict = "right" if check.blocks[name].passed else "WRONG"
            look = {"color": style.RUN_COLOURS[i], "alpha": 0.7}
            look["label"] = f"{style.BLOCK_SYMBOLS[name]} {verdict}"
            ax.plot(x[where].ravel(), y[where].ravel(), style.class_marker(i), **look)
        ax.set(xlabel="complex-step gradient (nats)", ylabel="gradient under test (nats)")
        ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
        yield [
            f"{name}: {'right' if block.passed else block.cause}; worst {block.name}, "
            f"{block.analytic:+.3g} where {block.numeric:+.3g} is right"
            for name, block in check.blocks.items()
        ]
