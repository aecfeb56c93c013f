"""What is in effect when: versions of policies, dated rules inside them, and the lists and tables they use.

A policy that uses a list or a table on days for which it has no version asks it in vain: what it holds is
not known then. Such days, and days between two policies or two versions, are findings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from pollex.compare.chosen import Chosen, Clause, clauses_of, policies_of
from pollex.compare.stretches import Stretch, between, shared, uncovered
from pollex.compiler import Compilation
from pollex.ir.program import ExceptionRule, Policy, Program, Rule
from pollex.model.codesets import CodeSet, Source
from pollex.model.dated import dates_text, first_day
from pollex.model.tables import Table

NO_POLICY: Final = "no-policy"
VERSION_GAP: Final = "version-gap"
NOT_COVERED: Final = "not-covered"


@dataclass(frozen=True, slots=True)
class DataVersion:
    """One version of a list or table; None is an open end."""

    from_: date | None
    through: date | None
    title: str
    source: Source


@dataclass(frozen=True, slots=True)
class Data:
    """A set or table that a policy uses: its versions, the days between them without one, and the days of
    the policy that no version covers.
    """

    kind: str
    name: str
    versions: tuple[DataVersion, ...]
    gaps: tuple[Stretch, ...]
    not_covered: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class DatedClause:
    """A rule or exception with days of its own, or a rule on trial: when it is in effect in this version of
    the policy; `days` is None where that is never (the clause stands in several versions).
    """

    id: str
    name: str
    title: str | None
    kind: str
    to: str | None
    trial: bool
    days: Stretch | None


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a policy."""

    version: str
    title: str | None
    from_: date
    through: date | None
    rules: int
    dated: tuple[DatedClause, ...]
    data: tuple[Data, ...]


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """A policy's versions, in order of time, and the days between them without one."""

    id: str
    versions: tuple[Version, ...]
    gaps: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """Days to look at: `kind` is no-policy, version-gap or not-covered; `sets` and `tables` are those that
    a policy uses without a version on these days.
    """

    kind: str
    policy: str | None
    version: str | None
    sets: tuple[str, ...]
    tables: tuple[str, ...]
    from_: date | None
    through: date | None
    text: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """All policies of a payer in order of time; `gaps` are days between several policies on which none is in
    effect.
    """

    payer: str
    policies: tuple[PolicyLine, ...]
    gaps: tuple[Stretch, ...]
    findings: tuple[Finding, ...]


def timeline_of(compilation: Compilation, payer: str) -> Timeline:
    """The timeline of a payer that some policy names."""
    by_id = groupby(policies_of(compilation, payer), key=lambda chosen: chosen.policy.id)
    policies = tuple(
        sorted(
            (_policy(name, chosen, compilation.program) for name, chosen in by_id),
            key=lambda policy: policy.versions[0].from_,
        )
    )
    gaps: tuple[Stretch, ...] = ()
    if len(policies) > 1:
        gaps = between(version for policy in policies for version in policy.versions)
    return Timeline(payer, policies, gaps, tuple(_findings(payer, policies, gaps)))


def days_of(policy: Policy) -> Stretch:
    """When a version of a policy is in effect."""
    return Stretch(policy.from_date, policy.through_date)


def effective(found: Clause, policy: Policy) -> Stretch | None:
    """When a clause is in effect in a version of its policy, and all that it is an exception to."""
    days: Stretch | None = days_of(policy)
    for clause in (*found.above, found.clause):
        days = shared(days, _own(clause)) if days is not None else None
    return days


def data_of(chosen: Chosen, program: Program) -> tuple[Data, ...]:
    """The sets and tables that a version of a policy uses, by name, sets first."""
    names, days = chosen.checked.names, days_of(chosen.policy)
    sets = [_data("set", program.sets[name], days) for name in sorted(names.sets)]
    return (*sets, *(_data("table", program.tables[name], days) for name in sorted(names.tables)))


def _data(kind: str, data: CodeSet | Table, days: Stretch) -> Data:
    versions = tuple(
        DataVersion(one.from_, one.through, one.title, one.source)
        for one in sorted(data.versions, key=first_day)
    )
    return Data(kind, data.name, versions, between(versions), uncovered(days, versions))


def _policy(name: str, chosen: Iterable[Chosen], program: Program) -> PolicyLine:
    versions = tuple(_version(one, program) for one in chosen)
    return PolicyLine(name, versions, between(versions))


def _version(chosen: Chosen, program: Program) -> Version:
    policy = chosen.policy
    clauses = tuple(clauses_of(chosen))
    return Version(
        policy.version,
        policy.title,
        policy.from_date,
        policy.through_date,
        sum(found.to is None for found in clauses),
        tuple(_dated(found, policy) for found in clauses if _has_days(found)),
        data_of(chosen, program),
    )


def _has_days(found: Clause) -> bool:
    own = _own(found.clause)
    return (found.to is None and found.trial) or (own.from_, own.through) != (None, None)


def _dated(found: Clause, policy: Policy) -> DatedClause:
    clause = found.clause
    kind = "rule" if found.to is None else "exception"
    return DatedClause(
        clause.id, clause.name, found.title, kind, found.to, found.trial, effective(found, policy)
    )


def _own(clause: Rule | ExceptionRule) -> Stretch:
    return Stretch(clause.from_date, clause.through_date)


# ------------------------------------------------------------------ findings


def _findings(payer: str, policies: Iterable[PolicyLine], gaps: Iterable[Stretch]) -> Iterator[Finding]:
    for gap in gaps:
        text = f"no policy of {payer} is in effect {dates_text(gap)}"
        yield Finding(NO_POLICY, None, None, (), (), gap.from_, gap.through, text)
    for policy in policies:
        for gap in policy.gaps:
            text = f"no version of {policy.id} is in effect {dates_text(gap)}"
            yield Finding(VERSION_GAP, policy.id, None, (), (), gap.from_, gap.through, text)
        for version in policy.versions:
            yield from _not_covered(policy.id, version)


def _not_covered(policy: str, version: Version) -> Iterator[Finding]:
    found: dict[Stretch, list[Data]] = {}
    for data in version.data:
        for days in data.not_covered:
            found.setdefault(days, []).append(data)
    for days, lacking in found.items():
        sets = tuple(data.name for data in lacking if data.kind == "set")
        tables = tuple(data.name for data in lacking if data.kind == "table")
        what = " and the ".join(filter(None, (_named("set", sets), _named("table", tables))))
        s = "s" if len(lacking) == 1 else ""
        text = f"{policy} of {version.version}: what the {what} hold{s} is not known {dates_text(days)}"
        yield Finding(NOT_COVERED, policy, version.version, sets, tables, days.from_, days.through, text)


def _named(kind: str, names: tuple[str, ...]) -> str:
    return f"{kind}{'s' if len(names) > 1 else ''} {', '.join(names)}" if names else ""
