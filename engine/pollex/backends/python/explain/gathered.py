"""Gathers what a rule reads besides what it reads on every line."""

from __future__ import annotations

from collections.abc import Iterable

from pollex.backends.python.answers import Value, is_open_since
from pollex.backends.python.claims import Claim, Line
from pollex.backends.python.reading import Order, Readings, listed, new_reading
from pollex.model.decision import Reading


class Gathered(Readings):
    """What statements for an explanation call (`reads.py`)."""

    __slots__ = ()

    def with_those(self, always: Iterable[Reading]) -> tuple[Reading, ...]:
        """All of them in a fixed order, with what is read on every line."""
        for reading in always:
            self.found[order_of(reading)] = reading
        return self.result()

    def are_known(self, phrase: str, mine: Line, theirs: Line) -> bool:
        """Whether all values of a list are known on two lines."""
        word = self.words.vocabulary[phrase]
        return all(listed(word, line)[1] is not None for line in (mine, theirs))

    def history(self, claim: Claim, bounds: tuple[Value, ...]) -> None:
        """What keeps the history from being known back to the latest of these days. One that is not known
        itself stands among the readings already, and may bring that day nearer.
        """
        if not is_open_since(claim, *bounds):
            return
        if claim.history is None:
            self.add(new_reading("history", "/history", None, None, None))
        elif None not in bounds or claim.history.get("complete_since") is None:
            term, pointer = "history complete since", "/history/complete_since"
            self.add(new_reading(term, pointer, None, None, None))


def order_of(reading: Reading) -> Order:
    """The place of a reading among those of its rule."""
    key = reading.key or ""
    text = key if isinstance(key, str) else "/".join(key)
    return reading.term, reading.pointer or "", reading.table or "", text
