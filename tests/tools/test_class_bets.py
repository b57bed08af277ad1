"""What a class has bet is shown without the answer, unless that is asked for."""

import json

PAGE = {"page": "notebooks/04_testing.html", "question": "How wide?", "kind": "number"}
RACE = {"page": "index.html", "question": "Draw.", "kind": "race", "truth": [1, 0.5], "far": True}


def test_histograms(tool, tmp_path, monkeypatch, capsys):
    for name, width, end in (("a", 10, 0.021), ("b", 10, 0.019), ("c", 9, 0.3), ("d", 12, 4)):
        old, new = (PAGE | {"truth": 11, "far": False, "bet": b, "at": b} for b in (99, width))
        bets = [new | {"at": 100}, old, RACE | {"bet": [1, end], "at": 3}]
        content = {"format": "bets of One Hidden Layer", "version": 1, "bets": bets}
        (tmp_path / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    (tmp_path / "other.json").write_text("[]", encoding="utf-8")
    found = {}
    for options in ([], ["--answers"]):
        monkeypatch.setattr("sys.argv", ["class_bets.py", str(tmp_path), *options])
        tool("class_bets").main()
        out, err = capsys.readouterr()
        bars = [line.split("#")[0].strip() for line in out.splitlines() if "#" in line]
        assert bars == ["ends near 2e-02", "ends near 3e-01", "ends near 4e+00", "9", "10", "12"]
        assert "other.json is no exported file" in err
        found[bool(options)] = out
    assert "11" not in found[False] and "computed: 11. 0 of 4 were far off." in found[True]
