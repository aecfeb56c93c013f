"""NDJSON, line by line as the bytes come; most lines in runs, since nothing is to be said of each.

A line past the limit of a claim is passed over without being held.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO

from pollex.intake.document import Limits
from pollex.intake.jsonclaim import Place

PIECE = 65_536


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its end, and where it begins; one past the limit is cut and empty."""

    data: bytes
    place: Place
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """Whole lines that follow each other, each the text of a claim, none blank or too long.

    `position` counts the claims from 1 and is that of the first, `place` where it begins.
    """

    position: int
    place: Place
    lines: tuple[bytes, ...]

    def place_of(self, index: int) -> Place:
        """Where one of them begins."""
        return self.place.after(b"".join(self.lines[:index])) if index else self.place


class LineReader:
    """The lines of a stream, of which the first is read already."""

    def __init__(self, stream: BinaryIO, first: bytes, place: Place, limits: Limits) -> None:
        self._longest = longest(limits)
        self._stream = stream
        self._read: bytes | None = first
        self._place = place
        self._held: deque[Line] = deque()

    def put_back(self, lines: Iterable[Line]) -> None:
        """They come again, before what follows them."""
        self._held.extendleft(reversed(tuple(lines)))

    def next(self) -> Line | None:
        """The next line; None where there is none."""
        if self._held:
            return self._held.popleft()
        data = self._next()
        if not data:
            return None
        line = Line(data, self._place)
        self._place = self._place.after(data)
        if len(data) == self._longest and not data.endswith(b"\n"):
            while data and not data.endswith(b"\n"):
                data = self._stream.readline(PIECE)
                self._place = self._place.after(data)
            return Line(b"", line.place, cut=True)
        return line

    def run(self, position: int, most: int, room: int) -> Run | None:
        """At most so many lines, and bytes but for the last of them; None where the next one is none of
        their kind.
        """
        if self._held and not self._take_held():
            return None
        taken = []
        readline, longest = self._stream.readline, self._longest
        data = self._next()
        while data.endswith(b"\n") and not data.isspace():
            taken.append(data)
            room -= len(data)
            if len(taken) == most or room <= 0:
                break
            data = readline(longest)
        else:
            self._read = data
        if not taken:
            return None
        run = Run(position, self._place, tuple(taken))
        size = sum(map(len, taken))
        self._place = Place(run.place.offset + size, run.place.line + len(taken))
        return run

    def _take_held(self) -> bool:
        """A single line that was put back, and is the last that was read, may begin a run."""
        line = self._held[0]
        if len(self._held) > 1 or line.cut or self._read is not None:
            return False
        self._held.clear()
        self._read, self._place = line.data, line.place
        return True

    def _next(self) -> bytes:
        data = self._stream.readline(self._longest) if self._read is None else self._read
        self._read = None
        return data


def longest(limits: Limits) -> int:
    """A line of that many bytes, with its end, is still one claim within the limit."""
    return limits.max_bytes + 2
