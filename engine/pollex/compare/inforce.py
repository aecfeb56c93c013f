"""What is in force on one day: versions of policies, their rules and exceptions, and which version of each
list and table is asked then.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pollex.compare.chosen import Chosen, Clause, clauses_of, policies_of
from pollex.compare.timeline import Data, DataVersion, data_of, days_of, effective
from pollex.compiler import Compilation
from pollex.ir.program import Program
from pollex.model.dated import find_in_force, in_force


@dataclass(frozen=True, slots=True)
class ClauseOn:
    """A rule or exception of a policy; `to` says to what."""

    id: str
    name: str
    title: str | None
    to: str | None


@dataclass(frozen=True, slots=True)
class DataOn:
    """A set or table, and the version that speaks of the day; None: what it holds is not known then."""

    kind: str
    name: str
    version: DataVersion | None


@dataclass(frozen=True, slots=True)
class PolicyOn:
    """A version of a policy on a day of its period. `resting` are rules and exceptions whose own days do not
    hold that day.
    """

    id: str
    version: str
    title: str | None
    from_: date
    through: date | None
    rules: tuple[ClauseOn, ...]
    exceptions: tuple[ClauseOn, ...]
    trials: tuple[ClauseOn, ...]
    resting: tuple[ClauseOn, ...]
    data: tuple[DataOn, ...]


@dataclass(frozen=True, slots=True)
class InForce:
    """What is in force on a day; where nothing is, `before` is the last day of a policy before it and
    `after` the first day of one after it.
    """

    payer: str
    on: date
    policies: tuple[PolicyOn, ...]
    before: date | None
    after: date | None


def in_force_on(compilation: Compilation, payer: str, on: date) -> InForce:
    """What is in force on a day for a payer that some policy names."""
    chosen = policies_of(compilation, payer)
    now = tuple(_policy(one, on, compilation.program) for one in chosen if in_force(days_of(one.policy), on))
    if now:
        return InForce(payer, on, now, None, None)
    ends = [one.policy.through_date for one in chosen]
    before = [day for day in ends if day is not None and day < on]
    after = [one.policy.from_date for one in chosen if one.policy.from_date > on]
    return InForce(payer, on, (), max(before, default=None), min(after, default=None))


def _policy(chosen: Chosen, on: date, program: Program) -> PolicyOn:
    policy = chosen.policy
    holding: list[Clause] = []
    resting: list[Clause] = []
    for found in clauses_of(chosen):
        days = effective(found, policy)
        (holding if days is not None and in_force(days, on) else resting).append(found)
    return PolicyOn(
        policy.id,
        policy.version,
        policy.title,
        policy.from_date,
        policy.through_date,
        _clauses(found for found in holding if found.to is None and not found.trial),
        _clauses(found for found in holding if found.to is not None),
        _clauses(found for found in holding if found.to is None and found.trial),
        _clauses(resting),
        tuple(_data(data, on) for data in data_of(chosen, program)),
    )


def _clauses(found: Iterable[Clause]) -> tuple[ClauseOn, ...]:
    return tuple(ClauseOn(one.clause.id, one.clause.name, one.title, one.to) for one in found)


def _data(data: Data, on: date) -> DataOn:
    return DataOn(data.kind, data.name, find_in_force(data.versions, on))
