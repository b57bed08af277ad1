"""The notebooks put out in the book, where they ran on this processor, what their files say."""

import nbformat


def test_the_book_shows_what_the_notebooks_say(book, root, tool):
    tool = tool("execute_notebooks")
    paths, wrong = sorted((root / "notebooks").glob("*.ipynb")), []
    for path in paths:
        run = book.parent / "jupyter_execute" / "notebooks" / path.name
        assert run.is_file(), "run `make book` again: it keeps the notebooks as it has run them"
        stored, fresh = (nbformat.read(one, as_version=4) for one in (path, run))
        for number in tool.differences(stored, fresh):
            old, new = (tool.said(tool.code_cells(n)[number - 1]) for n in (stored, fresh))
            wrong.append(f"{path.name}, code cell {number}: {old} in the file, {new} in the book")
    assert not wrong, "\n".join([*wrong, "mend what has changed, or run `make notebooks`"])
    assert len(paths) > 3
