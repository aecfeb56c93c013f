"""Which effects of a rule are in force on a line.

A rule's effects are in force where its condition holds and no exception takes it out. An exception carries
its rule's condition with it; its `instead` stands in the place of what it takes out. An exception to an
exception works the same way, one step further in: without an `instead` it brings back what was taken out.
Where an `instead` is in force, nothing further out stands beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

from pollex.backends.kleene import Tri, both, either, negate
from pollex.ir.nodes import Condition
from pollex.ir.program import Deny, Effect, ExceptionRule, Require, Rule

Clause: TypeAlias = Rule | ExceptionRule
Holds: TypeAlias = Callable[[Condition], Tri]


@dataclass(frozen=True, slots=True)
class Firing:
    """Effects of a rule, or of an exception's `instead`, and whether they are in force."""

    rule: Rule
    clause: Clause
    effects: tuple[Effect, ...]
    holds: Tri


def can_deny(effect: Effect) -> bool:
    """Whether an effect denies, or a requirement does that is not met."""
    while isinstance(effect, Require) and effect.otherwise is not None:
        effect = effect.otherwise
    return isinstance(effect, Deny)


def in_period(clause: Clause, on: date) -> bool:
    """Whether a clause is in effect on a day; both ends count."""
    return (clause.from_date is None or clause.from_date <= on) and (
        clause.through_date is None or on <= clause.through_date
    )


def firings(rule: Rule, on: date, holds: Holds) -> tuple[Firing, ...]:
    """The rule's own effects on a line of that day, and those of each exception that has an `instead`."""
    if not in_period(rule, on):
        return ()
    condition = holds(rule.condition)
    if condition is False:
        return ()
    taken, found = _exceptions(rule.exceptions, rule, on, holds)
    own = Firing(rule, rule, rule.effects, both(condition, negate(taken)))
    return (own, *_where(condition, found))


def applies(exception: ExceptionRule, rule: Rule, on: date, holds: Holds) -> Tri:
    """Whether an exception takes its rule out of force, where the rule's condition is true."""
    return _exceptions((exception,), rule, on, holds)[0]


def _exceptions(
    exceptions: tuple[ExceptionRule, ...], rule: Rule, on: date, holds: Holds
) -> tuple[Tri, tuple[Firing, ...]]:
    """Whether some exception takes the clause above out of force, and the effects put in its place, where
    the condition of that clause is true. Where it is not known, an exception that surely applies takes the
    clause out all the same.
    """
    taken: Tri = False
    found: list[Firing] = []
    for exception in exceptions:
        if not in_period(exception, on):
            continue
        condition = holds(exception.condition)
        if condition is False:
            continue
        plain = tuple(sub for sub in exception.exceptions if not sub.instead)
        others = tuple(sub for sub in exception.exceptions if sub.instead)
        undone, below = _exceptions(plain, rule, on, holds)
        below += _exceptions(others, rule, on, holds)[1]
        replaced: Tri = False
        for firing in below:
            replaced = either(replaced, firing.holds)
        taken = either(taken, both(condition, either(negate(undone), replaced)))
        if exception.instead:
            own = both(condition, both(negate(undone), negate(replaced)))
            found.append(Firing(rule, exception, exception.instead, own))
        found.extend(_where(condition, below))
    return taken, tuple(found)


def _where(condition: Tri, found: tuple[Firing, ...]) -> tuple[Firing, ...]:
    """Effects that are in force where the condition of the clause above is true too."""
    if condition is True:
        return found
    return tuple(replace(firing, holds=both(condition, firing.holds)) for firing in found)
