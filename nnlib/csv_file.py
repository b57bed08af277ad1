"""A teacher's table. A complaint names the file, line and column, from 1, as editors count."""

import csv
import difflib
import re
from collections import namedtuple
from itertools import product, takewhile
from pathlib import Path
from unicodedata import normalize

import numpy as np

from nnlib import arguments

FOLDER = Path(__file__).with_name("data")
SHIPPED = ("spirals", "penguins")
MISSING_LABELS = ("", "na", "n/a", "nan", "null")
MISSING = (*MISSING_LABELS, "none", "?", "-", ".")  # the last four may well name a class
SPARE = "; is that a decimal comma (write 1.5) or a row's name (in R: row.names=FALSE)?"
FAULT = r"#(?:N/A|NV|[\w/]+[!?])"  # where a spreadsheet could not compute
MARK = rf'(\s*"?)(?!{FAULT})(?:#|%|//)+\s*'  # of a comment: numpy's and Matlab's headers have it
TOP = re.compile(rf'(?:{MARK}|"?sep=.).*|\s*', re.IGNORECASE)
_parses = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE).fullmatch
NO_HEADER = ("x1", "x2", "label", "split")
#: features (n, 2), y (n,): label k belongs to class_names[k]; is_test (n,), as marked or drawn
Table = namedtuple("Table", "features y class_names feature_names is_test")


def _refuse(where, why):
    raise ValueError(f"{where}: {why}")


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
    where, first = rows[0]
    if header := _is_header(first):
        rows = rows[1:] or _refuse(path, "there is a header but no row of data below it")
    elif re.fullmatch(",?0,1,[02](,3)?", ",".join(first)):  # a header of pandas?
        _refuse(where, "a header, or a point? write x1,x2,label in its place, or above")
    names = first if header else NO_HEADER
    features, label, split = _find_columns(where, first, names)
    for where, cells in rows:
        if len(cells) != len(first):
            amount, hint = ("not enough", "") if len(cells) < len(first) else ("too many", SPARE)
            _refuse(where, f"{amount} columns: {len(cells)} where {len(first)} are expected{hint}")

    def column(c, read):
        title = f"column {c + 1}" + f" {names[c]!r}" * header
        return [read(f"{where}, {title}", cells[c]) for where, cells in rows]

    points = np.column_stack([column(c, _number) for c in features])
    is_test = None if split is None else np.array(column(split, _is_test))
    class_names, y = _number_classes(path, column(label, _present))
    is_test = _split(path, rows, class_names, y, is_test, test_fraction, seed)
    return Table(points, y, class_names, tuple(names[c] for c in features), is_test)


def _read_rows(path):
    """The header, if any, and all rows with an entry, as (path and line, cells)."""
    raw = path.read_bytes()
    coding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    lines = re.split("\r\n|\r|\n", raw.decode(coding, errors="replace").replace("\ufeff", ""))
    lines = [(f"{path}, line {i}", normalize("NFC", line)) for i, line in enumerate(lines, 1)]
    for where in (where for where, line in lines if re.search("[\0\ufffd]", line)):
        what = "the file is not UTF-8 text (a workbook? UTF-16?), or a character was lost"
        _refuse(where, f"{what}; save it as 'CSV UTF-8'")
    top = [*takewhile(lambda line: TOP.fullmatch(line[1]), lines)]
    table = lines[len(top) :] or _refuse(path, "the file is empty")
    named = re.search("sep=([\t;, |])", "\n".join(line for _, line in top), re.IGNORECASE)
    first = re.sub('"[^"]*"', "", table[0][1].strip())
    # The comma comes late: beside a tab or a semicolon it is likely to be a decimal comma.
    separator = named[1] if named else next((mark for mark in "\t;, " if mark in first), ",")
    rows = [(where, _cells(where, line, separator)) for where, line in table]
    rows = [row for row in rows if any(row[1])] or _refuse(path, "the file is empty")
    remarks = [line for line in top if line[1].strip()]
    for (where, line), mark in product(remarks[-1:], (separator, *"\t;,")):
        names = _cells(where, re.sub(MARK, r"\1", line.strip(), count=1), mark, strict=False)
        if len(names) > 2 and _is_header(names) and not _is_header(rows[0][1]):
            rows.insert(0, (where, names))
    width = max(3, *(i + 1 for _, cells in rows for i in range(len(rows[0][1])) if any(cells[i:])))
    return [(where, cells if any(cells[width:]) else cells[:width]) for where, cells in rows]


