"""Translated pages: their language in the HTML, and a link from each to the other.

`book/notation.de.md` is the German page of `book/notation.md`; notebooks go by the same rule.
"""

import html
import re

from babel import Locale


def languages(pagename, pages, of_book):
    """Language to page name, of a page and its translations."""
    original = re.sub(r"\.[a-z]{2}$", "", pagename)
    found = {of_book: original} if original in pages else {}
    for page in sorted(pages):
        match = re.fullmatch(re.escape(original) + r"\.([a-z]{2})", page)
        if match:
            found[match[1]] = page
    return found


def link_translations(app, pagename, templatename, context, doctree):
    """Tell browsers and readers which language a page has, and which others there are."""
    found = languages(pagename, app.env.found_docs, app.config.language)
    if doctree is None or len(found) < 2:
        return
    links = []
    for language, page in found.items():
        if page == pagename:
            context["language"] = language
            continue
        name = html.escape(Locale.parse(language).display_name)
        address = html.escape(context["pathto"](page))
        context["metatags"] += f'<link rel="alternate" hreflang="{language}" href="{address}" />'
        links.append(f'<a href="{address}" hreflang="{language}" lang="{language}">{name}</a>')
    context["body"] = f'<p class="translations">{" ".join(links)}</p>\n{context["body"]}'


def setup(app):
    """Connect to Sphinx."""
    app.connect("html-page-context", link_translations)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
