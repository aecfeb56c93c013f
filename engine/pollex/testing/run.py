"""Running cases: make the claim, decide it, compare. A case that cannot be run fails with a sentence and a
place.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from pollex.backends.interpret.claim import decide
from pollex.check.checked import Scenarios
from pollex.compiler import Compilation
from pollex.intake.claims import check_claim
from pollex.intake.yamltext import read, to_plain
from pollex.ir.program import Program
from pollex.model.decision import Decision
from pollex.source.span import Span
from pollex.source.text import SourceText, UnreadableFile
from pollex.syntax.scenarios import Fixture
from pollex.testing.cases import Case, cases
from pollex.testing.claims import ImpossibleChange, changed
from pollex.testing.expect import Difference, differences
from pollex.version import PACKAGE


class PolicyTree(Protocol):
    """What tests are run on: compiled policies, the files that were asked for, and the files beside them."""

    @property
    def compilation(self) -> Compilation: ...

    @property
    def asked(self) -> frozenset[str]: ...

    def beside(self, name: str, path: str) -> SourceText:
        """A file named relative to a policy file; raises UnreadableFile."""
        ...


@dataclass(frozen=True, slots=True)
class CaseResult:
    """How a case went: `differences` are the expectations that were not met, `problem` why it could not be
    run.
    """

    case: Case
    differences: tuple[Difference, ...]
    problem: str | None
    problem_span: Span | None
    decision: Decision | None

    @property
    def passed(self) -> bool:
        return not self.differences and self.problem is None


class _CannotRun(Exception):  # noqa: N818 - carries a sentence and its place out of a case
    def __init__(self, message: str, span: Span) -> None:
        super().__init__(message)
        self.span = span


def run_tests(workspace: PolicyTree, pattern: str | None = None) -> Iterator[CaseResult]:
    """Run the cases of the files that were asked for, those whose policy and title hold `pattern` (in any
    case).

    The workspace must be sound.
    """
    program = workspace.compilation.program
    for scenarios in workspace.compilation.checked.scenarios:
        runner = _Runner(workspace, program, scenarios)
        for case in cases(scenarios):
            name = f"{case.policy}: {case.title}"
            if case.span.file in workspace.asked and (pattern is None or pattern.lower() in name.lower()):
                yield runner.run(case)


def count_tests(workspace: PolicyTree, pattern: str | None = None) -> int:
    """How many cases `run_tests` would run."""
    return sum(
        case.span.file in workspace.asked
        and (pattern is None or pattern.lower() in f"{case.policy}: {case.title}".lower())
        for scenarios in workspace.compilation.checked.scenarios
        for case in cases(scenarios)
    )


class _Runner:
    """Runs the cases of one policy; each fixture is made once."""

    def __init__(self, workspace: PolicyTree, program: Program, scenarios: Scenarios) -> None:
        self.workspace = workspace
        self.program = program
        self.scenarios = scenarios
        self.made: dict[str, dict[str, Any]] = {}

    def run(self, case: Case) -> CaseResult:
        try:
            claim = changed(self.fixture(case.fixture.text), case.wheres, self.program.vocabulary)
            faults = check_claim(claim)
            if faults:
                said = "; ".join(f"{fault.pointer or '/'}: {fault.message}" for fault in faults)
                raise _CannotRun(f"the claim of this test is not valid: {said}", case.span)
        except (_CannotRun, ImpossibleChange) as error:
            return CaseResult(case, (), str(error), error.span, None)
        decision = decide(self.program, claim, (), PACKAGE)
        found = tuple(d for expectation in case.expectations for d in differences(decision, expectation))
        return CaseResult(case, found, None, None, decision)

    def fixture(self, name: str) -> dict[str, Any]:
        """A fixture's claim."""
        if name not in self.made:
            fixture = self.scenarios.fixtures[name]
            if fixture.given is not None:
                above = self.fixture(fixture.given.fixture.text)
                self.made[name] = changed(above, fixture.given.wheres, self.program.vocabulary)
            else:
                self.made[name] = self.from_file(fixture)
        return self.made[name]

    def from_file(self, fixture: Fixture) -> dict[str, Any]:
        """A claim from a YAML or JSON file beside the policy."""
        assert fixture.path is not None
        try:
            text = self.workspace.beside(fixture.span.file, fixture.path)
        except UnreadableFile as error:
            raise _CannotRun(str(error), fixture.span) from None
        claim = plain(text)
        if not isinstance(claim, dict):
            raise _CannotRun(f"{text.name} does not hold a claim", fixture.span)
        faults = check_claim(claim)
        if faults:
            said = "; ".join(f"{fault.pointer or '/'}: {fault.message}" for fault in faults)
            raise _CannotRun(f"{text.name} is not a valid claim: {said}", fixture.span)
        return claim


def plain(text: SourceText) -> Any:
    """The document of a fixture file; None where it cannot be read."""
    if text.name.endswith(".json"):
        try:
            return json.loads(text.text)
        except ValueError:
            return None
    node, diagnostics = read(text)
    return to_plain(node) if node is not None and not diagnostics else None
