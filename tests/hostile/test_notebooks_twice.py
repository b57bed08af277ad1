"""Every notebook runs twice in the same kernel, and says the same: no cell leans on a fresh one."""

import copy
import os

import nbformat
from nbclient import NotebookClient


def pytest_generate_tests(metafunc):
    paths = sorted(metafunc.config.rootpath.glob("notebooks/*.ipynb"))
    metafunc.parametrize("path", paths, ids=lambda path: path.stem)


def test_a_second_run_in_the_same_kernel_says_the_same(path, tool):
    tool, stored = tool("execute_notebooks"), nbformat.read(path, as_version=4)
    fresh = copy.deepcopy(stored)
    where = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(fresh, timeout=180, resources=where, coalesce_streams=True)
    client.extra_arguments = ["--IPKernelApp.log_level=40"]  # errors only
    env = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    with client.setup_kernel(env=env):
        for run in ("first", "second"):
            for index, cell in enumerate(fresh.cells):
                client.execute_cell(cell, index)
            assert not tool.differences(stored, fresh), f"code cells of the {run} run"
            assert not any("stderr" in fault for fault in tool.faults(fresh)), "a warning"
