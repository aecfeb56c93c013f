"""A timeline as bars over the years, with the exact days beside them, or below where the page is narrow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pollex.cli.bars import Scale, Strokes, bar, heads, scale_for
from pollex.cli.layout import MARGIN, plain
from pollex.compare.stretches import Stretch
from pollex.compare.timeline import Data, DatedClause, PolicyLine, Timeline, Version
from pollex.model.dated import Dated

LABEL, DATES, SPACES = 32, 29, 5
NARROW = 90


@dataclass(frozen=True, slots=True)
class _Page:
    """How wide things are."""

    label: int
    scale: Scale
    strokes: Strokes
    beside: bool
    """Whether the days stand beside the bars."""


def timeline_parts(timeline: Timeline, width: int, strokes: Strokes) -> Iterator[RenderableType]:
    """The parts of the drawing, from top to bottom."""
    page = _page(timeline, width, strokes)
    yield Text(f"{plain(timeline.payer)}: what is in effect when, by date of service", "bold")
    yield ""
    yield Text(" " * (page.label + 2) + heads(page.scale), "bold", no_wrap=True)
    for policy in timeline.policies:
        yield from _policy(policy, page)
        yield ""
    marks = f"{strokes.full} all days, {strokes.part} some days, {strokes.empty} none"
    yield Text(
        f"{marks}; {strokes.before} {strokes.after} goes on; the dates are exact, both ends count", "dim"
    )
    yield from ("", Text("To look at", "bold"))
    findings = Table.grid(padding=(0, 1, 0, 0))
    findings.add_column(width=1)
    findings.add_column(overflow="fold")
    for finding in timeline.findings:
        findings.add_row("-", Text(plain(finding.text)))
    if not timeline.findings:
        findings.add_row("-", "nothing: no gap, and every set and table covers the policies that use it")
    yield Padding(findings, (0, 0, 0, MARGIN))


def days_text(days: Dated) -> str:
    """`2026-01-01 through 2026-12-31`, `from 2026-01-01`, `at all times`."""
    if days.from_ is None:
        return f"through {days.through.isoformat()}" if days.through else "at all times"
    return f"{days.from_} through {days.through}" if days.through else f"from {days.from_}"


def _page(timeline: Timeline, width: int, strokes: Strokes) -> _Page:
    beside = width >= NARROW
    versions = [version for policy in timeline.policies for version in policy.versions]
    known = [*_known(versions), *(clause.days for version in versions for clause in version.dated)]
    days = [day for one in known if one for day in (one.from_, one.through) if day is not None]
    first, last = min(days).year, max(days).year
    if any(version.through is None for version in versions) and last < date.max.year:
        last += 1
    label = min(LABEL, width // 3)
    cells = width - label - (DATES if beside else 0) - SPACES
    return _Page(label, scale_for(first, last, cells), strokes, beside)


def _known(versions: Iterable[Version]) -> list[Stretch]:
    return [Stretch(version.from_, version.through) for version in versions]


def _policy(policy: PolicyLine, page: _Page) -> Iterator[RenderableType]:
    if len(policy.versions) > 1:
        yield from _line(plain(policy.id), policy.versions, page, "bold green")
    for version in policy.versions:
        name = plain(policy.id) if len(policy.versions) == 1 else f"  version {version.version}"
        yield from _line(name, [version], page, "bold green" if len(policy.versions) == 1 else "green")
        if version.title:
            yield Text(f"  {plain(version.title)}", "dim")
        for clause in version.dated:
            yield from _clause(clause, page)
        for data in version.data:
            if _has_days(data):
                yield from _data(data, page)
        undated = [f"{data.kind} {plain(data.name)}" for data in version.data if not _has_days(data)]
        if undated:
            yield Padding(Text(f"at all times: {', '.join(undated)}", "dim"), (0, 0, 0, MARGIN))
    for gap in policy.gaps:
        yield Text(f"  no version {days_text(gap)}", "red")


def _has_days(data: Data) -> bool:
    return any((one.from_, one.through) != (None, None) for one in data.versions)


def _clause(clause: DatedClause, page: _Page) -> Iterator[Text]:
    what = "trial" if clause.trial and clause.to is None else clause.kind
    label = f"  {what} {plain(clause.name)}"
    if clause.days is None:
        yield Text(f"{label}: not in this version", "dim")
    else:
        yield from _line(label, [clause.days], page, "yellow" if clause.trial else "magenta")


def _data(data: Data, page: _Page) -> Iterator[Text]:
    yield from _line(f"  {data.kind} {plain(data.name)}", data.versions, page, "cyan")
    for gap in data.gaps:
        yield Text(f"{' ' * (page.label + 2 if page.beside else 6)} no version {days_text(gap)}", "dim")


def _line(label: str, stretches: Sequence[Dated], page: _Page, style: str) -> Iterator[Text]:
    """A label and its bar; a long label stands above it."""
    if len(label) > page.label:
        yield Text(label)
        label = ""
    drawn = Text(f"{label:<{page.label}} ", no_wrap=True).append(
        bar(stretches, page.scale, page.strokes), style
    )
    texts = [days_text(one) for one in stretches]
    if not page.beside:
        yield drawn
        yield from (Text(f"      {text}", "dim") for text in texts)
        return
    yield drawn.append(f" {texts[0]}")
    yield from (Text(f"{' ' * (page.label + page.scale.cells + 4)}{text}") for text in texts[1:])
