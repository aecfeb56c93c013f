"""A comparison for the terminal: a grid of lines and payers, then each cell with its reasons, then for each
payer what was supposed and assumed, its sources, and its policies.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pollex.cli.comparison_words import (
    MARK,
    amount_words,
    assumed_words,
    billed_words,
    cited_sources,
    coverage_words,
    differs_words,
    fee_words,
    headline,
    introduction,
    labels,
    mark,
    percent_words,
    policies_words,
    queue_words,
    supposed_words,
)
from pollex.cli.decision_text import line_rows, outcome_text, source_text
from pollex.cli.layout import MARGIN, Row, block, plain
from pollex.compare.claims import BENCHMARK, Cell, Comparison, Line

LINE_WIDTH, CELL_WIDTH, GAP = 20, 13, 2
"""Of a line and its code, and of `≠ $1,136.30`, each with the gap behind it."""


def comparison_parts(comparison: Comparison, width: int) -> Iterator[RenderableType]:
    """The parts of the page, from top to bottom; payers that do not fit into one grid stand in several."""
    yield Text(plain(headline(comparison)), "bold")
    yield from (Text(plain(line), "dim") for line in introduction(comparison))
    for places in _batched(range(len(comparison.columns)), max(1, (width - LINE_WIDTH) // CELL_WIDTH)):
        yield from ("", _grid(comparison, places))
    for variation in comparison.variations:
        for line in variation.lines:
            yield from _line(line, comparison)
    for place in range(len(comparison.columns)):
        yield from _payer(comparison, place)


def _batched(places: range, most: int) -> Iterator[range]:
    """The places in their order, at most so many at a time."""
    return (places[start : start + most] for start in range(0, len(places), most))


def _grid(comparison: Comparison, places: range) -> Table:
    grid = Table(
        box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False, header_style="bold"
    )
    grid.add_column("Line", justify="right")
    grid.add_column("Code", overflow="fold")
    for label in labels(comparison)[places.start : places.stop]:
        grid.add_column(plain(label), overflow="fold", min_width=CELL_WIDTH - GAP)
    for variation in comparison.variations:
        for line in variation.lines:
            cells = (_cell(line.cells[place], comparison.fees) for place in places)
            grid.add_row(str(line.line_number), plain(billed_words(line)), *cells)
    return grid


def _cell(cell: Cell, fees: str) -> Text:
    """Outcome, percent and amount, one below the other; the last two where there are such."""
    line = cell.decision
    said = Text(mark(cell, "outcome")).append_text(outcome_text(line.outcome))
    if line.outcome in ("allow", "deny"):
        said.append(f"\n{mark(cell, 'percent')}{percent_words(line)}")
        said.append(f"\n{mark(cell, 'allowed_amount')}{amount_words(cell, fees)}")
    elif queue_words(line):
        said.append(f"\n{plain(queue_words(line))}")
    return said


def _line(line: Line, comparison: Comparison) -> Iterator[RenderableType]:
    yield from ("", Text(f"Line {line.line_number}, {plain(billed_words(line))}", "bold"))
    for label, cell in zip(labels(comparison), line.cells, strict=True):
        said = (
            Text("  ")
            .append(plain(label), "bold")
            .append(": ")
            .append_text(outcome_text(cell.decision.outcome))
        )
        if cell.decision.outcome in ("allow", "deny"):
            said.append(f", {percent_words(cell.decision)}, {amount_words(cell, comparison.fees)}")
        elif queue_words(cell.decision):
            said.append(f" {plain(queue_words(cell.decision))}")
        if cell.differs:
            said.append(f"  {MARK} {differs_words(cell)}", "dim")
        rows = list(line_rows(cell.decision))
        if comparison.fees == BENCHMARK:
            source = cell.fee.source
            cited = f" [{source.id}]" if source is not None else ""
            rows.append(Row("Fee", Text(plain(f"{fee_words(cell, comparison.fees)}{cited}"))))
        yield said
        yield Padding(block(rows), (0, 0, 0, MARGIN))


def _payer(comparison: Comparison, place: int) -> Iterator[RenderableType]:
    column = comparison.columns[place]
    yield from ("", Text(f"{plain(column.payer)}: {plain(coverage_words(column))}", "bold"))
    rows = [Row("Supposed", Text(plain(text))) for text in supposed_words(column)]
    rows += [Row("Assumed", Text(plain(text))) for text in assumed_words(comparison, place)]
    rows += [Row("Source", source_text(source)) for source in cited_sources(comparison, place)]
    rows += [Row("Policy", Text(plain(text))) for text in policies_words(comparison, place)]
    yield block(rows or [Row("Policy", Text("none in effect for this claim"))])
