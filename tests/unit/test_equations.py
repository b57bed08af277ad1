"""Every equation that nnlib names stands in a chapter: a reader who follows a name finds it."""

import re
from collections import defaultdict

import nbformat


def test_lines_of_code_and_docstrings_name_equations_of_their_chapters(root):
    labels = defaultdict(set)
    for path in (root / "notebooks").glob("*.ipynb"):
        cells = nbformat.read(path, as_version=4).cells
        text = "\n".join(c.source for c in cells if c.cell_type == "markdown")
        found = re.findall(r"^\$\$ \(([a-z-]+)\)$", text, re.MULTILINE)
        labels[int(path.name[:2])].update(found)  # 3 for chapter 3b as well
    needed = "hidden logits output-error output-layer activation-error hidden-error hidden-layer"
    for file in ("objective.py", "compiled/objective.py"):
        source = (root / "nnlib" / file).read_text(encoding="utf-8")
        named = re.findall(r"\S  # ([a-z]+(?:-[a-z]+)*)$", source, re.MULTILINE)
        assert {*needed.split()} <= {*named} <= labels[1] | labels[2], file
        assert len(named) == len({*named}), "an equation stands in one line of code"
    count = 0
    for path in (root / "nnlib").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        named = re.findall(r"``([a-z-]+)``\s+(?:of|in)\s+chapter\s+(\d)", text)
        assert len(named) == len(re.findall(r"[Ee]quation\s+``", text)), path.name
        for label, number in named:
            assert label in labels[int(number)], f"{path.name}: {label} of chapter {number}"
        count += len(named)
    assert count >= 5
