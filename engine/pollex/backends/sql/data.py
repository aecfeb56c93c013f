"""Sets and tables for the days of a policy: the stretches of days in which nothing in them begins or ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, TypeVar

from pollex.ir.nodes import Member
from pollex.ir.program import Policy, Program
from pollex.model.tables import NOT_LISTED, UNKNOWN, Cell, Key, Table, Value

DAY = timedelta(days=1)
LATEST = date(2099, 12, 31)
"""The last day that a claim can name (claim.schema.json)."""

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Stretch(Generic[Found]):
    """What is found up to a day, and that day counts."""

    through: date
    found: Found


@dataclass(frozen=True, slots=True)
class Cells:
    """A column in a stretch: values by key; keys whose value is not known; what an absent key means."""

    values: dict[Key, Value]
    unknown: frozenset[Key]
    absent_is_unknown: bool


def stretches(
    policy: Policy, ends: Iterable[tuple[date | None, date | None]], find: Callable[[date], Found]
) -> tuple[Stretch[Found], ...]:
    """What is found in each stretch of a policy's days; neighbours that are alike become one."""
    first, last = policy.from_date, policy.through_date or LATEST
    starts = {first}
    for begin, through in ends:
        starts |= {begin} if begin else set()
        starts |= {through + DAY} if through and through < LATEST else set()
    days = sorted(day for day in starts if first <= day <= last)
    found: list[Stretch[Found]] = []
    for day, following in zip(days, [*days[1:], last + DAY], strict=True):
        one = Stretch(following - DAY, find(day))
        if found and found[-1].found == one.found:
            found.pop()
        found.append(one)
    return tuple(found)


def members(leaf: Member, policy: Policy, program: Program) -> tuple[Stretch[frozenset[str] | None], ...]:
    """The codes asked for, in each stretch; None where a set has no version that speaks of it."""
    sets = [program.sets[name] for name in leaf.sets]
    versions = [version for set_ in sets for version in set_.versions]
    ends = [(one.from_, one.through) for one in versions]
    ends += [(one.from_, one.through) for version in versions for one in version.members]

    def find(on: date) -> frozenset[str] | None:
        current = [set_.version(on) for set_ in sets]
        if None in current:
            return None
        held = (code for one in current if one for code in one.codes if one.holds(code, on))
        return leaf.codes.union(held)

    return stretches(policy, ends, find)


def column(table: Table, name: str, policy: Policy) -> tuple[Stretch[Cells], ...]:
    """A column of a table, in each stretch."""

    def find(on: date) -> Cells:
        version = table.version(on)
        if version is None:
            return Cells({}, frozenset(), True)
        cells: dict[Key, Cell] = {row.key: table.cell(row.key, name, on) for row in version.rows}
        values = {key: cell for key, cell in cells.items() if cell is not UNKNOWN and cell is not NOT_LISTED}
        unknown = frozenset(key for key, cell in cells.items() if cell is UNKNOWN)
        return Cells(values, unknown, table.absent is UNKNOWN)

    return stretches(policy, _ends(table), find)


def pairs(
    table: Table, wanted: tuple[tuple[str, Value], ...], policy: Policy
) -> tuple[Stretch[tuple[frozenset[Key], bool]], ...]:
    """The pairs whose row holds the wanted cells, in each stretch; whether all others are known not to."""

    def find(on: date) -> tuple[frozenset[Key], bool]:
        version = table.version(on)
        if version is None:
            return frozenset(), False
        keys = {row.key for row in version.rows if table.has_row(row.key, on)}
        cells = {key: [table.cell(key, name, on) for name, _ in wanted] for key in keys}
        values = [value for _, value in wanted]
        held = frozenset(key for key, found in cells.items() if found == values)
        is_closed = table.absent is NOT_LISTED and not any(UNKNOWN in found for found in cells.values())
        return held, is_closed

    return stretches(policy, _ends(table), find)


def _ends(table: Table) -> list[tuple[date | None, date | None]]:
    ends = [(one.from_, one.through) for one in table.versions]
    return ends + [(row.from_, row.through) for version in table.versions for row in version.rows]
