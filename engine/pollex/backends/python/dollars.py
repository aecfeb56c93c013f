"""Dollars of a line, in whole numbers: exact, and quicker than fractions.

What is paid is the least of several amounts, rounded once. Since to round keeps their order, each can be
rounded to cents first, and the least be taken then.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from fractions import Fraction
from typing import TypeAlias

from pollex.backends.python.answers import NOT_LISTED, Number, cents
from pollex.backends.python.asked import Open
from pollex.backends.python.claims import Line
from pollex.backends.python.days import Day
from pollex.backends.python.pieces import Piece
from pollex.model.decision import percent_text

OpenCap: TypeAlias = tuple[Piece, Day]
"""A most that each line has for itself."""


Cap: TypeAlias = tuple[int, bool]
"""In cents; whether it is nothing at all, not even a part of a cent."""
NO_CAPS: tuple[Cap, ...] = ()


class Pay:
    """What a share of the fee comes to: shares and factors in percent, dollars off, caps."""

    __slots__ = ("_above", "_below", "_cap", "_off", "percent")

    def __init__(self, parts: Iterable[Number], off: Iterable[Number], caps: Iterable[Number]) -> None:
        above, below = 100, 1
        for part in parts:
            above, below = above * part.numerator, below * part.denominator * 100
        share = Fraction(above, below)
        self.percent = percent_text(share)
        self._above, self._below = share.numerator, share.denominator * 100
        self._off = Fraction(sum(off))
        lowest = min(caps, default=None)
        self._cap = None if lowest is None else cap_of(lowest)

    def amount(self, line: Line, caps: Collection[Cap]) -> str | None:
        """Dollars, as far as the fee is known."""
        fee, units = cents(line.raw.get("fee_schedule_amount")), line.raw.get("units") or "1"
        if fee is None:
            return "0.00" if self._is_nothing(units, caps) else None
        above, below = fee * self._above, self._below
        if units != "1":
            times, places = scaled(units)
            above, below = above * times, below * 10**places
        if self._off:
            paid, _ = cap_of(max(Fraction(above, below * 100) - self._off, Fraction(0)))
        else:
            paid = int((2 * above + below) // (2 * below))
        if self._cap is not None and self._cap[0] < paid:
            paid = self._cap[0]
        for most, _ in caps:
            paid = min(paid, most)
        return in_dollars(paid)

    def _is_nothing(self, units: str, caps: Collection[Cap]) -> bool:
        """Whether nothing is paid, whatever the fee."""
        every = caps if self._cap is None else (*caps, self._cap)
        return self._above == 0 or scaled(units)[0] == 0 or any(is_nothing for _, is_nothing in every)


def number_on(piece: Piece, line: Line, day: Day) -> Number:
    """The number of an effect on a line, never below zero."""
    assert piece.number_of is not None
    found = piece.number_of(line, line.claim, day)
    if found is None or found is NOT_LISTED:
        raise Open
    number: Number = max(found, 0)
    return number


def cap_on(piece: Piece, line: Line, day: Day) -> Cap:
    """A most that the line has for itself."""
    if piece.key is None:
        return cap_of(number_on(piece, line, day))
    found = cents(line.raw.get(piece.key))
    if found is None:
        raise Open
    return rounded(found), found == 0


def cap_of(number: Number) -> Cap:
    """Dollars as a cap, half a cent rounded up."""
    return rounded(100 * number), number == 0


def rounded(found: Number) -> int:
    """Whole cents, half a cent rounded up."""
    return found if isinstance(found, int) else (2 * found + 1) // 2


def scaled(text: str) -> tuple[int, int]:
    """A decimal number as a whole one, and how many places that has to be moved."""
    whole, _, places = text.partition(".")
    return int(whole + places), len(places)


def in_dollars(found: int) -> str:
    text = str(found) if found > 99 else f"{found:03}"
    return f"{text[:-2]}.{text[-2:]}"
