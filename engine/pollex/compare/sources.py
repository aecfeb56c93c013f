"""What each rule rests on: its sources, how strongly each was seen, and how old it is on a day.

A rule is as strong as the weakest of its sources, since it needs all that it cites. A source that states no
evidence marks a choice of the policy's authors and is weaker than any that does; a rule without a source is
weakest of all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from pollex.compare.chosen import Chosen, Clause, clauses_of, policies_of
from pollex.compare.timeline import data_of
from pollex.compiler import Compilation
from pollex.intake.forms import EVIDENCE
from pollex.ir.program import Program, Source
from pollex.model import codesets as model

NOT_STATED: Final = "not-stated"
NO_SOURCE: Final = "no-source"
LEVELS: Final = (NO_SOURCE, NOT_STATED, *reversed(EVIDENCE))
"""From the weakest to the strongest."""

BY_EVIDENCE, BY_RULE = "evidence", "rule"
ORDERS: Final = (BY_EVIDENCE, BY_RULE)


@dataclass(frozen=True, slots=True)
class Cited:
    """A source as a rule cites it; `age_days` is None where no date of publication is stated, and below
    zero where it was published after the day that was asked for.
    """

    id: str
    title: str
    evidence: str
    published: date | None
    age_days: int | None
    at: str | None


@dataclass(frozen=True, slots=True)
class SourcedClause:
    """A rule or an exception (`to` says to what) with its sources, in the order in which it cites them."""

    id: str
    name: str
    title: str | None
    kind: str
    to: str | None
    trial: bool
    weakest: str
    strongest: str
    sources: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class DataSource:
    """What a version of a set or table rests on; the source has the name of the set or table as its id."""

    kind: str
    name: str
    from_: date | None
    through: date | None
    source: Cited


@dataclass(frozen=True, slots=True)
class LevelCount:
    """How many sources have a level, and how many rules have it at their weakest, at their strongest."""

    level: str
    sources: int
    rules_at_weakest: int
    rules_at_strongest: int


@dataclass(frozen=True, slots=True)
class PolicySources:
    """One version of a policy, its rules, each source that they cite once, and the sources of the sets and
    tables that it uses. The summary counts the rules and what they cite.
    """

    id: str
    version: str
    title: str | None
    payers: tuple[str, ...]
    file: str
    from_: date
    through: date | None
    rules: tuple[SourcedClause, ...]
    sources: tuple[Cited, ...]
    data: tuple[DataSource, ...]
    summary: tuple[LevelCount, ...]


def sources_of(
    compilation: Compilation, payer: str | None, on: date, order: str = BY_EVIDENCE
) -> tuple[PolicySources, ...]:
    """The sources of a payer's policies, or of all, with their age on a day."""
    program = compilation.program
    return tuple(_policy(chosen, program, on, order) for chosen in policies_of(compilation, payer))


def whole_summary(policies: Iterable[PolicySources]) -> tuple[LevelCount, ...]:
    """The counts of several policies together."""
    found = tuple(policies)
    return tuple(
        LevelCount(
            level,
            sum(count.sources for policy in found for count in policy.summary if count.level == level),
            sum(
                count.rules_at_weakest for policy in found for count in policy.summary if count.level == level
            ),
            sum(
                count.rules_at_strongest
                for policy in found
                for count in policy.summary
                if count.level == level
            ),
        )
        for level in LEVELS
    )


def _policy(chosen: Chosen, program: Program, on: date, order: str) -> PolicySources:
    policy = chosen.policy
    rules = [_clause(clause, on) for clause in clauses_of(chosen)]
    if order == BY_EVIDENCE:
        rules.sort(key=lambda rule: (LEVELS.index(rule.weakest), LEVELS.index(rule.strongest)))
    cited = {source.id: source for rule in rules for source in rule.sources}
    sources = tuple(sorted(cited.values(), key=lambda source: (LEVELS.index(source.evidence), source.id)))
    return PolicySources(
        policy.id,
        policy.version,
        policy.title,
        policy.payers,
        chosen.file,
        policy.from_date,
        policy.through_date,
        tuple(rules),
        sources,
        tuple(_data(chosen, program, on)),
        tuple(_count(level, rules, sources) for level in LEVELS),
    )


def _clause(found: Clause, on: date) -> SourcedClause:
    clause = found.clause
    sources = tuple(_cited(source.id, source, on) for source in clause.sources)
    levels = sorted((source.evidence for source in sources), key=LEVELS.index) or [NO_SOURCE]
    return SourcedClause(
        clause.id,
        clause.name,
        found.title,
        "rule" if found.to is None else "exception",
        found.to,
        found.trial,
        levels[0],
        levels[-1],
        sources,
    )


def _data(chosen: Chosen, program: Program, on: date) -> Iterator[DataSource]:
    for data in data_of(chosen, program):
        for version in data.versions:
            source = _cited(data.name, version.source, on)
            yield DataSource(data.kind, data.name, version.from_, version.through, source)


def _cited(name: str, source: Source | model.Source, on: date) -> Cited:
    age = (on - source.published).days if source.published is not None else None
    return Cited(name, source.title, source.evidence or NOT_STATED, source.published, age, source.at)


def _count(level: str, rules: Iterable[SourcedClause], sources: Iterable[Cited]) -> LevelCount:
    found = tuple(rules)
    return LevelCount(
        level,
        sum(source.evidence == level for source in sources),
        sum(rule.weakest == level for rule in found),
        sum(rule.strongest == level for rule in found),
    )