def _cells(where, line, separator, strict=True):
    try:
        how = dict(delimiter=separator, skipinitialspace=True, strict=strict)
        return [" ".join(cell.split()) for cell in next(csv.reader([line], **how), [])]
    except csv.Error as error:
        raise ValueError(f'{where}: is a quotation mark (") wrong? {error}') from error


def _is_header(cells):
    words = [cell for cell in cells if cell.lower() not in MISSING]
    # Two words at least, so that a row whose features are missing is not taken for a header.
    return len(words) >= 2 and not any(_parses(word.replace(",", ".")) for word in words)


def _find_columns(where, first, names):
    """The numbers of the two feature columns, the label column and the split column or None."""
    names = [name.lower() for name in names[: len(first)]]
    split = names.index("split") if "split" in names else None
    rest = [column for column in range(len(first)) if column != split]
    if len(rest) != 3:
        why = "not enough columns" if len(rest) < 3 else "too many columns (row numbers?)"
        why += ": expected two features, a label and perhaps 'split', separated by comma, "
        why += f"semicolon, tab or blank; found {len(first)}: {', '.join(first)}"
        _refuse(where, why)
    named = [column for column in rest if names[column] in ("label", "class", "target")]
    label = named[0] if len(named) == 1 else rest[-1]
    return [column for column in rest if column != label], label, split


def _present(where, cell, missing=MISSING_LABELS):
    if cell.lower() in missing or re.fullmatch(FAULT, cell):
        fault = f"the value is missing ({cell!r})" if cell else "the cell is empty"
        _refuse(where, f"{fault}; fill it in or delete the row")
    return cell


def _number(where, cell):
    if not _parses(_present(where, cell, MISSING)):
        joined = re.sub(r"[ ,.'](?=\d{3})", "", cell).replace(",", ".")
        tries = ("decimal comma", cell.replace(",", ".")), ("separator of thousands", joined)
        hints = [f"; is that a {what}? write {mended}" for what, mended in tries if _parses(mended)]
        _refuse(where, f"{cell!r} is not a number{' '.join(hints[:1])}")
    if not abs(float(cell)) <= arguments.LARGEST:  # "not <=": nan compares false with everything
        _refuse(where, f"{cell!r} is not finite, or larger than {arguments.LARGEST:g}")
    return float(cell)


def _is_test(where, word):
    if word.lower() not in ("train", "test"):
        _refuse(where, f"unknown split word {word!r}, not 'train' or 'test': a column too many?")
    return word.lower() == "test"


def _number_classes(path, labels):
    if all(_parses(label) and np.isfinite(float(label)) for label in labels):  # 01 and 1.0 are 1
        labels = [int(x) if re.fullmatch(r"[+-]?\d+", x) else float(x) for x in labels]
        labels = [int(x) if x % 1 == 0 and abs(x) < 1e16 else x for x in labels]
    values = sorted(set(labels))
    class_names, number = tuple(map(str, values)), dict(zip(values, range(len(values))))
    if len(class_names) < 2:
        _refuse(path, f"fewer than two classes: every label is {class_names[0]!r}")
    return class_names, np.array([number[label] for label in labels], dtype=np.intp)


def _split(path, rows, class_names, y, is_test, test_fraction, seed):
    """Which are test points, as marked, or of each class the same share; a class has both kinds."""
    rng, drawn = np.random.default_rng(seed), np.zeros(y.size, dtype=bool)
    for k, name in enumerate(class_names):
        i = np.flatnonzero(y == k)
        if i.size == 1:
            why = "has a single row, so it cannot be in both the training and the test part"
            header = ", or is this a header (whose names must be words)" * int(i[0] == 0)
            _refuse(rows[i[0]][0], f"class {name!r} {why}; is the label misspelt{header}?")
        if is_test is None:
            n_test = min(max(1, int(test_fraction * i.size + 0.5)), i.size - 1)
            drawn[rng.permutation(i)[:n_test]] = True
        elif len(set(is_test[i])) == 1:
            _refuse(
                path, f"class {name!r} has no row marked {'train' if is_test[i[0]] else 'test'!r}"
            )
    return drawn if is_test is None else is_test
