"""Changes to one clause: every tree that differs from it in one place, with the operator that made it.

A walk over any node: what the operators do to it itself, then the same for each of its parts. Words in
quotes, titles, reasons and sources are left alone, since no line is decided by them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from pollex.source.span import Span
from pollex.syntax import ast
from pollex.syntax import conditions as c

Change: TypeAlias = tuple[str, Span, Any]
"""The operator, the place, and the node that stands there instead."""

Pool: TypeAlias = Mapping[str, tuple[str, ...]]
"""The codes that policies speak of, by the phrase of the word they are codes of."""

CHAINS = {"and": "or", "or": "and", "all": "any", "any": "all"}
LIMITS = {
    "more-than": "at-least",
    "at-least": "more-than",
    "less-than": "at-most",
    "at-most": "less-than",
    "before": "on-or-before",
    "on-or-before": "before",
    "after": "on-or-after",
    "on-or-after": "after",
}
SIDES = {"before": "after", "after": "before"}
RELATIONS = {"provider": "group", "group": "provider", "tax-id": "provider"}
SIGNS = {"+": "-", "-": "+", "*": "/", "/": "*"}
GROUPS = {"co": "pr", "pr": "co", "oa": "co", "pi": "co"}
CARCS = ("45", "97")
LEFT_ALONE = (c.Name, c.WordRef, ast.Because, ast.SourceClause, ast.UseClause, ast.PayerClause)


def changes(node: Any, pool: Pool) -> Iterator[Change]:
    """Every change to a node or below it; the node given back is always one like `node`."""
    if not is_dataclass(node) or isinstance(node, (Span, *LEFT_ALONE)):
        return
    yield from _here(node, pool)
    for field in fields(node):
        value = getattr(node, field.name)
        if isinstance(value, tuple):
            for place, item in enumerate(value):
                for operator, span, new in changes(item, pool):
                    items = (*value[:place], new, *value[place + 1 :])
                    yield operator, span, replace(node, **{field.name: items})  # type: ignore[type-var]
        else:
            for operator, span, new in changes(value, pool):
                yield operator, span, replace(node, **{field.name: new})  # type: ignore[type-var]


def _here(node: Any, pool: Pool) -> Iterator[Change]:
    span: Span = node.span
    for operator, new in _clause(node):
        yield operator, span, new
    for operator, new in _condition(node, pool):
        yield operator, span, new
    for operator, new in _relation(node):
        yield operator, span, new
    for operator, new in _effect(node):
        yield operator, span, new


# ------------------------------------------------------------------ clauses


def _clause(node: Any) -> Iterator[tuple[str, Any]]:
    match node:
        case ast.Rule():
            if len(node.effects) > 1:
                for effects in _without_one(node.effects):
                    yield "effect-dropped", replace(node, effects=effects)
            if len(node.scopes) > 1:
                for scopes in _without_one(node.scopes):
                    yield "scope", replace(node, scopes=scopes)
            if node.trial is not None:
                yield "trial", replace(node, trial=None)
        case ast.ExceptionRule() if node.instead:
            for effects in _without_one(node.instead):
                yield "effect-dropped", replace(node, instead=effects)
        case ast.AppliesClause(scopes) if len(scopes) > 1:
            for fewer in _without_one(scopes):
                yield "scope", replace(node, scopes=fewer)
        case ast.PeriodClause(from_date, through_date):
            for day in _days(from_date):
                yield "date", replace(node, from_date=day)
            for day in _days(through_date):
                yield "date", replace(node, through_date=day)
        case ast.Trial(from_date):
            for day in _days(from_date):
                yield "date", replace(node, from_date=day)


# ------------------------------------------------------------------ conditions


def _condition(node: Any, pool: Pool) -> Iterator[tuple[str, Any]]:
    match node:
        case c.ConditionList(kind, count, items):
            if kind in CHAINS:
                yield "and-or", replace(node, kind=CHAINS[kind])
            if kind == "none":
                yield "negation", replace(node, kind="any")
            for number in _numbers(count):
                yield "bound", replace(node, count=number)
            if len(items) > 1:
                for fewer in _without_one(items):
                    one = len(fewer) == 1 and kind != "none"
                    yield "condition-dropped", replace(node, kind="one" if one else kind, conditions=fewer)
        case c.CodeTest():
            yield from _codes(node, pool)
        case c.Documented() | c.Defined() | c.Denied():
            yield "negation", replace(node, negated=not node.negated)
        case c.LineTest(quantifier, other, filters):
            yield "negation", replace(node, quantifier="no" if quantifier == "any" else "any")
            if other and quantifier != "every":
                yield "lines", replace(node, other=False)
            for fewer in _without_one(filters):
                yield "filter-dropped", replace(node, filters=fewer)
        case c.HistoryTest():
            yield from _history(node)
        case _:
            yield from _lines(node)


def _lines(node: Any) -> Iterator[tuple[str, Any]]:
    """What chooses lines and ranks them."""
    match node:
        case c.Rank(low, high):
            for number in _numbers(low):
                yield "bound", replace(node, low=number)
            for number in _numbers(high):
                yield "bound", replace(node, high=number)
        case c.LineSet(filters=filters) | c.Bundles(filters=filters):
            for fewer in _without_one(filters):
                yield "filter-dropped", replace(node, filters=fewer)
        case c.SameProvider(relation):
            yield "provider", replace(node, relation=RELATIONS[relation])
        case c.Documentation(document=c.Name()):
            yield "document-dropped", replace(node, document=None)


def _codes(test: c.CodeTest, pool: Pool) -> Iterator[tuple[str, Any]]:
    for article, negated in _opposites(test):
        yield "negation", replace(test, article=article, negated=negated)
    if test.set_name is not None:
        return
    if len(test.codes) > 1:
        for fewer in _without_one(test.codes):
            yield "code-dropped", replace(test, codes=fewer, listed=len(fewer) > 1)
    known = {code.text for code in test.codes}
    last = test.codes[-1]
    added = next_code(last.text, (code for code in pool.get(test.word.phrase, ()) if code not in known))
    if added is not None:
        more = (*test.codes, c.Literal(last.kind, added, last.span))
        yield "code-added", replace(test, codes=more, listed=True)


def _opposites(test: c.CodeTest) -> tuple[tuple[str | None, bool], ...]:
    """The ways to say the opposite; the checker keeps the one that the word has."""
    match test.article:
        case None:
            return (None, not test.negated), ("no", test.negated)
        case "no":
            return (None, test.negated), ("any", test.negated)
        case "any":
            return (("no", test.negated),)
    return (("any", test.negated),)


def next_code(code: str, others: Iterator[str]) -> str | None:
    """The code that stands next behind a code, or else the first of all."""
    ordered = sorted(others)
    return next((other for other in ordered if other > code), ordered[0] if ordered else None)


def _history(test: c.HistoryTest) -> Iterator[tuple[str, Any]]:
    facts = [found for found in test.filters if isinstance(found, c.With)]
    if test.fact is not None:
        filters = (c.With(test.fact, test.fact.span), *test.filters)
        yield "negation", replace(test, fact=None, negated=True, filters=filters)
    elif facts:
        filters = tuple(found for found in test.filters if found is not facts[0])
        yield "negation", replace(test, fact=facts[0].fact, negated=False, filters=filters)
    for fewer in _without_one(test.filters):
        yield "filter-dropped", replace(test, filters=fewer)


# ------------------------------------------------------------------ relations


def _relation(node: Any) -> Iterator[tuple[str, Any]]:
    match node:
        case c.IsValue(values, negated):
            yield "negation", replace(node, negated=not negated)
            if len(values) > 1:
                for fewer in _without_one(values):
                    yield "code-dropped", replace(node, values=fewer, listed=len(fewer) > 1)
        case c.IsOnFile(negated):
            yield "negation", replace(node, negated=not negated)
        case c.IsOrdered(op, than):
            yield "order", replace(node, op=LIMITS[op])
            for operator, number in _around(than):
                yield operator, replace(node, than=number)
        case c.IsDated(op, anchor):
            yield "order", replace(node, op=LIMITS[op])
            for day in _days(anchor):
                yield "date", replace(node, anchor=day)
        case c.IsDistant(op=op) if op in LIMITS:
            yield "order", replace(node, op=LIMITS[op])
            yield "direction", replace(node, direction=SIDES[node.direction])
        case c.Within() | c.IsDistant():
            yield "direction", replace(node, direction=SIDES[node.direction])
            for number in _numbers(node.nearest):
                yield "bound", replace(node, nearest=number)
        case c.Period(amount):
            for number in _numbers(amount):
                yield "bound", replace(node, amount=number)


def _around(value: Any) -> Iterator[tuple[str, Any]]:
    """A number or an amount beside the one that is written."""
    if isinstance(value, c.Literal):
        kind = "amount" if value.kind == "money" else "bound"
        yield from ((kind, number) for number in _numbers(value))


# ------------------------------------------------------------------ effects


def _effect(node: Any) -> Iterator[tuple[str, Any]]:
    match node:
        case ast.Allow(codes) | ast.Deny(codes) | ast.Pend(codes=codes):
            queue, span = c.Name("coding", node.span), node.span
            others = (ast.Allow(codes, span), ast.Deny(codes, span), ast.Pend(queue, codes, span))
            yield from (("effect", other) for other in others if type(other) is not type(node))
        case ast.PayShare(percent) | ast.ReduceTo(percent):
            yield from (("percent", replace(node, percent=number)) for _, number in _around(percent))
        case ast.ReduceBy(amount):
            yield from (("amount", replace(node, amount=number)) for _, number in _around(amount))
        case ast.PayAtMost(amount, percent_of):
            operator = "percent" if percent_of is not None else "amount"
            yield from ((operator, replace(node, amount=number)) for _, number in _around(amount))
        case ast.Require(otherwise=otherwise) if otherwise is not None:
            yield "effect-dropped", replace(node, otherwise=None)
        case c.Codes(group, carc, rarcs):
            yield "reason-code", replace(node, group=replace(group, text=GROUPS[group.text]))
            other = next(code for code in CARCS if code != carc.text)
            yield "reason-code", replace(node, carc=replace(carc, text=other))
            yield from (("reason-code", replace(node, rarcs=fewer)) for fewer in _without_one(rarcs))
        case c.Arith(op, left, right):
            yield "arithmetic", replace(node, op=SIGNS[op])
            for operator, number in _around(left):
                yield operator, replace(node, left=number)
            for operator, number in _around(right):
                yield operator, replace(node, right=number)
    if isinstance(node, ast.Effect) and not isinstance(node, ast.Require) and node.codes is not None:
        yield "reason-code", replace(node, codes=None)


# ------------------------------------------------------------------ pieces


def _without_one(items: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    for place in range(len(items)):
        yield (*items[:place], *items[place + 1 :])


def _numbers(literal: c.Literal | None) -> Iterator[c.Literal]:
    """One less and one more; nothing below zero."""
    if literal is not None:
        number = Decimal(literal.text)
        for other in (number - 1, number + 1):
            if other >= 0:
                yield replace(literal, text=str(other))


def _days(literal: object) -> Iterator[c.Literal]:
    """The day before and the day after."""
    if isinstance(literal, c.Literal) and literal.kind == "date":
        day = date.fromisoformat(literal.text)
        for days in (-1, 1):
            yield replace(literal, text=(day + timedelta(days)).isoformat())
