"""Conditions a second time, where everything that is read is known: the tree, read as it stands.

Nothing here knows of three values, of the intermediate form or of the interpreter. A value that the claim or
a table lacks raises `NotKnown`: then there is nothing to compare.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from pollex.model.tables import NOT_LISTED, UNKNOWN
from pollex.model.vocabulary import Word
from pollex.syntax import ast
from pollex.syntax import conditions as c
from property.known import NotKnown, NotThere, Place, as_compared, known, list_of, value_of


def moved(day: date, amount: int, unit: str) -> date:
    if unit in ("day", "week"):
        return day + timedelta(days=amount * (7 if unit == "week" else 1))
    month = day.month - 1 + amount * (12 if unit == "year" else 1)
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


@dataclass(frozen=True)
class Oracle:
    """Answers for one line of a claim (`this`), perhaps with another line in view (`other`)."""

    claim: dict[str, Any]
    program: Any
    defines: dict[str, ast.Define]
    is_denied: Callable[[int], bool]
    this: Place
    other: Place | None = None

    def looking_at(self, other: Place | None) -> Oracle:
        return Oracle(self.claim, self.program, self.defines, self.is_denied, self.this, other)

    @property
    def subject(self) -> Place:
        return self.other or self.this

    @property
    def day(self) -> date:
        return date.fromisoformat(self.this.line["service_date"])

    # ------------------------------------------------------------ conditions

    def every(self, listed: c.ConditionList) -> bool:
        answers = [self.holds(condition) for condition in listed.conditions]
        match listed.kind:
            case "or" | "any":
                return any(answers)
            case "none":
                return not any(answers)
            case "at-least":
                assert listed.count is not None
                return sum(answers) >= Fraction(listed.count.text)
        return all(answers)

    def holds(self, condition: c.Condition) -> bool:
        match condition:
            case c.CodeTest():
                return self.code_test(condition)
            case c.Comparison(c.WordRef() as word, c.IsOnFile(negated)):
                return (self.list_of(word.phrase) == []) is negated
            case c.Comparison():
                try:
                    return self.compares(condition)
                except NotThere:
                    return False
            case c.AgeUnder():
                return self.day < self.birthday(condition.period)
            case c.Documented(documentation, negated):
                return self.found(documentation) is not negated
            case c.Defined(name, negated):
                return self.every(self.defines[name.text].conditions) is not negated
            case c.SameAs(word):
                return self.same(word.phrase)
            case c.Denied(negated):
                return self.is_denied(self.subject.line["line_number"]) is not negated
            case c.LineTest():
                lines = self.lines("other" if condition.other else "all", condition.filters)
                answers = [self.looking_at(line).holds(condition.fact) for line in lines]
                return {"any": any(answers), "no": not any(answers), "every": all(answers)}[
                    condition.quantifier
                ]
            case c.HistoryTest():
                return self.past(condition)
            case c.Rank():
                return self.ranks(condition)
            case c.Bundles():
                answers = [self.is_pair(condition, line) for line in self.lines("other", condition.filters)]
                return any(answers)

    def past(self, test: c.HistoryTest) -> bool:
        """A line that is there counts; the lack of one is known only of a window."""
        lines = self.lines("history", test.filters)
        answers = [test.fact is None or self.looking_at(line).holds(test.fact) for line in lines]
        if not any(answers):
            self.must_be_a_window(test.filters)
        return any(answers) is not (test.fact is None)

    def must_be_a_window(self, filters: tuple[c.Filter, ...]) -> None:
        """The history is complete back to any day, but not for ever."""
        if any(isinstance(found, c.SameDate) for found in filters):
            return
        anchors = [found.anchor for found in filters if isinstance(found, c.Within)]
        for anchor in anchors:
            try:
                self.looking_at(None).date_of(anchor)
            except NotKnown:
                continue
            return
        raise NotKnown

    def code_test(self, test: c.CodeTest) -> bool:
        codes = {self.code(literal.text, test.word.phrase) for literal in test.codes}
        word = self.word(test.word.phrase)
        held = self.list_of(word.phrase) if word.many else [self.value(word.phrase)]
        answers = [code in codes or self.is_member(code, test.set_name) for code in held]
        answer = all(answers) if test.article == "every" else any(answers)
        return answer is not (test.negated or test.article == "no")

    def is_member(self, code: str, name: c.Name | None) -> bool:
        return name is not None and bool(known(self.program.sets[name.text].membership(code, self.day)))

    def compares(self, comparison: c.Comparison) -> bool:
        relation = comparison.relation
        if isinstance(relation, c.IsOrdered) and isinstance(relation.than, c.Period):
            if isinstance(comparison.left, c.WordRef) and comparison.left.phrase == "patient age":
                return self.day >= self.birthday(relation.than)
            days = Fraction(relation.than.amount.text) * (7 if relation.than.unit == "week" else 1)
            return ordered(relation.op, self.expr(comparison.left), days)
        left = self.expr(comparison.left)
        match relation:
            case c.IsValue():
                return (
                    left in [self.literal(value, left) for value in relation.values]
                ) is not relation.negated
            case c.IsOrdered():
                return ordered(relation.op, left, self.expr(relation.than))
            case c.IsDated():
                anchor = self.date_of(relation.anchor)
                answers = {"before": left < anchor, "after": left > anchor}
                return {**answers, "on-or-before": left <= anchor, "on-or-after": left >= anchor}[relation.op]
        anchor = self.date_of(relation.anchor)
        sign = 1 if relation.direction == "after" else -1
        if relation.op == "within":
            return self.in_window(left, anchor, relation)
        bound = self.at_distance(anchor, relation.period, sign)
        return ordered(relation.op, sign * left.toordinal(), sign * bound.toordinal())

    def at_distance(self, anchor: date, period: c.Period | c.ColumnRef, sign: int) -> date:
        if isinstance(period, c.ColumnRef):
            return moved(anchor, sign * int(self.expr(period)), "day")
        return moved(anchor, sign * int(period.amount.text), period.unit)

    def in_window(self, day: date, anchor: date, window: c.IsDistant | c.Within) -> bool:
        """Days are numbered away from the anchor, so that the near end is always the smaller one."""
        sign = 1 if window.direction == "after" else -1
        unit = window.period.unit if isinstance(window.period, c.Period) else "day"
        near = moved(anchor, sign * int(window.nearest.text), unit) if window.nearest else anchor
        far = self.at_distance(anchor, window.period, sign)
        return sign * near.toordinal() <= sign * day.toordinal() <= sign * far.toordinal()

    def birthday(self, period: c.Period) -> date:
        return moved(self.claim_date("birth date"), int(period.amount.text), period.unit)

    def claim_date(self, phrase: str) -> date:
        found = self.value(phrase)
        assert isinstance(found, date)
        return found

    def found(self, documentation: c.Documentation) -> bool:
        fact = known(self.fact(documentation))
        return bool(fact["status"] == "found")

    def facts(self, documentation: c.Documentation) -> Iterable[list[dict[str, Any]]]:
        """What was reviewed of the line, then what was of the claim."""
        concept = documentation.concept.text
        reviewed = [f for f in self.claim.get("documentation") or () if f["concept"] == concept]
        reviewed = [fact for fact in reviewed if fact["status"] != "not_reviewed"]
        for number in (self.this.line["line_number"], None):
            yield [fact for fact in reviewed if fact.get("line_number") == number]

    def fact(self, documentation: c.Documentation) -> dict[str, Any] | None:
        document = documentation.document.text if documentation.document else None
        for facts in self.facts(documentation):
            named = [fact for fact in facts if fact.get("document") == document]
            anywhere = [fact for fact in facts if fact["status"] == "found"] if document is None else []
            if anywhere or named:
                return (anywhere or named)[0]
        return None

    def same(self, phrase: str) -> bool:
        mine = self.looking_at(None)
        if self.word(phrase).many:
            return set(mine.list_of(phrase)) == set(self.list_of(phrase))
        return bool(mine.value(phrase) == self.value(phrase))

    def ranks(self, rank: c.Rank) -> bool:
        """The place of this line's amount among those of the lines that count."""

        def amount(line: Place) -> tuple[Any, int]:
            return self.looking_at(line).expr(rank.by), -line.line["line_number"]

        others = [line for line in self.lines(rank.among.of, rank.among.filters) if line != self.this]
        try:
            mine = amount(self.this)
        except NotThere:
            return False
        if not self.passes(rank.among.filters, self.this):
            return False
        above = 0
        for line in others:
            try:
                above += amount(line) > mine
            except NotThere:
                continue
        high = int(rank.high.text) if rank.high else None
        return int(rank.low.text) <= above + 1 and (high is None or above + 1 <= high)

    def is_pair(self, bundles: c.Bundles, line: Place) -> bool:
        table = self.program.tables[bundles.table.text]
        key = (line.line["procedure_code"], self.this.line["procedure_code"])
        if not known(table.has_row(key, self.day)):
            return False
        cells = [(table.cell(key, pair.column.text, self.day), pair.value) for pair in bundles.columns]
        if any(cell is UNKNOWN for cell, _ in cells):
            raise NotKnown
        return all(cell is not NOT_LISTED and cell == self.literal(value, cell) for cell, value in cells)

    # ------------------------------------------------------------ lines

    def lines(self, of: str, filters: tuple[c.Filter, ...]) -> list[Place]:
        if of == "history":
            history = known(self.claim.get("history"))
            if history.get("complete_since") != "1900-01-01":
                raise NotKnown
            places = [Place(line, True) for line in history["lines"]]
        else:
            places = [Place(line) for line in self.claim["lines"]]
        return [
            place for place in places if (of != "other" or place != self.this) and self.passes(filters, place)
        ]

    def counted(self, lines: c.LineSet) -> list[Place]:
        """Lines that are all there are."""
        found = self.lines(lines.of, lines.filters)
        if lines.of == "history":
            self.must_be_a_window(lines.filters)
        return found

    def passes(self, filters: tuple[c.Filter, ...], place: Place) -> bool:
        answers = [self.looking_at(place).passes_one(found) for found in filters]
        return all(answers)

    def passes_one(self, found: c.Filter) -> bool:
        match found:
            case c.SameDate():
                return bool(self.subject.line["service_date"] == self.this.line["service_date"])
            case c.SameProvider("provider"):
                return self.same("rendering npi")
            case c.SameProvider("tax-id"):
                return self.same("billing tax id")
            case c.SameProvider():
                return self.same("billing tax id") and self.same("rendering specialty")
            case c.With(fact):
                return self.holds(fact)
            case c.NotDenied():
                return not self.is_denied(self.subject.line["line_number"])
        anchor = self.looking_at(None).date_of(found.anchor)
        try:
            return self.in_window(date.fromisoformat(self.subject.line["service_date"]), anchor, found)
        except NotThere:
            return False

    # ------------------------------------------------------------ values

    def word(self, phrase: str) -> Word:
        found: Word = self.program.vocabulary.words[phrase]
        return found

    def value(self, phrase: str) -> Any:
        return value_of(self.word(phrase), self.claim, self.subject)

    def list_of(self, phrase: str) -> list[str]:
        return list_of(self.word(phrase), self.claim, self.subject)

    def code(self, text: str, phrase: str) -> str:
        return as_compared(text, self.word(phrase))

    def literal(self, literal: c.Literal, beside: Any) -> Any:
        """A literal as a value of the kind that it is compared with."""
        if isinstance(beside, date):
            return date.fromisoformat(literal.text)
        return Fraction(literal.text) if isinstance(beside, Fraction) else literal.text

    def date_of(self, anchor: c.WordRef | c.Literal) -> date:
        found = (
            self.value(anchor.phrase) if isinstance(anchor, c.WordRef) else date.fromisoformat(anchor.text)
        )
        assert isinstance(found, date)
        return found

    def expr(self, expr: c.Expr) -> Any:
        match expr:
            case c.Literal():
                return Fraction(expr.text)
            case c.WordRef(phrase):
                return self.value(phrase)
            case c.ColumnRef(table, column):
                return self.cell(table.text, column.text)
            case c.Arith(op, left, right):
                return calculated(op, self.expr(left), self.expr(right))
            case c.Count(lines):
                return Fraction(len(self.counted(lines)))
            case c.Sum(word, lines):
                amounts = [self.looking_at(place).value(word.phrase) for place in self.counted(lines)]
                return sum(amounts, Fraction(0))
            case c.DaysFromTo(start, end):
                return Fraction((self.date_of(end) - self.date_of(start)).days + 1)
            case c.Quantity(documentation):
                fact = known(self.fact(documentation))
                document = documentation.document.text if documentation.document else None
                facts = next(facts for facts in self.facts(documentation) if fact in facts)
                stated = {
                    Fraction(one["quantity"])
                    for one in facts
                    if one["status"] == "found"
                    and one.get("quantity") is not None
                    and document in (None, one.get("document"))
                }
                return known(stated.pop() if len(stated) == 1 else None)

    def cell(self, name: str, column: str) -> Any:
        table = self.program.tables[name]
        key = value_of(self.word(table.key[0]), self.claim, self.subject)
        found = table.cell((key,), column, self.day)
        if found is UNKNOWN:
            raise NotKnown
        if found is NOT_LISTED:
            raise NotThere
        return found


def ordered(op: str, left: Any, right: Any) -> bool:
    answers = {"more-than": left > right, "less-than": left < right, "at-least": left >= right}
    return bool({**answers, "at-most": left <= right}[op])


def calculated(op: str, left: Fraction, right: Fraction) -> Fraction:
    if op == "/" and right == 0:
        raise NotThere
    return {"+": left + right, "-": left - right, "*": left * right}[op] if op != "/" else left / right
