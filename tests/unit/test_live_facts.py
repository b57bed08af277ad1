"""What the build writes for the live figures: nnlib's data sets and settings, a teacher's too."""

import importlib
import re
import shutil
from types import SimpleNamespace

from nnlib import load_dataset, sliders
from nnlib.sliders.controls import SHARED


def test_a_file_of_the_teachers_own_reaches_the_page(root, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(root / "book" / "_ext")
    extension = importlib.import_module("live_figures")
    source, built = tmp_path / "source" / "notebooks", tmp_path / "built" / "notebooks"
    for folder in (source, built):
        folder.mkdir(parents=True)
    shutil.copy(root / "tests/data/four_winds.csv", source / "four.csv")
    monkeypatch.chdir(source)  # where a notebook runs
    made = sliders.step_size_race(3, 1.0, "four.csv", 100)
    html = made._repr_mimebundle_()[0]["text/html"]
    made.widget.close_all()
    (built / "page.html").write_text(f"<main>{html}</main>", encoding="utf-8")
    found = extension.own_data(SimpleNamespace(outdir=built.parent, srcdir=source.parent))
    assert found == {"four.csv": source / "four.csv"}
    facts = extension.facts({"spirals": "spirals"} | found)
    entry = facts["datasets"]["four.csv"]
    names = [*load_dataset(source / "four.csv").class_names]
    assert entry["class_names"] == names and len(names) == 4 and entry["label"] == "four"
    assert len(facts["noise"]) == 2 * 390


def test_the_front_page_says_which_sliders_work_in_the_page(root):
    chapters = {True: set(), False: set()}  # of figures that live in the page; of others
    for path in (root / "notebooks").glob("*.ipynb"):
        for name in re.findall(r"sliders\.([a-z_]+)\(", path.read_text(encoding="utf-8")):
            if isinstance(getattr(sliders, name), type):
                chapters[name in SHARED["notes"]].add(int(path.name[:2]))
    live, still = (" and ".join(map(str, sorted(chapters[kind]))) for kind in (True, False))
    text = " ".join((root / "index.md").read_text(encoding="utf-8").split())
    assert f"sliders of this page and of chapters {live} work at once" in text
    assert f"Those of chapters {still} show a picture here" in text
