"""The notebooks put out in the book, where they ran on this processor, what their files say."""

import nbformat


def without_repetitions(notebook):
    """myst-nb adds the later parts of a stream to its first, and leaves them in their places."""
    for cell in (cell for cell in notebook.cells if cell.cell_type == "code"):
        streams = {o.name: o for o in reversed(cell.outputs) if o.output_type == "stream"}
        others = [o for o in cell.outputs if o.output_type != "stream"]
        cell.outputs = [*streams.values(), *others]
    return notebook


def test_the_book_shows_what_the_notebooks_say(book, root, tool):
    tool = tool("execute_notebooks")

    def said(cell):  # where a stream is cut, by chance, myst-nb changes its white space
        return {kind: "".join(text.split()) for kind, text in tool.said(cell).items()}

    paths, wrong = sorted((root / "notebooks").glob("*.ipynb")), []
    for path in paths:
        run = book.parent / "jupyter_execute" / "notebooks" / path.name
        assert run.is_file(), "run `make book` again: it keeps the notebooks as it has run them"
        stored = nbformat.read(path, as_version=4)
        fresh = without_repetitions(nbformat.read(run, as_version=4))
        for number in tool.differences(stored, fresh, said):
            old, new = (tool.said(tool.code_cells(n)[number - 1]) for n in (stored, fresh))
            wrong.append(f"{path.name}, code cell {number}: {old} in the file, {new} in the book")
    assert not wrong, "\n".join([*wrong, "mend what has changed, or run `make notebooks`"])
    assert len(paths) > 3
