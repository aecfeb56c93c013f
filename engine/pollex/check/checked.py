"""What the checker hands on: policies put together from their files, every name in its place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pollex.check.names import Environment, PolicyNames
from pollex.syntax.ast import Effect, PolicyHeader, Scope
from pollex.syntax.scenarios import Examples, Fixture, Test


@dataclass(frozen=True, slots=True)
class CheckedPolicy:
    """One version of one policy."""

    id: str
    header: PolicyHeader
    payers: tuple[str, ...]
    claim_type: str | None
    scopes: tuple[Scope, ...]
    from_date: date
    through_date: date | None
    otherwise: Effect
    names: PolicyNames

    @property
    def version(self) -> str:
        return self.from_date.isoformat()


@dataclass(frozen=True, slots=True)
class Scenarios:
    """The fixtures and tests of one policy, from all its files."""

    policy: str
    fixtures: dict[str, Fixture]
    tests: tuple[Test | Examples, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """All policies that can run, and all tests."""

    environment: Environment
    policies: tuple[CheckedPolicy, ...]
    scenarios: tuple[Scenarios, ...]
