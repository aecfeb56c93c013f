"""Which procedure codes leave it possible for a condition to hold.

Only what hangs on codes, days and tables is looked at; the rest is taken to be open. Answers are true,
false, or None where it hangs on something else.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from operator import ge, gt, le, lt
from typing import TypeAlias

from pollex.ir.nodes import (
    All,
    AnyOf,
    AtLeast,
    Column,
    Compare,
    Condition,
    Const,
    Exists,
    Member,
    Not,
    PairListed,
    Ranks,
    Subject,
    Value,
)
from pollex.ir.program import Program
from pollex.synth.world import nodes_in

Tri: TypeAlias = bool | None
ORDERS: dict[str, Callable[[Fraction, Fraction], bool]] = {"lt": lt, "le": le, "gt": gt, "ge": ge}


@dataclass(frozen=True, slots=True)
class Codes:
    """Asks conditions about codes; `turns` are the days between which no set or table changes."""

    program: Program
    turns: tuple[date, ...]
    _known: dict[tuple[object, ...], tuple[str, ...]] = field(default_factory=dict, repr=False)
    _lists: dict[tuple[object, ...], frozenset[str]] = field(default_factory=dict, repr=False)
    _two: dict[Condition, bool] = field(default_factory=dict, repr=False)

    def fitting(
        self, conditions: tuple[Condition, ...], codes: tuple[str, ...], on: date, this: str | None = None
    ) -> tuple[str, ...]:
        """The codes with which all conditions may hold: of this line, or, where `this` has that line's code,
        of another one.
        """
        both = this is not None and any(map(self._hangs_on_both, conditions))
        key = (conditions, id(codes), self._era(on), this if both else this is None)
        found = self._known.get(key)
        if found is None:
            found = tuple(code for code in codes if self._fits(conditions, code, on, this))
            self._known[key] = found
        return found

    def _fits(self, conditions: tuple[Condition, ...], code: str, on: date, this: str | None) -> bool:
        pair = (code, None) if this is None else (this, code)
        return all(self.may_hold(condition, pair[0], pair[1], on) is not False for condition in conditions)

    def _hangs_on_both(self, condition: Condition) -> bool:
        """Whether what a condition says of another line's code hangs on this line's."""
        if condition not in self._two:
            self._two[condition] = any(
                isinstance(node, PairListed)
                or (isinstance(node, Member | Column) and node.subject is Subject.THIS)
                for node in nodes_in(condition)
            )
        return self._two[condition]

    def _era(self, on: date) -> int:
        return bisect_right(self.turns, on)

    def may_hold(self, condition: Condition, this: str, other: str | None, on: date) -> Tri:
        """What the codes of this line and of another one say of a condition."""
        match condition:
            case All(items):
                return self._settled(items, False, this, other, on)
            case AnyOf(items):
                return self._settled(items, True, this, other, on)
            case AtLeast(count, items):
                answers = [self.may_hold(item, this, other, on) for item in items]
                return None if len(answers) - answers.count(False) >= count else False
            case Not(item):
                answer = self.may_hold(item, this, other, on)
                return None if answer is None else not answer
            case Member("cpt", subject):
                code = this if subject is Subject.THIS else other
                return None if code is None else code in self._listed(condition, on)
            case Compare(op, Column() as column, Const(wanted)):
                code = this if column.subject is Subject.THIS else other
                return None if code is None else self._compares(op, column, code, wanted, on)
            case PairListed() if other is not None:
                return other in self._firsts(condition, this, on)
            case Exists(_, PairListed() as pairs) if other is None:
                return None if self._firsts(pairs, this, on) else False
            case Ranks() if other is None:
                answer = self.may_hold(condition.lines.where, this, this, on)
                return False if answer is False or not self._has(condition.by, this, on) else None
        return None

    def _settled(
        self, items: tuple[Condition, ...], settles: bool, this: str, other: str | None, on: date
    ) -> Tri:
        """One item that settles it does, whatever the others are."""
        answer: Tri = not settles
        for item in items:
            found = self.may_hold(item, this, other, on)
            if found is settles:
                return settles
            answer = answer if found is not None else None
        return answer

    def _listed(self, member: Member, on: date) -> frozenset[str]:
        """The codes that a test of codes lets through on a day."""
        key = (id(member), self._era(on))
        if key not in self._lists:
            sets = [self.program.sets[name] for name in member.sets]
            codes = {code for held in sets for code in held.codes if held.membership(code, on)}
            self._lists[key] = member.codes | codes
        return self._lists[key]

    def _compares(self, op: str, column: Column, code: str, wanted: object, on: date) -> bool:
        cell = self.program.tables[column.table].cell((code,), column.column, on)
        if op in ("eq", "ne"):
            return (cell == wanted) == (op == "eq")
        return isinstance(cell, Fraction) and isinstance(wanted, Fraction) and ORDERS[op](cell, wanted)

    def _has(self, value: Value, code: str, on: date) -> bool:
        """Whether the value of a rank is there: of a table, the cell of the code."""
        if not isinstance(value, Column):
            return True
        return isinstance(self.program.tables[value.table].cell((code,), value.column, on), Fraction)

    def _firsts(self, pairs: PairListed, this: str, on: date) -> frozenset[str]:
        """The codes that stand first in a listed pair in which this line's code stands second."""
        key = (id(pairs), self._era(on), this)
        if key not in self._lists:
            version = self.program.tables[pairs.table].version(on)
            self._lists[key] = frozenset(
                row.key[0]
                for row in (version.rows if version else ())
                if row.key[1] == this and all(row.cells.get(name) == value for name, value in pairs.cells)
            )
        return self._lists[key]
