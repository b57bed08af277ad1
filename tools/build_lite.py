"""Build the notebooks as a site that runs Python in the browser: no server, nothing to install.

    python tools/build_lite.py BOOK

BOOK is the folder of the built book; the site becomes its folder ``lite``. It holds JupyterLab,
its view of a single notebook, the notebooks, the data files and the wheels that they need beyond
what Pyodide (Python for the browser) brings along. Pyodide itself, with numpy, matplotlib and
scipy, is not in it: the reader's browser asks for it when a notebook is started.
"""

import argparse
import importlib.metadata
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KERNEL = "@jupyterlite/pyodide-kernel-extension"
EXTENSIONS = (KERNEL, "@jupyter-widgets/jupyterlab-manager")  # the others here need a server
FROM_PYODIDE = ("numpy", "matplotlib")  # nnlib imports them, and Pyodide sees only a cell's imports
PACKED = ("ipywidgets", "comm", "tqdm")  # pure Python and installed here: no request to an index
# JupyterLab makes code and styles as it runs; still it gets them from here and from one host alone.
POLICY = "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob: https://cdn.jsdelivr.net"
KERNEL_TO_WHEELS = "../../../../pypi/"  # from the folder of the kernel's script to lite/pypi


def pack_nnlib(folder):
    """Build the wheel of nnlib from the source beside this file."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    command.append("--disable-pip-version-check")
    source = folder / "source"  # a copy, so that the build leaves nothing in the repository
    source.mkdir(parents=True)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    junk = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "nnlib", source / "nnlib", ignore=junk)
    subprocess.run([*command, "--wheel-dir", str(folder), str(source)], check=True)
    shutil.rmtree(source)


def pack_installed(name, folder):
    """Make a wheel again of an installed package that is pure Python."""
    package = importlib.metadata.distribution(name)
    tags = package.read_text("WHEEL")
    if "Root-Is-Purelib: true" not in tags:
        raise ValueError(f"{name} is not pure Python, so that a browser cannot run it")
    wheel = folder / f"{package.name.replace('-', '_')}-{package.version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in package.files:
            inside = ".." not in file.parts and "__pycache__" not in file.parts
            if inside and file.locate().is_file():
                archive.write(file.locate(), file.as_posix())


def joined(notebook):
    """Store text as one string: JupyterLite shows a list of lines with commas between them."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            for part in (output, output.get("data", {})):
                for key, value in part.items():
                    if isinstance(value, list):
                        part[key] = "".join(value)
    return notebook


def settings(wheels):
    """What ``jupyter-lite.json`` says: the kernel has these packages before the first cell."""
    packages = [*FROM_PYODIDE, *(KERNEL_TO_WHEELS + wheel.name for wheel in wheels)]
    kernel = {"loadPyodideOptions": {"packages": packages}}
    return {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": "One Hidden Layer",
            "litePluginSettings": {f"{KERNEL}:kernel": kernel},
        },
    }


def build_settings():
    """What ``jupyter_lite_config.json`` says: what goes into the site, and what stays out."""
    installed = Path(sys.prefix) / "share" / "jupyter" / "labextensions"
    return {
        "LiteBuildConfig": {
            "apps": ["lab", "notebooks"],  # a phone has room for one notebook, not for a list, too
            "contents": ["contents"],
            "federated_extensions": [str(installed / name) for name in EXTENSIONS],
            "ignore_sys_prefix": ["federated_extensions"],
            "no_sourcemaps": True,
            "no_unused_shared_packages": True,
        }
    }


def collect(folder):
    """Put everything that goes into the site into one folder."""
    wheels = folder / "pypi"
    wheels.mkdir(parents=True)
    pack_nnlib(wheels)
    for name in PACKED:
        pack_installed(name, wheels)
    contents = folder / "contents"
    write = {}
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        write[contents / "notebooks" / path.name] = joined(json.loads(path.read_bytes()))
    (contents / "notebooks").mkdir(parents=True)
    shutil.copytree(ROOT / "nnlib" / "data", contents / "data")
    write[folder / "jupyter-lite.json"] = settings(sorted(wheels.glob("*.whl")))
    write[folder / "jupyter_lite_config.json"] = build_settings()
    for path, content in write.items():
        path.write_text(json.dumps(content, indent=1), encoding="utf-8")


def main():
    """Read the command line, collect, build."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("book", type=Path, help="the folder of the built book")
    book = parser.parse_args().book.resolve()
    if not (book / "index.html").is_file():
        sys.exit(f"{book} holds no built book: build it first, with make book")
    folder = ROOT / "_build" / "lite"
    shutil.rmtree(folder, ignore_errors=True)
    collect(folder)
    site = book / "lite"
    shutil.rmtree(site, ignore_errors=True)
    command = [sys.executable, "-m", "jupyterlite_core", "build", "--output-dir", site]
    done = subprocess.run(map(str, command), cwd=folder, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{done.stdout}{done.stderr}\nthe site for the browser could not be built")
    for page in site.glob("*/index.html"):
        text, mark = page.read_text(encoding="utf-8"), '<meta charset="utf-8">'
        policy = f'{mark}\n<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        page.write_text(text.replace(mark, policy, 1), encoding="utf-8")


if __name__ == "__main__":
    main()
