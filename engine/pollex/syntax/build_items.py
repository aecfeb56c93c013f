"""Grammar rules to nodes: headers, rules, effects, tests. See `build.py`."""

from __future__ import annotations

from typing import Any

from pollex.source.span import Span
from pollex.syntax import ast as a
from pollex.syntax import conditions as c
from pollex.syntax import scenarios as t
from pollex.syntax.build import Builder, Children, literal, of_type


def _header(kind: Any) -> Builder:
    def build(children: Children, span: Span) -> Any:
        first, *rest = children
        title = of_type(rest, c.Literal)
        clauses = tuple(child for child in rest if not isinstance(child, c.Literal))
        if kind is a.PartHeader:
            return a.PartHeader(first, clauses, span)
        return a.PolicyHeader(first, title.text if title else None, clauses, span)

    return build


def _source(children: Children, span: Span) -> a.SourceClause:
    atom, title, *attributes = children
    found = dict(attributes)
    return a.SourceClause(
        c.Name(atom.text, atom.span),
        title.text,
        found.get("published"),
        found.get("at"),
        found.get("evidence"),
        span,
    )


def _period(children: Children, span: Span) -> a.PeriodClause:
    found = {child[0]: child[1] for child in children}
    return a.PeriodClause(found.get("from"), found.get("through"), "by_service" in found, span)


def _scope(is_set: bool) -> Builder:
    def build(children: Children, span: Span) -> a.Scope:
        word, what = children
        return a.Scope(word, what if is_set else None, None if is_set else what, span)

    return build


class _Always:
    """Stands for `always` while a rule is being built."""


def _rule(children: Children, span: Span) -> a.Rule:
    name, *rest = children
    title = of_type(rest, c.Literal)
    scopes = next((child[1] for child in rest if isinstance(child, tuple) and child[0] == "scopes"), ())
    when = of_type(rest, c.ConditionList)
    return a.Rule(
        name,
        title.text if title else None,
        "second-stratum" in [child for child in rest if isinstance(child, str)],
        of_type(rest, a.Trial),
        scopes,
        when,
        of_type(rest, a.PeriodClause),
        tuple(child for child in rest if isinstance(child, a.Effect)),
        of_type(rest, a.Because),
        span,
    )


def _short_rule(children: Children, span: Span) -> a.Rule:
    when, *effects = children
    return a.Rule(None, None, False, None, (), when, None, tuple(effects), None, span)


def _exception(children: Children, span: Span) -> a.ExceptionRule:
    name, *rest = children
    title = of_type(rest, c.Literal)
    instead = next((child[1] for child in rest if isinstance(child, tuple) and child[0] == "instead"), ())
    return a.ExceptionRule(
        name,
        title.text if title else None,
        of_type(rest, c.Name),
        of_type(rest, c.ConditionList),
        of_type(rest, a.PeriodClause),
        instead,
        of_type(rest, a.Because),
        span,
    )


def _because(has_text: bool) -> Builder:
    def build(children: Children, span: Span) -> a.Because:
        text = children[0].text if has_text else None
        sources = next((child for child in children if isinstance(child, tuple)), ())
        return a.Because(text, sources, span)

    return build


def _sources(children: Children, span: Span) -> tuple[c.Name, ...]:
    return tuple(c.Name(child.text, child.span) for child in children)


def _codes(children: Children) -> c.Codes | None:
    found = of_type(children, c.Codes)
    return found if isinstance(found, c.Codes) else None


def _pay_at_most(children: Children, span: Span) -> a.PayAtMost:
    share = next((child[1] for child in children if isinstance(child, tuple)), None)
    return a.PayAtMost(children[0], share, _codes(children), span)


def _given(children: Children, span: Span) -> t.Given:
    return t.Given(children[0], tuple(children[1:]), span)


def _set_word(children: Children, span: Span) -> t.SetWord:
    (line, word), (state, values) = children
    return t.SetWord(line, word, state, values, span)


def _set_documentation(children: Children, span: Span) -> t.SetDocumentation:
    documentation, *rest, (state, quantity) = children
    line = rest[0] if rest else None
    return t.SetDocumentation(documentation, line, state, quantity, span)


