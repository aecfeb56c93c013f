"""Tables of facts by code, or by a pair of codes.

A table is made of versions with periods that do not overlap, and asked for a day. The answer is a value, or
that the row or cell is known not to be listed, or that it is not known: outside every version's period, where
the table says that what is absent is unknown, and where a cell says `null`. Values are exact: fractions for
numbers, money, percentages and days.

Keys stand here in the normal form of their code system, and are to be asked in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import Final, TypeAlias

from pollex.model.codesets import Source
from pollex.model.dated import find_in_force
from pollex.source.span import Span

COLUMN_TYPES: Final = ("number", "money", "percent", "days", "code", "date")


class Absent(Enum):
    """What stands in place of a value."""

    NOT_LISTED = "not-listed"
    UNKNOWN = "unknown"


NOT_LISTED: Final = Absent.NOT_LISTED
UNKNOWN: Final = Absent.UNKNOWN

Value: TypeAlias = Fraction | str | date
Cell: TypeAlias = Value | Absent
Key: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column and the type of its values, one of `COLUMN_TYPES`."""

    name: str
    type: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one key. A cell that is left out is absent, one that is None is not known."""

    key: Key
    cells: Mapping[str, Value | None] = field(hash=False)
    from_: date | None = None
    through: date | None = None


@dataclass(frozen=True, slots=True)
class TableVersion:
    """One file of a table: what it holds for its period. `span` is the place of the table's name."""

    name: str
    key: tuple[str, ...]
    absent: Absent
    title: str
    source: Source
    columns: Mapping[str, Column] = field(hash=False)
    rows: tuple[Row, ...]
    span: Span = field(compare=False)
    from_: date | None = None
    through: date | None = None
    _index: Mapping[Key, tuple[Row, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_index", _by_key(self.rows))

    def row(self, key: Key, on: date) -> Row | None:
        """The row of that key on a day of the version's period."""
        return find_in_force(self._index.get(key, ()), on)


@dataclass(frozen=True, slots=True)
class Table:
    """A table by its name: the words its key is made of, one or two, its columns, its versions in time."""

    name: str
    key: tuple[str, ...]
    absent: Absent
    columns: Mapping[str, Column] = field(hash=False)
    versions: tuple[TableVersion, ...]

    def version(self, on: date) -> TableVersion | None:
        """The version that speaks of that day."""
        return find_in_force(self.versions, on)

    def cell(self, key: Key, column: str, on: date) -> Cell:
        """The value in a column that the table has, for a key on that day; or what stands in its place."""
        version = self.version(on)
        if version is None:
            return UNKNOWN
        row = version.row(key, on)
        if row is None or column not in row.cells:
            return self.absent
        value = row.cells[column]
        return UNKNOWN if value is None else value

    def has_row(self, key: Key, on: date) -> bool | None:
        """Whether the table has a row of that key on that day; None where that is not known."""
        version = self.version(on)
        if version is None:
            return None
        if version.row(key, on) is not None:
            return True
        return False if self.absent is NOT_LISTED else None

    def canonical(self) -> str:
        """All that can change an answer, and nothing else, whatever the order in the files."""
        versions = [
            [_day(version.from_), _day(version.through), sorted(_row_text(row) for row in version.rows)]
            for version in self.versions
        ]
        columns = sorted([column.name, column.type] for column in self.columns.values())
        whole = ["table", self.name, list(self.key), self.absent.value, columns, sorted(versions)]
        return json.dumps(whole, separators=(",", ":"))


def _by_key(rows: Iterable[Row]) -> dict[Key, tuple[Row, ...]]:
    found: dict[Key, tuple[Row, ...]] = {}
    for row in rows:
        found[row.key] = (*found.get(row.key, ()), row)
    return found


def _row_text(row: Row) -> str:
    cells = sorted([name, _plain(value)] for name, value in row.cells.items())
    return json.dumps([list(row.key), _day(row.from_), _day(row.through), cells], separators=(",", ":"))


def _plain(value: Value | None) -> str | None:
    return None if value is None else _day(value) if isinstance(value, date) else str(value)


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()
