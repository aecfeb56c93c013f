"""What changed between two versions of a policy tree, as values."""

from __future__ import annotations

from dataclasses import dataclass

CHANGED, ADDED, REMOVED = "changed", "added", "removed"
RULE, EXCEPTION, DEFINITION, POLICY, SET, TABLE = "rule", "exception", "definition", "policy", "set", "table"

LINES = "lines"
"""What a detail calls the lines of a rule's own."""


@dataclass(frozen=True, slots=True)
class Detail:
    """One part that changed, in the author's words: what it is, and how it was and is; None where there is
    nothing.
    """

    what: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a clause or a list stands, in the version that `new` says."""

    file: str
    line: int
    new: bool


@dataclass(frozen=True, slots=True, order=True)
class PolicyKey:
    """One version of a policy; of one whose first day changed, the old day."""

    id: str
    version: str


@dataclass(frozen=True, slots=True)
class Change:
    """A clause, a set or a table that was added, removed or changed.

    `policies` are those that it belongs to or, for sets and tables, that use it. `to` is what an exception is
    one to. `decides`: whether a decision may differ because of it.
    """

    id: str
    kind: str
    name: str
    how: str
    title: str | None
    to: str | None
    policies: tuple[PolicyKey, ...]
    decides: bool
    details: tuple[Detail, ...]
    place: Place | None


@dataclass(frozen=True, slots=True)
class Difference:
    """All that changed, those changes first that may change a decision."""

    changes: tuple[Change, ...]

    @property
    def deciding(self) -> tuple[Change, ...]:
        """The changes that may change a decision, in their order."""
        return tuple(change for change in self.changes if change.decides)
