"""The tools write a file whole or not at all, wherever they are killed."""

import os
import signal
import subprocess
import sys

import nbformat
import pytest

BEGIN = """
import os, resource, shutil, signal, sys
sys.path.insert(0, {tools!r})
from pathlib import Path
path = Path({path!r})

def no_more_than(size):
    '''From here on, whoever writes more than that into a file is killed in the middle of it.'''
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
"""
WRITERS = {
    "notebook.ipynb": """
import execute_notebooks as tool
tool.NotebookClient.execute = lambda self: self.nb.cells[0].update(source="new " * 5000)
no_more_than(2000)
tool.execute(path)
""",
    "audit.md": """
import write_audit as tool
tool.PAGE = path
no_more_than(2000)
tool.main()
""",
    "data.csv": """
import make_data as tool
no_more_than(2000)
tool.write(path, [("a", "b")] * 5000)
""",
    "README.md": """
import set_address as tool
tool.ROOT, tool.stated_address = path.parent, lambda: ""
tool.wanted = lambda address: [(path, "new " * 5000)]
no_more_than(2000)
tool.main()
""",
    "one-hidden-layer.zip": """
import zip_book as tool
Path(path.parent, "a.html").write_bytes(os.urandom(5000))
sys.argv = ["zip_book.py", str(path.parent)]
no_more_than(2000)
tool.main()
""",
    "index.html": """
import make_pdf as tool
Path(path.parent, "book.pdf").write_bytes(bytes(5000))
no_more_than(2000)
tool.link_from_front_page(Path(path.parent, "book.pdf"))
""",
}


def run(root, path, script):
    begin = BEGIN.format(tools=str(root / "tools"), path=str(path))
    done = subprocess.run([sys.executable, "-c", begin + script], capture_output=True, text=True)
    return done.returncode, done.stderr


def old_content(name):
    if name == "notebook.ipynb":
        return nbformat.writes(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("")]))
    return "old <!-- the PDF --><!-- end -->" + " " * 4000


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit that kills")
@pytest.mark.parametrize("name", WRITERS)
def test_a_file_is_whole_when_its_writer_is_killed(root, tmp_path, name):
    path, old = tmp_path / name, old_content(name)
    path.write_text(old, encoding="utf-8")
    path.chmod(0o640)
    assert run(root, path, WRITERS[name])[0] == -signal.SIGXFSZ, "it was not killed"
    assert path.read_text(encoding="utf-8") == old
    status, errors = run(root, path, WRITERS[name].replace("(2000)", "(10**9)"))
    assert status == 0, errors
    assert path.read_text(encoding="utf-8", errors="ignore") != old
    assert path.stat().st_mode & 0o777 == 0o640
    assert not list(tmp_path.glob(".*")), "the part beside it is gone"


KILL = """
left = {kill_at}
def hook(event, arguments):
    '''Kill at the n-th change of the file system.'''
    global left
    if event in ("os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.utime", "shutil.rmtree"):
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
"""
LITE = """
import build_lite as tool
tool.ROOT = path.parent
tool.collect = lambda folder: folder.mkdir(parents=True)
def build(command, **how):
    site = Path([*command][-1])
    for name in ("a", "b", "c"):
        Path(site, name).mkdir(parents=True)
        Path(site, name, "new").touch()
    return tool.subprocess.CompletedProcess(command, 0)
tool.subprocess.run = build
sys.argv = ["build_lite.py", str(path)]
sys.addaudithook(hook)
tool.main()
"""
PDF = """
import contextlib, make_pdf as tool
class Playwright:
    def __getattr__(self, name): return self
    def __call__(self, *a, **k): return self
    def __enter__(self): return self
    def __exit__(self, *e): return False
tool.sync_playwright = Playwright()
tool.shutil = Playwright()
tool.print_page = lambda browser, page, target: target.write_bytes(b"%PDF-new") and 2
sys.argv = ["make_pdf.py", str(path), str(path / "one.pdf")]
sys.addaudithook(hook)
tool.main()
"""


def every_kill(root, path, script):
    """Run the script again and again, each time killed a little later, until it gets through."""
    for kill_at in range(1, 60):
        status, errors = run(root, path, KILL.format(kill_at=kill_at) + script)
        assert status in (0, -signal.SIGKILL), errors
        yield status == 0
        if status == 0:
            assert kill_at > 3
            return
    raise AssertionError("it never got through")


def test_the_site_for_the_browser_is_whole_when_its_builder_is_killed(root, tmp_path):
    book = tmp_path / "html"
    (book / "lite").mkdir(parents=True)
    (book / "index.html").touch()
    for name in ("a", "b", "c"):
        (book / "lite" / name).mkdir()
        (book / "lite" / name / "old").touch()
    seen = set()
    for _ in every_kill(root, book, LITE):
        found = sorted(p.relative_to(book / "lite").as_posix() for p in book.glob("lite/*/*"))
        assert found in ([], ["a/new", "b/new", "c/new"], ["a/old", "b/old", "c/old"])
        assert bool(found) == (book / "lite").exists()
        seen.update(name[2:] for name in found)
    assert seen == {"old", "new"}
    assert sorted(p.name for p in book.iterdir()) == ["index.html", "lite"]


def test_a_killed_pdf_is_linked_whole_or_made_again(root, tmp_path):
    front, pdf = tmp_path / "index.html", tmp_path / "one.pdf"
    front.write_text(old_content("index.html"), encoding="utf-8")
    for _ in every_kill(root, tmp_path, PDF):
        linked = 'href="one.pdf"' in front.read_text(encoding="utf-8")
        assert not linked or pdf.read_bytes() == b"%PDF-new"
        make_takes_it = pdf.exists() and pdf.stat().st_mtime >= front.stat().st_mtime
        assert linked or not make_takes_it
    assert linked and make_takes_it
