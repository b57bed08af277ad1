"""Write book/audit.md, the ledger, from nnlib.claims.

    python tools/write_audit.py [--check]

With --check nothing is written: it fails if the page is not what the claims say.
"""

import sys
from collections import Counter
from pathlib import Path

from nnlib.claims import CLAIMS, SLIPS, VERDICTS

PAGE = Path(__file__).resolve().parents[1] / "book" / "audit.md"

HEAD = """\
<!-- Written by tools/write_audit.py from nnlib/claims.py: change it there. -->

# The audit

The course is built on a two-page student report {cite:p}`Report2023`. It states fifteen things that
can be checked, R1 to R15. Here is what checking has shown, a row for each, with a link to the place
where the evidence runs. The cells there assert what the row says: if one of them failed, this book
would not build.

Claims are audited here, not people. Every slip below is an ordinary one. What is worth taking home
is how cheaply each could have been found: by a baseline, a check of shapes, a gradient check, a
prediction made in advance.
"""


def legend(title, kinds):
    """A definition list of the words used in a column."""
    return [f"**{title}**", "", *(f"- *{word}*: {what}" for word, what in kinds.items()), ""]


def row(claim):
    cells = (
        claim.id,
        claim.statement,
        claim.slip,
        f"**{claim.verdict}**",
        claim.finding,
        f"{{ref}}`evidence <{claim.label}>`",
    )
    return "| " + " | ".join(cells).replace("\n", " ") + " |"


def page():
    """The whole page as text."""
    counts = Counter(claim.verdict for claim in CLAIMS)
    summary = ", ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS if counts[verdict])
    lines = [HEAD, "## The ledger", "", f"Of the {len(CLAIMS)} claims: {summary}.", ""]
    lines += ["| claim | the report states | slip | verdict | what checking shows | where |"]
    lines += ["|---|---|---|---|---|---|"]
    lines += [row(claim) for claim in CLAIMS]
    lines += ["", "## The words in it", ""]
    lines += legend("Verdicts", VERDICTS) + legend("Slips", SLIPS)
    return "\n".join(lines).rstrip() + "\n"


def main():
    if "--check" in sys.argv[1:]:
        if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page():
            sys.exit("book/audit.md is not what nnlib/claims.py says: run tools/write_audit.py")
    else:
        PAGE.write_text(page(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
