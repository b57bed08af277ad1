"""A translator finds the words of the page's scripts in one file."""

import re
import tomllib

LITERAL = re.compile(r'"(?:[^"\\\n]|\\.)*"|' + r"'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`")
IN_WORDS = re.compile(r"(?<![-\w.])[A-Za-z]{2,}[,.:;]? [A-Za-z]{2,}(?![-\w(=])|^.[A-Z][a-z]+\.?.$")
NOT_READ = re.compile(  # comments, lines for Python, what the console says
    r"/\*.*?\*/|(?:^|\s)//[^\n]*|    python\(\) \{.*?\n    \}\n|(?:[eT]Error|e\.error)\(`.*?;", re.S
)
NAMES = {"use strict", "bets of One Hidden Layer", "line search failed"}  # a file's, nnlib's


def test_all_words_of_the_scripts_are_in_one_file_and_all_of_it_is_used(root):
    assets, used = root / "book" / "assets", set()
    words = tomllib.loads((assets / "words.toml").read_text("utf-8"))
    game = tomllib.loads((root / "nnlib/exercises/words.toml").read_text("utf-8"))["who_planted_it"]
    plants = {o.get("plants") for line in game["lines"] for o in line["options"]}
    for path in (root / "book").rglob("*.js"):
        literals = LITERAL.findall(NOT_READ.sub("", path.read_text("utf-8")))
        left = [s for s in literals if IN_WORDS.search(re.sub(r"\$\{[^}]*\}", " ", s))]
        assert not {s[1:-1] for s in left} - NAMES - plants, path.name
        used |= {s[1:-1] for s in literals if re.fullmatch(r'"[a-z_]+\.[a-z]\w*"', s)}
    assert used == {f"{table}.{key}" for table in words for key in words[table]}
