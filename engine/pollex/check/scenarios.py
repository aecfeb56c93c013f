"""Fixtures and tests: fixtures that exist, and words that get values of their kind.

What tests expect is checked in `expectations.py`.
"""

from __future__ import annotations

from collections.abc import Mapping

from pollex.check.checked import Scenarios
from pollex.check.expectations import Expectations, line_number
from pollex.check.expressions import OF_SOME_LINE, Context, literal_fits
from pollex.check.names import check_text
from pollex.check.typing import DIMENSIONS, PLAIN, Problem, Type, read_number
from pollex.source.diagnostic import Label
from pollex.source.span import Span
from pollex.syntax.ast import ExceptionRule, Rule
from pollex.syntax.conditions import Literal, WordRef
from pollex.syntax.scenarios import (
    AddLine,
    Assign,
    AssignProvider,
    Cell,
    Column,
    DropHistory,
    Examples,
    Given,
    RemoveLine,
    SetDocumentation,
    SetWord,
    Test,
    Where,
)

# Words that are worked out of others, and how their value is given.
WORKED_OUT = {
    "patient age": "set `birth date`",
    "days of care": "set `care from` and `care to`",
    "principal diagnosis": "set `diagnosis`: its first code is the principal one",
    "diagnosis type": "put it in the fixture's file",
    "pointed diagnosis": "put the line's pointers in the fixture's file",
}
# What a claim cannot be without (schemas/claim.schema.json).
NEEDED = ("claim id", "payer", "billing npi", "diagnosis", "line number", "cpt", "service date")
STATES = ("found", "not-found", "not-reviewed", "missing")


def check_scenarios(
    scenarios: Scenarios, rules: Mapping[str, Rule | ExceptionRule], context: Context
) -> None:
    """All fixtures and tests of one policy."""
    report = context.report
    checker = _Checker(scenarios, Expectations(rules, context), context)
    for fixture in scenarios.fixtures.values():
        if fixture.given is not None:
            checker.given(fixture.given)
    checker.circles()
    titles: dict[str, Span] = {}
    for test in scenarios.tests:
        place = headline(test)
        if test.title in titles:
            labels = (Label(titles[test.title], "the other one"),)
            report.error("POL607", "two tests have the same title", place, "say how they differ", labels)
        titles.setdefault(test.title, place)
        check_text(test.title, place, report)
        checker.given(test.given)
        if isinstance(test, Test):
            checker.expectations.test(test, place)
        else:
            checker.examples(test, place)
    checker.unused()


def headline(test: Test | Examples) -> Span:
    """The place of a test's first word and title."""
    word = "test" if isinstance(test, Test) else "examples"
    return Span(test.span.file, test.span.start, test.span.start + len(f'{word} "{test.title}"'))


