"""The text of one file, and where its lines begin.

Text pasted from a word processor carries typographic quotes, dashes and spaces. `normalise` reads them as
plain ones, one character for one character, so that every offset still points into the author's own file. A
carriage return before a line feed becomes a space; every other way of ending a line becomes a line feed.

A string of the language cannot hold a double quote. So a typographic double quote that delimits a string
becomes a plain double quote, and one that stands inside a string becomes an apostrophe. Comments keep their
quotes.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

LINE_END = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")

_LINE_ENDS = str.maketrans(dict.fromkeys("\r\v\f\x85\u2028\u2029", "\n"))
_SPACES = (
    "\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008"
    "\u2009\u200a\u200b\u202f\u205f\u2060\u3000\ufeff"
)
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_APOSTROPHES = "\u2018\u2019\u201a\u201b\u2032\u00b4"
_DOUBLE = "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb"

_PLAIN = str.maketrans(
    dict.fromkeys(_SPACES, " ") | dict.fromkeys(_DASHES, "-") | dict.fromkeys(_APOSTROPHES, "'")
)
_DELIMITER = str.maketrans(dict.fromkeys(_DOUBLE, '"'))
_INSIDE = str.maketrans(dict.fromkeys(_DOUBLE + '"', "'"))

# A comment, or a string as it may arrive from a word processor. Inside plain quotes, pairs of typographic
# ones are part of the string; a lone closing one ends it. What is not closed takes
# the rest of its line.
_STRETCH = re.compile(
    "#[^\n]*"
    '|"(?:[^"\u201c\u201d\n]|\u201c[^"\u201c\u201d\n]*\u201d)*["\u201d]'
    '|"[^"\n]*"'
    '|\u201c[^\u201d"\n]*[\u201d"]'
    '|\u201e[^\u201c\u201d"\n]*[\u201c\u201d"]'
    '|\u00ab[^\u00bb"\n]*[\u00bb"]'
    '|\u00bb[^\u00ab"\n]*[\u00ab"]'
    '|[\u201d\u201f\u2033][^\u201d\u201f\u2033"\n]*[\u201d\u201f\u2033"]'
    '|(?P<open>["\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb][^\n]*)'
)


@dataclass(frozen=True, slots=True)
class SourceText:
    """A file's name and text. Where `shown` is false (a claim), places are named, the text never quoted."""

    name: str
    text: str
    shown: bool = True
    _line_starts: tuple[int, ...] = field(default=(), init=False, repr=False, compare=False)

    @property
    def line_starts(self) -> tuple[int, ...]:
        """Where the lines begin: worked out when it is first asked, since of most texts nothing is shown."""
        if not self._line_starts:
            starts = (0, *(found.end() for found in LINE_END.finditer(self.text)))
            object.__setattr__(self, "_line_starts", starts)
        return self._line_starts

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of a character, both counted from 1; an offset past the end is the end."""
        place = max(0, min(offset, len(self.text)))
        line = bisect_right(self.line_starts, place)
        return line, place - self.line_starts[line - 1] + 1

    def line_text(self, line: int) -> str:
        """The line with that number, without its line end; empty where there is no such line."""
        if not 1 <= line <= len(self.line_starts):
            return ""
        start = self.line_starts[line - 1]
        end = self.line_starts[line] if line < len(self.line_starts) else len(self.text)
        return self.text[start:end].rstrip("\n\r\v\f\x85\u2028\u2029")

    def normalise(self) -> SourceText:
        """The same file with typographic characters read as plain ones; every offset stays."""
        plain = normalise(self.text)
        return self if plain == self.text else SourceText(self.name, plain, self.shown)


def normalise(text: str) -> str:
    """Typographic quotes, dashes, spaces and line ends as plain ones, one character for one character."""
    plain = text.replace("\r\n", " \n").translate(_LINE_ENDS)
    if plain.isascii():
        return plain
    pieces: list[str] = []
    done = 0
    for found in _STRETCH.finditer(plain := plain.translate(_PLAIN)):
        pieces.append(plain[done : found.start()].translate(_DELIMITER))
        pieces.append(_plain_stretch(found.group(), closed=found.lastgroup != "open"))
        done = found.end()
    pieces.append(plain[done:].translate(_DELIMITER))
    return "".join(pieces)


def _plain_stretch(stretch: str, closed: bool) -> str:
    if stretch.startswith("#"):
        return stretch
    inside = stretch[1:-1] if closed else stretch[1:]
    return f'"{inside.translate(_INSIDE)}' + ('"' if closed else "")


class UnreadableFile(Exception):  # noqa: N818 - names what it is; whoever shows it shows a sentence
    """A file or folder that cannot be read; the message says which and why."""
