"""Fixtures, tests and example tables back to lines."""

from __future__ import annotations

from typing import assert_never

from pollex.syntax.conditions import Codes, Documentation, Literal, Name
from pollex.syntax.format_comments import Original
from pollex.syntax.format_conditions import codes_text, documentation_text, listed, literal_text
from pollex.syntax.format_lines import BREAK, Line
from pollex.syntax.scenarios import (
    AddLine,
    Assign,
    AssignProvider,
    Cell,
    Column,
    DropHistory,
    Examples,
    Expectation,
    Expected,
    Fixture,
    Given,
    RemoveLine,
    SetDocumentation,
    SetWord,
    Term,
    Test,
    Where,
)

CLAUSE = 2
WHERE = 4


def fixture_lines(fixture: Fixture) -> list[Line]:
    if fixture.given is None:
        text = f'fixture {fixture.name.text} from "{fixture.path}"'
        return [Line(0, text, fixture.span.start, opens=True)]
    text = f"fixture {fixture.name.text} given {fixture.given.fixture.text}"
    return [Line(0, text, fixture.span.start, opens=True), *_where_lines(fixture.given)]


def test_lines(test: Test) -> list[Line]:
    return [
        Line(0, f'test "{test.title}"', test.span.start, opens=True),
        Line(CLAUSE, f"given {test.given.fixture.text}", test.given.span.start),
        *_where_lines(test.given),
        *(Line(CLAUSE, _expectation(one), one.span.start) for one in test.expectations),
    ]


def examples_lines(examples: Examples, original: Original) -> list[Line]:
    """The table with its columns aligned."""
    heads = [_column(column) for column in examples.columns]
    rows = [[_cell(cell) for cell in row.cells] for row in examples.rows]
    widths = [max(map(len, cells)) for cells in zip(heads, *rows, strict=True)]
    head_start = original.bar_before(examples.columns[0].span.start)
    starts = [head_start, *(row.span.start for row in examples.rows)]
    first = f'examples "{examples.title}"{BREAK}given {examples.given.fixture.text}'
    return [
        Line(0, first, examples.span.start, opens=True),
        *_where_lines(examples.given),
        *(Line(CLAUSE, _row(cells, widths), at) for cells, at in zip([heads, *rows], starts, strict=True)),
    ]


def _row(cells: list[str], widths: list[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return f"| {' | '.join(padded)} |"


# ------------------------------------------------------------------ given


def _where_lines(given: Given) -> list[Line]:
    return [Line(WHERE, f"where {where_text(where)}", where.span.start) for where in given.wheres]


def where_text(where: Where) -> str:
    """One change, behind the word `where`, with the places where it may be broken."""
    match where:
        case SetWord(line, word, state, values):
            setting = listed(values) if state == "values" else state
            return f"{_line(line)}{word.phrase} is {setting}"
        case SetDocumentation(documentation, line, state, quantity):
            amount = f", quantity {quantity.text}" if quantity else ""
            return f"{_documentation_on(documentation, line)} is {_state(state)}{amount}"
        case AddLine(line, assignments):
            subject = f"line {line.text}" if line else "history line"
            return f"{subject} is added with {_parts([_assignment(one) for one in assignments])}"
        case RemoveLine(line):
            return f"line {line.text} is removed"
        case DropHistory():
            return "history is missing"
        case _:
            assert_never(where)


def _parts(texts: list[str]) -> str:
    return f",{BREAK}".join(texts)


def _line(line: Literal | None) -> str:
    return f"line {line.text} " if line else ""


def _documentation_on(documentation: Documentation, line: Literal | None) -> str:
    return documentation_text(documentation) + (f" on line {line.text}" if line else "")


def _state(state: str) -> str:
    """`not-found` is written `not found`, `no_policy` is written `no policy`."""
    return state.replace("-", " ").replace("_", " ")


def _assignment(assignment: Assign | AssignProvider) -> str:
    if isinstance(assignment, AssignProvider):
        return "the same provider"
    return f"{assignment.word.phrase} {literal_text(assignment.value)}"


# ------------------------------------------------------------------ expect


def _expectation(expectation: Expectation) -> str:
    expected = _parts([_expected(one) for one in expectation.expected])
    return f"expect {_target(expectation.line, expectation.of_claim)}{expected}"


def _target(line: Literal | None, of_claim: bool) -> str:
    return "claim " if of_claim else _line(line)


def _expected(expected: Expected) -> str:
    if expected.kind == "codes" and isinstance(expected.value, Codes):
        return codes_text(expected.value)
    if expected.kind == "outcome":
        return _state(str(expected.value))
    return f"{_state(expected.kind)} {_value(expected)}"


def _value(expected: Expected) -> str:
    match expected.value:
        case None:
            return "nothing" if expected.kind == "requires" else "missing"
        case Literal() as literal:
            return literal_text(literal)
        case Name(text):
            return text
        case Documentation() as documentation:
            return documentation_text(documentation)
        case Term() as term:
            return _term(term)
        case Codes() as codes:
            return codes_text(codes)
        case str() as text:
            return text
        case _:
            assert_never(expected.value)


def _term(term: Term) -> str:
    """What `missing` names."""
    if term.word is not None:
        return term.word.phrase
    if term.documentation is not None:
        of = "quantity of " if term.kind == "quantity" else ""
        return of + documentation_text(term.documentation)
    return term.table.text if term.table is not None else term.kind


# ------------------------------------------------------------------ example tables


def _column(column: Column) -> str:
    if column.word is not None:
        return f"{_line(column.line)}{column.word.phrase}"
    if column.documentation is not None:
        return _documentation_on(column.documentation, column.line)
    return f"expect {_target(column.line, column.of_claim)}{column.aspect}"


def _cell(cell: Cell) -> str:
    return ", ".join(_cell_item(item) for item in cell.items)


def _cell_item(item: Literal | Term | str) -> str:
    match item:
        case Literal():
            return literal_text(item)
        case Term():
            return _term(item)
        case _:
            return _state(item)
