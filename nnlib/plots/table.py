"""Numbers as a table, in a notebook and in the page."""


class Table(list):
    """Rows, dicts with the same keys: the first column is the row's name, the others numbers."""

    def __repr__(self):
        lines = [list(self[0]), [":--", *["--:"] * (len(self[0]) - 1)], *map(dict.values, self)]
        return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)

    _repr_markdown_ = __repr__
