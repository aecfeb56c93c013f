"""One line of a text and the underline below it, measured in columns of a terminal.

A tab reaches to the next multiple of its width, wide characters take two columns, combining ones none, and
control characters are shown as a replacement sign, so that a text can neither move the carets nor command
the terminal.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from pollex.source.span import Span
from pollex.source.text import SourceText

TAB = 4
WIDEST = 140
BEFORE = 60


@dataclass(frozen=True, slots=True)
class Snippet:
    """The line as shown, where its underline begins, how wide it is, and how many more lines there are."""

    line: str
    indent: int
    width: int
    further_lines: int


def snippet(source: SourceText, span: Span) -> Snippet:
    """The first line of a span, cut to a readable width around the span's beginning."""
    number, column = source.position(span.start)
    last_number, last_column = source.position(max(span.start, span.end))
    text = source.line_text(number)
    begin = min(column - 1, len(text))
    end = last_column - 1 if last_number == number else len(text.rstrip())
    end = max(begin, min(end, len(text)))
    first = begin - BEFORE if len(text) > WIDEST and begin > BEFORE else 0
    cut = text[first : first + WIDEST]
    ahead = ("…" if first else "") + cut[: begin - first]
    under = cut[begin - first : end - first]
    rest = cut[end - first :] + ("…" if first + WIDEST < len(text) else "")
    indent = columns(ahead)
    shown_under = expanded(under, indent)
    shown = expanded(ahead) + shown_under
    return Snippet(
        line=shown + expanded(rest, columns(shown)),
        indent=indent,
        width=max(1, columns(shown_under)),
        further_lines=_further_lines(number, last_number, last_column),
    )


def expanded(text: str, column: int = 0) -> str:
    """The text as it is shown from that column on: tabs as spaces, control characters as a sign."""
    shown: list[str] = []
    for character in text:
        piece = " " * (TAB - column % TAB) if character == "\t" else visible(character)
        shown.append(piece)
        column += sum(map(_width, piece))
    return "".join(shown)


def columns(text: str) -> int:
    """How many columns of a terminal the text takes."""
    return sum(map(_width, expanded(text)))


def visible(text: str) -> str:
    """The text without line ends, control characters and marks that change the direction of writing."""
    return "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    if character.isspace():
        return " "
    return "\N{REPLACEMENT CHARACTER}" if unicodedata.category(character) in ("Cc", "Cf", "Cs") else character


def _width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def _further_lines(number: int, last_number: int, last_column: int) -> int:
    """A span that ends at the beginning of a line takes nothing of that line."""
    return max(0, last_number - number - (1 if last_column == 1 else 0))
