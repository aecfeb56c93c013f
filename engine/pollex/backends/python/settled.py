"""What a set of effects comes to, as far as no claim changes it: remembered for the next line.

Reasons, notes and adjustments are put in order once. For each line there remain the dollars, what its
rules have read, and the whole charge of a denial.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from pollex.backends.python.asked import Asked, Open
from pollex.backends.python.claims import Line
from pollex.backends.python.dollars import Cap, OpenCap, Pay, cap_on, in_cents, in_dollars, scaled
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
)
from pollex.model.quick import quick

Because: TypeAlias = Callable[[Line, Asked], tuple[Reading, ...]]
CAPPED = "pay at most $"
"""The words of a cap that each line has for itself, but for the dollars."""

NO_CAPS: dict[Piece, Cap] = {}
new_line, new_reason, new_adjustment = quick(LineDecision), quick(Reason), quick(Adjustment)


class Row:
    """A reason of a line: the effect in words, the effect, the rule that it comes of."""

    __slots__ = ("name", "of", "piece", "sources", "text", "words")

    def __init__(self, words: str, piece: Piece, of: Asked | None) -> None:
        self.words = words
        self.piece = piece
        self.of = of
        self.name = piece.clause.name
        self.text = piece.clause.because
        self.sources = piece.sources


class Settled:
    """A line but for its dollars and what was read. `all_known` says that nothing that a rule of the line, or
    a number of an effect, reads is missing.
    """

    __slots__ = (
        "_adjustments",
        "_charged",
        "_notes",
        "_open_caps",
        "_owed",
        "_pay",
        "_rows",
        "all_known",
        "outcome",
    )

    def __init__(
        self,
        outcome: LineOutcome,
        pay: Pay | None,
        rows: tuple[Row, ...],
        open_caps: tuple[OpenCap, ...],
        adjustments: tuple[Adjustment, ...],
        notes: tuple[Note, ...],
        owed: tuple[RequiredDocument, ...],
        all_known: bool,
    ) -> None:
        self.outcome: LineOutcome = outcome
        self.all_known = all_known
        self._pay = pay
        self._rows = rows
        self._open_caps = open_caps
        self._adjustments = adjustments
        self._notes = notes
        self._owed = owed
        self._charged = adjustments[0] if outcome == "deny" and len(adjustments) == 1 else None
        """The one adjustment that takes off the whole charge."""

    def decision(self, line: Line, because: Because) -> LineDecision:
        """The line; `because` says what a rule has read."""
        caps = (
            {piece: cap_on(piece, line, day) for piece, day in self._open_caps}
            if self._open_caps
            else NO_CAPS
        )
        missing: tuple[Missing, ...] = ()
        adjustments = self._adjustments
        percent = amount = None
        if self._pay is not None:
            percent, amount = self._pay.percent, self._pay.amount(line, caps.values())
            if amount is None:
                missing = self._without_fee(line)
        elif self.outcome == "deny":
            percent, amount = "0", "0.00"
            if self._charged is not None:
                adjustments = self._of_charge(self._charged, line)
        reasons = []
        for row in self._rows:
            words, of = row.words, row.of
            if words is CAPPED:
                words += in_dollars(caps[row.piece].cents)
            read = () if of is None else because(line, of)
            reasons.append(new_reason(row.name, words, read, row.text, row.sources))
        return new_line(
            line.number,
            line.code,
            self.outcome,
            percent,
            amount,
            adjustments,
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
        return (
            new_adjustment(one.group, one.carc, one.rule, one.rarc, in_dollars(in_cents(*scaled(charge)))),
        )
