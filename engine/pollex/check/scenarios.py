"""Fixtures and tests: words with values of their kind, rules and fixtures that exist, expectations that say
something.
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal, InvalidOperation

from pollex.check.checked import Scenarios
from pollex.check.effects import check_codes
from pollex.check.expressions import Context, literal_fits
from pollex.check.names import Environment, PolicyNames, Report
from pollex.check.typing import DIMENSIONS, PLAIN, Type
from pollex.source.diagnostic import Label
from pollex.source.span import Span
from pollex.syntax.conditions import Codes, Literal, Name, WordRef
from pollex.syntax.scenarios import (
    AddLine,
    Assign,
    Cell,
    Column,
    DropHistory,
    Examples,
    Expectation,
    Expected,
    Given,
    RemoveLine,
    SetDocumentation,
    SetWord,
    Term,
    Test,
    Where,
)

NOT_SETTABLE = ("patient age", "days of care", "principal diagnosis", "diagnosis type", "pointed diagnosis")
OUTCOMES = ("allow", "deny", "pend", "no_policy", "partial")


def check_scenarios(scenarios: Scenarios, rules: Collection[str], env: Environment, report: Report) -> None:
    """All fixtures and tests of one policy."""
    checker = _Checker(scenarios, rules, Context(env, PolicyNames(scenarios.policy), report), report)
    for fixture in scenarios.fixtures.values():
        if fixture.given is not None:
            checker.given(fixture.given)
    checker.circles()
    titles: dict[str, Span] = {}
    for test in scenarios.tests:
        if test.title in titles:
            labels = (Label(titles[test.title], "the other one"),)
            report.error("POL607", "two tests have the same title", test.span, "say how they differ", labels)
        titles.setdefault(test.title, test.span)
        checker.given(test.given)
        if isinstance(test, Test):
            checker.test(test)
        else:
            checker.examples(test)


class _Checker:
    """Checks the tests of one policy."""

    def __init__(
        self, scenarios: Scenarios, rules: Collection[str], context: Context, report: Report
    ) -> None:
        self.scenarios = scenarios
        self.rules = rules
        self.context = context
        self.report = report

    def given(self, given: Given) -> None:
        if given.fixture.text not in self.scenarios.fixtures:
            help = 'name it: `fixture clean from "claims/clean.yaml"`'
            self.report.unknown("POL601", "fixture", given.fixture, self.scenarios.fixtures, help)
        for where in given.wheres:
            self.where(where)

    def circles(self) -> None:
        for name, fixture in self.scenarios.fixtures.items():
            seen, current = {name}, fixture
            while current.given is not None and current.given.fixture.text in self.scenarios.fixtures:
                following = current.given.fixture.text
                if following in seen:
                    message = f"the fixture `{name}` is built on itself"
                    self.report.error(
                        "POL602", message, fixture.name.span, "one of them has to come from a file"
                    )
                    break
                seen.add(following)
                current = self.scenarios.fixtures[following]

    def where(self, where: Where) -> None:
        match where:
            case SetWord():
                self.line_number(where.line)
                self.values(where.word, where.values)
            case SetDocumentation():
                self.line_number(where.line)
            case AddLine():
                self.line_number(where.line)
                for assignment in where.assignments:
                    if isinstance(assignment, Assign):
                        self.values(assignment.word, (assignment.value,), where.line is None)
            case RemoveLine():
                self.line_number(where.line)
            case DropHistory():
                pass

    def line_number(self, line: Literal | None) -> None:
        if line is not None and not (line.text.isdigit() and 1 <= int(line.text) <= 50):
            self.report.error(
                "POL603", f"`{line.text}` is not a line number", line.span, "lines are numbered 1 to 50"
            )

    def values(self, ref: WordRef, values: tuple[Literal, ...], of_history: bool = False) -> None:
        word = self.context.env.word(ref)
        if ref.phrase in NOT_SETTABLE:
            help = "set the field it is worked out from"
            self.report.error("POL604", f"`{ref.phrase}` is worked out, not given", ref.span, help)
            return
        if word.of == "history" and not of_history:
            self.report.error(
                "POL604",
                f"`{ref.phrase}` belongs to a line of the history",
                ref.span,
                "use `history line is added with …`",
            )
        if len(values) > 1 and not word.many:
            self.report.error("POL605", f"`{ref.phrase}` has one value", values[1].span, "keep one")
        wanted = Type(word.kind, ref.phrase, DIMENSIONS.get(word.kind, PLAIN), word.system, word.choices)
        for value in values:
            literal_fits(value, wanted, self.context)

    def test(self, test: Test) -> None:
        if not test.expectations:
            self.report.error(
                "POL606", "this test expects nothing", test.span, "add a line such as `expect line 1 allow`"
            )
        for expectation in test.expectations:
            self.expectation(expectation)

    def expectation(self, expectation: Expectation) -> None:
        self.line_number(expectation.line)
        for expected in expectation.expected:
            if expectation.of_claim and expected.kind != "outcome":
                self.report.error(
                    "POL608",
                    "only the outcome is expected of a whole claim",
                    expected.span,
                    "say which line: `expect line 1 …`",
                )
            if expected.kind == "outcome" and expected.value == "partial" and not expectation.of_claim:
                self.report.error(
                    "POL608",
                    "a line is not partly paid; only a claim is `partial`",
                    expected.span,
                    "write `expect claim partial`",
                )
            self.expected(expected)

    def expected(self, expected: Expected) -> None:
        match expected.kind, expected.value:
            case (("because" | "not-because" | "note" | "trial"), Name() as name):
                self.rule(name)
            case "percent", Literal() as literal:
                self.percent(literal)
            case "codes", Codes() as codes:
                check_codes(codes, self.context)
            case "missing", Term() as term:
                self.term(term)
            case _:
                pass

    def rule(self, name: Name) -> None:
        if name.text not in self.rules:
            self.report.unknown("POL202", "rule or exception", name, self.rules)

    def percent(self, literal: Literal) -> None:
        try:
            Decimal(literal.text)
        except InvalidOperation:
            self.report.error(
                "POL307",
                f"`{literal.text}` is not a number",
                literal.span,
                "write digits, with a point for decimals: `13.6`",
            )

    def term(self, term: Term) -> None:
        if term.kind == "table" and term.table is not None and term.table.text not in self.context.env.tables:
            known = [*self.context.env.tables, *self.context.env.vocabulary.words]
            self.report.unknown("POL206", "table", term.table, known)

    def examples(self, examples: Examples) -> None:
        if not any(column.kind == "expect" for column in examples.columns):
            self.report.error(
                "POL606", "this table expects nothing", examples.span, "add a column such as `expect amount`"
            )
        for column in examples.columns:
            self.line_number(column.line)
            if column.of_claim and column.aspect != "outcome":
                self.report.error(
                    "POL608", "only the outcome is expected of a whole claim", column.span, "say which line"
                )
        for row in examples.rows:
            for column, cell in zip(examples.columns, row.cells, strict=True):
                self.cell(column, cell)

    def cell(self, column: Column, cell: Cell) -> None:
        literals = tuple(item for item in cell.items if isinstance(item, Literal))
        states = tuple(item for item in cell.items if isinstance(item, str))
        match column.kind, column.aspect:
            case "word", _ if column.word is not None:
                if any(state not in ("missing", "none") for state in states) or any(
                    isinstance(i, Term) for i in cell.items
                ):
                    self.report.error(
                        "POL609",
                        f"this cell does not give a value of `{column.word.phrase}`",
                        cell.span,
                        "write a value, `missing` or `none`",
                    )
                self.values(column.word, literals)
            case "documentation", _:
                if literals or any(
                    state not in ("found", "not-found", "not-reviewed", "missing") for state in states
                ):
                    self.report.error(
                        "POL609", "documentation is found, not found, not reviewed or missing", cell.span
                    )
            case _, ("because" | "note"):
                for literal in literals:
                    self.rule(Name(literal.text, literal.span))
            case _, "outcome":
                if literals or any(state not in OUTCOMES for state in states):
                    self.report.error(
                        "POL609",
                        "this is not an outcome",
                        cell.span,
                        "write allow, deny, pend, partial or no policy",
                    )
            case _, "amount":
                if any(literal.kind != "money" for literal in literals):
                    self.report.error(
                        "POL309",
                        "this is not an amount of money",
                        cell.span,
                        "write it with a dollar sign: `$100.00`",
                    )
            case _, "percent":
                for literal in literals:
                    self.percent(literal)
            case _, "missing":
                for item in cell.items:
                    if isinstance(item, Term):
                        self.term(item)
            case _:
                pass
