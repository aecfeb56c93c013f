"""Stretches of days as bars over a scale of years.

A cell of a bar stands for some days: full where all of them are in a stretch, in part where some are. An
arrow at an end says that a stretch goes on beyond the scale.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from pollex.compare.stretches import DAY, Stretch, shared, uncovered
from pollex.model.dated import Dated

MONTHS: Final = (1, 2, 3, 4, 6, 12)
"""What a cell may stand for within a year."""


@dataclass(frozen=True, slots=True)
class Strokes:
    """The characters that bars are drawn with."""

    full: str
    part: str
    empty: str
    before: str
    after: str


UNICODE = Strokes("█", "▒", "·", "◀", "▶")
PLAIN = Strokes("#", "+", ".", "<", ">")


def strokes_for(encoding: str | None) -> Strokes:
    """The finest characters that an encoding has."""
    try:
        "█▒·◀▶".encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return PLAIN
    return UNICODE


@dataclass(frozen=True, slots=True)
class Scale:
    """Whole years, a number of months a cell."""

    first: int
    last: int
    months: int

    @property
    def cells(self) -> int:
        """How many cells the years take."""
        return -(-12 * (self.last - self.first + 1) // self.months)

    def cell(self, number: int) -> Stretch:
        """The days that a cell stands for."""
        return Stretch(self._begins(number), self._begins(number + 1) - DAY)

    def _begins(self, number: int) -> date:
        years, month = divmod(number * self.months, 12)
        return date(self.first + years, month + 1, 1)


def scale_for(first: int, last: int, most: int) -> Scale:
    """The finest scale of these years that takes at most so many cells."""
    years = last - first + 1
    steps = (*MONTHS, *(12 * number for number in range(2, years + 1)))
    fitting = (step for step in steps if Scale(first, last, step).cells <= most)
    return Scale(first, last, next(fitting, 12 * years))


def heads(scale: Scale) -> str:
    """The years, each where it begins; one that does not fit is left out."""
    text = ""
    for number in range(scale.cells):
        start = scale.cell(number).from_
        if start is not None and start.month == 1 and (not text or len(text) < number):
            text = f"{text:<{number}}{start.year}"
    return text


def bar(stretches: Iterable[Dated], scale: Scale, strokes: Strokes) -> str:
    """The bar, with a character on either side for an arrow or a blank."""
    found = tuple(stretches)
    cells = "".join(_cell(scale.cell(number), found, strokes) for number in range(scale.cells))
    starts, ends = date(scale.first, 1, 1), scale.cell(scale.cells - 1).through or date.max
    before = any(one.from_ is None or one.from_ < starts for one in found)
    after = any(one.through is None or one.through > ends for one in found)
    return f"{strokes.before if before else ' '}{cells}{strokes.after if after else ' '}"


def _cell(days: Stretch, stretches: tuple[Dated, ...], strokes: Strokes) -> str:
    if not any(shared(days, one) for one in stretches):
        return strokes.empty
    return strokes.part if uncovered(days, stretches) else strokes.full
