"""Grammar rules to nodes: one small function for each rule of `policy.lark` that is a condition or a value.

The parser hands each rule's name, its finished children and its span to `BUILD`; nothing here knows it.
Items, effects and tests are built in `build_items.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from pollex.source.span import Span
from pollex.syntax import conditions as c

Children: TypeAlias = Sequence[Any]
Builder: TypeAlias = Callable[[Children, Span], Any]


def of_type(children: Children, kind: Any) -> Any:
    """The first child of a type, or None."""
    return next((child for child in children if isinstance(child, kind)), None)


def literal(child: Any) -> Any:
    """A bare name standing where a value stands is a value: `out-of-network`, and so is `deny`."""
    is_word = isinstance(child, c.Name) or (isinstance(child, c.Literal) and child.kind == "outcome")
    return c.Literal("name", child.text, child.span) if is_word else child


def words(children: Children) -> str:
    """Kept keywords joined into an operator's name: `more than` is `more-than`."""
    return "-".join(child.text for child in children)


def _money(children: Children, span: Span) -> c.Literal:
    """`$1,136.3` is `1136.30`: without separators, and with both digits of the cents where there are any."""
    dollars, point, cents = children[0].text[1:].replace(",", "").partition(".")
    return c.Literal("money", (dollars.lstrip("0") or "0") + point + (cents and cents.ljust(2, "0")), span)


def _membership(negated: bool, listed: bool) -> Builder:
    def build(children: Children, span: Span) -> tuple[Any, ...]:
        codes = tuple(children[0]) if listed else tuple(children)
        return codes, None, negated, listed

    return build


def _in_set(negated: bool) -> Builder:
    def build(children: Children, span: Span) -> tuple[Any, ...]:
        return (), children[0], negated, False

    return build


def _code_test(children: Children, span: Span) -> c.CodeTest:
    article = None if isinstance(children[0], c.WordRef) else children[0]
    word, membership = children[-2], children[-1]
    codes, set_name, negated, listed = membership
    return c.CodeTest(article, word, codes, set_name, negated, listed, span)


def _is_value(negated: bool, listed: bool) -> Builder:
    def build(children: Children, span: Span) -> c.IsValue:
        values = children[0] if listed else (literal(children[0]),)
        return c.IsValue(values, negated, listed, span)

    return build


def _arith(op: str) -> Builder:
    def build(children: Children, span: Span) -> c.Arith:
        return c.Arith(op, children[0], children[1], span)

    return build


def _line_set(of: str) -> Builder:
    def build(children: Children, span: Span) -> c.LineSet:
        return c.LineSet(of, tuple(children), span)

    return build


def _quantifier(children: Children, span: Span) -> tuple[str, bool]:
    return children[0], len(children) > 1


def _line_test(children: Children, span: Span) -> c.LineTest:
    (quantifier, other), *filters, fact = children
    return c.LineTest(quantifier, other, tuple(filters), fact, span)


def _list(kind: str) -> Builder:
    def build(children: Children, span: Span) -> c.ConditionList:
        return c.ConditionList(kind, None, tuple(children), span)

    return build


def _bundles(children: Children, span: Span) -> c.Bundles:
    columns = tuple(child for child in children if isinstance(child, c.PairColumn))
    filters = tuple(child for child in children[1:] if not isinstance(child, c.PairColumn))
    return c.Bundles(children[0], columns, filters, span)


def _rank(children: Children, span: Span) -> c.Rank:
    (low, high, or_later), by, among = children
    return c.Rank(low, high, or_later, by, among, span)


def _with_no(children: Children, span: Span) -> c.With:
    codes, set_name, negated, listed = children[1]
    return c.With(c.CodeTest("no", children[0], codes, set_name, negated, listed, span), span)


def _codes(children: Children, span: Span) -> c.Codes:
    rarcs = tuple(children[2]) if len(children) > 2 else ()
    return c.Codes(children[0], children[1], rarcs, span)


def _pass(children: Children, span: Span) -> Any:
    return children[0]


def _children(children: Children, span: Span) -> tuple[Any, ...]:
    return tuple(children)


