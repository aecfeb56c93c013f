"""Why: what every rule that could speak of a line came to, and the values that it read."""

from __future__ import annotations

from dataclasses import dataclass

from pollex.model.decision import Reading, SourceRef
from pollex.source.span import Span


@dataclass(frozen=True, slots=True)
class RuleExplanation:
    """One rule on one line: `holds` is True, False, or None where that is not known; `exceptions` are those
    that apply, or may; `because` is all that the rule reads, whatever it comes to; `span` is where it stands.
    """

    rule: str
    title: str | None
    effects: tuple[str, ...]
    holds: bool | None
    trial: bool
    because: tuple[Reading, ...]
    exceptions: tuple[str, ...]
    text: str | None
    sources: tuple[SourceRef, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class LineExplanation:
    """All rules of the policies in force for a line."""

    line_number: int
    rules: tuple[RuleExplanation, ...]
