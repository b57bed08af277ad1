"""Chapter 1: how many parameters a network has."""

from nnlib import init_parameters, plots, unpack
from nnlib.sliders.controls import say
from nnlib.sliders.live_figure import LiveFigure


class network_counter(LiveFigure):
    """A slider for the number of hidden units: the network, its four shapes, its parameters.

    Parameters
    ----------
    n_hidden : int: where the slider starts, 1 to 64
    """

    boxes = ("network", (0.0, 0.33, 1.0, 0.67)), ("theta", (0.02, 0.14, 0.95, 0.24))
    alt = "Diagram of the network, and a bar with the four blocks of its parameters to scale"

    def __init__(self, n_hidden=12):
        super().__init__(n_hidden=n_hidden)

    def draw(self, n_hidden):
        for ax, plot in zip(self.axes.values(), (plots.plot_network, plots.plot_theta)):
            ax.clear()
            plot(n_hidden, ax=ax)
        theta = init_parameters(n_hidden)
        parts = unpack(theta)._asdict()
        shapes = ", ".join(f"{k} {' × '.join(map(str, v.shape))}" for k, v in parts.items())
        lengths = " + ".join(str(part.size) for part in parts.values())
        numbers = {"n_hidden": n_hidden, "n_parameters": theta.size}
        yield [say("count", n_hidden, shapes=shapes, lengths=lengths, **numbers)]
