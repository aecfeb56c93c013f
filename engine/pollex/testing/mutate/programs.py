"""A change brought into the program: only the rules that it can alter are lowered again.

A mutant that comes to the same program, up to the order of conditions, is equivalent: no claim tells it from
the original, and it is no mutant. One that the checker refuses is none either, since nobody could keep it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from pollex.check.checked import CheckedPolicy
from pollex.check.circles import used
from pollex.check.names import Environment, PolicyNames
from pollex.check.typing import read_date
from pollex.ir import nodes as n
from pollex.ir.nodes import Condition
from pollex.ir.program import ExceptionRule, Policy, Program, Rule
from pollex.lower import lower_policy, lower_rules
from pollex.syntax import ast
from pollex.syntax.conditions import ConditionList

Clause: TypeAlias = ast.Rule | ast.ExceptionRule | ast.Define
FINGERPRINT = "mutant"


@dataclass(frozen=True, slots=True)
class Altered:
    """One version of a policy after a change: the rules that are not as they were, before and after (None
    where one is gone). `everywhere` says that the change can also alter which lines the policy speaks of.
    """

    policy: Policy
    rules: tuple[tuple[Rule, Rule | None], ...]
    everywhere: bool = False


def altered(
    original: Policy, checked: CheckedPolicy, env: Environment, old: Clause, new: Clause | None
) -> Altered | None:
    """A version with one clause changed or taken out; None where that comes to the same program."""
    names = with_clause(checked.names, old, new)
    roots = sorted(_roots(old, checked.names))
    there = {rule.name: rule for rule in original.rules}
    left = [name for name in roots if name in names.rules]
    made = {rule.name: rule for rule in lower_rules(replace(checked, names=names), env, left)}
    plain = Plain(original.payers)
    rules = tuple(
        (there[name], made.get(name))
        for name in roots
        if name not in made or plain.rule(made[name]) != plain.rule(there[name])
    )
    if not rules:
        return None
    gone = {rule.name: after for rule, after in rules}
    kept = tuple(gone.get(rule.name, rule) for rule in original.rules)
    policy = replace(original, digest=FINGERPRINT, rules=tuple(rule for rule in kept if rule is not None))
    return Altered(policy, rules, any(_chooses(rule, after) for rule, after in rules))


def with_header(
    original: Policy, checked: CheckedPolicy, env: Environment, header: ast.PolicyHeader
) -> Altered | None:
    """A version under another header."""
    changed = replace(checked, header=header)
    for clause in header.clauses:
        match clause:
            case ast.AppliesClause(scopes):
                changed = replace(changed, scopes=scopes)
            case ast.OtherwiseClause(effect):
                changed = replace(changed, otherwise=effect)
            case ast.PeriodClause(first, last):
                days = [read_date(day) if day is not None else None for day in (first, last)]
                changed = replace(changed, from_date=days[0], through_date=days[1])  # type: ignore[arg-type]
    policy = lower_policy(changed, env, FINGERPRINT)
    policy = replace(policy, version=original.version)
    if replace(policy, digest=original.digest) == original:
        return None
    pairs = tuple(zip(original.rules, policy.rules, strict=True))
    return Altered(policy, tuple((rule, after) for rule, after in pairs if rule != after), True)


def with_clause(names: PolicyNames, old: Clause, new: Clause | None) -> PolicyNames:
    """The names of a policy with one clause changed, or taken out with the exceptions to it."""
    tables = (names.rules, names.exceptions, names.defines)
    rules, exceptions, defines = (
        {
            name: new if item is old else item
            for name, item in table.items()
            if item is not old or new is not None
        }
        for table in tables
    )
    return replace(names, rules=rules, exceptions=exceptions, defines=defines, seen=set())  # type: ignore[arg-type]


def put(program: Program, policies: Iterable[Policy]) -> Program:
    """The program with some versions of policies in the place of their originals."""
    there = {(policy.id, policy.version): policy for policy in policies}
    return replace(program, policies=tuple(there.get((one.id, one.version), one) for one in program.policies))


def name_of(names: PolicyNames, clause: Clause) -> str:
    """What a clause is called; the short form has no name of its own in the tree."""
    for table in (names.rules, names.exceptions, names.defines):
        for name, item in table.items():
            if item is clause:
                return name
    raise KeyError(clause.span)


def _chooses(rule: Rule, after: Rule | None) -> bool:
    """Whether a rule says for which lines its policy speaks, and now says something else."""
    if after is None:
        return rule.scope is not None
    before = (rule.scope, rule.from_date, rule.through_date, rule.trial)
    return (rule.scope or after.scope) is not None and before != (
        after.scope,
        after.from_date,
        after.through_date,
        after.trial,
    )


# ------------------------------------------------------------------ which rules a clause is part of


def _roots(clause: Clause, names: PolicyNames) -> set[str]:
    """The rules that a clause is part of: itself, what it is an exception to, what asks it."""
    match clause:
        case ast.Rule():
            return {name_of(names, clause)}
        case ast.ExceptionRule():
            return {_root(clause, names)}
    asking = {clause.name.text}
    while more := {n for n, d in names.defines.items() if used(d.conditions) & asking} - asking:
        asking |= more
    found = {name for name, rule in names.rules.items() if _asks(rule.when, asking)}
    return found | {_root(one, names) for one in names.exceptions.values() if _asks(one.when, asking)}


def _asks(when: ConditionList | None, defines: set[str]) -> bool:
    return when is not None and bool(used(when) & defines)


def _root(exception: ast.ExceptionRule, names: PolicyNames) -> str:
    target = exception.target.text
    while target in names.exceptions:
        target = names.exceptions[target].target.text
    return target


# ------------------------------------------------------------------ the same program


@dataclass(frozen=True, slots=True)
class Plain:
    """Conditions in a form in which order, nesting and repetition do not count, and in which a question about
    the payer is answered where the policy has one payer only.
    """

    payers: tuple[str, ...]

    def rule(self, rule: Rule) -> Rule:
        """A rule with its conditions in that form."""
        exceptions = tuple(map(self.exception, rule.exceptions))
        return replace(rule, condition=self.condition(rule.condition), exceptions=exceptions)

    def exception(self, exception: ExceptionRule) -> ExceptionRule:
        exceptions = tuple(map(self.exception, exception.exceptions))
        return replace(exception, condition=self.condition(exception.condition), exceptions=exceptions)

    def condition(self, condition: Condition) -> Condition:
        match condition:
            case n.All(items):
                return self._chain(n.All, items)
            case n.AnyOf(items):
                return self._chain(n.AnyOf, items)
            case n.AtLeast(count, items):
                inner = tuple(sorted(map(self.condition, items), key=repr))
                if count == 1:
                    return self._chain(n.AnyOf, inner)
                return self._chain(n.All, inner) if count == len(inner) else n.AtLeast(count, inner)
            case n.Not(item):
                return _not(self.condition(item))
            case n.Exists(lines, fact):
                where = self.condition(n.All((lines.where, fact)))
                return n.Exists(replace(lines, where=where), n.All(()))
            case n.Member("payer", n.Subject.THIS, codes, ()) if len(self.payers) == 1:
                return n.All(()) if self.payers[0] in codes else n.AnyOf(())
        return condition

    def _chain(self, kind: type[n.All | n.AnyOf], items: Iterable[Condition]) -> Condition:
        flat = tuple(sorted(set(_flat(kind, map(self.condition, items))), key=repr))
        settled = n.AnyOf(()) if kind is n.All else n.All(())
        if settled in flat:
            return settled
        return flat[0] if len(flat) == 1 else kind(flat)


def _not(item: Condition) -> Condition:
    match item:
        case n.Not(inner):
            return inner
        case n.All(()):
            return n.AnyOf(())
        case n.AnyOf(()):
            return n.All(())
    return n.Not(item)


def _flat(kind: type[n.All | n.AnyOf], items: Iterable[Condition]) -> Iterator[Condition]:
    for item in items:
        if isinstance(item, kind):
            yield from item.items
        else:
            yield item
