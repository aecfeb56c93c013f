"""Running cases: make the claim, decide it, compare. A case that cannot be run fails with a sentence and a
place.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from pollex.backends.interpret.claim import exact_lines
from pollex.backends.python.decide import PythonBackend
from pollex.check.checked import Scenarios
from pollex.compiler import Compilation
from pollex.intake.claims import check_claim
from pollex.intake.faults import Fault
from pollex.intake.yamltext import read, to_plain
from pollex.ir.program import Program
from pollex.model.decision import Decision
from pollex.model.vocabulary import Vocabulary
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
    run; `claim` is the one that was decided.
    """

    case: Case
    differences: tuple[Difference, ...]
    problem: str | None
    problem_span: Span | None
    decision: Decision | None
    claim: dict[str, Any] | None = None

    @property
    def passed(self) -> bool:
        return not self.differences and self.problem is None


class _CannotRun(Exception):  # noqa: N818 - carries a sentence and its place out of a case
    def __init__(self, message: str, span: Span) -> None:
        super().__init__(message)
        self.span = span


Decide = Callable[[Mapping[str, Any]], Decision]


def decider(program: Program) -> Decide:
    """How tests decide a claim: the one place to change for another backend."""
    backend = PythonBackend(program, exact_lines, PACKAGE)
    return lambda claim: backend.decide(claim, ())


class Suite:
    """The cases of the files that were asked for, those whose policy and title hold `pattern` (in any case).

    The workspace must be sound. Each case can be run by itself, in any order.
    """

    def __init__(self, workspace: PolicyTree, pattern: str | None = None) -> None:
        self._workspace = workspace
        self._fixtures: dict[str, _Fixtures] = {}
        chosen: list[Case] = []
        for scenarios in workspace.compilation.checked.scenarios:
            vocabulary = workspace.compilation.environment.vocabulary
            self._fixtures[scenarios.policy] = _Fixtures(workspace, scenarios, vocabulary)
            chosen += cases(scenarios)
        self.cases = tuple(case for case in chosen if _is_asked(case, workspace, pattern))

    @cached_property
    def _decide(self) -> Decide:
        return decider(self._workspace.compilation.program)

    def claim(self, case: Case) -> dict[str, Any] | None:
        """The claim of a case; None where there is none that can be decided."""
        try:
            return self._fixtures[case.policy].claim(case)
        except (_CannotRun, ImpossibleChange):
            return None

    def prepare(self) -> None:
        """Make ready what the first case would make, so that processes that are forked share it."""
        _ = self._decide

    def __getstate__(self) -> dict[str, Any]:
        """What another process needs; how to decide it finds out by itself."""
        return {name: value for name, value in self.__dict__.items() if name != "_decide"}

    def fixture(self, policy: str, name: str) -> dict[str, Any] | None:
        """The claim of a fixture; None where it cannot be made."""
        try:
            return self._fixtures[policy].fixture(name)
        except (_CannotRun, ImpossibleChange):
            return None

    def run(self, case: Case) -> CaseResult:
        """Make the claim, decide it, compare."""
        try:
            claim = self._fixtures[case.policy].claim(case)
        except (_CannotRun, ImpossibleChange) as error:
            return CaseResult(case, (), str(error), error.span, None)
        decision = self._decide(claim)
        found = tuple(d for expectation in case.expectations for d in differences(decision, expectation))
        return CaseResult(case, found, None, None, decision, claim)


def _is_asked(case: Case, workspace: PolicyTree, pattern: str | None) -> bool:
    return case.span.file in workspace.asked and (pattern is None or pattern.lower() in case.name.lower())


def run_tests(workspace: PolicyTree, pattern: str | None = None) -> Iterator[CaseResult]:
    """Run every case of a suite, in its order."""
    suite = Suite(workspace, pattern)
    return map(suite.run, suite.cases)


class _Fixtures:
    """The claims of one policy's tests; each fixture is read and checked once."""

    def __init__(self, workspace: PolicyTree, scenarios: Scenarios, vocabulary: Vocabulary) -> None:
        self.workspace = workspace
        self.scenarios = scenarios
        self.vocabulary = vocabulary
        self.made: dict[str, dict[str, Any]] = {}

    def claim(self, case: Case) -> dict[str, Any]:
        """The claim of a case, checked."""
        claim = changed(self.fixture(case.fixture.text), case.wheres, self.vocabulary)
        faults = check_claim(claim)
        if faults:
            raise _CannotRun(f"the claim of this test is not valid: {_said(faults)}", case.span)
        return claim

    def fixture(self, name: str) -> dict[str, Any]:
        """A fixture's claim."""
        if name not in self.made:
            fixture = self.scenarios.fixtures[name]
            if fixture.given is not None:
                above = self.fixture(fixture.given.fixture.text)
                self.made[name] = changed(above, fixture.given.wheres, self.vocabulary)
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
            raise _CannotRun(f"{text.name} is not a valid claim: {_said(faults)}", fixture.span)
        return claim


def _said(faults: Iterable[Fault]) -> str:
    return "; ".join(f"{fault.pointer or '/'}: {fault.message}" for fault in faults)


def plain(text: SourceText) -> Any:
    """The document of a fixture file; None where it cannot be read."""
    if text.name.endswith(".json"):
        try:
            return json.loads(text.text)
        except ValueError:
            return None
    node, diagnostics = read(text)
    return to_plain(node) if node is not None and not diagnostics else None
