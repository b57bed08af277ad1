"""JupyterLite beside the book: the notebooks, the data, the wheels; and the menu that leads there.

What it does in a browser is in tests/browser/test_lite.py.
"""

import json
import zipfile
from urllib.parse import parse_qs, urlsplit

import nbformat
import pytest
import yaml
from bs4 import BeautifulSoup
from jupyterlite_pyodide_kernel.constants import PYODIDE_VERSION

import nnlib

KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"


@pytest.fixture(scope="module")
def lite(book):
    return book / "lite"


@pytest.fixture
def notebooks(root):
    return sorted((root / "notebooks").glob("*.ipynb"))


def test_every_notebook_and_data_file_is_there_and_listed(lite, root, notebooks):
    def listed(folder):
        content = json.loads((lite / "api/contents" / folder / "all.json").read_bytes())["content"]
        return {entry["name"] for entry in content}

    assert listed("notebooks") == {path.name for path in notebooks} != set()
    assert listed("data") >= {path.name for path in root.glob("nnlib/data/*.csv")} != set()
    for path in notebooks:
        there = lite / "files" / "notebooks" / path.name
        assert nbformat.read(there, as_version=4) == nbformat.read(path, as_version=4)
        for cell in json.loads(there.read_bytes())["cells"]:
            for output in cell.get("outputs", []):
                values = [output.get("text", ""), *output.get("data", {}).values()]
                assert all(isinstance(value, str) for value in values), "it puts commas into lists"


def test_the_wheel_of_nnlib_equals_the_source_and_is_in_the_index(lite, root):
    (wheel,) = (lite / "pypi").glob("nnlib-*.whl")
    kept = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.glob("nnlib/**/*")
        if path.suffix in (".py", ".csv", ".json", ".md", ".mplstyle", ".toml")
    }
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if name.startswith("nnlib/")]
        assert {name: archive.read(name) for name in names} == kept
    index = json.loads((lite / "pypi" / "all.json").read_bytes())
    (release,) = index["nnlib"]["releases"][nnlib.__version__]
    assert release["filename"] == wheel.name


def test_the_kernel_is_given_every_wheel_and_no_extension_needs_a_server(lite, book):
    running = (book / "_sources/book/running.md").read_text(encoding="utf-8")
    assert f"Pyodide {PYODIDE_VERSION.partition('.')[0]} " in running
    config = json.loads((lite / "jupyter-lite.json").read_bytes())["jupyter-config-data"]
    options = config["litePluginSettings"][KERNEL]["loadPyodideOptions"]
    script = lite / "extensions" / "@jupyterlite" / "pyodide-kernel-extension" / "static"
    wheels = [name for name in options["packages"] if name.endswith(".whl")]
    offered = {path.resolve() for path in (lite / "pypi").glob("*.whl")}
    assert {(script / name).resolve() for name in wheels} == offered
    found = {name.name.partition("-")[0] for name in offered}
    assert found == {"nnlib", "ipywidgets", "comm", "tqdm"}
    assert set(options["packages"]) - set(wheels) == {"numpy", "matplotlib"}
    names = {extension["name"] for extension in config["federated_extensions"]}
    assert names == {KERNEL.partition(":")[0], "@jupyter-widgets/jupyterlab-manager"}
    assert (book / ".nojekyll").is_file()


def test_the_menu_of_each_chapter_opens_its_own_notebook(book, root, notebooks):
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    options = config["sphinx"]["config"]["html_theme_options"]
    place = options["repository_url"].removeprefix("https://github.com/")
    branch = options["repository_branch"]
    for path in notebooks:
        name = f"notebooks/{path.name}"
        page = (book / "notebooks" / f"{path.stem}.html").read_text(encoding="utf-8")
        links = BeautifulSoup(page, "html.parser").select(".dropdown-launch-buttons a[href]")
        lite, binder, colab = (link["href"] for link in links)
        parts = urlsplit(lite)
        assert parse_qs(parts.query) == {"path": [name]}
        target = (book / "notebooks" / parts.path).resolve()
        assert target == book / "lite" / "notebooks" / "index.html" and target.is_file()
        assert binder == f"https://mybinder.org/v2/gh/{place}/{branch}?urlpath=lab/tree/{name}"
        assert colab == f"https://colab.research.google.com/github/{place}/blob/{branch}/{name}"
        assert "google.colab" not in page, "the cell for Colab is not of the book"
    for name in ("index.html", "book/notation.html"):
        assert "dropdown-launch-buttons" not in (book / name).read_text(encoding="utf-8")
