"""Text to tree, and what is wrong with a text.

A file is read whole. Where that fails, it is cut at the lines that open an item (`rule`, `test`, …) and each
piece is read on its own: every piece that holds a mistake gives one diagnostic, and the others still reach
the later passes. A header is read without the clauses that hold a mistake. What could not be read is marked
in the tree, so that nobody takes it for missing.

`run.py` reads, by the tables that `grammar.py` has of Lark; only where it cannot is Lark asked why.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, TypeAlias

from pollex.source.diagnostic import Diagnostic, moved
from pollex.source.span import Span
from pollex.source.text import SourceText
from pollex.syntax.ast import Comment, PartHeader, PolicyFile, PolicyHeader
from pollex.syntax.build import BUILD, Builder
from pollex.syntax.build_items import ITEMS
from pollex.syntax.conditions import Literal
from pollex.syntax.grammar import DEEPEST, TooDeep, tables, what_is_wrong
from pollex.syntax.mistakes import explain
from pollex.syntax.pieces import COMMENT, blanked, blanked_but, clauses_of, piece_starts
from pollex.syntax.run import Mistaken, Runner
from pollex.syntax.scenarios import Cell, Column, Examples, Row

ROW = re.compile(r'(?:"[^"]*"?|[^"#])*')
CELL = re.compile(r'(?:"[^"]*"|[^|])*')
BUILDERS: Mapping[str, Builder] = {
    **BUILD,
    **ITEMS,
    "policy_file": lambda children, span: children,
    "examples": lambda children, span: (*children, span),
}
NESTED = 50  # so deep may calculations stand inside each other before Lark is asked whether it is too deep
Piece: TypeAlias = tuple[PolicyHeader | PartHeader | None, list[Any]]
NOTHING: Piece = (None, [])
MOST_IN_PIECE = 10


def parse(source: SourceText, phrases: tuple[str, ...]) -> tuple[PolicyFile, tuple[Diagnostic, ...]]:
    """Parse one file. `phrases` are the vocabulary's. Never raises: what cannot be read is a diagnostic."""
    source = source.normalise()
    reader = _Reader(source, phrases)
    pieces = [reader.read(source.text, 0)]
    if reader.diagnostics:
        reader.start_again()
        starts = piece_starts(source.text)
        ends = [*starts[1:], len(source.text)]
        pieces = [
            reader.read_what_can_be(source.text[begin:end], begin)
            for begin, end in zip(starts, ends, strict=True)
        ]
    headers = [piece[0] for piece in pieces if piece[0] is not None]
    items = tuple(item for piece in pieces for item in piece[1])
    whole = Span(source.name, 0, len(source.text))
    header = headers[0] if headers else None
    tree = PolicyFile(header, items, _comments(source), whole, tuple(reader.unread))
    return tree, (*reader.diagnostics, *_misplaced_headers(pieces))


@lru_cache(maxsize=4)
def _runner(phrases: tuple[str, ...]) -> Runner:
    return Runner(tables(phrases), BUILDERS)


