"""Read a CSV file of two feature columns and a label column: a teacher's table.

Every complaint names the file, and line and column (from 1, as editors count) if they apply.
"""

import csv
import difflib
import io
import re
import unicodedata
from pathlib import Path
from typing import NamedTuple

import numpy as np

from nnlib import arguments

FOLDER = Path(__file__).with_name("data")
SHIPPED = ("spirals", "penguins")
MISSING_LABELS = ("", "na", "n/a", "nan", "null")
MISSING = (*MISSING_LABELS, "none", "?", "-", ".")  # the last four may well name a class
SPARE = "; is that a decimal comma (write 1.5) or a row's name (in R: row.names=FALSE)?"
FAULT = r"#(?:N/A|NV|[\w/]+[!?])"  # where a spreadsheet could not compute
MARK = rf'(\s*"?)(?!{FAULT})(?:#|%|//)+\s*'  # of a comment: numpy's and Matlab's headers have it
TOP = re.compile(rf'(?:(?:{MARK}|"?sep=.)[^\r\n]*|\s*[\r\n])*', re.IGNORECASE)


def find(name):
    """The path of the file that is meant by the name of a data set, or by a path."""
    if not isinstance(name, (str, Path)):
        arguments.refuse("name", "be a data set's name or the path of a CSV file", name)
    path = FOLDER / f"{name}.csv" if name in SHIPPED else Path(name).expanduser()
    if path.is_file():
        return path
    close = difflib.get_close_matches(path.stem.lower(), SHIPPED, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"what comes along is {SHIPPED}"
    raise FileNotFoundError(f"no data set and no file is called {str(name)!r}; {hint}")


class Table(NamedTuple):
    """The content of a CSV file, one entry a row."""

    features: np.ndarray  # (n, 2), float64
    y: np.ndarray  # (n,), intp: label k belongs to class_names[k]
    class_names: tuple
    feature_names: tuple  # of two str; x1 and x2 without a header
    is_test: np.ndarray  # (n,), bool, from the split column or drawn


def read_csv(path, test_fraction, seed):
    """The `Table` of two feature columns, a label column and perhaps a ``split`` column.

    The separator is a tab, a semicolon, a comma or a blank, whichever the first line holds (in this
    order), or what a line ``sep=;`` above it says. The first line is a header when none of its
    cells is a number, also behind ``#``, ``%`` or ``//``; other such lines above it are comments.
    The label column is the one headed ``label``, ``class`` or ``target``, otherwise the last one;
    its classes are sorted by value if all are numbers, else as text. The split column is headed
    ``split``; without a header it is the fourth. Empty rows and empty last columns are skipped.

    Parameters
    ----------
    path : Path of a text file in UTF-8, or in UTF-16 with its byte order mark
    test_fraction, seed : as in `nnlib.load_dataset`, for a file without a ``split`` column
    """
    rows = _read_rows(path)
    (line, first), header = rows[0], None
    where = f"{path}, line {line}"
    if _is_header(first):
        header, rows = first, rows[1:]
    elif re.fullmatch(",?0,1,[02](,3)?", ",".join(first)):  # a header of pandas?
        raise ValueError(f"{where}: a header, or a point? write x1,x2,label in its place, or above")
    if not rows:
        raise ValueError(f"{path}: there is a header but no row of data below it")
    features, label, split = _find_columns(where, first, header)

    def column(c, read):
        where = f"column {c + 1}" + (f" {header[c]!r}" if header else "")
        return [read(f"{path}, line {line}, {where}", cells[c]) for line, cells in rows]

    for line, cells in rows:
        if len(cells) != len(first):
            amount, hint = ("not enough", "") if len(cells) < len(first) else ("too many", SPARE)
            found = f"{len(cells)} where {len(first)} are expected"
            raise ValueError(f"{path}, line {line}: {amount} columns: {found}{hint}")
    points = np.column_stack([column(c, _number) for c in features])
    is_test = None if split is None else np.array(column(split, _is_test))
    class_names, y = _number_classes(path, column(label, _label))
    _check_parts(path, class_names, y, is_test, [line for line, _ in rows])
    is_test = _stratified(y, test_fraction, seed) if is_test is None else is_test
    names = tuple(header[c] for c in features) if header else ("x1", "x2")
    return Table(points, y, class_names, names, is_test)


def _read_rows(path):
    """The header, if any, and all rows with an entry, as (line number, cells)."""
    raw, how = path.read_bytes(), dict(skipinitialspace=True)
    coding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    text = raw.decode(coding, errors="replace").replace("\ufeff", "")  # byte order marks
    if wrong := re.search("[\0\ufffd]", text):
        where = f"{path}, line {len(f'{text[: wrong.start()]}.'.splitlines())}"
        what = "the file is not UTF-8 text (a workbook? UTF-16?), or a character was lost"
        raise ValueError(f"{where}: {what}; save it as 'CSV UTF-8'")
    top, rows = TOP.match(text := unicodedata.normalize("NFC", text))[0], []
    table, named = text[len(top) :], re.search("sep=([\t;, |])", top, re.IGNORECASE)
    first = re.sub('"[^"]*"', "", re.split("[\r\n]", table)[0].strip())
    # The comma comes late: beside a tab or a semicolon it is likely to be a decimal comma.
    separator = named[1] if named else next((mark for mark in "\t;, " if mark in first), ",")
    reader = csv.reader(io.StringIO(table, newline=""), delimiter=separator, strict=True, **how)
    above = line = len(re.findall("\r\n|\r|\n", top))
    try:
        for cells in reader:
            cells = [" ".join(cell.split()) for cell in cells]
            if rows and above + reader.line_num > line + 1:
                raise csv.Error("a cell goes on in the next line")
            rows += [(line + 1, cells)] if any(cells) else []
            line = above + reader.line_num
    except csv.Error as error:
        why = f'line {line + 1}: is a quotation mark (") wrong? {error}'
        raise ValueError(f"{path}, {why}") from error
    if not rows:
        raise ValueError(f"{path}: the file is empty")
    comment = re.sub(MARK, r"\1", ["", *top.strip().splitlines()][-1], count=1)
    for mark in (separator, *"\t;,"):
        names = [name.strip() for name in next(csv.reader([comment], delimiter=mark, **how), [])]
        if len(names) > 2 and _is_header(names) and not _is_header(rows[0][1]):
            rows.insert(0, (above, names))
    width = max(3, *(i + 1 for _, cells in rows for i in range(len(rows[0][1])) if any(cells[i:])))
    return [(line, cells if any(cells[width:]) else cells[:width]) for line, cells in rows]


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
        amount = "not enough columns" if len(rest) < 3 else "too many columns (row numbers?)"
        raise ValueError(
            f"{where}: {amount}: expected two features, a label and perhaps 'split', separated by "
            f"comma, semicolon, tab or blank; found {len(first)}: {', '.join(first)}"
        )
    named = [column for column in rest if header and names[column] in ("label", "class", "target")]
    label = named[0] if len(named) == 1 else rest[-1]
    return [column for column in rest if column != label], label, split


def _number(where, cell):
    if cell.lower() in MISSING or re.fullmatch(FAULT, cell):
        fault = f"the value is missing ({cell!r})" if cell else "the cell is empty"
        raise ValueError(f"{where}: {fault}; fill it in or delete the row")
    if not _parses(cell):
        joined = re.sub(r"[ ,.'](?=\d{3})", "", cell).replace(",", ".")
        tries = ("decimal comma", cell.replace(",", ".")), ("separator of thousands", joined)
        hints = [f"; is that a {what}? write {mended}" for what, mended in tries if _parses(mended)]
        raise ValueError(f"{where}: {cell!r} is not a number{' '.join(hints[:1])}")
    if not abs(float(cell)) <= arguments.LARGEST:  # "not <=": nan compares false with everything
        raise ValueError(f"{where}: {cell!r} is not finite, or larger than {arguments.LARGEST:g}")
    return float(cell)


def _label(where, cell):
    if cell.lower() in MISSING_LABELS or re.fullmatch(FAULT, cell):
        raise ValueError(f"{where}: the label is missing ({cell!r})")
    return cell


def _is_test(where, word):
    if word.lower() not in ("train", "test"):
        raise ValueError(
            f"{where}: unknown split word {word!r}, not 'train' or 'test': a column too many?"
        )
    return word.lower() == "test"


def _number_classes(path, labels):
    if all(_parses(label) and np.isfinite(float(label)) for label in labels):  # 01 and 1.0 are 1
        labels = [int(x) if re.fullmatch(r"[+-]?\d+", x) else float(x) for x in labels]
        labels = [int(x) if x % 1 == 0 and abs(x) < 1e16 else x for x in labels]
    values = sorted(set(labels))
    class_names, number = tuple(map(str, values)), dict(zip(values, range(len(values))))
    if len(class_names) < 2:
        raise ValueError(f"{path}: fewer than two classes: every label is {class_names[0]!r}")
    return class_names, np.array([number[label] for label in labels], dtype=np.intp)


def _check_parts(path, class_names, y, is_test, lines):
    """Every class must be in both parts."""
    for k, name in enumerate(class_names):
        rows = np.flatnonzero(y == k)
        if rows.size == 1:
            header = ", or is this a header (whose names must be words)" * int(rows[0] == 0)
            raise ValueError(
                f"{path}, line {lines[rows[0]]}: class {name!r} has a single row, so it cannot "
                f"be in both the training and the test part; is the label misspelt{header}?"
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
