"""Which changes can reach a claim, as far as that can be told without deciding it.

A change is ruled out only where it is proved to make no difference, whatever other changes are made:

- of a clause: no line is of the payers and days of its policies, or on every line some condition on codes or
  modifiers that the rule needs is known to fail, before and after;
- of a list or a table: the same, or no code of the claim is one whose entry changed.

Of anything else, such as a definition or a header, only payers and days are looked at, and of the rules
beside it, since it may reach into them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, TypeAlias

from pollex.backends.firing import in_period
from pollex.compare.diff.changes import DEFINITION, EXCEPTION, LINES, RULE, SET, TABLE, Change
from pollex.compare.diff.versions import Pair, pairs
from pollex.compiler import Compilation
from pollex.ir.nodes import All, AnyOf, Condition, Member, Not, Subject
from pollex.ir.program import ExceptionRule, Program, Rule
from pollex.model.codesets import CodeSet, CodeSystem, normal_code
from pollex.model.tables import Table

Claim: TypeAlias = Mapping[str, Any]
Codes: TypeAlias = Mapping[str, frozenset[str]]
Entries: TypeAlias = frozenset[tuple[str, ...]]
"""Keys: a claim is reached by one of which it has every code."""
FIELDS = {"cpt": "procedure_code", "modifier": "modifiers"}
CODES_ALWAYS_THERE = ("cpt", "modifier", "icd-10-cm")


@dataclass(frozen=True, slots=True)
class Span:
    """The claims that a policy can speak of, before or after."""

    payers: frozenset[str]
    first: date
    last: date

    def holds(self, claim: Claim) -> bool:
        if claim["payer"]["id"] not in self.payers:
            return False
        days = (date.fromisoformat(line["service_date"]) for line in claim["lines"])
        return any(self.first <= day <= self.last for day in days)


@dataclass(frozen=True, slots=True)
class Reach:
    """What can be reached: by change the spans of its policies, and a further test."""

    spans: tuple[tuple[Span, ...], ...]
    tests: tuple[Callable[[Claim, Codes], bool] | None, ...]
    systems: Mapping[str, CodeSystem]

    def touching(self, claim: Claim) -> tuple[int, ...]:
        """The changes that may make a difference to a valid claim, by their place."""
        near = [at for at, spans in enumerate(self.spans) if any(span.holds(claim) for span in spans)]
        if not near:
            return ()
        codes = codes_of(claim, self.systems)
        return tuple(at for at in near if (test := self.tests[at]) is None or test(claim, codes))


def reach(old: Compilation, new: Compilation, changes: tuple[Change, ...]) -> Reach:
    """What the changes can reach."""
    both = {pair.key: pair for pair in pairs(old, new)}
    spans = tuple(tuple(_span(both[key]) for key in change.policies) for change in changes)
    loose = {key for change in changes if _reaches_others(change) for key in change.policies}
    tests = tuple(_test(change, both, loose, old, new) for change in changes)
    return Reach(spans, tests, new.environment.systems)


def _reaches_others(change: Change) -> bool:
    """Whether a change may reach into other rules of its policy: a definition, or lines of a rule's own."""
    return change.kind == DEFINITION or any(detail.what == LINES for detail in change.details)


def _span(pair: Pair) -> Span:
    policies = [version.policy for version in (pair.old, pair.new) if version is not None]
    return Span(
        frozenset(payer for policy in policies for payer in policy.payers),
        min(policy.from_date for policy in policies),
        max(policy.through_date or date.max for policy in policies),
    )


def _test(
    change: Change, both: Mapping[Any, Pair], loose: set[Any], old: Compilation, new: Compilation
) -> Callable[[Claim, Codes], bool] | None:
    """The further test of a change; None where there is none, so that it may reach any claim of its span."""
    if change.kind in (RULE, EXCEPTION) and not loose & set(change.policies):
        rules = tuple(_rules(change, [both[key] for key in change.policies]))
        programs = (old.program, new.program)
        return lambda claim, _: any(_may_hold(rule, claim, programs) for rule in rules)
    if change.kind == SET:
        found = _entries_of_set(old.environment.sets.get(change.name), new.environment.sets.get(change.name))
    elif change.kind == TABLE:
        tables = old.environment.tables.get(change.name), new.environment.tables.get(change.name)
        found = _entries_of_table(*tables)
    else:
        found = None
    if found is None:
        return None
    system, entries = found
    return lambda _, codes: any(codes[system].issuperset(entry) for entry in entries)


# ------------------------------------------------------------------ rules


