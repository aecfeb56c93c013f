"""From the rows that an engine of SQL gives to verdicts, and what is left to the exact way.

Rows of a query have `position`, `claim_id`, `outcome`, `exact` and `lines`, in this order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from pollex.backends.sql.verdict import LineVerdict, Verdict
from pollex.model.decision import Document, money, percent_text

Exact = Callable[[int, Mapping[str, Any]], Verdict | None]
"""Decides a row of claims and its place, the exact way; None where the row is no valid claim."""


def finished(claims: Any, found: Mapping[int, Verdict], exact: Exact) -> Iterator[Verdict | None]:
    """Verdicts on an Arrow table of claims, in its order; what was not found is decided the exact way."""
    for position in range(claims.num_rows):
        decided = found.get(position)
        row = None if decided else claims.slice(position, 1).to_pylist()[0]
        yield decided or exact(position, row or {})


def sure_ones(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[int, Verdict]]:
    """Verdicts by position, of those rows that are not for the exact way."""
    for position, claim_id, outcome, exact, lines in rows:
        if not exact:
            yield position, Verdict(claim_id, outcome, tuple(map(_line, lines)), False)


def _line(line: Mapping[str, Any]) -> LineVerdict:
    percent, amount = line["percent"], line["allowed_amount"]
    return LineVerdict(
        line["line_number"],
        line["procedure_code"],
        line["outcome"],
        None if percent is None else percent_text(Fraction(percent)),
        None if amount is None else money(Fraction(amount)),
        tuple(_adjustment(one) for one in line["adjustments"] or ()),
        tuple(line["rules"]),
    )


def _adjustment(one: Mapping[str, Any]) -> Document:
    said: Document = {
        "group": one["group"],
        "carc": one["carc"],
        "rarc": list(one["rarc"]),
        "rule": one["rule"],
    }
    if one["amount"] is not None:
        said["amount"] = money(Fraction(one["amount"]))
    return said
