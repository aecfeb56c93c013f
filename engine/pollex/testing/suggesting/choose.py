"""The claims that are suggested: found for each answer that no test shows, made small, and as few as will
do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from pollex.compiler import Compilation
from pollex.ir.program import Policy
from pollex.syntax.scenarios import AddLine
from pollex.testing.atoms import Outline, outlines
from pollex.testing.cases import cases
from pollex.testing.coverage import Coverage
from pollex.testing.domains import Words
from pollex.testing.gaps import PolicyGaps, gaps
from pollex.testing.places import places
from pollex.testing.reach import LAST, reach
from pollex.testing.run import PolicyTree, Suite
from pollex.testing.suggesting.changes import Candidate, Writer
from pollex.testing.suggesting.goals import Goal, shows
from pollex.testing.suggesting.search import Found, Searcher

Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A claim, and the goals that it shows first."""

    found: Found
    goals: tuple[Goal, ...]


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Of one policy: claims in the order of what they show; `open` are goals for which none was found."""

    policy: str
    claims: tuple[Suggestion, ...]
    open: tuple[Goal, ...]


def suggestions(workspace: PolicyTree, asked: Sequence[str], told: Told) -> Iterator[Suggestions]:
    """For each policy, in the order of names. `told` hears how many goals are done, of how many."""
    compilation = workspace.compilation
    coverage = Coverage(compilation.program, outlines(compilation))
    suite = Suite(workspace)
    for case in suite.cases:
        claim = suite.claim(case)
        if claim is not None:
            coverage.add(claim)
    reached = reach(compilation.program, coverage.outlines)
    found = gaps(coverage, reached, asked)
    total = sum(len(one.missed) for one in found)
    done = 0
    for one in found:
        chooser = Chooser(one, coverage, compilation, suite)
        yield chooser.choose(partial(_tell, told, done, total))
        done += len(one.missed)


def _tell(told: Told, before: int, total: int, number: int) -> None:
    told(before + number, total)


class Chooser:
    """Chooses claims for one policy."""

    def __init__(
        self, missing: PolicyGaps, coverage: Coverage, compilation: Compilation, suite: Suite
    ) -> None:
        self.policy = missing.policy
        self.goals = [
            Goal(miss.item.clause, miss.item.atom.id.place if miss.item.atom else None, miss.answer)
            for miss in missing.missed
        ]
        self.outlines = [one for one in coverage.outlines if one.policy.id == missing.policy]
        self.searcher = _searcher(missing.policy, self.outlines, coverage, compilation, suite)

    def choose(self, told: Callable[[int], None]) -> Suggestions:
        """Look for each goal that no claim shows yet; then keep as few claims as show them all."""
        pending = {goal.key: goal for goal in self.goals}
        found: list[tuple[Found, frozenset[tuple[object, ...]]]] = []
        lacking: list[Goal] = []
        for number, goal in enumerate(self.goals):
            told(number)
            if goal.key not in pending:
                continue
            one = self.searcher.look(goal) if self.searcher is not None else None
            if one is None:
                lacking.append(goal)
                continue
            small = self._small(goal, one)
            shown = self._shown(small)
            found.append((small, shown))
            for key in shown:
                pending.pop(key, None)
        kept = cover(found)
        taken = set[tuple[object, ...]]()
        chosen = []
        for one, shown in kept:
            chosen.append(Suggestion(one, tuple(g for g in self.goals if g.key in shown - taken)))
            taken |= shown
        still = [goal for goal in lacking if goal.key not in taken]
        return Suggestions(self.policy, tuple(chosen), tuple(still))

    def _shown(self, found: Found) -> frozenset[tuple[object, ...]]:
        assert self.searcher is not None
        wanted: dict[object, list[Goal]] = {}
        for goal in self.goals:
            wanted.setdefault(goal.clause.id, []).append(goal)
        return frozenset(
            goal.key
            for asked in self.searcher.asker.ask(found.decider)
            for goal in wanted.get(asked.plan.clause.id, ())
            if shows(goal, asked)
        )

    def _small(self, goal: Goal, found: Found) -> Found:
        """Without the changes that are not needed."""
        assert self.searcher is not None
        is_smaller = True
        while is_smaller:
            is_smaller = False
            for candidate in smaller(found.candidate):
                one = self.searcher.tried_of(goal, candidate)
                if one is not None and one.distance == 0:
                    found, is_smaller = one, True
                    break
        return found


def smaller(candidate: Candidate) -> Iterator[Candidate]:
    """With one change less, or a line with one value less."""
    for at, where in enumerate(candidate.wheres):
        before, after = candidate.wheres[:at], candidate.wheres[at + 1 :]
        yield replace(candidate, wheres=(*before, *after))
        if isinstance(where, AddLine):
            for place in range(len(where.assignments)):
                fewer = (*where.assignments[:place], *where.assignments[place + 1 :])
                if fewer:
                    yield replace(candidate, wheres=(*before, replace(where, assignments=fewer), *after))


def cover(
    found: Sequence[tuple[Found, frozenset[tuple[object, ...]]]],
) -> list[tuple[Found, frozenset[tuple[object, ...]]]]:
    """As few claims as show all that any shows: always the one that shows most of what is left."""
    left = frozenset[tuple[object, ...]]().union(*(shown for _, shown in found))
    kept = []
    while left:
        best = max(found, key=lambda one: (len(one[1] & left), -len(one[0].candidate.wheres)))
        kept.append(best)
        left -= best[1]
    return sorted(kept, key=found.index)


def _searcher(
    policy: str, versions: Sequence[Outline], coverage: Coverage, compilation: Compilation, suite: Suite
) -> Searcher | None:
    """From the fixtures and the claims of the policy's own tests; None where it has none."""
    scenarios = next((one for one in compilation.checked.scenarios if one.policy == policy), None)
    if scenarios is None:
        return None
    program = compilation.program
    made = {name: suite.fixture(policy, name) for name in scenarios.fixtures}
    fixtures = {name: claim for name, claim in made.items() if claim is not None}
    bare = [Candidate(name) for name in fixtures]
    given = [Candidate(case.fixture.text, case.wheres) for case in cases(scenarios)]
    seeds = dict.fromkeys([*bare, *(one for one in given if one.fixture in fixtures)])
    policies = [outline.policy for outline in versions]
    return Searcher(
        program,
        coverage.asker,
        fixtures,
        policies,
        *_kinds(policies, Words(program)),
        Writer(program.vocabulary, program.systems),
        Words(program),
        seeds,
    )


def _kinds(policies: Sequence[Policy], words: Words) -> tuple[tuple[str, ...], tuple[date, ...]]:
    """A procedure code for each way in which the policies tell codes apart, and the days that they do so
    from.
    """
    codes: dict[str, None] = {}
    days: dict[date, None] = {}
    for policy in policies:
        scopes = {policy.scope, *(rule.scope for rule in policy.rules if rule.scope is not None)}
        for scope in sorted(scopes, key=lambda one: (sorted(one.codes), one.sets)):
            for place in places(words, policy, scope, policy.from_date, policy.through_date or LAST):
                codes.setdefault(place.code)
                days.setdefault(place.day)
    return tuple(codes), tuple(sorted(days))
