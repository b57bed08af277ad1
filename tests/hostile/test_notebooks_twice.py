"""Every notebook runs twice in the same kernel, and says the same: no cell leans on a fresh one."""

import os

import nbformat
from nbclient import NotebookClient

TEXT = ("text/plain", "text/html")


def notebooks(root):
    return sorted((root / "notebooks").glob("*.ipynb"))


def pytest_generate_tests(metafunc):
    metafunc.parametrize("path", notebooks(metafunc.config.rootpath), ids=lambda path: path.stem)


def said(notebook):
    """All texts that the cells put out, one string for each cell.

    Cells whose outputs nbval ignores show times, or digits that rounding decides.
    """
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    outputs = [
        [] if "nbval-ignore-output" in cell.metadata.get("tags", []) else [*cell.outputs]
        for cell in cells
    ]
    assert not [o for group in outputs for o in group if o.get("name") == "stderr"], "a warning"
    return [
        "".join(
            o.get("text", "") + "".join(o.get("data", {}).get(kind, "") for kind in TEXT)
            for o in group
        )
        for group in outputs
    ]


def test_a_second_run_in_the_same_kernel_says_the_same(path):
    notebook = nbformat.read(path, as_version=4)
    stored = said(notebook)
    where = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(notebook, timeout=180, resources=where, coalesce_streams=True)
    client.extra_arguments = ["--IPKernelApp.log_level=40"]  # errors only
    env = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    with client.setup_kernel(env=env):
        for run in ("first", "second"):
            for index, cell in enumerate(notebook.cells):
                client.execute_cell(cell, index)
            for index, (old, new) in enumerate(zip(stored, said(notebook), strict=True)):
                assert new == old, f"code cell {index} in the {run} run"
