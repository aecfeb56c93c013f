"""The type of every expression, and the lines that counts and sums run over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pollex.check.names import Environment, PolicyNames, Report, find_table
from pollex.check.typing import (
    DIMENSIONS,
    PLAIN,
    Problem,
    Type,
    numeric,
    read_date,
    read_literal,
    read_money,
    read_number,
)
from pollex.model.vocabulary import Kind
from pollex.source.diagnostic import Label
from pollex.source.span import Span
from pollex.source.suggest import nearest
from pollex.syntax.conditions import (
    Arith,
    ColumnRef,
    Count,
    DaysFromTo,
    Expr,
    LineSet,
    Literal,
    Period,
    Quantity,
    Sum,
    WordRef,
)

COLUMN_KINDS = {
    "number": Kind.NUMBER,
    "money": Kind.MONEY,
    "percent": Kind.PERCENT,
    "days": Kind.DAYS,
    "code": Kind.CODE,
    "date": Kind.DATE,
}


@dataclass(frozen=True, slots=True)
class Context:
    """What a condition may speak of where it stands.

    `about` is "line" for this line, "other" inside a test of the claim's lines, "history" inside one of
    the history.
    """

    env: Environment
    names: PolicyNames
    report: Report
    stratum: int = 1
    about: str = "line"

    def looking_at(self, about: str) -> Context:
        return replace(self, about=about)

    def problem(self, problem: Problem, span: Span) -> None:
        labels = (Label(span, f"did you mean `{problem.near}`?"),) if problem.near else ()
        self.report.error(problem.code, problem.message, span, problem.help, labels)


def literal_fits(literal: Literal, wanted: Type, context: Context) -> bool:
    """Report a literal that is not of the wanted type."""
    value = read_literal(literal, wanted, context.env)
    if isinstance(value, Problem):
        context.problem(value, literal.span)
        return False
    return True


def word_type(ref: WordRef, context: Context) -> Type | None:
    """The type of a word where it is asked; None (and a diagnostic) where it cannot be asked."""
    word = context.env.word(ref)
    if context.about == "history" and not word.history:
        context.report.error("POL321", f"a line of the history does not carry `{ref.phrase}`", ref.span)
        return None
    if word.of == "history" and context.about != "history":
        context.report.error(
            "POL322",
            f"`{ref.phrase}` is known only of lines of the history",
            ref.span,
            "ask it inside `history has …`",
        )
        return None
    dimension = DIMENSIONS.get(word.kind, PLAIN)
    return Type(word.kind, ref.phrase, dimension, word.system, word.choices, word.many)


def column_type(ref: ColumnRef, context: Context) -> Type | None:
    """The type of a table's column, the table being keyed by something every line has one of."""
    table = find_table(ref.table, context.env, context.names, context.report)
    if table is None:
        return None
    if ref.column.text not in table.columns:
        context.report.unknown("POL208", f"column of the table `{ref.table.text}`", ref.column, table.columns)
        return None
    if len(table.key) == 2:
        help = f"ask `{ref.table.text} with {ref.column.text} … bundles this line under another line`"
        context.report.error(
            "POL323", f"`{ref.table.text}` is a table of pairs: one line has no row in it", ref.span, help
        )
        return None
    kind = COLUMN_KINDS[table.columns[ref.column.text].type]
    label = f"{ref.table.text} {ref.column.text}"
    return Type(kind, label, DIMENSIONS.get(kind, PLAIN), is_column=True)


def expr_type(expr: Expr, context: Context) -> Type | None:
    """The type of an expression, or None where a diagnostic has been made. Its line sets are checked by the
    caller.
    """
    match expr:
        case Literal():
            return _literal_type(expr, context)
        case WordRef():
            return word_type(expr, context)
        case ColumnRef():
            return column_type(expr, context)
        case Count():
            return numeric("count", PLAIN)
        case Sum():
            about = "history" if expr.lines.of == "history" else "other"
            return _summed(expr, context.looking_at(about))
        case DaysFromTo():
            for end in (expr.start, expr.end):
                date_type(end, context)
            return numeric("days", DIMENSIONS[Kind.DAYS])
        case Quantity():
            return numeric("quantity", PLAIN)
        case Arith():
            return _arith_type(expr, context)


def line_sets(expr: Expr) -> Iterator[LineSet]:
    """The sets of lines that an expression counts or sums over."""
    match expr:
        case Count() | Sum():
            yield expr.lines
        case Arith():
            yield from line_sets(expr.left)
            yield from line_sets(expr.right)
        case _:
            pass


def _literal_type(literal: Literal, context: Context) -> Type | None:
    value = read_money(literal) if literal.kind == "money" else read_number(literal)
    if isinstance(value, Problem):
        context.problem(value, literal.span)
        return None
    return numeric(literal.text, DIMENSIONS[Kind.MONEY] if literal.kind == "money" else PLAIN)


def _summed(expr: Sum, context: Context) -> Type | None:
    found = word_type(expr.word, context)
    if found is not None and not (found.kind.is_numeric and not found.many):
        context.report.error(
            "POL324", f"`{expr.word.phrase}` cannot be summed: it is {found.says}", expr.word.span
        )
        return None
    return found


def _arith_type(expr: Arith, context: Context) -> Type | None:
    left, right = expr_type(expr.left, context), expr_type(expr.right, context)
    if left is None or right is None:
        return None
    for side, found in ((expr.left, left), (expr.right, right)):
        if not found.kind.is_numeric:
            context.report.error(
                "POL325", f"`{found.label}` is {found.says}; arithmetic needs numbers", side.span
            )
            return None
    if expr.op in "+-":
        if left.dimension != right.dimension:
            context.report.error(
                "POL326", f"{left.says} and {right.says} cannot be added or subtracted", expr.span
            )
            return None
        return numeric("sum", left.dimension)
    sign = 1 if expr.op == "*" else -1
    dimension = tuple(a + sign * b for a, b in zip(left.dimension, right.dimension, strict=True))
    return numeric("product", (dimension[0], dimension[1], dimension[2]))


def date_type(anchor: WordRef | Literal, context: Context) -> None:
    """The anchor of a date relation must be a date."""
    if isinstance(anchor, Literal):
        value = read_date(anchor)
        if isinstance(value, Problem):
            context.problem(value, anchor.span)
        return
    found = word_type(anchor, context)
    if found is not None and found.kind is not Kind.DATE:
        dates = [word.phrase for word in context.env.vocabulary.words.values() if word.kind is Kind.DATE]
        near = nearest(anchor.phrase, dates)
        labels = (Label(anchor.span, f"did you mean `{near}`?"),) if near else ()
        context.report.error(
            "POL327", f"`{anchor.phrase}` is {found.says}, not a date", anchor.span, None, labels
        )


def check_period(period: Period | ColumnRef, context: Context) -> None:
    """`90 days`, or a column of days."""
    if isinstance(period, ColumnRef):
        found = column_type(period, context)
        if found is not None and found.kind is not Kind.DAYS:
            context.report.error("POL328", f"`{found.label}` is {found.says}, not days", period.span)
        return
    value = read_number(period.amount)
    if isinstance(value, Problem):
        context.problem(value, period.amount.span)
    elif value.denominator != 1 or value > 36_600:
        context.report.error(
            "POL329", "a period is a whole number of days, weeks, months or years", period.span
        )
