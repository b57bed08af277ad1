"""Number figures and equations by chapter: figure 3.1, equation (3b.2).

Sphinx would count the entries of the table of contents, and call the chapter after 3b the fifth.
A chapter's number is in its file's name; on other pages figures count from 1.
"""

import re


def number_by_chapter(app, env):
    """Replace the numbers that Sphinx has just given, in the order of the page."""
    for page, kinds in env.toc_fignumbers.items():
        chapter = re.match(r"notebooks/0*(\w+?)_", page)
        for numbers in kinds.values():
            for count, label in enumerate(numbers, start=1):
                numbers[label] = (chapter[1], count) if chapter else (count,)
    return []


def setup(app):
    """Connect to Sphinx, after its own numbering."""
    app.connect("env-get-updated", number_by_chapter, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
