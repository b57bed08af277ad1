"""Figures that live in the page: their data from nnlib, their scripts, their place in a figure.

A cell of `nnlib.sliders` leaves a mount point (text/html) and a picture (image/png). A page gets
both: the script hides the picture once its figure stands, and without scripts it stays.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from nnlib import Armijo, load_dataset
from nnlib.exercises.drawn_curve import WORDS
from nnlib.plots import feature_labels, style
from nnlib.sliders import add_noise
from nnlib.sliders.controls import SHARED

MOUNT = 'class="live-figure"'
SCRIPTS = (
    "data.js",  # written below
    "random.js",
    "network.js",
    "settings.js",
    "controls.js",
    "canvas.js",
    "regions.js",
    "figure.js",
    "hidden_unit.js",
    "counting.js",
    "own_table.js",
    "race.js",
    "microscope.js",
    "mount.js",
)


def dataset_entry(path):
    """A data set as the page needs it: features as in the file, and how to standardise them."""
    raw, data = load_dataset(path, standardise=False), load_dataset(path)
    return {
        "label": data.name,
        "train": raw.X_train.ravel().tolist(),
        "test": raw.X_test.ravel().tolist(),
        "train_labels": raw.y_train.tolist(),
        "test_labels": raw.y_test.tolist(),
        "mean": data.mean.tolist(),
        "scale": data.scale.tolist(),
        "class_names": [f"class {c}" if c.isdigit() else c for c in data.class_names],
        "feature_names": list(feature_labels(data)),
    }


def noise_table(paths):
    """The shifts of `add_noise`, before they are scaled, for as many points as there are."""
    loaded = [load_dataset(path) for path in paths]
    most = max(loaded, key=lambda data: len(data.X_train) + len(data.X_test))
    still = replace(most, X_train=0 * most.X_train, X_test=0 * most.X_test)
    shifted = add_noise(still, 1.0)
    return np.concatenate([shifted.X_train, shifted.X_test]).ravel().tolist()


def facts(paths):
    """All that the page's scripts know of nnlib; `paths` are data sets by their name in a call."""
    rule = Armijo()
    return {
        "datasets": {name: dataset_entry(path) for name, path in paths.items()},
        "noise": noise_table(paths.values()),
        **SHARED,
        "drawn_curve": WORDS,
        "armijo": {"alpha0": rule.alpha0, "sigma": rule.sigma, "beta": rule.beta},
        "class_colours": list(style.CLASS_COLOURS),
    }


def write_facts(app, exception):
    """Write them as a classic script, which also works from file://."""
    if exception or app.builder.name != "html":
        return
    target = Path(app.outdir, "_static", "live", "data.js")
    target.parent.mkdir(parents=True, exist_ok=True)
    paths = {name: name for name in SHARED["data_sets"]} | own_data(app)
    text = json.dumps(facts(paths), separators=(",", ":"), allow_nan=False)
    target.write_text(f"(window.live ??= {{}}).data = {text};\n", encoding="utf-8")


def own_data(app):
    """The data sets of the written pages that are a file of their own: name in the call, path."""
    found = {}
    for page in Path(app.outdir).rglob("*.html"):
        folder = app.srcdir / page.relative_to(app.outdir).parent
        for settings in re.findall(
            MOUNT + r'[^>]* data-settings="([^"]*)"', page.read_text("utf-8")
        ):
            name = json.loads(html.unescape(settings)).get("data_set", SHARED["data_sets"][0])
            if name not in SHARED["data_sets"]:
                found[name] = folder / name  # a path in a notebook starts at its folder
    return found


class KeepPicture(SphinxPostTransform):
    """Put the picture behind the mount point; where there are no scripts, take it alone."""

    default_priority = 3  # before myst-nb chooses one type of each output

    def run(self, **kwargs):
        """Look through the outputs of one page."""
        is_bundle = {"nb_element": "mime_bundle"}
        for bundle in self.document.findall(nodes.container):
            if any(bundle.get(key) != value for key, value in is_bundle.items()):
                continue
            kinds = {child["mime_type"]: child for child in bundle.children}
            page, picture = kinds.get("text/html"), kinds.get("image/png")
            if page is None or picture is None or MOUNT not in page.astext():
                continue
            if self.app.builder.name == "html":
                still = nodes.container(classes=["live-still"])
                still += picture.children
                for image in still.findall(nodes.image):
                    image["loading"] = "lazy"  # where scripts run it is hidden, and not fetched
                page += still
            else:
                bundle.remove(page)


def load_scripts(app, pagename, templatename, context, doctree):
    """Only a page with a live figure loads their scripts and style."""
    if MOUNT not in context.get("body", ""):
        return
    # Sizes as attributes: a style attribute needs the leave of a page's policy.
    size = r'style="width: (\d+)px; height: (\d+)px;"'
    context["body"] = re.sub(size, r'width="\1" height="\2"', context["body"])
    app.add_css_file("live/live.css")
    for name in SCRIPTS:  # mounted last, behind the bets
        priority = 700 if name == SCRIPTS[-1] else 500
        app.add_js_file(f"live/{name}", loading_method="defer", priority=priority)


def setup(app):
    """Connect to Sphinx."""
    app.add_post_transform(KeepPicture)
    app.connect("html-page-context", load_scripts)
    app.connect("build-finished", write_facts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
