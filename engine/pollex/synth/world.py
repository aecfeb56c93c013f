"""What claims can be made of: all that the policies, sets and tables speak of, and nothing from elsewhere.

A *plan* is one version of a policy for one payer. Codes weigh more the more sets and tables know them, so
that claims are mostly about what a policy is about. An *aim* is a clause with all that stands above it: the
rule, and for an exception what it is an exception to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, timedelta
from functools import cached_property

from pollex.ir.nodes import Compare, Condition, Const, Documented, Field, Member, Quantity
from pollex.ir.program import Effect, ExceptionRule, Policy, Program, Require, Rule
from pollex.model.codesets import CodeSet
from pollex.model.dated import Dated
from pollex.synth.draws import Weighted, weighted

ICD = "icd-10-cm"
SOME_MONTHS = timedelta(days=330)
MODIFIERS_LISTED = 12
NEWEST, OLDER = 12, 1
STEEP = 5


@dataclass(frozen=True, slots=True)
class Aim:
    """A clause, and the conditions that must hold together for it to be in force."""

    rule: Rule
    chain: tuple[ExceptionRule, ...] = ()

    @property
    def clause(self) -> Rule | ExceptionRule:
        return self.chain[-1] if self.chain else self.rule

    @property
    def effects(self) -> tuple[Effect, ...]:
        """What is then in force."""
        clause = self.clause
        return clause.effects if isinstance(clause, Rule) else clause.instead

    @property
    def spared(self) -> tuple[Condition, ...]:
        """What takes the clause out of force again."""
        return tuple(exception.condition for exception in self.clause.exceptions)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return (self.rule.condition, *(exception.condition for exception in self.chain))


@dataclass(frozen=True, slots=True)
class Plan:
    """One version of a policy for one payer; `codes` has every code that it decides, `neighbours` every code
    that some list or table knows.
    """

    payer: str
    policy: Policy
    first: date
    last: date
    codes: Weighted[str]
    neighbours: Weighted[str]
    modifiers: Weighted[str]
    diagnoses: tuple[CodeSet, ...]
    documents: tuple[Documented, ...]
    asked_with: dict[str, tuple[Documented, ...]]
    aims: tuple[Aim, ...]


@dataclass(frozen=True)
class World:
    """The plans, and what all of them share; `payers` keeps those of some payers only."""

    program: Program
    payers: tuple[str, ...] = ()

    @cached_property
    def plans(self) -> Weighted[Plan]:
        """Every plan; the newest version of a payer's policies is drawn most."""
        found = [
            (payer, policy)
            for policy in self.program.policies
            for payer in sorted(policy.payers)
            if not self.payers or payer in self.payers
        ]
        newest = {payer: max(policy.from_date for of, policy in found if of == payer) for payer, _ in found}
        return weighted(
            (self._plan(payer, policy), NEWEST if policy.from_date == newest[payer] else OLDER)
            for payer, policy in sorted(found, key=lambda one: (one[0], one[1].id, one[1].version))
        )

    @cached_property
    def turns(self) -> tuple[date, ...]:
        """The days on which a list, a table or one of their entries begins or has ended, sorted."""
        lists = [version for held in self.program.sets.values() for version in held.versions]
        tables = [version for held in self.program.tables.values() for version in held.versions]
        entries = [entry for version in lists for entry in version.members]
        rows = [row for version in tables for row in version.rows]
        dated: tuple[Dated, ...] = (*lists, *tables, *entries, *rows)
        begun = {one.from_ for one in dated if one.from_}
        ended = {one.through + timedelta(days=1) for one in dated if one.through}
        return tuple(sorted(begun | ended))

    @cached_property
    def _known_by(self) -> dict[str, int]:
        """For each procedure code, how many sets, tables and conditions know it."""
        counted: dict[str, int] = {}
        sets = [sorted(held.codes) for held in self.program.sets.values() if held.system == "cpt"]
        rows = [
            sorted({row.key[0] for version in table.versions for row in version.rows})
            for table in self.program.tables.values()
            if table.key == ("cpt",)
        ]
        for codes in (*sets, *rows):
            for code in codes:
                counted[code] = counted.get(code, 0) + 1
        return counted

    @cached_property
    def _neighbours(self) -> Weighted[str]:
        return self._weighed(self._known_by)

    def _weighed(self, codes: Iterable[str]) -> Weighted[str]:
        return weighted((code, self._known_by.get(code, 1) ** STEEP) for code in sorted(codes))

    def _plan(self, payer: str, policy: Policy) -> Plan:
        conditions = [aim.conditions for aim in aims_of(policy)]
        codes = {code for name in policy.scope.sets for code in self.program.sets[name].codes}
        for rule in policy.rules:
            if rule.scope is not None:
                codes.update(rule.scope.codes)
                codes.update(c for name in rule.scope.sets for c in self.program.sets[name].codes)
        codes |= policy.scope.codes
        last = policy.through_date or policy.from_date + SOME_MONTHS
        listed = [self.program.sets[name] for name in sorted(_sets(conditions))]
        modifiers = _mentions(conditions, "modifier")
        for held in listed:
            if held.system == "modifier":
                for code in sorted(held.codes)[:MODIFIERS_LISTED]:
                    modifiers.setdefault(code, 1)
        return Plan(
            payer,
            policy,
            policy.from_date,
            last,
            self._weighed(codes),
            self._neighbours,
            weighted(sorted(modifiers.items())),
            tuple(held for held in listed if held.system == ICD),
            tuple(sorted(set(_documented(policy.rules)), key=_place)),
            _asked_with(policy.rules),
            tuple(aims_of(policy)),
        )


