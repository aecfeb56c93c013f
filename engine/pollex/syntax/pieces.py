"""Where a file can be cut, so that a mistake in one piece leaves the others.

A file is cut at the lines that open an item (`rule`, `test`, …), a header at the lines that open a clause.
Comments and texts in quotes are never cut.
"""

from __future__ import annotations

import re
from itertools import pairwise

ITEM_START = re.compile(
    r"^(?:[ \t]*(?:policy|part of|rule|exception|define|fixture|test|examples)|when)(?![a-z0-9\-])",
    re.MULTILINE,
)
CLAUSE_START = re.compile(
    r"^[ \t]*(?:payer(?! page)|claim type|applies to|in effect|source|use set|use table|otherwise)"
    r"(?![a-z0-9\-])",
    re.MULTILINE,
)
HEADER = re.compile(r"\s*(?:policy|part of)(?![a-z0-9\-])")
COMMENT = re.compile(r'"[^"\n]*"|(#[^\n]*)')
RULE_HEAD = re.compile(r"[ \t]*(?:rule|exception)\b(?!.*\b(?:when|always)\b).*\S[ \t]*\n[ \t]*\Z", re.DOTALL)


def piece_starts(text: str) -> list[int]:
    """Where a file is cut: at lines that open an item, but not between the head of a rule and its `when`."""
    code = _masked(text)
    starts = [0]
    for match in ITEM_START.finditer(code):
        of_rule = match.group() == "when" and RULE_HEAD.match(code[starts[-1] : match.start()])
        if match.start() > 0 and not of_rule:
            starts.append(match.start())
    return starts


def clauses_of(piece: str) -> list[tuple[int, int]]:
    """Where the clauses of a header begin and end; nothing where the piece is no header."""
    if HEADER.match(without_comments(piece)) is None:
        return []
    code = _masked(piece)
    found = [match.start() for match in CLAUSE_START.finditer(code)]
    starts = [start for start in found if not code[:start].rstrip().endswith(",")]
    return list(pairwise([*starts, len(piece)]))


def blanked_but(piece: str, clause: tuple[int, int], clauses: list[tuple[int, int]]) -> str:
    """The piece with one of its clauses."""
    for other in clauses:
        piece = piece if other == clause else blanked(piece, *other)
    return piece


def blanked(piece: str, begin: int, end: int) -> str:
    """The piece with spaces for a stretch of it, so that every place stays."""
    return piece[:begin] + re.sub(r"[^\n]", " ", piece[begin:end]) + piece[end:]


def without_comments(text: str) -> str:
    """The text with spaces for comments."""
    return COMMENT.sub(lambda match: " " * len(match.group()) if match.group(1) else match.group(), text)


def code_end(text: str) -> int:
    """The end of the last word that is not in a comment."""
    return len(without_comments(text).rstrip())


def _masked(text: str) -> str:
    """The text with signs for comments and texts in quotes, which hold no words of the language."""
    return COMMENT.sub(lambda match: "#" * len(match.group()), text)
