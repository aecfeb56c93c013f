"""A JSON array cut into the texts of its elements, as the bytes come.

Only brackets, commas and texts in quotes are looked at: enough to know where an element ends, also where
what stands in it is no good JSON. An element that is longer than allowed is passed over without being
held. Bytes below 128 are never part of another character in UTF-8, so that nothing needs decoding here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pollex.intake.jsonclaim import BLANKS, Place

_MARK = re.compile(rb'["\[\]{},]')
# What may be passed over inside an element: whole texts too, but not one that goes on in the next piece.
# No group of it is possessive: early releases of Python 3.11 match such groups wrongly.
_PASSED_OVER = re.compile(rb'(?:[^"\[\]{}]+|"[^"\\]*(?:\\.[^"\\]*)*")*', re.DOTALL)
_MARK_IN_TEXT = re.compile(rb'"|\\.?', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Element:
    """The text of an element, and where it begins; one past the limit is cut and empty."""

    data: bytes
    place: Place
    cut: bool = False

    @property
    def blank(self) -> bool:
        return not self.cut and self.data.strip(BLANKS) == b""


class Splitter:
    """Fed with the pieces of a text that opens an array.

    `closed` says that the array is over, `surplus` where something stands that is not its end.
    """

    def __init__(self, place: Place, max_bytes: int) -> None:
        self.closed = False
        self.surplus: Place | None = None
        self._max_bytes = max_bytes
        self._place = place
        self._opened = False
        self._commas = 0
        self._depth = 0
        self._in_text = False
        self._escaped = False
        self._begin()

    def feed(self, piece: bytes) -> Iterator[Element]:
        """The elements that end in this piece."""
        done = 0
        for at in self._borders(piece):
            self._keep(piece[done:at])
            mark = piece[at : at + 1]
            if self._opened:
                yield from self._ended(mark)
            self._opened = True
            self._place = self._place.after(mark)
            self._begin()
            done = at + 1
        self._keep(piece[done:])

    def rest(self) -> Element:
        """The element that is not ended yet."""
        data = bytes(self._held)
        text = data.lstrip(BLANKS)
        return Element(text, self._start.after(data[: len(data) - len(text)]), self._cut)

    def _borders(self, piece: bytes) -> Iterator[int]:
        """Where the array opens, and where each of its elements ends."""
        at = int(self._escaped and piece != b"")
        self._escaped = self._escaped and piece == b""
        while not self.closed:
            if self._depth > 1 and not self._in_text and (inside := _PASSED_OVER.match(piece, at)):
                at = inside.end()
            found = (_MARK_IN_TEXT if self._in_text else _MARK).search(piece, at)
            if found is None:
                return
            at = found.end()
            if found[0] == b'"':
                self._in_text = not self._in_text
            elif self._in_text:
                self._escaped = found[0] == b"\\"
            elif self._is_border(found[0]):
                yield found.start()

    def _is_border(self, mark: bytes) -> bool:
        if mark == b",":
            return self._depth == 1
        if mark in b"[{":
            self._depth += 1
            return self._depth == 1
        self._depth -= 1
        return self._depth == 0

    def _ended(self, mark: bytes) -> Iterator[Element]:
        element = self.rest()
        if mark == b",":
            self._commas += 1
            yield element
            return
        if self._commas or not element.blank:
            yield element
        self.closed = True
        if mark != b"]":
            self.surplus = self._place

    def _begin(self) -> None:
        self._held = bytearray()
        self._cut = False
        self._start = self._place

    def _keep(self, data: bytes) -> None:
        if self.closed:
            text = data.lstrip(BLANKS)
            if text and self.surplus is None:
                self.surplus = self._place.after(data[: len(data) - len(text)])
        elif self._cut or len(self._held) + len(data) > self._max_bytes:
            self._cut = True
            self._held.clear()
        else:
            self._held += data
        self._place = self._place.after(data)
