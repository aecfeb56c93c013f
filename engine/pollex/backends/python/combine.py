"""What the effects in force come to, where what they read is known: the line's decision.

The meaning is the interpreter's (`interpret/combine.py`): deny over pend over allow; fee times units
times the one base share times every factor, less dollars off, then the lowest cap. What never changes of
an effect stands on its `Piece` (`pieces.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from pollex.backends.documentation import documentation_term
from pollex.backends.python.answers import Number
from pollex.backends.python.asked import Asked, Open
from pollex.backends.python.claims import Line
from pollex.backends.python.days import Day
from pollex.backends.python.dollars import OpenCap, Pay, number_on
from pollex.backends.python.evidence import Evidence
from pollex.backends.python.pieces import Order, Piece
from pollex.backends.python.settled import CAPPED, Row, Settled
from pollex.backends.wording import CONFLICT, number_words
from pollex.ir.program import Require
from pollex.model.decision import Adjustment, DocumentStatus, LineOutcome, RequiredDocument

Wanted: TypeAlias = tuple[str, str | None]
"""Documentation: the concept, and the document where it has to be."""
Owed: TypeAlias = tuple[str, str, str, DocumentStatus]
"""Documentation still owed: concept, document, whose, and what is known of it."""
Given: TypeAlias = Mapping[Wanted, str]
NOTHING: Given = {}
Applied: TypeAlias = tuple[Order, Piece, Asked | None]
"""An effect that shapes the line, its words, and the rule that it comes of."""


class Total:
    """What has been gathered so far for a line; one that `denies` ignores all that no denial changes.
    `all_known` says that no rule of the line, and no number of an effect, lacks anything; `is_fixed`, that
    nothing but documentation has been read of the claim. `given` is what is
    taken for granted of documentation that nobody has looked for; the total that is `unsure` sets it aside.
    """

    __slots__ = (
        "all_known",
        "applied",
        "caps",
        "denies",
        "factors",
        "given",
        "is_fixed",
        "line",
        "off",
        "open_caps",
        "outcomes",
        "owed",
        "shares",
        "unsure",
    )

    def __init__(
        self, line: Line, denies: bool, all_known: bool, given: Given = NOTHING, unsure: bool = False
    ) -> None:
        self.line = line
        self.all_known = all_known
        self.is_fixed = True
        self.denies = denies
        self.given = given
        self.unsure = unsure
        self.applied: list[Applied] = []
        self.outcomes: set[str] = set()
        self.owed: list[Owed] = []
        self.shares: set[Number] = set()
        self.factors: list[Number] = []
        self.off: list[Number] = []
        self.caps: list[Number] = []
        self.open_caps: list[OpenCap] = []

    def add(self, piece: Piece, day: Day, of: Asked | None) -> None:
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

    def _number(self, piece: Piece, day: Day) -> Order:
        value, order = piece.number, piece.order
        if piece.is_open_cap:
            self.open_caps.append((piece, day))
            return order[0], CAPPED, order[2]
        if value is None:
            value = number_on(piece, self.line, day)
            self.is_fixed = self.is_fixed and piece.is_settled
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

    def _require(self, piece: Piece, effect: Require, day: Day, of: Asked | None) -> Order:
        """Found: satisfied. Not found: what it says otherwise, or a pend with the request."""
        if piece.otherwise is not None and piece.otherwise.number_of is not None:
            self.all_known = False  # what its number lacks would have to be said, though it is not applied
        wanted = effect.documented
        status = self.line.claim.documented(wanted.concept, wanted.document, self.line.number)
        what = documentation_term(wanted.concept, wanted.document)
        if status is None:
            status = self.given.get((wanted.concept, wanted.document))
        if status is None and not self.denies:
            if not self.unsure:
                raise Open
            self.owed.append((wanted.concept, wanted.document or "", piece.clause.name, "unknown"))
            return piece.order[0], f"require {what}: not known", ""
        if status == "not_found":
            if piece.otherwise is not None:
                self.add(piece.otherwise, day, of)
            else:
                self.outcomes.add("pend")
                self.owed.append((wanted.concept, wanted.document or "", piece.clause.name, "not_found"))
        said = f"{what} was found" if status == "found" else f"require {what}: not found"
        return piece.order[0], said, ""

    # ------------------------------------------------------------ the line

    def outcome(self) -> LineOutcome:
        """Deny over pend over allow."""
        if "deny" in self.outcomes:
            return "deny"
        return "pend" if "pend" in self.outcomes or self._is_conflict else "allow"

    @property
    def _is_conflict(self) -> bool:
        """Whether there are two shares of the fee: a person has to look."""
        return len(self.shares) > 1

    def settled(
        self, texts: Callable[[], dict[str, str | None]], evidence: Evidence, pends: bool = False
    ) -> Settled:
        """What all of it comes to; `texts` is what each rule says, `evidence` gives reasons. A line that
        `pends` does so whatever it comes to.
        """
        outcome, applied = self.outcome(), self.applied
        if pends:
            outcome = "pend"
        if self._is_conflict:
            text = f"{CONFLICT}: two shares of the fee"
            applied += [
                ((order[0], text, ""), piece, of) for order, piece, of in applied if piece.money == "share"
            ]
        self._keep_caps_apart()
        if len(applied) > 1:
            applied.sort(key=_order)
        owed: tuple[RequiredDocument, ...] = ()
        if outcome == "deny":
            applied = [one for one in applied if one[1].outcome == "deny" or one[1].note is not None]
        elif outcome == "pend" and self.owed:
            said = texts()
            owed = tuple(
                RequiredDocument(concept, rule, status, document or None, said.get(rule))
                for concept, document, rule, status in sorted(set(self.owed))
            )
        rows: list[Row] = []
        last: tuple[str, str] | None = None
        for order, piece, of in applied:
            if order[:2] != last:
                last = order[:2]
                rows.append((order[1], piece, of))
        return Settled(
            outcome,
            Pay((*self.shares, *self.factors), self.off, self.caps) if outcome == "allow" else None,
            rows,
            evidence,
            tuple(self.open_caps),
            _adjustments(applied, outcome),
            tuple([piece.note for _, piece, _ in applied if piece.note is not None]),
            owed,
            self.all_known,
        )

    def _keep_caps_apart(self) -> None:
        """Of two caps of one clause, the words would say which comes first: the line goes the exact way."""
        capped = [piece.clause.id for _, piece, _ in self.applied if piece.money == "cap"]
        if any(capped.count(piece.clause.id) > 1 for piece, _ in self.open_caps):
            raise Open


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
