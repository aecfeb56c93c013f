"""Text to nodes by the tables of the parser, without a tree between: a rule is built as soon as it is read.

What has no mistake is read here; of a mistake, no more is said than that there is one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from pollex.source.span import Span
from pollex.syntax.build import Builder
from pollex.syntax.conditions import Literal
from pollex.syntax.tables import KEPT, SPLICED, Part, Shape, Tables

END = "$END"
BLANKS = r"[ \t\r\f]*+"
Keywords: TypeAlias = Mapping[str, Mapping[str, str]]
Scanner: TypeAlias = tuple[Callable[[str, int], "re.Match[str] | None"], Keywords]
Rule: TypeAlias = tuple[int, str, tuple[Part, ...], Builder | None, bool, bool]


class Mistaken(Exception):  # noqa: N818 - says what the text is
    """The text cannot be read."""


class Runner:
    """Reads texts by one set of tables and builders."""

    def __init__(self, tables: Tables, builders: Mapping[str, Builder]) -> None:
        self._tables = tables
        self._rules = [_rule(shape, builders) for shape in tables.shapes]
        self._scanners: dict[int, Scanner] = {}

    def build(self, text: str, start: str, file: str, offset: int) -> tuple[Any, int]:
        """What the text says, and how deep rules stand inside themselves in it; raises `Mistaken`."""
        rules, actions, ignored = self._rules, self._tables.actions, self._tables.ignored
        scanners, end_state = self._scanners, self._tables.ends[start]
        states = [self._tables.starts[start]]
        stack = _Stack(text, file, offset)
        reduce, shift = stack.reduce, stack.shift
        place, length = 0, len(text)
        while True:
            match, keywords = scanners.get(states[-1]) or self._scanner(states[-1])
            kind, begin, end = END, place, place
            while place < length:
                found = match(text, place)
                if found is None:
                    raise Mistaken
                kind, place = found.lastgroup or "", found.end()
                if kind not in ignored:
                    begin, end = found.span(found.lastindex or 0)
                    if kind in keywords:
                        kind = keywords[kind].get(text[begin:end], kind)
                    break
                kind = END
            action = actions[states[-1]].get(kind)
            while action is not None and action < 0:
                rule = rules[~action]
                reduce(rule)
                del states[len(states) - rule[0] :]
                states.append(actions[states[-1]][rule[1]])
                if states[-1] == end_state and kind == END:
                    return stack.result()
                action = actions[states[-1]].get(kind)
            if action is None:
                raise Mistaken
            states.append(action)
            shift(kind, begin, end)

    def _scanner(self, state: int) -> Scanner:
        """How the next token is read in a state; blanks behind it are passed over at once."""
        number = self._tables.lexer_of[state]
        lexer = self._tables.lexers[number]
        scanner = re.compile(f"(?:{lexer.pattern}){BLANKS}").match, lexer.keywords
        for other, used in enumerate(self._tables.lexer_of):
            if used == number:
                self._scanners[other] = scanner
        return scanner


class _Stack:
    """What has been built of a text, with the place of each part.

    A token on it is its kind alone: most are keywords, which no rule keeps.
    """

    __slots__ = ("_begins", "_ends", "_file", "_levels", "_offset", "_text", "_values")

    def __init__(self, text: str, file: str, offset: int) -> None:
        self._text = text
        self._file = file
        self._offset = offset
        self._values: list[Any] = []
        self._begins: list[int] = []
        self._ends: list[int] = []
        self._levels: dict[int, int] = {}

    def shift(self, kind: str, begin: int, end: int) -> None:
        self._values.append(kind)
        self._begins.append(begin)
        self._ends.append(end)

    def reduce(self, rule: Rule) -> None:
        """Put what a rule makes of the last parts in their place."""
        size, _, parts, builder, passes, nests = rule
        if passes and size == 1:
            return
        values, begins, ends = self._values, self._begins, self._ends
        base = len(values) - size
        children: list[Any] = []
        for number, how in parts:
            value = values[base + number]
            if how == KEPT:
                children.append(value)
            elif how == SPLICED:
                children = children + value if children else value
            else:
                children.append(self._token(base + number))
        begin, end = (begins[base], ends[-1]) if size else (0, 0)
        if builder is not None:
            built = builder(children, Span(self._file, begin + self._offset, end + self._offset))
            if nests:
                self._levels[id(built)] = 1 + max(self._levels.get(id(child), 0) for child in children)
        else:
            built = children[0] if passes else children
        values[base:] = (built,)
        begins[base:] = (begin,)
        ends[base:] = (end,)

    def _token(self, at: int) -> Literal:
        begin, end = self._begins[at], self._ends[at]
        span = Span(self._file, begin + self._offset, end + self._offset)
        return Literal(self._values[at].lower(), self._text[begin:end], span)

    def result(self) -> tuple[Any, int]:
        return self._values[-1], max(self._levels.values(), default=0)


def _rule(shape: Shape, builders: Mapping[str, Builder]) -> Rule:
    builder = builders[shape.builder] if shape.builder is not None else None
    return shape.size, shape.origin, shape.parts, builder, shape.passes, shape.nests
