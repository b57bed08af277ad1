"""Formulas as MathML: TeX of the pages, set by MathJax in V8 while the book is built.

A page needs no script for them. They can be selected, are read aloud, and break nothing offline.
"""

import html
import importlib.metadata
import re
from functools import cache

from py_mini_racer import MiniRacer

MATHJAX = ("startup.js", "core.js", "adaptors/liteDOM.js", "input/tex-full.js")
CONVERT = """
const { core, handlers, mathjax: { mathjax }, adaptors, input } = MathJax._;
handlers.html_ts.RegisterHTMLHandler(adaptors.liteAdaptor.liteAdaptor());
const tex = new input.tex_ts.TeX({ packages: ["base", "ams"] });
const page = mathjax.document("", { InputJax: tex });
const written = new core.MmlTree.SerializedMmlVisitor.SerializedMmlVisitor();
function convert(formula, display) {
  const end = core.MathItem.STATE.CONVERT;
  return written.visitTree(page.convert(formula, { display, end }), page);
}
"""
# As Sphinx writes them into a page.
FORMULA = re.compile(
    r'(<(span|div) [^>]*class="math notranslate nohighlight"[^>]*>(?:(?!</div>).)*?)'
    r"(\\\(|\\\[)(.*?)\\[)\]]\s*</\2>",
    re.DOTALL,
)
# What browsers do not do by themselves, or differently from TeX.
TIDY = (
    (r"\n\s*", ""),
    (r' (data-mjx-[a-z-]+|xmlns)="[^"]*"', ""),
    (r'<mstyle scriptlevel="0">(<mspace [^>]*></mspace>)</mstyle>', r"\1"),
    # a letter's hat, tilde or bar sits on it
    (r"<mover>(<mi>.</mi><mo[^>]*>[~^\xaf]</mo>)", r'<mover accent="true">\1'),
    # log, exp, tanh: a thin space on the side where no bracket is
    ("(</m[a-z]+>)(<mi>[a-z]+</mi><mo>\u2061)", r'\1<mspace width="0.167em"></mspace>\2'),
    ("<mo>\u2061</mo>(?!<mo[^>]*>[(]|<mrow><mo[^>]*>[(])", '<mo rspace="0.167em">\u2061</mo>'),
)


def mathjax():
    """A function from TeX and whether it is displayed to MathML."""
    folder = importlib.metadata.distribution("sphinx-mathjax-offline")
    folder = folder.locate_file("sphinx-mathjax-offline/static/mathjax")
    engine = MiniRacer()
    engine.eval("var window = globalThis; MathJax = { startup: { ready() {} } };")
    for name in MATHJAX:
        engine.eval((folder / name).read_text(encoding="utf-8") + "; 0")
    engine.eval(CONVERT + "; 0")
    return lambda formula, display: engine.call("convert", formula, display)


def set_formulas(pages):
    """Set the formulas of pages, given as their text by name; a faulty one is a ValueError."""
    convert = cache(mathjax())

    def mathml(match):
        start, kind, opened, formula = match.groups()
        formula = html.unescape(formula).strip()
        text = convert(formula, opened == r"\[")
        if fault := re.search('<merror data-mjx-error="([^"]*)"', text):
            raise ValueError(f"{html.unescape(fault[1])} in the formula {formula}")
        text = re.sub("&#x([0-9A-F]+);", lambda c: chr(int(c[1], 16)), text)
        for pattern, replacement in TIDY:
            text = re.sub(pattern, replacement, text)
        return f"{start}{text}</{kind}>"

    return {name: FORMULA.sub(mathml, page) for name, page in pages.items()}
