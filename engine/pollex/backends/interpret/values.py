"""Values: exact numbers, dates and codes, known, unknown or not listed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, assert_never

from pollex.backends.calendar import shift
from pollex.backends.interpret.elements import (
    Datum,
    Element,
    Known,
    LineRef,
    NotListed,
    Scalar,
    Unknown,
    unknown,
)
from pollex.ir.nodes import (
    Arith,
    Column,
    Const,
    Count,
    DaysFromTo,
    Field,
    Lines,
    Quantity,
    Shift,
    Subject,
    Sum,
    Value,
)
from pollex.model.tables import NOT_LISTED, UNKNOWN

if TYPE_CHECKING:
    from pollex.backends.interpret.evaluate import Evaluator


@dataclass(frozen=True, slots=True)
class Values:
    """Works out values with an evaluator's claim, tables and overlay."""

    evaluator: Evaluator

    def value(self, value: Value, this: LineRef, other: LineRef | None) -> Datum:
        """The value for this line, and the other line where one is being looked at."""
        match value:
            case Const(constant):
                return Known(constant)
            case Field(phrase, subject):
                return self.field(phrase, this if subject is Subject.THIS or other is None else other)
            case Column():
                return self._column(value, this, other)
            case Arith():
                return self._arith(value, this, other)
            case Shift():
                return self._shift(value, this, other)
            case DaysFromTo(start, end):
                return self._days(self.value(start, this, other), self.value(end, this, other))
            case Count(lines):
                return self._total(lines, this, None)
            case Sum(phrase, lines):
                return self._total(lines, this, phrase)
            case Quantity(concept, document):
                return self.given(self.evaluator.view.quantity(concept, document, this))
            case _:
                assert_never(value)

    def field(self, phrase: str, ref: LineRef) -> Datum:
        """A word's value on a line, noted as read."""
        datum = self.given(self.evaluator.view.read(phrase, ref))
        if self.evaluator.silent:
            return datum
        if isinstance(datum, Known):
            self.evaluator.read(phrase, datum.pointer, datum.written or datum.value)
        elif isinstance(datum, Unknown):
            for element in sorted(datum.elements) if len(datum.elements) > 1 else datum.elements:
                self.evaluator.read(element.term, element.pointer, None)
        return datum

    def given(self, datum: Datum) -> Datum:
        """The datum, or what the overlay says of the element it lacks."""
        overlay = self.evaluator.overlay
        if overlay and isinstance(datum, Unknown) and datum.direct is not None and datum.direct in overlay:
            value = overlay[datum.direct]
            assert not isinstance(value, tuple)
            return Known(value, datum.direct.pointer)
        return datum

    def cell(self, table: str, key: tuple[str, ...], column: str, on: date) -> Datum:
        """A cell of a table on a day."""
        found = self.evaluator.program.tables[table].cell(key, column, on)
        shown = "/".join(key)
        if found is UNKNOWN:
            return self.given(unknown(Element("", table, table, shown, column)))
        if found is NOT_LISTED:
            return NotListed(table, shown)
        assert isinstance(found, Fraction | date | str)
        return Known(found)

    def _column(self, value: Column, this: LineRef, other: LineRef | None) -> Datum:
        subject = this if value.subject is Subject.THIS or other is None else other
        table = self.evaluator.program.tables[value.table]
        key = self.evaluator.view.read(table.key[0], subject)
        if not isinstance(key, Known):
            return key if isinstance(key, NotListed) else Unknown(key.elements)
        datum = self.cell(
            value.table, (str(key.value),), value.column, self.evaluator.view.service_date(this)
        )
        if not self.evaluator.silent:
            known = datum.value if isinstance(datum, Known) else None
            self.evaluator.read(f"{value.table} {value.column}", "", known, value.table, str(key.value))
        return datum

    def _arith(self, value: Arith, this: LineRef, other: LineRef | None) -> Datum:
        left, right = self.value(value.left, this, other), self.value(value.right, this, other)
        if isinstance(left, NotListed) or isinstance(right, NotListed):
            return left if isinstance(left, NotListed) else right
        if not (isinstance(left, Known) and isinstance(right, Known)):
            return _between(value.op, left, right)
        a, b = left.value, right.value
        assert isinstance(a, Fraction) and isinstance(b, Fraction)
        match value.op:
            case "+":
                return Known(a + b)
            case "-":
                return Known(a - b)
            case "*":
                return Known(a * b)
        return Known(a / b) if b else NotListed("", "")

    def _shift(self, value: Shift, this: LineRef, other: LineRef | None) -> Datum:
        base, amount = self.value(value.base, this, other), self.value(value.amount, this, other)
        if isinstance(base, NotListed) or isinstance(amount, NotListed):
            return base if isinstance(base, NotListed) else amount
        if isinstance(amount, Known):
            assert isinstance(amount.value, Fraction)
            count = value.sign * int(amount.value)
            if isinstance(base, Known):
                assert isinstance(base.value, date)
                return Known(shift(base.value, count, value.unit))
            if base.direct is not None and base.moved is None:
                return Unknown(base.elements, base.direct, (count, value.unit))
        return _both(base, amount)

    @staticmethod
    def _days(start: Datum, end: Datum) -> Datum:
        if isinstance(start, Known) and isinstance(end, Known):
            assert isinstance(start.value, date) and isinstance(end.value, date)
            return Known(Fraction((end.value - start.value).days + 1))
        return _both(start, end)

    def _total(self, lines: Lines, this: LineRef, phrase: str | None) -> Datum:
        """How many lines, or the sum of a word over them. One unknown line makes the total unknown; it is at
        least what is known of it, since no number of a claim is below zero.
        """
        total, more, lacking = Fraction(0), Fraction(0), set[Element]()
        is_bounded = True
        for ref in self.evaluator.candidates(lines, this):
            answer, missing = self.evaluator.apart(lines.where, this, ref)
            if answer is False:
                continue
            lacking |= missing
            amount = Known(Fraction(1)) if phrase is None else self.field(phrase, ref)
            if isinstance(amount, Unknown):
                lacking |= amount.elements
                is_bounded = False
            elif isinstance(amount, Known):
                assert isinstance(amount.value, Fraction)
                if answer is True:
                    total += amount.value
                else:
                    more += amount.value
        gap = self.evaluator.gap(lines, this)
        if not (lacking or gap):
            return Known(total)
        most = total + more if is_bounded and not gap else None
        return Unknown(frozenset(lacking | gap), least=total, most=most)


def bounds(datum: Known | Unknown) -> tuple[Scalar | None, Scalar | None]:
    """What a value is at least and at most; None where nothing is known of that."""
    return (datum.value, datum.value) if isinstance(datum, Known) else (datum.least, datum.most)


def _between(op: str, left: Known | Unknown, right: Known | Unknown) -> Unknown:
    """A sum or a difference of which one side is not known, and between what it lies."""
    elements = _both(left, right).elements
    low, high = bounds(left)
    if op == "+":
        least, most = bounds(right)
        return Unknown(elements, least=_sum(low, least), most=_sum(high, most))
    if op == "-":
        most, least = (_negative(end) for end in bounds(right))
        return Unknown(elements, least=_sum(low, least), most=_sum(high, most))
    return Unknown(elements)


def _sum(one: Scalar | None, other: Scalar | None) -> Fraction | None:
    return one + other if isinstance(one, Fraction) and isinstance(other, Fraction) else None


def _negative(number: Scalar | None) -> Fraction | None:
    return -number if isinstance(number, Fraction) else None


def _both(left: Datum, right: Datum) -> Unknown:
    return Unknown(
        frozenset[Element]().union(*(side.elements for side in (left, right) if isinstance(side, Unknown)))
    )
