"""The engines that queries run on, by name: the dialect that each reads, what it needs, and its runner."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from pollex.backends.sql.dialect import DUCKDB, Dialect
from pollex.backends.sql.duckdb import DuckDb
from pollex.backends.sql.query import Query
from pollex.backends.sql.rows import Exact
from pollex.backends.sql.spark import Spark
from pollex.backends.sql.sparksql import SPARK
from pollex.backends.sql.verdict import Verdict


class Runner(Protocol):
    """Decides claims by queries."""

    def verdicts(self, claims: Any, exact: Exact) -> Iterator[Verdict | None]:
        """Decide an Arrow table of claims, in its order."""

    def lines(self, queries: Iterable[Query], claims: Any) -> Iterator[tuple[Query, Any]]:
        """For each query its lines, as an Arrow table."""


@dataclass(frozen=True, slots=True)
class SqlEngine:
    """An engine: `needs` are the modules that it imports, `extra` installs them."""

    name: str
    dialect: Dialect
    needs: tuple[str, ...]
    extra: str
    program: str | None
    """A program that has to be there, too."""
    runner: Callable[[tuple[Query, ...], int], Runner]
    """Makes a runner of queries in this dialect, and a number of threads (0: all)."""
    worth: int
    """Characters of a query that are planned in the time that the engine saves by one claim; 0: whoever names
    it wants it asked.
    """
    chunk: int
    """Claims that are asked for at once: a query is planned anew for each such part of a file, and all of the
    part is in memory.
    """


ENGINES = {
    "duckdb": SqlEngine("duckdb", DUCKDB, ("duckdb", "pyarrow"), "duckdb", None, DuckDb, 50, 15_000),
    "spark": SqlEngine("spark", SPARK, ("pyspark", "pyarrow"), "spark", "java", Spark, 0, 200_000),
}
