"""The reasons of a line: an effect, and what its rule has read.

A rule that reads nothing but words of the line gives the same reason wherever these stand in the same places
with the same values: it is made once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from pollex.backends.python.asked import Asked
from pollex.backends.python.claims import Line
from pollex.backends.python.pieces import Piece
from pollex.backends.python.reading import Read, Readings, Word, Words
from pollex.model.decision import Reading, Reason
from pollex.model.quick import quick

ReasonOf: TypeAlias = Callable[[Line], Reason]
new_reason = quick(Reason)


class Evidence:
    """Says what gives the reason of a line."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._reasons: dict[tuple[str, Piece, tuple[str, ...]], ReasonOf] = {}
        words.kept.in_tables((self._reasons,))

    def read(self, asked: Asked | None) -> Read:
        """What reads what a rule has read."""
        code = None if asked is None else asked.code
        if asked is None or code is None or code.because is None:
            return self._words.reader(() if code is None else code.words)
        because, day, words = code.because, asked.day, self._words

        def read(line: Line) -> tuple[Reading, ...]:
            readings = Readings(words)
            because(line, line.claim, day, readings)
            return readings.result()

        return read

    def reason(self, said: str, piece: Piece, asked: Asked | None) -> Reason | ReasonOf:
        """The reason that an effect gives, or what makes it for each line."""
        if asked is None or (asked.code.because is None and not asked.code.words):
            return reason_of(said, piece, ())
        if asked.code.because is not None:
            read = self.read(asked)
            return lambda line: reason_of(said, piece, read(line))
        phrases = asked.code.words
        found = self._reasons.get((said, piece, phrases))
        if found is None:
            self._words.kept.one_more()
            reasons = Reasons(said, piece, self._words, phrases)
            found = self._reasons[said, piece, phrases] = (
                reasons.by_one if len(phrases) == 1 else reasons.by_all
            )
        return found


def reason_of(said: str, piece: Piece, read: tuple[Reading, ...]) -> Reason:
    return new_reason(piece.clause.name, said, read, piece.clause.because, piece.sources)


class Reasons(dict[Any, Reason]):
    """The reasons that an effect has given, by what its rule has read."""

    def __init__(self, said: str, piece: Piece, words: Words, phrases: tuple[str, ...]) -> None:
        super().__init__()
        self._said = said
        self._piece = piece
        self._read: list[Word] = [words[phrase] for phrase in phrases]
        self._locate = [word.locate for word in self._read]
        self._first = self._locate[0]
        self._kept = words.kept
        words.kept.in_tables((self,))

    def by_one(self, line: Line) -> Reason:
        """Of the one word that the rule reads."""
        seen = self._first(line)
        return self.get(seen) or self._new(seen, (seen,))

    def by_all(self, line: Line) -> Reason:
        """Of several words."""
        seen = tuple([locate(line) for locate in self._locate])
        return self.get(seen) or self._new(seen, seen)

    def _new(self, key: Any, seen: tuple[Any, ...]) -> Reason:
        self._kept.one_more()
        read = tuple([word.shown[one] for word, one in zip(self._read, seen, strict=True)])
        found = self[key] = reason_of(self._said, self._piece, read)
        return found
