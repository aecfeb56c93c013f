"""What tests of a policy could show at all: for each clause and atom the answers that can be reached.

For each kind of line that a clause speaks of (`places.py`), its atoms are asked for their possible answers
(`reachable.py`), and the answers of the clause follow from theirs. An atom can decide where the others can
stand so that it does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from pollex.backends.kleene import Tri
from pollex.ir.nodes import Condition
from pollex.ir.program import Program, Scope
from pollex.testing.atoms import AtomId, Clause, ClauseId, Outline
from pollex.testing.domains import Words
from pollex.testing.kleene import Answers, at_least, negated
from pollex.testing.places import places
from pollex.testing.reachable import Place

LAST = date(2099, 12, 31)


@dataclass(frozen=True, slots=True)
class Reach:
    """The answers that each clause and atom can give, and those with which an atom can decide."""

    clauses: dict[ClauseId, set[Tri]] = field(default_factory=dict)
    atoms: dict[AtomId, set[Tri]] = field(default_factory=dict)
    decides: dict[AtomId, set[Tri]] = field(default_factory=dict)


def reach(program: Program, outlines: Iterable[Outline]) -> Reach:
    """What can be reached under all versions of the policies."""
    found, words = Reach(), Words(program)
    for outline in outlines:
        lines = _Lines(words, outline)
        for clause in outline.clauses:
            _add(clause, lines, found)
    return found


def _add(clause: Clause, lines: _Lines, found: Reach) -> None:
    whole = found.clauses.setdefault(clause.id, set())
    for atom in clause.atoms:
        found.atoms.setdefault(atom.id, set())
        found.decides.setdefault(atom.id, set())
    for place, above in lines.of(clause):
        answers = [lines.ask(place, atom.condition) for atom in clause.atoms]
        if above:
            whole |= possible(clause, answers)
        for number, atom in enumerate(clause.atoms):
            found.atoms[atom.id] |= answers[number]
            found.decides[atom.id] |= deciding(clause, answers, number)


def possible(clause: Clause, answers: Sequence[Answers]) -> Answers:
    """What the atoms of a clause can come to."""
    held = at_least(clause.needed, list(answers))
    return negated(held) if clause.negated else held


def deciding(clause: Clause, answers: Sequence[Answers], place: int) -> Answers:
    """The answers with which an atom can decide: exactly one less than are needed hold besides it."""
    others = [*answers[:place], *answers[place + 1 :]]
    ways = {0}
    for one in others:
        ways = {true + (answer is True) for true in ways for answer in one if answer is not None}
    return frozenset(answers[place] - {None}) if clause.needed - 1 in ways else frozenset()


class _Lines:
    """The lines of each clause of a version."""

    def __init__(self, words: Words, outline: Outline) -> None:
        self.words = words
        self.outline = outline
        self.places: dict[tuple[Scope, date, date], tuple[Place, ...]] = {}
        self.answers: dict[tuple[str, date, Condition], Answers] = {}

    def of(self, clause: Clause) -> Iterator[tuple[Place, bool]]:
        """Each kind of line, and whether what stands above an exception can be true there."""
        if clause.id.kind == "definition":
            for name in sorted(self.outline.asked_by[clause.id.name]):
                yield from ((place, True) for place in self._of_rule(self.outline.rules[name]))
            return
        for place in self._of_rule(self.outline.rule_of(clause)):
            if _overlaps(clause, place):
                yield place, self._holds_above(clause, place)

    def ask(self, place: Place, condition: Condition) -> Answers:
        key = place.code, place.day, condition
        if key not in self.answers:
            self.answers[key] = place.answers(condition)
        return self.answers[key]

    def _of_rule(self, clause: Clause) -> tuple[Place, ...]:
        assert clause.rule is not None and clause.scope is not None
        policy = self.outline.policy
        first = max(policy.from_date, clause.rule.from_date or policy.from_date)
        last = min(policy.through_date or LAST, clause.rule.through_date or LAST)
        key = clause.scope, first, last
        if key not in self.places:
            self.places[key] = tuple(places(self.words, policy, clause.scope, first, last))
        return self.places[key]

    def _holds_above(self, clause: Clause, place: Place) -> bool:
        while clause.target is not None:
            clause = self.outline.above(clause)
            answers = [self.ask(place, atom.condition) for atom in clause.atoms]
            if True not in possible(clause, answers):
                return False
        return True


def _overlaps(clause: Clause, place: Place) -> bool:
    exception = clause.exception
    return exception is None or (
        (exception.from_date or place.through) <= place.through
        and place.day <= (exception.through_date or place.day)
    )
