"""Claims about the course's data, in a chapter that somebody runs on a table of their own."""

import ast
import linecache
import sys

import numpy as np

from nnlib.data import load_dataset

OURS = ("spirals", "penguins")


class Yours:
    """What `yours` is in ``assert loss < 0.2 or yours``: a claim about the course's data.

    On the course's data sets it is false, so that the claim must hold. On others it is true, and
    says which claim it was: the notebook goes on.
    """

    def __init__(self, *data_sets):
        self.names = [data.name for data in data_sets if not comes_along(data)]
        self.cell, self.said = None, set()
        others = ", ".join(self.names)  # what stored numbers, of the course's data, say of them
        self.remark = f"; on the course's data, not on {others}" if others else ""

    def __bool__(self):
        if self.names:
            frame = sys._getframe(1)
            if frame is not self.cell:
                self.cell, self.said = frame, set()
            claim = claim_at(frame.f_code.co_filename, frame.f_lineno)
            if claim not in self.said:  # once for all turns of a loop
                self.said.add(claim)
                print(f"True of the course's data, not with {', '.join(self.names)}: {claim}")
        return bool(self.names)


def comes_along(data):
    """Whether a Dataset is, point by point, one of the course's."""
    if data.name not in OURS:
        return False
    return np.array_equal(data.X_train, load_dataset(data.name).X_train)


def claim_at(filename, line):
    """The condition of the assert that covers a line of a cell, on one line."""
    for node in ast.walk(ast.parse("".join(linecache.getlines(filename)) or "pass")):
        if isinstance(node, ast.Assert) and node.lineno <= line <= node.end_lineno:
            return ast.unparse(node.test).removesuffix(" or yours")
    return f"line {line}"
