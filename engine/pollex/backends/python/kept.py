"""What is remembered of the claims so far, under one bound: full, all of it is forgotten at once.

A bound for each table would not do: there is one for each stretch of days, and a long run meets them all.
What still holds on to something forgotten goes on with it; the next claim makes it anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

MOST = 16_384


class Kept:
    """Tables that are emptied together."""

    __slots__ = ("_number", "_tables")

    def __init__(self) -> None:
        self._tables: list[dict[Any, Any]] = []
        self._number = 0

    def in_tables(self, tables: Iterable[dict[Any, Any]]) -> None:
        """Where things are kept."""
        self._tables.extend(tables)

    def one_more(self) -> None:
        """One more thing is about to be kept."""
        self._number += 1
        if self._number > MOST:
            self._number = 1
            for table in self._tables:
                table.clear()
