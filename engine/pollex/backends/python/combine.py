"""What the effects in force come to, where all that they read is known: the line's decision.

The meaning is the interpreter's (`interpret/combine.py`): deny over pend over allow; fee times units
times the one base share times every factor, less dollars off, then the lowest cap. What never changes of
an effect stands on its `Piece` (`pieces.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from pollex.backends.documentation import documentation_term
from pollex.backends.python.answers import NOT_LISTED, Number
from pollex.backends.python.asked import Asked, Open
from pollex.backends.python.claims import Line
from pollex.backends.python.pieces import Order, Piece, number_words
from pollex.backends.python.settled import Settled
from pollex.ir.program import Require
from pollex.model.decision import Adjustment, LineOutcome, RequiredDocument

Applied: TypeAlias = tuple[Order, Piece, Asked | None]
"""An effect that shapes the line, its words, and the rule that it comes of."""


class Total:
    """What has been gathered so far for a line; one that `denies` ignores all that no denial changes.
    `all_known` says that no rule of the line, and no number of an effect, lacks anything; `is_fixed`, that
    no effect has read the claim.
    """

    __slots__ = (
        "all_known",
        "applied",
        "caps",
        "denies",
        "factors",
        "is_fixed",
        "line",
        "off",
        "outcomes",
        "owed",
        "shares",
    )

    def __init__(self, line: Line, denies: bool, all_known: bool) -> None:
        self.line = line
        self.all_known = all_known
        self.is_fixed = True
        self.denies = denies
        self.applied: list[Applied] = []
        self.outcomes: set[str] = set()
        self.owed: list[tuple[str, str, str]] = []
        self.shares: set[Number] = set()
        self.factors: list[Number] = []
        self.off: list[Number] = []
        self.caps: list[Number] = []

    def add(self, piece: Piece, day: Any, of: Asked | None) -> None:
        """An effect that is in force."""
        order = piece.order
        if piece.outcome is not None:
            self.outcomes.add(piece.outcome)
        elif piece.money is not None:
            if self.denies:
                return
            order = self._number(piece, day)
        elif piece.require is not None:
            order = self._require(piece, piece.require, day, of)
        self.applied.append((order, piece, of))

    def _number(self, piece: Piece, day: Any) -> Order:
        value, order = piece.number, piece.order
        if value is None:
            assert piece.number_of is not None
            self.is_fixed = False
            found = piece.number_of(self.line, self.line.claim, day)
            if found is None or found is NOT_LISTED:
                raise Open
            value = max(found, 0)
            order = order[0], number_words(piece.effect, value), order[2]
        if piece.money == "share":
            self.shares.add(value)
        elif piece.money == "factor":
            self.factors.append(value)
        elif piece.money == "off":
            self.off.append(value)
        else:
            self.caps.append(value)
        return order

    def _require(self, piece: Piece, effect: Require, day: Any, of: Asked | None) -> Order:
        """Found: satisfied. Not found: what it says otherwise, or a pend with the request."""
        if effect.otherwise is not None:
            self.all_known = False  # what its number lacks would have to be said, though it is not applied
        self.is_fixed = False
        wanted = effect.documented
        status = self.line.claim.documented(wanted.concept, wanted.document, self.line.number)
        what = documentation_term(wanted.concept, wanted.document)
        if status is None and not self.denies:
            raise Open
        if status == "not_found":
            if piece.otherwise is not None:
                self.add(piece.otherwise, day, of)
            else:
                self.outcomes.add("pend")
                self.owed.append((wanted.concept, wanted.document or "", piece.clause.name))
        said = f"{what} was found" if status == "found" else f"require {what}: not found"
        return piece.order[0], said, ""

    # ------------------------------------------------------------ the line

    def outcome(self) -> LineOutcome:
        """Deny over pend over allow."""
        if "deny" in self.outcomes:
            return "deny"
        if len(self.shares) > 1:
            raise Open
        return "pend" if "pend" in self.outcomes else "allow"

    def settled(self, texts: Callable[[], dict[str, str | None]]) -> Settled:
        """What all of it comes to; `texts` is what each rule says."""
        outcome, applied = self.outcome(), self.applied
        if len(applied) > 1:
            applied.sort(key=_order)
        owed: tuple[RequiredDocument, ...] = ()
        if outcome == "deny":
            applied = [one for one in applied if one[1].outcome == "deny" or one[1].note is not None]
        elif outcome == "pend" and self.owed:
            said = texts()
            owed = tuple(
                RequiredDocument(concept, rule, "not_found", document or None, said.get(rule))
                for concept, document, rule in sorted(set(self.owed))
            )
        rows = []
        last: tuple[str, str] | None = None
        for order, piece, of in applied:
            if order[:2] != last:
                last = order[:2]
                rows.append((order[1], piece, of))
        return Settled(
            outcome,
            (*self.shares, *self.factors),
            tuple(self.off),
            tuple(self.caps),
            tuple(rows),
            _adjustments(applied, outcome),
            tuple([piece.note for _, piece, _ in applied if piece.note is not None]),
            owed,
            self.all_known,
        )


def _order(applied: Applied) -> Order:
    return applied[0]


def _adjustments(applied: Iterable[Applied], outcome: str) -> tuple[Adjustment, ...]:
    """What an 835 says of the line."""
    found = {
        piece.adjustment_order: piece.adjustment
        for _, piece, _ in applied
        if piece.adjustment is not None and outcome in ("allow", piece.outcome)
    }
    return tuple([found[order] for order in sorted(found)])
