"""Measure everything once and write nnlib/data/benchmarks.json.

    make bench

The old file stays as it is until the very end: a run that was stopped changes nothing.
"""

import json
import os
import sys
from datetime import date
from pathlib import Path

RESULTS = Path(__file__).parents[1] / "nnlib/data/benchmarks.json"
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def main():
    """Run all parts, write the file, print the tables."""
    cores = settle()  # before numpy is imported, hence what follows in here
    from benchmarks import machine

    results = {
        "date": date.today().isoformat(),
        "command": "make bench",
        "conditions": f"{cores}; float64; contenders in turns, medians over the rounds",
        "machine": machine.describe(),
        **measure_all(),
        "sweep": json.loads(RESULTS.read_text(encoding="utf-8")).get("sweep", []),
    }
    print(report(write(results)))


def settle():
    """Hold this process to one core, and say in words what was done.

    The core does it: JAX 0.10 starts a pool with a thread for each core that it may use, whatever
    its flags say, and hands work over to it. Where a process cannot be held to a core (macOS,
    Windows), the numbers of threads are all there is.
    """
    os.environ |= dict.fromkeys(THREADS, "1")
    os.environ |= {"XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false", "MPLBACKEND": "Agg"}
    if not hasattr(os, "sched_setaffinity"):
        return "one thread by the libraries' settings; the process was not held to a core"
    core = max(os.sched_getaffinity(0))  # the first one has the most interrupts
    os.sched_setaffinity(0, {core})
    return f"process held to one core (number {core}), so that every library has one thread"


def measure_all():
    """Every table but the sweep's."""
    from benchmarks import growth, sliders, training

    tables = dict(zip(("training", "agreement"), training.constant_step()))
    tables |= {"armijo": training.armijo(), "many_runs": training.many_runs()}
    tables["arithmetic"] = training.arithmetic()
    names = ("time_against_points", "time_against_hidden_units", "slopes")
    return tables | dict(zip(names, growth.times())) | {"sliders": sliders.measure()}


def store_sweep(seconds, runs, cores):
    """Put the time of `make sweep` into the file, and its goal."""
    from benchmarks import machine

    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    on = {"processor": machine.processor(), "date": date.today().isoformat()}
    write(results | {"sweep": [{"seconds": round(seconds), "runs": runs, "cores": cores, **on}]})


def write(results):
    """Add the goals and put the results in place in one go."""
    from benchmarks import goals

    results = results | {"goals": goals.check(results)}
    new = RESULTS.with_suffix(".new")
    new.write_text(as_json(results), encoding="utf-8")
    os.replace(new, RESULTS)
    return results


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
