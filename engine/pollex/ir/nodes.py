"""Conditions and values of the intermediate form.

A condition is asked of `this` line, and inside a test of other lines or of the history also of the line
bound there (`Subject.OTHER`). Its answer is true, false or unknown. Everything an author can write as a
filter (`on the same date`, `within 90 days before …`) is a condition here like any other. Values are
exact: fractions, dates, codes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import TypeAlias


class Subject(Enum):
    """Whose field: this line's, or that of the line being looked at."""

    THIS = "this"
    OTHER = "other"


# ------------------------------------------------------------------ values


@dataclass(frozen=True, slots=True)
class Const:
    """A number (money, percent, days, count), a date, or a code or text."""

    value: Fraction | date | str


@dataclass(frozen=True, slots=True)
class Field:
    """The one value of a word of the vocabulary."""

    phrase: str
    subject: Subject


@dataclass(frozen=True, slots=True)
class Column:
    """A cell of a table, at the subject's key, on this line's date of service."""

    table: str
    column: str
    subject: Subject


@dataclass(frozen=True, slots=True)
class Arith:
    """Exact arithmetic; `op` is + - * /. Division by zero has no value, like a cell that is not listed."""

    op: str
    left: Value
    right: Value


@dataclass(frozen=True, slots=True)
class Shift:
    """A date moved by a number of days, weeks, months or years (`unit` in the singular, `sign` +1 or -1)."""

    base: Value
    amount: Value
    unit: str
    sign: int


@dataclass(frozen=True, slots=True)
class DaysFromTo:
    """Days from one date to another, both counted."""

    start: Value
    end: Value


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of the claim (`of` all or other) or of the history, for which `where` holds.

    `where` lets no date of service through that is before one of `since`: back to the latest of them the
    history must be complete for the lack of a line to be known.
    """

    of: str
    where: Condition
    since: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """How many lines."""

    lines: Lines


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of a numeric word over lines."""

    phrase: str
    lines: Lines


@dataclass(frozen=True, slots=True)
class Quantity:
    """The quantity that documentation of a concept states."""

    concept: str
    document: str | None


Value: TypeAlias = Const | Field | Column | Arith | Shift | DaysFromTo | Count | Sum | Quantity

# ------------------------------------------------------------------ conditions


@dataclass(frozen=True, slots=True)
class All:
    """True if every item is; `All(())` is true."""

    items: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True if some item is; `AnyOf(())` is false."""

    items: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """True if `count` or more of the items are."""

    count: int
    items: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Strong Kleene negation."""

    item: Condition


@dataclass(frozen=True, slots=True)
class Compare:
    """`op` is eq, ne, lt, le, gt or ge. A cell that is known not to be listed makes every comparison
    false.
    """

    op: str
    left: Value
    right: Value


@dataclass(frozen=True, slots=True)
class Member:
    """Is a code (or text) among `codes` or in one of `sets`? Of a list, `quantifier` says any or every of
    it.
    """

    phrase: str
    subject: Subject
    codes: frozenset[str]
    sets: tuple[str, ...]
    quantifier: str


@dataclass(frozen=True, slots=True)
class Same:
    """The other line's value of a word is this line's."""

    phrase: str


@dataclass(frozen=True, slots=True)
class SameProvider:
    """`relation` is provider (rendering NPI), group (billing tax id and rendering specialty) or tax-id
    (billing tax id).
    """

    relation: str


@dataclass(frozen=True, slots=True)
class Documented:
    """Documentation of a concept was found."""

    concept: str
    document: str | None


@dataclass(frozen=True, slots=True)
class OnFile:
    """A list such as the prior authorizations holds something."""

    phrase: str


@dataclass(frozen=True, slots=True)
class Denied:
    """The other line is denied by the first stratum."""


@dataclass(frozen=True, slots=True)
class Exists:
    """Some line of `lines` has `fact`."""

    lines: Lines
    fact: Condition


@dataclass(frozen=True, slots=True)
class Ranks:
    """This line is among `lines` and its place by `by`, highest first, ties by line number, lies in
    low..high.
    """

    low: int
    high: int | None
    by: Value
    lines: Lines


@dataclass(frozen=True, slots=True)
class PairListed:
    """The pair (other line's code, this line's code) is a row of `table` with these cells."""

    table: str
    cells: tuple[tuple[str, str | Fraction | date], ...]


Condition: TypeAlias = (
    All
    | AnyOf
    | AtLeast
    | Not
    | Compare
    | Member
    | Same
    | SameProvider
    | Documented
    | OnFile
    | Denied
    | Exists
    | Ranks
    | PairListed
)
