"""The pictures behind the sliders: a figure built once, and what a change of a setting redraws.

No widget here, so that a picture can be drawn and tested without a kernel. `draw` of a picture is
a generator: it yields lines of text each time there is something new to show, so that a long
training shows its first part at once.
"""

from io import BytesIO

import matplotlib.image
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from nnlib import network, plotting

DPI = 120  # sharp on most screens, and quick enough


class Picture:
    """A figure that is not pyplot's, so that nothing else shows or keeps it.

    Parameters
    ----------
    size : tuple of float
        Width and height in inches.
    boxes : dict of str to tuple of float
        For each axes left, bottom, width and height, as shares of the figure.

    Attributes
    ----------
    figure : matplotlib.figure.Figure
    moving : list of matplotlib.artist.Artist
        What changes with the settings. The rest is drawn once and kept, until `still_changed`.
    """

    def __init__(self, size, boxes):
        # Fixed boxes: a layout that is searched for is slow, and depends on what was there before.
        self.figure = Figure(figsize=size, dpi=DPI, layout="none")
        FigureCanvasAgg(self.figure)
        self.axes = {name: self.figure.add_axes(box) for name, box in boxes.items()}
        self.moving, self._still = [], None

    def still_changed(self):
        """Say that something has changed that is not in `moving`."""
        self._still = None

    def png(self):
        """The picture as bytes of a PNG file."""
        canvas = self.figure.canvas
        if self._still is None:
            self._still = self._draw_still()
        canvas.restore_region(self._still)
        for artist in self.moving:
            artist.axes.draw_artist(artist)
        file = BytesIO()
        fast = {"compress_level": 1}
        matplotlib.image.imsave(file, canvas.buffer_rgba(), format="png", pil_kwargs=fast)
        return file.getvalue()

    def _draw_still(self):
        """Draw all but `moving`, and return it."""
        for artist in self.moving:
            artist.set_animated(True)  # left out by canvas.draw
        self.figure.canvas.draw()
        return self.figure.canvas.copy_from_bbox(self.figure.bbox)


class CounterPicture(Picture):
    """The network with N_H hidden units, and its parameters in four blocks."""

    alt = "Diagram of the network, and a bar with the four blocks of its parameters to scale"

    def __init__(self):
        boxes = {"network": (0.0, 0.33, 1.0, 0.67), "theta": (0.02, 0.14, 0.95, 0.24)}
        super().__init__((7, 5.0), boxes)

    def draw(self, n_hidden):
        """Draw both diagrams for n_hidden units."""
        for name, plot in (("network", plotting.plot_network), ("theta", plotting.plot_theta)):
            self.axes[name].clear()
            plot(n_hidden, ax=self.axes[name])
        self.still_changed()
        parts = network.unpack(network.init_parameters(n_hidden))._asdict()
        shapes = ", ".join(f"{k} {' × '.join(map(str, v.shape))}" for k, v in parts.items())
        lengths = " + ".join(str(part.size) for part in parts.values())
        yield [
            f"{n_hidden} hidden unit{'s' * (n_hidden > 1)}: {shapes}. Together {lengths} = "
            f"{network.count_parameters(n_hidden)} parameters, 6 · {n_hidden} + 3."
        ]
