"""`make sweep` goes on with what is done, and refuses what does not fit."""

import importlib
from dataclasses import replace

import numpy as np
import pytest

from nnlib import ConstantStep, Grid, load_dataset
from nnlib.sweep import NOT_RUN, load_table, save_table, sweep

GRID = Grid(load_dataset("spirals"), [1, 2], [ConstantStep(1.0)], range(2), 3)


@pytest.fixture
def tool(root, tmp_path, monkeypatch):
    """The script, with a small grid and a file of its own."""
    monkeypatch.syspath_prepend(root / "tools")
    tool = importlib.import_module("make_sweep")
    monkeypatch.setattr(tool, "HEAT_MAP_FILE", tmp_path / "sweep.csv")
    monkeypatch.setattr(tool, "heat_map_grid", lambda: GRID)
    return tool


def test_it_goes_on_from_what_is_done(tool, tmp_path):
    part = sweep(GRID)
    part["test_loss"][0] = 7.0  # would not be so, were it computed again
    part["stop_reason"][2:] = NOT_RUN
    save_table(part, tmp_path / "sweep.part.csv")
    tool.main()
    table, right = load_table(tmp_path / "sweep.csv"), sweep(GRID)
    assert table["test_loss"][0] == 7.0
    np.testing.assert_allclose(table["test_loss"][1:], right["test_loss"][1:], rtol=1e-5)
    assert not (tmp_path / "sweep.part.csv").exists()


def test_what_does_not_fit_is_named_and_stays(tool, tmp_path):
    save_table(sweep(replace(GRID, n_iterations=4)), tmp_path / "sweep.part.csv")
    with pytest.raises(SystemExit, match=r"sweep\.part\.csv: done must be .*: remove the file$"):
        tool.main()
    assert len(load_table(tmp_path / "sweep.part.csv")) == 4
    assert not (tmp_path / "sweep.csv").exists()
