"""What rules of a line come to, to be compared: outcome, percentage, requirements, exact dollars.

A decision rounds; two ways of completing what is missing are the same only if they are so before that.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from math import prod
from typing import NamedTuple

from pollex.backends.python.answers import Number, cents
from pollex.backends.python.claims import Line
from pollex.backends.python.combine import Owed, Total
from pollex.backends.python.dollars import cap_if_known, in_dollars, rounded, scaled
from pollex.backends.python.emit.rules import number_of
from pollex.backends.python.pieces import Piece
from pollex.ir.nodes import Field

NOTHING_OWED: frozenset[Owed] = frozenset()
NOTHING: frozenset[tuple[str, str]] = frozenset()


class Lacking(NamedTuple):
    """An amount that these elements would give: places and words; `of` is what else it is made of."""

    elements: frozenset[tuple[str, str]]
    of: tuple[object, ...]


class Outcome(NamedTuple):
    """What a line comes to in some way; dollars in cents."""

    outcome: str
    percent: Number | None
    owed: frozenset[Owed]
    amount: Number | Lacking | None

    @property
    def lacks(self) -> frozenset[tuple[str, str]]:
        """What would give the amount."""
        return self.amount.elements if isinstance(self.amount, Lacking) else NOTHING

    @property
    def dollars(self) -> str | None:
        """The amount, where it is known."""
        amount = self.amount
        return None if amount is None or isinstance(amount, Lacking) else in_dollars(rounded(amount))


DENIED = Outcome("deny", 0, NOTHING_OWED, 0)


class Reckoned:
    """What rules come to but for a line's dollars."""

    __slots__ = ("_above", "_below", "_cap", "_fixed", "_off", "_open_caps", "_percent")

    def __init__(self, total: Total) -> None:
        outcome = total.outcome()
        self._fixed: Outcome | None = None
        if outcome == "deny":
            self._fixed = DENIED
        elif outcome == "pend":
            self._fixed = Outcome("pend", None, frozenset(total.owed), None)
        parts = (Fraction(part) / 100 for part in (*total.shares, *total.factors))
        share = prod(parts, start=Fraction(1))
        self._percent = 100 * share
        self._above, self._below = share.numerator, share.denominator
        self._off = 100 * sum(total.off)
        self._cap = min([100 * cap for cap in total.caps], default=None)
        self._open_caps = total.open_caps

    def on(self, line: Line) -> Outcome:
        """With the dollars of a line, in cents."""
        if self._fixed is not None:
            return self._fixed
        fee = cents(line.raw.get("fee_schedule_amount"))
        units = line.raw.get("units") or "1"
        above, below = (1 if fee is None else fee) * self._above, self._below
        if units != "1":
            times, places = scaled(units)
            above, below = above * times, below * 10**places
        gross: Number = above if below == 1 else Fraction(above, below)
        caps: list[Number] = [] if self._cap is None else [self._cap]
        lacking = [] if fee is not None else [(f"{line.pointer}/fee_schedule_amount", "fee")]
        for piece, day in self._open_caps:
            cap = cap_if_known(piece, line, day)
            if cap is None:
                lacking.append(place_of(piece, line))
            else:
                caps.append(cap)
        bounds = [*caps, gross - self._off] if fee is not None or gross == 0 else caps
        amount: Number | Lacking
        if bounds and min(bounds) <= 0:
            amount = 0
        elif lacking:
            made_of = gross, self._off, min(caps, default=None), frozenset(Counter(lacking).items())
            amount = Lacking(frozenset(lacking), made_of)
        else:
            amount = min(bounds)
        return Outcome("allow", self._percent, NOTHING_OWED, amount)


def place_of(piece: Piece, line: Line) -> tuple[str, str]:
    """Where a line says a number of its own, and the word for it."""
    number = number_of(piece.effect)
    assert isinstance(number, Field)
    return f"{line.pointer}/{piece.key}", number.phrase
