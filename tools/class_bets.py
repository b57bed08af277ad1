"""What a class has bet, question by question, from the files that students exported.

    python tools/class_bets.py FOLDER [--answers]

Each student's last bet counts. Without --answers nothing is told of what was computed, so that
the bars can be shown before the answer.
"""

import argparse
import json
import sys
from collections import Counter, defaultdict
from pathlib import Path

FORMAT = "bets of One Hidden Layer"
WIDEST = 40  # characters of a bar


def read(folder):
    """The last bet of each file on each question: (page, question) to a list of bets."""
    found, unread = defaultdict(list), []
    for path in sorted(folder.glob("*.json")):
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            if content["format"] != FORMAT:
                raise ValueError
            entries = sorted(content["bets"], key=lambda entry: entry["at"])
            last = {(e["page"], e["question"], e["kind"]): e for e in entries if e["kind"]}
        except (ValueError, KeyError, TypeError):
            unread.append(path.name)
            continue
        for key, entry in last.items():
            found[key].append(entry)
    return found, unread


def shown(bet):
    """A bet as a line of the histogram: a drawn curve by its end, to one digit."""
    if isinstance(bet, list) and all(isinstance(value, (int, float)) for value in bet):
        return f"ends near {bet[-1]:.0e}"
    if isinstance(bet, list):
        return ", ".join(map(str, bet))
    return f"{bet:g}" if isinstance(bet, (int, float)) else str(bet)


def order(line):
    """Numbers by size, words by the alphabet."""
    try:
        return 0, float(line.removeprefix("ends near ")), line
    except ValueError:
        return 1, 0.0, line


def histogram(entries):
    """A bar for each answer that was given."""
    counts = Counter(shown(entry["bet"]) for entry in entries)
    width = max(map(len, counts))
    for line in sorted(counts, key=order):
        bar = "#" * max(1, round(WIDEST * counts[line] / max(counts.values())))
        yield f"  {line:>{width}}  {bar} {counts[line]}"


def main():
    """Print a histogram for each question."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--answers", action="store_true", help="tell what was computed, too")
    args = parser.parse_args()
    found, unread = read(args.folder)
    if not found:
        sys.exit(f"There is no exported file of bets (.json) in {args.folder}.")
    for (page, question, _), entries in sorted(found.items()):
        print(f"\n{page}\n{question}", *histogram(entries), sep="\n")
        if args.answers:
            far = sum(entry["far"] for entry in entries)
            answers = Counter(shown(entry["truth"]) for entry in entries)
            print(f"  computed: {'; '.join(answers)}. {far} of {len(entries)} were far off.")
    for name in unread:
        print(f"\n{name} is no exported file of bets and was left out.", file=sys.stderr)


if __name__ == "__main__":
    main()
