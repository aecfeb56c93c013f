"""Looking for a claim that shows something: from the claims of tests, one change after the other.

The claims that come nearest are changed in every way that what they lack suggests; the nearest of what
comes of it are changed again. The order of everything is fixed, and the work is bounded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pollex.backends.interpret.line import LineDecider
from pollex.ir.nodes import Condition, Denied
from pollex.ir.program import Deny, Policy, Program
from pollex.testing.asking import Around, Asker
from pollex.testing.atoms import Atom, Outline
from pollex.testing.domains import Words
from pollex.testing.reads import nodes_of
from pollex.testing.suggesting.changes import Candidate, Change, Writer, claim_of
from pollex.testing.suggesting.goals import FAR, Goal, distance, wanted
from pollex.testing.suggesting.lines import line_changes
from pollex.testing.suggesting.values import Here, value_changes

BEAM = 6
DEPTH = 5
LIMIT = 4000


@dataclass(frozen=True, slots=True)
class Found:
    """A claim on the way, how far it is, and the clause on the line where it is nearest."""

    distance: int
    candidate: Candidate
    claim: dict[str, Any]
    decider: LineDecider
    around: Around | None

    @property
    def rank(self) -> tuple[int, int]:
        return self.distance, len(self.candidate.wheres)


@dataclass(slots=True)
class Searcher:
    """Looks for claims of one policy; `codes` are those that its lines can have, on
    `days` and after them.
    """

    program: Program
    asker: Asker
    fixtures: Mapping[str, Mapping[str, Any]]
    policies: Sequence[Policy]
    codes: tuple[str, ...]
    days: tuple[date, ...]
    writer: Writer
    words: Words
    seeds: dict[Candidate, tuple[dict[str, Any], LineDecider] | None]
    tried: int = 0

    def look(self, goal: Goal) -> Found | None:
        """The first claim that shows the goal, with few changes before many."""
        self.tried = 0
        known = [found for one in self.seeds if (found := self.tried_of(goal, one)) is not None]
        beam = self._first(sorted(known, key=lambda found: found.rank))
        done: set[Candidate] = set(self.seeds)
        for _ in range(DEPTH):
            if not beam or beam[0].distance == 0:
                break
            following = list(beam)
            for found in beam:
                for candidate in self._changed(goal, found):
                    if candidate in done or self.tried > LIMIT:
                        continue
                    done.add(candidate)
                    one = self.tried_of(goal, candidate)
                    if one is not None:
                        following.append(one)
                    if one is not None and one.distance == 0:
                        return one
            beam = self._nearest(following, beam)
        return beam[0] if beam and beam[0].distance == 0 else None

    @staticmethod
    def _first(known: list[Found]) -> list[Found]:
        """The nearest of each fixture."""
        of_fixture: dict[str, Found] = {}
        for found in known:
            of_fixture.setdefault(found.candidate.fixture, found)
        return list(of_fixture.values())[: 2 * BEAM]

    @staticmethod
    def _nearest(found: list[Found], before: list[Found]) -> list[Found]:
        """The next beam: what came nearer, and new claims that came no nearer for what they open."""
        fresh = [one for one in found if not any(one is old for old in before)]
        return sorted(fresh, key=lambda one: one.rank)[:BEAM]

    def tried_of(self, goal: Goal, candidate: Candidate) -> Found | None:
        """How near a candidate comes; None where it is no claim."""
        self.tried += 1
        if candidate not in self.seeds:
            made = self._made(candidate)
        else:
            made = self.seeds[candidate] = self.seeds[candidate] or self._made(candidate)
        if made is None:
            return None
        claim, decider = made
        nearest: tuple[int, Around | None] = (FAR, None)
        for around in self.asker.around(decider, goal.clause.id):
            far = distance(goal, around)
            if far < nearest[0]:
                nearest = far, around
        return Found(nearest[0], candidate, claim, decider, nearest[1])

    def _made(self, candidate: Candidate) -> tuple[dict[str, Any], LineDecider] | None:
        claim = claim_of(self.fixtures[candidate.fixture], candidate.wheres, self.program.vocabulary)
        return None if claim is None else (claim, self.asker.prepared(claim))

    def _changed(self, goal: Goal, found: Found) -> Iterator[Candidate]:
        for change in self._changes(goal, found):
            yield found.candidate.with_change(change)

    def _changes(self, goal: Goal, found: Found) -> Iterator[Change]:
        view = found.decider.view
        line = found.around.asked.line if found.around is not None else view.lines[0]
        evaluator = found.decider.evaluator()
        here = Here(self.program, self.writer, found.claim, evaluator, line, self.codes, self.days)
        if found.around is None:
            for code in self.codes:
                yield (self.writer.set("cpt", [code], here.number(line)),)
            for day in self.days:
                yield (self.writer.set("service date", [day], here.number(line)),)
            return
        policy = next(iter(found.decider.policies[line]), self.policies[0])
        for atom in wanted(goal, found.around):
            yield from self._of_atom(atom, here, policy)

    def _of_atom(self, atom: Atom, here: Here, policy: Policy) -> Iterator[Change]:
        yield from value_changes(atom.condition, here)
        yield from line_changes(atom.condition, here, policy, self.words)
        if any(isinstance(node, Denied) for node in nodes_of(atom.condition)):
            outline = self.asker.outlines[policy.id, policy.version]
            for line in here.others[:2]:
                there = replace(here, line=line)
                for condition in _denying(outline):
                    yield from value_changes(condition, there)


def _denying(outline: Outline) -> Iterator[Condition]:
    """The conditions of the rules of the first round that deny."""
    for clause in outline.rules.values():
        rule = clause.rule
        if rule is not None and rule.stratum == 1 and any(isinstance(one, Deny) for one in rule.effects):
            yield from (atom.condition for atom in clause.atoms)
