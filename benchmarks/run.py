"""Measure everything once and write nnlib/data/benchmarks.json.

    make bench

The old file stays as it is until the very end: a run that was stopped changes nothing.
"""

import json
import os
import sys
from datetime import date
from pathlib import Path

from benchmarks import one_core

RESULTS = Path(__file__).parents[1] / "nnlib/data/benchmarks.json"
COMMAND = "make bench"


def main():
    """Run all parts, write the file, print the tables."""
    cores = one_core.settle()  # before numpy is imported, hence what follows in here
    from benchmarks import machine

    results = {
        "date": date.today().isoformat(),
        "command": COMMAND,
        "conditions": f"{cores}; float64; contenders in turns, medians over the rounds",
        "machine": machine.describe(),
        **measure_all(),
    }
    write(results, RESULTS)
    print(report(results))


def measure_all():
    """Every table, and the goals."""
    from benchmarks import goals, growth, many_runs, sliders, training

    tables = dict(zip(("training", "agreement", "jax_compilation"), training.constant_step()))
    tables["armijo"] = training.armijo()
    tables["many_runs"] = many_runs.many_runs()
    names = ("time_against_points", "time_against_hidden_units", "slopes")
    tables |= dict(zip(names, growth.times()))
    tables["memory"] = growth.memory()
    tables["sliders"] = sliders.sliders()
    return {"goals": goals.check(tables), **tables}


def write(results, path):
    """Put the results in place in one go."""
    new = path.with_suffix(".new")
    new.write_text(as_json(results), encoding="utf-8")
    os.replace(new, path)


def as_json(results):
    """JSON with one record a line, so that two runs can be compared line by line."""
    parts = []
    for name, value in results.items():
        if isinstance(value, list):
            lines = ",\n".join(f"    {json.dumps(record)}" for record in value)
            text = f"[\n{lines}\n  ]"
        else:
            text = json.dumps(value, indent=2).replace("\n", "\n  ")
        parts.append(f"  {json.dumps(name)}: {text}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def report(results):
    """All tables in Markdown, the goals last."""
    tables = {name: value for name, value in results.items() if isinstance(value, list)}
    tables["goals"] = tables.pop("goals")
    machine = json.dumps(results["machine"], indent=2)
    head = f"\n{results['date']}, {results['conditions']}\n{machine}\n"
    return "\n".join([head, *(f"## {name}\n\n{markdown(t)}\n" for name, t in tables.items())])


def markdown(records):
    """A table of records; a name that one of them lacks is left empty."""
    names = list(dict.fromkeys(name for record in records for name in record))
    rows = [names, ["---"] * len(names)]
    rows += [[_cell(record.get(name, "")) for name in names] for record in records]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cell(value):
    if isinstance(value, bool):
        return "yes" if value else "NO"
    return f"{value:g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(f"\ninterrupted; {RESULTS.name} is as it was")