def _rules(change: Change, found: Iterable[Pair]) -> Iterator[Rule]:
    """The rules that a change is in, before and after."""
    for pair in found:
        for version in (pair.old, pair.new):
            for rule in version.policy.rules if version is not None else ():
                if rule.name == change.name or change.name in _exceptions(rule):
                    yield rule


def _exceptions(rule: Rule | ExceptionRule) -> Iterator[str]:
    for exception in rule.exceptions:
        yield exception.name
        yield from _exceptions(exception)


def _may_hold(rule: Rule, claim: Claim, programs: tuple[Program, ...]) -> bool:
    """False where the rule is known to hold on no line of the claim."""
    return any(
        in_period(rule, date.fromisoformat(line["service_date"]))
        and not any(_fails(condition, line, programs) for condition in _needed(rule.condition))
        for line in claim["lines"]
    )


def _needed(condition: Condition) -> Iterator[Condition]:
    """The conditions of which each must hold."""
    match condition:
        case All(items):
            for item in items:
                yield from _needed(item)
        case AnyOf((item,)):
            yield from _needed(item)
        case _:
            yield condition


def _fails(condition: Condition, line: Claim, programs: tuple[Program, ...]) -> bool:
    """Whether a condition on the codes of this line is known to fail, with the sets of either version."""
    match condition:
        case Member("cpt" | "modifier", Subject.THIS):
            return _answers(condition, line, programs) == {False}
        case Not(Member("cpt" | "modifier", Subject.THIS) as member):
            return _answers(member, line, programs) == {True}
    return False


def _answers(member: Member, line: Claim, programs: tuple[Program, ...]) -> set[bool | None]:
    given = line.get(FIELDS[member.phrase])
    codes: list[str] = [given] if isinstance(given, str) else given or []
    on = date.fromisoformat(line["service_date"])
    return {_answer(member, codes, on, program) for program in programs}


def _answer(member: Member, codes: list[str], on: date, program: Program) -> bool | None:
    """Whether some code is let through; None where that is not known, or every code is asked for."""
    if member.quantifier != "any" or any(name not in program.sets for name in member.sets):
        return None
    if any(code in member.codes for code in codes):
        return True
    answers = [program.sets[name].membership(code, on) for name in member.sets for code in codes]
    return True if True in answers else None if None in answers else False


# ------------------------------------------------------------------ sets and tables


def _entries_of_set(old: CodeSet | None, new: CodeSet | None) -> tuple[str, Entries] | None:
    """The code system, and the codes whose membership changed; None where more than members did."""
    if old is None or new is None or old.system != new.system or old.system not in CODES_ALWAYS_THERE:
        return None
    if _days(old) != _days(new):
        return None
    changed = {
        (member.code,)
        for before, after in zip(old.versions, new.versions, strict=True)
        for member in set(before.members) ^ set(after.members)
    }
    return old.system, frozenset(changed)


def _entries_of_table(old: Table | None, new: Table | None) -> tuple[str, Entries] | None:
    """The keys of rows that changed, of a table by procedure code or a pair of them; None where more than
    rows did, or where the longest stretch of days in it did, on which windows of history hang.
    """
    if old is None or new is None or set(old.key) != {"cpt"} or old.key != new.key:
        return None
    if old.absent is not new.absent or old.columns != new.columns or _days(old) != _days(new):
        return None
    if any(_longest(old, name) != _longest(new, name) for name in old.columns):
        return None
    changed = set[tuple[str, ...]]()
    for before, after in zip(old.versions, new.versions, strict=True):
        changed.update(row.key for row in before.rows if row not in after.rows)
        changed.update(row.key for row in after.rows if row not in before.rows)
    return "cpt", frozenset(changed)


def _days(held: CodeSet | Table) -> list[tuple[date | None, date | None]]:
    return [(version.from_, version.through) for version in held.versions]


def _longest(table: Table, column: str) -> Fraction | None:
    if table.columns[column].type != "days":
        return None
    cells = (row.cells.get(column) for version in table.versions for row in version.rows)
    return max((cell for cell in cells if isinstance(cell, Fraction)), default=None)


def codes_of(claim: Claim, systems: Mapping[str, CodeSystem]) -> Codes:
    """Every procedure code, modifier and diagnosis of a claim and its history, in their normal form."""
    lines = [*claim["lines"], *((claim.get("history") or {}).get("lines") or ())]
    diagnoses = [diagnosis["code"] for diagnosis in claim["diagnoses"]]
    diagnoses += [code for line in lines for code in line.get("diagnoses") or ()]
    return {
        "cpt": frozenset(line["procedure_code"] for line in lines),
        "modifier": frozenset(code for line in lines for code in line.get("modifiers") or ()),
        "icd-10-cm": frozenset(normal_code(systems["icd-10-cm"], code) for code in diagnoses),
    }
