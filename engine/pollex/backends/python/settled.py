"""What a set of effects comes to, as far as no claim changes it: remembered for the next line.

Reasons, notes and adjustments are put in order once. For each line there remain the dollars, what its
rules have read, and the whole charge of a denial.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import prod
from typing import TypeAlias

from pollex.backends.python.answers import Number, number
from pollex.backends.python.asked import Asked, Open
from pollex.backends.python.claims import Line
from pollex.backends.python.pieces import Piece
from pollex.model.decision import (
    Adjustment,
    LineDecision,
    LineOutcome,
    Missing,
    Note,
    Reading,
    Reason,
    RequiredDocument,
    money,
    percent_text,
)
from pollex.model.quick import quick

Because: TypeAlias = Callable[[Line, Asked], tuple[Reading, ...]]
Row: TypeAlias = tuple[str, Piece, Asked | None]
"""A reason of a line: the effect in words, the effect, the rule that it comes of."""

POWERS = tuple(10**places for places in range(16))
new_line, new_reason, new_adjustment = quick(LineDecision), quick(Reason), quick(Adjustment)


class Settled:
    """A line but for its dollars and what was read. `all_known` says that nothing that a rule of the line, or
    a number of an effect, reads is missing.
    """

    __slots__ = (
        "_adjustments",
        "_caps",
        "_charged",
        "_exact",
        "_notes",
        "_off",
        "_owed",
        "_percent",
        "_rows",
        "all_known",
        "outcome",
    )

    def __init__(
        self,
        outcome: LineOutcome,
        parts: tuple[Number, ...],
        off: tuple[Number, ...],
        caps: tuple[Number, ...],
        rows: tuple[Row, ...],
        adjustments: tuple[Adjustment, ...],
        notes: tuple[Note, ...],
        owed: tuple[RequiredDocument, ...],
        all_known: bool,
    ) -> None:
        self.outcome: LineOutcome = outcome
        self.all_known = all_known
        self._exact: Fraction | None = None
        self._percent: str | None = "0" if outcome == "deny" else None
        if outcome == "allow":
            self._exact = share(parts)
            self._percent = percent_text(self._exact)
        self._off = off
        self._caps = caps
        self._rows = rows
        self._adjustments = adjustments
        self._notes = notes
        self._owed = owed
        self._charged = adjustments[0] if outcome == "deny" and len(adjustments) == 1 else None
        """The one adjustment that takes off the whole charge."""

    def decision(self, line: Line, because: Because) -> LineDecision:
        """The line; `because` says what a rule has read."""
        amount = "0.00" if self.outcome == "deny" else None
        missing: tuple[Missing, ...] = ()
        if self._exact is not None:
            get = line.raw.get
            amount = dollars(
                self._exact, get("fee_schedule_amount"), get("units") or "1", self._off, self._caps
            )
            if amount is None:
                missing = self._without_fee(line)
        reasons = [
            new_reason(
                piece.clause.name,
                words,
                () if of is None else because(line, of),
                piece.clause.because,
                piece.sources,
            )
            for words, piece, of in self._rows
        ]
        return new_line(
            line.number,
            line.code,
            self.outcome,
            self._percent,
            amount,
            self._adjustments if self._charged is None else self._of_charge(self._charged, line),
            self._owed,
            missing,
            tuple(reasons),
            self._notes,
            (),
        )

    def _without_fee(self, line: Line) -> tuple[Missing, ...]:
        """What is missing where the amount alone stays open; a rule that asks for it too would have to be
        named.
        """
        if not self.all_known:
            raise Open
        return (Missing("fee", f"{line.pointer}/fee_schedule_amount", ("amount",)),)

    def _of_charge(self, one: Adjustment, line: Line) -> tuple[Adjustment, ...]:
        """A denial takes off the whole charge, where it is known."""
        charge = line.raw.get("charge_amount")
        if charge is None:
            return self._adjustments
        return (new_adjustment(one.group, one.carc, one.rule, one.rarc, text_of(*scaled(charge), 1)),)


# ------------------------------------------------------------------ money


def share(parts: tuple[Number, ...]) -> Fraction:
    """The share of the fee in percent."""
    return Fraction(100 * prod(parts)) / 100 ** len(parts) if parts else Fraction(100)


def dollars(
    percent: Fraction, fee: str | None, units: str, off: tuple[Number, ...], caps: tuple[Number, ...]
) -> str | None:
    """What the share of the fee comes to, as far as the fee is known."""
    if fee is None or off or caps:
        return _bounded(percent, fee, units, off, caps)
    whole, places = scaled(fee)
    if units != "1":
        times, more = scaled(units)
        whole, places = whole * times, places + more
    return text_of(whole * percent.numerator, places + 2, percent.denominator)


def _bounded(
    percent: Fraction, fee: str | None, units: str, off: tuple[Number, ...], caps: tuple[Number, ...]
) -> str | None:
    dollars, times = number(fee), number(units)
    assert times is not None
    if dollars is None:
        is_nothing = percent == 0 or times == 0 or min(caps, default=1) <= 0
        return "0.00" if is_nothing else None
    amount = min([*caps, percent * dollars * times / 100 - sum(off)])
    return money(Fraction(max(amount, 0)))


def scaled(text: str) -> tuple[int, int]:
    """A decimal number as a whole one, and how many places that has to be moved."""
    whole, _, places = text.partition(".")
    return int(whole + places), len(places)


def text_of(whole: int, places: int, divisor: int) -> str:
    """Dollars: a whole number moved by so many places and divided, half a cent rounded up."""
    below = divisor * POWERS[places] if places < len(POWERS) else divisor * 10**places
    cents = (200 * whole + below) // (2 * below)
    return f"{cents // 100}.{cents % 100:02}"