def _expectation(children: Children, span: Span) -> t.Expectation:
    target = children[0] if isinstance(children[0], tuple) else ("none", None)
    expected = tuple(child for child in children if isinstance(child, t.Expected))
    return t.Expectation(target[1], target[0] == "claim", expected, span)


def _expected(kind: str) -> Builder:
    def build(children: Children, span: Span) -> t.Expected:
        value = children[0] if children else None
        return t.Expected(kind, None if _is_missing(value) else value, span)

    return build


def _is_missing(value: object) -> bool:
    return isinstance(value, c.Literal) and value.kind == "missing"


def _term(kind: str) -> Builder:
    def build(children: Children, span: Span) -> t.Term:
        table = children[0] if children else None
        return t.Term(kind, None, None, table if isinstance(table, c.Name) else None, span)

    return build


def _missing_term(children: Children, span: Span) -> t.Term:
    child = children[0]
    if isinstance(child, c.WordRef):
        return t.Term("word", child, None, None, span)
    if isinstance(child, c.Quantity):
        return t.Term("quantity", None, child.documentation, None, span)
    return t.Term("documentation", None, child, None, span)


def _head(kind: str) -> Builder:
    def build(children: Children, span: Span) -> t.Column:
        if kind == "word":
            line, word = children[0]
            return t.Column(kind, line, False, word, None, None, span)
        if kind == "documentation":
            return t.Column(
                kind, children[1] if len(children) > 1 else None, False, None, children[0], None, span
            )
        target = children[0] if isinstance(children[0], tuple) else ("none", None)
        return t.Column(kind, target[1], target[0] == "claim", None, None, children[-1], span)

    return build


def _cell_item(child: Any) -> Any:
    """An outcome in a cell is a state; any other word is a value."""
    return child.text if isinstance(child, c.Literal) and child.kind == "outcome" else literal(child)


def _state(text: str) -> Builder:
    return lambda k, s: text


