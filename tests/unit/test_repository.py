"""What publishes the course: its address, the workflows, the versions, the files for Binder."""

import importlib.util
import re
import subprocess
import sys
import tomllib

import nbformat
import pytest
import yaml

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


def steps(workflow):
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def test_every_place_names_the_address_of_the_config(root, text, address):
    assert ADDRESS.fullmatch(address)
    files = ["README.md", "CITATION.cff", *sorted(root.glob("notebooks/*.ipynb"))]
    for name in files:
        assert {m[0] for m in ADDRESS.finditer(text(name))} == {address}, name
    for name in ("index.md", "CONTRIBUTING.md", *sorted(root.glob("book/*.md"))):
        assert ADDRESS.search(text(name)) is None, f"{name} names an address, too"


def test_one_command_moves_the_address(root, tmp_path, monkeypatch, capsys, address):
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
    spec = importlib.util.spec_from_file_location("set_address", root / "tools/set_address.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
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
    for step in steps(workflows["publish"]):
        called += re.findall(r"make ([a-z -]+)", step.get("run", ""))
    called += workflows["weekly"]["jobs"]["check"]["strategy"]["matrix"]["targets"]
    names = " ".join(called).split()
    assert {"test", "book", "pdf", "newest", "linkcheck", "test-plain"} <= set(names) <= targets


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
                named.append(step["with"]["python-version"].removeprefix("3."))
    assert len(named) >= 3 and all(int(version) >= int(least) for version in named)


def test_requirements_hold_exact_versions_of_every_direct_dependency(text, project):
    lines = text("requirements.txt").splitlines()
    assert lines[0] == "-e ."
    pinned = {}
    for line in lines[1:]:
        name, version = re.match(r"([a-z0-9._-]+)==([\w.]+)(?: ; .*)?$", line).groups()
        pinned.setdefault(name, []).append(version)
    wanted = [*project["dependencies"]]
    extras = project["optional-dependencies"]
    for extra in (extras["book"], extras["test"]):  # `make bench` has an environment of its own
        wanted += [entry for entry in extra if not entry.startswith("nnlib")]
    missing = [w for w in wanted if re.match(r"[\w.-]+", w)[0].lower() not in pinned]
    assert not missing


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
