"""What coverage counts: the clauses of a policy and the conditions that their authors listed.

A clause is a rule, an exception or a definition. An *atom* is one condition of its list, as it was written:
what its filters ask of other lines belongs to it. A definition is a clause of its own, and its name is an
atom where a rule asks it, so that each place in a text is counted once for a policy. Versions of a policy
share what stands in parts of all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pollex.backends.kleene import Tri
from pollex.check.checked import CheckedPolicy
from pollex.check.names import Environment, PolicyNames
from pollex.compiler import Compilation
from pollex.ir.nodes import Condition, Subject
from pollex.ir.program import ExceptionRule, Policy, Rule, Scope
from pollex.lower.conditions import Lowering, whole
from pollex.source.span import Span
from pollex.syntax import ast
from pollex.syntax import conditions as c
from pollex.syntax.format_conditions import condition_text

ANSWERS: tuple[Tri, ...] = (True, False, None)


@dataclass(frozen=True, slots=True)
class ClauseId:
    """A clause of a policy, in all its versions."""

    policy: str
    kind: str
    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class AtomId:
    """The atom of a clause by its place in the list."""

    clause: ClauseId
    place: int


@dataclass(frozen=True, slots=True)
class Atom:
    """A condition as it was written and as it is asked; `definition` is the one that it names, `turned` if
    that has `not` in front.
    """

    id: AtomId
    text: str
    span: Span
    condition: Condition
    definition: str | None = None
    turned: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """A rule, an exception (to `target`) or a definition, in one version of its policy.

    `needed` of its atoms must be true; `negated` turns that around (`none of:`). A rule speaks of the lines
    of `scope`, an exception and a definition of those of the rules that ask them.
    """

    id: ClauseId
    title: str | None
    atoms: tuple[Atom, ...]
    needed: int
    negated: bool
    rule: Rule | None = None
    exception: ExceptionRule | None = None
    scope: Scope | None = None
    target: str | None = None

    @property
    def definitions(self) -> tuple[str, ...]:
        """The definitions that it asks itself."""
        return tuple(atom.definition for atom in self.atoms if atom.definition is not None)


@dataclass(frozen=True)
class Outline:
    """The clauses of one version of a policy; rules and exceptions by their names, definitions by theirs."""

    policy: Policy
    rules: Mapping[str, Clause]
    exceptions: Mapping[str, Clause]
    definitions: Mapping[str, Clause]

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        return (*self.rules.values(), *self.exceptions.values(), *self.definitions.values())

    @cached_property
    def asked_by(self) -> Mapping[str, frozenset[str]]:
        """For each definition, the rules whose lines it is asked of."""
        found: dict[str, set[str]] = {name: set() for name in self.definitions}
        for clause in (*self.rules.values(), *self.exceptions.values()):
            rule = self.rule_of(clause).id.name
            for name in self._reached(clause):
                found[name].add(rule)
        return {name: frozenset(rules) for name, rules in found.items()}

    def rule_of(self, clause: Clause) -> Clause:
        """The rule that an exception takes out, in the end; a rule is its own."""
        while clause.target is not None:
            clause = self.rules.get(clause.target) or self.exceptions[clause.target]
        return clause

    def above(self, exception: Clause) -> Clause:
        """The clause that an exception is one to."""
        assert exception.target is not None
        return self.rules.get(exception.target) or self.exceptions[exception.target]

    def _reached(self, clause: Clause) -> Iterator[str]:
        for name in clause.definitions:
            yield name
            yield from self._reached(self.definitions[name])


def outlines(compilation: Compilation) -> tuple[Outline, ...]:
    """Every version of every policy of a sound compilation."""
    lowered = {(policy.id, policy.version): policy for policy in compilation.program.policies}
    environment = compilation.environment
    return tuple(
        _outline(checked, lowered[checked.id, checked.version], environment)
        for checked in sorted(compilation.checked.policies, key=lambda one: (one.id, one.version))
    )


def combined(clause: Clause, answers: Sequence[Tri]) -> Tri:
    """What the answers of its atoms come to."""
    true, unknown = answers.count(True), answers.count(None)
    held: Tri = True if true >= clause.needed else None if true + unknown >= clause.needed else False
    return held if held is None or not clause.negated else not held


def decides(clause: Clause, answers: Sequence[Tri], place: int) -> bool:
    """Whether turning this one answer around, with the others as they are, turns the clause around."""
    if answers[place] is None:
        return False
    with_true = combined(clause, (*answers[:place], True, *answers[place + 1 :]))
    with_false = combined(clause, (*answers[:place], False, *answers[place + 1 :]))
    return None not in (with_true, with_false) and with_true != with_false


# ------------------------------------------------------------------ making outlines


def _outline(checked: CheckedPolicy, policy: Policy, environment: Environment) -> Outline:
    maker = _Maker(policy, Lowering(environment, checked.names.defines), checked.names)
    return Outline(
        policy,
        {rule.name: maker.rule(rule) for rule in policy.rules},
        {one.name: maker.exception(one) for rule in policy.rules for one in _exceptions(rule)},
        {name: maker.definition(define) for name, define in sorted(checked.names.defines.items())},
    )


def _exceptions(above: Rule | ExceptionRule) -> Iterator[ExceptionRule]:
    for exception in above.exceptions:
        yield exception
        yield from _exceptions(exception)


@dataclass(frozen=True, slots=True)
class _Maker:
    policy: Policy
    lowering: Lowering
    names: PolicyNames

    def rule(self, rule: Rule) -> Clause:
        tree = self.names.rules[rule.name]
        scope = rule.scope or self.policy.scope
        return self._clause("rule", rule.name, tree.title, tree.when, tree.span, rule=rule, scope=scope)

    def exception(self, exception: ExceptionRule) -> Clause:
        tree = self.names.exceptions[exception.name]
        target = tree.target.text
        return self._clause(
            "exception", exception.name, tree.title, tree.when, tree.span, exception=exception, target=target
        )

    def definition(self, define: ast.Define) -> Clause:
        return self._clause("definition", define.name.text, None, define.conditions, define.span)

    def _clause(
        self,
        kind: str,
        name: str,
        title: str | None,
        when: c.ConditionList | None,
        span: Span,
        rule: Rule | None = None,
        exception: ExceptionRule | None = None,
        scope: Scope | None = None,
        target: str | None = None,
    ) -> Clause:
        made = ClauseId(self.policy.id, kind, name, span)
        listed = when.conditions if when is not None else ()
        atoms = tuple(
            Atom(
                AtomId(made, place),
                condition_text(condition),
                condition.span,
                self.lowering.condition(condition, Subject.THIS),
                condition.name.text if isinstance(condition, c.Defined) else None,
                isinstance(condition, c.Defined) and condition.negated,
            )
            for place, condition in enumerate(listed)
        )
        needed, negated = _needed(when)
        return Clause(made, title, atoms, needed, negated, rule, exception, scope, target)


def _needed(when: c.ConditionList | None) -> tuple[int, bool]:
    """How many of a list must be true, and whether that is turned around."""
    if when is None:
        return 0, False
    match when.kind:
        case "or" | "any":
            return 1, False
        case "none":
            return 1, True
        case "at-least":
            assert when.count is not None
            return whole(when.count), False
    return len(when.conditions), False
