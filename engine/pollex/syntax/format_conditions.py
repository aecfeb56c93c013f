"""Conditions, filters and numbers back to text: one spelling for each, on one line.

Every node becomes the words it stands for, with the places where a long line may be broken
(`format_lines.py`). Parentheses stand only where leaving them out would give another tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import assert_never

from pollex.syntax.conditions import (
    AgeUnder,
    Arith,
    Bundles,
    Codes,
    CodeTest,
    ColumnRef,
    Comparison,
    Condition,
    Count,
    DaysFromTo,
    Defined,
    Denied,
    Documentation,
    Documented,
    Expr,
    Filter,
    HistoryTest,
    IsDated,
    IsDistant,
    IsOnFile,
    IsOrdered,
    IsValue,
    LineSet,
    LineTest,
    Literal,
    Name,
    NotDenied,
    Period,
    Quantity,
    Rank,
    Relation,
    SameAs,
    SameDate,
    SameProvider,
    Sum,
    With,
    Within,
    WordRef,
)
from pollex.syntax.format_lines import BREAK, PAUSE, flat

THOUSANDS = re.compile(r"(?<=\d)(?=(?:\d{3})+$)")
PRECEDENCE = {"+": 1, "-": 1, "*": 2, "/": 2}


def literal_text(literal: Literal) -> str:
    """`22`, `$1,136.30`, `2026-01-01`, `"12-3456789"`, `out-of-network`; `no_policy` is `no policy`"""
    if literal.kind == "money":
        whole, point, cents = literal.text.partition(".")
        return f"${THOUSANDS.sub(',', whole)}{point}{cents}"
    if literal.kind == "string":
        return f'"{literal.text}"'
    return literal.text.replace("_", " ")


def listed(items: Iterable[Literal | Name]) -> str:
    """`80, 81, 82`"""
    return f",{PAUSE}".join(item.text if isinstance(item, Name) else literal_text(item) for item in items)


def documentation_text(documentation: Documentation) -> str:
    """`documentation of increased-work in operative-note`"""
    within = f" in {documentation.document.text}" if documentation.document else ""
    return f"documentation of {documentation.concept.text}{within}"


def codes_text(codes: Codes) -> str:
    """`with co carc 45 rarc M69 N211`"""
    rarcs = "".join(f" {rarc.text}" for rarc in codes.rarcs)
    return f"with {codes.group.text} carc {codes.carc.text}" + (f" rarc{rarcs}" if rarcs else "")


def condition_text(condition: Condition) -> str:
    """One condition on one line."""
    return flat(condition_words(condition))


def condition_words(condition: Condition) -> str:
    """One condition, with the places where it may be broken."""
    match condition:
        case CodeTest():
            return _code_test(condition)
        case Comparison(left, relation):
            gap = BREAK if isinstance(left, Arith | Count | Sum) else " "
            return f"{expr_text(left)}{gap}is {_relation(relation)}"
        case AgeUnder(word, period):
            return f"{word.phrase} under {_period(period)}"
        case Documented(documentation, negated):
            return f"{documentation_text(documentation)} is {'not ' * negated}found"
        case Defined(name, negated):
            return "not " * negated + name.text
        case SameAs(word):
            return f"the same {word.phrase}"
        case Denied(negated):
            return "not " * negated + "denied"
        case LineTest(quantifier, other, filters, fact):
            verb = "is" if isinstance(fact, Denied) else "has"
            subject = f"{quantifier} {'other ' * other}line{_filters(filters)}"
            return f"{subject}{BREAK}{verb} {condition_words(fact)}"
        case HistoryTest(fact, _, filters):
            return f"history has {condition_words(fact) if fact else 'no line'}{_filters(filters)}"
        case Rank():
            return _rank(condition)
        case Bundles(table, columns, filters):
            given = "".join(f" with {column.column.text} {literal_text(column.value)}" for column in columns)
            return f"{table.text}{given} bundles this line under another line{_filters(filters)}"
        case _:
            assert_never(condition)


def expr_text(expr: Expr) -> str:
    """A number, with the fewest parentheses that keep its tree."""
    match expr:
        case Literal():
            return literal_text(expr)
        case WordRef(phrase):
            return phrase
        case ColumnRef(table, column):
            return f"{table.text} {column.text}"
        case Arith(op, left, right):
            low = PRECEDENCE[op]
            return f"{_operand(left, low)} {op}{BREAK}{_operand(right, low + 1)}"
        case Count(lines):
            return f"count of {_line_set(lines)}"
        case Sum(word, lines):
            return f"sum of {word.phrase} of {_line_set(lines)}"
        case DaysFromTo(start, end):
            return f"days from {_date(start)} to {_date(end)}"
        case Quantity(documentation):
            return f"quantity of {documentation_text(documentation)}"
        case _:
            assert_never(expr)


def _operand(expr: Expr, lowest: int) -> str:
    """A side of an operator: in parentheses where it would otherwise be read differently."""
    text = expr_text(expr)
    return f"({text})" if isinstance(expr, Arith) and PRECEDENCE[expr.op] < lowest else text


def _code_test(test: CodeTest) -> str:
    article = f"{test.article} " if test.article else ""
    if test.set_name is not None:
        membership = f"{'not ' * test.negated}in {test.set_name.text}"
    else:
        membership = _choice(test.codes, test.negated, test.listed)
    return f"{article}{test.word.phrase} {membership}"


def _choice(values: tuple[Literal, ...], negated: bool, is_list: bool) -> str:
    """`2`, `not 2`, `any of 1, 2`, `none of 1, 2`"""
    if is_list:
        return f"{'none' if negated else 'any'} of {listed(values)}"
    return "not " * negated + listed(values)


def _relation(relation: Relation) -> str:
    match relation:
        case IsValue(values, negated, is_list):
            return _choice(values, negated, is_list)
        case IsOrdered(op, than):
            return f"{_spaced(op)} {_period(than) if isinstance(than, Period) else expr_text(than)}"
        case IsDistant(op, period, direction, anchor, nearest):
            return f"{_spaced(op)} {_window(nearest, period)} {direction} {_date(anchor)}"
        case IsDated(op, anchor):
            return f"{_spaced(op)} {_date(anchor)}"
        case IsOnFile(negated):
            return "not " * negated + "on file"
        case _:
            assert_never(relation)


def _spaced(op: str) -> str:
    return op.replace("-", " ")


def _period(period: Period | ColumnRef) -> str:
    """`1 year`, `90 days`, `mpfs global-days`"""
    if isinstance(period, ColumnRef):
        return expr_text(period)
    return f"{period.amount.text} {period.unit}{'' if period.amount.text == '1' else 's'}"


def _window(nearest: Literal | None, period: Period | ColumnRef) -> str:
    """`90 days`, `1 to 90 days`"""
    return f"{nearest.text} to {_period(period)}" if nearest else _period(period)


def _date(anchor: WordRef | Literal) -> str:
    return f"the {anchor.phrase}" if isinstance(anchor, WordRef) else literal_text(anchor)


def _filters(filters: tuple[Filter, ...]) -> str:
    return "".join(f"{BREAK}{_filter(one)}" for one in filters)


def _filter(one: Filter) -> str:
    match one:
        case SameDate():
            return "on the same date"
        case SameProvider(relation):
            return f"by the same {_spaced(relation)}"
        case With(fact):
            return f"with {condition_words(fact)}"
        case Within(period, direction, anchor, nearest):
            return f"within {_window(nearest, period)} {direction} {_date(anchor)}"
        case NotDenied():
            return "not denied"
        case _:
            assert_never(one)


def _line_set(lines: LineSet) -> str:
    kind = "" if lines.of == "all" else f"{lines.of} "
    return f"{kind}lines{_filters(lines.filters)}"


def _rank(rank: Rank) -> str:
    if rank.high is None:
        ranks = f"{rank.low.text} or later"
    elif rank.low == rank.high:
        ranks = rank.low.text
    else:
        ranks = f"{rank.low.text} to {rank.high.text}"
    return f"this line ranks {ranks} by {expr_text(rank.by)}{BREAK}among {_line_set(rank.among)}"
