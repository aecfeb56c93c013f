"""Which effects of a policy's rules are in force on a line: fields that are true, false or NULL.

A rule's condition is a field (`when_…`), and so is each exception's (`unless_…`), asked only where its rule
may hold. What is in force where exceptions speak are fields of their own (`in_force_…`), all NULL where one
of them is: then nothing of the rule counts as known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from pollex.backends.firing import Clause
from pollex.backends.sql.answers import FALSE, TRUE, Answer, all_of, any_of, negation
from pollex.backends.sql.conditions import Conditions
from pollex.backends.sql.place import At, Writing
from pollex.ir.nodes import Subject
from pollex.ir.program import Deny, Effect, ExceptionRule, Note, Pend, Policy, Require, Rule


@dataclass(frozen=True, slots=True)
class InForce:
    """An effect and where it is in force. Of a rule that only notes, what is not known does not matter.

    `requirement`: the documentation that is not there, if the effect hangs on it and not on the rule alone.
    """

    policy: Policy
    clause: Clause
    effect: Effect
    holds: Answer
    only_notes: bool
    rule: Rule
    requirement: Require | None = None

    @property
    def is_outright(self) -> bool:
        return self.requirement is None


@dataclass(frozen=True, slots=True)
class Otherwise:
    """What a policy says where no rule gives an outcome."""

    policy: Policy
    effect: Effect
    under: str


@dataclass(slots=True)
class Asked:
    """The rules of one stratum: fields of the line stage by stage, and the effects."""

    conditions: dict[str, str] = field(default_factory=dict)
    exceptions: dict[str, str] = field(default_factory=dict)
    settled: dict[str, str] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    effects: list[InForce] = field(default_factory=list)
    repeated: list[tuple[Answer, ...]] = field(default_factory=list)
    """Exceptions that each put something in the place of one rule: two at once are for a person."""


@dataclass(frozen=True, slots=True)
class Firing:
    """Writes the rules of one stratum; `names` keeps the fields of rules with like names apart."""

    to: Writing
    asked: Asked
    names: dict[str, tuple[str, str, str]]

    @property
    def conditions(self) -> Conditions:
        return Conditions(self.to)

    def rule(self, rule: Rule, policy: Policy, under: str) -> str:
        """Add a rule, asked where its policy speaks of the line; the name of its field."""
        self.to.clause = rule.id
        at = At(policy)
        asked = all_of((self._in_period(rule, at), self.conditions.holds(rule.condition, at)))
        name = self._name("when", rule, policy)
        if asked == FALSE:
            return name
        self.asked.conditions[name] = f"CASE WHEN this.{under} THEN {asked.text} ELSE FALSE END"
        condition = Answer(f"this.{name}", asked.maybe)
        if not rule.exceptions:
            self._effects(rule, rule, condition, policy)
            return name
        taken, found = self._exceptions(rule.exceptions, condition, condition, at)
        fired = [(rule, all_of((condition, negation(taken)))), *found]
        is_open = any_of(Answer(f"({holds.text} IS NULL)", False) for _, holds in fired if holds.maybe)
        settled = []
        for clause, holds in fired:
            own = self._name("in_force", clause, policy)
            known = holds.text if is_open == FALSE else f"CASE WHEN NOT {is_open.text} THEN {holds.text} END"
            self.asked.settled[own] = known
            settled.append((clause, Answer(f"this.{own}", is_open != FALSE)))
        self.asked.repeated.append(tuple(holds for clause, holds in settled if clause is not rule))
        for clause, holds in settled:
            self._effects(rule, clause, holds, policy)
        return name

    def _name(self, kind: str, clause: Clause, policy: Policy) -> str:
        stem, owner = f"{kind}_{clause.name.replace('-', '_')}", (policy.id, policy.version, clause.id)
        name, number = stem, 1
        while self.names.setdefault(name, owner) != owner:
            number += 1
            name = f"{stem}_{number}"
        return name

    def _in_period(self, clause: Clause, at: At) -> Answer:
        """Whether the line's day lies in the clause's own days, as far as the policy's do not say so."""
        return between(
            self.conditions.values.field("service date", at, Subject.THIS).text,
            clause.from_date if clause.from_date and clause.from_date > at.policy.from_date else None,
            clause.through_date,
            self.to,
        )

    def _exceptions(
        self, exceptions: tuple[ExceptionRule, ...], above: Answer, rule: Answer, at: At
    ) -> tuple[Answer, list[tuple[Clause, Answer]]]:
        """Whether some exception takes the clause above out of force, and what is put in its place."""
        taken: Answer = FALSE
        found: list[tuple[Clause, Answer]] = []
        for exception in exceptions:
            condition = all_of((above, self._exception(exception, rule, at)))
            if condition == FALSE:
                continue
            plain = tuple(sub for sub in exception.exceptions if not sub.instead)
            others = tuple(sub for sub in exception.exceptions if sub.instead)
            undone, below = self._exceptions(plain, condition, rule, at)
            below = [*below, *self._exceptions(others, condition, rule, at)[1]]
            replaced = any_of(holds for _, holds in below)
            applies = all_of((condition, negation(undone)))
            taken = any_of((taken, applies, replaced))
            if exception.instead:
                found.append((exception, all_of((applies, negation(replaced)))))
            found.extend(below)
        return taken, found

    def _exception(self, exception: ExceptionRule, rule: Answer, at: At) -> Answer:
        self.to.clause = exception.id
        asked = all_of((self._in_period(exception, at), self.conditions.holds(exception.condition, at)))
        if asked in (TRUE, FALSE):
            return asked
        name = self._name("unless", exception, at.policy)
        self.asked.comments[name] = f"exception {exception.name}"
        self.asked.exceptions[name] = f"CASE WHEN NOT {rule.text} THEN FALSE ELSE {asked.text} END"
        return Answer(f"this.{name}", asked.maybe)

    # ------------------------------------------------------------ effects

    def _effects(self, rule: Rule, clause: Clause, holds: Answer, policy: Policy) -> None:
        only_notes = all(isinstance(effect, Note) for effect in _all_effects(rule))
        effects = clause.effects if isinstance(clause, Rule) else clause.instead
        for effect in effects:
            self.asked.effects.append(InForce(policy, clause, effect, holds, only_notes, rule))
            if isinstance(effect, Require):
                documented = self.conditions.documented(effect.documented.concept, effect.documented.document)
                owed = Answer(f"CASE WHEN {holds.text} THEN NOT {documented.text} ELSE FALSE END")
                otherwise = Pend("", None) if effect.otherwise is None else effect.otherwise
                self.asked.effects.append(InForce(policy, clause, otherwise, owed, False, rule, effect))


def clauses(rule: Rule | ExceptionRule) -> Iterator[Rule | ExceptionRule]:
    """A rule with its exceptions, and theirs."""
    yield rule
    for exception in rule.exceptions:
        yield from clauses(exception)


def _all_effects(rule: Rule) -> list[Effect]:
    found, waiting = [*rule.effects], [*rule.exceptions]
    while waiting:
        exception = waiting.pop()
        found += exception.instead
        waiting += exception.exceptions
    return found


def between(text: str, first: date | None, last: date | None, to: Writing) -> Answer:
    """Whether a day lies in a period; both ends count."""
    found = [Answer(f"({text} >= {to.dialect.day(first)})", False)] if first else []
    found += [Answer(f"({text} <= {to.dialect.day(last)})", False)] if last else []
    return all_of(found)


def denies_outright(one: InForce) -> bool:
    """Whether an effect denies, whatever else is not known."""
    return one.is_outright and isinstance(one.effect, Deny)
