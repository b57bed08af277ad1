"""Numbers as a table, in a notebook and in the page; and the mark of those that are stored."""

import json

from nnlib.data import FOLDER


class Table(list):
    """Rows, dicts with the same keys: the first column is the row's name, the others numbers."""

    def __repr__(self):
        lines = [list(self[0]), [":--", *["--:"] * (len(self[0]) - 1)], *map(dict.values, self)]
        return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)

    _repr_markdown_ = __repr__


def stored(command):
    """When and on which machine "make bench" or "make sweep" computed what a chapter only shows.

    Both commands write that into ``benchmarks.json``, where it is read.
    """
    results = json.loads((FOLDER / "benchmarks.json").read_text(encoding="utf-8"))
    runs = {"make bench": results | results["machine"], "make sweep": results["sweep"][0]}
    return f"stored: {runs[command]['date']}, {command}, {runs[command]['processor']}"
