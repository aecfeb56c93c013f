"""What the effects in force come to together, by kind of effect and never by position.

Outcome: deny over pend over allow. Money: fee times units times the one base share times every factor,
less dollars off, then the lowest cap, never below zero. Two different base shares, or two different
`instead`s for one rule, are a policy conflict, and so is a percentage that has no value: a person has to
look.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from math import prod
from typing import TypeAlias

from pollex.backends.firing import Clause, Firing
from pollex.backends.interpret.elements import Datum, Element, Known, LineRef, NotListed, Unknown
from pollex.backends.interpret.evaluate import Evaluator
from pollex.backends.wording import CONFLICT, effect_text, number_words
from pollex.ir.nodes import Documented, Value
from pollex.ir.program import (
    Allow,
    Cap,
    Deny,
    Effect,
    ExceptionRule,
    Factor,
    Note,
    Off,
    Pend,
    Require,
    Share,
)
from pollex.model.decision import DocumentStatus

HUNDRED = Fraction(100)
OUTCOMES: dict[type[Effect], str] = {Allow: "allow", Deny: "deny", Pend: "pend"}


@dataclass(frozen=True, slots=True)
class Open:
    """A number that these elements would give; `of` is what else it is made of, to tell it from others."""

    elements: frozenset[Element]
    of: tuple[object, ...] = ()


Number: TypeAlias = Fraction | Open


@dataclass(frozen=True, slots=True, order=True)
class Owed:
    """Documentation still owed: `status` is not_found or unknown."""

    concept: str
    document: str
    rule: str
    status: DocumentStatus


@dataclass(frozen=True, slots=True)
class Applied:
    """An effect that shaped the line: the clause it comes from and the effect's own words."""

    clause: Clause
    effect: Effect
    text: str

    @property
    def place(self) -> tuple[str, str, str]:
        """Where an effect stands among those of a line, wherever it was written."""
        return self.clause.id, self.text, self.effect.text if isinstance(self.effect, Note) else ""


@dataclass(frozen=True, slots=True)
class Result:
    """A line's outcome, share, owed documents and amount, and everything that led there, in any order."""

    outcome: str
    percent: Number | None
    owed: frozenset[Owed]
    amount: Number | None
    applied: tuple[Applied, ...]

    @property
    def key(self) -> tuple[object, ...]:
        """What must be the same in every completion for the line to be decided."""
        return self.outcome, self.percent, self.owed


@dataclass(slots=True)
class _Sum:
    """What has been gathered so far."""

    applied: list[Applied]
    outcomes: set[str]
    owed: set[Owed]
    shares: set[Number]
    factors: list[Number]
    off: list[Number]
    caps: list[Number]
    conflict: bool = False


def combine(
    found: Iterable[Firing], default: Iterable[Firing], evaluator: Evaluator, this: LineRef
) -> Result:
    """Combine the firings that hold. Those that are unknown are set aside; `default` speaks where no outcome
    is given.
    """
    total = aside = _Sum([], set(), set(), set(), [], [], [])
    holding = [firing for firing in found if firing.holds is True]
    repeated: set[str] = set()
    for together in _insteads(holding):
        repeated |= _repeated(together)
        aside = replace(total, factors=[], off=[], caps=[])
        if len({frozenset(firing.effects) for firing in together}) > 1:
            total.conflict = True
            text = f"{CONFLICT}: two exceptions to {together[0].rule.name}"
            total.applied.extend(Applied(firing.clause, Pend(CONFLICT), text) for firing in together)
    for firing in holding:
        for effect in firing.effects:
            _add(effect, firing.clause, aside if firing.clause.id in repeated else total, evaluator, this)
    if not total.outcomes:
        for firing in default:
            for effect in firing.effects:
                _add(effect, firing.clause, total, evaluator, this)
    if len(total.shares) > 1 and len({share for share in total.shares if isinstance(share, Fraction)}) > 1:
        total.conflict = True
        sharing = [applied for applied in total.applied if isinstance(applied.effect, Share)]
        total.applied.extend(
            Applied(a.clause, Pend(CONFLICT), f"{CONFLICT}: two shares of the fee") for a in sharing
        )
    return _result(total, evaluator, this)


def _add(effect: Effect, clause: Clause, total: _Sum, evaluator: Evaluator, this: LineRef) -> None:
    match effect:
        case Share(value) | Factor(value) | Off(value) | Cap(value):
            text = _add_number(effect, value, total, evaluator, this)
        case Require(documented, otherwise):
            text = _require(documented, otherwise, clause, total, evaluator, this)
        case _:
            text = effect_text(effect)
            if type(effect) in OUTCOMES:
                total.outcomes.add(OUTCOMES[type(effect)])
    total.applied.append(Applied(clause, effect, text))


