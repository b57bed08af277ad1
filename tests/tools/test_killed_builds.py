"""A build that is killed leaves the old book, the new book or none, never a mix.

The true Makefile runs here with small stand-ins for every command that it calls. One of them, a
different one each time, does half of its work and then kills the whole group of processes.
"""

import os
import shutil
import signal
import subprocess

import pytest

PAGES = ("index.html", "a.html", "b.html", "c.html", "lite/index.html", "lite/lab.js", "book.zip")
STAMPS = (".venv/installed.stamp", ".venv/compiled.stamp")
COMMANDS = ("rm", "mv", "touch", "mkdir", "python3")
TOOLS = ("sphinx-build", "jupyter-book", "python")
STAND_IN = """#!/bin/sh
# Counts its calls; at call number KILL_AT half of the work is done, and the light goes out.
count=$(($(cat "$COUNT") + 1)); echo $count >"$COUNT"
write() {  # write FOLDER FILE...: half of them if this is the last call
  folder=$1; shift; left=$(($# / 2)); mkdir -p "$folder/lite"
  for file; do
    [ "$count" = "$KILL_AT" ] && [ $left = 0 ] && break
    echo "$BOOK" >"$folder/$file"; left=$((left - 1))
  done
}
PATH=/bin:/usr/bin
for last; do :; done
case "${0##*/}" in
  rm) if [ "$count" = "$KILL_AT" ]; then
        shift; find "$@" -type f 2>/dev/null | sort | sed -n 'n;p' | xargs rm -f
      else rm "$@"; fi ;;
  sphinx-build) write "$last" index.html a.html b.html c.html; mkdir "${last%/*}/jupyter_execute" ;;
  jupyter-book) : ;;
  python3) case "$2" in venv)
      mkdir -p "$last/bin"; cp "$STAND_INS/python3" "$last/bin/python"
      for tool in sphinx-build jupyter-book; do cp "$0" "$last/bin/$tool"; done ;;
    esac ;;
  python) case "$2" in pip)  # which looks at what a package says, not at what is there
      [ -e .venv/metadata ] || write .venv metadata scripts ;;
    esac
    case "$1" in
      *build_lite.py) write "$2" lite/index.html lite/lab.js ;;
      *zip_book.py) write "$2" book.zip ;;
    esac ;;
  *) [ "$count" = "$KILL_AT" ] || "${0##*/}" "$@" ;;
esac
[ "$count" = "$KILL_AT" ] && kill -KILL 0
exit 0
"""


@pytest.fixture
def copy(root, tmp_path):
    """A repository with an old book, a source that is newer, and stand-ins for all that runs."""
    folder = tmp_path / "50 % of a copy #1"
    for name in ("tools", "nnlib", "book", "notebooks", ".venv/bin"):
        (folder / name).mkdir(parents=True)
    (tmp_path / "bin").mkdir()
    sources = ["requirements.txt", "pyproject.toml", "index.md", "_config.yml", "_toc.yml"]
    sources += [path.relative_to(root) for path in root.glob("tools/*.py")]
    for name in (*sources, "nnlib/compiled.py", "notebooks/a b.ipynb", *STAMPS):
        (folder / name).touch()
    for name in ("Makefile", "maintain.mk"):
        shutil.copy(root / name, folder)
    programs = [folder / ".venv" / "bin" / name for name in TOOLS]
    for path in programs + [tmp_path / "bin" / name for name in COMMANDS]:
        path.write_text(STAND_IN, encoding="utf-8")
        path.chmod(0o755)
    return folder


def make_book(copy, book, kill_at=0):
    (copy / "count").write_text("0", encoding="utf-8")
    programs = str(copy.parent / "bin")
    own = {"PATH": f"{programs}:{os.environ['PATH']}", "STAND_INS": programs, "BOOK": book}
    own |= {"COUNT": str(copy / "count"), "KILL_AT": str(kill_at)}
    # Without the variables of the make that runs these tests, as by `make oldest`.
    own |= {"MAKEFLAGS": "", "MAKEOVERRIDES": "", "PYTHON": "python3"}
    how = {"cwd": copy, "env": os.environ | own, "start_new_session": True, "capture_output": True}
    done = subprocess.run(["make", "--no-print-directory", "book"], **how)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()
    address = (copy / "_build" / "html" / "index.html").as_uri()
    assert done.returncode or f"  {address}\n" in done.stdout.decode()
    return done.returncode != 0


def whole_book(copy):
    folder = copy / "_build" / "html"
    if not folder.exists():
        return None
    found = {p.relative_to(folder).as_posix(): p.read_text("utf-8") for p in folder.rglob("*.*")}
    found.pop(".nojekyll", None)
    assert found.keys() == set(PAGES), "half a book"
    (owner,) = {text.strip() for text in found.values()}
    return owner


def test_a_killed_build_leaves_a_whole_book_or_none(copy):
    html, left = copy / "_build" / "html", []
    for call in range(1, 100):
        shutil.rmtree(copy / "_build", ignore_errors=True)
        (html / "lite").mkdir(parents=True)
        for page in PAGES:
            (html / page).write_text("old\n", encoding="utf-8")
            os.utime(html / page, (1, 1))  # older than its sources
        if not make_book(copy, "new", kill_at=call):
            break
        left.append(whole_book(copy))
        make_book(copy, "next")
        assert whole_book(copy) == ("new" if left[-1] == "new" else "next")
    assert whole_book(copy) == "new"
    assert set(left) == {"old", "new", None}
    assert len(left) > 8 and left.count(None) <= 2, "for a moment between two renames, no longer"


def test_a_killed_installation_begins_anew(copy):
    killed = 0
    for call in range(1, 100):
        shutil.rmtree(copy / ".venv")
        killed += make_book(copy, "new", kill_at=call)
        make_book(copy, "next")
        installed = [(copy / ".venv" / name).exists() for name in ("metadata", "scripts")]
        assert installed == [True, True], f"after a kill at call {call}"
        assert whole_book(copy) in ("new", "next")
        if killed < call:
            break
    assert killed > 5
    assert not (copy / ".venv.unfinished").exists()


def test_nothing_warns_of_a_home_that_cannot_be_written(root):
    code = "import IPython.paths, matplotlib.font_manager; IPython.paths.get_ipython_dir()"
    probe = ["make", "--eval", f"probe: ; @$(BIN)/python -W error -c '{code}'", "probe"]
    env = os.environ | {"HOME": "/dev/null/none", "MAKEFLAGS": ""}
    done = subprocess.run(probe, cwd=root, env=env, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
