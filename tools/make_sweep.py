"""Compute the sweep behind chapter 5's heat map: `make sweep`, three minutes on two cores.

The file is written whole at the end. Ctrl-C leaves it as it was.
"""

import os
import sys
from concurrent.futures import ThreadPoolExecutor

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one thread a core; before numpy is imported

import whole_file  # beside this file

from nnlib.sweep import HEAT_MAP_FILE, heat_map_grid, save_table, sweep


def main():
    with ThreadPoolExecutor(os.cpu_count()) as executor:
        table = sweep(heat_map_grid(), executor, progress=True)
    if missing := int((table["stop_reason"] == "not run").sum()):
        sys.exit(f"{missing} of {len(table)} runs are missing: nothing was written")
    with whole_file.in_place_of(HEAT_MAP_FILE) as path:
        save_table(table, path)


if __name__ == "__main__":
    main()
