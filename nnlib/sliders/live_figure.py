"""The object that a cell shows: controls, a picture of their settings, the result in words."""

import base64
import functools
import html
import json
from io import BytesIO

import ipywidgets
import matplotlib.image
import matplotlib.style
import traitlets
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from nnlib.sliders.controls import SHARED, controls

# New artists wear the style of the course, whatever the notebook's.
course_style = functools.partial(matplotlib.style.context, "nnlib.course", after_reset=True)


class LiveFigure:
    """Controls, a picture of their settings, and the result in words. A slider is a subclass.

    Parameters
    ----------
    **start
        Where the controls start, by their names in shared.toml: one for each argument of the
        subclass's ``draw``, a generator that yields lines of text each time there is something
        new to show, so that a long training shows its beginning.

    Attributes
    ----------
    controls, settings, words, image, widget
        By name a widget, and its present value; lines of text; the picture, its ``value`` a PNG
        file in bytes; all of it.
    """

    size, boxes = (7, 5), ()  # inches; axes: name, and left, bottom, width, height as shares of it
    alt, fixed = "", {}  # its name for those who cannot see it; settings without a control here

    def __init__(self, **start):
        self.controls, self.words, self._shown = controls(**start), [], None
        self.moving, self.still = [], None  # what is quick to draw; a drawing of all the rest
        with course_style():  # not pyplot's, which would keep it; no layout to search for: slow
            self.figure = Figure(figsize=self.size, dpi=120, layout="none")
            FigureCanvasAgg(self.figure)
            self.axes = {name: self.figure.add_axes(box) for name, box in self.boxes}
            self.begin()
        layout = {"width": f"{self.size[0] * 96}px", "max_width": "100%"}
        self.image = ipywidgets.Image(format="png", layout=layout, tooltip=self.alt)
        # The view of ipywidgets 8.1 asks whatever has a tooltip for its description.
        self.image.add_traits(description=traitlets.Unicode("").tag(sync=True))
        self._text = ipywidgets.HTML()
        self.widget = ipywidgets.VBox([*self.controls.values(), self.image, self._text])
        self.refresh()
        for control in self.controls.values():
            control.observe(self._on_change, names="value")

    def begin(self):
        """Make what is there whatever the settings."""

    def png(self):
        """The picture as a PNG file; what changes anything beside `moving` sets `still` to None."""
        canvas = self.figure.canvas
        if self.still is None or not self.moving:
            for artist in self.moving:
                artist.set_animated(True)  # left out by canvas.draw
            canvas.draw()
            self.still = canvas.copy_from_bbox(self.figure.bbox)
        canvas.restore_region(self.still)
        for artist in self.moving:
            artist.axes.draw_artist(artist)
        file, fast = BytesIO(), {"compress_level": 1}
        matplotlib.image.imsave(file, canvas.buffer_rgba(), format="png", pil_kwargs=fast)
        return file.getvalue()

    @property
    def settings(self):
        return {name: control.value for name, control in self.controls.items()}

    def refresh(self):
        """Draw the present settings, if they are not what the picture shows already."""
        settings = self.settings
        if settings == self._shown:
            return
        self._shown = None  # until all is drawn: an error on the way must not look like success
        with course_style():
            for words in self.draw(**settings):
                self.image.value = self.png()
                self._say(words)
        self._shown = settings

    def _on_change(self, change):
        try:
            self.refresh()
        except Exception as error:  # say it where the reader looks, and let it surface too
            self._say([f"{type(error).__name__}: {error}"])
            raise

    def _say(self, words):
        self.words = words
        self._text.value = "<br>".join(html.escape(line) for line in words)

    def __repr__(self):
        settings = (f"{name}={value!r}" for name, value in (self.settings | self.fixed).items())
        return f"{type(self).__name__}({', '.join(settings)})"

    def _repr_mimebundle_(self, include=None, exclude=None):
        """The live widget; for a page its mount point and its picture; for a terminal its name."""
        data, name = dict(self.widget._repr_mimebundle_()), type(self).__name__
        data["text/plain"] = repr(self)
        data["image/png"] = base64.b64encode(self.image.value).decode("ascii")
        if name in SHARED["notes"]:  # only settings: what they give is computed there
            settings = html.escape(json.dumps(self.settings | self.fixed))
            note = f'<p class="live-note">{html.escape(SHARED["notes"][name])}</p>'
            start = f'<div class="live-figure" data-figure="{name}" data-settings="{settings}">'
            data["text/html"] = start + note + "</div>"
        width, height = (round(96 * inches) for inches in self.size)
        return data, {"image/png": {"width": width, "height": height}}
