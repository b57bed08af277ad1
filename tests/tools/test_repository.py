"""What publishes the course: address, workflows, versions, files for Binder. And its size."""

import ast
import platform
import re
import subprocess
import sys
import tomllib

import nbformat
import pytest
import yaml
from packaging.specifiers import SpecifierSet
from packaging.version import Version

import nnlib

ADDRESS = re.compile(r"https://github\.com/([\w.-]+/[\w-]+)")
INSTALL = "--no-deps --no-build-isolation -e ."
NOT_CORE = {"csv_file.py", "sweep.py", "_memory.py"}
LONGEST_FUNCTION = 25  # lines, without its docstring


@pytest.fixture(scope="module")
def text(root):
    return lambda name: (root / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def project(text):
    return tomllib.loads(text("pyproject.toml"))["project"]


@pytest.fixture(scope="module")
def address(text):
    config = yaml.safe_load(text("_config.yml"))
    return config["sphinx"]["config"]["html_theme_options"]["repository_url"]


@pytest.fixture(scope="module")
def workflows(root):
    return {p.stem: yaml.safe_load(p.read_bytes()) for p in root.glob(".github/workflows/*")}


def steps(workflow):
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


@pytest.fixture(scope="module")
def makefile(text):
    return text("Makefile") + text("maintain.mk")


def test_it_stays_small_and_no_function_of_the_core_is_long(root):
    """The budgets of lines, docstrings included: what does not fit has to replace something."""
    core = [path for path in root.glob("nnlib/*.py") if path.name not in NOT_CORE]
    whole = set(root.glob("nnlib/**/*.py")) - set(root.glob("nnlib/exercises/**/*.py"))
    for paths, most in ((core, 1000), (whole, 3200), (root.glob("tests/**/*.py"), 7500)):
        count = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in paths)
        assert 500 < count <= most
    assert max(len(path.read_text(encoding="utf-8").splitlines()) for path in whole) <= 190
    found = {}
    for path in core:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                doc = node.body[0] if ast.get_docstring(node) else None
                size = node.end_lineno - node.lineno + 1
                size -= doc.end_lineno - doc.lineno + 1 if doc else 0
                found[f"{path.name}: {node.name}"] = size
    assert len(found) > 30
    assert not {name: size for name, size in found.items() if size > LONGEST_FUNCTION}


def test_every_place_names_the_address_and_the_version(
    root, text, address, tool, monkeypatch, project
):
    for name in ("README.md", "CITATION.cff", *root.glob("notebooks/*.ipynb")):
        assert {m[0] for m in ADDRESS.finditer(text(name))} == {address}, name
    for name in ("index.md", "CONTRIBUTING.md", *root.glob("book/*.md")):
        assert ADDRESS.search(text(name)) is None, f"{name} names an address, too"
    monkeypatch.setattr(sys, "argv", ["set_address.py", "--check"])
    tool("set_address").main()
    version = project["version"]
    citation = yaml.safe_load(text("CITATION.cff"))
    logged = re.search(r"^## (\S+), ", text("CHANGELOG.md"), re.MULTILINE)[1]
    assert nnlib.__version__ == citation["version"] == logged == version
    assert {"message", "title", "authors"} <= set(citation) and citation["cff-version"] == "1.2.0"
    assert f"Version {version}." in text("README.md")


def test_one_command_moves_the_address(root, tmp_path, monkeypatch, tool, address):
    """As a fork does: edit _config.yml, run the tool; a second run finds nothing to do."""
    source = min(root.glob("notebooks/*.ipynb"))
    before = nbformat.read(source, as_version=4)
    before.cells[0].source += " (edited)"
    (tmp_path / "notebooks").mkdir()
    copy = tmp_path / "notebooks" / source.name
    copy.write_text(nbformat.writes(before) + "\n", encoding="utf-8")
    for name in ("_config.yml", "README.md", "CITATION.cff"):
        new = "https://github.com/a-school/a-course" if name == "_config.yml" else address
        moved = (root / name).read_text(encoding="utf-8").replace(address, new)
        (tmp_path / name).write_text(moved, encoding="utf-8")
    tool, notebooks = tool("set_address"), tool("execute_notebooks")
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    monkeypatch.setattr(tool, "NOTEBOOKS", copy.parent)

    def run(*options):
        monkeypatch.setattr(sys, "argv", ["set_address.py", *options])
        tool.main()

    with pytest.raises(SystemExit, match="make address"):
        run("--check")
    run()
    run("--check")
    assert "a-school/a-course" in copy.read_text(encoding="utf-8")
    after = nbformat.read(copy, as_version=4)
    changed = [b.source != a.source for b, a in zip(before.cells, after.cells, strict=True)]
    assert sum(changed) == 1
    assert [fault for fault in notebooks.faults(after) if "edited" in fault], "of another cell"


def test_a_chapter_gets_its_cell_for_colab_which_stays_out_of_the_book(tool):
    cells = [nbformat.v4.new_code_cell(source, execution_count=1) for source in ("1", "2")]
    new = tool("set_address").with_colab_cell(nbformat.v4.new_notebook(cells=cells), "https://a")
    first, *others = nbformat.reads(new, as_version=4).cells
    assert 'address = "https://a"' in first.source and first.metadata["tags"] == ["remove-cell"]
    assert [first.execution_count, *(cell.execution_count for cell in others)] == [1, 2, 3]
    _, blank, condition, _, install = first.source.splitlines()
    assert blank == "" and condition.startswith('if "google.colab" in sys.modules:')
    assert install == "    %pip install -q git+{address}"


