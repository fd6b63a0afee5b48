"""Slides for the next lecture's opening: what many in the class have not understood, a mistake a slide, with the hint behind a key.

One file that opens offline, written for a room: its template is `opening.html`, and it holds nothing of one student alone.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autograder.pages.figures import Misconception, UnitFigures
from autograder.pages.templates import environment

MOST = 3  # slides: more than a lecture's opening has room for
LINES, COLUMNS = 12, 74  # of an answer that can be read from the last row
TENTHS = ("", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


@dataclass(frozen=True)
class Slide:
    """One mistake: how many made it, in words and in numbers, and an answer that shows it, "" where it is too long for a slide."""

    unit: str
    share: str
    count: int
    of: int
    mistake: Misconception

    @property
    def example(self) -> str:
        rows = sum(max(1, math.ceil(len(line) / COLUMNS)) for line in self.mistake.example.splitlines())  # a long line is broken
        return self.mistake.example if rows <= LINES else ""


def page(course: str, units: Sequence[UnitFigures]) -> str:
    """The whole page, HTML without a request to anywhere; "" where no mistake is of more than one student."""
    found = slides(units)
    return environment().get_template("opening.html").render(course=course, slides=found) + "\n" if found else ""


def slides(units: Iterable[UnitFigures]) -> list[Slide]:
    """The mistakes of the largest shares of those who handed in, at most `MOST`, none of a single student."""
    found = [
        Slide(unit.unit, in_words(len(one.students), len(unit.handed_in)), len(one.students), len(unit.handed_in), one)
        for unit in units
        for one in unit.misconceptions
        if len(one.students) > 1
    ]
    return sorted(found, key=lambda slide: -slide.count / slide.of)[:MOST]


def in_words(count: int, of: int) -> str:
    """A share as one says it.

    >>> in_words(14, 20), in_words(2, 90), in_words(88, 90), in_words(3, 3)
    ('Seven in ten', 'A few', 'Nearly everybody', 'Everybody')
    """
    tenths = round(10 * count / of)
    if count == of:
        return "Everybody"
    return "A few" if tenths == 0 else "Nearly everybody" if tenths == 10 else f"{TENTHS[tenths]} in ten"
