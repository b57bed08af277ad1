"""Read a CSV file of two feature columns and a label column: a teacher's table.

Every complaint names the file, and where they apply the line and the column, so that a wrong cell
is found at once. Lines and columns are counted from 1, as editors and spreadsheets do.
"""

import csv
import re
from typing import NamedTuple

import numpy as np

from nnlib import arguments

MISSING_LABELS = ("", "na", "n/a", "nan", "null")
MISSING = (*MISSING_LABELS, "none", "?", "-", ".")  # the last four may well name a class


class Table(NamedTuple):
    """The content of a CSV file, one entry a row."""

    features: np.ndarray  # (n, 2), float64
    y: np.ndarray  # (n,), intp: label k belongs to class_names[k]
    class_names: tuple
    feature_names: tuple  # of two str; x1 and x2 without a header
    is_test: np.ndarray  # (n,), bool, from the split column or drawn


def read_csv(path, test_fraction, seed):
    """Read two feature columns, a label column and perhaps a ``split`` column.

    The separator is a tab, a semicolon or a comma, whichever the first line holds (in this order).
    The first line is a header when none of its cells is a number. The label column is the one
    headed ``label``, ``class`` or ``target``, otherwise the last one. The split column is headed
    ``split``; without a header it is the fourth. Rows without any entry are skipped.

    Parameters
    ----------
    path : Path of a text file in UTF-8, with or without a byte order mark
    test_fraction, seed : as in `nnlib.load_dataset`, for a file without a ``split`` column

    Returns
    -------
    Table
        Classes in the sorted order of their labels: by value if all are whole numbers, else as text
    """
    rows = _read_rows(path)
    (line, first), header = rows[0], None
    if _is_header(first):
        header, rows = first, rows[1:]
    if not rows:
        raise ValueError(f"{path}: there is a header but no row of data below it")
    features, label, split = _find_columns(f"{path}, line {line}", first, header)

    def column(number, read):
        name = f" {header[number]!r}" if header else ""
        return [
            read(f"{path}, line {line}, column {number + 1}{name}", cells[number])
            for line, cells in rows
        ]

    for line, cells in rows:
        if len(cells) != len(first):
            amount = "not enough" if len(cells) < len(first) else "too many"
            hint = "; was a decimal comma read as a separator? write 1.5, not 1,5"
            found = f"{len(cells)} where {len(first)} are expected"
            hint = hint if amount == "too many" else ""
            raise ValueError(f"{path}, line {line}: {amount} columns: {found}{hint}")
    points = np.column_stack([column(c, _number) for c in features])
    is_test = None if split is None else np.array(column(split, _is_test))
    class_names, y = _number_classes(path, column(label, _label))
    _check_parts(path, class_names, y, is_test, [line for line, _ in rows])
    if is_test is None:
        is_test = _stratified(y, test_fraction, seed)
    names = tuple(header[c] for c in features) if header else ("x1", "x2")
    return Table(points, y, class_names, names, is_test)


def _read_rows(path):
    """All rows with at least one entry, as (line number, stripped cells)."""
    try:
        # "utf-8-sig" drops the byte order mark that spreadsheets like to write.
        with path.open(encoding="utf-8-sig", newline="") as file:
            first_line = next((text for text in file if text.strip()), "")
            # The comma comes last: beside a tab or a semicolon it is likely to be a decimal comma.
            separator = next((mark for mark in "\t;" if mark in first_line), ",")
            file.seek(0)
            reader = csv.reader(file, delimiter=separator, strict=True)
            rows = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: the file is not UTF-8 text; save it as 'CSV UTF-8'") from error
    except csv.Error as error:
        raise ValueError(f"{path}, line {reader.line_num}: {error}") from error
    rows = [(line, cells) for line, cells in rows if any(cells)]
    if not rows:
        raise ValueError(f"{path}: the file is empty")
    return rows


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


def _find_columns(where, first, header):
    """The numbers of the two feature columns, the label column and the split column or None."""
    names = [name.lower() for name in header] if header else []
    last = 3 if not header and len(first) == 4 else None
    split = names.index("split") if "split" in names else last
    rest = [column for column in range(len(first)) if column != split]
    if len(rest) != 3:
        amount = "not enough" if len(rest) < 3 else "too many"
        raise ValueError(
            f"{where}: {amount} columns: expected two features, a label and perhaps 'split', "
            f"separated by comma, semicolon or tab; found {len(first)}: {', '.join(first)}"
        )
    named = [column for column in rest if header and names[column] in ("label", "class", "target")]
    label = named[0] if len(named) == 1 else rest[-1]
    return [column for column in rest if column != label], label, split


def _number(where, cell):
    if cell.lower() in MISSING:
        fault = f"the value is missing ({cell!r})" if cell else "the cell is empty"
        raise ValueError(f"{where}: {fault}; fill it in or delete the row")
    if not _parses(cell):
        mended = cell.replace(",", ".")
        hint = f"; is that a decimal comma? write {mended}" if _parses(mended) else ""
        raise ValueError(f"{where}: {cell!r} is not a number{hint}")
    if not abs(float(cell)) <= arguments.LARGEST:  # "not <=": nan compares false with everything
        raise ValueError(f"{where}: {cell!r} is not finite, or larger than {arguments.LARGEST:g}")
    return float(cell)


def _label(where, cell):
    if cell.lower() in MISSING_LABELS:
        raise ValueError(f"{where}: the label is missing ({cell!r})")
    return cell


def _is_test(where, word):
    if word.lower() not in ("train", "test"):
        raise ValueError(f"{where}: unknown split word {word!r}; allowed are 'train' and 'test'")
    return word.lower() == "test"


def _number_classes(path, labels):
    key = None
    if all(re.fullmatch(r"[+-]?[0-9]+", label) for label in labels):
        labels, key = [str(int(label)) for label in labels], int  # 01 is 1
    class_names = tuple(sorted(set(labels), key=key))
    if len(class_names) < 2:
        raise ValueError(f"{path}: fewer than two classes: every label is {class_names[0]!r}")
    number = {name: k for k, name in enumerate(class_names)}
    return class_names, np.array([number[label] for label in labels], dtype=np.intp)


def _check_parts(path, class_names, y, is_test, lines):
    """Every class must be in both parts."""
    for k, name in enumerate(class_names):
        rows = np.flatnonzero(y == k)
        if rows.size == 1:
            raise ValueError(
                f"{path}, line {lines[rows[0]]}: class {name!r} has a single row, so it cannot "
                "be in both the training and the test part; is the label misspelt?"
            )
        if is_test is not None and len(set(is_test[rows])) == 1:
            part = "train" if is_test[rows[0]] else "test"  # the one that is missing
            raise ValueError(f"{path}: class {name!r} has no row marked {part!r}")


def _stratified(y, test_fraction, seed):
    """Mark the test points: of each class the same share, drawn without replacement."""
    rng = np.random.default_rng(seed)
    is_test = np.zeros(y.size, dtype=bool)
    for k in range(y.max() + 1):
        rows = np.flatnonzero(y == k)
        n_test = min(max(1, int(test_fraction * rows.size + 0.5)), rows.size - 1)
        is_test[rng.permutation(rows)[:n_test]] = True
    return is_test
