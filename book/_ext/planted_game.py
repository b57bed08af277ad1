"""Chapter 2's game in the page: its words from nnlib, and its scripts where it stands."""

import json
from pathlib import Path

from nnlib.exercises.instruments import facts

MOUNT = 'class="planted-game"'
SCRIPTS = (
    "live/data.js",  # written by live_figures
    "live/random.js",
    "live/network.js",
    "live/settings.js",
    "live/controls.js",
    "bets/planted_words.js",  # written below
)


def write_words(app, exception):
    """Write them as a classic script, which also works from file://."""
    if exception or app.builder.name != "html":
        return
    target = Path(app.outdir, "_static", "bets", "planted_words.js")
    target.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(facts(), separators=(",", ":"), allow_nan=False)
    target.write_text(f"(window.live ??= {{}}).planted_words = {text};\n", encoding="utf-8")


def load_scripts(app, pagename, templatename, context, doctree):
    """Only a page with the game loads them; on paper it is a sentence."""
    if MOUNT not in context.get("body", "") or app.builder.name != "html":
        return
    for name in SCRIPTS:
        app.add_js_file(name, loading_method="defer")


def setup(app):
    """Connect to Sphinx."""
    app.connect("html-page-context", load_scripts)
    app.connect("build-finished", write_words)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
