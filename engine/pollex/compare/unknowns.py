"""What a policy's README says is not known: the text below its heading "Not known".

Each item of a list is a line, each row of a table, and each paragraph. A paragraph before the first item
introduces them. The section ends at the next heading of its own level or above.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

TITLE: Final = "not known"
FENCE = "```"

_HEADING = re.compile(r"(?P<marks>#{1,6})\s+(?P<text>.*?)\s*#*\s*")
_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+(?P<text>.*)")
_RULED = re.compile(r"\s*\|?[\s:|-]*-[\s:|-]*\|?\s*")


@dataclass(frozen=True, slots=True)
class NotKnown:
    """The lines of the section, and what introduces them."""

    introduction: str | None
    lines: tuple[str, ...]


def not_known(markdown: str) -> NotKnown | None:
    """The section of a README; None where it has none."""
    section = _section(markdown.splitlines())
    if section is None:
        return None
    blocks = list(_blocks(section))
    if len(blocks) > 1 and not blocks[0][0] and blocks[1][0]:
        return NotKnown(blocks[0][1], tuple(text for _, text in blocks[1:]))
    return NotKnown(None, tuple(text for _, text in blocks))


def _section(lines: Iterable[str]) -> list[str] | None:
    """The lines below the heading, up to the next of its level; headings further down are left out."""
    found: list[str] | None = None
    level, fenced = 0, False
    for line in lines:
        if line.lstrip().startswith(FENCE):
            fenced = not fenced
            continue
        heading = None if fenced else _HEADING.fullmatch(line)
        if heading is None:
            if found is not None:
                found.append(line)
        elif found is None:
            if heading["text"].strip("*_ ").casefold() == TITLE:
                found, level = [], len(heading["marks"])
        elif len(heading["marks"]) <= level:
            break
        else:
            found.append("")
    return found


def _blocks(lines: Iterable[str]) -> Iterator[tuple[bool, str]]:
    """Whether it is an item, and its text, wrapped lines put together."""
    words: list[str] = []
    item = False
    rows: list[str] = []
    for line in (*lines, ""):
        starts = _ITEM.fullmatch(line)
        row = line.lstrip().startswith("|")
        if not line.strip() or starts or row:
            if words:
                yield item, " ".join(words)
            words = []
        if row:
            rows.append(line)
            continue
        yield from ((True, text) for text in _rows(rows))
        rows = []
        if starts:
            item, words = True, [starts["text"].strip()]
        elif line.strip():
            item = item and bool(words)
            words.append(line.strip())


def _rows(lines: list[str]) -> Iterator[str]:
    """The rows of a table without its head."""
    body = lines[2:] if len(lines) > 1 and _RULED.fullmatch(lines[1]) else lines
    for line in body:
        yield ": ".join(filter(None, (cell.strip() for cell in line.strip().strip("|").split("|"))))