def aims_of(policy: Policy) -> Iterator[Aim]:
    """Every clause of a policy that can come into force."""
    for rule in policy.rules:
        yield Aim(rule)
        yield from _exceptions(rule, ())


def _exceptions(rule: Rule, chain: tuple[ExceptionRule, ...]) -> Iterator[Aim]:
    for exception in (chain[-1] if chain else rule).exceptions:
        yield Aim(rule, (*chain, exception))
        yield from _exceptions(rule, (*chain, exception))


def nodes_in(thing: object) -> Iterator[object]:
    """Every node of conditions, effects and rules, from the outside in."""
    if isinstance(thing, tuple):
        for item in thing:
            yield from nodes_in(item)
    elif is_dataclass(thing):
        yield thing
        for field in fields(thing):
            if field.name not in ("span", "sources"):
                yield from nodes_in(getattr(thing, field.name))


def _names(conditions: Iterable[object], phrase: str) -> list[str]:
    found = {
        code
        for node in nodes_in(tuple(conditions))
        if isinstance(node, Member) and node.phrase == phrase
        for code in node.codes
    }
    for node in nodes_in(tuple(conditions)):
        match node:
            case Compare(_, Field(found_phrase, _), Const(str() as value)) if found_phrase == phrase:
                found.add(value)
    return sorted(found)


def _mentions(conditions: Iterable[object], phrase: str) -> dict[str, int]:
    """How often conditions name each code of a word."""
    found = [
        node for node in nodes_in(tuple(conditions)) if isinstance(node, Member) and node.phrase == phrase
    ]
    return Counter(code for node in found for code in node.codes)


def _sets(conditions: Iterable[object]) -> set[str]:
    return {name for node in nodes_in(tuple(conditions)) if isinstance(node, Member) for name in node.sets}


def _documented(thing: object) -> Iterator[Documented]:
    for node in nodes_in(thing):
        if isinstance(node, Documented):
            yield node
        elif isinstance(node, Quantity):
            yield Documented(node.concept, node.document)


def _place(found: Documented) -> tuple[str, str]:
    return found.concept, found.document or ""


def _asked_with(rules: Iterable[Rule]) -> dict[str, tuple[Documented, ...]]:
    """For each modifier, the documents that rules about it ask for."""
    found: dict[str, set[Documented]] = {}
    for rule in rules:
        required = [node.documented for node in nodes_in(rule.effects) if isinstance(node, Require)]
        read = [*required, *_documented(rule.condition)]
        for modifier in _names((rule.condition,), "modifier") if read else ():
            found.setdefault(modifier, set()).update(read)
    return {code: tuple(sorted(read, key=_place)) for code, read in sorted(found.items())}
