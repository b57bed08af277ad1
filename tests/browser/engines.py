"""Firefox and WebKit through WebDriver, which both speak: nothing for Python to install.

Firefox answers on a socket (which it calls Marionette), WebKit's WebKitWebDriver over HTTP.
"""

import contextlib
import http.client
import json
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

from ..conftest import Quiet
from .conftest import UNTIL

PREFERENCES = {  # a free port; no motion; a window as narrow as a phone, by the style below
    "marionette.port": 0, "ui.prefersReducedMotion": 1,
    "toolkit.legacyUserProfileCustomizations.stylesheets": True,
}  # fmt: skip
HOME = {
    "user.js": "".join(f"user_pref('{k}', {json.dumps(v)});\n" for k, v in PREFERENCES.items()),
    "chrome/userChrome.css": ":root { min-width: 0 !important; }",
    # The same for WebKit: no motion, and a toolbar that takes no room.
    ".config/gtk-3.0/settings.ini": "[Settings]\ngtk-enable-animations=0\n",
    ".config/gtk-3.0/gtk.css": "* { font-size: 1px; margin: 0; min-width: 0; padding: 0; }",
}
# WebDriver does not tell what goes wrong on a page, so the page writes it down.
RECORDER = b"""(() => {
    const found = window.recorded = [], late = /^ResizeObserver loop/; // told a frame later
    const note = (...words) => late.test(words[0]) || found.push(words.join(" "));
    addEventListener("error", ({ message, target }) => note(message ?? target.outerHTML), true);
    addEventListener("unhandledrejection", ({ reason }) => note(reason));
    addEventListener("securitypolicyviolation", (e) => note(e.violatedDirective, e.blockedURI));
    console.error = note;
})();"""
EVALUATE = """const [given, done] = arguments;
(async () => { const it = (%s); return typeof it === "function" ? it(given) : it; })()
    .then((value) => done({ value }), (error) => done({ error: `${error}\\n${error.stack}` }));"""


class Recording(Quiet):
    """Serves the book; in each page the recorder comes before all else."""

    def do_GET(self):
        page, body = Path(self.translate_path(self.path)), RECORDER
        if page.suffix == ".html" and page.is_file():
            head, found, rest = page.read_bytes().partition(b"<head>")
            body = head + found + b'<script src="/recorder.js"></script>' + rest
        elif page.name != "recorder.js":
            return super().do_GET()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(page))
        self.end_headers()
        self.wfile.write(body)


class Engine:
    """One tab, with as much of Playwright's page as tests of numbers need."""

    def __init__(self, command):
        self.command = command
        command("NewSession", "", capabilities={})

    def goto(self, url):
        self.command("Navigate", "url", url=url)

    def resize(self, width, height=900):
        self.command("SetWindowRect", "window/rect", width=width, height=height)
        self.evaluate(UNTIL % f"innerWidth === {width}")  # WebKit answers before that

    def evaluate(self, script, given=None):
        sent = {"script": EVALUATE % script, "args": [given]}
        answer = self.command("ExecuteAsyncScript", "execute/async", **sent)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer.get("value")


def until(ready):
    for _ in range(600):
        with contextlib.suppress(OSError, ValueError):
            return ready()
        time.sleep(0.1)
    raise TimeoutError("the engine does not answer within a minute")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def running(*command, **options):
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, **quiet | options) as process:
        try:
            yield process
        finally:
            process.terminate()


@contextlib.contextmanager
def firefox(home, program):
    command = [program, "--marionette", "--headless", "--no-remote", "--profile", home]
    with running(*command, env=os.environ | {"HOME": str(home)}):
        port = until(lambda: int((home / "MarionetteActivePort").read_text()))
        with socket.create_connection(("127.0.0.1", port)) as line, line.makefile("rb") as answers:

            def read():
                return json.loads(answers.read(int(b"".join(iter(lambda: answers.read(1), b":")))))

            def command(name, _, **parameters):
                message = json.dumps([0, 0, f"WebDriver:{name}", parameters]).encode()
                line.sendall(b"%d:%s" % (len(message), message))
                _, _, error, result = read()
                if error:
                    raise RuntimeError(error)
                return result.get("value", result)

            read()  # it greets
            yield command


@contextlib.contextmanager
def webkit(home, driver, display):
    """On a display of its own; where that ends, the window ends, too."""
    port = free_port()
    screen = [display, "-displayfd", "1", "-screen", "0", "1400x1000x24", "-nolisten", "tcp"]
    with running(*screen, stdout=subprocess.PIPE, text=True) as x:
        own = {"DISPLAY": f":{x.stdout.readline().strip()}", "GDK_BACKEND": "x11"}
        own |= {"XDG_CONFIG_HOME": str(home / ".config"), "XDG_RUNTIME_DIR": str(home)}
        with running(driver, "--host=127.0.0.1", f"--port={port}", env=os.environ | own):
            line, session = http.client.HTTPConnection("127.0.0.1", port, timeout=90), []
            until(line.connect)

            def command(_, path, **parameters):
                path = "/".join(["/session", *session, path]).rstrip("/")
                line.request("POST", path, json.dumps(parameters))
                value = json.load(line.getresponse())["value"] or {}
                if "stacktrace" in value:
                    raise RuntimeError(value["message"])
                session[:] = session or [value["sessionId"]]
                return value

            with contextlib.closing(line):
                yield command


PROGRAMS = {firefox: [("firefox-esr", "firefox")], webkit: [("WebKitWebDriver",), ("Xvfb",)]}


@contextlib.contextmanager
def opened(engine, home):
    """An Engine with the folder `home`; None if one of its programs is not installed."""
    found = [next(filter(None, map(shutil.which, names)), None) for names in PROGRAMS[engine]]
    for name, content in HOME.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(content, encoding="utf-8")
    with engine(home, *found) if all(found) else contextlib.nullcontext() as command:
        yield command and Engine(command)
