"""The list of licences names everything in requirements.txt, and stops at what must not be used."""

import importlib.metadata
import re
from email.message import Message

import pytest

AFFERO = "License :: OSI Approved :: GNU Affero General Public License v3"


@pytest.fixture
def tool(tool):
    return tool("list_licences")


@pytest.fixture
def listed(tool):
    text = tool.LIST.read_text(encoding="utf-8").replace("| package |", "")
    rows = re.findall(r"^\| ([\w.-]+) \| ([\w., ]+) \| ([^|]+) \|", text, re.MULTILINE)
    found = {name: (version.split(", "), licence) for name, version, licence in rows}
    assert len(found) == len(rows) > 100
    return found


class Package:
    def __init__(self, text="", **fields):
        self.metadata, self.files = Message(), []
        self.metadata["License"] = text
        for key, value in fields.items():
            self.metadata[key.replace("_", "-")] = value


def test_the_list_says_what_packages_say_and_what_was_written_by_hand_is_needed(tool, listed):
    versions = {name: version for name, (version, _) in listed.items()}
    assert versions == tool.requirements(), "run make licences"
    here = {p.metadata["Name"]: p.version for p in importlib.metadata.distributions()}
    here = {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in here.items()}
    compared = 0
    for name, (versions, licence) in listed.items():
        assert tool.accepted(name, licence) == licence
        if here.get(name) in versions:  # not on another system, or as for `make oldest`
            assert tool.licence_of(name) == licence, name
            compared += 1
    assert compared > 100
    for rules in ("by_hand", "elsewhere", "shipped"):
        assert set(tool.RULES[rules]) <= set(listed), rules
    for name in tool.RULES["elsewhere"]:
        assert tool.accepted(name, tool.RULES["elsewhere"][name]) == listed[name][1]
    docutils = importlib.metadata.files("docutils")
    assert not [file for file in docutils if "emacs" in file.parts or file.suffix == ".el"]


@pytest.mark.parametrize(
    ("package", "reason"),
    [
        (Package(), "read it"),
        (Package("UNKNOWN"), "read it"),
        (Package(License_Expression="LicenseRef-Mine AND MIT"), "LicenseRef-Mine"),
        (Package(License_Expression="AGPL-3.0-only"), "AGPL-3.0-only: who shows a page"),
        (Package(License_Expression="MIT AND GPL-2.0-or-later"), "bind the licence"),
        (Package("MIT", Classifier=AFFERO), "AGPL-3.0-only"),
        (Package("BSD"), "read it"),  # which of them? There is no text
    ],
)
def test_a_licence_that_is_missing_unknown_or_refused_stops_it(tool, monkeypatch, package, reason):
    monkeypatch.setattr(tool, "distribution", lambda name: package)
    with pytest.raises(ValueError, match=rf"^a-package .*{reason}"):
        tool.licence_of("a-package")


def test_nothing_is_written_then_and_javascript_in_a_package_is_read(tool, monkeypatch, tmp_path):
    monkeypatch.setattr(tool, "LIST", tmp_path / "list.md")
    monkeypatch.setattr(tool, "requirements", lambda: {"a-package": ["1.0"]})
    monkeypatch.setattr(tool, "RULES", tool.RULES | {"shipped": {}})
    with pytest.raises(SystemExit, match=r"stays as it was: a-package is not installed"):
        tool.main()
    assert not tool.LIST.exists()
    found = tool.javascript_in("jupyterlite-core")  # from an archive within the package
    assert found["MIT"] > 50 and sum(found.values()) > 200
    entry = b'{"packages": [{"name": "bad", "licenseId": "AGPL-3.0-only"}]}'
    with pytest.raises(ValueError, match="bad in a-package is under AGPL"):
        tool.listed("a-package", entry)
