"""Values as Python expressions."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, assert_never

from pollex.backends.python.emit.words import At, Term
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
    Sum,
    Value,
)
from pollex.model.tables import NOT_LISTED, Table
from pollex.model.vocabulary import Kind

if TYPE_CHECKING:
    from pollex.backends.python.emit.conditions import Writer

ARITHMETIC = {"+": "plus", "-": "minus", "*": "times", "/": "divide"}


def value(writer: Writer, node: Value, at: At) -> Term:
    """A value of this line, and of the other where one is looked at."""
    match node:
        case Const(constant):
            return Term(literal(writer, constant))
        case Field(phrase, subject):
            return writer.words.value(phrase, *at.subject(subject))
        case Column():
            return _column(writer, node, at)
        case Arith(op, left, right):
            return _arith(op, value(writer, left, at), value(writer, right, at))
        case Shift(base, amount, unit, sign):
            return _shift(value(writer, base, at), value(writer, amount, at), amount, unit, sign)
        case DaysFromTo(start, end):
            first, last = value(writer, start, at), value(writer, end, at)
            nullable = not (first.is_plain and last.is_plain)
            return Term(f"days_between({first.source}, {last.source})", nullable)
        case Count(lines):
            could, sure, is_open = _asked(writer, lines, at)
            if could == sure and is_open == "False":
                where = could.removeprefix("lambda other: ")
                return Term(f"sum([1 for other in {writer.lines(lines, at)} if {where}])")
            source = f"count_of({writer.lines(lines, at)}, {could}, {sure}, {is_open})"
            return Term(source, could != sure or is_open != "False")
        case Sum(phrase, lines):
            could, sure, is_open = _asked(writer, lines, at)
            of = writer.words.value(phrase, "other", lines.of == "history")
            if could == sure and is_open == "False" and not of.nullable:
                where = could.removeprefix("lambda other: ")
                return Term(f"sum([{of.source} for other in {writer.lines(lines, at)} if {where}])")
            source = (
                f"sum_of({writer.lines(lines, at)}, {could}, {sure}, lambda other: {of.source}, {is_open})"
            )
            return Term(source, could != sure or is_open != "False" or of.nullable)
        case Quantity(concept, document):
            return Term(f"quantity(claim, {concept!r}, {document!r}, {at.this}.number)", True)
        case _:
            assert_never(node)


def bound(writer: Writer, node: Value, at: At, least: bool) -> Term:
    """What a value is at least, or at most: of totals over lines that are not all known; else the value."""
    match node:
        case Arith("+" | "-" as op, left, right):
            other = least if op == "+" else not least
            return _arith(op, bound(writer, left, at, least), bound(writer, right, at, other))
        case Count(lines):
            could, sure, is_open = _asked(writer, lines, at)
            if could == sure and is_open == "False":
                return value(writer, node, at)
            looked = writer.lines(lines, at)
            if least:
                return Term(f"sum([1 for other in {looked} if {sure.removeprefix('lambda other: ')}])")
            return Term(f"most_of({looked}, {could}, None, {is_open})", is_open != "False")
        case Sum(phrase, lines):
            could, sure, is_open = _asked(writer, lines, at)
            of = writer.words.value(phrase, "other", lines.of == "history")
            if could == sure and is_open == "False" and not of.nullable:
                return value(writer, node, at)
            looked, amount = writer.lines(lines, at), f"lambda other: {of.source}"
            if least:
                return Term(f"least_of({looked}, {sure}, {amount})")
            return Term(f"most_of({looked}, {could}, {amount}, {is_open})", is_open != "False" or of.nullable)
    return value(writer, node, at)


def is_total(node: Value) -> bool:
    """Whether a value hangs on a total over lines."""
    return isinstance(node, Count | Sum) or (
        isinstance(node, Arith) and (is_total(node.left) or is_total(node.right))
    )


def literal(writer: Writer, constant: Fraction | date | str) -> str:
    """A constant: a whole number, a fraction by its name, a date as ISO text, a text."""
    if isinstance(constant, Fraction):
        if constant.denominator == 1:
            return str(constant.numerator)
        return writer.fraction(constant)
    return repr(constant.isoformat() if isinstance(constant, date) else constant)


def _arith(op: str, left: Term, right: Term) -> Term:
    if op != "/" and left.is_plain and right.is_plain:
        return Term(f"({left.source} {op} {right.source})")
    source = f"{ARITHMETIC[op]}({left.source}, {right.source})"
    return Term(source, left.nullable or right.nullable, op == "/" or left.unlisted or right.unlisted)


def _shift(base: Term, amount: Term, node: Value, unit: str, sign: int) -> Term:
    if base.is_plain and isinstance(node, Const) and isinstance(node.value, Fraction):
        return Term(f"moved({base.source}, {sign * int(node.value)}, {unit!r})")
    source = f"shifted({base.source}, {amount.source}, {unit!r}, {sign})"
    return Term(source, base.nullable or amount.nullable, base.unlisted or amount.unlisted)


def _asked(writer: Writer, lines: Lines, at: At) -> tuple[str, str, str]:
    inner = At(at.this, "other", lines.of == "history")
    could = f"lambda other: {writer.could(lines.where, inner)}"
    sure = f"lambda other: {writer.sure(lines.where, inner)}"
    return could, sure, writer.open_since(lines, at)


def _column(writer: Writer, node: Column, at: At) -> Term:
    table = writer.program.tables[node.table]
    key = key_of(writer, table, node, at)
    cells = writer.day(f"{node.table}__{node.column}", "column", node.table, node.column)
    nullable = key.nullable or may_be_unknown(writer, table, node.column)
    source = writer.cell(cells, key)
    if key.nullable:
        source = f"(None if {key.source} is None else {source})"
    return Term(source, nullable, table.absent is NOT_LISTED)


def key_of(writer: Writer, table: Table, node: Column, at: At) -> Term:
    """The word that a table is asked by; a number or a date would be another text than the claim's."""
    word = writer.words.word(table.key[0])
    assert word.kind in (Kind.CODE, Kind.TEXT, Kind.CHOICE) and not word.many, "tables are keyed by codes"
    return writer.words.value(table.key[0], *at.subject(node.subject))


def may_be_unknown(writer: Writer, table: Table, column: str) -> bool:
    """Whether a cell of the column may be not known on a day of the policy."""
    if table.absent is not NOT_LISTED or not writer.always_speaks(table.versions):
        return True
    rows = (row for version in table.versions for row in version.rows)
    return any(column in row.cells and row.cells[column] is None for row in rows)
