"""The menu that opens a chapter's own notebook: in the browser first, then where a server runs it.

The theme makes the menu from ``launch_buttons`` and ``repository`` of ``_config.yml``.
"""

NAMES = {  # how the theme names a route: how the reader reads it, what to expect
    "JupyterLite": ("In this browser", "Nothing to install; the first start loads about 30 MB"),
    "Binder": ("Binder", "Runs on a free server of mybinder.org; takes minutes to start"),
    "Colab": ("Colab", "Runs on a server of Google; needs an account there"),
}


def mend_menu(app, pagename, templatename, context, doctree):
    """Order and name the routes; the front page, which is no notebook to run, has no menu."""
    menus = [b for b in context.get("header_buttons", []) if b.get("label") == "launch-buttons"]
    for menu in menus:
        if not pagename.startswith("notebooks/"):
            context["header_buttons"].remove(menu)
            continue
        menu["buttons"].sort(key=lambda button: list(NAMES).index(button["text"]))
        for button in menu["buttons"]:
            button["text"], button["tooltip"] = NAMES[button["text"]]
        menu["tooltip"] = "Run this notebook"


def setup(app):
    """Connect to Sphinx, after the theme."""
    app.connect("html-page-context", mend_menu, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
