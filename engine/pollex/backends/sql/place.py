"""Where a condition is asked: under which policy, of which line, beside which other line."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from pollex.backends.sql.dialect import Dialect
from pollex.backends.sql.words import EARLIER, LINE, THIS, Words
from pollex.ir.nodes import Condition, Lines, Ranks, Subject
from pollex.ir.program import Policy, Program


@dataclass(frozen=True, slots=True)
class At:
    """`this` line, and `other`, which is a line of the claim or of the history (`kind`)."""

    policy: Policy
    other: str | None = None
    kind: str = LINE
    depth: int = 0

    def holder(self, subject: Subject) -> tuple[str, str]:
        """The name of the record that a field is read from, and its kind."""
        if subject is Subject.THIS or self.other is None:
            return THIS, LINE
        return self.other, self.kind

    def inside(self, lines: Lines) -> At:
        """Where a condition on one of these lines is asked."""
        name = "other" if self.depth == 0 else f"other_{self.depth + 1}"
        kind = EARLIER if lines.of == "history" else LINE
        return replace(self, other=name, kind=kind, depth=self.depth + 1)


@dataclass(slots=True)
class Writing:
    """A query being written: its words, and what is worked out of a line before its rules are asked.

    `ranked` holds each ranking once, `documented` each kind of documentation; `unsaid` what SQL does not say,
    by clause, and `less` the clauses of which SQL can know less than others do.
    """

    program: Program
    dialect: Dialect
    words: Words
    payer: str
    ranked: dict[tuple[str, Ranks], tuple[str, At]] = field(default_factory=dict)
    documented: dict[tuple[str, str | None], str] = field(default_factory=dict)
    unsaid: dict[str, set[str]] = field(default_factory=dict)
    less: set[str] = field(default_factory=set)
    clause: str = ""

    def lacks(self, what: str) -> None:
        """Something that SQL does not say, in the clause being written."""
        self.unsaid.setdefault(self.clause, set()).add(what)
        self.less.add(self.clause)


def asks_denied(condition: Condition) -> bool:
    """Whether a condition hangs on how the first stratum decides another line."""
    return "Denied()" in repr(condition)
