"""Write the address of the repository, which ``_config.yml`` states, wherever it has to stand.

    python tools/set_address.py [--check]

Colab needs it in the first code cell of every notebook, a citation in CITATION.cff, a reader in
the README. With --check nothing is written: it fails if a file names another address.
"""

import argparse
import re
import sys
from pathlib import Path

import nbformat
import yaml
from execute_notebooks import NOTEBOOKS, code_cells, fingerprints
from whole_file import write_text

ROOT = Path(__file__).resolve().parents[1]
ADDRESS = re.compile(r"https://github\.com/[\w.-]+/[\w-]+")
COLAB_CELL = """import sys

if "google.colab" in sys.modules:  # elsewhere nnlib is installed
    address = "{address}"
    %pip install -q git+{{address}}
"""


def stated_address():
    """The address in ``_config.yml``, without a slash at its end."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    address = config["sphinx"]["config"]["html_theme_options"]["repository_url"].rstrip("/")
    if not ADDRESS.fullmatch(address):
        raise ValueError(
            f"repository_url of _config.yml is {address!r}, but must look like "
            "https://github.com/OWNER/NAME: Binder and Colab take no other"
        )
    return address


def with_colab_cell(notebook, address):
    """Give the notebook its cell for Colab: the first code cell, hidden in the book."""
    source = COLAB_CELL.format(address=address).strip()
    place = next(i for i, c in enumerate(notebook.cells) if c.cell_type == "code")
    if "google.colab" not in notebook.cells[place].source:
        new = nbformat.v4.new_code_cell(metadata={"tags": ["remove-cell"]})
        notebook.cells.insert(place, new)
        for count, cell in enumerate(code_cells(notebook), 2):  # as after a run
            for part in (cell, *cell.outputs):
                if "execution_count" in part:
                    part.execution_count = count
        new.execution_count = 1
    cell = notebook.cells[place]
    cell.source = source
    cell.id = fingerprints(notebook)[place]  # of the other cells it says whether they were edited
    return nbformat.writes(notebook) + "\n"


def wanted(address):
    """Each file that names the address, with the text that it should have."""
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        yield path, with_colab_cell(nbformat.read(path, as_version=4), address)
    for name in ("CITATION.cff", "README.md"):
        path = ROOT / name
        yield path, ADDRESS.sub(address, path.read_text(encoding="utf-8"))


def main():
    """Read the command line; write, or compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="look, do not write")
    check = parser.parse_args().check
    late = 0
    for path, text in wanted(stated_address()):
        if path.read_text(encoding="utf-8") != text:
            late += 1
            print(f"{path.relative_to(ROOT)}: {'names another address' if check else 'written'}")
            if not check:
                write_text(path, text)
    if check and late:
        sys.exit("mend: make address")


if __name__ == "__main__":
    main()
