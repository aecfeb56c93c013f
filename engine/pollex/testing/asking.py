"""Asking every condition of a policy on every line of a claim that its clause speaks of.

Nothing is passed over: a decision stops where an answer is settled, here each atom gives its answer. The
answers are the interpreter's own. An exception is asked beside what it is an exception to; a definition on
the lines of the rules that ask it, in the end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pollex.backends.firing import in_period
from pollex.backends.interpret.claim import prepare
from pollex.backends.interpret.elements import LineRef
from pollex.backends.interpret.evaluate import Evaluator
from pollex.backends.interpret.line import LineDecider
from pollex.backends.kleene import Tri, negate
from pollex.ir.nodes import Condition
from pollex.ir.program import Program, Scope
from pollex.testing.atoms import Clause, ClauseId, Outline, combined

Pattern = tuple[tuple[Tri, ...], bool]


@dataclass(slots=True)
class Plan:
    """A clause with the numbers of its conditions; `patterns` counts the answers that its atoms gave
    together, and whether the clause itself counts there.
    """

    clause: Clause
    numbers: tuple[int, ...]
    patterns: dict[Pattern, int] = field(default_factory=dict)
    covered: dict[tuple[str, date], bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """One clause on one line: what its atoms answered, and what it came to; `counts` is false for an
    exception where that to which it is one does not hold.
    """

    plan: Plan
    line: LineRef
    answers: tuple[Tri, ...]
    answer: Tri
    counts: bool


@dataclass(frozen=True, slots=True)
class Around:
    """A clause on a line with what it hangs on: those above an exception, and the definitions asked."""

    asked: Asked
    above: tuple[Asked, ...]
    definitions: Mapping[str, Asked]


class Asker:
    """Asks the clauses of some versions of policies."""

    def __init__(self, program: Program, outlines: Sequence[Outline]) -> None:
        self.program = program
        self.conditions: dict[Condition, int] = {}
        self.plans = {(one.policy.id, one.policy.version): self._plans(one) for one in outlines}
        self.outlines = {(one.policy.id, one.policy.version): one for one in outlines}

    def _plans(self, outline: Outline) -> dict[tuple[str, str], Plan]:
        found = {}
        for clause in outline.clauses:
            numbers = [self.conditions.setdefault(a.condition, len(self.conditions)) for a in clause.atoms]
            found[clause.id.kind, clause.id.name] = Plan(clause, tuple(numbers))
        return found

    def prepared(self, claim: Mapping[str, Any]) -> LineDecider:
        """A claim, its policies chosen."""
        return prepare(self.program, claim, ())

    def ask(self, decider: LineDecider) -> Iterator[Asked]:
        """Every clause on every line that it speaks of."""
        for asking in self._lines(decider):
            yield from asking.all()

    def around(self, decider: LineDecider, clause: ClauseId) -> Iterator[Around]:
        """One clause on every line that it speaks of, with what it hangs on."""
        for asking in self._lines(decider):
            yield from asking.around(clause)

    def _lines(self, decider: LineDecider) -> Iterator[_Asking]:
        # Each condition is asked once a line: to remember answers takes longer than it saves.
        evaluator = Evaluator(decider.view, decider.program, decider.is_denied)
        for line in decider.view.lines:
            known: dict[int, Tri] = {}
            for policy in decider.policies[line]:
                key = policy.id, policy.version
                if key in self.plans:
                    yield _Asking(self, self.outlines[key], self.plans[key], decider, evaluator, line, known)


@dataclass(slots=True)
class _Asking:
    """One line under one version; `known` holds the answers of conditions by their numbers."""

    asker: Asker
    outline: Outline
    plans: Mapping[tuple[str, str], Plan]
    decider: LineDecider
    evaluator: Evaluator
    line: LineRef
    known: dict[int, Tri]
    definitions: dict[str, Asked] = field(default_factory=dict)

    def all(self) -> Iterator[Asked]:
        rules: dict[str, Asked] = {}
        for name in self.outline.rules:
            plan = self.plans["rule", name]
            if self._speaks(plan):
                rules[name] = self._ask(plan)
        yield from rules.values()
        held = {name: asked.answer for name, asked in rules.items()}
        for name, clause in self.outline.exceptions.items():
            assert clause.exception is not None and clause.target is not None
            if clause.target in held and in_period(clause.exception, self._day):
                above = held[clause.target]
                asked = self._ask(self.plans["exception", name], above)
                held[name] = asked.answer if above is True else False if asked.answer is False else above
                yield asked
        for name in self.outline.definitions:
            if not self.outline.asked_by[name].isdisjoint(rules):
                yield self._defined(name)

    def around(self, wanted: ClauseId) -> Iterator[Around]:
        plan = self.plans.get((wanted.kind, wanted.name))
        if plan is None or plan.clause.id != wanted:
            return
        if wanted.kind == "definition":
            if any(self._speaks(self.plans["rule", rule]) for rule in self.outline.asked_by[wanted.name]):
                yield Around(self._defined(wanted.name), (), self.definitions)
            return
        chain = [plan.clause]
        while chain[-1].target is not None:
            chain.append(self.outline.above(chain[-1]))
        exceptions = [one.exception for one in chain if one.exception is not None]
        if self._speaks(self._plan(chain[-1])) and all(in_period(one, self._day) for one in exceptions):
            above = tuple(self._ask(self._plan(clause)) for clause in chain[1:])
            held = all(one.answer is True for one in above)
            yield Around(self._ask(plan, True if held else None), above, self.definitions)

    def _plan(self, clause: Clause) -> Plan:
        return self.plans[clause.id.kind, clause.id.name]

    @property
    def _day(self) -> date:
        return self.decider.view.service_date(self.line)

    def _speaks(self, plan: Plan) -> bool:
        """Whether a rule speaks of the line, on its day."""
        key = self.decider.view.code(self.line), self._day
        if key not in plan.covered:
            rule, scope = plan.clause.rule, plan.clause.scope
            assert rule is not None and scope is not None
            plan.covered[key] = in_period(rule, key[1]) and _covers(self.asker.program, scope, *key)
        return plan.covered[key]

    def _ask(self, plan: Plan, above: Tri = True) -> Asked:
        answers = tuple([self._answer(plan, place) for place in range(len(plan.numbers))])
        return Asked(plan, self.line, answers, combined(plan.clause, answers), above is True)

    def _answer(self, plan: Plan, place: int) -> Tri:
        atom, number = plan.clause.atoms[place], plan.numbers[place]
        if atom.definition is not None:
            found = self._defined(atom.definition).answer
            return negate(found) if atom.turned else found
        if number not in self.known:
            self.known[number] = self.evaluator.holds(atom.condition, self.line)
            self.evaluator.leaves, self.evaluator.readings = {}, []
        return self.known[number]

    def _defined(self, name: str) -> Asked:
        if name not in self.definitions:
            self.definitions[name] = self._ask(self.plans["definition", name])
        return self.definitions[name]


def _covers(program: Program, scope: Scope, code: str, on: date) -> bool:
    return code in scope.codes or any(program.sets[name].membership(code, on) for name in scope.sets)
