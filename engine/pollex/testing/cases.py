"""Tests and example tables as cases: each a title, the changes to make, and what to expect."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pollex.check.checked import Scenarios
from pollex.source.span import Span
from pollex.syntax.conditions import Documentation, Literal, Name, WordRef
from pollex.syntax.scenarios import (
    Cell,
    Column,
    Examples,
    Expectation,
    Expected,
    Given,
    Row,
    SetDocumentation,
    SetWord,
    Term,
    Test,
    Where,
)


@dataclass(frozen=True, slots=True)
class Case:
    """One test, or one row of an example table, counted from 1."""

    policy: str
    title: str
    fixture: Name
    wheres: tuple[Where, ...]
    expectations: tuple[Expectation, ...]
    span: Span
    row: int | None = None

    @property
    def name(self) -> str:
        """The policy and the title: what a test is chosen by."""
        return f"{self.policy}: {self.title}"


def cases(scenarios: Scenarios) -> Iterator[Case]:
    """Every case of a policy, in the order written."""
    for test in scenarios.tests:
        if isinstance(test, Test):
            yield Case(
                scenarios.policy,
                test.title,
                test.given.fixture,
                test.given.wheres,
                test.expectations,
                test.span,
            )
        else:
            yield from _rows(scenarios.policy, test)


def _rows(policy: str, examples: Examples) -> Iterator[Case]:
    for number, row in enumerate(examples.rows, start=1):
        wheres = [
            where for column, cell in _cells(examples, row) if (where := _where(column, cell)) is not None
        ]
        expectations = [
            e for column, cell in _cells(examples, row) if (e := _expectation(column, cell)) is not None
        ]
        given: Given = examples.given
        title = f"{examples.title}, row {number}"
        changes = (*given.wheres, *wheres)
        yield Case(policy, title, given.fixture, changes, tuple(expectations), row.span, number)


def _cells(examples: Examples, row: Row) -> Iterator[tuple[Column, Cell]]:
    """Cells that say something, with their columns."""
    for column, cell in zip(examples.columns, row.cells, strict=True):
        if cell.items:
            yield column, cell


def _where(column: Column, cell: Cell) -> Where | None:
    match column.kind:
        case "word":
            assert isinstance(column.word, WordRef)
            state = next((item for item in cell.items if isinstance(item, str)), "values")
            values = tuple(item for item in cell.items if isinstance(item, Literal))
            return SetWord(column.line, column.word, state, values, cell.span)
        case "documentation":
            assert isinstance(column.documentation, Documentation)
            state = next(item for item in cell.items if isinstance(item, str))
            return SetDocumentation(column.documentation, column.line, state, None, cell.span)
    return None


def _expectation(column: Column, cell: Cell) -> Expectation | None:
    if column.kind != "expect":
        return None
    expected = tuple(_expected(column.aspect or "", item, cell) for item in cell.items)
    return Expectation(column.line, column.of_claim, expected, cell.span)


def _expected(aspect: str, item: Literal | Term | str, cell: Cell) -> Expected:
    match aspect, item:
        case (("amount" | "percent"), "missing"):
            return Expected(aspect, None, cell.span)
        case "requires", Term(kind="nothing"):
            return Expected(aspect, None, cell.span)
        case "requires", Term(documentation=Documentation() as documentation):
            return Expected(aspect, documentation, cell.span)
        case (("because" | "note"), Literal() as name):
            return Expected(aspect, Name(name.text, name.span), cell.span)
        case "missing", Literal() as name:
            return Expected(
                aspect, Term("table", None, None, Name(name.text, name.span), cell.span), cell.span
            )
    return Expected(aspect, item, cell.span)
