"""The ledger: what the report claims, and what checking has shown (claims.toml beside this file).

The tests hold every verdict to a fresh run (tests/unit/test_claims.py).
"""

import tomllib
from pathlib import Path
from typing import NamedTuple


class Claim(NamedTuple):
    """One claim of the report; texts in Markdown with formulas."""

    id: str
    statement: str  # what the report states
    slip: str  # one of SLIPS
    verdict: str  # one of VERDICTS
    finding: str  # what is right instead, and how one sees it
    label: str  # MyST target of the evidence


_LEDGER = tomllib.loads(Path(__file__).with_name("claims.toml").read_text(encoding="utf-8"))
VERDICTS, SLIPS = _LEDGER["verdicts"], _LEDGER["slips"]  # word: what it means
CLAIMS = tuple(Claim(**claim) for claim in _LEDGER["claims"])
