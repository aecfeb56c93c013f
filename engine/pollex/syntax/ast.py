"""The tree of a `.pol` file.

Every node is a frozen value; its docstring is the surface it stands for. A span says where the author
wrote it and takes no part in equality, so that a tree and the tree of its formatted text are equal. Nodes
have no behaviour: what can be done with them lives in the passes. Conditions and expressions are in
`conditions.py`, tests and fixtures in `scenarios.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from pollex.source.span import Span
from pollex.syntax.conditions import (
    Codes,
    ConditionList,
    Documentation,
    Expr,
    Literal,
    Name,
    WordRef,
    span_field,
)
from pollex.syntax.scenarios import Examples, Fixture, Test

# ------------------------------------------------------------------ header


@dataclass(frozen=True, slots=True)
class PayerClause:
    """`payer medicare`"""

    payers: tuple[Name, ...]
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class ClaimTypeClause:
    """`claim type professional`"""

    claim_type: Name
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class Scope:
    """`cpt in resection-family` or `cpt 44120`: exactly one of `set_name` and `code` is there."""

    word: WordRef
    set_name: Name | None
    code: Literal | None
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class AppliesClause:
    """`applies to cpt in resection-family, cpt 44120`"""

    scopes: tuple[Scope, ...]
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class PeriodClause:
    """`in effect from 2026-01-01 through 2026-12-31, by date of service`"""

    from_date: Literal | None
    through_date: Literal | None
    by_service: bool = field(compare=False)
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class SourceClause:
    """`source PFS "Fee schedule", published 2026-06-30, at "https://…", primary data`

    `evidence` is one of primary-data, payer-page, document-copy, secondary, contract-terms, or None.
    """

    id: Name
    title: str
    published: Literal | None
    at: str | None
    evidence: str | None
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class UseClause:
    """`use set ncci-modifiers` (`kind` is "set") or `use table mpfs` ("table")"""

    kind: str
    names: tuple[Name, ...]
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class OtherwiseClause:
    """`otherwise allow`: what a line gets when no rule decides its outcome"""

    effect: Effect
    span: Span = span_field()


HeaderClause: TypeAlias = (
    PayerClause | ClaimTypeClause | AppliesClause | PeriodClause | SourceClause | UseClause | OtherwiseClause
)


@dataclass(frozen=True, slots=True)
class PolicyHeader:
    """`policy medicare-44120 "Small-bowel resection"` and its clauses"""

    id: Name
    title: str | None
    clauses: tuple[HeaderClause, ...]
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class PartHeader:
    """`part of medicare-44120`: a further file of a policy whose header stands elsewhere"""

    policies: tuple[Name, ...]
    clauses: tuple[HeaderClause, ...]
    span: Span = span_field()


# ------------------------------------------------------------------ effects


@dataclass(frozen=True, slots=True)
class Allow:
    """`allow`"""

    codes: Codes | None
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class Deny:
    """`deny with co carc 236`"""

    codes: Codes | None
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class Pend:
    """`pend for review by pricing`"""

    queue: Name
    codes: Codes | None
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class Note:
    """`note "Paid at the ordinary fee."`"""

    text: str
    codes: Codes | None
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class PayShare:
    """`pay 16 percent of fee`: the base share; two different ones that hold together are a conflict"""

    percent: Expr
    of: WordRef
    codes: Codes | None
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class ReduceTo:
    """`reduce to 50 percent, with co carc 59`: a factor"""

    percent: Expr
    codes: Codes | None
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class ReduceBy:
    """`reduce by $100.00`: dollars off"""

    amount: Expr
    codes: Codes | None
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class PayAtMost:
    """`pay at most billed charge`, `pay at most 120 percent of billed charge`: a cap"""

    amount: Expr
    percent_of: WordRef | None
    codes: Codes | None
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class Require:
    """`require documentation of increased-work in operative-note, otherwise note "…"`"""

    documentation: Documentation
    otherwise: Effect | None
    span: Span = span_field()


Effect: TypeAlias = Allow | Deny | Pend | Note | PayShare | ReduceTo | ReduceBy | PayAtMost | Require


# ------------------------------------------------------------------ rules


@dataclass(frozen=True, slots=True)
class Because:
    """`because "The record must show …" [NGS22, PFS]`"""

    text: str | None
    sources: tuple[Name, ...]
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class Trial:
    """`on trial from 2026-06-01`"""

    from_date: Literal | None
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class Rule:
    """`rule name "title" … when … effects because …`; without a name, the short form `when … effect`

    `when` is None for a rule that `always` holds.
    """

    name: Name | None
    title: str | None
    second_stratum: bool
    trial: Trial | None
    scopes: tuple[Scope, ...]
    when: ConditionList | None
    period: PeriodClause | None
    effects: tuple[Effect, ...]
    because: Because | None
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class ExceptionRule:
    """`exception name "title" to rule-name when … instead … because …`"""

    name: Name
    title: str | None
    target: Name
    when: ConditionList | None
    period: PeriodClause | None
    instead: tuple[Effect, ...]
    because: Because | None
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class Define:
    """`define heavy-adhesions as modifier 22 and any diagnosis in dense-adhesions`"""

    name: Name
    conditions: ConditionList
    span: Span = span_field()


Item: TypeAlias = Rule | ExceptionRule | Define | Fixture | Test | Examples


@dataclass(frozen=True, slots=True)
class Comment:
    """`# text`, kept for the formatter"""

    text: str
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """A whole `.pol` file; `unread` are the places that could not be read"""

    header: PolicyHeader | PartHeader | None
    items: tuple[Item, ...]
    comments: tuple[Comment, ...] = field(compare=False)
    span: Span = span_field()
    unread: tuple[Span, ...] = field(default=(), compare=False)
