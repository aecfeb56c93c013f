"""The shipped policies: their own tests show all that their conditions can answer, and nothing shows more."""

from __future__ import annotations

import json

import pytest

from pollex.synth.claims import synthesis
from pollex.testing.atoms import outlines
from pollex.testing.coverage import Coverage
from pollex.testing.gaps import PolicyGaps, gaps
from pollex.testing.reach import Reach, reach
from pollex.testing.run import Suite
from pollex.testing.suggesting import search
from pollex.testing.suggesting.choose import Chooser
from pollex.testing.suggesting.goals import Goal
from pollex.workspace import Workspace, shipped, user_cache

EVERY, SEEDS, TRIES = 40, 6, 40
"""Of what is called unreachable one in so many is searched for, from so many claims, so often."""


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return shipped(user_cache())


@pytest.fixture(scope="module")
def coverage(workspace: Workspace) -> Coverage:
    """What all tests of all shipped policies show; of tests with the same claim, one."""
    compilation = workspace.compilation
    found = Coverage(compilation.program, outlines(compilation))
    suite = Suite(workspace)
    seen = set()
    for case in suite.cases:
        claim = suite.claim(case)
        assert claim is not None
        text = json.dumps({**claim, "claim_id": ""}, sort_keys=True)
        if text not in seen:
            found.add(claim)
            seen.add(text)
    return found


@pytest.fixture(scope="module")
def reached(coverage: Coverage) -> Reach:
    return reach(coverage.program, coverage.outlines)


@pytest.fixture(scope="module")
def found(coverage: Coverage, reached: Reach) -> tuple[PolicyGaps, ...]:
    return gaps(coverage, reached, {outline.policy.id for outline in coverage.outlines})


def test_every_answer_that_a_condition_can_give_is_seen(found: tuple[PolicyGaps, ...]) -> None:
    missed = [miss for policy in found for miss in policy.missed if miss.item.atom is not None]
    assert [(miss.item.clause.id.name, miss.item.atom, miss.answer) for miss in missed] == []


def test_no_answer_is_seen_that_is_called_unreachable(coverage: Coverage, reached: Reach) -> None:
    for claim in synthesis(coverage.program, "coverage", ()).claims(200):
        coverage.add(claim)
    shown = coverage.shown()
    for atom, of in shown.atoms.items():
        assert {one for one, times in of.answers.items() if times} <= reached.atoms[atom], atom
        assert {one for one, times in of.decided.items() if times} <= reached.decides[atom], atom
    for clause, whole in shown.clauses.items():
        assert {one for one, times in whole.answers.items() if times} <= reached.clauses[clause], clause


def test_a_search_finds_none_of_it_either(
    workspace: Workspace,
    coverage: Coverage,
    found: tuple[PolicyGaps, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(search, "LIMIT", TRIES)
    searched = 0
    for policy in found:
        searcher = Chooser(policy, coverage, workspace.compilation, Suite(workspace)).searcher
        assert searcher is not None
        searcher.seeds = dict(list(searcher.seeds.items())[:SEEDS])
        of_conditions = [miss for miss in policy.unreachable if miss.item.atom is not None]
        for miss in of_conditions[::EVERY]:
            assert miss.item.atom is not None
            goal = Goal(miss.item.clause, miss.item.atom.id.place, miss.answer)
            assert searcher.look(goal) is None, goal
            searched += 1
    assert searched >= len(found)
