"""Formulas without a request to another host: a local MathJax."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
from pathlib import Path

MATHJAX_FILES = ("tex-chtml-full.js", "output/chtml/fonts/woff-v2/")


def copy_mathjax(app, exception):
    """Copy the one script and the fonts that the pages load, of the package's 24 MB."""
    if exception or app.builder.format != "html":
        return
    for file in importlib.metadata.files("sphinx-mathjax-offline"):
        name = file.as_posix().partition("static/mathjax/")[2]
        if name.startswith(MATHJAX_FILES):
            target = Path(app.outdir, "_static", "mathjax", name)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file.locate(), target)


def load_math_script(app, pagename, templatename, context, doctree):
    """Pages with formulas load the script that makes wide ones reachable by keyboard."""
    if 'class="math notranslate nohighlight"' in context.get("body", ""):
        app.add_js_file("math_scroll.js", loading_method="defer")


def read_in_parallel(app, config):
    """Let Sphinx run two notebooks at a time.

    sphinx_multitoc_numbering does not say whether it is safe for that, so that Sphinx would read
    one page after the other. It is switched off (use_multitoc_numbering), and so it is safe.
    """
    if not config.use_multitoc_numbering:
        app.extensions["sphinx_multitoc_numbering"].parallel_read_safe = True


def setup(app):
    """Connect to Sphinx."""
    # For the kernels that it starts: with small matrices, threads only wait for each other.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    app.connect("config-inited", read_in_parallel)
    app.connect("html-page-context", load_math_script)
    app.connect("build-finished", copy_mathjax)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
