"""The rules of a plan, asked together: which of them could hold on a line.

They are asked one by one, each by its own two questions, until that has been done so often that it is
worth while to have them written as one function (`emit/sieve.py`). That is written for a *group*: all rules
that can concern the same codes, of which plans, by modifiers and day, ask some. The answers are the same;
where that function fails, they are asked one by one again, which names the rule that failed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from pollex.backends.python.asked import Asked, Entry
from pollex.backends.python.claims import Claim, Line
from pollex.backends.python.code import Group

Found: TypeAlias = tuple[Asked, ...]
Ask: TypeAlias = Callable[[Line, Claim], Found]
AGAIN = 4
"""To make the function of a group fit a plan takes as long as to ask its rules a few times."""


class Stratum:
    """Rules that are asked together, some of a group or all of it."""

    __slots__ = ("_ask", "_group", "_until", "entries")

    def __init__(self, entries: tuple[Entry, ...], group: Group | None = None) -> None:
        self.entries = entries
        self._group = group
        self._until = AGAIN
        self._ask: Ask = self.one_by_one if group is None or len(entries) < 2 else self._counted

    def ask(self, line: Line, claim: Claim) -> Found:
        """Those that could hold on a line."""
        return self._ask(line, claim)

    def _counted(self, line: Line, claim: Claim) -> Found:
        assert self._group is not None
        self._until -= 1
        if self._group.is_often() and self._until <= 0:
            self._ask = at_once(self.entries, self._group, self.one_by_one) or self.one_by_one
            self._group = None
            return self._ask(line, claim)
        return self.one_by_one(line, claim)

    def one_by_one(self, line: Line, claim: Claim) -> Found:
        found = []
        for entry in self.entries:
            asked = entry.asked(line, claim)
            if asked is not None:
                found.append(asked)
        return tuple(found)


NOTHING_TO_ASK = Stratum(())


def at_once(entries: tuple[Entry, ...], group: Group, one_by_one: Ask) -> Ask | None:
    """All of them as one function, as long as their policy has not too many of these."""
    day = entries[0].day
    made = group.made(day)
    if made is None:
        return None
    make, text = made
    by_place = {entry.code.position: entry for entry in entries}
    of_rules = [by_place.get(place) for place in group.places]
    given = (of_it(of_rules[at], what) for at, what in text.given)
    always = [of_it(of_rules[at], "known") for at in text.always if of_rules[at] is not None]
    asked: Ask = make(one_by_one, always, *(getattr(day, name) for name in text.names), *given)
    return asked


def of_it(entry: Entry | None, what: str) -> object:
    """What the function is given of a rule; one that its code leaves unknown is never more than that."""
    if entry is None:
        return None
    if what == "known" and not entry.is_settled:
        return entry.unknown
    return True if what == "has" else getattr(entry, what)
