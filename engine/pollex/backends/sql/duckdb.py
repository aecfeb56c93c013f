"""Running the queries on DuckDB, and finishing what they leave to the exact way.

Claims come as an Arrow table with the columns of schemas/README.md. Each payer's query decides its claims;
those that it marks exact, and those of payers without a query, go to `exact` as the rows that they are.
Verdicts come back in the order of the claims.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from pollex.backends.sql.query import Query
from pollex.backends.sql.verdict import LineVerdict, Verdict
from pollex.model.decision import Document, money, percent_text

Exact = Callable[[int, Mapping[str, Any]], Verdict | None]
"""Decides a row of claims and its place, the exact way; None where the row is no valid claim."""


CLAIMS = "CREATE VIEW claims AS SELECT (row_number() OVER ()) - 1 AS position, * FROM given"


@dataclass(frozen=True, slots=True)
class DuckDb:
    """Queries by payer, ready to run; `threads` 0 leaves the number to DuckDB."""

    queries: tuple[Query, ...]
    threads: int = 0

    def verdicts(self, claims: Any, exact: Exact) -> Iterator[Verdict | None]:
        """Decide an Arrow table of claims."""
        import duckdb  # noqa: PLC0415 - heavy, and not needed by those who decide otherwise

        with duckdb.connect() as connection:
            if self.threads:
                connection.execute(f"SET threads = {int(self.threads)}")
            connection.register("given", claims)
            connection.execute(CLAIMS)
            found: dict[int, Verdict] = {}
            for query in self.queries:
                found.update(_rows(connection.execute(query.text).fetchall()))
        for position in range(claims.num_rows):
            decided = found.get(position)
            row = None if decided else claims.slice(position, 1).to_pylist()[0]
            yield decided or exact(position, row or {})


def _rows(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[int, Verdict]]:
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
