"""Stretches of days: where something begins or ends, and whether versions leave a day out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from pollex.model.dated import Dated


def starts(periods: Iterable[tuple[date | None, date | None]]) -> Iterator[date]:
    """The days on which something begins, or is over."""
    for first, last in periods:
        if first is not None:
            yield first
        if last is not None and last < date.max:
            yield last + timedelta(days=1)


def always_speaks(versions: Iterable[Dated], first: date, last: date | None) -> bool:
    """Whether some version holds on every day from the first to the last."""
    day = first
    for version in sorted(versions, key=lambda one: one.from_ or date.min):
        if version.from_ is not None and version.from_ > day:
            return False
        if version.through is None or (last is not None and version.through >= last):
            return True
        if version.through >= day:
            day = version.through + timedelta(days=1)
    return False
