"""What publishes the course: its address, the workflows, the versions, the files for Binder."""

import importlib.metadata
import importlib.util
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
    found = {p.stem: yaml.safe_load(p.read_bytes()) for p in (root / ".github/workflows").iterdir()}
    assert {"publish", "weekly"} <= set(found)
    return found


@pytest.fixture
def tool(root):
    """Import a script of the folder tools, which is no package."""

    def load(name):
        spec = importlib.util.spec_from_file_location(name, root / "tools" / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


def steps(workflow):
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def test_every_place_names_the_address_of_the_config(root, text, address):
    assert ADDRESS.fullmatch(address)
    files = ["README.md", "CITATION.cff", *sorted(root.glob("notebooks/*.ipynb"))]
    for name in files:
        assert {m[0] for m in ADDRESS.finditer(text(name))} == {address}, name
    for name in ("index.md", "CONTRIBUTING.md", *sorted(root.glob("book/*.md"))):
        assert ADDRESS.search(text(name)) is None, f"{name} names an address, too"


def test_one_command_moves_the_address(root, tmp_path, monkeypatch, tool, address):
    """As a fork does: edit _config.yml, run the tool; a second run finds nothing to do."""
    for name in ("_config.yml", "README.md", "CITATION.cff"):
        moved = (root / name).read_text(encoding="utf-8")
        if name == "_config.yml":
            moved = moved.replace(address, "https://github.com/a-school/a-course")
        (tmp_path / name).write_text(moved, encoding="utf-8")
    (tmp_path / "notebooks").mkdir()
    source = sorted(root.glob("notebooks/*.ipynb"))[0]
    copy = tmp_path / "notebooks" / source.name
    copy.write_bytes(source.read_bytes())
    monkeypatch.syspath_prepend(root / "tools")
    tool = tool("set_address")
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    monkeypatch.setattr(tool, "NOTEBOOKS", tmp_path / "notebooks")
    monkeypatch.setattr(sys, "argv", ["set_address.py", "--check"])
    with pytest.raises(SystemExit, match="make address"):
        tool.main()
    monkeypatch.setattr(sys, "argv", ["set_address.py"])
    tool.main()
    monkeypatch.setattr(sys, "argv", ["set_address.py", "--check"])
    tool.main()
    assert "a-school/a-course" in copy.read_text(encoding="utf-8")
    before, after = (nbformat.read(path, as_version=4).cells for path in (source, copy))
    changed = [b.source != a.source for b, a in zip(before, after, strict=True)]
    assert sum(changed) == 1
    command = [sys.executable, str(root / "tools/execute_notebooks.py"), "--check", str(copy)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_the_cell_for_colab_does_nothing_elsewhere(root):
    for path in sorted(root.glob("notebooks/*.ipynb")):
        first = next(c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code")
        lines = first.source.splitlines()
        assert lines[:2] == ["import sys", ""]
        assert lines[2].startswith('if "google.colab" in sys.modules:')
        assert all(line.startswith("    %pip install -q git+https://") for line in lines[3:])


def test_actions_are_pinned_by_hash_and_say_their_version(root):
    count = 0
    for path in (root / ".github/workflows").iterdir():
        for line in path.read_text(encoding="utf-8").splitlines():
            if "uses:" in line:
                count += 1
                assert re.search(r"uses: [\w./-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+$", line), line
    assert count >= 4


def test_workflows_call_targets_that_exist(text, workflows):
    targets = set(re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE))
    called = []
    for step in steps(workflows["publish"]) + steps(workflows["weekly"]):
        called += re.findall(r"make (?:[A-Z]+=\S+ )?([a-z -]+)", step.get("run", ""))
    weekly = workflows["weekly"]["jobs"]["check"]
    assert {"run": "make ${{ matrix.target }}"} in weekly["steps"]
    called += weekly["strategy"]["matrix"]["target"]
    names = " ".join(called).split()
    needed = {"test", "book", "pdf", "lint", "test-book", "oldest", "newest", "linkcheck"}
    assert needed | {"test-plain", "test-old-cpu", "audit-dependencies"} <= set(names) <= targets


def test_a_check_of_other_versions_leaves_the_installed_ones_alone(text):
    """`make oldest` and `make newest` share a recipe that works in a folder of its own."""
    recipe = re.search(r"^oldest newest: .*\n((?:\t.*\n)+)", text("Makefile"), re.MULTILINE)[1]
    assert "python -m venv" in recipe.replace("$(PYTHON)", "python") and "_build/$@" in recipe
    assert "$(BIN)" not in recipe and "$(VENV)" not in recipe and "$(STAMP)" not in recipe
    audit = re.search(r"^audit-dependencies:.*\n((?:\t.*\n)+)", text("Makefile"), re.MULTILINE)[1]
    assert "$(BIN)" not in audit and "--strict" in audit  # else what is not found counts as well


def test_only_the_step_that_publishes_may_write(workflows):
    assert all(w["permissions"] == {"contents": "read"} for w in workflows.values())
    jobs = workflows["publish"]["jobs"]
    assert "permissions" not in jobs["build"]
    assert jobs["deploy"]["permissions"] == {"pages": "write", "id-token": "write"}
    assert jobs["deploy"]["needs"] == "build" and "refs/heads/main" in jobs["deploy"]["if"]
    uploads = [s for s in steps(workflows["publish"]) if "upload-pages" in s.get("uses", "")]
    assert [step["with"]["path"] for step in uploads] == ["_build/html"]


def test_python_versions_are_allowed(text, project, workflows):
    (least,) = re.fullmatch(r">=3\.(\d+)", project["requires-python"]).groups()
    named = [re.fullmatch(r"python-3\.(\d+)\n", text("runtime.txt"))[1]]
    for workflow in workflows.values():
        for step in steps(workflow):
            if "python-version" in step.get("with", {}):
                named += re.findall(r"'?\b3\.(\d+)\b'?", step["with"]["python-version"])
    assert len(named) >= 4 and all(int(version) >= int(least) for version in named)


def pinned(text):
    """Requirements by name: their versions and the hashes of their files."""
    joined = text("requirements.txt").replace(" \\\n    ", " ")
    form = r"([a-z0-9._-]+)==([\w.]+)( ; [^\\]*?)?((?: --hash=sha256:[0-9a-f]{64})+)"
    found = {}
    for line in joined.splitlines():
        name, version, _, hashes = re.fullmatch(form, line).groups()
        found.setdefault(name, []).append((version, hashes.split()))
    assert len(found) > 100
    return found


def test_requirements_hold_exact_versions_of_every_direct_dependency(text, project, tool):
    pins = pinned(text)
    for name, allowed in tool("show_versions").direct_dependencies():
        assert name.lower() in pins, f"make requirements: {name} is missing"
        for version, _ in pins[name.lower()]:
            assert version in SpecifierSet(allowed), f"make requirements: {name} {version}"
    extras = project["optional-dependencies"]
    declared = project["dependencies"] + [
        entry for extra in ("book", "cluster", "test") for entry in extras[extra]
    ]
    assert len(pins) > len(declared) > 25 and extras["test"][0] == "nnlib[book,cluster]"
    assert len(tool("show_versions").direct_dependencies()) == len(declared) - 1


def test_every_file_that_is_installed_has_a_hash_and_no_host_is_named(text):
    assert all(hashes for pins in pinned(text).values() for _, hashes in pins)
    assert not re.search(r"://|--(index|find|extra|trusted)|@", text("requirements.txt"))
    assert "torch" not in pinned(text)


def test_no_dependency_is_declared_twice(tool):
    names = [name.lower() for name, _ in tool("show_versions").direct_dependencies()]
    assert len(names) == len(set(names))


def test_every_lower_bound_is_one_exact_version(tool):
    show = tool("show_versions")
    for name, allowed in show.direct_dependencies():
        assert Version(show.lower_bound(name, allowed)) in SpecifierSet(allowed)
    with pytest.raises(ValueError, match=r"numpy<3 in pyproject.toml needs one lower bound"):
        show.lower_bound("numpy", "<3")


def test_what_is_not_the_oldest_is_refused(tool, monkeypatch, capsys):
    """So that `make oldest` cannot pass with versions that nobody declared."""
    show = tool("show_versions")
    monkeypatch.setattr(show, "direct_dependencies", lambda: [("numpy", ">=1.0")])
    monkeypatch.setattr(sys, "argv", ["show_versions.py", "--oldest"])
    with pytest.raises(SystemExit, match=r"numpy \S+ instead of 1\.0"):
        show.main()
    installed = importlib.metadata.version("numpy")
    monkeypatch.setattr(show, "direct_dependencies", lambda: [("numpy", f">={installed}")])
    show.main()
    assert f" {installed} " in capsys.readouterr().out


def test_binder_and_make_install_this_folder_without_a_download(root, text, project):
    """pip takes no folder in a file with hashes, so nnlib comes second, built by what is there."""
    command = "-m pip install --quiet --no-deps --no-build-isolation -e ."
    assert command in text("postBuild") and (root / "postBuild").stat().st_mode & 0o100
    assert "$(PIP) --no-deps --no-build-isolation -e ." in text("Makefile")
    assert "-m pip install --no-deps --no-build-isolation -e ." in text("README.md")
    assert "setuptools" in pinned(text)
    builds = tomllib.loads(text("pyproject.toml"))["build-system"]["requires"]
    assert set(builds) <= set(project["optional-dependencies"]["book"])


def test_the_older_cpu_has_nothing_that_numpy_chooses_at_run_time(root):
    look = """if True:
        import numpy, threadpoolctl
        from numpy._core import _multiarray_umath as umath
        print(sum(umath.__cpu_features__[name] for name in umath.__cpu_dispatch__))
        print(*{pool["architecture"] for pool in threadpoolctl.threadpool_info()})
    """
    command = [sys.executable, str(root / "tools/on_an_old_cpu.py"), sys.executable, "-c", look]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert found == ["0", "Nehalem"] or platform.machine() not in ("x86_64", "AMD64")


def test_the_version_is_the_same_everywhere(text, project):
    version = project["version"]
    assert nnlib.__version__ == version
    citation = yaml.safe_load(text("CITATION.cff"))
    assert citation["version"] == version and citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= set(citation)
    assert re.search(r"^## (\S+), ", text("CHANGELOG.md"), re.MULTILINE)[1] == version
    assert f"Version {version}." in text("README.md")


def test_licences_are_there(text):
    assert "Redistribution and use" in text("LICENSE")
    assert "Attribution 4.0" in text("LICENSE-CC-BY-4.0.md")


def test_git_hands_notebooks_to_the_tool_that_reads_them(text):
    assert "*.ipynb diff=jupyternotebook merge=jupyternotebook" in text(".gitattributes")
    assert "git-nbdiffdriver" in text("Makefile")
