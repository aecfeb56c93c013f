"""Making comparisons hold: on the edge, beside it, or well beyond."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from pollex.backends.calendar import shift
from pollex.ir.nodes import (
    Arith,
    Column,
    Compare,
    Const,
    Count,
    DaysFromTo,
    Field,
    Quantity,
    Shift,
    Subject,
    Sum,
    Value,
)
from pollex.synth.draft import Line

if TYPE_CHECKING:
    from pollex.synth.aim import Aimer

Datum: TypeAlias = Fraction | date | str | None

OPPOSITE = {"eq": "ne", "ne": "eq", "lt": "ge", "ge": "lt", "gt": "le", "le": "gt"}
SWAPPED = {"eq": "eq", "ne": "ne", "lt": "gt", "gt": "lt", "le": "ge", "ge": "le"}
FIXED = ("service date", "cpt", "days of care")
"""Words of this line that are settled before, or follow from others."""
ARITHMETIC: dict[str, Callable[[Fraction, Fraction], Fraction | None]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right if right else None,
}
LATER = {"last service date": 3, "discharge date": 7, "original processed date": 30, "received date": 14}
"""Days after the service of dates that a comparison needs and the claim does not have yet."""


def value_of(value: Value, aimer: Aimer, line: Line, other: Line | None) -> Datum:
    """What a value comes to, where that can be said before the claim is whole."""
    draft = aimer.draft
    match value:
        case Const(constant):
            return constant
        case Field(phrase, subject):
            return draft.get(phrase, line if subject is Subject.THIS or other is None else other)
        case Column(table, column, subject):
            code = (line if subject is Subject.THIS or other is None else other)["procedure_code"]
            cell = draft.program.tables[table].cell((code,), column, draft.on)
            return cell if isinstance(cell, Fraction | date | str) else None
        case Arith(op, left, right):
            a, b = value_of(left, aimer, line, other), value_of(right, aimer, line, other)
            return ARITHMETIC[op](a, b) if isinstance(a, Fraction) and isinstance(b, Fraction) else None
        case Shift(base, amount, unit, sign):
            day, count = value_of(base, aimer, line, other), value_of(amount, aimer, line, other)
            if isinstance(day, date) and isinstance(count, Fraction):
                return shift(day, sign * int(count), unit)
            return None
        case DaysFromTo(start, end):
            first, last = value_of(start, aimer, line, other), value_of(end, aimer, line, other)
            if isinstance(first, date) and isinstance(last, date):
                return Fraction((last - first).days + 1)
            return None
        case Count() | Sum() | Quantity():
            return None


def is_so(op: str, left: Datum, right: Datum) -> bool:
    """Whether a comparison of two known values of one kind holds."""
    if left is None or right is None:
        return False
    if op in ("eq", "ne"):
        return (left == right) == (op == "eq")
    ahead = left < right if op in ("lt", "le") else left > right  # type: ignore[operator]
    return ahead or (op in ("le", "ge") and left == right)


def compare(leaf: Compare, wanted: bool, aimer: Aimer, line: Line, other: Line | None) -> None:
    """Make a comparison hold, or not."""
    op = leaf.op if wanted else OPPOSITE[leaf.op]
    for side, facing, how in ((leaf.left, leaf.right, op), (leaf.right, leaf.left, SWAPPED[op])):
        for value in (side, facing):
            _give(value, aimer, line, other)
        given = value_of(side, aimer, line, other), value_of(facing, aimer, line, other)
        if not aimer.nearest and is_so(how, *given):
            return
        bound = value_of(facing, aimer, line, other)
        if bound is not None and _set(side, how, bound, aimer, line, other):
            return


def _give(value: Value, aimer: Aimer, line: Line, other: Line | None) -> None:
    """Dates that the claim does not have yet are given: what is compared with them needs them."""
    match value:
        case Field(phrase, subject):
            of = line if subject is Subject.THIS or other is None else other
            if phrase in LATER and aimer.draft.get(phrase, of) is None:
                day = date.fromisoformat(of["service_date"]) + timedelta(days=LATER[phrase])
                aimer.draft.put(phrase, of, day)
        case Shift(base, _, _, _):
            _give(base, aimer, line, other)


def _set(side: Value, op: str, bound: Datum, aimer: Aimer, line: Line, other: Line | None) -> bool:
    """Give a side a value that stands so to the bound; false where nothing of the claim would."""
    match side:
        case Field(phrase, subject):
            of = line if subject is Subject.THIS or other is None else other
            if of is aimer.draft.this and phrase in FIXED:
                return False
            aimer.draft.put(phrase, of, aimer.beyond(op, bound))
            return True
        case Shift(Field(phrase, subject) as base, amount, unit, sign) if phrase not in FIXED:
            count = value_of(amount, aimer, line, other)
            if isinstance(bound, date) and isinstance(count, Fraction):
                back = shift(bound, -sign * int(count), unit)
                return _set(base, op, back, aimer, line, other)
        case Arith(_, left, right):
            return _set(left, op, bound, aimer, line, other) or _set(right, op, bound, aimer, line, other)
        case Quantity(concept, document) if isinstance(bound, Fraction):
            stated = aimer.beyond(op, bound)
            assert isinstance(stated, Fraction)
            aimer.find(concept, document, "found", str(max(int(stated), 0)))
            return True
        case DaysFromTo(_, end) if isinstance(bound, Fraction):
            first = date.fromisoformat(line["service_date"])
            return _set(end, op, first + timedelta(days=int(bound) - 1), aimer, line, other)
    return False
