"""A day, as emitted code asks it: sets as frozen sets, columns of tables as dictionaries, pairs.

All days of a stretch in which no version, member, row or rule starts or ends are one `Day`. What it holds
is made when it is first asked for.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable
from datetime import date
from fractions import Fraction
from typing import Any, TypeAlias

from pollex.backends.python.answers import NOT_LISTED
from pollex.backends.python.emit.sieve import Fact, is_true
from pollex.backends.python.stretches import starts
from pollex.ir.program import Program
from pollex.model.dated import find_in_force, in_force
from pollex.model.tables import NOT_LISTED as ABSENT
from pollex.model.tables import Row, Table

MOST_DAYS = 4096
NO_CODES: frozenset[str] = frozenset()
Cell: TypeAlias = tuple[tuple[str, Any], ...]
"""Columns of a row, each with a value."""


class Anything:
    """A set of which nothing is known on a day: any code could be in it."""

    __slots__ = ()

    def __contains__(self, code: object) -> bool:
        return True

    def isdisjoint(self, codes: Collection[str]) -> bool:
        """Whether it is known that none of the codes is in it."""
        return not codes


class Cells(dict[str, Any]):
    """A column by key; `absent` stands for what is not there."""

    def __init__(self, found: Iterable[tuple[str, Any]], absent: Any) -> None:
        super().__init__(found)
        self.absent = absent

    def __missing__(self, key: str) -> Any:
        return self.absent


class Pairs:
    """The rows of a table of pairs; none of them known where no version speaks."""

    def __init__(self, rows: dict[tuple[str, ...], Row] | None, absent: Any) -> None:
        self.rows = rows
        self.absent = absent

    def has_row(self, key: tuple[str, str]) -> bool:
        """Whether a pair is known to be a row, whatever its cells are."""
        return self.rows is not None and key in self.rows

    def listed(self, key: tuple[str, str], cells: Cell) -> bool | None:
        """Whether a pair is a row with these cells."""
        if self.rows is None:
            return None
        row = self.rows.get(key)
        if row is None:
            return False if self.absent is NOT_LISTED else None
        answer: bool | None = True
        for column, wanted in cells:
            found = plain(row.cells[column]) if column in row.cells else self.absent
            if found is None:
                answer = None
            elif found is NOT_LISTED or found != wanted:
                return False
        return answer


class Firsts(dict[str, frozenset[str]]):
    """Under each code, those that a table lists, with some cells, before it."""

    def __init__(self, pairs: Pairs, cells: Cell) -> None:
        before: dict[str, list[str]] = {}
        for first, second in pairs.rows or ():
            if pairs.listed((first, second), cells):
                before.setdefault(second, []).append(first)
        super().__init__((second, frozenset(firsts)) for second, firsts in before.items())

    def __missing__(self, _: str) -> frozenset[str]:
        return NO_CODES


class Day:
    """What a program says on one day."""

    def __init__(self, program: Program, names: dict[str, tuple[Any, ...]], on: date) -> None:
        self._program = program
        self._names = names
        self.on = on
        self.entries: dict[Any, Any] = {}
        self.strata: dict[Any, Any] = {}
        self.near: dict[str, Any] = {}
        self.by_modifiers: dict[tuple[int, frozenset[str]], bool | None] = {}
        self._facts: dict[Fact, bool] = {}

    def __getattr__(self, name: str) -> Any:
        if name not in self._names:
            raise AttributeError(name)
        found = self._made(*self._names[name])
        setattr(self, name, found)
        return found

    def kept(self) -> tuple[dict[Any, Any], ...]:
        """What is remembered of rules on such a day."""
        return self.entries, self.strata, self.near, self.by_modifiers

    def is_true(self, fact: Fact) -> bool:
        """Whether something that the text of rules hangs on is true of the day."""
        if fact not in self._facts:
            self._facts[fact] = is_true(self._program, fact, self.on)
        return self._facts[fact]

    def is_in(self, first: str | None, last: str | None) -> bool:
        """Whether the day lies in a period; both ends count."""
        on = self.on.isoformat()
        return (first is None or first <= on) and (last is None or on <= last)

    def _made(self, kind: str, name: str, column: Any = "") -> Any:
        if kind in ("set", "perhaps"):
            version = self._program.sets[name].version(self.on)
            if version is None:
                return Anything() if kind == "perhaps" else frozenset()
            return frozenset(member.code for member in version.members if in_force(member, self.on))
        table = self._program.tables[name]
        rows = self._rows(table)
        absent = NOT_LISTED if table.absent is ABSENT else None
        if kind == "pairs":
            return Pairs(rows, absent)
        if kind == "firsts":
            return Firsts(Pairs(rows, absent), tuple([(of, plain(wanted)) for of, wanted in column]))
        if rows is None:
            return Cells((), None)
        cells = (
            (key[0], row.cells[column]) for key, row in rows.items() if len(key) == 1 and column in row.cells
        )
        return Cells(((key, plain(cell)) for key, cell in cells), absent)

    def _rows(self, table: Table) -> dict[tuple[str, ...], Row] | None:
        version = find_in_force(table.versions, self.on)
        if version is None:
            return None
        found: dict[tuple[str, ...], Row] = {}
        for row in version.rows:
            if in_force(row, self.on):
                found.setdefault(row.key, row)
        return found


class Days:
    """The days of a policy by date of service; a stretch without change is one."""

    def __init__(self, program: Program, names: dict[str, tuple[Any, ...]], turns: Iterable[date]) -> None:
        self._program = program
        self._names = names
        self._turns = sorted(set(turns))
        self._by_stretch: dict[int, Day] = {}
        self._by_date: dict[str, Day] = {}

    def __getitem__(self, on: str) -> Day:
        found = self._by_date.get(on)
        if found is None:
            day = date.fromisoformat(on)
            stretch = bisect_right(self._turns, day)
            found = self._by_stretch.get(stretch) or Day(self._program, self._names, day)
            self._by_stretch[stretch] = found
            if len(self._by_date) >= MOST_DAYS:
                self._by_date.clear()
            self._by_date[on] = found
        return found


def turns(program: Program) -> frozenset[date]:
    """The days on which a set or a table of the program says something new."""
    dated = [version for found in program.sets.values() for version in found.versions]
    listed = [version for found in program.tables.values() for version in found.versions]
    periods = {(version.from_, version.through) for version in dated}
    periods |= {(version.from_, version.through) for version in listed}
    periods |= {(one.from_, one.through) for version in dated for one in version.members}
    periods |= {(one.from_, one.through) for version in listed for one in version.rows}
    return frozenset(starts(periods))


def plain(cell: Any) -> Any:
    """A cell as emitted code compares it: a whole number where it is one, a date as ISO text."""
    if isinstance(cell, Fraction):
        return cell.numerator if cell.denominator == 1 else cell
    return cell.isoformat() if isinstance(cell, date) else cell
