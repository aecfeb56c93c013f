"""What kind of line a procedure code makes: lines of one kind answer all conditions of a policy alike."""

from __future__ import annotations

from datetime import date

from pollex.ir.program import Policy, Program, Scope
from pollex.model.tables import Table
from pollex.testing.reads import Reads


def kind_of(code: str, day: date, program: Program, reads: Reads) -> tuple[object, ...]:
    """All by which conditions tell this line's code from others."""
    return (
        code if code in reads.codes else "",
        *(program.sets[name].membership(code, day) for name in reads.sets),
        *(program.tables[name].cell((code,), column, day) for name, column in reads.columns),
        *(_pairs(program.tables[name], code, day) for name in reads.pairs),
    )


def _pairs(table: Table, code: str, day: date) -> frozenset[object]:
    """The kinds of rows in which a code stands second."""
    version = table.version(day)
    rows = version.rows if version else ()
    return frozenset(tuple(sorted(row.cells.items())) for row in rows if row.key[1] == code)


def scopes_of(policy: Policy) -> tuple[Scope, ...]:
    """The lines of a policy, and those that rules have of their own."""
    own = (rule.scope for rule in policy.rules if rule.scope is not None and not rule.trial)
    return (policy.scope, *own)


def covers(scope: Scope, code: str, day: date, program: Program) -> bool | None:
    """Whether a scope holds a code on a day; None where a set does not say."""
    answers = {program.sets[name].membership(code, day) for name in scope.sets}
    return True if code in scope.codes or True in answers else None if None in answers else False
