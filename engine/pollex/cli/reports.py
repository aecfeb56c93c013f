"""How tests went: as text, as JSON, as JUnit's XML, and as annotations of GitHub Actions."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import TextIO
from xml.etree import ElementTree

from rich.text import Text

from pollex.cli.terminal import console, show
from pollex.model.decision import LineDecision
from pollex.source.snippet import visible
from pollex.source.span import Span
from pollex.source.text import SourceText
from pollex.testing.failures import concerned, failure_text, failures, line_text
from pollex.testing.run import CaseResult


@dataclass(frozen=True, slots=True)
class Outcome:
    """A test that was run, and the seconds that it took."""

    result: CaseResult
    seconds: float

    @property
    def name(self) -> str:
        return self.result.case.name


@dataclass(frozen=True, slots=True)
class Run:
    """All of them; `total` counts those that were to be run; `more` is what else a document says."""

    outcomes: tuple[Outcome, ...]
    total: int
    seconds: float
    sources: Mapping[str, SourceText]
    more: Mapping[str, object] = field(default_factory=dict)

    @property
    def failed(self) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.outcomes if not outcome.result.passed)

    @property
    def not_run(self) -> int:
        return self.total - len(self.outcomes)

    @property
    def summary(self) -> str:
        """`312 passed, 0 failed in 1.9 s`."""
        failed = len(self.failed)
        rest = f", {self.not_run} not run" if self.not_run else ""
        return f"{len(self.outcomes) - failed} passed, {failed} failed{rest} in {self.seconds:.1f} s"

    def place(self, span: Span) -> tuple[str, int, int]:
        """File, line and column."""
        source = self.sources.get(span.file)
        line, column = source.position(span.start) if source else (1, 1)
        return span.file, line, column

    def failure_text(self, outcome: Outcome) -> list[str]:
        """What a failed test has to say, line by line, safe to show."""

        def place(span: Span) -> str:
            return "{}:{}:{}".format(*self.place(span))

        return [visible(line) for line in failure_text(outcome.result, place)]


# ------------------------------------------------------------------ the reports


def write_text(run: Run, stream: TextIO) -> None:
    """Failures, then the summary. Lines are whole: others look for places in them."""
    parts: list[Text] = []
    for outcome in run.failed:
        parts.append(Text("FAILED ", "bold red").append(visible(outcome.name), "bold not red"))
        parts += [Text(f"  {failure_line}") for failure_line in run.failure_text(outcome)]
        parts.append(Text(""))
    parts.append(Text(run.summary, "bold red" if run.failed else "bold green"))
    show(console(stream), parts, whole=True)


def write_json(run: Run, stream: TextIO) -> None:
    """Every test."""
    document = {
        "passed": len(run.outcomes) - len(run.failed),
        "failed": len(run.failed),
        "not_run": run.not_run,
        "seconds": round(run.seconds, 3),
        "tests": [_document(outcome, run) for outcome in run.outcomes],
        **run.more,
    }
    stream.write(json.dumps(document, indent=2) + "\n")


def _document(outcome: Outcome, run: Run) -> dict[str, object]:
    result = outcome.result
    found: dict[str, object] = {
        "policy": result.case.policy,
        "title": result.case.title,
        **_place(result.case.span, run),
        "passed": result.passed,
        "seconds": round(outcome.seconds, 6),
    }
    if result.passed:
        return found
    problem = None
    if result.problem is not None:
        problem = {"message": result.problem, **_place(result.problem_span or result.case.span, run)}
    differences = [
        {
            "what": one.what,
            "line_number": one.line_number,
            "expected": one.expected,
            "actual": one.actual,
            **_place(one.span, run),
        }
        for one in result.differences
    ]
    lines = result.decision.lines if result.decision is not None else ()
    rules = [_line(line) for line in lines]
    return {**found, "problem": problem, "differences": differences, "lines": rules}


def _line(line: LineDecision) -> dict[str, object]:
    """How a line of the claim came out, with the rules that fired and the values that they read."""
    return {
        "line_number": line.line_number,
        "outcome": line.outcome,
        "percent": line.percent,
        "allowed_amount": line.allowed_amount,
        "rules": [
            {
                "rule": reason.rule,
                "effect": reason.effect,
                "because": [r.to_dict() for r in reason.because],
            }
            for reason in line.reasons
        ],
        "missing": [missing.term for missing in line.missing],
    }


def _place(span: Span, run: Run) -> dict[str, object]:
    file, line, column = run.place(span)
    return {"file": file, "line": line, "column": column}


def write_junit(run: Run, stream: TextIO) -> None:
    """A suite a policy; a test that could not be run is an error, one that was not met a failure."""
    top = _element(None, "testsuites", name="pollex", time=f"{run.seconds:.3f}", **_counts(run.outcomes))
    by_policy = sorted(run.outcomes, key=lambda outcome: outcome.result.case.policy)
    for policy, group in groupby(by_policy, key=lambda outcome: outcome.result.case.policy):
        outcomes = tuple(group)
        seconds = sum(outcome.seconds for outcome in outcomes)
        suite = _element(top, "testsuite", name=policy, time=f"{seconds:.3f}", **_counts(outcomes))
        for outcome in outcomes:
            _test_case(suite, outcome, run)
    ElementTree.indent(top)
    stream.write('<?xml version="1.0" encoding="utf-8"?>\n')
    stream.write(ElementTree.tostring(top, encoding="unicode") + "\n")


def _test_case(suite: ElementTree.Element, outcome: Outcome, run: Run) -> None:
    result = outcome.result
    file, line, _ = run.place(result.case.span)
    attributes = {"classname": result.case.policy, "name": result.case.title, "file": file, "line": str(line)}
    element = _element(suite, "testcase", time=f"{outcome.seconds:.3f}", **attributes)
    if result.passed:
        return
    kind = "error" if result.problem is not None else "failure"
    message = "; ".join(failure.message for failure in failures(result))
    _element(element, kind, message=message).text = "\n".join(run.failure_text(outcome))


def _counts(outcomes: tuple[Outcome, ...]) -> dict[str, str]:
    errors = sum(outcome.result.problem is not None for outcome in outcomes)
    failed = sum(not outcome.result.passed for outcome in outcomes)
    return {"tests": str(len(outcomes)), "failures": str(failed - errors), "errors": str(errors)}


def _element(above: ElementTree.Element | None, tag: str, **attributes: str) -> ElementTree.Element:
    shown = {key: visible(value) for key, value in attributes.items()}
    return ElementTree.Element(tag, shown) if above is None else ElementTree.SubElement(above, tag, shown)


def write_github(run: Run, stream: TextIO) -> None:
    """An annotation for each thing that is not as expected, with what fired below it; then the summary."""
    for outcome in run.failed:
        below = [line for found in concerned(outcome.result) for line in line_text(found)]
        for failure in failures(outcome.result):
            file, line, column = run.place(failure.span)
            where = f"file={_property(file)},line={line},col={column},title={_property(outcome.name)}"
            said = "%0A".join(map(_escaped, (failure.message, *below)))
            stream.write(f"::error {where}::{said}\n")
    stream.write(f"{run.summary}\n")


def _escaped(text: str) -> str:
    return visible(text).replace("%", "%25")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


REPORTS: Mapping[str, Callable[[Run, TextIO], None]] = {
    "text": write_text,
    "json": write_json,
    "junit": write_junit,
    "github": write_github,
}
