"""Exercises that can be answered in the page: their words, those of nnlib.exercises."""

import json
from pathlib import Path

from nnlib.exercises.a_second_report import REPORT, VERDICTS, findings
from nnlib.exercises.formulas import FORMULAS, SENTENCES

MOUNT = "data-exercise="
DATA = "bets/exercise_data.js"  # written below


def load_words(app, pagename, templatename, context, doctree):
    """Only where there is such an exercise."""
    if MOUNT in context.get("body", ""):
        app.add_js_file(DATA, loading_method="defer")


def write_words(app, exception):
    """As a classic script, which also works from file://."""
    if exception or app.builder.name != "html":
        return
    entries = {f"{chapter}.{k}": e for chapter, of in FORMULAS.items() for k, e in of.items()}
    claims = {
        name: {"claim": REPORT["claims"][name], "verdict": found.verdict, "why": str(found)}
        for name, found in findings().items()
    }
    data = {"formulas": entries, "sentences": SENTENCES, "claims": claims, "verdicts": VERDICTS}
    data = json.dumps(data, ensure_ascii=False)
    target = Path(app.outdir, "_static", DATA)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(f"(window.live ??= {{}}).exerciseData = {data};\n", encoding="utf-8")


def setup(app):
    """Connect to Sphinx."""
    app.connect("html-page-context", load_words)
    app.connect("build-finished", write_words)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
