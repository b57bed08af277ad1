"""Figures that live in the page: their data from nnlib, their scripts, their place in a figure.

A cell of `nnlib.widgets` leaves a mount point (text/html) and a picture (image/png). A page gets
both: the script hides the picture once its figure stands, and without scripts it stays.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from nnlib import Armijo, load_dataset, plotting, style, widgets
from nnlib.datasets import add_noise

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
    "counting.js",
    "race.js",
    "microscope.js",
    "mount.js",
)


def dataset_entry(name):
    """A data set as the page needs it: features as in the file, and how to standardise them."""
    raw, data = load_dataset(name, standardise=False), load_dataset(name)
    return {
        "train": raw.X_train.ravel().tolist(),
        "test": raw.X_test.ravel().tolist(),
        "train_labels": raw.y_train.tolist(),
        "test_labels": raw.y_test.tolist(),
        "mean": data.mean.tolist(),
        "scale": data.scale.tolist(),
        "class_names": [f"class {c}" if c.isdigit() else c for c in data.class_names],
        "feature_names": list(plotting.feature_labels(data)),
    }


def noise_table(names):
    """The shifts of `add_noise`, before they are scaled, for as many points as there are."""
    loaded = [load_dataset(name) for name in names]
    largest = max(loaded, key=lambda data: len(data.X_train) + len(data.X_test))
    zero = np.zeros_like
    still = type(largest)(**{**vars(largest), "X_train": zero(largest.X_train)})
    still = type(largest)(**{**vars(still), "X_test": zero(largest.X_test)})
    shifted = add_noise(still, 1.0)
    return np.concatenate([shifted.X_train, shifted.X_test]).ravel().tolist()


def facts(names):
    """All that the page's scripts know of nnlib."""
    rule = Armijo()
    return {
        "datasets": {name: dataset_entry(name) for name in names},
        "noise": noise_table(names),
        "ranges": {name: list(ends) for name, ends in widgets.RANGES.items()},
        "decays": list(widgets.DECAYS),
        "armijo": {"alpha0": rule.alpha0, "sigma": rule.sigma, "beta": rule.beta},
        "class_colours": list(style.CLASS_COLOURS),
    }


def write_facts(app, exception):
    """Write them as a classic script, which also works from file://."""
    if exception or app.builder.name != "html":
        return
    target = Path(app.outdir, "_static", "live", "data.js")
    target.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(facts(widgets.DATA_SETS), separators=(",", ":"), allow_nan=False)
    target.write_text(f"(window.live ??= {{}}).data = {text};\n", encoding="utf-8")


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
                page += still
            else:
                bundle.remove(page)


def load_scripts(app, pagename, templatename, context, doctree):
    """Only a page with a live figure loads their scripts and style."""
    if MOUNT not in context.get("body", ""):
        return
    app.add_css_file("live/live.css")
    for name in SCRIPTS:
        app.add_js_file(f"live/{name}", loading_method="defer")


def setup(app):
    """Connect to Sphinx."""
    app.add_post_transform(KeepPicture)
    app.connect("html-page-context", load_scripts)
    app.connect("build-finished", write_facts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
