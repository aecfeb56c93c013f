"""What tests show of a policy: the answers that each of its conditions was seen to give.

Every atom, rule, exception and definition (`atoms.py`) is asked of every line that it speaks of, on every
claim that a test decided (`asking.py`): was it ever true, false, unknown? And for an atom: did it ever
decide, being true and being false? It decides where turning it around, with the other atoms of its clause
as they are, turns the clause around (masking MC/DC). An exception counts where what it is an exception to
is true.

This is a pass of its own over the claims. Answers that the atoms of a clause gave together are counted as a
pattern; what was seen of each is worked out from the patterns, of which there are few.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pollex.backends.kleene import Tri
from pollex.ir.program import Program
from pollex.testing.asking import Asked, Asker, Plan
from pollex.testing.atoms import ANSWERS, AtomId, ClauseId, Outline, combined, decides
from pollex.testing.touched import Touching


@dataclass(slots=True)
class Seen:
    """How often something gave each answer, and how often an atom decided, by its answer."""

    answers: dict[Tri, int] = field(default_factory=lambda: dict.fromkeys(ANSWERS, 0))
    decided: dict[Tri, int] = field(default_factory=lambda: {True: 0, False: 0})

    @property
    def times(self) -> int:
        """How often it was asked."""
        return sum(self.answers.values())


@dataclass(frozen=True, slots=True)
class Shown:
    """What was seen of every clause and atom."""

    clauses: Mapping[ClauseId, Seen]
    atoms: Mapping[AtomId, Seen]


class Coverage:
    """Counts; give it the claims one after another."""

    def __init__(self, program: Program, outlines: Sequence[Outline]) -> None:
        self.program = program
        self.outlines = outlines
        self.asker = Asker(program, outlines)
        self.touching = Touching(program, outlines)

    def add(self, claim: Mapping[str, Any]) -> None:
        """Count what a claim shows."""
        decider = self.asker.prepared(claim)
        for asked in self.asker.ask(decider):
            count(asked)
        chosen = {policy.id for policies in decider.policies.values() for policy in policies}
        self.touching.add(decider.view, chosen)

    @property
    def plans(self) -> list[Plan]:
        """Every clause of every version, with its patterns."""
        return [plan for plans in self.asker.plans.values() for plan in plans.values()]

    def shown(self) -> Shown:
        """What was seen so far."""
        clauses: dict[ClauseId, Seen] = {}
        atoms: dict[AtomId, Seen] = {}
        for plan in self.plans:
            clause = clauses.setdefault(plan.clause.id, Seen())
            of_atoms = [atoms.setdefault(atom.id, Seen()) for atom in plan.clause.atoms]
            for (answers, counts), times in plan.patterns.items():
                if counts:
                    clause.answers[combined(plan.clause, answers)] += times
                for place, (seen, answer) in enumerate(zip(of_atoms, answers, strict=True)):
                    seen.answers[answer] += times
                    if decides(plan.clause, answers, place):
                        seen.decided[answer] += times
        return Shown(clauses, atoms)


def count(asked: Asked) -> None:
    """Count one clause on one line."""
    pattern = asked.answers, asked.counts
    asked.plan.patterns[pattern] = asked.plan.patterns.get(pattern, 0) + 1