class _Checker:
    """Checks the fixtures and the givens of one policy."""

    def __init__(self, scenarios: Scenarios, expectations: Expectations, context: Context) -> None:
        self.scenarios = scenarios
        self.expectations = expectations
        self.context = context
        self.report = context.report
        self.given_names: set[str] = set()

    def given(self, given: Given) -> None:
        name = given.fixture
        self.given_names.add(name.text)
        if name.text not in self.scenarios.fixtures and name.text not in self.context.names.lost:
            help = f'name it: `fixture {name.text} from "claims/{name.text}.yaml"`'
            near = self.report.unknown("POL601", "fixture", name, self.scenarios.fixtures, help)
            self.given_names.update((near,) if near else ())
        seen: list[Where] = []
        for where in given.wheres:
            self.where(where)
            if isinstance(where, SetWord) and (other := _sets_same(where, seen)) is not None:
                message = f"`{where.word.phrase}` is set twice: only this one counts"
                labels = (Label(other.span, "set here first"),)
                self.report.error("POL612", message, where.span, "keep one of the two", labels)
            seen.append(where)

    def circles(self) -> None:
        known: set[str] = set()
        for name, fixture in self.scenarios.fixtures.items():
            way, current = [name], fixture
            while current.given is not None and current.given.fixture.text in self.scenarios.fixtures:
                following = current.given.fixture.text
                if following == name and not known & set(way):
                    known.update(way)
                    message = f"the fixture `{name}` is built on itself"
                    help = "one of them has to come from a file"
                    self.report.error("POL602", message, fixture.name.span, help)
                if following in way:
                    break
                way.append(following)
                current = self.scenarios.fixtures[following]

    def unused(self) -> None:
        for name, fixture in self.scenarios.fixtures.items():
            if name not in self.given_names and name not in self.context.names.lost:
                message = f"no test uses the fixture `{name}`"
                help = "use it with `given`, or take it out"
                self.report.warning("POL641", message, fixture.name.span, help)

    # ------------------------------------------------------------ changes to a claim

    def where(self, where: Where) -> None:
        match where:
            case SetWord():
                line_number(where.line, self.report)
                self.set_word(where)
            case SetDocumentation():
                line_number(where.line, self.report)
                if where.quantity is not None:
                    quantity = read_number(where.quantity)
                    if isinstance(quantity, Problem):
                        self.context.problem(quantity, where.quantity.span)
            case AddLine():
                line_number(where.line, self.report)
                self.add_line(where)
            case RemoveLine():
                line_number(where.line, self.report)
            case DropHistory():
                pass

    def set_word(self, where: SetWord) -> None:
        if self.is_settable(where.word, where.line):
            self.values(where.word, where.values)
            self.state(where.word, where.state, where.span)

    def state(self, ref: WordRef, state: str, place: Span) -> None:
        """`is missing` and `is none`"""
        phrase, word = ref.phrase, self.context.env.word(ref)
        if state == "none" and not word.many:
            message = f"`{phrase}` is no list: it has a value, or is not known"
            self.report.error("POL610", message, place, f"write `{phrase} is missing`")
        elif state in ("missing", "none") and phrase in NEEDED:
            message = f"a claim cannot be without `{phrase}`"
            self.report.error("POL615", message, place, "give it a value, or take the line out")

    def is_settable(self, ref: WordRef, line: Literal | None) -> bool:
        """Whether a word can be given a value by `where`, of the claim or of a line."""
        phrase, word = ref.phrase, self.context.env.word(ref)
        if phrase in WORKED_OUT:
            message = f"`{phrase}` is worked out, not given"
            self.report.error("POL604", message, ref.span, WORKED_OUT[phrase])
            return False
        if word.of == "history":
            message = f"`{phrase}` belongs to a line of the history"
            help = "write `where history line is added with …`"
            self.report.error("POL604", message, ref.span, help)
            return False
        if line is not None and word.of == "claim" and not word.field.startswith(OF_SOME_LINE):
            message = f"`{phrase}` belongs to the claim, not to a line"
            self.report.error("POL611", message, ref.span, f"leave out `line {line.text}`")
            return False
        return True

    def values(self, ref: WordRef, values: tuple[Literal, ...]) -> None:
        word = self.context.env.word(ref)
        if len(values) > 1 and not word.many:
            self.report.error("POL605", f"`{ref.phrase}` has one value", values[1].span, "keep one")
        wanted = Type(word.kind, ref.phrase, DIMENSIONS.get(word.kind, PLAIN), word.system, word.choices)
        for value in values:
            if not (ref.phrase == "modifier" and value.text == "00"):  # claims carry it, policies do not
                literal_fits(value, wanted, self.context)

    def add_line(self, where: AddLine) -> None:
        given: set[str] = set()
        for assignment in where.assignments:
            if isinstance(assignment, AssignProvider):
                if where.line is not None:
                    message = "lines of one claim share its billing provider"
                    help = "leave it out, or set `rendering npi`"
                    self.report.error("POL613", message, assignment.span, help)
                continue
            self.assign(assignment, where, given)
            given.add(assignment.word.phrase)
        if "cpt" not in given:
            message = "the line that is added has no `cpt`"
            self.report.error("POL614", message, where.span, "write `is added with cpt 44120, …`")

    def assign(self, assignment: Assign, where: AddLine, given: set[str]) -> None:
        ref, word = assignment.word, self.context.env.word(assignment.word)
        of_history = where.line is None
        if ref.phrase in WORKED_OUT:
            self.is_settable(ref, None)
            return
        if not (word.history if of_history else word.of == "line"):
            kind = "of the history" if of_history else "of a claim"
            message = f"`{ref.phrase}` does not stand on a line {kind}"
            help = f"set it of its own: `where {ref.phrase} is …`" if word.of == "claim" else None
            self.report.error("POL613", message, ref.span, help)
            return
        if ref.phrase in given and not word.many:
            self.report.error("POL605", f"`{ref.phrase}` has one value", ref.span, "keep one")
        self.values(ref, (assignment.value,))

    # ------------------------------------------------------------ example tables

    def examples(self, examples: Examples, place: Span) -> None:
        self.expectations.columns(examples, place)
        heads: list[Column] = []
        for column in examples.columns:
            line_number(column.line, self.report)
            if column in heads and column.kind != "expect":
                message = "two columns of this table say the same"
                self.report.error("POL619", message, column.span, "keep one of the two")
            heads.append(column)
        fine = {
            position
            for position, column in enumerate(examples.columns)
            if column.word is None or self.is_settable(column.word, column.line)
        }
        for row in examples.rows:
            for position, (column, cell) in enumerate(zip(examples.columns, row.cells, strict=True)):
                if cell.items and position in fine:
                    self.cell(column, cell)

    def cell(self, column: Column, cell: Cell) -> None:
        if column.word is not None:
            self.word_cell(column.word, cell)
        elif column.documentation is not None:
            if len(cell.items) != 1 or cell.items[0] not in STATES:
                message = "this does not say whether the documentation is there"
                help = "write found, not found, not reviewed or missing"
                self.report.error("POL609", message, cell.span, help)
        else:
            self.expectations.cell(column, cell)

    def word_cell(self, ref: WordRef, cell: Cell) -> None:
        literals = tuple(item for item in cell.items if isinstance(item, Literal))
        states = [item for item in cell.items if item in ("missing", "none")]
        if len(literals) + len(states) != len(cell.items) or (states and len(cell.items) > 1):
            message = f"this does not give a value of `{ref.phrase}`"
            self.report.error("POL609", message, cell.span, "write a value, `missing` or `none`")
            return
        self.values(ref, literals)
        if states:
            self.state(ref, str(states[0]), cell.span)


def _sets_same(where: SetWord, earlier: list[Where]) -> SetWord | None:
    """The change before that sets the same word of the same line."""
    for other in earlier:
        if isinstance(other, SetWord) and (other.line, other.word) == (where.line, where.word):
            return other
    return None
