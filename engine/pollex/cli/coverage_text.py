"""Coverage as text: what was not seen first, then how much was, policy by policy."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TextIO

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pollex.cli.coverage_report import CoverageReport
from pollex.cli.layout import plain
from pollex.cli.terminal import console, show
from pollex.testing.gaps import SAID, Count, Miss, PolicyGaps


def write_coverage_text(report: CoverageReport, stream: TextIO) -> None:
    """For reading."""
    show(console(stream), coverage_parts(report))


def write_counts(report: CoverageReport, stream: TextIO) -> None:
    """The table of shares alone."""
    show(console(stream), [_counts(report)])


def coverage_parts(report: CoverageReport) -> Iterator[RenderableType]:
    """The parts of the page."""
    for policy in report.policies:
        if policy.missed:
            yield Text(f"{policy.policy}: not seen", "bold")
            for file, misses in groupby(policy.missed, key=lambda miss: miss.item.clause.id.span.file):
                yield Padding(Text(plain(file), "dim"), (0, 0, 0, 2))
                yield Padding(_misses(list(misses), report), (0, 0, 0, 4))
            yield Text("")
    yield _counts(report)
    yield from _touched(report)


def _misses(misses: list[Miss], report: CoverageReport) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for (clause, atom), group in groupby(misses, key=lambda one: (one.item.clause.id, one.item.atom)):
        span = atom.span if atom is not None else clause.span
        _, line, column = report.place(span)
        head = Text(f"{clause.kind} {plain(clause.name)}")
        if atom is not None:
            head.append(f": {plain(atom.text)}")
        for one in group:
            said = Text(f"\n  never {SAID[one.answer]}: ", "yellow")
            head.append_text(said).append(plain(one.reason), "not yellow")
        table.add_row(f"{line}:{column}", head)
    return table


def _counts(report: CoverageReport) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="bold")
    table.add_column("Answers seen")
    for name in ("conditions", "", "rules", "decided alone"):
        table.add_column(name, justify="right", no_wrap=True)
    for one in report.policies:
        table.add_row(plain(one.policy), *_row(one))
    if len(report.policies) > 1:
        table.add_row("all", _of(report.conditions), _percent(report.conditions), "", "")
    return table


def _row(one: PolicyGaps) -> tuple[str, ...]:
    return _of(one.conditions), _percent(one.conditions), _of(one.rules), _of(one.decisive)


def _of(count: Count) -> str:
    return f"{count.seen} of {count.of}"


def _percent(count: Count) -> str:
    return f"{count.percent:.1f} %"


def _touched(report: CoverageReport) -> Iterator[Text]:
    """The sets and tables of which no test touches some members."""
    for one in report.policies:
        data = {**one.touched.sets, **one.touched.tables}
        partly = [
            f"{plain(name)} {len(found.seen)} of {len(found.all)}"
            for name, found in sorted(data.items())
            if found.untouched
        ]
        if partly:
            yield Text(f"{one.policy} touches of its sets and tables: {', '.join(partly)}", "dim")