BUILD: dict[str, Builder] = {
    # leaves
    "name": lambda k, s: c.Name(k[0].text, s),
    "name_list": _children,
    "atom": lambda k, s: c.Literal("atom", k[0].text, s),
    "line_number": lambda k, s: c.Literal("atom", k[0].text, s),
    "number": lambda k, s: c.Literal("atom", k[0].text, s),
    "money": _money,
    "amount": _money,
    "date": lambda k, s: c.Literal("date", k[0].text, s),
    "string": lambda k, s: c.Literal("string", k[0].text[1:-1], s),
    "outcome_word": lambda k, s: c.Literal("outcome", "_".join(token.text for token in k), s),
    "word": lambda k, s: c.WordRef(" ".join(k[0].text.split()), s),
    "column": lambda k, s: c.ColumnRef(k[0], k[1], s),
    "documentation": lambda k, s: c.Documentation(k[0], k[1] if len(k) > 1 else None, s),
    # membership
    "equals": _membership(False, False),
    "equals_not": _membership(True, False),
    "one_of": _membership(False, True),
    "none_of_codes": _membership(True, True),
    "in_set": _in_set(False),
    "not_in_set": _in_set(True),
    "codes": _children,
    "code_test": _code_test,
    "article": lambda k, s: k[0].text,
    "article_positive": lambda k, s: k[0].text,
    # relations
    "is_value": _is_value(False, False),
    "is_not_value": _is_value(True, False),
    "is_one_of": _is_value(False, True),
    "is_none_of": _is_value(True, True),
    "is_ordered": lambda k, s: c.IsOrdered(k[0], k[1], s),
    "is_ordered_period": lambda k, s: c.IsOrdered(k[0], k[1], s),
    "is_distant": lambda k, s: c.IsDistant(k[0], k[1], k[2], k[3], None, s),
    "is_within": lambda k, s: c.IsDistant("within", k[0][1], k[1], k[2], k[0][0], s),
    "is_dated": lambda k, s: c.IsDated(k[0], k[1], s),
    "is_on_file": lambda k, s: c.IsOnFile(False, s),
    "is_not_on_file": lambda k, s: c.IsOnFile(True, s),
    "order": lambda k, s: words(k),
    "date_order": lambda k, s: words(k),
    "direction": lambda k, s: words(k),
    "date_word": _pass,
    "date_ref": _pass,
    "values": lambda k, s: tuple(literal(child) for child in k),
    "duration": lambda k, s: c.Period(k[0], k[1].text.rstrip("s"), s),
    "period_column": _pass,
    "window": lambda k, s: (k[0], k[1]) if len(k) == 2 else (None, k[0]),
    # conditions
    "comparison": lambda k, s: c.Comparison(k[0], k[1], s),
    "age_under": lambda k, s: c.AgeUnder(k[0], k[1], s),
    "documented": lambda k, s: c.Documented(k[0], k[1], s),
    "found_yes": lambda k, s: False,
    "found_no": lambda k, s: True,
    "denied_yes": lambda k, s: c.Denied(False, s),
    "denied_no": lambda k, s: c.Denied(True, s),
    "defined": lambda k, s: c.Defined(k[0], False, s),
    "not_defined": lambda k, s: c.Defined(k[0], True, s),
    "line_test": _line_test,
    "line_denied": _line_test,
    "line_quantifier": _quantifier,
    "history_has": lambda k, s: c.HistoryTest(k[0], False, tuple(k[1:]), s),
    "history_has_no": lambda k, s: c.HistoryTest(None, True, tuple(k), s),
    "rank": _rank,
    "rank_exact": lambda k, s: (k[0], k[0], False),
    "rank_between": lambda k, s: (k[0], k[1], False),
    "rank_from": lambda k, s: (k[0], None, True),
    "bundles": _bundles,
    "pair_column": lambda k, s: c.PairColumn(k[0], literal(k[1]), s),
    "same_as": lambda k, s: c.SameAs(k[0], s),
    # filters
    "same_date": lambda k, s: c.SameDate(s),
    "same_provider": lambda k, s: c.SameProvider(k[0], s),
    "relation_word": lambda k, s: words(k),
    "with_fact": lambda k, s: c.With(k[0], s),
    "with_no": _with_no,
    "within": lambda k, s: c.Within(k[0][1], k[1], k[2], k[0][0], s),
    "not_denied": lambda k, s: c.NotDenied(s),
    "all_lines": _line_set("all"),
    "other_lines": _line_set("other"),
    "history_lines": _line_set("history"),
    # arithmetic
    "add": _arith("+"),
    "subtract": _arith("-"),
    "multiply": _arith("*"),
    "divide": _arith("/"),
    "group": _pass,
    "count": lambda k, s: c.Count(k[0], s),
    "sum": lambda k, s: c.Sum(k[0], k[1], s),
    "days_between": lambda k, s: c.DaysFromTo(k[0], k[1], s),
    "quantity": lambda k, s: c.Quantity(k[0], s),
    # lists of conditions
    "one": _list("one"),
    "and_chain": _list("and"),
    "or_chain": _list("or"),
    "all_of": _list("all"),
    "any_of": _list("any"),
    "none_of": _list("none"),
    "at_least_of": lambda k, s: c.ConditionList("at-least", k[0], tuple(k[1:]), s),
    "reason_codes": _codes,
    "rarcs": _children,
}
