"""The rules of a plan, asked together: which of them could hold on a line.

They are asked one by one, each by its own two questions, until that has been done so often that it is
worth while to have all of them written as one function (`emit/sieve.py`). The answers are the same; where
that function fails, they are asked one by one again, which names the rule that failed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from pollex.backends.python.asked import Asked, Entry
from pollex.backends.python.claims import Claim, Line

Found: TypeAlias = tuple[Asked, ...]
Ask: TypeAlias = Callable[[Line, Claim], Found]
OFTEN = 100
MOST_RULES = 250
"""A function of more rules is not written."""


class Stratum:
    """Rules that are asked together."""

    __slots__ = ("_ask", "_until", "entries")

    def __init__(self, entries: tuple[Entry, ...]) -> None:
        self.entries = entries
        self._until = OFTEN
        self._ask: Ask = self._counted

    def ask(self, line: Line, claim: Claim) -> Found:
        """Those that could hold on a line."""
        return self._ask(line, claim)

    def _counted(self, line: Line, claim: Claim) -> Found:
        self._until -= 1
        if self._until <= 0:
            self._ask = self.one_by_one
            if 1 < len(self.entries) <= MOST_RULES:
                self._ask = at_once(self.entries, self.one_by_one) or self.one_by_one
        return self.one_by_one(line, claim)

    def one_by_one(self, line: Line, claim: Claim) -> Found:
        found = []
        for entry in self.entries:
            asked = entry.asked(line, claim)
            if asked is not None:
                found.append(asked)
        return tuple(found)


NOTHING_TO_ASK = Stratum(())


def at_once(entries: tuple[Entry, ...], one_by_one: Ask) -> Ask | None:
    """All of them as one function, as long as their policy has not too many of these."""
    shared, day = entries[0].code.shared, entries[0].day
    made = shared.sieve([(entry.code.rule, entry.is_settled) for entry in entries], day.on)
    if made is None:
        return None
    make, text = made
    found = {
        name: getattr(entry, what)
        for at, entry in enumerate(entries)
        for what in ("known", "unknown", "found", "asked")
        if (name := f"{what}_{at}") in text.given
    }
    asked: Ask = make(one_by_one, *(getattr(day, name) for name in text.names), **found)
    return asked
