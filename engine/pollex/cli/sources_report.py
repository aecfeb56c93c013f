"""All that `pollex sources` says, and the words it says it in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pollex.cli.readmes import FolderUnknowns
from pollex.cli.terminal import counted
from pollex.compare.sources import (
    NO_SOURCE,
    NOT_STATED,
    Cited,
    LevelCount,
    PolicySources,
    SourcedClause,
)

DAYS_SHOWN = 60
MONTHS_SHOWN = 24


@dataclass(frozen=True, slots=True)
class SourcesReport:
    """`payer` None stands for every payer."""

    payer: str | None
    on: date
    policies: tuple[PolicySources, ...]
    summary: tuple[LevelCount, ...]
    not_known: tuple[FolderUnknowns, ...]

    @property
    def without_source(self) -> tuple[SourcedClause, ...]:
        """The rules and exceptions that name no source."""
        return tuple(rule for policy in self.policies for rule in policy.rules if not rule.sources)


def level_words(level: str) -> str:
    """`primary data`."""
    return {NO_SOURCE: "no source", NOT_STATED: "none stated"}.get(level, level.replace("-", " "))


def published_words(source: Cited) -> str:
    """`2026-06-30`."""
    return source.published.isoformat() if source.published else "not dated"


def age_words(source: Cited, on: date) -> str:
    """`12 days`, `5 months`, `2 years 4 months`."""
    if source.published is None or source.age_days is None:
        return "not known"
    if source.age_days < 0:
        return "not yet published"
    months = (on.year - source.published.year) * 12 + on.month - source.published.month
    months -= on.day < source.published.day
    if source.age_days < DAYS_SHOWN:
        return counted(source.age_days, "day")
    if months < MONTHS_SHOWN:
        return counted(months, "month")
    years, more = divmod(months, 12)
    return counted(years, "year") + (f" {counted(more, 'month')}" if more else "")


def clause_words(rule: SourcedClause) -> str:
    """What a clause is besides a plain rule: `exception to more-work`, `on trial`."""
    said = (f"exception to {rule.to}" if rule.to else "", "on trial" if rule.trial else "")
    return ", ".join(filter(None, said))


def period_words(policy: PolicySources) -> str:
    """`in effect from 2026-01-01 through 2026-12-31`."""
    end = f" through {policy.through.isoformat()}" if policy.through else ""
    return f"in effect from {policy.from_.isoformat()}{end}"


def headline(report: SourcesReport) -> str:
    """`Sources of medicare on 2026-07-01: 2 policies, 120 rules and exceptions`."""
    rules = sum(len(policy.rules) for policy in report.policies)
    whose = report.payer or "all payers"
    policies = f"{len(report.policies):,} polic{'y' if len(report.policies) == 1 else 'ies'}"
    bare = len(report.without_source)
    said = f"{policies}, {rules:,} rules and exceptions, {bare or 'none'} without a source"
    return f"Sources of {whose} on {report.on.isoformat()}: {said}"
