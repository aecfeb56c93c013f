"""What a set of effects comes to, as far as no claim changes it: remembered for the next line.

Reasons, notes and adjustments are put in order once. For each line there remain the dollars, what its
rules have read, and the whole charge of a denial.
"""

from __future__ import annotations

from dataclasses import dataclass

from pollex.backends.python.asked import Open
from pollex.backends.python.claims import Line
from pollex.backends.python.dollars import Cap, OpenCap, Pay, cap_on, in_cents, in_dollars, scaled
from pollex.backends.python.pieces import Piece
from pollex.backends.python.reading import Read
from pollex.model.decision import (
    Adjustment,
    LineDecision,
    LineOutcome,
    Missing,
    Note,
    Reason,
    RequiredDocument,
)
from pollex.model.quick import quick

CAPPED = "pay at most $"
"""The words of a cap that each line has for itself, but for the dollars."""

NO_CAPS: dict[Piece, Cap] = {}
new_line, new_reason, new_adjustment = quick(LineDecision), quick(Reason), quick(Adjustment)


@dataclass(frozen=True, slots=True)
class Row:
    """A reason of a line: the effect in words, the effect, what reads what its rule has read."""

    words: str
    piece: Piece
    read: Read


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
        "_reads",
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
        self._reads = tuple(dict.fromkeys(row.read for row in rows))
        places = {read: at for at, read in enumerate(self._reads)}
        self._rows = [
            (
                row.piece.clause.name,
                row.words,
                places[row.read],
                row.piece.clause.because,
                row.piece.sources,
                row.piece if row.words == CAPPED else None,
            )
            for row in rows
        ]
        self._open_caps = open_caps
        self._adjustments = adjustments
        self._notes = notes
        self._owed = owed
        self._charged = adjustments[0] if outcome == "deny" and len(adjustments) == 1 else None
        """The one adjustment that takes off the whole charge."""

    def decision(self, line: Line) -> LineDecision:
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
        read = [reads(line) for reads in self._reads]
        reasons = []
        for name, words, at, text, sources, piece in self._rows:
            said = words if piece is None else words + in_dollars(caps[piece].cents)
            reasons.append(new_reason(name, said, read[at], text, sources))
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
