"""A prompt's answer stays folded in the page until the reader has bet, or asks to be shown.

A cell of `nnlib.exercises.bets` leaves its settings in the page, and a later one the truth. What
stands between them becomes a ``<details>``, as does the paragraph "Read it." behind them. The
scripts put controls in the place of the settings; without scripts the fold is all there is.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from pathlib import Path

from docutils import nodes
from sphinx.errors import ExtensionError

from nnlib.exercises import bets, table

BET, TRUTH = 'class="bet"', 'class="bet-truth"'
PROMPT = re.compile(r"Predict\b")
WORDS = "bets/words.js"  # written below
# Where one of these stands, the page loads what belongs to bets: one script, one style.
MARKS = (BET, 'data-figure="step_size_race"', "data-exercise=", 'class="planted-game"')
SOURCE = Path(__file__).parents[1] / "bets"
PARTS = ("store", "score", "draw", "formula", "exercises", "prompts", "who_planted_it")


class bet_answer(nodes.General, nodes.Element):
    """All that answers a prompt."""


def holds(node, mark):
    """Whether an output of a cell holds it."""
    return any(mark in raw.astext() for raw in node.findall(nodes.raw))


def is_prompt(node):
    """Whether a paragraph asks for a prediction."""
    return isinstance(node, nodes.paragraph) and any(
        PROMPT.match(strong.astext()) for strong in node.findall(nodes.strong)
    )


def is_cell(node):
    return isinstance(node, nodes.container) and "cell" in node["classes"]


def after_folded(children, start):
    """Behind the cells that only tell how we know."""
    while start < len(children) and is_cell(children[start]):
        parts = [name for part in children[start] for name in part["classes"]]
        if "tag_hide-input" not in children[start]["classes"] or "cell_output" in parts:
            break
        start += 1
    return start


def end_of_answer(children, start):
    """Where it ends: behind the truth, and behind "Read it." if that comes next."""
    truth = next((k for k in range(start, len(children)) if holds(children[k], TRUTH)), None)
    between = children[start:truth]
    if truth is None or any(holds(n, BET) or isinstance(n, nodes.section) for n in between):
        raise ExtensionError(f"{children[start - 1].source}: a bet is not settled in its section")
    end = after_folded(children, truth + 1)
    if end < len(children) and children[end].astext().startswith("Read it."):
        end += 1
        while end < len(children) and not isinstance(children[end], nodes.section):
            if is_prompt(children[end]) or is_cell(children[end]):
                break
            end += 1
        while isinstance(children[end - 1], nodes.target):  # of the heading that follows
            end -= 1
        end = after_folded(children, end)
    return end


def fold_answers(app, doctree):
    """Wrap every answer; name it by its question and its bet, which a stored bet has to fit."""
    for bundle in doctree.findall(nodes.container):  # a page has no kernel for the widget
        if bundle.get("nb_element") == "mime_bundle" and holds(bundle, BET):
            kept = "text/html", "text/plain"
            bundle.children = [c for c in bundle.children if c["mime_type"] in kept]
    for place in [c for c in doctree.findall(is_cell) if holds(c, BET)]:
        around, here = place.parent, place.parent.index(place)
        if not is_prompt(around[here - 1]):
            raise ExtensionError(f"{app.env.docname}: a bet does not follow its prompt")
        question = " ".join(around[here - 1].astext().split())
        end = end_of_answer(around.children, here + 1)
        answer = bet_answer(question=question)
        settings = next(raw.astext() for raw in place.findall(nodes.raw))
        name = hashlib.sha256(f"{question}{settings}".encode()).hexdigest()[:8]
        answer["ids"].append(f"bet-{name}")
        inside = around[here + 1 : end]
        del around[here + 1 : end]
        answer.extend(inside)
        around.insert(here + 1, answer)


def visit(self, node):
    """Open where nobody can open it."""
    words = {key: html.escape(bets.WORDS[key]) for key in ("show", "hide")}
    is_open = "" if self.builder.name == "html" else " open"
    self.body.append(
        f'<details class="bet-answer" id="{node["ids"][0]}"{is_open} '
        f'data-question="{html.escape(node["question"])}"><summary>'
        f'<span class="bet-show">{words["show"]}</span>'
        f'<span class="bet-hide">{words["hide"]}</span></summary>\n'
    )


def depart(self, node):
    self.body.append("</details>\n")


def join_parts(app):
    """One file of all the scripts and one of all styles."""
    folder = Path(app.doctreedir, "bets")
    folder.mkdir(parents=True, exist_ok=True)
    for ending in (".js", ".css"):
        paths = (SOURCE / f"{part}{ending}" for part in PARTS)
        texts = (path.read_text(encoding="utf-8") for path in paths if path.exists())
        (folder / f"bets{ending}").write_text("".join(texts), encoding="utf-8")
    app.config.html_static_path.append(str(folder))


def load_scripts(app, pagename, templatename, context, doctree):
    """Only a page with something to bet on or to answer loads them; on paper nobody bets."""
    body = context.get("body", "")
    if not any(mark in body for mark in MARKS):
        return
    app.add_css_file("bets.css")
    if app.builder.name == "html":
        if BET in body:
            app.add_js_file(WORDS, loading_method="defer")
        app.add_js_file("bets.js", loading_method="defer", priority=600)


def write_words(app, exception):
    """Write the words as a classic script, which also works from file://."""
    if exception or app.builder.name != "html":
        return
    target = Path(app.outdir, "_static", WORDS)
    target.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(table("words"), separators=(",", ":"), ensure_ascii=False)
    target.write_text(f"(window.live ??= {{}}).betWords = {text};\n", encoding="utf-8")


def setup(app):
    """Connect to Sphinx."""
    skipped = {name: (lambda self, node: None,) * 2 for name in ("text", "latex")}
    app.add_node(bet_answer, html=(visit, depart), **skipped)
    app.connect("builder-inited", join_parts)
    app.connect("doctree-read", fold_answers)
    app.connect("html-page-context", load_scripts)
    app.connect("build-finished", write_words)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
