"""Dollars of a line, in whole numbers: exact, and quicker than fractions.

What is paid is the least of several amounts, rounded once. Since to round keeps their order, each can be
rounded to cents first, and the least be taken then.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from fractions import Fraction
from math import prod
from typing import NamedTuple, TypeAlias

from pollex.backends.python.answers import NOT_LISTED, Number
from pollex.backends.python.asked import Open
from pollex.backends.python.claims import Line
from pollex.backends.python.days import Day
from pollex.backends.python.pieces import Piece
from pollex.model.decision import percent_text

OpenCap: TypeAlias = tuple[Piece, Day]
"""A most that each line has for itself."""
POWERS = tuple(10**places for places in range(16))


class Cap(NamedTuple):
    """In cents; whether it is nothing at all, not even a part of a cent."""

    cents: int
    is_nothing: bool


class Pay:
    """What a share of the fee comes to: shares and factors in percent, dollars off, caps."""

    __slots__ = ("_above", "_below", "_cap", "_off", "percent")

    def __init__(self, parts: Iterable[Number], off: Iterable[Number], caps: Iterable[Number]) -> None:
        share = prod((Fraction(part) / 100 for part in parts), start=Fraction(100))
        self.percent = percent_text(share)
        self._above, self._below = share.numerator, share.denominator
        self._off = Fraction(sum(off))
        lowest = min(caps, default=None)
        self._cap = None if lowest is None else cap_of(lowest)

    def amount(self, line: Line, caps: Collection[Cap]) -> str | None:
        """Dollars, as far as the fee is known."""
        fee, units = line.raw.get("fee_schedule_amount"), line.raw.get("units") or "1"
        if fee is None:
            return "0.00" if self._is_nothing(units, caps) else None
        whole, places = scaled(fee)
        if units != "1":
            times, more = scaled(units)
            whole, places = whole * times, places + more
        if self._off:
            gross = Fraction(whole * self._above, self._below * 10 ** (places + 2)) - self._off
            cents = cap_of(max(gross, Fraction(0))).cents
        else:
            cents = in_cents(whole * self._above, places + 2, self._below)
        if self._cap is not None and self._cap.cents < cents:
            cents = self._cap.cents
        for cap in caps:
            cents = min(cents, cap.cents)
        return in_dollars(cents)

    def _is_nothing(self, units: str, caps: Collection[Cap]) -> bool:
        """Whether nothing is paid, whatever the fee."""
        every = caps if self._cap is None else (*caps, self._cap)
        return self._above == 0 or scaled(units)[0] == 0 or any(cap.is_nothing for cap in every)


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
    text = line.raw.get(piece.key)
    if text is None:
        raise Open
    whole, places = scaled(text)
    return Cap(in_cents(whole, places), whole == 0)


def cap_of(number: Number) -> Cap:
    exact = Fraction(number)
    return Cap(in_cents(exact.numerator, 0, exact.denominator), exact == 0)


def scaled(text: str) -> tuple[int, int]:
    """A decimal number as a whole one, and how many places that has to be moved."""
    whole, _, places = text.partition(".")
    return int(whole + places), len(places)


def in_cents(whole: int, places: int, divisor: int = 1) -> int:
    """A whole number moved by so many places and divided, half a cent rounded up."""
    if places == 2 and divisor == 1:
        return whole
    below: int = divisor * (POWERS[places] if places < len(POWERS) else 10**places)
    return (200 * whole + below) // (2 * below)


def in_dollars(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"
