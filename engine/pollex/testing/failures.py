"""What a test that failed has to say, in plain words: each expectation that was not met, with its place, and
the rules that fired instead, with the values that they read.

The same words stand wherever a failure is shown: on the command line, in its XML and annotations, in pytest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pollex.model.decision import LineDecision, Reading, Reason
from pollex.model.readings import reading_text
from pollex.source.span import Span
from pollex.testing.run import CaseResult

Place = Callable[[Span], str]


@dataclass(frozen=True, slots=True)
class Failure:
    """A sentence about what is not as expected, and its place."""

    message: str
    span: Span


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that shaped a line: what it did, and the values that it read."""

    rule: str
    effects: tuple[str, ...]
    because: tuple[Reading, ...]


def failures(result: CaseResult) -> Iterator[Failure]:
    """What went wrong, one by one."""
    if result.problem is not None:
        yield Failure(result.problem, result.problem_span or result.case.span)
    for found in result.differences:
        yield Failure(f"{found.what}: expected {found.expected}, got {found.actual}", found.span)


def fired(line: LineDecision) -> tuple[Fired, ...]:
    """The rules that shaped a line, each once."""
    by_rule: dict[str, list[Reason]] = {}
    for reason in line.reasons:
        by_rule.setdefault(reason.rule, []).append(reason)
    return tuple(
        Fired(rule, tuple(reason.effect for reason in reasons), reasons[0].because)
        for rule, reasons in by_rule.items()
    )


def concerned(result: CaseResult) -> tuple[LineDecision, ...]:
    """The lines that the differences speak of; all of them where one speaks of the whole claim."""
    if result.decision is None:
        return ()
    numbers = {difference.line_number for difference in result.differences}
    return tuple(line for line in result.decision.lines if numbers & {None, line.line_number})


def line_text(line: LineDecision) -> Iterator[str]:
    """`line 1: allow, 16 percent, $181.81`, and below it the rules that fired."""
    parts = [line.outcome.replace("_", " ")]
    parts += [f"{line.percent} percent"] if line.percent is not None else []
    parts += [f"${line.allowed_amount}"] if line.allowed_amount is not None else []
    missing = ", ".join(dict.fromkeys(missing.term for missing in line.missing))
    yield f"line {line.line_number}: {', '.join(parts)}" + (f"; missing {missing}" if missing else "")
    for one in fired(line):
        yield f"  {one.rule}: {'; '.join(one.effects)}"
        yield from (f"    read {reading_text(reading)}" for reading in one.because)
    if not line.reasons:
        yield "  no rule fired"


def failure_text(result: CaseResult, place: Place) -> Iterator[str]:
    """All of it, line by line."""
    for failure in failures(result):
        yield f"{place(failure.span)}: {failure.message}"
    for line in concerned(result):
        yield from line_text(line)
