"""What a suggested claim is to show, and how far a claim is from showing it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pollex.backends.kleene import Tri, negate
from pollex.testing.asking import Around, Asked
from pollex.testing.atoms import Atom, Clause

FAR = 1000


@dataclass(frozen=True, slots=True)
class Goal:
    """An answer of an atom, or of a whole clause (`place` None)."""

    clause: Clause
    place: int | None
    answer: Tri

    @property
    def key(self) -> tuple[object, ...]:
        return self.clause.id, self.place, self.answer


def shows(goal: Goal, asked: Asked) -> bool:
    """Whether a clause on a line shows it."""
    if goal.place is not None:
        return asked.answers[goal.place] is goal.answer
    return asked.counts and asked.answer is goal.answer


def distance(goal: Goal, around: Around) -> int:
    """How many conditions have to answer otherwise, at least; 0 where the goal is shown."""
    asked = around.asked
    if goal.place is not None:
        return _of_atom(asked, goal.place, goal.answer, around.definitions)
    above = sum(_of_clause(one, True, around.definitions) for one in around.above)
    return above + _of_clause(asked, goal.answer, around.definitions)


def wanted(goal: Goal, around: Around) -> Iterator[Atom]:
    """The atoms that could be made to answer otherwise, to come nearer."""
    if goal.place is not None:
        yield from _atoms_of(around.asked, (goal.place,), around.definitions)
        return
    for one in (*around.above, around.asked):
        yield from _atoms_of(one, range(len(one.answers)), around.definitions)


def _atoms_of(
    asked: Asked, places: range | tuple[int, ...], definitions: Mapping[str, Asked]
) -> Iterator[Atom]:
    for place in places:
        atom = asked.plan.clause.atoms[place]
        if atom.definition is None:
            yield atom
        elif atom.definition in definitions:
            inner = definitions[atom.definition]
            yield from _atoms_of(inner, range(len(inner.answers)), definitions)


def _of_atom(asked: Asked, place: int, answer: Tri, definitions: Mapping[str, Asked]) -> int:
    atom = asked.plan.clause.atoms[place]
    if asked.answers[place] is answer:
        return 0
    if atom.definition is not None and atom.definition in definitions:
        inner = definitions[atom.definition]
        return _of_clause(inner, negate(answer) if atom.turned else answer, definitions)
    return 1


def _of_clause(asked: Asked, answer: Tri, definitions: Mapping[str, Asked]) -> int:
    """The cheapest way in which the atoms can come to an answer."""
    if asked.answer is answer:
        return 0
    clause = asked.plan.clause
    held = negate(answer) if clause.negated else answer
    costs = [
        {one: _of_atom(asked, place, one, definitions) for one in (True, False, None)}
        for place in range(len(asked.answers))
    ]
    cheapest: dict[tuple[int, int], int] = {(0, 0): 0}
    for cost in costs:
        following: dict[tuple[int, int], int] = {}
        for (true, unknown), so_far in cheapest.items():
            for one, more in cost.items():
                key = true + (one is True), unknown + (one is None)
                following[key] = min(following.get(key, FAR), so_far + more)
        cheapest = following
    ways = [cost for (true, unknown), cost in cheapest.items() if _held(true, unknown, clause.needed) is held]
    return min(ways, default=FAR)


def _held(true: int, unknown: int, needed: int) -> Tri:
    return True if true >= needed else None if true + unknown >= needed else False
