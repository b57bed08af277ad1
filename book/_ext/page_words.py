"""The words of the page's scripts, book/assets/words.toml, for whichever of them a page loads."""

import json
import tomllib
from pathlib import Path

OURS = ("_static/live/", "_static/bets.js")
SOURCE = Path(__file__).parents[1] / "assets" / "words.toml"
# A text in pieces, its gaps filled, also with elements; as one text; and one of the words.
HELPERS = r"""
live.pieces = (text, gaps) => text.split(/\{(\w+)\}/).map((part, i) => (i % 2 ? gaps[part] : part));
live.fill = (text, gaps) => live.pieces(text, gaps).join("");
live.text = (name) => name.split(".").reduce((table, key) => table[key], live.words);
live.word = (name, gaps = {}) => live.fill(live.text(name), gaps);
"""


def load_words(app, pagename, templatename, context, doctree):
    """Before the scripts, which the other extensions have added by now."""
    files = (str(script.filename) for script in context.get("script_files", []))
    if any(file.startswith(OURS) for file in files):
        app.add_js_file("words.js", loading_method="defer", priority=450)


def write_words(app):
    """As a classic script, which also works from file://; before the pages, which name its hash."""
    if app.builder.format != "html":
        return
    words = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    text = json.dumps(words, separators=(",", ":"), ensure_ascii=False)
    target = Path(app.outdir, "_static", "words.js")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(f"(window.live ??= {{}}).words = {text};{HELPERS}", encoding="utf-8")


def setup(app):
    """Connect to Sphinx."""
    app.connect("html-page-context", load_words, priority=900)
    app.connect("builder-inited", write_words)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
