"""Chapter 1: what one hidden unit is."""

import numpy as np

from nnlib import load_dataset, predict_proba
from nnlib.objective import sigmoid
from nnlib.plots import plot_hidden_lines
from nnlib.sliders.controls import WORDS
from nnlib.sliders.live_figure import LiveFigure
from nnlib.sliders.training import Map


class hidden_unit(LiveFigure):
    """One hidden unit: how far it is on, over the plane, and what its votes make of that.

    Parameters
    ----------
    direction, sharpness : angle, -180 to 179 degrees, and length, 0.3 to 100, of its row of W0
    place : how far its line is from the origin in that direction, -1.5 to 1.5
    vote_0, vote_1, vote_2 : its column of W1, each -10 to 10; output biases are 0
    """

    size, boxes = (7, 3.8), (("unit", (0.1, 0.15, 0.41, 0.75)), ("votes", (0.57, 0.15, 0.41, 0.75)))
    alt = "The activation of one unit over the plane as shades, and the classes that its votes give"

    def __init__(
        self, direction=30, sharpness=5.0, place=0.3, vote_0=4.0, vote_1=-2.0, vote_2=-2.0
    ):
        votes = {"vote_0": vote_0, "vote_1": vote_1, "vote_2": vote_2}
        super().__init__(direction=direction, sharpness=sharpness, place=place, **votes)

    def begin(self):
        self.map, data = Map(self, "votes", resolution=100), load_dataset("spirals")
        self.map.show_data(data, legend=False)

    def draw(self, direction, sharpness, place, **votes):
        angle, frame, ax = np.radians(direction), self.map.limits, self.axes["unit"]
        normal = np.array([np.cos(angle), np.sin(angle)])
        row, bias, foot = sharpness * normal, -sharpness * place, place * normal
        theta = np.array([*row, bias, *votes.values(), 0, 0, 0])
        on = sigmoid(self.map.mesh @ row + bias).reshape(100, 100)
        ax.clear()
        ax.imshow(on, cmap="Greys", vmin=0, vmax=1.6, origin="lower", extent=frame)
        plot_hidden_lines(theta, frame, ax=ax)
        ax.annotate("", foot + 0.5 * normal, foot, arrowprops={"arrowstyle": "-|>", "lw": 2})
        ax.set(title="its activation", xlabel="x1", ylabel="x2", xticks=[-1, 0, 1])
        ax.grid(False)
        self.map.show(theta)
        self.map.ax.set(title="what its votes give", ylabel="", xticks=[-1, 0, 1])
        inside = predict_proba(theta, [foot + 1e6 * normal])[0]
        numbers = *row, bias, place, 2 * np.log(9) / sharpness, *votes.values(), *inside
        yield [WORDS["unit"].format(*(f"{number:z.2f}" for number in numbers))]
