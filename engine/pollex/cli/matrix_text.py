"""A matrix for the terminal: payers beside each other where there is room, else below each other."""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pollex.cli.layout import MARGIN, plain
from pollex.cli.matrix_words import EVIDENCE, EXPLANATION, groups, headline, label, level
from pollex.compare.matrix.values import Cell, Matrix, Topic

ROOM = 17
"""The least width of a payer's column."""
WIDEST_LABEL = 22


def matrix_parts(matrix: Matrix, width: int) -> Iterator[RenderableType]:
    """The parts of the page, from top to bottom."""
    yield Text(plain(headline(matrix)), "bold")
    yield Text(f"{EXPLANATION} {EVIDENCE}", "dim")
    wide = WIDEST_LABEL + ROOM * len(matrix.payers) <= width
    for group, topics in groups(matrix):
        yield from ("", Text(group, "bold"))
        if wide:
            yield _beside(matrix, topics)
        else:
            yield from _below(matrix, topics)


def _beside(matrix: Matrix, topics: tuple[Topic, ...]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_lines=True, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("", max_width=WIDEST_LABEL, overflow="fold")
    for payer in matrix.payers:
        table.add_column(plain(payer), overflow="fold", ratio=1)
    for topic in topics:
        table.add_row(Text(plain(label(topic)), "bold"), *(_cell(cell) for cell in topic.cells))
    return table


def _below(matrix: Matrix, topics: tuple[Topic, ...]) -> Iterator[RenderableType]:
    for topic in topics:
        yield Padding(Text(plain(label(topic)), "bold"), (0, 0, 0, MARGIN))
        table = Table.grid(padding=(0, 1, 0, 0))
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        for payer, cell in zip(matrix.payers, topic.cells, strict=True):
            table.add_row(plain(payer), _cell(cell))
        yield Padding(table, (0, 0, 0, 2 * MARGIN))


def _cell(cell: Cell) -> Text:
    return Text(plain(cell.text)).append(f" [{plain(level(cell))}]", "dim")
