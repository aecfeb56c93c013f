"""Checked trees to the intermediate form: the one bridge between what authors write and what backends run.

Nothing is decided here. Definitions are put in their place, filters become conditions, windows become dates
compared with dates, and each policy gets the digest of all that can change one of its answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from typing import Any

from pollex.check.checked import Checked, CheckedPolicy
from pollex.check.names import Environment
from pollex.check.typing import Problem, read_date
from pollex.ir import program as ir
from pollex.ir.nodes import All, AnyOf, Condition, Member, Subject
from pollex.lower.conditions import Lowering
from pollex.syntax import ast
from pollex.syntax.conditions import Literal


def lower(checked: Checked) -> ir.Program:
    """A program from policies without errors."""
    env = checked.environment
    policies = [lower_policy(policy, env, digest(policy, env)) for policy in checked.policies]
    return ir.Program(
        tuple(sorted(policies, key=lambda policy: (policy.id, policy.from_date))),
        env.sets,
        env.tables,
        env.systems,
        env.vocabulary,
    )


def lower_rules(policy: CheckedPolicy, env: Environment, names: Iterable[str]) -> tuple[ir.Rule, ...]:
    """Some rules of a policy, with their exceptions, as they stand in its program."""
    maker = _maker(policy, env)
    return tuple(maker.rule(name, policy.names.rules[name]) for name in names)


def lower_policy(policy: CheckedPolicy, env: Environment, fingerprint: str) -> ir.Policy:
    """One version of a policy, under a digest that its caller has worked out."""
    maker = _maker(policy, env)
    rules = [maker.rule(name, rule) for name, rule in policy.names.rules.items()]
    return ir.Policy(
        policy.id,
        policy.version,
        policy.header.title,
        policy.payers,
        policy.claim_type,
        maker.scope(policy.scopes),
        policy.from_date,
        policy.through_date,
        maker.lowering.effect(policy.otherwise),
        tuple(sorted(rules, key=lambda rule: rule.id)),
        fingerprint,
        policy.header.span,
    )


def _maker(policy: CheckedPolicy, env: Environment) -> _Maker:
    names = policy.names
    mine = set(policy.scopes)
    reaches = any(set(rule.scopes) - mine for rule in names.rules.values() if rule.trial is None)
    exceptions: dict[str, list[ast.ExceptionRule]] = {}
    for exception in sorted(names.exceptions.values(), key=lambda one: one.name.text):
        exceptions.setdefault(exception.target.text, []).append(exception)
    return _Maker(policy, Lowering(env, names.defines), reaches, exceptions)


@dataclass(frozen=True, slots=True)
class _Maker:
    """Lowers the rules of one policy.

    `reaches_further`: whether some rule has lines beyond the policy's; the other rules then keep to the
    policy's. `targets`: the exceptions by that to which they are one.
    """

    policy: CheckedPolicy
    lowering: Lowering
    reaches_further: bool
    targets: Mapping[str, list[ast.ExceptionRule]]

    def rule(self, name: str, rule: ast.Rule) -> ir.Rule:
        condition: Condition = self.lowering.conditions(rule.when) if rule.when else All(())
        scope = self.scope(rule.scopes) if rule.scopes else None
        if scope is not None:
            condition = All((_in_scope(scope), condition))
        elif self.reaches_further:
            condition = All((_in_scope(self.scope(self.policy.scopes)), condition))
        first, last = _period(rule.period)
        if rule.trial is not None and rule.trial.from_date is not None:
            starts = _day(rule.trial.from_date)
            first = max(first, starts) if first else starts
        return ir.Rule(
            f"{self.policy.id}/{name}",
            name,
            rule.title,
            2 if rule.second_stratum else 1,
            rule.trial is not None,
            scope,
            condition,
            first,
            last,
            tuple(self.lowering.effect(effect) for effect in rule.effects),
            rule.because.text if rule.because else None,
            self.sources(rule.because),
            self.exceptions(name),
            rule.span,
        )

    def exceptions(self, target: str) -> tuple[ir.ExceptionRule, ...]:
        return tuple(map(self.exception, self.targets.get(target, ())))

    def exception(self, exception: ast.ExceptionRule) -> ir.ExceptionRule:
        first, last = _period(exception.period)
        return ir.ExceptionRule(
            f"{self.policy.id}/{exception.name.text}",
            exception.name.text,
            self.lowering.conditions(exception.when) if exception.when else All(()),
            first,
            last,
            tuple(self.lowering.effect(effect) for effect in exception.instead),
            exception.because.text if exception.because else None,
            self.sources(exception.because),
            self.exceptions(exception.name.text),
            exception.span,
        )

    def sources(self, because: ast.Because | None) -> tuple[ir.Source, ...]:
        names = [name.text for name in because.sources] if because else []
        clauses = [self.policy.names.sources[name] for name in names]
        return tuple(
            ir.Source(c.id.text, c.title, _day(c.published) if c.published else None, c.at, c.evidence)
            for c in clauses
        )

    @staticmethod
    def scope(scopes: Iterable[ast.Scope]) -> ir.Scope:
        codes = frozenset(scope.code.text for scope in scopes if scope.code is not None)
        return ir.Scope(
            codes, tuple(sorted(scope.set_name.text for scope in scopes if scope.set_name is not None))
        )


def _in_scope(scope: ir.Scope) -> Condition:
    return AnyOf((Member("cpt", Subject.THIS, scope.codes, scope.sets, "any"),))


def _day(literal: Literal) -> date:
    found = read_date(literal)
    assert not isinstance(found, Problem), "the checker reads every date first"
    return found


def _period(period: ast.PeriodClause | None) -> tuple[date | None, date | None]:
    if period is None:
        return None, None
    return (
        _day(period.from_date) if period.from_date else None,
        _day(period.through_date) if period.through_date else None,
    )


def digest(policy: CheckedPolicy, env: Environment) -> str:
    """All that can change an answer of the policy, whatever the order it is written in: rules, definitions,
    sets, tables.
    """
    names = policy.names
    clauses = [clause for clause in policy.header.clauses if not isinstance(clause, ast.UseClause)]
    items = (*names.rules.values(), *names.exceptions.values(), *names.defines.values())
    parts = [canonical(node) for node in (*clauses, *items, *names.sources.values())]
    parts += [env.sets[name].canonical() for name in names.sets if name in env.sets]
    parts += [env.tables[name].canonical() for name in names.tables if name in env.tables]
    whole = "\n".join([policy.id, *sorted(set(parts))])
    return "sha256:" + sha256(whole.encode()).hexdigest()


def canonical(node: object) -> str:
    """A node without its places, lists in one order: only of the sources of a rule does the order mean
    something, since the first of them is the one that it is said to rest on.
    """
    if isinstance(node, tuple):
        return f"[{', '.join(sorted(map(canonical, node)))}]"
    kind: Any = type(node)
    names = _compared(kind)
    if names is None or isinstance(node, ast.Because):
        return repr(node)
    parts = [canonical(getattr(node, name)) for name in names]
    return f"{kind.__name__}({', '.join(parts)})"


@cache
def _compared(kind: Any) -> tuple[str, ...] | None:
    """The fields by which nodes of a kind are compared; None where it is no node."""
    return tuple(field.name for field in fields(kind) if field.compare) if is_dataclass(kind) else None
