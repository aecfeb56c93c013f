"""The rules of a plan, asked together: which of them could hold on a line."""

from __future__ import annotations

from typing import TypeAlias

from pollex.backends.python.asked import Asked, Entry
from pollex.backends.python.claims import Claim, Line

Found: TypeAlias = tuple[Asked, ...]


class Stratum:
    """Rules that are asked together."""

    __slots__ = ("entries",)

    def __init__(self, entries: tuple[Entry, ...]) -> None:
        self.entries = entries

    def ask(self, line: Line, claim: Claim) -> Found:
        """Those that could hold on a line."""
        found = []
        for entry in self.entries:
            could = entry.could
            if could is None or could(line, claim, entry.day):
                found.append(entry.found(line, claim))
        return tuple(found)


NOTHING_TO_ASK = Stratum(())