def test_actions_are_pinned_by_hash_and_only_the_step_that_publishes_may_write(root, workflows):
    texts = [path.read_text(encoding="utf-8") for path in root.glob(".github/workflows/*")]
    uses = re.findall(r".*uses:.*", "\n".join(texts))
    assert len(uses) >= 4
    for line in uses:
        assert re.search(r"uses: [\w./-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+$", line), line
    assert all(w["permissions"] == {"contents": "read"} for w in workflows.values())
    build, deploy = (workflows["publish"]["jobs"][name] for name in ("build", "deploy"))
    assert "permissions" not in build
    assert deploy["permissions"] == {"pages": "write", "id-token": "write"}
    assert deploy["needs"] == "build" and "refs/heads/main" in deploy["if"]
    uploads = [s for s in steps(workflows["publish"]) if "upload-pages" in s.get("uses", "")]
    assert [step["with"]["path"] for step in uploads] == ["_build/html"]


def test_workflows_call_targets_that_exist_and_help_lists_them_all(text, makefile, workflows, root):
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    weekly = workflows["weekly"]["jobs"]["check"]
    assert {"run": "make ${{ matrix.target }}"} in weekly["steps"]
    names = set(weekly["strategy"]["matrix"]["target"])
    commands = [step.get("run", "") for step in steps(workflows["publish"]) + weekly["steps"]]
    for command in [*commands, text(".ci/run")]:
        for called in re.findall(r"^make (?:[A-Z]+=\S+ )?([a-z -]+)", command, re.MULTILINE):
            names |= set(called.split())
    needed = {"test-all", "book", "pdf", "lint", "test-book", "oldest", "newest", "linkcheck"}
    assert needed | {"test-plain", "audit-dependencies"} <= names <= targets
    done = subprocess.run(["make", "help"], cwd=root, capture_output=True, text=True, check=True)
    listed = re.findall(r"^  make ([a-z-]+) ", done.stdout, re.MULTILINE)
    phony = " ".join(re.findall(r"^\.PHONY:((?:.*\\\n)*.*)", makefile, re.MULTILINE))
    targets = set(phony.replace("\\", "").split())
    assert targets - {"old-notebooks", "old-numbers"} == set(listed)


def test_requirements_are_exact_and_what_is_not_the_oldest_is_refused(text, tool, monkeypatch):
    whole, show = text("requirements.txt"), tool("show_versions")
    assert not re.search(r"://|--(index|find|extra|trusted)|@", whole), "a host is named"
    form = r"([a-z0-9._-]+)==([\w.]+)( ; [^\\]*?)?( --hash=sha256:[0-9a-f]{64})+"
    pins = {}
    for line in whole.replace(" \\\n    ", " ").splitlines():
        name, version, *_ = re.fullmatch(form, line).groups()
        pins.setdefault(name, []).append(version)
    direct = [(name.lower(), allowed) for name, allowed in show.direct_dependencies()]
    assert len(pins) > 100 and len(direct) == len(dict(direct)) > 25, "one is declared twice"
    assert "torch" not in pins and "setuptools" in pins
    for name, allowed in direct:
        assert name in pins, f"make requirements: {name} is missing"
        assert all(version in SpecifierSet(allowed) for version in pins[name]), name
        assert Version(show.lower_bound(name, allowed)) in SpecifierSet(allowed)
    with pytest.raises(ValueError, match=r"numpy<3 in pyproject.toml needs one lower bound"):
        show.lower_bound("numpy", "<3")
    # So that `make oldest` cannot pass with versions that nobody declared.
    show = tool("show_versions")
    monkeypatch.setattr(show, "direct_dependencies", lambda: [("numpy", ">=1.0")])
    monkeypatch.setattr(sys, "argv", ["show_versions.py", "--oldest"])
    with pytest.raises(SystemExit, match=r"numpy \S+ instead of 1\.0"):
        show.main()


def test_binder_and_make_install_without_a_download_and_compile(root, text, project, makefile):
    """pip takes no folder in a file with hashes, so nnlib comes second, built by what is there."""
    assert (root / "postBuild").stat().st_mode & 0o100
    for name in ("postBuild", "Makefile", "README.md"):
        assert INSTALL in text(name)
    builds = tomllib.loads(text("pyproject.toml"))["build-system"]["requires"]
    assert set(builds) <= set(project["optional-dependencies"]["book"])
    command = "from nnlib import compiled; compiled.warm_up()"
    assert command in text("postBuild") and command in text("Makefile")
    for target in ("lab", "notebooks", "test-code", "old-notebooks", "test-notebooks", "$(PAGE)"):
        assert re.search(rf"^{re.escape(target)}:.*\$\(WARM\)", makefile, re.MULTILINE), target
    # What was compiled goes with __pycache__.
    assert re.search(r"^clean:.*\n\t.*\$\(WARM\)", makefile, re.MULTILINE)


def test_the_older_cpu_has_nothing_that_is_chosen_at_run_time(root):
    look = """if True:
        import numpy, os, threadpoolctl
        from numpy._core import _multiarray_umath as umath
        print(sum(umath.__cpu_features__[name] for name in umath.__cpu_dispatch__))
        print(*{pool["architecture"] for pool in threadpoolctl.threadpool_info()})
        print(os.environ["NUMBA_CPU_NAME"])
    """
    command = [sys.executable, str(root / "tools/on_an_old_cpu.py"), sys.executable, "-c", look]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    old = ["0", "Nehalem", "generic"]
    assert found == old or platform.machine() not in ("x86_64", "AMD64")
