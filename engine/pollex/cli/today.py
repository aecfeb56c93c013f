"""The clock: the one place that reads it, for reports that are told no day."""

from __future__ import annotations

from datetime import date, datetime


def today() -> date:
    """The day it is where the command runs."""
    return datetime.now().astimezone().date()
