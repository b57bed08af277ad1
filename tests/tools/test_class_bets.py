"""What a class has bet is shown without the answer, unless that is asked for."""

import json

import pytest


def test_histograms(tool, tmp_path, monkeypatch, capsys):
    page = "notebooks/04_testing.html"
    bets = {"page": page, "question": "How wide?", "kind": "number", "truth": 11, "far": False}
    race = {"page": "index.html", "question": "Draw.", "kind": "race", "truth": [1, 0.5]}
    for name, width, end in (("a", 10, 0.021), ("b", 10, 0.019), ("c", 9, 0.3), ("d", 12, 4)):
        first = bets | {"bet": 99, "at": 1}
        entries = [
            bets | {"bet": width, "at": 2},
            first,
            race | {"bet": [1, end], "at": 3, "far": True},
        ]
        content = {"format": "bets of One Hidden Layer", "version": 1, "bets": entries}
        (tmp_path / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    (tmp_path / "other.json").write_text("[]", encoding="utf-8")
    tool = tool("class_bets")

    def printed(*options):
        monkeypatch.setattr("sys.argv", ["class_bets.py", str(tmp_path), *options])
        tool.main()
        return capsys.readouterr()

    out, err = printed()
    lines = [line.split() for line in out.splitlines() if "#" in line]
    assert [line[0] for line in lines[-3:]] == ["9", "10", "12"]
    assert [line[-1] for line in lines[-3:]] == ["1", "2", "1"] and "99" not in out
    assert [" ".join(line[:3]) for line in lines[:3]] == [
        "ends near 2e-02", "ends near 3e-01", "ends near 4e+00",
    ]  # fmt: skip
    assert "11" not in out and "computed" not in out
    assert "other.json is no exported file" in err
    assert "computed: 11. 0 of 4 were far off." in printed("--answers").out


def test_a_folder_without_bets(tool, tmp_path, monkeypatch):
    monkeypatch.setattr("sys.argv", ["class_bets.py", str(tmp_path)])
    with pytest.raises(SystemExit, match="There is no exported file of bets"):
        tool("class_bets").main()
