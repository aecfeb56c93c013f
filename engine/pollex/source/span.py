"""A place in a text.

A span is a half-open range of characters of one file: offsets count characters of the normalised text,
which agree with those of the author's file (see `text.py`). Lines and columns are worked out when something
is shown.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` up to, but not including, `end` of the file called `file`."""

    file: str
    start: int
    end: int

    def moved(self, by: int) -> Span:
        """The same stretch, so many characters further on."""
        return Span(self.file, self.start + by, self.end + by)


def cover(first: Span, last: Span) -> Span:
    """The smallest span that holds both; they lie in the same file."""
    return Span(first.file, min(first.start, last.start), max(first.end, last.end))


def whole_file(file: str) -> Span:
    """The place of something that is true of a file as a whole: its first character."""
    return Span(file, 0, 0)
