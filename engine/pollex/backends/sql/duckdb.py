"""Running the queries on DuckDB, and finishing what they leave to the exact way.

Claims come as an Arrow table with the columns of schemas/README.md. Each payer's query decides its claims;
those that it marks exact, and those of payers without a query, go to `exact` as the rows that they are.
Verdicts come back in the order of the claims.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pollex.backends.sql.query import Query
from pollex.backends.sql.rows import Exact, finished, sure_ones
from pollex.backends.sql.verdict import Verdict

CLAIMS = "CREATE VIEW claims AS SELECT (row_number() OVER ()) - 1 AS position, * FROM given"


@dataclass(frozen=True, slots=True)
class DuckDb:
    """Queries by payer, ready to run; `threads` 0 leaves the number to DuckDB."""

    queries: tuple[Query, ...] = ()
    threads: int = 0

    def lines(self, queries: Iterable[Query], claims: Any) -> Iterator[tuple[Query, Any]]:
        """A row a line, as an Arrow table for each query."""
        queries = tuple(queries)
        if not queries:
            return
        import duckdb  # noqa: PLC0415 - heavy, and not needed by those who decide otherwise

        with duckdb.connect() as connection:
            if self.threads:
                connection.execute(f"SET threads = {int(self.threads)}")
            connection.register("given", claims)
            connection.execute(CLAIMS)
            for query in queries:
                # As a table first: DuckDB plans a query twice that it is to hand to Arrow.
                connection.execute(f"CREATE OR REPLACE TEMP TABLE decided AS {query.lines}")
                yield query, connection.table("decided").to_arrow_table()

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
                found.update(sure_ones(connection.execute(query.text).fetchall()))
        yield from finished(claims, found, exact)
