"""A difference for people, on a terminal or as plain text."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from typing import TextIO

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pollex.cli.diff_report import (
    Report,
    Row,
    credited,
    dollars,
    outcome_word,
    rows,
    share_text,
    signed,
    without_effect,
)
from pollex.cli.diff_words import (
    heading,
    kinds,
    notes,
    opening,
    place,
    shared,
    shown_details,
    used_by,
)
from pollex.cli.layout import MARGIN, plain
from pollex.cli.terminal import console, counted, show
from pollex.compare.diff.changes import Change
from pollex.compare.diff.impact import Dollars, Impact, Move, outcomes_in

DEEPER = 5
WHAT_WIDTH = 12


def show_diff(report: Report, stream: TextIO) -> None:
    """Write a report."""
    show(console(stream), diff_parts(report))


def diff_text(report: Report) -> str:
    """The report as plain text."""
    page = io.StringIO()
    show_diff(report, page)
    return page.getvalue()


def diff_parts(report: Report) -> Iterator[RenderableType]:
    """The parts of the report, from top to bottom."""
    yield Text(f"{plain(report.old)} → {plain(report.new)}", "bold")
    yield Text(report.summary)
    for number, change in enumerate(report.deciding, 1):
        yield from ("", *_change(f"{number}. ", change, report))
    if report.harmless:
        yield from ("", Text("Also changed, deciding nothing by itself", "bold"))
        for change in report.harmless:
            yield from _change("   ", change, report)
    if report.impact is not None:
        yield from _impact(report, report.impact)


def _change(mark: str, change: Change, report: Report) -> Iterator[RenderableType]:
    title = f" “{plain(change.title)}”" if change.title else ""
    more = ", ".join(filter(None, (change.how, used_by(change), place(change, report))))
    yield Text.assemble((mark, "dim"), (plain(heading(change)), "bold"), title, (f"  {plain(more)}", "dim"))
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(max_width=40, style="dim", overflow="fold")
    table.add_column(width=1)
    table.add_column(overflow="fold")
    details, left = shown_details(change)
    for detail in details:
        what = plain(detail.what)
        if detail.before is not None:
            table.add_row(what, Text("-", "red"), Text(plain(detail.before)))
            what = ""
        if detail.after is not None:
            table.add_row(what, Text("+", "green"), Text(plain(detail.after)))
    if left:
        table.add_row("", "", Text(f"and {left:,} more", "dim"))
    yield Padding(table, (0, 0, 0, DEEPER))


# ------------------------------------------------------------------ claims


def _impact(report: Report, impact: Impact) -> Iterator[RenderableType]:
    yield from ("", Text("On the claims", "bold"))
    for sentence in opening(report):
        yield Padding(Text(sentence), (0, 0, 0, MARGIN))
    if impact.claims:
        yield from ("", _moves("Lines", impact.line_moves))
    if impact.total.differing:
        yield from ("", *_by_change(report))
        for title, table in (
            ("By payer", impact.by_payer),
            ("By procedure code", impact.by_code),
            ("By modifiers", impact.by_modifier),
        ):
            yield from ("", _dollars(title, table, impact.total))
    yield ""
    for note in notes(report):
        yield Padding(Text(plain(note), "dim"), (0, 0, 0, MARGIN))


def _moves(title: str, moves: Mapping[Move, int]) -> RenderableType:
    """Before on the left, after on top."""
    outcomes = outcomes_in(moves)
    table = _table(f"{title}, before", *(f"→ {outcome_word(outcome)}" for outcome in outcomes))
    for before in outcomes:
        cells = [(moves.get((before, after), 0), before != after) for after in outcomes]
        shown = (
            Text(f"{count:,}" if count else "·", "bold" if moved and count else "") for count, moved in cells
        )
        table.add_row(outcome_word(before), *shown)
    return Padding(table, (0, 0, 0, MARGIN))


def _style(before: str, after: str) -> str:
    return "" if before == after else "bold"


def _by_change(report: Report) -> Iterator[RenderableType]:
    table = _table("By change", "lines", "other outcome", "dollars")
    for change, credit, cents in credited(report):
        name = Text(f"{report.deciding.index(change) + 1}. {plain(heading(change))}")
        table.add_row(name, f"{credit.lines:,}", share_text(credit.flip_share), signed(cents))
        for kind in kinds(change, credit, report):
            table.add_row(Text(f"   {plain(kind.text)}", "dim"), "", "", "")
    yield Padding(table, (0, 0, 0, MARGIN))
    for sentence in shared(report):
        yield Padding(Text(sentence, "dim"), (0, 0, 0, MARGIN))
    without = without_effect(report)
    if without:
        names = ", ".join(f"{report.deciding.index(change) + 1}" for change in without)
        said = f"No line is decided differently because of {counted(len(without), 'change')}: {names}."
        yield Padding(Text(said, "dim"), (0, 0, 0, MARGIN))


def _dollars(title: str, table: Mapping[str, Dollars], total: Dollars) -> RenderableType:
    shown, others = rows(table)
    made = _table(title, "lines", "different", "before", "after", "difference")
    for row in _with_total(shown, others, total):
        figures = row.dollars
        made.add_row(
            Text(plain(row.name)),
            f"{figures.lines:,}",
            f"{figures.differing:,}",
            dollars(figures.before),
            dollars(figures.after),
            signed(figures.difference),
        )
    return Padding(made, (0, 0, 0, MARGIN))


def _with_total(shown: Iterable[Row], others: Row | None, total: Dollars) -> Iterator[Row]:
    yield from shown
    if others is not None:
        yield others
    yield Row("total", total)


def _table(title: str, *heads: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column(title, overflow="fold", min_width=20)
    for head in heads:
        table.add_column(head, justify="right", no_wrap=True)
    return table
