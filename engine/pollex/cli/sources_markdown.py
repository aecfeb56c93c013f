"""The sources of policies as Markdown, to hand round: the same parts as on the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pollex.cli.markdown import escaped, head, linked, one_line, row
from pollex.cli.readmes import FolderUnknowns
from pollex.cli.sources_report import (
    SourcesReport,
    age_words,
    clause_words,
    headline,
    level_words,
    period_words,
    published_words,
)
from pollex.cli.timeline_text import days_text
from pollex.compare.sources import NO_SOURCE, Cited, LevelCount, PolicySources, SourcedClause
from pollex.compare.stretches import Stretch
from pollex.source.listing import listed

SOURCE = ("Evidence", "Published", "Age", "Title")


def sources_markdown(report: SourcesReport) -> str:
    """The whole page."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: SourcesReport) -> Iterator[str]:
    title, _, counts = headline(report).partition(": ")
    yield from (f"# {escaped(title)}", "", f"{counts.capitalize()}.")
    for policy in report.policies:
        yield from _policy(policy, report)
    yield from ("", "## Evidence", "", *_summary(report.summary))
    for folder in report.not_known:
        yield from _unknowns(folder)


def _policy(policy: PolicySources, report: SourcesReport) -> Iterator[str]:
    yield from ("", f"## {escaped(policy.id)}, {period_words(policy)}")
    if policy.title:
        yield from ("", escaped(policy.title))
    yield from ("", *head("Rule", "Weakest evidence", "Rests on"))
    for rule in policy.rules:
        cited = "; ".join(f"{escaped(source.id)} ({level_words(source.evidence)})" for source in rule.sources)
        yield row(_rule(rule), _level(rule.weakest), cited)
    if policy.sources:
        yield from ("", *head("Source", *SOURCE))
        yield from (row(escaped(source.id), *_source(source, report)) for source in policy.sources)
    if policy.data:
        yield from ("", *head("Set or table", "Days", *SOURCE))
        for data in policy.data:
            days = days_text(Stretch(data.from_, data.through))
            yield row(f"{data.kind} {escaped(data.name)}", days, *_source(data.source, report))


def _source(source: Cited, report: SourcesReport) -> tuple[str, ...]:
    age = age_words(source, report.on)
    return (level_words(source.evidence), published_words(source), age, linked(source.title, source.at))


def _rule(rule: SourcedClause) -> str:
    title = f"<br>{escaped(rule.title)}" if rule.title else ""
    more = f"<br>{escaped(clause_words(rule))}" if clause_words(rule) else ""
    return f"{escaped(rule.name)}{title}{more}"


def _level(level: str) -> str:
    return f"**{level_words(level)}**" if level == NO_SOURCE else level_words(level)


def _summary(counts: Iterable[LevelCount]) -> Iterator[str]:
    yield from head("Level", "Sources", "Rules at their weakest", "Rules at their strongest")
    for count in counts:
        sources = "" if count.level == NO_SOURCE else str(count.sources)
        yield row(
            level_words(count.level), sources, str(count.rules_at_weakest), str(count.rules_at_strongest)
        )


def _unknowns(folder: FolderUnknowns) -> Iterator[str]:
    yield from ("", f"## Not known: {escaped(listed(folder.policies))}", "")
    if folder.problem is not None:
        yield escaped(f"{folder.problem}.")
    if folder.introduction is not None:
        yield from (one_line(folder.introduction), "")
    yield from (f"- {one_line(line)}" for line in folder.lines)
