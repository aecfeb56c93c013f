"""Something quite different: prior authorization of a knee MRI, written in the language as it stands."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from pollex.engine import engine_of
from pollex.intake.yamltext import read, to_plain
from pollex.resources import read_text
from pollex.source.text import SourceText
from pollex.syntax import scenarios
from pollex.syntax.format import format_file
from pollex.testing.run import run_tests
from pollex.workspace import Workspace, open_paths

FEWEST_TESTS = 25


@pytest.fixture(scope="module")
def folder() -> Path:
    return Path(__file__).parents[1] / "corpus" / "knee-mri"


@pytest.fixture(scope="module")
def workspace(folder: Path) -> Workspace:
    return open_paths([folder])


def test_it_compiles_without_a_word_of_complaint(workspace: Workspace) -> None:
    assert [found.message for found in workspace.compilation.diagnostics] == []


def test_its_tests_pass(workspace: Workspace) -> None:
    results = list(run_tests(workspace))
    failed = [(r.case.title, r.problem, r.differences) for r in results if not r.passed]
    assert failed == []
    assert len(results) >= FEWEST_TESTS


def test_every_rule_is_expected_somewhere_and_every_kind_of_outcome(workspace: Workspace) -> None:
    policy = workspace.compilation.program.policies[0]
    names = {clause.name for rule in policy.rules for clause in (rule, *rule.exceptions)}
    expected, outcomes = set(), set()
    for result in run_tests(workspace):
        assert result.decision is not None
        for line in result.decision.lines:
            outcomes.add(line.outcome)
            expected |= {reason.rule for reason in line.reasons} | {report.rule for report in line.trial}
    without_effect_of_their_own = {e.name for rule in policy.rules for e in rule.exceptions if not e.instead}
    assert names - without_effect_of_their_own <= expected
    assert outcomes == {"allow", "deny", "pend", "no_policy"}


def test_each_exception_has_a_test_where_its_rule_is_not_heard(workspace: Workspace) -> None:
    (written,) = workspace.compilation.checked.scenarios
    silent = {
        expected.value.text
        for test in written.tests
        if isinstance(test, scenarios.Test)
        for expectation in test.expectations
        for expected in expectation.expected
        if expected.kind == "not-because"
    }
    assert {"hospital", "complaint", "repeated", "two-protocols"} <= silent


def test_it_is_laid_out_as_the_formatter_would(workspace: Workspace) -> None:
    for tree, text in zip(workspace.compilation.trees, workspace.compilation.texts.policies, strict=True):
        assert format_file(tree, text) == text.text


def test_its_claims_are_decided_and_the_decisions_are_valid(workspace: Workspace, folder: Path) -> None:
    engine = engine_of(workspace)
    schema = Draft202012Validator(json.loads(read_text("schemas", "decision.schema.json")))
    claims = sorted((folder / "claims").iterdir())
    assert len(claims) >= 2
    for file in claims:
        node, found = read(SourceText(file.name, file.read_text(encoding="utf-8")))
        assert node is not None
        assert found == ()
        decision = engine.decide(to_plain(node))
        assert decision.outcome == "allow"
        assert list(schema.iter_errors(decision.to_dict())) == []


def test_nothing_was_made_for_it(folder: Path) -> None:
    """Only policy text, sets, tables and claims; and no other part of the project has heard of knees."""
    assert {file.suffix for file in folder.rglob("*") if file.is_file()} == {".pol", ".yaml", ".json"}
    checkout = folder.parents[2]
    parts = [*(checkout / "engine" / "pollex").rglob("*.py"), *(checkout / "grammar").glob("*.*")]
    assert len(parts) > 50
    told = re.compile(r"\bknee|\bMRI\b|7372[123]", re.IGNORECASE)
    heard = [file.name for file in parts if told.search(file.read_text(encoding="utf-8"))]
    assert heard == []
