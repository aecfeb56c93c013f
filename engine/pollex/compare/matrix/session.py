"""Several procedures of one day: which codes can stand beside a code, and by what they are ranked.

Companions are looked for among the codes that the policies decide and that some table has a row for: each
must be paid beside the code, and the code beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal

from pollex.compare.matrix.asking import Asker
from pollex.compare.matrix.plain import Claim, beside
from pollex.ir.nodes import Arith, Column, Const, Field, Ranks, Value
from pollex.ir.program import Factor, Policy, Program, Share
from pollex.model.decision import LineDecision

STEP = Decimal("50.00")
"""Each companion's fee is this much less than the one before it, so that no two are alike."""


def policies_for(program: Program, payer: str, code: str, on: date) -> tuple[Policy, ...]:
    """The policies of a payer that decide a code on a day."""
    return tuple(
        policy
        for policy in program.policies
        if payer in policy.payers
        and policy.from_date <= on
        and (policy.through_date is None or on <= policy.through_date)
        and code in codes_of(program, policy, on)
    )


def codes_of(program: Program, policy: Policy, on: date) -> frozenset[str]:
    """The procedure codes that a policy decides on a day."""
    members = (
        code
        for name in policy.scope.sets
        for code in program.sets[name].codes
        if program.sets[name].membership(code, on)
    )
    return policy.scope.codes.union(members)


def with_rows(program: Program, on: date) -> frozenset[str]:
    """The procedure codes for which some table has a row."""
    return frozenset(
        row.key[0]
        for table in program.tables.values()
        if table.key == ("cpt",) and (version := table.version(on)) is not None
        for row in version.rows
    )


def pairs_with(program: Program, code: str, on: date) -> frozenset[str]:
    """The column 2 codes of pairs whose column 1 is a code."""
    return frozenset(
        row.key[1]
        for table in program.tables.values()
        if len(table.key) == 2 and (version := table.version(on)) is not None
        for row in version.rows
        if row.key[0] == code
    )


def session(asker: Asker, claim: Claim, candidates: Sequence[str], number: int) -> Claim | None:
    """A claim of `number` procedures, any two of which are paid and ranked; None if there are fewer."""
    code = claim["lines"][0]["procedure_code"]
    fee = Decimal(claim["lines"][0]["fee_schedule_amount"])
    chosen: list[Mapping[str, str]] = []
    for candidate in candidates:
        if len(chosen) + 1 == number:
            break
        less = str(fee - STEP * (len(chosen) + 1))
        line = {"procedure_code": candidate, "fee_schedule_amount": less}
        if candidate != code and all(_ranked(asker, beside(claim, *some, line)) for some in _few(chosen)):
            chosen.append(line)
    return beside(claim, *chosen) if len(chosen) + 1 == number else None


def _few(chosen: Sequence[Mapping[str, str]]) -> Iterator[tuple[Mapping[str, str], ...]]:
    """None of the companions, and each alone."""
    yield ()
    yield from ((one,) for one in chosen)


def _ranked(asker: Asker, claim: Claim) -> bool:
    """Whether every line is paid, and all but one less than alone."""
    decided = asker.lines(claim)
    whole = sum(line.percent == "100" for line in decided)
    return all(line.outcome == "allow" for line in decided) and whole == 1


def ranked_by(policies: Iterable[Policy], decided: Iterable[LineDecision]) -> tuple[str, ...]:
    """What the rules that reduced some line of a session rank by, in the author's words."""
    named = {reason.rule for line in decided for reason in line.reasons}
    return tuple(
        sorted(
            {
                value_words(rank.by)
                for policy in policies
                for rule in policy.rules
                if rule.name in named and any(isinstance(effect, Factor | Share) for effect in rule.effects)
                for rank in ranks_in(rule.condition)
            }
        )
    )


def ranks_in(node: object) -> Iterator[Ranks]:
    """Every rank test in a condition."""
    if isinstance(node, Ranks):
        yield node
    elif isinstance(node, tuple):
        for item in node:
            yield from ranks_in(item)
    elif is_dataclass(node):
        for part in fields(node):
            yield from ranks_in(getattr(node, part.name))


def value_words(value: Value) -> str:
    """`fee`, `mpfs work-rvu`, `fee * units`."""
    match value:
        case Field(phrase):
            return phrase
        case Column(table, column):
            return f"{table} {column}"
        case Const(number):
            return str(number)
        case Arith(op, left, right):
            return f"{value_words(left)} {op} {value_words(right)}"
        case _:
            return "another amount"
