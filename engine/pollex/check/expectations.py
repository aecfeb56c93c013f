"""What tests expect: things that a decision can have, of rules that exist, and no two that clash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pollex.check.effects import check_codes
from pollex.check.expressions import Context
from pollex.check.names import Report
from pollex.check.typing import Problem, read_code, read_money, read_number
from pollex.source.diagnostic import Label
from pollex.source.span import Span
from pollex.syntax.ast import Effect, ExceptionRule, Note, Require, Rule
from pollex.syntax.conditions import Codes, Literal, Name
from pollex.syntax.scenarios import Cell, Column, Examples, Expectation, Expected, Term, Test

OUTCOMES = ("allow", "deny", "pend", "no_policy", "partial")
MOST_LINES = 50
SINGLE = ("outcome", "amount", "percent")
CELLS = {
    "outcome": "write allow, deny, pend, partial or no policy",
    "amount": "write an amount such as `$100.00`, or `missing`",
    "percent": "write a number, or `missing`",
    "because": "write the name of a rule",
    "note": "write the name of a rule",
    "missing": "write a word, `documentation of …`, a table, `history` or `nothing`",
    "requires": "write `documentation of …` or `nothing`",
    "carc": "write a code such as `97`",
    "rarc": "write a code such as `M144`",
}


@dataclass(frozen=True, slots=True)
class Expectations:
    """Checks what the tests of one policy expect of its rules."""

    rules: Mapping[str, Rule | ExceptionRule]
    context: Context

    @property
    def report(self) -> Report:
        return self.context.report

    # ------------------------------------------------------------ tests

    def test(self, test: Test, place: Span) -> None:
        if not test.expectations:
            help = "add a line such as `expect line 1 allow`"
            self.report.error("POL606", "this test expects nothing", place, help)
        seen: list[tuple[str, Expected]] = []
        for expectation in test.expectations:
            self.expectation(expectation)
            line = "claim" if expectation.of_claim else expectation.line.text if expectation.line else "1"
            for expected in expectation.expected:
                for its_line, other in seen:
                    if its_line == line and _clash(expected, other):
                        message = "this cannot be so together with what is expected before"
                        labels = (Label(other.span, "expected here"),)
                        self.report.error("POL616", message, expected.span, "keep one of the two", labels)
                        break
                seen.append((line, expected))

    def expectation(self, expectation: Expectation) -> None:
        line_number(expectation.line, self.report)
        for expected in expectation.expected:
            if expectation.of_claim and expected.kind != "outcome":
                help = "say which line: `expect line 1 …`"
                message = "of a whole claim only the outcome is expected"
                self.report.error("POL608", message, expected.span, help)
            if expected.kind == "outcome" and expected.value == "partial" and not expectation.of_claim:
                message = "a line is not partly paid; only a claim is `partial`"
                self.report.error("POL608", message, expected.span, "write `expect claim partial`")
            self.expected(expected)

    def expected(self, expected: Expected) -> None:
        match expected.kind, expected.value:
            case (("because" | "not-because" | "note" | "trial"), Name() as name):
                self.rule(expected.kind, name)
            case "percent", Literal() as literal:
                self.problem(read_number(literal), literal)
            case "amount", Literal() as literal:
                self.problem(read_money(literal), literal)
            case "codes", Codes() as codes:
                check_codes(codes, self.context)
            case "missing", Term() as term:
                self.term(term)
            case _:
                pass

    def problem(self, value: object, literal: Literal) -> None:
        if isinstance(value, Problem):
            self.context.problem(value, literal.span)

    def rule(self, kind: str, name: Name) -> None:
        rule = self.rules.get(name.text)
        if rule is None and name.text in self.context.names.lost:
            return
        if rule is None:
            self.report.unknown("POL202", "rule or exception", name, self.rules)
        elif kind == "note" and not _leaves_note(rule):
            message = f"`{name.text}` leaves no note"
            self.report.error("POL618", message, name.span, f"write `because {name.text}`")
        elif kind == "trial" and not self.is_on_trial(rule):
            message = f"`{name.text}` is not on trial: it counts"
            self.report.error("POL617", message, name.span, f"write `because {name.text}`")
        elif kind == "because" and self.is_on_trial(rule):
            message = f"`{name.text}` is on trial: no decision rests on it"
            self.report.error("POL617", message, name.span, f"write `trial {name.text}`")

    def is_on_trial(self, rule: Rule | ExceptionRule) -> bool:
        """Whether a rule, or the rule that an exception in the end belongs to, is on trial."""
        seen: set[str] = set()
        found: Rule | ExceptionRule | None = rule
        while isinstance(found, ExceptionRule) and found.name.text not in seen:
            seen.add(found.name.text)
            found = self.rules.get(found.target.text)
        return isinstance(found, Rule) and found.trial is not None

    def term(self, term: Term) -> None:
        lists = {*self.context.env.tables, *self.context.env.sets}
        if term.kind == "table" and term.table is not None and term.table.text not in lists:
            help = "what is missing is a word, `documentation of …`, `history`, a table or a set"
            known = [*lists, *self.context.env.vocabulary.words]
            self.report.unknown("POL206", "table or set", term.table, known, help)

    # ------------------------------------------------------------ example tables

    def columns(self, examples: Examples, place: Span) -> None:
        if not any(column.kind == "expect" for column in examples.columns):
            help = "add a column such as `expect amount`"
            self.report.error("POL606", "this table expects nothing", place, help)
        elif not examples.rows:
            self.report.error("POL606", "this table has no rows", place, "add a row `| … |` for each case")
        else:
            self.rows(examples)
        for column in examples.columns:
            if column.of_claim and column.aspect != "outcome":
                message = "of a whole claim only the outcome is expected"
                self.report.error("POL608", message, column.span, "say which line: `expect line 1 …`")

    def rows(self, examples: Examples) -> None:
        expecting = [position for position, c in enumerate(examples.columns) if c.kind == "expect"]
        for row in examples.rows:
            if not any(row.cells[position].items for position in expecting):
                help = "fill a cell below `expect`, or take the row out"
                self.report.error("POL606", "this row expects nothing", row.span, help)

    def cell(self, column: Column, cell: Cell) -> None:
        """A cell of a column that begins with `expect`."""
        aspect = column.aspect or ""
        if not all(_fits(aspect, item) for item in cell.items) or (aspect in SINGLE and len(cell.items) > 1):
            message = f"this is not what can be expected in a column `{aspect}`"
            self.report.error("POL609", message, cell.span, CELLS[aspect])
            return
        if "partial" in cell.items and not column.of_claim:
            message = "a line is not partly paid; only a claim is `partial`"
            self.report.error("POL608", message, cell.span, "head the column `expect claim outcome`")
        for item in cell.items:
            match aspect, item:
                case "amount", Literal():
                    self.problem(read_money(item), item)
                case "percent", Literal():
                    self.problem(read_number(item), item)
                case (("carc" | "rarc"), Literal()):
                    self.problem(read_code(item, self.context.env.systems.get(aspect)), item)
                case (("because" | "note"), Literal()):
                    self.rule(aspect, Name(item.text, item.span))
                case "missing", Literal():
                    self.term(Term("table", None, None, Name(item.text, item.span), item.span))
                case _:
                    pass


def line_number(line: Literal | None, report: Report) -> None:
    """The number of a line, where one is given."""
    if line is None:
        return
    plain = line.text.isascii() and line.text.isdigit() and len(line.text) <= len(str(MOST_LINES))
    if not (plain and 1 <= int(line.text) <= MOST_LINES):
        help = f"lines are numbered 1 to {MOST_LINES}"
        report.error("POL603", f"`{line.text}` is not the number of a line", line.span, help)


def _clash(one: Expected, other: Expected) -> bool:
    """Whether one line cannot have both."""
    if {one.kind, other.kind} == {"because", "not-because"}:
        return one.value == other.value
    if one.kind != other.kind:
        return False
    return one.kind in SINGLE or _is_nothing(one) != _is_nothing(other)


def _is_nothing(expected: Expected) -> bool:
    if expected.kind == "requires":
        return expected.value is None
    return isinstance(expected.value, Term) and expected.value.kind == "nothing"


def _fits(aspect: str, item: Literal | Term | str) -> bool:
    """Whether an item of a cell can be expected under an aspect."""
    match aspect:
        case "outcome":
            return item in OUTCOMES
        case "amount" | "percent":
            return item == "missing" or isinstance(item, Literal)
        case "carc" | "rarc":
            return isinstance(item, Literal)
        case "because" | "note":
            return isinstance(item, Literal) and item.kind == "name"
        case "missing":
            return isinstance(item, Term) or (isinstance(item, Literal) and item.kind == "name")
        case "requires":
            return isinstance(item, Term) and item.kind in ("documentation", "nothing")
    return False


def _leaves_note(rule: Rule | ExceptionRule) -> bool:
    effects: tuple[Effect, ...] = rule.effects if isinstance(rule, Rule) else rule.instead
    return any(
        isinstance(effect, Note) or (isinstance(effect, Require) and isinstance(effect.otherwise, Note))
        for effect in effects
    )
