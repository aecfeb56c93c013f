"""Moving dates: months and years move to the same day number, or to the last day of a shorter month."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

FIRST, LAST = date.min, date.max


def shift(day: date, amount: int, unit: str) -> date:
    """A day moved by days, weeks, months or years (`unit` in the singular); the calendar's ends hold it."""
    if unit in ("day", "week"):
        try:
            return day + timedelta(days=amount * (7 if unit == "week" else 1))
        except OverflowError:
            return LAST if amount > 0 else FIRST
    months = day.year * 12 + day.month - 1 + amount * (12 if unit == "year" else 1)
    year, month = months // 12, months % 12 + 1
    if year > LAST.year:
        return LAST
    if year < FIRST.year:
        return FIRST
    return date(year, month, min(day.day, monthrange(year, month)[1]))