ITEMS: dict[str, Builder] = {
    "policy_header": _header(a.PolicyHeader),
    "part_header": _header(a.PartHeader),
    "payer_clause": lambda k, s: a.PayerClause(k[0], s),
    "claim_type_clause": lambda k, s: a.ClaimTypeClause(k[0], s),
    "applies_clause": lambda k, s: a.AppliesClause(tuple(k), s),
    "scope_set": _scope(True),
    "scope_code": _scope(False),
    "period_clause": _period,
    "from_date": lambda k, s: ("from", k[0]),
    "through_date": lambda k, s: ("through", k[0]),
    "by_service": lambda k, s: ("by_service", None),
    "source_clause": _source,
    "source_published": lambda k, s: ("published", k[0]),
    "source_at": lambda k, s: ("at", k[0].text),
    "evidence_primary": lambda k, s: ("evidence", "primary-data"),
    "evidence_page": lambda k, s: ("evidence", "payer-page"),
    "evidence_copy": lambda k, s: ("evidence", "document-copy"),
    "evidence_secondary": lambda k, s: ("evidence", "secondary"),
    "evidence_contract": lambda k, s: ("evidence", "contract-terms"),
    "use_sets": lambda k, s: a.UseClause("set", k[0], s),
    "use_tables": lambda k, s: a.UseClause("table", k[0], s),
    "otherwise_clause": lambda k, s: a.OtherwiseClause(k[0], s),
    "rule": _rule,
    "short_rule": _short_rule,
    "second_stratum": _state("second-stratum"),
    "trial": lambda k, s: a.Trial(k[0][1] if k else None, s),
    "rule_scope": lambda k, s: ("scopes", tuple(k)),
    "always": lambda k, s: _Always(),
    "exception": _exception,
    "instead": lambda k, s: ("instead", tuple(k)),
    "define": lambda k, s: a.Define(k[0], k[1], s),
    "because_both": _because(True),
    "because_text": _because(True),
    "because_sources": _because(False),
    "sources": _sources,
    "allow": lambda k, s: a.Allow(_codes(k), s),
    "deny": lambda k, s: a.Deny(_codes(k), s),
    "pend": lambda k, s: a.Pend(k[0], _codes(k), s),
    "note": lambda k, s: a.Note(k[0].text, _codes(k), s),
    "pay_share": lambda k, s: a.PayShare(k[0], k[1], _codes(k), s),
    "reduce_to": lambda k, s: a.ReduceTo(k[0], _codes(k), s),
    "reduce_by": lambda k, s: a.ReduceBy(k[0], _codes(k), s),
    "pay_at_most": _pay_at_most,
    "cap_share": lambda k, s: ("of", k[0]),
    "require": lambda k, s: a.Require(k[0], k[1] if len(k) > 1 else None, s),
    "otherwise": lambda k, s: k[0],
    "codes_given": lambda k, s: k[0],
    "codes_after": lambda k, s: k[0],
    "fixture_file": lambda k, s: t.Fixture(k[0], k[1].text, None, s),
    "fixture_given": lambda k, s: t.Fixture(k[0], None, t.Given(k[1], tuple(k[2:]), s), s),
    "test": lambda k, s: t.Test(k[0].text, k[1], tuple(k[2:]), s),
    "given": _given,
    "set_word": _set_word,
    "subject": lambda k, s: (None, k[0]),
    "line_subject": lambda k, s: (k[0], k[1]),
    "set_missing": lambda k, s: ("missing", ()),
    "set_none": lambda k, s: ("none", ()),
    "set_values": lambda k, s: ("values", tuple(k[0])),
    "set_documentation": _set_documentation,
    "state_found": lambda k, s: ("found", k[0] if k else None),
    "state_not_found": lambda k, s: ("not-found", None),
    "state_not_reviewed": lambda k, s: ("not-reviewed", None),
    "state_missing": lambda k, s: ("missing", None),
    "quantity_given": lambda k, s: k[0],
    "on_line": lambda k, s: k[0],
    "add_line": lambda k, s: t.AddLine(k[0], tuple(k[1:]), s),
    "add_history": lambda k, s: t.AddLine(None, tuple(k), s),
    "remove_line": lambda k, s: t.RemoveLine(k[0], s),
    "drop_history": lambda k, s: t.DropHistory(s),
    "assign": lambda k, s: t.Assign(k[0], literal(k[1]), s),
    "assign_provider": lambda k, s: t.AssignProvider(s),
    "expectation": _expectation,
    "target_line": lambda k, s: ("line", k[0]),
    "target_claim": lambda k, s: ("claim", None),
    "outcome": lambda k, s: "_".join(token.text for token in k),
    "expect_outcome": _expected("outcome"),
    "expect_amount": _expected("amount"),
    "expect_percent": _expected("percent"),
    "expect_because": _expected("because"),
    "expect_not_because": _expected("not-because"),
    "expect_missing": _expected("missing"),
    "expect_requires": _expected("requires"),
    "expect_requires_nothing": _expected("requires"),
    "expect_codes": _expected("codes"),
    "expect_note": _expected("note"),
    "expect_trial": _expected("trial"),
    "missing_term": _missing_term,
    "missing_history": _term("history"),
    "missing_table": _term("table"),
    "missing_nothing": _term("nothing"),
    "head_word": _head("word"),
    "head_documentation": _head("documentation"),
    "head_expect": _head("expect"),
    "aspect": lambda k, s: k[0].text,
    "cell": lambda k, s: t.Cell(tuple(_cell_item(child) for child in k), s),
    "cell_word": lambda k, s: t.Term("word", k[0], None, None, s),
    "cell_documentation": lambda k, s: t.Term("documentation", None, k[0], None, s),
    "cell_quantity": lambda k, s: t.Term("quantity", None, k[0].documentation, None, s),
    "cell_missing": _state("missing"),
    "cell_none": _state("none"),
    "cell_nothing": _term("nothing"),
    "cell_history": _term("history"),
    "cell_found": _state("found"),
    "cell_not_found": _state("not-found"),
    "cell_not_reviewed": _state("not-reviewed"),
    "cell_partial": _state("partial"),
}
