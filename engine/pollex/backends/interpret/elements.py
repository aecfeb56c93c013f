"""Data and what is missing: an element of a claim or of a table, known or not.

A `Datum` is what reading gives: known, not listed (a table says there is no such row), or unknown together
with the elements that would make it known.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import NamedTuple, TypeAlias

from pollex.backends.calendar import shift
from pollex.backends.wording import number_text

SLACK = 3
Scalar: TypeAlias = Fraction | date | str


class Element(NamedTuple):
    """Something a claim or a table may lack: where it belongs, and the author's word for it.

    `table` and `key` stand for a row; `column` tells the cells of one row apart while decisions are
    completed.
    """

    pointer: str
    term: str
    table: str = ""
    key: str = ""
    column: str = ""


class LineRef(NamedTuple):
    """A line of the claim, or of its history (`of_history`), by its place in the document."""

    place: int
    of_history: bool = False

    @property
    def pointer(self) -> str:
        return f"/history/lines/{self.place}" if self.of_history else f"/lines/{self.place}"


@dataclass(frozen=True, slots=True)
class Known:
    """A value and where it stands, nowhere for what was worked out; `written` is how the claim writes it."""

    value: Scalar
    pointer: str = ""
    written: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class KnownList:
    """The values of a list. While elements keep it `open` there may be more of them; `within`, if any,
    bounds what they could be; `written` is how the claim writes them, where it does so differently.
    """

    values: tuple[str, ...]
    pointer: str
    open: frozenset[Element] = frozenset()
    within: tuple[str, ...] | None = None
    written: tuple[str, ...] = field(default=(), compare=False)

    @property
    def shown(self) -> tuple[str, ...] | None:
        """The values as a decision shows them; None where they are not all known."""
        return None if self.open else self.written or self.values


@dataclass(frozen=True, slots=True)
class Unknown:
    """No value; `elements` would give one.

    `direct` names the element whose very value this is, or, with `moved`, whose value moved by that many
    units. A number may be known to lie between `least` and `most`.
    """

    elements: frozenset[Element]
    direct: Element | None = None
    moved: tuple[int, str] | None = None
    least: Fraction | None = None
    most: Fraction | None = None

    def turns(self, against: Scalar) -> frozenset[Scalar]:
        """The values of `direct` at which a comparison with `against` may turn: one, or the days around it
        where months move, which are of different lengths.
        """
        if self.moved is None or not isinstance(against, date):
            return frozenset((against,))
        amount, unit = self.moved
        day = shift(against, -amount, unit)
        around = range(-SLACK, SLACK + 1) if unit in ("month", "year") else (0,)
        return frozenset(shift(day, days, "day") for days in around)


@dataclass(frozen=True, slots=True)
class NotListed:
    """A table says it has no such row: comparisons are false."""

    table: str
    key: str


Datum: TypeAlias = Known | Unknown | NotListed


def unknown(element: Element) -> Unknown:
    """The value of one missing element."""
    return Unknown(frozenset((element,)), element)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A condition that is unknown: the elements that settle it.

    Where it hangs on the value of one element alone, `direct` names it, and `turns` and `sets` hold the
    values at which the answer may turn.
    """

    elements: frozenset[Element]
    direct: Element | None = None
    turns: frozenset[Scalar] = frozenset()
    sets: frozenset[str] = frozenset()


class Reading(NamedTuple):
    """A value that a condition read, from the claim (`pointer`) or a table (`table`, `key`); `value` None =
    unknown.
    """

    term: str
    pointer: str
    value: str | tuple[str, ...] | None
    table: str = ""
    key: str = ""


def text_of(value: Scalar | tuple[str, ...] | None) -> str | tuple[str, ...] | None:
    """A value as a decision shows it: exact decimals, ISO dates."""
    if value is None or isinstance(value, str | tuple):
        return value
    return value.isoformat() if isinstance(value, date) else number_text(value)
