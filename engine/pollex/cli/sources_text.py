"""The sources of policies for reading: rules with their evidence, each source once, counts, and what is
not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from rich import box
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pollex.cli.layout import MARGIN, plain
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
from pollex.compare.sources import (
    NO_SOURCE,
    NOT_STATED,
    Cited,
    DataSource,
    LevelCount,
    PolicySources,
    SourcedClause,
)
from pollex.compare.stretches import Stretch
from pollex.source.listing import listed

WIDEST_ID, WIDEST_RULE = 34, 38
STYLES = {NO_SOURCE: "bold red", NOT_STATED: "yellow"}


def sources_parts(report: SourcesReport) -> Iterator[RenderableType]:
    """The parts of the page, from top to bottom."""
    yield Text(plain(headline(report)), "bold")
    for policy in report.policies:
        yield from _policy(policy, report)
    yield from ("", Text("Evidence", "bold"), _summary(report.summary))
    for folder in report.not_known:
        yield from _unknowns(folder)


def _policy(policy: PolicySources, report: SourcesReport) -> Iterator[RenderableType]:
    title = f": {plain(policy.title)}" if policy.title else ""
    yield from ("", Text(plain(policy.id), "bold").append(f", {period_words(policy)}{title}", "not bold"))
    yield ""
    rules = _table("Rule", "Weakest", "Rests on")
    for rule in policy.rules:
        cited = Text("\n").join(
            Text(plain(source.id)).append(
                f"  {level_words(source.evidence)}, {_age(age_words(source, report.on))}", "dim"
            )
            for source in rule.sources
        )
        rules.add_row(_rule(rule), _level(rule.weakest), cited)
    yield rules if policy.rules else Text("  no rules", "dim")
    if policy.sources:
        yield from ("", Text("  Sources", "bold"))
        yield _listed((source.id, _source(source, report.on)) for source in policy.sources)
    if policy.data:
        yield from ("", Text("  Sets and tables", "bold"))
        yield _listed((data.name, _data(data, report.on)) for data in policy.data)


def _listed(rows: Iterable[tuple[str, Text]]) -> RenderableType:
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(overflow="fold", max_width=WIDEST_ID)
    table.add_column(overflow="fold")
    above = ""
    for name, said in rows:
        table.add_row(Text(plain(name) if name != above else ""), said)
        above = name
    return Padding(table, (0, 0, 0, MARGIN))


def _data(data: DataSource, on: date) -> Text:
    days = Stretch(data.from_, data.through)
    return Text(f"{data.kind}, {days_text(days)}\n", "dim").append_text(_source(data.source, on))


def _source(source: Cited, on: date) -> Text:
    said = Text().append(f"{plain(source.title)}\n", "not dim").append_text(_level(source.evidence))
    when = f"published {published_words(source)}, " if source.published else ""
    said.append(f", {when}{_age(age_words(source, on))}", "dim")
    return said.append(f"\n{plain(source.at)}", "dim") if source.at else said


def _age(words: str) -> str:
    return {"not known": "not dated", "not yet published": words}.get(words, f"{words} old")


def _rule(rule: SourcedClause) -> Text:
    said = Text(plain(rule.name))
    for more in filter(None, (rule.title, clause_words(rule))):
        said.append(f"\n{plain(more)}", "dim")
    return said


def _level(level: str) -> Text:
    return Text(level_words(level), STYLES.get(level, ""))


def _summary(counts: Iterable[LevelCount]) -> RenderableType:
    table = _table("Level", "Sources", "Rules at their weakest", "Rules at their strongest")
    for column in table.columns[1:]:
        column.justify = "right"
    for count in counts:
        sources = "" if count.level == NO_SOURCE else f"{count.sources:,}"
        table.add_row(
            _level(count.level), sources, f"{count.rules_at_weakest:,}", f"{count.rules_at_strongest:,}"
        )
    return table


def _unknowns(folder: FolderUnknowns) -> Iterator[RenderableType]:
    yield from ("", Text("Not known", "bold").append(f", {plain(listed(folder.policies))}", "not bold"))
    if folder.problem is not None:
        yield Padding(Text(plain(folder.problem), "yellow"), (0, 0, 0, MARGIN))
    if folder.introduction is not None:
        yield Padding(Text(plain(folder.introduction), "dim"), (0, 0, 0, MARGIN))
    items = Table.grid(padding=(0, 1, 0, 0))
    items.add_column(width=1)
    items.add_column(overflow="fold")
    for line in folder.lines:
        items.add_row("-", Text(plain(line)))
    if folder.lines:
        yield Padding(items, (0, 0, 0, MARGIN))


def _table(*heads: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, show_edge=False, header_style="bold")
    for head in heads:
        table.add_column(head, overflow="fold", max_width=WIDEST_RULE if head == "Rule" else None)
    return table
