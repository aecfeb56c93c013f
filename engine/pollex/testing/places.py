"""The kinds of line that a rule speaks of: a code for each way in which codes differ, in each stretch of
days.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from pollex.ir.nodes import Const, Subject
from pollex.ir.program import ExceptionRule, Policy, Program, Rule, Scope
from pollex.model.codesets import CodeSet, CodeSetVersion
from pollex.model.tables import Table
from pollex.testing.domains import Words
from pollex.testing.kinds import kind_of
from pollex.testing.reachable import Place
from pollex.testing.reads import nodes_of, reads_of


def places(words: Words, policy: Policy, scope: Scope, first: date, last: date) -> Iterator[Place]:
    """Every kind of line with a code of a scope in a period, one place for each that conditions can tell
    apart.
    """
    program = words.program
    reads = reads_of(policy.rules, Subject.THIS)
    for day, through in stretches(program, policy, first, last):
        codes = set(scope.codes)
        for name in scope.sets:
            version = program.sets[name].version(day)
            codes |= {code for code in version.codes if version.holds(code, day)} if version else set()
        kinds: dict[object, Place] = {}
        for code in sorted(codes):
            place = Place(program, policy, code, day, through, words)
            kinds.setdefault(kind_of(code, day, program, reads), place)
        yield from kinds.values()


def stretches(program: Program, policy: Policy, first: date, last: date) -> Iterator[tuple[date, date]]:
    """The days of a period, cut where data or conditions can change their answer."""
    data: list[CodeSet | Table] = [*program.sets.values(), *program.tables.values()]
    cuts = {day for one in data for day in _cuts(one)}
    for node in nodes_of(policy.rules):
        match node:
            case Const(date() as day):
                cuts |= {day, day + timedelta(1)}
            case Rule() | ExceptionRule():
                cuts |= {node.from_date or first, _next(node.through_date) or first}
    begins = sorted({first, *(day for day in cuts if first < day <= last)})
    ends = [*(day - timedelta(1) for day in begins[1:]), last]
    yield from zip(begins, ends, strict=True)


def _cuts(data: CodeSet | Table) -> Iterator[date]:
    for version in data.versions:
        members = version.members if isinstance(version, CodeSetVersion) else version.rows
        for one in (version, *members):
            if one.from_ is not None:
                yield one.from_
            if (after := _next(one.through)) is not None:
                yield after


def _next(day: date | None) -> date | None:
    return None if day is None else day + timedelta(1)
