"""The notebooks in the browser, as far as they go without the internet.

Pyodide, the Python of the browser, comes from another host, so that no test here runs it. A
stand-in takes its place and asks for the wheels as Pyodide does. What the real one needs beyond
them, numpy, is held by tests/unit/test_import.py: nnlib imports and trains with numpy alone.
"""

import json
import re
from urllib.parse import unquote

PYODIDE = re.compile(r"https://cdn\.jsdelivr\.net/pyodide/v[\d.]+/full/")  # the one other host
STAND_IN = """
export async function loadPyodide(options) {
  for (const name of options.packages.filter((name) => name.endsWith('.whl'))) {
    await fetch(new URL(name, location));
  }
  await fetch(new URL('options.json?' + encodeURIComponent(JSON.stringify(options.packages)),
                      options.indexURL));
  throw new Error('this is a stand-in');
}
"""
JAVASCRIPT = {"content_type": "text/javascript", "headers": {"Access-Control-Allow-Origin": "*"}}


def test_a_chapter_opens_from_its_page_and_its_kernel_asks_one_host_alone(browser, site, root):
    answered, foreign = {}, []

    def route(r):
        url = r.request.url
        if url.startswith(("http://127.0.0.1", "data:", "blob:")):
            r.continue_()
            return
        foreign.append(url)
        if url.endswith("/pyodide.mjs"):
            r.fulfill(body=STAND_IN, **JAVASCRIPT)
        else:
            r.abort()

    context = browser.new_context(service_workers="block", viewport={"width": 390, "height": 844})
    page = context.new_page()
    context.route("**/*", route)
    page.on("response", lambda r: answered.setdefault(r.url, r.status))
    page.on("console", lambda m: "Content Security" in m.text and foreign.append(m.text))
    page.goto(f"{site}/notebooks/{min(root.glob('notebooks/*.ipynb')).stem}.html")
    link = page.locator('a[href*="lite/notebooks/index.html"]').first.evaluate("a => a.href")
    ends = "requestfailed", lambda r: "options.json" in r.url
    with page.expect_event(*ends, timeout=60_000) as asked:
        page.goto(link, wait_until="load")
    packages = json.loads(unquote(asked.value.url.partition("?")[2]))
    wheels = [name.rpartition("/")[2] for name in packages if name.endswith(".whl")]
    assert wheels
    found = {url.rpartition("/")[2]: status for url, status in answered.items()}
    assert {wheel: found.get(wheel) for wheel in wheels} == dict.fromkeys(wheels, 200)
    assert foreign and not [url for url in foreign if not PYODIDE.match(url)]
    page.wait_for_selector(".jp-Notebook .jp-RenderedImage img", timeout=60_000)
    assert page.locator(".jp-Notebook h1").first.inner_text().startswith("1. Counting")
    width = page.locator(".jp-Notebook").bounding_box()["width"]
    assert width > 380, "no list beside it on a phone"
    assert {status for url, status in answered.items() if "/lite/files/" in url} == {200}
    page.goto(f"{site}/lite/lab/index.html")  # the chapters side by side, for a larger screen
    page.locator(".jp-DirListing-item", has_text="notebooks").wait_for(timeout=60_000)
    context.close()
