"""Make the data files of nnlib again: spirals.csv and penguins.csv.

    python tools/make_data.py palmerpenguins-0.1.6-py3-none-any.whl

The spirals are two samples of the seeded generator, nnlib.make_spirals. The penguins are exported
from the published Python package palmerpenguins: give its wheel (``pip download --no-deps
palmerpenguins==0.1.6``) or the file data/penguins.csv inside it. The course itself does not need
that package.
"""

import argparse
import csv
import io
import zipfile
from collections import Counter
from pathlib import Path

from whole_file import in_place_of

from nnlib.data import FOLDER, make_spirals

TRAIN_SEED = 1
TEST_SEED = 2
IN_WHEEL = "palmerpenguins/data/penguins.csv"
# Our header, which pictures write along their axes, and the names of the published columns.
COLUMNS = {
    "bill length (mm)": "bill_length_mm",
    "bill depth (mm)": "bill_depth_mm",
    "species": "species",
}
EXPECTED = {"Adelie": 151, "Chinstrap": 68, "Gentoo": 123}


def spirals_rows():
    """Header and rows of spirals.csv."""
    rows = [("x1", "x2", "label", "split")]
    for part, n_per_class, seed in (("train", 100, TRAIN_SEED), ("test", 30, TEST_SEED)):
        X, y = make_spirals(n_per_class, seed=seed)
        # 13 decimals: exact enough for 1e-12, and the same file on CPUs whose cosines differ
        # in the last bit.
        rows += [(f"{x1:.13f}", f"{x2:.13f}", k, part) for (x1, x2), k in zip(X, y, strict=True)]
    return rows


def penguins_rows(source):
    """Header and rows of penguins.csv, every number as published, in the published order."""
    if source.suffix == ".whl":
        with zipfile.ZipFile(source) as wheel:
            text = wheel.read(IN_WHEEL).decode("utf-8")
    else:
        text = source.read_text(encoding="utf-8")
    birds = csv.DictReader(io.StringIO(text))
    rows = [[bird[column] for column in COLUMNS.values()] for bird in birds]
    rows = [row for row in rows if not {"", "NA"} & set(row)]
    if Counter(species for *_, species in rows) != EXPECTED:
        raise ValueError(f"{source}: not the penguins that were expected, {EXPECTED}")
    return [list(COLUMNS), *rows]


def write(path, rows):
    """Write `rows` as CSV, with the same line ends on every system."""
    with in_place_of(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    print(f"{path}: {len(rows) - 1} rows")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("penguins", type=Path, help="wheel of palmerpenguins, or its penguins.csv")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where to write")
    arguments = parser.parse_args()
    if not arguments.penguins.is_file():
        parser.error(f"there is no file {arguments.penguins}")
    write(arguments.folder / "spirals.csv", spirals_rows())
    write(arguments.folder / "penguins.csv", penguins_rows(arguments.penguins))


if __name__ == "__main__":
    main()
