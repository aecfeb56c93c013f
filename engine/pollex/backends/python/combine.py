"""What the effects in force come to, where all that they read is known: the line's decision.

The meaning is the interpreter's (`interpret/combine.py`): deny over pend over allow; fee times units
times the one base share times every factor, less dollars off, then the lowest cap. What never changes of
an effect stands on its `Piece` (`pieces.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache
from math import prod
from typing import Any, TypeAlias, cast

from pollex.backends.documentation import documentation_term
from pollex.backends.python.answers import MOST_REMEMBERED, NOT_LISTED, Number, number
from pollex.backends.python.claims import Line
from pollex.backends.python.pieces import Order, Piece, number_words
from pollex.ir.program import Require
from pollex.model.decision import (
    Adjustment,
    LineDecision,
    LineOutcome,
    Missing,
    Reading,
    Reason,
    RequiredDocument,
    money,
    percent_text,
)

Applied: TypeAlias = tuple[Order, Piece, Any]
"""An effect that shapes the line, its words, and the rule that it comes of."""
Because: TypeAlias = Callable[[Any], tuple[Reading, ...]]


class Open(Exception):  # noqa: N818 - no error: the line goes the exact way
    """Something that an effect reads is not known, or contradicts itself."""


class Total:
    """What has been gathered so far for a line; one that `denies` ignores all that no denial changes.
    `all_known` says that no rule of the line, and no number of an effect, lacks anything.
    """

    __slots__ = (
        "all_known",
        "applied",
        "caps",
        "denies",
        "factors",
        "line",
        "off",
        "outcomes",
        "owed",
        "shares",
    )

    def __init__(self, line: Line, denies: bool, all_known: bool) -> None:
        self.line = line
        self.all_known = all_known
        self.denies = denies
        self.applied: list[Applied] = []
        self.outcomes: set[str] = set()
        self.owed: list[tuple[str, str, str]] = []
        self.shares: set[Number] = set()
        self.factors: list[Number] = []
        self.off: list[Number] = []
        self.caps: list[Number] = []

    def add(self, piece: Piece, day: Any, of: Any) -> None:
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

    def _require(self, piece: Piece, effect: Require, day: Any, of: Any) -> Order:
        """Found: satisfied. Not found: what it says otherwise, or a pend with the request."""
        if effect.otherwise is not None:
            self.all_known = False  # what its number lacks would have to be said, though it is not applied
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

    def outcome(self) -> str:
        """Deny over pend over allow."""
        if "deny" in self.outcomes:
            return "deny"
        if len(self.shares) > 1:
            raise Open
        return "pend" if "pend" in self.outcomes else "allow"

    def decision(self, because: Because, texts: Callable[[], dict[str, str | None]]) -> LineDecision:
        """The line; `because` says what a rule has read, `texts` what each rule says."""
        outcome, line, applied = self.outcome(), self.line, self.applied
        if len(applied) > 1:
            applied.sort(key=_order)
        percent = amount = None
        owed: tuple[RequiredDocument, ...] = ()
        missing: tuple[Missing, ...] = ()
        if outcome == "deny":
            percent, amount = "0", "0.00"
            applied = [one for one in applied if one[1].outcome == "deny" or one[1].note is not None]
        elif outcome == "allow":
            parts = (*self.shares, *self.factors)
            percent, amount = paid(parts, line.fee, line.units, tuple(self.off), tuple(self.caps))
            if amount is None:
                missing = (self._without_fee(),)
        elif self.owed:
            said = texts()
            owed = tuple(
                RequiredDocument(concept, rule, "not_found", document or None, said.get(rule))
                for concept, document, rule in sorted(set(self.owed))
            )
        reasons = []
        last: tuple[str, str] | None = None
        for order, piece, of in applied:
            if order[:2] != last:
                last = order[:2]
                clause = piece.clause
                reasons.append(Reason(clause.name, order[1], because(of), clause.because, piece.sources))
        return LineDecision(
            line.number,
            line.code,
            cast(LineOutcome, outcome),
            percent,
            amount,
            _adjustments(applied, outcome, line),
            owed,
            missing,
            tuple(reasons),
            tuple([piece.note for _, piece, _ in applied if piece.note is not None]),
        )

    def _without_fee(self) -> Missing:
        """What is missing where the amount alone stays open; a rule that asks for it too would have to be
        named.
        """
        if not self.all_known:
            raise Open
        return Missing("fee", f"{self.line.pointer}/fee_schedule_amount", ("amount",))


def _order(applied: Applied) -> Order:
    return applied[0]


def _adjustments(applied: Sequence[Applied], outcome: str, line: Line) -> tuple[Adjustment, ...]:
    """What an 835 says of the line; the whole charge where one denial takes it all off."""
    found = {
        piece.adjustment_order: piece.adjustment
        for _, piece, _ in applied
        if piece.adjustment is not None and outcome in ("allow", piece.outcome)
    }
    if not found:
        return ()
    if outcome == "deny" and len(found) == 1:
        charge = line.raw.get("charge_amount")
        if charge is not None:
            (one,) = found.values()
            return (Adjustment(one.group, one.carc, one.rule, one.rarc, cents(charge)),)
    return tuple([found[order] for order in sorted(found)])


@lru_cache(maxsize=MOST_REMEMBERED)
def cents(text: str) -> str:
    """Dollars of a claim, with two places."""
    return money(Fraction(text))


@lru_cache(maxsize=MOST_REMEMBERED)
def paid(
    parts: tuple[Number, ...],
    fee: str | None,
    units: str,
    off: tuple[Number, ...],
    caps: tuple[Number, ...],
) -> tuple[str, str | None]:
    """The share of the fee in percent, and the dollars that it comes to, as far as the fee is known."""
    percent = Fraction(100 * prod(parts)) / 100 ** len(parts) if parts else Fraction(100)
    dollars = number(fee)
    times = number(units)
    assert times is not None
    if dollars is None:
        is_nothing = percent == 0 or times == 0 or min(caps, default=1) <= 0
        return percent_text(percent), "0.00" if is_nothing else None
    gross = percent * dollars * times / 100
    amount = min([*caps, gross - sum(off)])
    return percent_text(percent), money(Fraction(max(amount, 0)))
