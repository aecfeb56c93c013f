"""What holds for a stretch of days: both ends count, an end that is not given is open."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar


class Dated(Protocol):
    """A version, a member, a row: anything with a first and a last day."""

    @property
    def from_(self) -> date | None: ...

    @property
    def through(self) -> date | None: ...


AnyDated = TypeVar("AnyDated", bound=Dated)


def in_force(item: Dated, on: date) -> bool:
    """Whether the item holds on that day."""
    return (item.from_ is None or item.from_ <= on) and (item.through is None or on <= item.through)


def overlapping(one: Dated, other: Dated) -> bool:
    """Whether both hold on some day."""
    return _starts_by_the_end_of(one, other) and _starts_by_the_end_of(other, one)


def find_in_force(items: Iterable[AnyDated], on: date) -> AnyDated | None:
    """The item that holds on that day; items that overlap have been refused before."""
    for item in items:
        if in_force(item, on):
            return item
    return None


def first_day(item: Dated) -> date:
    """The first day, to sort by."""
    return item.from_ or date.min


def dates_text(item: Dated) -> str:
    """`from 2024-07-01 through 2026-12-31`; `at all times` where both ends are open."""
    start = f"from {item.from_.isoformat()}" if item.from_ else ""
    end = f"through {item.through.isoformat()}" if item.through else ""
    return " ".join(filter(None, (start, end))) or "at all times"


def _starts_by_the_end_of(one: Dated, other: Dated) -> bool:
    return one.from_ is None or other.through is None or one.from_ <= other.through
