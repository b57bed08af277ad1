"""The tools write a file whole or not at all, wherever they are killed."""

import os
import re
import signal
import subprocess
import sys

import pytest

PLACE = "<!-- the PDF --><!-- end -->"
BEGIN = """
import os, resource, signal, sys, zipfile
from pathlib import Path
sys.path.insert(0, {tools!r})
path, kill_at = Path({path!r}), {kill_at}
def hook(event, arguments):
    '''Kill at the n-th change of the file system.'''
    global kill_at
    if event in ("os.rename", "os.remove", "os.rmdir", "os.utime"):
        kill_at -= 1
        if not kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
def limit():
    '''From here on, whoever writes more into a file is killed in the middle of it.'''
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_FSIZE, (kill_at, kill_at))
"""
WRITERS = {
    "page.md": "import whole_file; limit(); whole_file.write_text(path, 'new ' * 5000)",
    "one-hidden-layer.zip": """import zip_book
Path(path.parent, "a.html").write_bytes(os.urandom(5000))
sys.argv = ["zip_book.py", str(path.parent)]
limit(); zip_book.main()""",
}
PDF = """
import make_pdf as tool
from unittest.mock import MagicMock
tool.sync_playwright, tool.shutil = MagicMock(), MagicMock()
tool.print_page = lambda browser, page, target: target.write_bytes(b"%PDF-new") and 2
sys.argv = ["make_pdf.py", str(path), str(path / "one.pdf")]
"""
pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows kills in other ways")


def was_killed(root, path, script, kill_at):
    begin = BEGIN.format(tools=str(root / "tools"), path=str(path), kill_at=kill_at)
    done = subprocess.run([sys.executable, "-c", begin + script], capture_output=True, text=True)
    assert done.returncode in (0, -signal.SIGKILL, -signal.SIGXFSZ), done.stderr
    return done.returncode != 0


@pytest.mark.parametrize("name", WRITERS)
def test_a_file_is_whole_when_its_writer_is_killed(root, tmp_path, name):
    path, old = tmp_path / name, "old " * 1000
    path.write_text(old, encoding="utf-8")
    path.chmod(0o640)
    assert was_killed(root, path, WRITERS[name], 2000)
    assert path.read_text(encoding="utf-8") == old
    assert not was_killed(root, path, WRITERS[name], 10**9)
    assert path.read_text(encoding="utf-8", errors="ignore") != old
    assert path.stat().st_mode & 0o777 == 0o640
    assert not list(tmp_path.glob(".*")), "the part beside it is gone"


def test_every_tool_writes_in_that_way(root):
    """To a path named `part`, or by `write_text` of whole_file; three fill what is no book yet."""
    write = re.compile(r"\.write_(text|bytes)\(|(open|ZipFile)\([^)]*[\"'][wax]")
    uses = 0
    others = {root / "tools" / f"{name}.py" for name in ("build_lite", "finish_pages", "styles")}
    for path in set(root.glob("tools/*.py")) - others:
        text = path.read_text(encoding="utf-8")
        uses += "whole_file" in text
        assert not [line for line in text.splitlines() if write.search(line) and "part" not in line]
    assert uses > 6


def test_a_killed_pdf_is_linked_whole_or_made_again(root, tmp_path):
    front, pdf = tmp_path / "index.html", tmp_path / "one.pdf"
    front.write_text(PLACE, encoding="utf-8")
    for kill_at in range(1, 60):  # each time a little later, until it gets through
        script = f"{PDF}sys.addaudithook(hook); tool.main()"
        killed = was_killed(root, tmp_path, script, kill_at)
        linked = 'href="one.pdf"' in front.read_text(encoding="utf-8")
        assert not linked or pdf.read_bytes() == b"%PDF-new"
        make_takes_it = pdf.exists() and pdf.stat().st_mtime >= front.stat().st_mtime
        assert linked or not make_takes_it
        if not killed:
            break
    assert 3 < kill_at < 59 and linked and make_takes_it
