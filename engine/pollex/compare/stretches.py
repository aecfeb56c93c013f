"""Stretches of days, and the days that none of them covers. Both ends count; an end that is None is open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from pollex.model.dated import Dated, first_day

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """From a day through a day."""

    from_: date | None
    through: date | None


def uncovered(whole: Dated, parts: Iterable[Dated]) -> tuple[Stretch, ...]:
    """The days of the whole on which none of the parts holds."""
    start, end = whole.from_ or date.min, whole.through or date.max
    found: list[Stretch] = []
    for part in sorted(parts, key=first_day):
        first, last = part.from_ or date.min, part.through or date.max
        if last < start:
            continue
        if first > end:
            break
        if first > start:
            found.append(_open(start, first - DAY))
        if last >= end:
            return tuple(found)
        start = last + DAY
    return (*found, _open(start, end))


def between(parts: Iterable[Dated]) -> tuple[Stretch, ...]:
    """The days after the first and before the last of the parts on which none holds."""
    found = tuple(parts)
    if not found:
        return ()
    last = max(part.through or date.max for part in found)
    return uncovered(_open(min(map(first_day, found)), last), found)


def shared(one: Dated, other: Dated) -> Stretch | None:
    """The days on which both hold, or None."""
    first = max(first_day(one), first_day(other))
    last = min(one.through or date.max, other.through or date.max)
    return _open(first, last) if first <= last else None


def _open(first: date, last: date) -> Stretch:
    return Stretch(None if first == date.min else first, None if last == date.max else last)
