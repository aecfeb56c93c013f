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
from pollex.model.vocabulary import Kind, Word
from pollex.source.diagnostic import Fix
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
from pollex.syntax.mistakes import meant

UNITS = ("day", "week", "month", "year")
OF_SOME_LINE = "attachments[]"  # on the claim, but each may belong to one line
MOST_OF_UNIT = {"day": 36_600, "week": 5_200, "month": 1_200, "year": 100}

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
    the history; `is_fact` says that it stands behind `has`.
    """

    env: Environment
    names: PolicyNames
    report: Report
    stratum: int = 1
    about: str = "line"
    is_fact: bool = False

    def looking_at(self, about: str) -> Context:
        return replace(self, about=about, is_fact=False)

    def asking(self, about: str) -> Context:
        return replace(self, about=about, is_fact=True)

    def problem(self, problem: Problem, span: Span) -> None:
        fix = Fix(span, problem.near) if problem.near else None
        self.report.error(problem.code, problem.message, span, problem.help, fix=fix)


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
    if not _is_carried(word, ref.span, "", context):
        return None
    dimension = DIMENSIONS.get(word.kind, PLAIN)
    return Type(word.kind, ref.phrase, dimension, word.system, word.choices, word.many)


def _is_carried(word: Word, span: Span, why: str, context: Context) -> bool:
    """Whether what is looked at has the word; `why` says what it is needed for, where that is not plain."""
    report, phrase = context.report, word.phrase
    if context.about == "history" and not word.history:
        report.error("POL321", f"`{phrase}`{why} does not stand on lines of the history", span)
    elif word.of == "history" and context.about != "history":
        message = f"`{phrase}` is known only of lines of the history"
        report.error("POL322", message, span, "ask it inside `history has …`")
    elif context.about == "other" and word.of == "claim" and not word.field.startswith(OF_SOME_LINE):
        message = f"`{phrase}`{why} belongs to the claim: it is the same for all its lines"
        report.error("POL347", message, span, "ask it outside of the test of other lines")
    else:
        return True
    return False


def column_type(ref: ColumnRef, context: Context) -> Type | None:
    """The type of a table's column, the table being keyed by something every line has one of."""
    report, name = context.report, ref.table.text
    if name not in context.env.tables and _misspelt_phrase(ref, context):
        return None
    table = find_table(ref.table, context.env, context.names, report)
    if table is None:
        return None
    if ref.column.text not in table.columns:
        report.unknown("POL208", f"column of the table `{name}`", ref.column, table.columns)
        return None
    if len(table.key) == 2:
        help = f"ask `{name} with {ref.column.text} … bundles this line under another line`"
        report.error("POL323", f"`{name}` is a table of pairs: one line has no row in it", ref.span, help)
        return None
    key = context.env.vocabulary.words[table.key[0]]
    if not _is_carried(key, ref.span, f", by which `{name}` is looked up,", context):
        return None
    kind = COLUMN_KINDS[table.columns[ref.column.text].type]
    return Type(kind, f"{name} {ref.column.text}", DIMENSIONS.get(kind, PLAIN), is_column=True)


def _misspelt_phrase(ref: ColumnRef, context: Context) -> bool:
    """Two words that look like a table and a column, and are a phrase of the vocabulary with a slip."""
    phrase = f"{ref.table.text} {ref.column.text}"
    near = meant(phrase, context.env.vocabulary.phrases)
    if near is None or nearest(ref.table.text, context.env.tables) is not None:
        return False
    message = f"the vocabulary has no word `{phrase}`"
    context.report.error("POL104", message, ref.span, fix=Fix(ref.span, near))
    return True


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
            return numeric("count of lines", PLAIN)
        case Sum():
            about = "history" if expr.lines.of == "history" else "other"
            return _summed(expr, context.looking_at(about))
        case DaysFromTo():
            for end in (expr.start, expr.end):
                date_type(end, context)
            return numeric("days from … to …", DIMENSIONS[Kind.DAYS])
        case Quantity():
            return numeric("quantity of documentation", PLAIN)
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
        message = f"`{expr.word.phrase}` cannot be summed: it is {found.says}"
        context.report.error("POL324", message, expr.word.span)
        return None
    return replace(found, label=f"sum of {expr.word.phrase}") if found is not None else None


def _arith_type(expr: Arith, context: Context) -> Type | None:
    left, right = expr_type(expr.left, context), expr_type(expr.right, context)
    if left is None or right is None:
        return None
    for side, found in ((expr.left, left), (expr.right, right)):
        if not found.kind.is_numeric:
            message = f"{found.named} is {found.says}; arithmetic needs numbers"
            context.report.error("POL325", message, side.span)
            return None
    if expr.op in "+-":
        if left.dimension != right.dimension:
            message = f"{left.says} and {right.says} cannot be added or subtracted"
            context.report.error("POL326", message, expr.span)
            return None
        return numeric("", left.dimension)
    sign = 1 if expr.op == "*" else -1
    dimension = tuple(a + sign * b for a, b in zip(left.dimension, right.dimension, strict=True))
    return numeric("", (dimension[0], dimension[1], dimension[2]))


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
        fix = Fix(anchor.span, near) if near else None
        message = f"`{anchor.phrase}` is {found.says}, not a date"
        context.report.error("POL327", message, anchor.span, fix=fix)


def check_window(near: Literal | None, period: Period | ColumnRef, context: Context) -> None:
    """`90 days`, `1 to 90 days`: the nearer end comes first and is not the farther one."""
    check_period(period, context)
    if near is None:
        return
    first = read_number(near)
    last = read_number(period.amount) if isinstance(period, Period) else None
    if isinstance(first, Problem):
        context.problem(first, near.span)
    elif first.denominator != 1:
        message = "a window begins a whole number of days, weeks, months or years away"
        context.report.error("POL329", message, near.span)
    elif last is not None and not isinstance(last, Problem) and first >= last:
        help = "write the nearer end first: `within 1 to 90 days before …`"
        context.report.error("POL329", "this window ends before it begins", near.span, help)


def check_period(period: Period | ColumnRef, context: Context) -> None:
    """`90 days`, or a column of days."""
    if isinstance(period, ColumnRef):
        unit = period.column.text.removesuffix("s")
        if unit in UNITS and period.table.text not in context.env.tables:
            message = f"`{period.table.text} {period.column.text}` is not a period"
            help = f"write the number in digits: `1 {unit}`"
            context.report.error("POL329", message, period.span, help)
            return
        found = column_type(period, context)
        if found is not None and found.kind is not Kind.DAYS:
            context.report.error("POL328", f"{found.named} is {found.says}, not days", period.span)
        return
    value = read_number(period.amount)
    if isinstance(value, Problem):
        context.problem(value, period.amount.span)
    elif value.denominator != 1:
        message = "a period is a whole number of days, weeks, months or years"
        context.report.error("POL329", message, period.span)
    elif value > MOST_OF_UNIT[period.unit]:
        context.report.error("POL329", "a period is at most 100 years", period.span, "check it for slips")
