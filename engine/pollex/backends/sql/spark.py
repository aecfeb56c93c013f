"""Running the queries on Spark, and finishing what they leave to the exact way.

Claims come as an Arrow table with the columns of schemas/README.md, or as a data frame with these columns and
`position`, a number that tells them apart. Queries run in a session of their own beside the one given: it
shares the cluster, but neither its views nor its settings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Any

from pollex.backends.sql.query import Query
from pollex.backends.sql.rows import Exact, finished, sure_ones
from pollex.backends.sql.verdict import Verdict

SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.decimalOperations.allowPrecisionLoss": "true",
    "spark.sql.legacy.followThreeValuedLogicInArrayExists": "true",
    "spark.sql.parser.escapedStringLiterals": "false",
    "spark.sql.variable.substitute": "false",
    "spark.sql.optimizer.excludedRules": "org.apache.spark.sql.catalyst.optimizer.ConvertToLocalRelation",
    # Queries are too long for the methods of Java that Spark writes: that takes longer than it saves.
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.codegen.wholeStage": "false",
}
"""What the queries are written for, and what runs them fastest."""

LOCAL = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.extraJavaOptions": "-Xss16m",
    "spark.driver.host": "127.0.0.1",
    "spark.log.level": "ERROR",
    "spark.sql.shuffle.partitions": "2",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
"""A session on this machine alone; nested conditions want a deep stack."""


class CannotStart(Exception):  # noqa: N818 - a sentence, for whoever asked for it
    """Spark is installed, and does not run."""


@dataclass(frozen=True, slots=True)
class Spark:
    """Queries by payer, in Spark's dialect; `session` None starts one on this machine (`threads` 0: on all
    processors).
    """

    queries: tuple[Query, ...] = ()
    threads: int = 0
    session: Any = None

    def verdicts(self, claims: Any, exact: Exact) -> Iterator[Verdict | None]:
        """Decide an Arrow table of claims."""
        found: dict[int, Verdict] = {}
        if self.queries and claims.num_rows:
            decided = self.decided(self._frame(claims)).toArrow()
            found.update(sure_ones(tuple(row.values()) for row in decided.to_pylist()))
        yield from finished(claims, found, exact)

    def lines(self, queries: Iterable[Query], claims: Any) -> Iterator[tuple[Query, Any]]:
        """A row a line, as an Arrow table for each query."""
        queries = tuple(queries)
        if queries:
            session = _asked(self._frame(claims))
            for query in queries:
                yield query, session.sql(query.lines).toArrow()

    def decided(self, claims: Any) -> Any:
        """A data frame with a row a claim: position, claim_id, outcome, exact, lines. Claims of payers
        without a query are not in it.
        """
        session = _asked(claims)
        frames = [session.sql(query.text) for query in self.queries]
        return reduce(lambda left, right: left.union(right), frames)

    def _frame(self, claims: Any) -> Any:
        """An Arrow table of claims as a data frame."""
        placed = claims.append_column("position", [list(range(claims.num_rows))])
        return self.opened().createDataFrame(placed)

    def opened(self) -> Any:
        """The session given, or one on this machine."""
        return self.session or local_session(self.threads)


def _asked(claims: Any) -> Any:
    """A session in which queries find these claims."""
    session = claims.sparkSession.newSession()
    for name, value in SETTINGS.items():
        session.conf.set(name, value)
    claims.createOrReplaceGlobalTempView("pollex_claims")
    session.table("global_temp.pollex_claims").createOrReplaceTempView("claims")
    return session


def local_session(threads: int = 0) -> Any:
    """A session on this machine: the one that is open, or a new one."""
    from pyspark.errors import PySparkException  # noqa: PLC0415
    from pyspark.sql import SparkSession  # noqa: PLC0415 - heavy, and not needed by those who decide otherwise

    builder = SparkSession.builder.master(f"local[{threads or '*'}]").appName("pollex")
    for name, value in LOCAL.items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except PySparkException:
        raise CannotStart("Spark does not start: it needs Java 17, and what Java said stands above") from None
