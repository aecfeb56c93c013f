"""What changed in sets and tables: members that came and went, rows, and cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from pollex.compare.diff.changes import ADDED, CHANGED, REMOVED, SET, TABLE, Detail
from pollex.model.codesets import DOT_PLACE, CodeSet, CodeSetVersion, CodeSystem, Member
from pollex.model.dated import dates_text
from pollex.model.decision import percent_text
from pollex.model.tables import Row, Table, TableVersion, Value
from pollex.source.span import Span


@dataclass(frozen=True, slots=True)
class FoundData:
    """A set or a table that was added, removed or changed."""

    kind: str
    name: str
    how: str
    title: str | None
    details: tuple[Detail, ...]
    span: Span


def set_changes(
    old: Mapping[str, CodeSet], new: Mapping[str, CodeSet], systems: Mapping[str, CodeSystem]
) -> Iterator[FoundData]:
    """Every set of which an answer may differ."""
    for name in sorted(old.keys() | new.keys()):
        was, became = old.get(name), new.get(name)
        one = became or was
        if one is not None and (was is None or became is None or was.canonical() != became.canonical()):
            title, span = one.versions[-1].title, one.versions[-1].span
            yield FoundData(
                SET,
                name,
                _how(was, became),
                title,
                tuple(_set(was, became, systems[one.system].dotted)),
                span,
            )


def table_changes(old: Mapping[str, Table], new: Mapping[str, Table]) -> Iterator[FoundData]:
    """Every table of which an answer may differ."""
    for name in sorted(old.keys() | new.keys()):
        was, became = old.get(name), new.get(name)
        one = became or was
        if one is not None and (was is None or became is None or was.canonical() != became.canonical()):
            title, span = one.versions[-1].title, one.versions[-1].span
            yield FoundData(TABLE, name, _how(was, became), title, tuple(_table(was, became)), span)


def _how(was: object, became: object) -> str:
    return ADDED if was is None else REMOVED if became is None else CHANGED


# ------------------------------------------------------------------ sets


def _set(was: CodeSet | None, became: CodeSet | None, dotted: bool) -> Iterator[Detail]:
    if was is not None and became is not None and was.system != became.system:
        yield Detail("system", was.system, became.system)
    mine = {version.from_: version for version in was.versions} if was else {}
    theirs = {version.from_: version for version in became.versions} if became else {}
    for day in sorted(mine.keys() | theirs.keys(), key=_first):
        yield from _set_version(mine.get(day), theirs.get(day), dotted)


def _set_version(was: CodeSetVersion | None, became: CodeSetVersion | None, dotted: bool) -> Iterator[Detail]:
    if was is None or became is None or was.through != became.through:
        yield Detail("known", _days(was), _days(became))
    mine = {_entry(member): member for member in was.members} if was else {}
    theirs = {_entry(member): member for member in became.members} if became else {}
    for entry in sorted(mine.keys() | theirs.keys()):
        if entry not in theirs:
            yield Detail("member", _shown(mine[entry], dotted), None)
        elif entry not in mine:
            yield Detail("member", None, _shown(theirs[entry], dotted))


def _days(version: CodeSetVersion | TableVersion | None) -> str | None:
    return None if version is None else dates_text(version)


def _entry(member: Member) -> tuple[str, date, date]:
    return member.code, member.from_ or date.min, member.through or date.max


def _shown(member: Member, dotted: bool) -> str:
    code = member.code
    if dotted and len(code) > DOT_PLACE:
        code = f"{code[:DOT_PLACE]}.{code[DOT_PLACE:]}"
    days = f" {dates_text(member)}" if member.from_ or member.through else ""
    return f"{code}{f' ({member.text})' if member.text else ''}{days}"


# ------------------------------------------------------------------ tables


def _table(was: Table | None, became: Table | None) -> Iterator[Detail]:
    if was is not None and became is not None:
        if was.absent is not became.absent:
            yield Detail("absent", was.absent.value, became.absent.value)
        if was.key != became.key:
            yield Detail("key", ", ".join(was.key), ", ".join(became.key))
        for column in sorted(was.columns.keys() | became.columns.keys()):
            before, after = (
                side.columns[column].type if column in side.columns else None for side in (was, became)
            )
            if before != after:
                yield Detail(f"column {column}", before, after)
    mine = {version.from_: version for version in was.versions} if was else {}
    theirs = {version.from_: version for version in became.versions} if became else {}
    for day in sorted(mine.keys() | theirs.keys(), key=_first):
        yield from _table_version(mine.get(day), theirs.get(day))


def _table_version(was: TableVersion | None, became: TableVersion | None) -> Iterator[Detail]:
    if was is None or became is None or was.through != became.through:
        yield Detail("known", _days(was), _days(became))
    mine = {_row_key(row): row for row in was.rows} if was else {}
    theirs = {_row_key(row): row for row in became.rows} if became else {}
    for key in sorted(mine.keys() | theirs.keys()):
        yield from _row(mine.get(key), theirs.get(key))


def _row_key(row: Row) -> tuple[tuple[str, ...], date]:
    return row.key, row.from_ or date.min


def _row(was: Row | None, became: Row | None) -> Iterator[Detail]:
    one = became or was
    assert one is not None
    shown = " / ".join(one.key) + (f" {dates_text(one)}" if one.from_ or one.through else "")
    if was is None or became is None:
        yield Detail(f"row {shown}", _cells(was), _cells(became))
        return
    if was.through != became.through:
        yield Detail(f"row {shown}", dates_text(was), dates_text(became))
    for column in sorted(was.cells.keys() | became.cells.keys()):
        before, after = _cell(was, column), _cell(became, column)
        if before != after:
            yield Detail(f"row {shown}, {column}", before, after)


def _cells(row: Row | None) -> str | None:
    if row is None:
        return None
    return ", ".join(f"{column} {_cell(row, column)}" for column in sorted(row.cells)) or "no cells"


def _cell(row: Row, column: str) -> str | None:
    """The text of a cell; None where it is left out."""
    if column not in row.cells:
        return None
    value = row.cells[column]
    return "not known" if value is None else _value(value)


def _value(value: Value) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return value
    return percent_text(value)


def _first(day: date | None) -> date:
    return day or date.min
