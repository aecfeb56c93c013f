"""Markdown: rows of tables, links, and texts in which nothing is taken for a mark."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pollex.cli.layout import plain

_MARKS = re.compile(r"([\\`*_\[\]<>|#])")
_WEB = re.compile(r"https?://[^\s()<>|]+", re.ASCII)


def head(*heads: str) -> Iterator[str]:
    """The head of a table, and the line below it."""
    yield row(*heads)
    yield "|" + "---|" * len(heads)


def row(*cells: str) -> str:
    """A row of a table."""
    return f"| {' | '.join(cells)} |"


def escaped(text: str) -> str:
    """Text of somebody's file: nothing in it is taken for Markdown."""
    return _MARKS.sub(r"\\\1", one_line(text))


def one_line(text: str) -> str:
    """Text that is Markdown already, on one line."""
    return " ".join(plain(text).split())


def linked(title: str, at: str | None) -> str:
    """A title with its place: a link where that is on the web, behind it where it is not."""
    if at and _WEB.fullmatch(at):
        return f"[{escaped(title)}]({at})"
    return escaped(f"{title}, {at}" if at else title)
