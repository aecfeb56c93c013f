"""Which effects of a rule are in force on a line.

A rule's effects are in force where its condition holds and no exception takes it out. An exception carries
its rule's condition with it; its `instead` stands in the place of what it takes out. An exception to an
exception works the same way, one step further in: without an `instead` it brings back what was taken out.
Where an `instead` is in force, nothing further out stands beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from pollex.backends.interpret.elements import LineRef, Tri
from pollex.backends.interpret.evaluate import Evaluator, negate
from pollex.ir.program import Effect, ExceptionRule, Rule

Clause: TypeAlias = Rule | ExceptionRule


@dataclass(frozen=True, slots=True)
class Firing:
    """Effects of a rule, or of an exception's `instead`, and whether they are in force."""

    rule: Rule
    clause: Clause
    effects: tuple[Effect, ...]
    holds: Tri


def in_period(clause: Clause, on: date) -> bool:
    """Whether a clause is in effect on a day; both ends count."""
    return (clause.from_date is None or clause.from_date <= on) and (
        clause.through_date is None or on <= clause.through_date
    )


def firings(rule: Rule, evaluator: Evaluator, this: LineRef) -> tuple[Firing, ...]:
    """The rule's own effects, and those of each exception that has an `instead`."""
    on = evaluator.view.service_date(this)
    if not in_period(rule, on):
        return ()
    condition = evaluator.holds(rule.condition, this)
    if condition is False:
        return ()
    taken, found = _exceptions(rule.exceptions, condition, rule, evaluator, this)
    return (Firing(rule, rule, rule.effects, _and(condition, negate(taken))), *found)


def applies(exception: ExceptionRule, rule: Rule, evaluator: Evaluator, this: LineRef) -> Tri:
    """Whether an exception takes its rule out of force, where the rule's condition is true."""
    return _exceptions((exception,), True, rule, evaluator, this)[0]


def _exceptions(
    exceptions: tuple[ExceptionRule, ...], above: Tri, rule: Rule, evaluator: Evaluator, this: LineRef
) -> tuple[Tri, tuple[Firing, ...]]:
    """Whether some exception takes the clause above out of force, and the effects put in its place."""
    on = evaluator.view.service_date(this)
    taken: Tri = False
    found: list[Firing] = []
    for exception in exceptions:
        if not in_period(exception, on):
            continue
        condition = _and(above, evaluator.holds(exception.condition, this))
        if condition is False:
            continue
        plain = tuple(sub for sub in exception.exceptions if not sub.instead)
        others = tuple(sub for sub in exception.exceptions if sub.instead)
        undone, below = _exceptions(plain, condition, rule, evaluator, this)
        below += _exceptions(others, condition, rule, evaluator, this)[1]
        replaced: Tri = False
        for firing in below:
            replaced = _or(replaced, firing.holds)
        applies = _and(condition, negate(undone))
        taken = _or(taken, _or(applies, replaced))
        if exception.instead:
            found.append(Firing(rule, exception, exception.instead, _and(applies, negate(replaced))))
        found.extend(below)
    return taken, tuple(found)


def _and(left: Tri, right: Tri) -> Tri:
    return False if left is False or right is False else None if left is None or right is None else True


def _or(left: Tri, right: Tri) -> Tri:
    return True if left is True or right is True else None if left is None or right is None else False