def _require(
    documented: Documented,
    otherwise: Effect | None,
    clause: Clause,
    total: _Sum,
    evaluator: Evaluator,
    this: LineRef,
) -> str:
    """Found: satisfied. Not found: the otherwise effect, or a pend with the request. Unknown: asked for, set
    aside.
    """
    found = evaluator.holds(documented, this)
    what = f"documentation of {documented.concept}" + (
        f" in {documented.document}" if documented.document else ""
    )
    if found is True:
        return f"{what} was found"
    owed = Owed(
        documented.concept,
        documented.document or "",
        clause.name,
        "unknown" if found is None else "not_found",
    )
    if found is None:
        total.owed.add(owed)
        return f"require {what}: not known"
    if otherwise is None:
        total.outcomes.add("pend")
        total.owed.add(owed)
    else:
        _add(otherwise, clause, total, evaluator, this)
    return f"require {what}: not found"


def _add_number(
    effect: Share | Factor | Off | Cap, value: Value, total: _Sum, evaluator: Evaluator, this: LineRef
) -> str:
    """The number of an effect, never below zero. One without a value is a conflict, one that lacks elements
    is open.
    """
    datum = evaluator.values.value(value, this, None)
    if isinstance(datum, NotListed):
        total.conflict = True
        return f"{CONFLICT}: {effect_text(effect)} has no value"
    number: Number
    if isinstance(datum, Unknown):
        number = Open(datum.elements, (value,))
    else:
        assert isinstance(datum.value, Fraction)
        number = max(datum.value, Fraction(0))
    match effect:
        case Share():
            total.shares.add(number)
        case Factor():
            total.factors.append(number)
        case Off():
            total.off.append(number)
        case Cap():
            total.caps.append(number)
    return number_words(effect, None if isinstance(number, Open) else number)


def _insteads(found: list[Firing]) -> list[list[Firing]]:
    """The exceptions to one rule that each put something in its place, where there are two or more."""
    instead = [firing for firing in found if isinstance(firing.clause, ExceptionRule)]
    if len(instead) < 2:
        return []
    by_rule: dict[str, list[Firing]] = {}
    for firing in instead:
        by_rule.setdefault(firing.rule.id, []).append(firing)
    return [together for together in by_rule.values() if len(together) > 1]


def _repeated(together: list[Firing]) -> set[str]:
    """The exceptions that put in place what one before them does: the effects count once."""
    first: dict[frozenset[Effect], str] = {}
    for firing in together:
        first.setdefault(frozenset(firing.effects), firing.clause.id)
    return {firing.clause.id for firing in together} - set(first.values())


def _result(total: _Sum, evaluator: Evaluator, this: LineRef) -> Result:
    applied = tuple(total.applied)
    if "deny" in total.outcomes:
        return Result("deny", Fraction(0), frozenset(), Fraction(0), applied)
    if total.conflict or "pend" in total.outcomes:
        return Result("pend", None, frozenset(total.owed), None, applied)
    percent = _percent(total)
    return Result("allow", percent, frozenset(total.owed), _amount(percent, total, evaluator, this), applied)


def _percent(total: _Sum) -> Number:
    """The share times every factor. Two shares here are one known and others open, or all open."""
    parts = [*total.shares, *total.factors]
    percent = HUNDRED
    for part in parts:
        if not isinstance(part, Open):
            percent *= part / HUNDRED
    return _opened((percent,), parts) or percent


def _amount(percent: Number, total: _Sum, evaluator: Evaluator, this: LineRef) -> Number:
    """Exact dollars, not yet rounded: no more than any bound that is known, and never below zero."""
    fee, units = (_amount_of(evaluator.view.read(word, this)) for word in ("fee", "units"))
    parts = [percent, fee, units]
    known = [part for part in parts if not isinstance(part, Open)]
    gross = prod(known, start=Fraction(1, 100))
    off = sum((part for part in total.off if not isinstance(part, Open)), Fraction(0))
    caps = [cap for cap in total.caps if not isinstance(cap, Open)]
    bounds = [*caps, gross - off] if len(known) == len(parts) or gross == 0 else caps
    if bounds and min(bounds) <= 0:
        return Fraction(0)
    return _opened((gross, off, min(caps, default=None)), parts, total.off, total.caps) or min(bounds)


def _amount_of(datum: Datum) -> Number:
    if isinstance(datum, Unknown):
        return Open(datum.elements)
    assert isinstance(datum, Known) and isinstance(datum.value, Fraction)
    return datum.value


def _opened(known: tuple[object, ...], *groups: list[Number]) -> Open | None:
    """A number made of known parts and of groups with open ones; None where nothing is open."""
    if not any(isinstance(part, Open) for group in groups for part in group):
        return None
    opened = [Counter(part for part in group if isinstance(part, Open)) for group in groups]
    elements = frozenset[Element]().union(*(part.elements for group in opened for part in group))
    return Open(elements, (*known, *(frozenset(group.items()) for group in opened))) if elements else None