class _Reader:
    """Parses pieces of one file and collects what is wrong with them."""

    def __init__(self, source: SourceText, phrases: tuple[str, ...]) -> None:
        self.source = source
        self.phrases = phrases
        self.runner = _runner(phrases)
        self.diagnostics: list[Diagnostic] = []
        self.unread: list[Span] = []

    def start_again(self) -> None:
        self.diagnostics.clear()
        self.unread.clear()

    def read_what_can_be(self, text: str, offset: int) -> Piece:
        """A piece, of a header without the clauses that hold a mistake: each of them is tried alone."""
        known = len(self.diagnostics)
        piece = self.read(text, offset)
        clauses = clauses_of(text) if len(self.diagnostics) > known else []
        if clauses:
            del self.diagnostics[known:]
        if clauses and self.reads(text[: clauses[0][0]], offset):
            bad = [clause for clause in clauses if not self.reads(blanked_but(text, clause, clauses), offset)]
            self.unread += [Span(self.source.name, begin + offset, end + offset) for begin, end in bad]
            for begin, end in bad:
                text = blanked(text, begin, end)
            known = len(self.diagnostics)
            piece = self.read(text, offset)
        if len(self.diagnostics) > known:
            self.unread.append(Span(self.source.name, offset, offset + len(text)))
        if len(self.diagnostics) == known + 1:
            self.diagnostics.extend(self.further(offset, offset + len(text), self.diagnostics[known]))
        return piece

    def further(self, begin: int, end: int, first: Diagnostic) -> list[Diagnostic]:
        """Mistakes of a piece behind its first one: those that show once its fix is put in.

        What shows on the same line and has no fix may come of the fix itself, and is left out.
        """
        found: list[Diagnostic] = []
        text = self.source.text
        shift = 0
        while first.fix is not None and len(found) < MOST_IN_PIECE:
            place, new = first.fix.span, first.fix.replacement
            text = text[: place.start + shift] + new + text[place.end + shift :]
            shift += len(new) - (place.end - place.start)
            again = _Reader(SourceText(self.source.name, text), self.phrases)
            again.read(text[begin : end + shift], begin)
            if not again.diagnostics:
                break
            first = moved(again.diagnostics[0], -shift)
            is_below = self.source.position(first.span.start)[0] > self.source.position(place.start)[0]
            if first.span.start < place.end or (first.fix is None and not is_below):
                break
            found.append(first)
        return found

    def reads(self, text: str, offset: int) -> bool:
        """Whether a text can be read; if not, its mistake is noted."""
        return self.read(text, offset) != NOTHING

    def read(self, text: str, offset: int) -> Piece:
        children = self.tree(text, offset, "policy_file")
        if children is None:
            return NOTHING
        header: PolicyHeader | PartHeader | None = None
        items = []
        for child in children:
            if isinstance(child, PolicyHeader | PartHeader):
                header = child
            elif isinstance(child, tuple):
                examples = self.examples(*child)
                if examples is not None:
                    items.append(examples)
            else:
                items.append(child)
        return header, items

    def tree(self, text: str, offset: int, start: str) -> Any:
        try:
            built, depth = self.runner.build(text, start, self.source.name, offset)
        except Mistaken:
            built, depth = None, DEEPEST
        wrong = what_is_wrong(text, start, self.phrases) if depth > NESTED else None
        if wrong is None:
            return built
        if isinstance(wrong, TooDeep):
            span = Span(self.source.name, offset + wrong.start, offset + wrong.end)
            message = f"this calculation is nested deeper than {DEEPEST} levels"
            remedy = "write it as several shorter rules"
            self.diagnostics.append(Diagnostic("POL110", message, span, help=remedy))
        else:
            mistake = replace(wrong, position=wrong.position + offset)
            self.diagnostics.append(explain(mistake, self.source, self.phrases))
        return None

    def examples(self, title: Any, given: Any, *rest: Any) -> Examples | None:
        *rows, span = rest
        head, *body = rows
        columns = self.cells(head, "column_head")
        lines = [(row, self.cells(row, "cell")) for row in body]
        if columns is None:
            return None
        for row, cells in lines:
            if cells is not None and len(cells) != len(columns):
                cell_count = f"{len(cells)} cell{'' if len(cells) == 1 else 's'}"
                message = f"this row has {cell_count} where the table has {len(columns)}"
                remedy = "close every cell with `|`; leave a cell empty to skip it"
                self.diagnostics.append(Diagnostic("POL107", message, self.row_span(row), help=remedy))
        if any(cells is None or len(cells) != len(columns) for _, cells in lines):
            return None
        heads = tuple(column for column in columns if isinstance(column, Column))
        table = tuple(Row(tuple(cells or ()), self.row_span(row)) for row, cells in lines)
        return Examples(title.text, given, heads, table, span)

    def row_span(self, row: Literal) -> Span:
        return Span(self.source.name, row.span.start, row.span.start + len(_row_text(row)))

    def cells(self, row: Literal, start: str) -> list[Any] | None:
        """The parsed cells of a row; None where one of them cannot be read."""
        text = _row_text(row)
        body = text[1:-1] if len(text) > 1 and text.endswith("|") else text[1:]
        cells: list[Any] = []
        position = 0
        failed = False
        while position <= len(body):
            match = CELL.match(body, position)
            content = match.group() if match else ""
            begin = row.span.start + 1 + position
            if not content.strip():
                blank = Span(self.source.name, begin, begin + len(content))
                cells.append(Cell((), blank))
                failed = failed or start == "column_head"
                if start == "column_head":
                    self.diagnostics.append(
                        Diagnostic("POL108", "a column of an example table needs a head", blank)
                    )
            else:
                cell = self.tree(content, begin, start)
                failed = failed or cell is None
                cells.append(cell)
            position += len(content) + 1
        return None if failed else cells


def _comments(source: SourceText) -> tuple[Comment, ...]:
    return tuple(
        Comment(match.group(1)[1:].strip(), Span(source.name, match.start(1), match.end(1)))
        for match in COMMENT.finditer(source.text)
        if match.group(1) is not None
    )


def _row_text(row: Literal) -> str:
    """A row of an example table without the comment behind it."""
    match = ROW.match(row.text)
    return match.group().rstrip() if match else ""


def _misplaced_headers(pieces: list[Piece]) -> list[Diagnostic]:
    """A second header, or one that stands below an item."""
    found = []
    above = False
    for header, items in pieces:
        if header is not None and above:
            message = "a file has one header, at its top"
            remedy = "put the header at the top, and a second policy in a file of its own"
            found.append(Diagnostic("POL109", message, header.span, help=remedy))
        above = above or header is not None or bool(items)
    return found
