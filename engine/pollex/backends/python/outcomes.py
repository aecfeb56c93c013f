"""What rules of a line come to, to be compared: outcome, percentage, requirements, exact dollars.

A decision rounds; two ways of completing what is missing are the same only if they are so before that.
"""

from __future__ import annotations

from fractions import Fraction
from math import prod
from typing import NamedTuple

from pollex.backends.python.answers import Number, cents
from pollex.backends.python.asked import Open
from pollex.backends.python.claims import Line
from pollex.backends.python.combine import Total
from pollex.backends.python.dollars import cap_on, scaled

NOTHING_OWED: frozenset[tuple[str, str, str]] = frozenset()


class Outcome(NamedTuple):
    """What a line comes to in some way."""

    outcome: str
    percent: Number | None
    owed: frozenset[tuple[str, str, str]]
    amount: Number | None


DENIED = Outcome("deny", 0, frozenset(), 0)


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

    @property
    def denies(self) -> bool:
        return self._fixed is DENIED

    def on(self, line: Line) -> Outcome:
        """With the dollars of a line, in cents."""
        if self._fixed is not None:
            return self._fixed
        fee = cents(line.raw.get("fee_schedule_amount"))
        if fee is None:
            raise Open
        units = line.raw.get("units") or "1"
        above, below = fee * self._above, self._below
        if units != "1":
            times, places = scaled(units)
            above, below = above * times, below * 10**places
        amount: Number = above if below == 1 else Fraction(above, below)
        if self._off:
            amount -= self._off
        if self._cap is not None:
            amount = min(amount, self._cap)
        for piece, day in self._open_caps:
            amount = min(amount, cap_on(piece, line, day))
        return Outcome("allow", self._percent, NOTHING_OWED, max(amount, 0))
