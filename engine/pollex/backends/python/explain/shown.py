"""What a rule reads on every line, as an explanation shows it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import assert_never

from pollex.backends.python.claims import Line
from pollex.backends.python.explain.reads import Always, term
from pollex.backends.python.reading import Words, new_reading
from pollex.backends.wording import number_text
from pollex.ir.nodes import Column, Documented, Field
from pollex.ir.program import Program
from pollex.model.decision import Reading
from pollex.model.tables import Absent, Cell, Table

Show = Callable[[Line], Reading]


def shown(read: Always, words: Words, program: Program, on: date) -> Show:
    """What shows a reading on lines of a day."""
    match read:
        case Field(phrase):
            return words[phrase]
        case Column(table, column):
            cells = Cells(program.tables[table], column, term(read), on)
            return lambda line: cells[line.code]
        case Documented():
            return documents(read)
        case _:
            assert_never(read)


class Cells(dict[str, Reading]):
    """A column of a table by procedure code; these are codes of which some policy speaks."""

    def __init__(self, table: Table, column: str, called: str, on: date) -> None:
        super().__init__()
        self._table = table
        self._column = column
        self._called = called
        self._on = on

    def __missing__(self, code: str) -> Reading:
        cell = self._table.cell((code,), self._column, self._on)
        found = self[code] = new_reading(self._called, None, text_of(cell), self._table.name, code)
        return found


def text_of(cell: Cell) -> str | None:
    """A cell as a decision shows it; None for one that is not known or not listed."""
    if isinstance(cell, Absent):
        return None
    if isinstance(cell, Fraction):
        return number_text(cell)
    return cell.isoformat() if isinstance(cell, date) else cell


def documents(read: Documented) -> Show:
    called = term(read)

    def show(line: Line) -> Reading:
        settled = line.claim.documentation(read.concept, read.document, line.number)
        if settled is None:
            return new_reading(called, "/documentation", None, None, None)
        at, status = settled
        return new_reading(called, f"/documentation/{at}", status, None, None)

    return show
