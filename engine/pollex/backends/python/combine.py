"""What the effects in force come to, where all that they read is known: the line's decision.

The meaning is the interpreter's (`interpret/combine.py`): deny over pend over allow; fee times units
times the one base share times every factor, less dollars off, then the lowest cap. What never changes of
an effect, its words and codes and what its clause rests on, is a `Piece`, made once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any, TypeAlias, cast

from pollex.backends.documentation import documentation_term
from pollex.backends.firing import Clause
from pollex.backends.python.answers import NOT_LISTED, Number, number
from pollex.backends.python.claims import Claim, Line
from pollex.backends.wording import codes_of, effect_text, number_text, sources_of
from pollex.ir.nodes import Const
from pollex.ir.program import Allow, Cap, Codes, Deny, Effect, Factor, Note, Off, Pend, Require, Share
from pollex.model.decision import (
    Adjustment,
    Group,
    LineDecision,
    LineOutcome,
    Reading,
    Reason,
    RequiredDocument,
    SourceRef,
    money,
    percent_text,
)
from pollex.model.decision import Note as NoteText

NumberOf: TypeAlias = Callable[[Line, Claim, Any], Any]
Order: TypeAlias = tuple[str, str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """An effect of a clause. `number` is a constant, or a function that works it out."""

    clause: Clause
    effect: Effect
    order: Order
    codes: Codes | None
    sources: tuple[SourceRef, ...]
    number: Number | None = None
    number_of: NumberOf | None = None
    otherwise: Piece | None = None


Applied: TypeAlias = tuple[Order, Piece]


class Open(Exception):  # noqa: N818 - no error: the line goes the exact way
    """Something that an effect reads is not known, or contradicts itself."""


def pieces(
    clause: Clause, effects: Iterable[Effect], functions: Mapping[str, Any], name: str
) -> tuple[Piece, ...]:
    """The effects of a clause, prepared; `functions` under its `name` work out numbers."""
    sources = sources_of(clause)
    return tuple(
        _piece(clause, effect, sources, functions.get(f"{name}_number_{at}"))
        for at, effect in enumerate(effects)
    )


def _piece(
    clause: Clause, effect: Effect, sources: tuple[SourceRef, ...], number_of: NumberOf | None
) -> Piece:
    constant = None
    match effect:
        case Share(Const(Fraction() as value)) | Factor(Const(Fraction() as value)):
            constant = _exact(value)
        case Off(Const(Fraction() as value)) | Cap(Const(Fraction() as value)):
            constant = _exact(value)
    text = effect_text(effect) if constant is None else _number_text(effect, constant)
    otherwise = None
    if isinstance(effect, Require) and effect.otherwise is not None:
        otherwise = _piece(clause, effect.otherwise, sources, number_of)
    note = effect.text if isinstance(effect, Note) else ""
    order = clause.id, text, note
    return Piece(clause, effect, order, codes_of(effect), sources, constant, number_of, otherwise)


def _exact(value: Fraction) -> Number:
    value = max(value, Fraction(0))
    return value.numerator if value.denominator == 1 else value


def _number_text(effect: Effect, value: Number) -> str:
    match effect:
        case Share():
            return f"pay {number_text(Fraction(value))} percent of fee"
        case Factor():
            return f"reduce to {number_text(Fraction(value))} percent"
        case Off():
            return f"reduce by ${money(Fraction(value))}"
    return f"pay at most ${money(Fraction(value))}"


class Total:
    """What has been gathered so far for a line; `denies` ignores all that no denial changes."""

    def __init__(self, line: Line, denies: bool) -> None:
        self.line = line
        self.claim = line.claim
        self.denies = denies
        self.applied: list[Applied] = []
        self.outcomes: set[str] = set()
        self.owed: set[tuple[str, str, str, str]] = set()
        self.shares: set[Number] = set()
        self.factors: list[Number] = []
        self.off: list[Number] = []
        self.caps: list[Number] = []

    def add(self, piece: Piece, day: Any) -> None:
        """An effect that is in force."""
        effect = piece.effect
        order = piece.order
        match effect:
            case Allow():
                self.outcomes.add("allow")
            case Deny():
                self.outcomes.add("deny")
            case Pend():
                self.outcomes.add("pend")
            case Note():
                pass
            case Share() | Factor() | Off() | Cap():
                if self.denies:
                    return
                order = self._number(piece, day)
            case Require():
                order = self._require(piece, effect, day)
        self.applied.append((order, piece))

    def _number(self, piece: Piece, day: Any) -> Order:
        value, order = piece.number, piece.order
        if value is None:
            assert piece.number_of is not None
            found = piece.number_of(self.line, self.claim, day)
            if found is None or found is NOT_LISTED:
                raise Open
            value = max(found, 0)
            order = order[0], _number_text(piece.effect, value), order[2]
        match piece.effect:
            case Share():
                self.shares.add(value)
            case Factor():
                self.factors.append(value)
            case Off():
                self.off.append(value)
            case _:
                self.caps.append(value)
        return order

    def _require(self, piece: Piece, effect: Require, day: Any) -> Order:
        """Found: satisfied. Not found: what it says otherwise, or a pend with the request."""
        wanted = effect.documented
        status = self.claim.documented(wanted.concept, wanted.document, self.line.number)
        what = documentation_term(wanted.concept, wanted.document)
        if status is None and not self.denies:
            raise Open
        if status == "not_found":
            if piece.otherwise is not None:
                self.add(piece.otherwise, day)
            else:
                self.outcomes.add("pend")
                self.owed.add((wanted.concept, wanted.document or "", piece.clause.name, "not_found"))
        said = f"{what} was found" if status == "found" else f"require {what}: not found"
        return piece.order[0], said, ""

    # ------------------------------------------------------------ the line

    def outcome(self) -> str:
        """Deny over pend over allow."""
        if len(self.shares) > 1 and "deny" not in self.outcomes:
            raise Open
        return "deny" if "deny" in self.outcomes else "pend" if "pend" in self.outcomes else "allow"

    def decision(
        self, because: Callable[[Clause], tuple[Reading, ...]], texts: Mapping[str, str | None]
    ) -> LineDecision:
        """The line; `because` says what the rule of a clause has read, `texts` what a rule says."""
        outcome, line = self.outcome(), self.line
        applied = sorted(self.applied, key=_order)
        percent = amount = None
        owed: tuple[RequiredDocument, ...] = ()
        if outcome == "deny":
            percent, amount = "0", "0.00"
            applied = [one for one in applied if isinstance(one[1].effect, Deny)]
        else:
            applied = [one for one in applied if not isinstance(one[1].effect, Deny)]
            if outcome == "allow":
                percent, amount = self._paid()
            elif self.owed:
                owed = tuple(
                    RequiredDocument(concept, rule, "not_found", document or None, texts.get(rule))
                    for concept, document, rule, _ in sorted(self.owed)
                )
        reasons: dict[tuple[str, str], Reason] = {}
        for order, piece in applied:
            if order[:2] not in reasons:
                clause = piece.clause
                reasons[order[:2]] = Reason(
                    clause.name, order[1], because(clause), clause.because, piece.sources
                )
        return LineDecision(
            line.number,
            line.code,
            cast(LineOutcome, outcome),
            percent,
            amount,
            self._adjustments(applied, outcome),
            owed,
            (),
            tuple(reasons.values()),
            tuple([NoteText(p.clause.name, p.effect.text) for _, p in applied if isinstance(p.effect, Note)]),
        )

    def _paid(self) -> tuple[str, str]:
        """The share of the fee in percent, and the dollars that it comes to."""
        fee, units = number(self.line.fee), number(self.line.units)  # type: ignore[attr-defined]
        if fee is None or units is None:
            raise Open
        parts = [*self.shares, *self.factors]
        percent = Fraction(100)
        if parts:
            percent = Fraction(100 * prod(parts)) / 100 ** len(parts)
        gross = percent * fee * units / 100
        amount = min([*self.caps, gross - sum(self.off)])
        return percent_text(percent), money(Fraction(max(amount, 0)))

    def _adjustments(self, applied: list[Applied], outcome: str) -> tuple[Adjustment, ...]:
        """What an 835 says of the line; the whole charge where one denial takes it all off."""
        kind = {"deny": Deny, "pend": Pend}.get(outcome)
        found: dict[tuple[str, str, tuple[str, ...], str], Adjustment] = {}
        for _, piece in applied:
            codes = piece.codes
            if codes is not None and (kind is None or isinstance(piece.effect, kind)):
                name = piece.clause.name
                found[codes.group, codes.carc, codes.rarcs, name] = Adjustment(
                    cast(Group, codes.group), codes.carc, name, codes.rarcs
                )
        if not found:
            return ()
        charge = self.line.raw.get("charge_amount")
        if outcome == "deny" and len(found) == 1 and charge is not None:
            (one,) = found.values()
            return (Adjustment(one.group, one.carc, one.rule, one.rarc, money(Fraction(charge))),)
        return tuple([found[key] for key in sorted(found)])


def _order(applied: Applied) -> Order:
    return applied[0]
