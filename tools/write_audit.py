"""Write book/audit.md, the ledger, from nnlib.audit.claims.

    python tools/write_audit.py [--check]

With --check nothing is written: it fails if the page is not what the claims say.
"""

import sys
from collections import Counter
from pathlib import Path

from whole_file import write_text

from nnlib.audit.claims import CLAIMS, SLIPS, VERDICTS

PAGE = Path(__file__).resolve().parents[1] / "book" / "audit.md"

HEAD = """\
<!-- Written by tools/write_audit.py from nnlib/audit/claims.toml: change it there. -->

# The audit

The course is built on a two-page student report {cite:p}`Report2023`. [What it states](report.md)
is on a page of its own, numbered R1 to R15. Here is what checking has shown, a row for each claim,
with a link to the place where the evidence runs. The cells there assert what the row says: if one
of them failed, this book would not build.

Claims are audited here, not people. Every slip below is an ordinary one. What is worth taking home
is how cheaply each could have been found: by a baseline, a check of shapes, a gradient check, a
prediction made in advance. [](how_to_audit.md) says how to go about it.
"""

# A verdict has a shape and a colour (.verdict in book.css): neither is relied on alone.
SHAPES = {
    "confirmed": "●",
    "corrected": "◆",
    "refuted": "▲",
    "not supported": "■",
    "cannot be decided": "○",
    "no claim": "–",
}


def marks(verdict, count=1):
    """The verdict's shape in its colour, so many times."""
    name = verdict.replace(" ", "-")
    return f'<span class="verdict {name}" aria-hidden="true">{SHAPES[verdict] * count}</span>'


def bar(counts):
    """A row of marks for each verdict, one mark a claim."""
    said = ", ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS if counts[verdict])
    rows = (
        f"<div>{marks(verdict, counts[verdict])} {counts[verdict]} {verdict}</div>"
        for verdict in VERDICTS
        if counts[verdict]
    )
    return f'<div class="verdict-bar" role="img" aria-label="{said}">{"".join(rows)}</div>'


def legend(title, kinds):
    """A list of the words used in a column."""
    signs = {word: f"{marks(word)} " if word in SHAPES else "" for word in kinds}
    words = (f"- {signs[word]}*{word}*: {what}" for word, what in kinds.items())
    return [f"**{title}**", "", *words, ""]


TABLE = """\
```{list-table}
:header-rows: 1
:widths: 16 40 44
:class: ledger

* - claim
  - the report states
  - what checking shows
"""


def row(claim):
    """One row of the table: the number links to the evidence, verdict and slip stand below it."""
    return (
        f"* - {{ref}}`{claim.id} <{claim.label}>` {marks(claim.verdict)}\n\n"
        f"    **{claim.verdict}**\n\n"
        f"    {claim.slip}\n  - {claim.statement}\n  - {claim.finding}"
    )


def page():
    """The whole page as text."""
    counts = Counter(claim.verdict for claim in CLAIMS)
    claims = sum(counts.values()) - counts["no claim"]
    lines = [HEAD, "## The ledger", "", f"{claims} claims, and one line that is none.", ""]
    lines += [bar(counts), ""]
    lines += ["The number of a claim leads to its evidence.", "", TABLE.rstrip()]
    lines += [row(claim) for claim in CLAIMS]
    lines += ["```", "", "## The words in it", ""]
    lines += legend("Verdicts", VERDICTS) + legend("Slips", SLIPS)
    return "\n".join(lines).rstrip() + "\n"


def main():
    if "--check" in sys.argv[1:]:
        if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page():
            sys.exit("book/audit.md is not what claims.toml says: run tools/write_audit.py")
    else:
        write_text(PAGE, page())


if __name__ == "__main__":
    main()
