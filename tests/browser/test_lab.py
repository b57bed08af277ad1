"""A slider in JupyterLab, with a real kernel: the picture is there and follows."""

import contextlib
import os
import re
import sys
import urllib.request

import nbformat
import pytest
from playwright.sync_api import TimeoutError

from .engines import free_port, running, until

TOKEN = "a-token-for-this-test-alone"
CELL = "from nnlib import sliders\n\nsliders.network_counter()"
PICTURE = ".jp-OutputArea .jupyter-widgets img, .jp-OutputArea img.jupyter-widgets"
READY = '.jp-Notebook-ExecutionIndicator[data-status="idle"]'


@pytest.fixture
def lab(tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, tmp_path / "slider.ipynb")
    port = free_port()
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command += ["--ip=127.0.0.1", f"--port={port}", f"--IdentityProvider.token={TOKEN}"]
    folders = {name: str(tmp_path / name) for name in ("JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR")}
    with running(*command, "slider.ipynb", cwd=tmp_path, env=os.environ | folders):
        until(lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}/api").close())
        yield f"http://127.0.0.1:{port}/lab/tree/slider.ipynb?token={TOKEN}"


def test_the_picture_follows_the_slider(browser, lab):
    page = browser.new_page()
    page.goto(lab)
    page.locator(READY).wait_for(timeout=120_000)
    cell = page.locator(".jp-Notebook .jp-CodeCell").first
    # On a busy machine JupyterLab calls its kernel idle before it is connected, and forgets the
    # cell that it is asked to run. So run it as a reader does: again, if nothing happens.
    for _ in range(40):
        cell.locator(".cm-content").click()
        page.keyboard.press("Shift+Enter")
        with contextlib.suppress(TimeoutError):
            cell.locator(".jp-InputPrompt", has_text=re.compile(r"[*\d]")).wait_for(timeout=3000)
            break
    picture = page.locator(PICTURE).first
    picture.wait_for(timeout=120_000)
    assert page.locator(".jupyter-widgets-error-widget").count() == 0
    assert picture.get_attribute("title"), "the picture's name, for those who do not see it"
    page.wait_for_function("p => document.querySelector(p).naturalWidth > 100", arg=PICTURE)
    before = [PICTURE, picture.get_attribute("src")]
    page.locator(".jp-OutputArea .noUi-handle").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("([p, src]) => document.querySelector(p).src !== src", arg=before)
    page.get_by_text("13 hidden units:").wait_for()  # the words follow the picture
    page.close()
