"""Firefox and WebKit through WebDriver, the protocol that both speak: nothing else to install.

Firefox answers by itself, on a socket (it calls that Marionette), WebKit by its WebKitWebDriver,
over HTTP and on a display of its own. Both end with `opened`.
"""

import contextlib
import http.server
import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from tempfile import TemporaryDirectory

PREFERENCES = {  # a free port; no motion; a window as narrow as a phone, by the style below
    "marionette.port": 0, "ui.prefersReducedMotion": 1,
    "toolkit.legacyUserProfileCustomizations.stylesheets": True,
}  # fmt: skip
HOME = {  # what makes WebKit's window narrow, and takes its motion
    ".config/gtk-3.0/gtk.css": "* { font-size: 1px; margin: 0; min-width: 0; padding: 0; }",
    ".config/gtk-3.0/settings.ini": "[Settings]\ngtk-enable-animations=0\n",
    "chrome/userChrome.css": ":root { min-width: 0 !important; }",
    "user.js": "".join(f"user_pref('{k}', {json.dumps(v)});\n" for k, v in PREFERENCES.items()),
}
# WebDriver does not tell what goes wrong on a page, so that the page writes it down.
RECORDER = """(() => {
    const found = window.recorded = [], note = (...words) => found.push(words.join(" "));
    addEventListener("error", (e) => note(e.message ?? `failed: ${e.target.src ?? e.target.href}`), true);
    addEventListener("unhandledrejection", (e) => note(e.reason));
    addEventListener("securitypolicyviolation", (e) => note(e.violatedDirective, e.blockedURI));
    console.error = note;
})();"""
EVALUATE = """const [given, done] = arguments;
(async () => { const it = (%s); return typeof it === "function" ? it(given) : it; })()
    .then((value) => done({ value }), (error) => done({ error: `${error}\\n${error.stack}` }));"""


class Recording(http.server.SimpleHTTPRequestHandler):
    """Serves the book with the recorder before all else in each page."""

    def log_message(self, *_):
        pass

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        if self.path != "/recorder.js" and not (path.suffix == ".html" and path.is_file()):
            return super().do_GET()
        recorder = b'<head><script src="/recorder.js"></script>'
        page = path.suffix == ".html"
        body = path.read_bytes().replace(b"<head>", recorder, 1) if page else RECORDER.encode()
        assert recorder in body or not page
        self.send_response(200)
        self.send_header("Content-Type", "text/html" if page else "text/javascript")
        self.send_header("Content-Length", str(len(body)))
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

    def evaluate(self, script, given=None):
        sent = {"script": EVALUATE % script, "args": [given]}
        answer = self.command("ExecuteAsyncScript", "execute/async", **sent)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer.get("value")


def until(ready):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with contextlib.suppress(OSError, ValueError):
            return ready()
        time.sleep(0.05)
    raise TimeoutError("the engine does not answer within 60 s")


@contextlib.contextmanager
def running(*command, **options):
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, **options) as process:
        try:
            yield process
        finally:
            process.terminate()


@contextlib.contextmanager
def firefox(home, program):
    command = [program, "--marionette", "--headless", "--no-remote", "--profile", home]
    with running(*command, env=os.environ | {"HOME": str(home)}, stdout=subprocess.DEVNULL):
        port = until(lambda: int((home / "MarionetteActivePort").read_text()))
        with socket.create_connection(("127.0.0.1", port)) as line, line.makefile("rb") as answers:

            def read():
                size = b"".join(iter(lambda: answers.read(1), b":"))
                return json.loads(answers.read(int(size)))

            def command(name, _, **parameters):
                message = json.dumps([0, 0, f"WebDriver:{name}", parameters]).encode()
                line.sendall(b"%d:%s" % (len(message), message))
                _, _, error, result = read()
                if error:
                    raise RuntimeError(error)
                return (result or {}).get("value", result)

            read()  # it greets
            yield command


@contextlib.contextmanager
def webkit(home, driver, display):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    screen = [display, "-displayfd", "1", "-screen", "0", "1400x1000x24", "-nolisten", "tcp"]
    with running(*screen, stdout=subprocess.PIPE, text=True) as x:
        own = {"DISPLAY": f":{x.stdout.readline().strip()}", "GDK_BACKEND": "x11"}
        env = os.environ | own | dict.fromkeys(("HOME", "XDG_RUNTIME_DIR"), str(home))
        env.pop("XDG_CONFIG_HOME", None)
        with running(driver, "--host=127.0.0.1", f"--port={port}", env=env):
            until(lambda: socket.create_connection(("127.0.0.1", port)).close())
            session = ""

            def command(name, path, **parameters):
                nonlocal session
                request = urllib.request.Request(
                    f"http://127.0.0.1:{port}/session{session}/{path}".rstrip("/"),
                    json.dumps(parameters).encode(),
                    {"Content-Type": "application/json"},
                    method="DELETE" if name == "DeleteSession" else "POST",
                )
                try:
                    with urllib.request.urlopen(request, timeout=90) as answer:
                        value = json.load(answer)["value"]
                except urllib.error.HTTPError as error:
                    raise RuntimeError(error.read().decode()) from None
                session = f"/{value['sessionId']}" if name == "NewSession" else session
                return value

            yield command


PROGRAMS = {firefox: [("firefox-esr", "firefox")], webkit: [("WebKitWebDriver",), ("Xvfb",)]}


@contextlib.contextmanager
def opened(engine):
    """An Engine; a ``LookupError`` names what is not installed."""
    found = [next(filter(None, map(shutil.which, names)), None) for names in PROGRAMS[engine]]
    if None in found:
        raise LookupError(f"{engine.__name__}: no {PROGRAMS[engine][found.index(None)]} on PATH")
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for name, content in HOME.items():
            (Path(folder) / name).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / name).write_text(content, encoding="utf-8")
        with engine(Path(folder), *found) as command:
            try:
                yield Engine(command)
            finally:
                command("DeleteSession", "")
