"""The tree of conditions and expressions: what stands after `when`, and the numbers an effect computes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from pollex.source.span import Span


def span_field() -> Span:
    """A span that takes no part in comparing or printing a node."""
    return field(compare=False, repr=False)  # type: ignore[no-any-return]


# ------------------------------------------------------------------ leaves


@dataclass(frozen=True, slots=True)
class Name:
    """A name the author or a data file gave: a rule, set, table, column, queue, payer, source"""

    text: str
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class Literal:
    """`22`, `44120`, `$1,136.30`, `2026-01-01`, `"12-3456789"`, `out-of-network`

    `kind` is atom, money, date, string or name; `text` is as written (money without `$` and commas).
    """

    kind: str
    text: str
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class WordRef:
    """A phrase of the vocabulary: `place of service`"""

    phrase: str
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class ColumnRef:
    """`mpfs assistant-indicator`: a column of a table, at the line's key"""

    table: Name
    column: Name
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class Documentation:
    """`documentation of increased-work in operative-note`"""

    concept: Name
    document: Name | None
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class Codes:
    """`with co carc 45 rarc M69 N211`"""

    group: Name
    carc: Literal
    rarcs: tuple[Literal, ...]
    span: Span = span_field()


# ------------------------------------------------------------------ lines and filters


@dataclass(frozen=True, slots=True)
class SameDate:
    """`on the same date`"""

    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class SameProvider:
    """`by the same provider`, `… group`, `… tax id`; `relation` is provider, group or tax-id"""

    relation: str
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class With:
    """`with cpt in abdominal-surgery`, `with no modifier 59`, `with the same cpt`"""

    fact: Condition
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class Within:
    """`within 90 days before the service date`, `within 1 to 90 days before …`; both ends count"""

    period: Period | ColumnRef
    direction: str
    anchor: WordRef | Literal
    nearest: Literal | None
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class NotDenied:
    """`not denied` (second stratum)"""

    span: Span = span_field()


Filter: TypeAlias = SameDate | SameProvider | With | Within | NotDenied


@dataclass(frozen=True, slots=True)
class LineSet:
    """`lines …`, `other lines …`, `history lines …`; `of` is all, other or history"""

    of: str
    filters: tuple[Filter, ...]
    span: Span = span_field()


# ------------------------------------------------------------------ expressions


@dataclass(frozen=True, slots=True)
class Arith:
    """`a + b`, `a - b`, `a * b`, `a / b`"""

    op: str
    left: Expr
    right: Expr
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class Count:
    """`count of other lines on the same date`"""

    lines: LineSet
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class Sum:
    """`sum of units of lines with the same cpt on the same date`"""

    word: WordRef
    lines: LineSet
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class DaysFromTo:
    """`days from the care from to the care to`: both ends count"""

    start: WordRef | Literal
    end: WordRef | Literal
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class Quantity:
    """`quantity of documentation of adhesiolysis-minutes in operative-note`"""

    documentation: Documentation
    span: Span = span_field()


Expr: TypeAlias = Literal | WordRef | ColumnRef | Arith | Count | Sum | DaysFromTo | Quantity


# ------------------------------------------------------------------ relations: what stands after `is`


@dataclass(frozen=True, slots=True)
class Period:
    """`90 days`, `1 year`; `unit` is day, week, month or year"""

    amount: Literal
    unit: str
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class IsValue:
    """`is 2`, `is not out-of-network`, `is any of 1, 2`, `is none of 1, 2`"""

    values: tuple[Literal, ...]
    negated: bool
    listed: bool
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class IsOrdered:
    """`is more than mue units`, `is at least 18 years`; `op` is more-than, less-than, at-least or at-most"""

    op: str
    than: Expr | Period
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class IsDistant:
    """`is more than 1 year after the …`, `is within 1 to 3 days before …`; `op` as above, or within"""

    op: str
    period: Period | ColumnRef
    direction: str
    anchor: WordRef | Literal
    nearest: Literal | None
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class IsDated:
    """`is on or after 2026-01-01`; `op` is before, after, on-or-before or on-or-after"""

    op: str
    anchor: WordRef | Literal
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class IsOnFile:
    """`is on file`, `is not on file`"""

    negated: bool
    span: Span = span_field()


Relation: TypeAlias = IsValue | IsOrdered | IsDistant | IsDated | IsOnFile


# ------------------------------------------------------------------ conditions


@dataclass(frozen=True, slots=True)
class CodeTest:
    """`modifier 22`, `no modifier in ncci-modifiers`, `any diagnosis K56.50`, `cpt not in visits`

    `article` is any, every, no or None; `set_name` is there for `in`, else `codes`; `negated` for `not`,
    `none of`, `not in`; `listed` for `any of` and `none of`.
    """

    article: str | None
    word: WordRef
    codes: tuple[Literal, ...]
    set_name: Name | None
    negated: bool
    listed: bool
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class Comparison:
    """`units is more than 2`, `network status is out-of-network`"""

    left: Expr
    relation: Relation
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class AgeUnder:
    """`patient age under 18 years`"""

    word: WordRef
    period: Period
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class Documented:
    """`documentation of X in D is found`, `… is not found`"""

    documentation: Documentation
    negated: bool
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class Defined:
    """`heavy-adhesions`, `not heavy-adhesions`"""

    name: Name
    negated: bool
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class SameAs:
    """`the same cpt`: the other line's value is this line's"""

    word: WordRef
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class Denied:
    """`denied`, `not denied`, of another line (second stratum)"""

    negated: bool
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class LineTest:
    """`no other line on the same date has cpt 44120`, `every other line with cpt 44120 is denied`"""

    quantifier: str
    other: bool
    filters: tuple[Filter, ...]
    fact: Condition
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class HistoryTest:
    """`history has cpt in abdominal-surgery within 90 days before the service date`, `history has no line
    with …`

    `fact` is None when negated.
    """

    fact: Condition | None
    negated: bool
    filters: tuple[Filter, ...]
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class Rank:
    """`this line ranks 2 to 5 by fee among lines not denied on the same date`; `high` None with `or_later`"""

    low: Literal
    high: Literal | None
    or_later: bool
    by: Expr
    among: LineSet
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class PairColumn:
    """`with indicator 0`"""

    column: Name
    value: Literal
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class Bundles:
    """`ncci-ptp with indicator 0 bundles this line under another line on the same date`"""

    table: Name
    columns: tuple[PairColumn, ...]
    filters: tuple[Filter, ...]
    span: Span = span_field()


Condition: TypeAlias = (
    CodeTest
    | Comparison
    | AgeUnder
    | Documented
    | Defined
    | SameAs
    | Denied
    | LineTest
    | HistoryTest
    | Rank
    | Bundles
)


@dataclass(frozen=True, slots=True)
class ConditionList:
    """One condition, an `and` chain, an `or` chain, or a block `all of:` … with a condition a line

    `kind` is one, and, or, all, any, none or at-least (then `count` is there).
    """

    kind: str
    count: Literal | None
    conditions: tuple[Condition, ...]
    span: Span = span_field()
