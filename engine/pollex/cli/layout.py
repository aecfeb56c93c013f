"""The pieces a page is made of: labelled rows, money, percentages, and texts that are safe to show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pollex.source.snippet import visible

LABEL_WIDTH = 12
MARGIN = 2
NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Row:
    """A label on the left, what it says on the right; rows of one label stand below each other."""

    label: str
    text: RenderableType


def plain(text: object) -> str:
    """Text from somebody's file: no control character of it reaches the terminal."""
    return visible(str(text))


def dollars(amount: str) -> str:
    """`$1,136.30`."""
    whole, _, cents = amount.partition(".")
    return f"${int(whole):,}.{cents}" if cents else f"${int(whole):,}"


def percent(share: str) -> str:
    """`62.5%`."""
    return f"{share}%"


def block(rows: Iterable[Row]) -> Padding:
    """Rows with their labels in a column; a label that is that of the row above is not said again."""
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(width=LABEL_WIDTH, style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    above = ""
    for row in rows:
        table.add_row(row.label if row.label != above else "", row.text)
        above = row.label
    return Padding(table, (0, 0, 0, MARGIN))


def headed(head: Text, *below: Text) -> RenderableType:
    """A text, and what belongs to it below, set in."""
    return Group(head, *(Padding(text, (0, 0, 0, MARGIN)) for text in below)) if below else head
