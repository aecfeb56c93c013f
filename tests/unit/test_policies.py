"""The shipped policies: without a finding, in their canonical layout, with a source for every rule, and
true to their tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

import pollex
from pollex.intake.claims import check_claim
from pollex.intake.jsontext import read_claims
from pollex.ir.program import ExceptionRule, Note, Rule
from pollex.source.render import render_text
from pollex.syntax.format import format_file
from pollex.testing.run import CaseResult, run_tests
from pollex.workspace import Workspace, open_paths

POLICIES = Path(__file__).parents[2] / "policies"
LEAST_TESTS = 300


@lru_cache(maxsize=1)
def shipped() -> Workspace:
    return open_paths([POLICIES])


@lru_cache(maxsize=1)
def results() -> tuple[CaseResult, ...]:
    return tuple(run_tests(shipped()))


def clauses(clause: Rule | ExceptionRule) -> Iterator[Rule | ExceptionRule]:
    yield clause
    for exception in clause.exceptions:
        yield from clauses(exception)


def test_there_is_nothing_to_find() -> None:
    compilation = shipped().compilation
    assert not compilation.diagnostics, render_text(compilation.diagnostics, compilation.sources)


def test_every_test_of_the_policies_passes() -> None:
    failed = [f"{r.case.title}: {r.problem or r.differences}" for r in results() if not r.passed]
    assert not failed
    assert len(results()) >= LEAST_TESTS


def test_every_decision_of_the_tests_keeps_to_the_schema() -> None:
    for result in results():
        assert result.decision is not None
        result.decision.to_dict()  # checked against decision.schema.json by the fixture of conftest.py


def test_every_file_is_in_its_canonical_layout() -> None:
    compilation = shipped().compilation
    untidy = [
        tree.span.file
        for tree in compilation.trees
        if format_file(tree, compilation.sources[tree.span.file]) != shipped().files[tree.span.file].text.text
    ]
    assert not untidy, "run `pollex fmt policies`"


def test_every_clause_says_why_and_cites_a_source() -> None:
    uncited = [
        clause.id
        for policy in shipped().compilation.program.policies
        for rule in policy.rules
        for clause in clauses(rule)
        if not clause.sources or not clause.because
    ]
    assert not uncited


def test_every_source_says_how_strong_it_is_unless_it_is_a_choice() -> None:
    """A choice rests on no source: it may send a line to a person or remark on it, and neither pays nor
    denies.
    """
    for policy in shipped().compilation.program.policies:
        for rule in policy.rules:
            for clause in clauses(rule):
                unsure = [source.id for source in clause.sources if source.evidence is None]
                assert unsure in ([], ["CHOICE"]), clause.id


def test_a_choice_alone_never_pays_and_never_denies() -> None:
    for policy in shipped().compilation.program.policies:
        for rule in policy.rules:
            for clause in clauses(rule):
                if [source.id for source in clause.sources] == ["CHOICE"]:
                    effects = clause.effects if isinstance(clause, Rule) else clause.instead
                    kinds = {type(effect).__name__ for effect in effects}
                    assert kinds <= {"Pend", Note.__name__, "Require"}, clause.id


def test_every_rule_decides_in_some_test_and_not_in_another() -> None:
    """Rules named in a reason or a note of some test's decision; the rest must be known to have no line to
    speak of.
    """
    fired = {
        name
        for result in results()
        if result.decision is not None
        for line in result.decision.lines
        for name in (*(reason.rule for reason in line.reasons), *(note.rule for note in line.notes))
    }
    rules = {rule.name for policy in shipped().compilation.program.policies for rule in policy.rules}
    assert rules - fired <= {"assistant-never", "assistant-with-proof"}, rules - fired


@lru_cache(maxsize=1)
def loaded() -> pollex.Engine:
    return pollex.load(POLICIES)


@pytest.mark.parametrize("path", sorted(POLICIES.rglob("claims/*.json")), ids=lambda path: path.stem)
def test_shipped_claims_are_decided(path: Path) -> None:
    engine = loaded()
    entries = list(read_claims(path.read_bytes()))
    assert entries
    for entry in entries:
        assert entry.claim is not None
        assert not entry.faults
        assert not check_claim(entry.claim)
        assert engine.decide(entry.claim).outcome != "no_policy"
