"""What the rules of a line come to in every way of completing what is missing.

A rule is asked once for all ways that it does not tell apart, and so is what the rules come to together.
Where a rule denies, nothing else is asked; where the line pends whatever is missing, no money is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TypeAlias

from pollex.backends.firing import Firing, firings
from pollex.backends.interpret.combine import Result, combine
from pollex.backends.interpret.elements import LineRef
from pollex.backends.interpret.evaluate import Evaluator
from pollex.backends.interpret.ways import Branch, Set, Ways, apart
from pollex.backends.kleene import Tri
from pollex.ir.nodes import Condition
from pollex.ir.program import Deny, Effect, Pend, Require, Rule

Rows: TypeAlias = Sequence[tuple[Set, tuple[Firing, ...]]]
DENIED = Result("deny", Fraction(0), frozenset(), Fraction(0), ())


@dataclass(frozen=True, slots=True)
class Completion:
    """The firings that are known, and of each rule that is not, its firings in all ways."""

    known: Sequence[Firing]
    open: Sequence[Rows]
    default: Sequence[Firing]
    ways: Ways
    evaluator: Evaluator
    this: LineRef

    def results(self) -> list[tuple[Set, Result]]:
        """What the line comes to in all ways, but for what is applied."""
        denied = 0
        for rows in self.open:
            for among, fired in rows:
                if does(Deny, fired):
                    denied |= among
        rest = self.ways.all & ~denied
        found = [(denied, DENIED)] if denied else []
        if rest:
            matter = [rows for rows in self.open if _asks(rows)] if does(Pend, self.known) else self.open
            found += apart(rest, lambda branch: self._combined(matter, branch))
        return found

    def every(self) -> list[Result]:
        """What the line comes to in all ways, with all that is applied."""
        return [
            result for _, result in apart(self.ways.all, lambda branch: self._combined(self.open, branch))
        ]

    def _combined(self, open_rules: Sequence[Rows], branch: Branch) -> Result:
        asked = self.evaluator
        assumed = self.ways.assumed(branch)
        trial = Evaluator(asked.view, asked.program, asked.denied, assumed=assumed, silent=True)
        fired = list(self.known)
        for rows in open_rules:
            fired += next(firing for among, firing in rows if branch.holds(among))
        return combine(fired, self.default, trial, self.this)


def rows(rule: Rule, on: date, ways: Ways, this: LineRef) -> Rows:
    """The firings of a rule on a line of that day, in all ways."""

    def fired(branch: Branch) -> tuple[Firing, ...]:
        def holds(condition: Condition) -> Tri:
            return branch.holds(ways.true(condition, this))

        return firings(rule, on, holds)

    return apart(ways.all, fired)


def does(kind: type[Effect], fired: Iterable[Firing]) -> bool:
    """Whether an effect of a kind is in force."""
    return any(one.holds is True and any(isinstance(e, kind) for e in one.effects) for one in fired)


def _asks(rows: Rows) -> bool:
    """Whether a rule requires documentation in some way."""
    return any(does(Require, fired) for _, fired in rows)
