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

KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"


@pytest.fixture(scope="module")
def lite(book):
    return book / "lite"


@pytest.fixture(scope="module")
def config(lite):
    return json.loads((lite / "jupyter-lite.json").read_bytes())["jupyter-config-data"]


def listed(lite, folder):
    content = json.loads((lite / "api" / "contents" / folder / "all.json").read_bytes())["content"]
    return {entry["name"] for entry in content}


def test_every_notebook_and_data_file_is_listed(lite, root):
    notebooks = {path.name for path in (root / "notebooks").glob("*.ipynb")}
    data = {path.name for path in (root / "nnlib" / "data").glob("*.csv")}
    assert listed(lite, "notebooks") == notebooks != set()
    assert listed(lite, "data") >= data != set()


def test_the_notebooks_are_those_of_the_repository(lite, root):
    for path in (root / "notebooks").glob("*.ipynb"):
        here = nbformat.read(path, as_version=4)
        there = nbformat.read(lite / "files" / "notebooks" / path.name, as_version=4)
        assert there == here


def test_no_text_is_stored_as_a_list_of_lines(lite):
    """JupyterLite puts a comma between the lines of such an output."""
    for path in (lite / "files" / "notebooks").glob("*.ipynb"):
        for cell in json.loads(path.read_bytes())["cells"]:
            for output in cell.get("outputs", []):
                values = [output.get("text", ""), *output.get("data", {}).values()]
                assert all(isinstance(value, str) for value in values)


def test_the_wheel_of_nnlib_equals_the_source(lite, root):
    (wheel,) = (lite / "pypi").glob("nnlib-*.whl")
    source = root / "nnlib"
    kept = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in source.rglob("*")
        if path.suffix in (".py", ".csv", ".json", ".md", ".mplstyle", ".toml")
    }
    with zipfile.ZipFile(wheel) as archive:
        packed = {
            name: archive.read(name) for name in archive.namelist() if name.startswith("nnlib/")
        }
    assert packed == kept


def test_the_kernel_is_given_every_wheel_at_its_start(lite, config):
    options = config["litePluginSettings"][KERNEL]["loadPyodideOptions"]
    script = lite / "extensions" / "@jupyterlite" / "pyodide-kernel-extension" / "static"
    wheels = [name for name in options["packages"] if name.endswith(".whl")]
    offered = {path.resolve() for path in (lite / "pypi").glob("*.whl")}
    assert {(script / name).resolve() for name in wheels} == offered
    assert {name.name.partition("-")[0] for name in offered} == {
        "nnlib", "ipywidgets", "comm", "tqdm",
    }  # fmt: skip
    assert set(options["packages"]) - set(wheels) == {"numpy", "matplotlib"}


def test_the_index_of_wheels_names_nnlib(lite):
    index = json.loads((lite / "pypi" / "all.json").read_bytes())
    import nnlib

    (release,) = index["nnlib"]["releases"][nnlib.__version__]
    assert (lite / "pypi" / release["filename"]).is_file()


def test_no_extension_needs_a_server(config):
    names = {extension["name"] for extension in config["federated_extensions"]}
    assert names == {
        "@jupyterlite/pyodide-kernel-extension", "@jupyter-widgets/jupyterlab-manager",
    }  # fmt: skip


def test_pages_hosts_show_every_folder(book):
    assert (book / ".nojekyll").is_file()


def links_of_menu(book, stem):
    page = BeautifulSoup((book / "notebooks" / f"{stem}.html").read_text("utf-8"), "html.parser")
    return [link["href"] for link in page.select(".dropdown-launch-buttons a[href]")]


def test_the_menu_of_each_chapter_opens_its_own_notebook(book, root):
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    options = config["sphinx"]["config"]["html_theme_options"]
    place = options["repository_url"].removeprefix("https://github.com/")
    branch = options["repository_branch"]
    for path in (root / "notebooks").glob("*.ipynb"):
        name = f"notebooks/{path.name}"
        lite, binder, colab = links_of_menu(book, path.stem)
        parts = urlsplit(lite)
        assert parse_qs(parts.query) == {"path": [name]}
        target = (book / "notebooks" / parts.path).resolve()
        assert target == book / "lite" / "lab" / "index.html" and target.is_file()
        assert binder == f"https://mybinder.org/v2/gh/{place}/{branch}?urlpath=lab/tree/{name}"
        assert colab == f"https://colab.research.google.com/github/{place}/blob/{branch}/{name}"


def test_other_pages_have_no_launch_menu(book):
    for name in ("index.html", "book/notation.html"):
        assert "dropdown-launch-buttons" not in (book / name).read_text(encoding="utf-8")


def test_the_cell_for_colab_is_in_the_notebook_and_not_on_the_page(book, root):
    for path in (root / "notebooks").glob("*.ipynb"):
        cells = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
        assert 'if "google.colab" in sys.modules' in cells[0].source
        assert cells[0].metadata["tags"] == ["remove-cell"] and not cells[0].outputs
        page = (book / "notebooks" / f"{path.stem}.html").read_text(encoding="utf-8")
        assert "google.colab" not in page
