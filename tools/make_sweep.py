"""Compute the sweep behind chapter 5's heat map: `make sweep`, five to ten minutes on two cores.

Ctrl-C keeps what is done in the same file, and the next call goes on from there.
"""

import os
import sys
from concurrent.futures import ProcessPoolExecutor

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one process a core; before numpy is imported

import whole_file  # beside this file

from nnlib.sweep import HEAT_MAP_FILE, NOT_RUN, heat_map_grid, load_table, save_table, sweep


def main():
    """Write the table, complete or not; the exit code says which."""
    unfinished = HEAT_MAP_FILE.with_suffix(".part.csv")
    done = load_table(unfinished) if unfinished.exists() else None
    try:
        with ProcessPoolExecutor() as executor:
            table = sweep(heat_map_grid(), executor, progress=True, done=done)
    except ValueError as error:
        sys.exit(f"{unfinished}: {error}: remove the file")
    with whole_file.in_place_of(unfinished) as path:
        save_table(table, path)
    missing = int((table["stop_reason"] == NOT_RUN).sum())
    if missing:
        sys.exit(f"{missing} of {len(table)} runs are missing; the same command goes on with them")
    os.replace(unfinished, HEAT_MAP_FILE)


if __name__ == "__main__":
    main()
