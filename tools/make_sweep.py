"""Compute the sweep behind chapter 5's heat map: `make sweep`, three to four minutes on two cores.

The file is written whole at the end, and the time it took into benchmarks.json. Ctrl-C leaves both
as they were.
"""

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one thread a core; before numpy is imported
sys.path.append(str(Path(__file__).parents[1]))

import whole_file  # beside this file

from benchmarks.run import store_sweep
from nnlib.sweep import HEAT_MAP_FILE, heat_map_grid, save_table, sweep


def main():
    cores, began = os.cpu_count(), time.perf_counter()
    with ThreadPoolExecutor(cores) as executor:
        table = sweep(heat_map_grid(), executor, progress=True)
    seconds = time.perf_counter() - began
    if missing := int((table["stop_reason"] == "not run").sum()):
        sys.exit(f"{missing} of {len(table)} runs are missing: nothing was written")
    with whole_file.in_place_of(HEAT_MAP_FILE) as path:
        save_table(table, path)
    store_sweep(seconds, len(table), cores)


if __name__ == "__main__":
    main()
