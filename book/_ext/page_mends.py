"""Mend what the theme writes into every page.

The theme has faults that no option turns off: a missing landmark, tooltips outside of landmarks,
an icon script of half a megabyte next to the icon font that does the same. Each mend names how
often it must match on a page, so that a new release of the theme fails the build instead of
silently bringing a fault back.
"""

import html
import re
from typing import NamedTuple

from sphinx.jinja2glue import BuiltinTemplateLoader

ANY = float("inf")
DESCRIPTION_LENGTH = 155  # about what a search engine shows


class Mend(NamedTuple):
    """A replacement, and the least and the greatest number of its matches on a page."""

    pattern: str
    replacement: str
    least: int
    greatest: float


MENDS = (
    # The sidebar with the logo is a landmark of its own.
    Mend(
        r'<div id="pst-primary-sidebar"',
        '<div id="pst-primary-sidebar" role="region" aria-label="Book"',
        1,
        1,
    ),
    # Bootstrap opens its tooltips outside of all landmarks; the title attribute stays.
    Mend(r'\sdata-bs-placement="\w+"\s+data-bs-toggle="tooltip"', "", 1, ANY),
    # Menus open and close without a script of the theme's.
    Mend(
        r'(?s)(<button class="btn dropdown-toggle" type="button") data-bs-toggle="dropdown" '
        r'aria-expanded="false" aria-label="([^ "]+)([^"]*)"(.*?)<ul class="dropdown-menu">',
        r'\1 popovertarget="menu-\2" aria-label="\2\3"\4'
        r'<ul class="dropdown-menu" id="menu-\2" popover>',
        0,
        2,
    ),
    # The first visit follows the reader's system; the theme's own script would come too late.
    Mend(
        r'localStorage\.getItem\("theme"\) \|\| "auto"',
        'localStorage.getItem("theme") || '
        '(matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")',
        1,
        1,
    ),
    Mend(r'(<html [^>]*)data-theme="auto"', r'\1data-theme="light"', 1, 1),
    # The state of a slider is of no use without a kernel.
    Mend(r'(?s)<script type="application/vnd\.jupyter\.widget-state\+json">.*?</script>', "", 0, 1),
    # What folds a page's sub-pages in the sidebar has no name.
    Mend(
        r'<summary>(<span class="toctree-toggle")',
        r'<summary aria-label="Its pages">\1',
        0,
        ANY,
    ),
    # The empty corner of a table heads nothing.
    Mend(r"<th(| [^>]*)>(?:\s|<p>\s*</p>)*</th>", r"<td\1></td>", 0, ANY),
    # Accessibility tools find no name in MathML: a heading that is only a formula gets it as text.
    Mend(
        r'(<th class="head[^>]*><p>)<span (class="math[^>]*>\\\(([^<]*)\\\)</span></p></th>)',
        r'\1<span class="visually-hidden">\3</span><span aria-hidden="true" \2',
        0,
        ANY,
    ),
    # The list of sources is a list, so its entries are list items; the written role is deprecated.
    Mend(r'(<div class="citation"[^>]*) role="doc-biblioentry"', r'\1 role="listitem"', 0, ANY),
)


class MendingLoader(BuiltinTemplateLoader):
    """The usual templates, then the mends."""

    def render(self, template, context):
        """Render a template; mend it if it is a page."""
        page = super().render(template, context)
        if not page.lstrip().lower().startswith("<!doctype html"):
            return page
        for mend in MENDS:
            page, count = re.subn(mend.pattern, mend.replacement, page)
            if not mend.least <= count <= mend.greatest:
                raise ValueError(
                    f"{context['pagename']}: {mend.pattern!r} matched {count} times: another theme?"
                )
        return page


def describe(app, pagename, templatename, context, doctree):
    """Give the page a description: the text of its first paragraph."""
    first = re.search(r"<p>(.*?)</p>", context.get("body", ""), flags=re.DOTALL)
    text = (
        html.unescape(re.sub(r"<[^>]+>|\\[()]", "", first[1])) if first else app.config.html_title
    )
    text = " ".join(text.split())
    if len(text) > DESCRIPTION_LENGTH:
        text = text[:DESCRIPTION_LENGTH].rpartition(" ")[0] + " …"
    meta = f'<meta name="description" content="{html.escape(text)}" />'
    context["metatags"] = context.get("metatags", "") + "\n" + meta


def setup(app):
    """Connect to Sphinx."""
    app.connect("html-page-context", describe)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
