"""A page and its translation know of each other, and each says its language."""

import subprocess
import sys


def test_two_languages(root, tmp_path):
    conf = f"import sys\nsys.path.insert(0, {str(root / 'book/_ext')!r})\n"
    conf += "extensions = ['myst_parser', 'translations']\nlanguage = 'en'\n"
    conf += "html_theme = 'sphinx_book_theme'\n"
    pages = {"conf.py": conf, "index.md": "# Title\n\n```{toctree}\nindex.de\nalone\n```\n"}
    pages |= {"index.de.md": "# Titel\n", "alone.md": "# Alone\n"}
    for name, text in pages.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    call = [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "html", tmp_path, tmp_path / "html"]
    done = subprocess.run(call, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr

    def page(name):
        return (tmp_path / "html" / f"{name}.html").read_text(encoding="utf-8")

    assert '<html lang="en"' in page("index") and '<html lang="de"' in page("index.de")
    assert '<a href="index.de.html" hreflang="de" lang="de">Deutsch</a>' in page("index")
    assert '<a href="index.html" hreflang="en" lang="en">English</a>' in page("index.de")
    assert '<link rel="alternate" hreflang="de" href="index.de.html" />' in page("index")
    assert "hreflang" not in page("alone")
