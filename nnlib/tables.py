"""Read a CSV file of two feature columns and a label column.

Every complaint names the file, and where they apply the line and the column, so that a wrong cell
is found at once. Lines and columns are counted from 1, as editors and spreadsheets do.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

LABEL_HEADERS = ("label", "class", "target")
SPLIT_WORDS = ("train", "test")
LARGEST = 1e100  # squares of features, and their sums, stay finite
MISSING_LABELS = ("", "na", "n/a", "nan", "null")
MISSING = (*MISSING_LABELS, "none", "?", "-", ".")  # the last four may well name a class


@dataclass(frozen=True, eq=False)
class Table:
    """The content of a CSV file, one entry a row.

    Attributes
    ----------
    features : ndarray (n, 2), float64
    labels : list of n str
    lines : list of n int
        The line of the file that each row stands on.
    feature_names : tuple of two str
        From the header; ``("x1", "x2")`` without one.
    is_test : ndarray (n,), bool, or None
        From the ``split`` column; None without one.
    """

    features: np.ndarray
    labels: list[str]
    lines: list[int]
    feature_names: tuple[str, str]
    is_test: np.ndarray | None


@dataclass(frozen=True)
class _Layout:
    """Which column is what, and how to point at a cell of it in a message."""

    path: Path
    header: list[str] | None
    features: tuple[int, int]
    label: int
    split: int | None

    def where(self, line: int, column: int) -> str:
        name = f" {self.header[column]!r}" if self.header else ""
        return f"{self.path}, line {line}, column {column + 1}{name}"


def read_table(path: Path) -> Table:
    """Read two feature columns, a label column and perhaps a ``split`` column.

    The separator is a tab, a semicolon or a comma, whichever the first line holds (in this order).
    The first line is a header when none of its cells is a number. The label column is the one
    headed ``label``, ``class`` or ``target``, otherwise the last one. The split column is headed
    ``split``; without a header it is the fourth. Rows without any entry are skipped.

    Parameters
    ----------
    path : Path
        A text file in UTF-8, with or without a byte order mark.

    Returns
    -------
    Table

    Raises
    ------
    ValueError
        For a file that is empty or not UTF-8, a wrong number of columns, a feature that is
        missing, infinite, beyond 1e100 or no number, a missing label, or an unknown split word.
    """
    rows = _read_rows(path)
    first_line, first = rows[0]
    header = first if _is_header(first) else None
    layout = _find_columns(path, first_line, first, header)
    rows = rows[1:] if header else rows
    if not rows:
        raise ValueError(f"{path}: there is a header but no row of data below it")
    for line, cells in rows:
        _check_length(path, line, cells, len(first))
    return Table(
        features=np.array([[_number(r, c, layout) for c in layout.features] for r in rows]),
        labels=[_label(row, layout) for row in rows],
        lines=[line for line, _ in rows],
        feature_names=tuple(header[c] for c in layout.features) if header else ("x1", "x2"),
        is_test=None if layout.split is None else np.array([_is_test(r, layout) for r in rows]),
    )


def _read_rows(path):
    """All rows with at least one entry, as (line number, stripped cells)."""
    try:
        # "utf-8-sig" drops the byte order mark that spreadsheets like to write.
        with path.open(encoding="utf-8-sig", newline="") as file:
            first_line = next((text for text in file if text.strip()), "")
            file.seek(0)
            reader = csv.reader(file, delimiter=_separator(first_line), strict=True)
            rows = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: the file is not UTF-8 text; save it as 'CSV UTF-8'") from error
    except csv.Error as error:
        raise ValueError(f"{path}, line {reader.line_num}: {error}") from error
    rows = [(line, cells) for line, cells in rows if any(cells)]
    if not rows:
        raise ValueError(f"{path}: the file is empty")
    return rows


def _separator(line):
    # The comma comes last: beside a tab or a semicolon it is likely to be a decimal comma.
    return next((mark for mark in "\t;" if mark in line), ",")


def _is_header(cells):
    words = [cell for cell in cells if cell.lower() not in MISSING]
    # Two words at least, so that a row whose features are missing is not taken for a header.
    return len(words) >= 2 and not any(_parses(word.replace(",", ".")) for word in words)


def _parses(text):
    try:
        float(text)
    except ValueError:
        return False
    return "_" not in text  # Python reads 1_000 as a number, a table does not


def _find_columns(path, line, first, header):
    names = [name.lower() for name in header] if header else []
    split = 3 if not header and len(first) == 4 else None
    if "split" in names:
        split = names.index("split")
    rest = [column for column in range(len(first)) if column != split]
    if len(rest) != 3:
        fault = "not enough columns" if len(rest) < 3 else "too many columns"
        raise ValueError(
            f"{path}, line {line}: {fault}: expected two features, a label and perhaps 'split', "
            f"separated by comma, semicolon or tab; found {len(first)}: {', '.join(first)}"
        )
    named = [column for column in rest if header and names[column] in LABEL_HEADERS]
    label = named[0] if len(named) == 1 else rest[-1]
    features = tuple(column for column in rest if column != label)
    return _Layout(path, header, features, label, split)


def _check_length(path, line, cells, expected):
    if len(cells) < expected:
        raise ValueError(
            f"{path}, line {line}: not enough columns: {len(cells)} where {expected} are expected"
        )
    if len(cells) > expected:
        raise ValueError(
            f"{path}, line {line}: too many columns: {len(cells)} where {expected} are expected; "
            "was a decimal comma read as a separator? write 1.5, not 1,5"
        )


def _number(row, column, layout):
    line, cells = row
    cell, where = cells[column], layout.where(line, column)
    if cell.lower() in MISSING:
        fault = f"the value is missing ({cell!r})" if cell else "the cell is empty"
        raise ValueError(f"{where}: {fault}; fill it in or delete the row")
    if not _parses(cell):
        mended = cell.replace(",", ".")
        hint = f"; is that a decimal comma? write {mended}" if _parses(mended) else ""
        raise ValueError(f"{where}: {cell!r} is not a number{hint}")
    if not abs(float(cell)) <= LARGEST:  # "not <=", for a nan compares false with everything
        raise ValueError(f"{where}: {cell!r} is not finite, or larger than {LARGEST:g}")
    return float(cell)


def _label(row, layout):
    line, cells = row
    label = cells[layout.label]
    if label.lower() in MISSING_LABELS:
        raise ValueError(f"{layout.where(line, layout.label)}: the label is missing ({label!r})")
    return label


def _is_test(row, layout):
    line, cells = row
    word = cells[layout.split]
    if word.lower() not in SPLIT_WORDS:
        raise ValueError(
            f"{layout.where(line, layout.split)}: unknown split word {word!r}; "
            "allowed are 'train' and 'test'"
        )
    return word.lower() == "test"
