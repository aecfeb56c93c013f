"""The tree of what a policy says about itself: fixtures, tests, example tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from pollex.source.span import Span
from pollex.syntax.conditions import Codes, Documentation, Literal, Name, WordRef, span_field


@dataclass(frozen=True, slots=True)
class SetWord:
    """`where line 1 modifier is 22, 80`; `state` is "values", "missing" or "none"; `line` None = claim, or
    the only line
    """

    line: Literal | None
    word: WordRef
    state: str
    values: tuple[Literal, ...]
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class SetDocumentation:
    """`where documentation of X in D is found, quantity 130`; `state` found, not-found, not-reviewed or
    missing
    """

    documentation: Documentation
    line: Literal | None
    state: str
    quantity: Literal | None
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class Assign:
    """`fee $216.44` inside `is added with …`"""

    word: WordRef
    value: Literal
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class AssignProvider:
    """`the same provider` inside `history line is added with …`"""

    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class AddLine:
    """`where line 2 is added with cpt 44121, fee $216.44`; `line` None adds a history line"""

    line: Literal | None
    assignments: tuple[Assign | AssignProvider, ...]
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class RemoveLine:
    """`where line 2 is removed`"""

    line: Literal
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class DropHistory:
    """`where history is missing`"""

    span: Span = span_field()


Where: TypeAlias = SetWord | SetDocumentation | AddLine | RemoveLine | DropHistory


@dataclass(frozen=True, slots=True)
class Given:
    """`given clean` and the `where` lines below it"""

    fixture: Name
    wheres: tuple[Where, ...]
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class Fixture:
    """`fixture clean from "claims/clean.yaml"` or `fixture assistant given clean where …`"""

    name: Name
    path: str | None
    given: Given | None
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class Term:
    """What `missing` names: a word, documentation or its quantity, `history`, a table or set, or `nothing`.

    `kind` says which.
    """

    kind: str
    word: WordRef | None
    documentation: Documentation | None
    table: Name | None
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class Expected:
    """One thing expected: `kind` is outcome, amount, percent, because, not-because, missing, requires, codes,
    note or trial, in tables also carc and rarc

    `value` is None for `amount missing`, `percent missing` and `requires nothing`.
    """

    kind: str
    value: Literal | Name | Codes | Documentation | Term | str | None
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class Expectation:
    """`expect line 1 allow, amount $1,136.30`; `line` None means the claim's only line, or the claim
    (`of_claim`)
    """

    line: Literal | None
    of_claim: bool
    expected: tuple[Expected, ...]
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class Test:
    """`test "title" given … expect …`"""

    title: str
    given: Given
    expectations: tuple[Expectation, ...]
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class Column:
    """A head of an example table: `kind` is "word", "documentation" or "expect" (then `aspect` says what
    of)
    """

    kind: str
    line: Literal | None
    of_claim: bool
    word: WordRef | None
    documentation: Documentation | None
    aspect: str | None
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of an example table: nothing, values, words, or one of the states missing, none, found, not
    found …
    """

    items: tuple[Literal | Term | str, ...]
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class Row:
    """`| 80 | $1,136.30 | $181.81 |`"""

    cells: tuple[Cell, ...]
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class Examples:
    """`examples "Assistant surgeon" given clean` and its table: each row is a test"""

    title: str
    given: Given
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    span: Span = span_field()
