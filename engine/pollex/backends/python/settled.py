"""What a set of effects comes to, as far as no claim changes it: remembered for the next line.

Reasons, notes and adjustments are put in order once. For each line there remain the dollars, what its
rules have read, and the whole charge of a denial.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from pollex.backends.python.answers import Number, cents
from pollex.backends.python.asked import Asked, Open
from pollex.backends.python.claims import Line
from pollex.backends.python.dollars import NO_CAPS, OpenCap, Pay, cap_if_known, cap_on, in_dollars, rounded
from pollex.backends.python.evidence import Evidence, ReasonOf, reason_of
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
NO_DOLLARS = "pay at most an unknown amount"

new_line, new_adjustment = quick(LineDecision), quick(Adjustment)
Row: TypeAlias = tuple[str, Piece, Asked | None]
"""A reason of a line: the effect in words, the effect, the rule that it comes of."""


class Settled:
    """A line but for its dollars and what was read. `all_known` says that nothing that a rule of the line, or
    a number of an effect, reads is missing.
    """

    __slots__ = (
        "_adjustments",
        "_capped",
        "_charged",
        "_notes",
        "_open_caps",
        "_owed",
        "_pay",
        "_reasons",
        "_varying",
        "all_known",
        "outcome",
    )

    def __init__(
        self,
        outcome: LineOutcome,
        pay: Pay | None,
        rows: Iterable[Row],
        evidence: Evidence,
        open_caps: tuple[OpenCap, ...],
        adjustments: tuple[Adjustment, ...],
        notes: tuple[Note, ...],
        owed: tuple[RequiredDocument, ...],
        all_known: bool,
    ) -> None:
        self.outcome: LineOutcome = outcome
        self.all_known = all_known
        self._pay = pay
        self._open_caps = open_caps
        self._adjustments = adjustments
        self._notes = notes
        self._owed = owed
        self._charged = adjustments[0] if outcome == "deny" and len(adjustments) == 1 else None
        """The one adjustment that takes off the whole charge."""
        self._reasons: list[Reason] = []
        self._varying: list[tuple[int, ReasonOf]] = []
        self._capped: list[tuple[int, int, Piece, Read | None]] = []
        places = {piece: at for at, (piece, _) in enumerate(open_caps)}
        for at, (words, piece, asked) in enumerate(rows):
            found = evidence.reason(words, piece, asked)
            if words == CAPPED:
                reads = None if found.__class__ is Reason else evidence.read(asked)
                self._capped.append((at, places[piece], piece, reads))
            elif not isinstance(found, Reason):
                self._varying.append((at, found))
            self._reasons.append(found if isinstance(found, Reason) else reason_of(words, piece, ()))

    def decision(self, line: Line) -> LineDecision:
        caps = [cap_on(piece, line, day) for piece, day in self._open_caps] if self._open_caps else NO_CAPS
        missing: tuple[Missing, ...] = ()
        adjustments = self._adjustments
        percent = amount = None
        if self._pay is not None:
            percent, amount = self._pay.percent, self._pay.amount(line, caps)
            if amount is None:
                missing = self._without_fee(line)
        elif self.outcome == "deny":
            percent, amount = "0", "0.00"
            if self._charged is not None:
                adjustments = self._of_charge(self._charged, line)
        return self._line(line, percent, amount, caps, adjustments, missing)

    def lacking(self, line: Line, amount: str | None, missing: tuple[Missing, ...]) -> LineDecision:
        """The line of which this is missing, with the amount that it comes to all the same."""
        caps = [cap_if_known(piece, line, day) for piece, day in self._open_caps]
        adjustments, percent = self._adjustments, None
        if self._pay is not None:
            percent = self._pay.percent
        elif self.outcome == "deny":
            percent = "0"
            if self._charged is not None:
                adjustments = self._of_charge(self._charged, line)
        return self._line(line, percent, amount, caps, adjustments, missing)

    def _line(
        self,
        line: Line,
        percent: str | None,
        amount: str | None,
        caps: Sequence[Number | None],
        adjustments: tuple[Adjustment, ...],
        missing: tuple[Missing, ...],
    ) -> LineDecision:
        reasons = self._reasons.copy()
        for at, reason in self._varying:
            reasons[at] = reason(line)
        for at, cap, piece, read in self._capped:
            most = caps[cap]
            said = CAPPED + in_dollars(rounded(most)) if most is not None else NO_DOLLARS
            reasons[at] = reason_of(said, piece, () if read is None else read(line))
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
        charge = cents(line.raw.get("charge_amount"))
        if charge is None:
            return self._adjustments
        return (new_adjustment(one.group, one.carc, one.rule, one.rarc, in_dollars(rounded(charge))),)
