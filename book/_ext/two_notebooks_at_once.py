"""Sphinx may run two notebooks at a time."""

import os
from itertools import chain, zip_longest


def read_in_parallel(app, config):
    """Say for sphinx_multitoc_numbering that it is safe, which it does not say itself.

    Else Sphinx would read one page after the other. It is switched off (use_multitoc_numbering),
    and so it is safe.
    """
    if not config.use_multitoc_numbering:
        app.extensions["sphinx_multitoc_numbering"].parallel_read_safe = True


def spread_notebooks(app, env, docnames):
    """Mix the notebooks, which take long, with the other pages.

    Sphinx gives each of its processes a run of names that follow each other.
    """
    kinds = [[], []]
    for name in docnames:
        kinds[not str(env.doc2path(name)).endswith(".ipynb")].append(name)
    docnames[:] = filter(None, chain(*zip_longest(*kinds)))


def setup(app):
    """Connect to Sphinx."""
    # For the kernels that it starts: with small matrices, threads only wait for each other.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    app.connect("config-inited", read_in_parallel)
    app.connect("env-before-read-docs", spread_notebooks)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
