"""Making conditions on other lines and on the history hold: lines are added, or taken away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from pollex.ir.nodes import (
    All,
    Arith,
    Column,
    Compare,
    Condition,
    Const,
    Count,
    Denied,
    Exists,
    Field,
    Lines,
    Not,
    Ranks,
    Sum,
    Value,
)
from pollex.ir.program import Deny, Require, Rule
from pollex.synth import values
from pollex.synth.draft import Line

if TYPE_CHECKING:
    from pollex.synth.aim import Aimer

LONG_BEFORE = timedelta(days=760)
DEEPEST = 3
TIES = 0.05
MANY = 8


def make(condition: Condition, wanted: bool, aimer: Aimer, line: Line, other: Line | None) -> None:
    """Make such a condition true or false."""
    match condition:
        case Exists(looked, fact):
            _exists(looked, fact, wanted, aimer, line)
        case Ranks():
            _ranks(condition, wanted, aimer, line)
        case Denied():
            if other is not None and wanted:
                _deny(aimer, other)
        case Compare(op, left, right):
            how = op if wanted else values.OPPOSITE[op]
            _total(left, how, right, aimer, line)


def _exists(looked: Lines, fact: Condition, wanted: bool, aimer: Aimer, line: Line) -> None:
    if wanted:
        _added(looked, fact, aimer, line)
        return
    _known_to_be_whole(looked, aimer)
    if isinstance(fact, Not):
        for one in aimer.draft.candidates(looked.of, line):
            aimer.make(fact.item, True, line, one)
        return
    for one in aimer.draft.drop(looked.of, line):
        if one is not line:
            aimer.make(All((*_items(looked.where), fact)), False, line, one)


def _known_to_be_whole(looked: Lines, aimer: Aimer) -> None:
    if looked.of == "history":
        aimer.draft.earlier = aimer.draft.earlier or []
        since = aimer.draft.complete_since
        before = aimer.draft.on - LONG_BEFORE
        aimer.draft.complete_since = before if since is None else min(since, before)


def _added(
    looked: Lines, fact: Condition, aimer: Aimer, line: Line, suits: Callable[[str], bool] | None = None
) -> Line | None:
    """A new line of which the condition and the fact hold; None where no code fits, and suits."""
    draft, history = aimer.draft, looked.of == "history"
    this = line["procedure_code"]
    fitting: tuple[str, ...] = ()
    for codes in (draft.plan.codes.items, draft.plan.neighbours.items):
        fitting = aimer.codes.fitting((looked.where, fact), codes, draft.on, this)
        fitting = fitting if suits is None else tuple(filter(suits, fitting))
        if fitting:
            break
    if not fitting or aimer.depth >= DEEPEST:
        return None
    code = this if this in fitting and draft.draws.chance(0.2) else draft.draws.one(fitting)
    made = draft.line(code, date.fromisoformat(line["service_date"]), history)
    draft.add(made, history)
    aimer.depth += 1
    aimer.make(looked.where, True, line, made)
    aimer.make(fact, True, line, made)
    aimer.depth -= 1
    return made


def _ranks(leaf: Ranks, wanted: bool, aimer: Aimer, line: Line) -> None:
    """Other lines above this one, so many that it has a place that is asked for."""
    draws = aimer.draft.draws
    aimer.make(leaf.lines.where, True, line, line)
    place = leaf.low + (draws.whole(0, 2) if leaf.high is None else draws.whole(0, leaf.high - leaf.low))
    above = place - 1 if wanted else 0
    below = draws.whole(0, 1) if above else 1
    mine = values.value_of(leaf.by, aimer, line, line)
    for number in range(above + below):

        def suits(code: str, is_above: bool = number < above) -> bool:
            theirs = values.value_of(leaf.by, aimer, line, {**line, "procedure_code": code})
            return not isinstance(leaf.by, Column) or values.is_so("gt" if is_above else "le", theirs, mine)

        other = _added(leaf.lines, All(()), aimer, line, suits)
        if other is not None and isinstance(leaf.by, Field) and isinstance(mine, Fraction):
            apart = Fraction(0) if draws.chance(TIES) else Fraction(draws.whole(1, 40_000), 100)
            amount = mine + apart if number < above else max(mine - apart, Fraction(1))
            aimer.draft.put(leaf.by.phrase, other, amount)


def _total(left: Value, op: str, right: Value, aimer: Aimer, line: Line) -> None:
    """A count, or a sum, that stands so to the other side."""
    match left, right:
        case Count(many), Count(few):
            if op in ("gt", "ge"):
                apart = tuple(item for item in _items(few.where) if item not in _items(many.where))
                _added(many, Not(All(apart)), aimer, line)
        case Count(looked), Const(Fraction() as bound):
            if op in ("gt", "ge", "eq"):
                for _ in range(min(int(bound) + (op == "gt"), MANY)):
                    _added(looked, All(()), aimer, line)
            else:
                _exists(looked, All(()), False, aimer, line)
        case ((Sum(phrase, looked) | Arith(_, Sum(phrase, looked), _)), _):
            aimer.make(looked.where, True, line, line)
            limit = values.value_of(right, aimer, line, None)
            if isinstance(limit, Fraction):
                _sum(phrase, looked, op, limit, aimer, line)


def _sum(phrase: str, looked: Lines, op: str, bound: Fraction, aimer: Aimer, line: Line) -> None:
    amount = aimer.beyond(op, bound)
    assert isinstance(amount, Fraction)
    if phrase == "days of care":
        first = date.fromisoformat(line["service_date"]) + timedelta(days=1)
        line["care_from"] = first.isoformat()
        line["care_to"] = (first + timedelta(days=max(int(amount), 1) - 1)).isoformat()
    elif looked.of == "history":
        added = _added(looked, All(()), aimer, line)
        if added is not None:
            aimer.draft.put(phrase, added, amount)
    else:
        aimer.draft.put(phrase, line, amount)


def _items(condition: Condition) -> tuple[Condition, ...]:
    return condition.items if isinstance(condition, All) else (condition,)


def _deny(aimer: Aimer, line: Line) -> None:
    """Make some rule of the policy deny a line."""
    draft = aimer.draft
    denying = [
        rule
        for rule in draft.plan.policy.rules
        if _denies(rule)
        and aimer.codes.may_hold(rule.condition, line["procedure_code"], None, draft.on) is not False
    ]
    if denying and aimer.depth < DEEPEST:
        aimer.depth += 1
        aimer.make(draft.draws.one(denying).condition, True, line)
        aimer.depth -= 1


def _denies(rule: Rule) -> bool:
    if rule.stratum != 1 or rule.trial:
        return False
    return any(
        isinstance(effect.otherwise if isinstance(effect, Require) else effect, Deny)
        for effect in rule.effects
    )
