"""The exercises whose answer is a formula: their words, and their mistakes as functions."""

import numpy as np

from nnlib.exercises import table

FORMULAS = table("formulas")
SENTENCES = FORMULAS.pop("sentences")
FUNCTIONS = {name: getattr(np, name) for name in ("floor", "ceil", "sqrt", "exp", "log", "abs")}
FUNCTIONS |= {"max": np.maximum, "min": np.minimum}


def function_of(formula, names):
    """A formula of our own file as a function of its names; ";" separates several results."""
    parts = [compile(part.strip(), formula, "eval") for part in formula.split(";")]

    def function(*values):
        found = [eval(part, FUNCTIONS, dict(zip(names, values, strict=True))) for part in parts]
        return found if len(found) > 1 else found[0]

    return function


def words_of(chapter, number):
    """What `verdict.check` needs of an exercise: why, mistakes and form."""
    entry = FORMULAS[chapter][str(number)]
    mistakes = {words: function_of(wrong, entry["names"]) for wrong, words in entry["mistakes"]}
    return {"why": entry["why"], "mistakes": mistakes, "form": f"{chapter}.{number}"}
