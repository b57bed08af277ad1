"""Sphinx may run two notebooks at a time."""

import os


def read_in_parallel(app, config):
    """Say for sphinx_multitoc_numbering that it is safe, which it does not say itself.

    Else Sphinx would read one page after the other. It is switched off (use_multitoc_numbering),
    and so it is safe.
    """
    if not config.use_multitoc_numbering:
        app.extensions["sphinx_multitoc_numbering"].parallel_read_safe = True


def setup(app):
    """Connect to Sphinx."""
    # For the kernels that it starts: with small matrices, threads only wait for each other.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    app.connect("config-inited", read_in_parallel)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
