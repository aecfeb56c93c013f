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
NO_CAPS: tuple[Number, ...] = ()


class Pay:
    """What a share of the fee comes to: shares and factors in percent, dollars off, caps."""

    __slots__ = ("_above", "_below", "_cap", "_off", "percent")

    def __init__(self, parts: Iterable[Number], off: Iterable[Number], caps: Iterable[Number]) -> None:
        above, below = 1, 1
        for part in parts:
            above, below = above * part.numerator, below * part.denominator * 100
        share = Fraction(above, below)
        self.percent = percent_text(share * 100)
        self._above, self._below = share.numerator, share.denominator
        self._off = 100 * sum(off)
        found: list[Number] = [100 * cap for cap in caps]
        self._cap = min(found) if found else None

    def amount(self, line: Line, caps: Collection[Number]) -> str | None:
        """Dollars, as far as the fee is known; caps are in cents."""
        get = line.raw.get
        fee, units = cents(get("fee_schedule_amount")), get("units")
        if fee is None:
            return "0.00" if self._is_nothing(units or "1", caps) else None
        above, below = fee * self._above, self._below
        if units is not None and units != "1":
            times, places = scaled(units)
            above, below = above * times, below * 10**places
        paid: Number
        if self._off:
            paid = max(Fraction(above, below) - self._off, Fraction(0))
        else:
            paid = above if below == 1 else (2 * above + below) // (2 * below)
        if self._cap is not None:
            paid = min(paid, self._cap)
        for cap in caps:
            paid = min(paid, cap)
        return in_dollars(rounded(paid))

    def _is_nothing(self, units: str, caps: Collection[Number]) -> bool:
        """Whether nothing is paid, whatever the fee."""
        return self._above == 0 or scaled(units)[0] == 0 or self._cap == 0 or 0 in caps


def number_on(piece: Piece, line: Line, day: Day) -> Number:
    """The number of an effect on a line, never below zero."""
    assert piece.number_of is not None
    found = piece.number_of(line, line.claim, day)
    if found is None or found is NOT_LISTED:
        raise Open
    number: Number = max(found, 0)
    return number


def cap_on(piece: Piece, line: Line, day: Day) -> Number:
    """A most that the line has for itself, in cents."""
    if piece.key is None:
        return 100 * number_on(piece, line, day)
    found = cents(line.raw.get(piece.key))
    if found is None:
        raise Open
    return found


def cap_if_known(piece: Piece, line: Line, day: Day) -> Number | None:
    """A most that the line has for itself; None where the claim does not say it."""
    if piece.key is not None and line.raw.get(piece.key) is None:
        return None
    return cap_on(piece, line, day)


def rounded(found: Number) -> int:
    """Whole cents, half a cent rounded up."""
    return found if found.__class__ is int else int((2 * found + 1) // 2)


def scaled(text: str) -> tuple[int, int]:
    """A decimal number as a whole one, and how many places that has to be moved."""
    whole, _, places = text.partition(".")
    return int(whole + places), len(places)


def in_dollars(found: int) -> str:
    text = str(found) if found > 99 else f"{found:03}"
    return f"{text[:-2]}.{text[-2:]}"
