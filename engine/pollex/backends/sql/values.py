"""Values as SQL: text, where it has no value at all (`absent`), and how many places it has after the point.

NULL is unknown. A value that SQL does not hold exactly is not said, and NULL stands for it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, assert_never

from pollex.backends.sql.answers import FALSE, TRUE, UNKNOWN, Answer, all_of, any_of, chosen
from pollex.backends.sql.data import Cells, column
from pollex.backends.sql.place import At, Writing
from pollex.backends.sql.words import EARLIER, SCALES
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
from pollex.model.tables import Value as Scalar
from pollex.model.vocabulary import Kind

if TYPE_CHECKING:
    from pollex.backends.sql.conditions import Conditions

FARTHEST = 36_500
"""Days, or months, that a date is moved by at most: it stays on the calendar of any engine."""


@dataclass(frozen=True, slots=True)
class Said:
    """A value. `places` after the point where it is a number, `whole` digits before it at most; `most`: what
    it is at most, where known. A total over a history stands where that is `closed`; `found` is what it is at
    least, whether or not.
    """

    text: str
    maybe: bool = True
    absent: Answer = FALSE
    places: int | None = None
    most: Fraction | None = None
    whole: int = 0
    found: str = ""
    closed: Answer = TRUE


UNSAID = Said("NULL", True)


@dataclass(frozen=True, slots=True)
class Values:
    """Writes values; `conditions` says which lines are counted."""

    conditions: Conditions

    @property
    def to(self) -> Writing:
        return self.conditions.to

    def value(self, value: Value, at: At) -> Said:
        match value:
            case Const(constant):
                return self.constant(constant)
            case Field(phrase, subject):
                return self.field(phrase, at, subject)
            case Column():
                return self._column(value, at)
            case Arith():
                return self._arith(value, at)
            case Shift():
                return self._shift(value, at)
            case DaysFromTo(start, end):
                first, last = self.value(start, at), self.value(end, at)
                if UNSAID in (first, last):
                    return UNSAID
                days = f"({self.to.dialect.days_between(first.text, last.text)} + 1)"
                return Said(days, first.maybe or last.maybe, any_of((first.absent, last.absent)), 0, whole=8)
            case Count(lines):
                return self._total(lines, None, at)
            case Sum(phrase, lines):
                return self._total(lines, phrase, at)
            case Quantity():
                self.to.lacks("a quantity that documentation states")
                return UNSAID
            case _:
                assert_never(value)

    def constant(self, constant: Scalar) -> Said:
        if isinstance(constant, Fraction):
            places = places_of(constant)
            if places is None:
                self.to.lacks("a number whose decimals do not end")
                return UNSAID
            most = abs(constant)
            return Said(decimal(constant, places), False, places=places, most=most, whole=digits(most))
        if isinstance(constant, date):
            return Said(self.to.dialect.day(constant), False)
        return Said(self.to.dialect.quoted(constant), False)

    def field(self, phrase: str, at: At, subject: Subject) -> Said:
        holder, kind = at.holder(subject)
        read = self.to.words.one(phrase, kind)
        if read is None:
            return UNSAID
        text = self.to.words.use(read.place, read.name, read.text, holder)
        kind_of = self.to.words.word(phrase).kind
        return Said(text, read.maybe, places=SCALES.get(kind_of), whole=WHOLE.get(kind_of, 0))

    # ------------------------------------------------------------ tables

    def _column(self, value: Column, at: At) -> Said:
        """A cell: a field of the line whose code is the key, for each stretch of days."""
        table = self.to.program.tables[value.table]
        holder, kind = at.holder(value.subject)
        key = self.to.words.one(table.key[0], kind)
        if key is None or len(table.key) > 1:
            self.to.lacks(f"the key of table {value.table}")
            return UNSAID
        found = column(table, value.column, at.policy)
        name = f"{value.table}_{value.column}".replace("-", "_")
        cells, absents, ways = [], [], []
        for stretch in found:
            said = self._cell(name, stretch.found, key.place, key.text, holder)
            cells.append(said)
            absents.append(said.absent)
            ways.append(f"this.service_date <= {self.to.dialect.day(stretch.through)}")
        numbers = [
            one for stretch in found for one in stretch.found.values.values() if isinstance(one, Fraction)
        ]
        is_number = table.columns[value.column].type not in ("code", "date")
        places = [places_of(number) for number in numbers]
        if None in places:
            self.to.lacks(f"a number of table {value.table} whose decimals do not end")
            return UNSAID
        self.field("service date", at, Subject.THIS)
        text = chosen(list(zip(ways[:-1], [cell.text for cell in cells[:-1]], strict=True)), cells[-1].text)
        absent = absents[0] if len(set(absents)) == 1 else self._absent(ways, absents)
        scale = max((place or 0 for place in places), default=0) if is_number else None
        most = max(map(abs, numbers), default=Fraction(0))
        return Said(text, True, absent, scale, most, digits(most))

    def _cell(self, name: str, cells: Cells, place: str, key: str, holder: str) -> Said:
        d = self.to.dialect
        text = "NULL"
        if cells.values:
            held = {
                d.quoted(code): self.constant(cell).text for (code,), cell in sorted(cells.values.items())
            }
            own = self.own_name(name, place, d.found(key, held))
            text = self.to.words.use(place, own, d.found(key, held), holder)
        if cells.absent_is_unknown:
            return Said(text)
        known = [code for (code,) in (*cells.values, *cells.unknown)]
        in_row, in_list = (
            f"coalesce(NOT {asked}, FALSE)" if known else "TRUE"
            for asked in (d.is_one_of(key, known), d.is_one_of_many(key, known))
        )
        gone = in_list if place == EARLIER else in_row
        own = self.own_name(f"{name}_is_not_listed", place, gone)
        return Said(text, True, Answer(self.to.words.use(place, own, gone, holder, in_list), False))

    def own_name(self, name: str, place: str, text: str) -> str:
        """The name, numbered where it already stands for something else."""
        fields, own, number = self.to.words.fields[place], name, 1
        while fields.get(own, text) != text:
            number += 1
            own = f"{name}_{number}"
        return own

    @staticmethod
    def _absent(ways: list[str], absents: list[Answer]) -> Answer:
        pairs = list(zip(ways[:-1], [absent.text for absent in absents[:-1]], strict=True))
        return Answer(chosen(pairs, absents[-1].text), False)

    # ------------------------------------------------------------ arithmetic

    def _arith(self, value: Arith, at: At) -> Said:
        left = self.value(value.left, at)
        if value.op == "/":
            return self._divided(left, value.right)
        right = self.value(value.right, at)
        if left.places is None or right.places is None:
            return UNSAID
        absent = any_of((left.absent, right.absent))
        places = left.places + right.places if value.op == "*" else max(left.places, right.places)
        whole = left.whole + right.whole if value.op == "*" else max(left.whole, right.whole) + 1
        if places > MOST_PLACES or whole > MOST_WHOLE:
            self.to.lacks("a number of many decimals" if places > MOST_PLACES else "a number of many digits")
            return UNSAID
        text = f"({self._exactly(left)} {value.op} {self._exactly(right)})"
        maybe = left.maybe or right.maybe
        if value.op != "+" or not (left.found or right.found):
            return Said(text, maybe, absent, places, whole=whole)
        found = (self._exactly(replace(one, text=one.found or one.text)) for one in (left, right))
        closed = all_of((left.closed, right.closed))
        return Said(text, maybe, absent, places, whole=whole, found=f"({' + '.join(found)})", closed=closed)

    def _divided(self, left: Said, right: Value) -> Said:
        """Only by a number whose inverse has decimals that end: all else is not exact."""
        if left.places is not None and isinstance(right, Const) and isinstance(right.value, Fraction):
            inverse = 1 / right.value if right.value else None
            places = None if inverse is None else places_of(inverse)
            if inverse is not None and places is not None and left.places + places <= MOST_PLACES:
                whole = left.whole + digits(abs(inverse))
                if whole <= MOST_WHOLE:
                    text = f"({self._exactly(left)} * {decimal(inverse, places)})"
                    return Said(text, left.maybe, left.absent, left.places + places, whole=whole)
        self.to.lacks("a division")
        return UNSAID

    def _exactly(self, said: Said) -> str:
        places = said.places or 0
        return self.to.dialect.roomy(said.text, max(said.whole, 1) + places, places)

    def _shift(self, value: Shift, at: At) -> Said:
        base, amount = self.value(value.base, at), self.value(value.amount, at)
        days = {"day": 1, "week": 7}.get(value.unit)
        months = {"month": 1, "year": 12}.get(value.unit, 0)
        if base == UNSAID or amount.most is None or amount.most * (days or months) > FARTHEST:
            self.to.lacks("a date moved by a number that is not bounded")
            return UNSAID
        if isinstance(value.amount, Const):
            assert isinstance(value.amount.value, Fraction)
            count = value.sign * int(value.amount.value)
            if days is not None:
                return Said(self.to.dialect.days_after(base.text, str(count * days)), base.maybe, base.absent)
            return Said(self.to.dialect.months_after(base.text, count * months), base.maybe, base.absent)
        if days is None or amount.places != 0:
            self.to.lacks("a date moved by a number from a table")
            return UNSAID
        by = f"CAST({amount.text} AS INTEGER) * {value.sign * days}"
        return Said(self.to.dialect.days_after(base.text, by), True, any_of((base.absent, amount.absent)))

    # ------------------------------------------------------------ over lines

    def _total(self, lines: Lines, phrase: str | None, at: At) -> Said:
        inner, conditions = at.inside(lines), self.conditions
        where = conditions.qualifies(lines, inner)
        amount = Said("1", False, places=0)
        if phrase is not None:
            amount = self.field(phrase, inner, Subject.OTHER)
            if amount.places is None:
                return UNSAID
        counted = f"CASE WHEN {where.text} THEN {amount.text} WHEN NOT {where.text} THEN 0 END"
        if not where.maybe:
            counted = f"CASE WHEN {where.text} THEN {amount.text} ELSE 0 END"
        if where.maybe or amount.maybe:
            self.to.less.add(self.to.clause)  # others know between what such a total lies
        places, listed, name = amount.places or 0, conditions.lines_of(lines), inner.other or ""
        if phrase is None and not where.maybe:
            text = self.to.dialect.count(listed, name, where.text)
        else:
            each = self.to.dialect.transform(listed, name, f"CAST({counted} AS DECIMAL(38, {places}))")
            text = self.to.dialect.total(each, f"CAST(0 AS DECIMAL(38, {places}))")
        most = max(amount.whole, 1) + FEW_THOUSAND
        total = Said("", where.maybe or amount.maybe, places=places, whole=most)
        found = f"CAST({text} AS DECIMAL({most + places}, {places}))"
        if lines.of != "history":
            return replace(total, text=found)
        closed = self.closed(lines, at)
        text = f"CAST(CASE WHEN {closed.text} THEN {text} END AS DECIMAL({most + places}, {places}))"
        return replace(total, text=text, maybe=True, found=found, closed=closed)

    def closed(self, lines: Lines, at: At) -> Answer:
        """Whether the history is known as far back as these lines look."""
        bounds = [self.value(since, at) for since in lines.since]
        known = [
            bound.text
            if bound.absent == FALSE
            else f"CASE WHEN NOT {bound.absent.text} THEN {bound.text} END"
            for bound in bounds
            if bound != UNSAID
        ]
        if not known:
            return FALSE
        complete = self.field("history complete since", at, Subject.THIS).text
        latest = known[0] if len(known) == 1 else f"greatest({', '.join(known)})"
        return Answer(f"coalesce({latest} >= {complete}, FALSE)", False)

    # ------------------------------------------------------------ comparing

    def compare(self, op: str, left: Value, right: Value, at: At) -> Answer:
        """Where a side is known to have no value, the answer is no."""
        one, other = self.value(left, at), self.value(right, at)
        if UNSAID in (one, other):
            return UNKNOWN
        compared = self._compared(op, one, other)
        absent = any_of((one.absent, other.absent))
        if absent == FALSE:
            return compared
        return all_of((Answer(f"(NOT {absent.text})", False) if absent != TRUE else FALSE, compared))

    @staticmethod
    def _compared(op: str, one: Said, other: Said) -> Answer:
        """What is found of a total settles what more could not change."""
        maybe = one.maybe or other.maybe
        if bool(one.found) == bool(other.found) or op in ("eq", "ne"):
            return Answer(f"({one.text} {SIGNS[op]} {other.text})", maybe)
        found, closed = f"({one.found or one.text} {SIGNS[op]} {other.found or other.text})", one.closed
        grows = op in ("gt", "ge")
        if other.found:
            closed, grows = other.closed, not grows
        if grows:
            return Answer(f"({found} OR CASE WHEN {closed.text} THEN FALSE END)")
        return Answer(f"({found} AND CASE WHEN {closed.text} THEN TRUE END)")


SIGNS = {"eq": "=", "ne": "<>", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
MOST_PLACES, MOST_WHOLE = 12, 24
"""Digits after and before the point: products and comparisons stay within 38 digits: exact."""
FEW_THOUSAND = 5
"""Digits that a sum over the lines of a claim, or of the history, has more than a line's number."""
WHOLE = {Kind.MONEY: 12, Kind.NUMBER: 9, Kind.PERCENT: 9, Kind.DAYS: 8}
"""Digits before the point, by the columns' types (schemas/README.md)."""


def digits(number: Fraction) -> int:
    """How many digits a number has before the point."""
    return len(str(int(number)))


def places_of(number: Fraction) -> int | None:
    """How many decimals a number has; None where they do not end, or are too many."""
    return next((places for places in range(MOST_PLACES + 1) if (number * 10**places).denominator == 1), None)


def decimal(number: Fraction, places: int) -> str:
    """A number as SQL writes it, exactly."""
    scaled = abs(int(number * 10**places))
    whole, rest = divmod(scaled, 10**places)
    sign = "-" if number < 0 else ""
    return f"{sign}{whole}.{rest:0{places}}" if places else f"{sign}{whole}"
