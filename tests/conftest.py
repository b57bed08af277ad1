"""What several folders of tests share: the repository, the built book, a server, a browser."""

import contextlib
import functools
import http.server
import importlib
import os
import shutil
import sys
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER_FLAGS = (  # without a sandbox it also starts for root in a container
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
HTML = ROOT / "_build" / "html"
os.environ["MPLBACKEND"] = "Agg"  # no test opens a window


@pytest.fixture(autouse=True)
def close_figures():
    """Figures of pyplot outlive the test that made them, unless somebody closes them."""
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture
def tool(root, monkeypatch):
    monkeypatch.syspath_prepend(root / "tools")
    return importlib.import_module


@pytest.fixture(scope="session")
def book():
    if not (HTML / "index.html").is_file():
        pytest.fail("there is no built book to check: run `make book` first", pytrace=False)
    return HTML


def pytest_generate_tests(metafunc):
    """Run a test that asks for `page_name` once for every page of the book, a relative path."""
    if "page_name" in metafunc.fixturenames:
        found = (p.relative_to(HTML) for p in sorted(HTML.rglob("*.html")))
        names = [p.as_posix() for p in found if p.parts[0] not in ("_static", "_sources", "lite")]
        # Without a book, tests fail instead of vanishing.
        metafunc.parametrize("page_name", names or ["index.html"], scope="module")


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@contextlib.contextmanager
def served(folder, handler=Quiet):
    handler = functools.partial(handler, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def site(book):
    with served(book) as address:
        yield address


def not_here(message, package):
    """Skip what needs a browser that is not installed; under CI it fails."""
    if os.environ.get("CI"):
        pytest.fail(message, pytrace=False)
    pytest.skip(f"{message}: install {package} to run these tests")


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium of the system; without one the test is skipped, under CI it fails."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        not_here(f"no browser on PATH (looked for {', '.join(BROWSERS)})", "chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=BROWSER_FLAGS.split())
        yield chromium
        chromium.close()
