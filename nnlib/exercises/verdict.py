"""What a check says of an answer: right and why, or what is wrong with it.

No answer is compared with a solution. A check computes what has to come out in another way, for
several cases, and calls the answer for each of them.
"""

import copy
import dis
import functools
import html
import inspect
import traceback
from dataclasses import dataclass

import numpy as np

from nnlib.exercises.formulas import SENTENCES
from nnlib.exercises.mismatch import as_numbers, kind_of, pattern, same, short, short_type, shown

NOT_YET = SENTENCES["not_yet"]


@dataclass(frozen=True)
class Verdict:
    """What a check found; ``str()`` is the sentence for whoever answered."""

    passed: bool | None  # None while nothing has been answered
    message: str
    form: str = ""  # name of the exercise where it can be answered in the built page

    def __str__(self):
        return self.message

    __repr__ = __str__

    def _repr_html_(self):
        kind = {True: "right", False: "wrong", None: "open"}[self.passed]
        form = f' data-exercise="{self.form}"' if self.form and self.passed is None else ""
        words = html.escape(self.message)
        return f'<div class="check-verdict check-{kind}"{form}><p>{words}</p></div>'


class Wrong(Exception):
    """The sentence that says what is wrong with an answer."""


class Answer:
    """An answer that can be called; it remembers its cases, and raises nothing but `Wrong`."""

    def __init__(self, function):
        self.function, self.name = function, getattr(function, "__name__", "your answer")
        self.cases, self.first = [], ""  # (arguments, got), and the first that is wrong
        self.pairs = []  # (expected, got)
        self.kind = object  # of what comes out
        self.rtol = 1e-6  # of the comparison with a known mistake
        self.guess = ""  # at what is wrong, where a check has one of its own

    def __call__(self, *arguments):
        """What comes out, which must not be None; the arguments have to stay as they are."""
        given = [copy.deepcopy(a) if isinstance(a, np.ndarray) else a for a in arguments]
        call = self.call(arguments)
        try:
            got = self.function(*given)
        except (Exception, SystemExit) as error:
            raise Wrong(f"{call} stopped{where(error, self.function)}: {named(error)}") from error
        if got is None:
            raise Wrong(f"{call} returned nothing. Is there a `return`?")
        if not isinstance(got, self.kind):
            raise Wrong(f"{call} should be a {self.kind.__name__}, got {short_type(got)}.")
        for before, after in zip(arguments, given):
            if isinstance(before, np.ndarray) and not np.array_equal(before, after, True):
                raise Wrong(f"{call} changed the array that it was given. Work on a copy of it.")
        self.cases.append((arguments, got))
        return got

    def call(self, arguments):
        """How the call of a case reads, with the values of small arguments."""
        try:
            names = list(inspect.signature(self.function).bind(*arguments).arguments)
        except (TypeError, ValueError):
            names = [""] * len(arguments)
        parts = (f"{name}={shown(a)}" if shown(a) else name for name, a in zip(names, arguments))
        return f"{self.name}({', '.join(part for part in parts if part)})"

    def should_be(self, expected, *arguments, digits=6):
        """Compare one case; whether all cases hold is told at the end."""
        got = self(*arguments)
        call, e, g = self.call(arguments), np.asarray(expected), as_numbers(got)
        if g is None:
            raise Wrong(f"{call} should be {kind_of(e)}, got {short_type(got)}.")
        if g.shape != e.shape:
            turned = " Is it transposed?" if g.shape == e.shape[::-1] else ""
            self.first = self.first or f"{call} should be {kind_of(e)}, got {kind_of(g)}.{turned}"
            return got
        self.pairs.append((e, g))
        rtol = 0 if e.dtype.kind in "iu" else 10.0**-digits
        self.rtol = max(self.rtol, 10.0**-digits)
        scale = np.abs(e).max(initial=0) if e.dtype.kind == "f" else 0
        if not np.allclose(g, e, rtol=rtol, atol=1e-3 * rtol * scale) and not self.first:
            self.first = SENTENCES["should_be"].format(call=call, expected=short(e), got=short(g))
            near = np.abs(g - e).max() / scale if scale and np.isfinite(g).all() else 1
            if near < 1e-3:
                self.first += f" {int(-np.log10(near))} digits agree, {digits} must."
        return got

    def must(self, holds, otherwise):
        """A property of the answer, and the sentence for one that has it not."""
        if not holds:
            self.first = self.first or otherwise
            raise Wrong  # its cause is asked for first

    def cause(self, mistakes):
        """The sentence of the known mistake that gives the same in all cases; else a pattern."""
        for words, mistake in mistakes.items():
            if all(same(got, mistake, arguments, self.rtol) for arguments, got in self.cases):
                return words
        return self.guess or pattern(self.pairs)


def named(error):
    return f"{type(error).__name__}: {error}".removesuffix(": ")


def where(error, function):
    """The line of the answer in which it stopped, as " in `…`"."""
    code = getattr(function, "__code__", None)
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f.line for f in frames if code and f.filename == code.co_filename and f.line]
    return f" in `{lines[-1]}`" if lines else ""


def unwritten(*arguments): ...


def steps(function):
    """What a function does, compiled, and with which values."""
    return [(s.opname, s.argval) for s in dis.get_instructions(function) if s.opname != "NOP"]


def untouched(function):
    """Whether the body is still `...`."""
    return hasattr(function, "__code__") and steps(function) == steps(unwritten)


def check(why, mistakes=None, form=""):
    """Make a check of a function that calls an `Answer` for several cases.

    `why` says, in a sentence, why the right answer is right; `mistakes` has wrong answers, under
    the sentence that tells of the mistake; `form` names the exercise where it can be answered in
    the built page. The check takes the function that a learner wrote and returns a `Verdict`;
    nothing that the function does makes it raise an error.
    """

    def decorate(run):
        @functools.wraps(run)
        def judged(answer):
            if not callable(answer):
                words = f"Give the function itself, not what it returns: {run.__name__}(exercise)."
                return Verdict(False, words)
            if untouched(answer):
                return Verdict(None, NOT_YET, form)
            asked = Answer(answer)
            try:
                run(asked)
            except Wrong as wrong:
                if str(wrong) and not asked.first:
                    return Verdict(False, str(wrong))
            except Exception as error:
                asked.first = f"That is nothing that the check can use: {named(error)}."
            if not asked.first:
                return Verdict(True, SENTENCES["right"].format(why=why))
            return Verdict(False, f"{asked.first} {asked.cause(mistakes or {})}".strip())

        judged.mistakes = mistakes or {}
        return judged

    return decorate
