"""A diagnostic: one mistake, said once, as a value.

Phases return diagnostics and never print or raise them. The message is one sentence in the author's own
words; `help` says what to do next; labels point at other places that matter; `fix` is a replacement that an
editor can make; `witness` is a claim that shows the mistake. None of them ever holds a value from
somebody's claim.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from pollex.source.span import Span


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Label:
    """A remark on a place. One on the diagnostic's own span stands beside its carets."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Write `replacement` for the text of `span`; an empty span inserts, an empty replacement deletes."""

    span: Span
    replacement: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    code: str
    message: str
    span: Span
    severity: Severity = Severity.ERROR
    labels: tuple[Label, ...] = ()
    help: str | None = None
    fix: Fix | None = None
    witness: Mapping[str, object] | None = field(default=None, compare=False)


def moved(found: Diagnostic, by: int) -> Diagnostic:
    """The same said of places that stand further on by so many characters."""
    fix = Fix(found.fix.span.moved(by), found.fix.replacement) if found.fix else None
    labels = tuple(Label(label.span.moved(by), label.text) for label in found.labels)
    return replace(found, span=found.span.moved(by), labels=labels, fix=fix)


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Sorted by file, position and code, whatever order the phases found them in."""
    return sorted(diagnostics, key=lambda d: (d.span.file, d.span.start, d.span.end, d.code, d.message))


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    return any(found.severity is Severity.ERROR for found in diagnostics)


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """`3 errors, 1 warning`; `no problems` where there are none."""
    severities = [found.severity for found in diagnostics]
    words = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "remark"}
    counts = [(severities.count(severity), word) for severity, word in words.items()]
    return ", ".join(f"{n} {word}{'' if n == 1 else 's'}" for n, word in counts if n) or "no problems"
