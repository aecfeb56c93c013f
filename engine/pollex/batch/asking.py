"""A chunk decided by SQL, and what SQL leaves open by the engine: the same decisions, in the same order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from pollex.backends.sql.query import Query
from pollex.batch import layout, parquet
from pollex.batch.answered import Answers, Claims, answered, decisions
from pollex.batch.chunks import Chunk, Done, Reject
from pollex.batch.columns import rows
from pollex.batch.tally import Tally
from pollex.batch.work import checked_row
from pollex.engine import Engine
from pollex.intake.document import Limits
from pollex.model.decision import Decision
from pollex.source.text import UnreadableFile


class Lines(Protocol):
    """Runs queries over claims in columns (schemas/README.md)."""

    def lines(self, queries: Iterable[Query], claims: Any) -> Iterator[tuple[Query, Any]]:
        """For each query its lines, as an Arrow table; claims are one, too, their positions those in it."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Asks each payer's query for the lines of its claims; `answers` is what it remembers."""

    engine: Engine
    sql: Lines
    queries: Sequence[Query]
    limits: Limits
    name: str
    answers: Answers = field(default_factory=Answers)

    @property
    def schema(self) -> Any:
        return parquet.schema_of_decisions()

    def to_dict(self) -> dict[str, Any]:
        return {"policies": self.engine.digest, "assume": [], "columns": True, "sql": self.name}

    def decide(self, chunk: Chunk) -> Done:
        """All claims of a chunk, in order."""
        if not chunk.rows:
            said = "is not Parquet: `pollex batch … --to-parquet` lays its claims out, and SQL asks those"
            raise UnreadableFile(f"{chunk.name} {said}")
        table = parquet.table_of(chunk.rows)
        layout.check(chunk.name, table.schema)
        claims = Claims.of(table)
        payers = set(parquet.computing().struct_field(table.column("payer"), "id").to_pylist())
        wanted = [query for query in self.queries if query.payer in payers]
        found = [
            answered(query, lines, claims, self.answers) for query, lines in self.sql.lines(wanted, table)
        ]
        exact = frozenset[int]().union(*(one.exact for one in found))
        decided = decisions(found, claims, exact, self.answers)
        self.answers.trim()
        rejects, finished, places = self._finished(chunk, claims, sorted(exact), decided.tally)
        made = parquet.in_order([(decided.rows, decided.places), (finished, places)])
        return Done(parquet.as_stream(made) if made.num_rows else b"", tuple(rejects), decided.tally)

    def _finished(
        self, chunk: Chunk, claims: Claims, exact: Sequence[int], tally: Tally
    ) -> tuple[list[Reject], list[dict[str, Any]], list[int]]:
        """Claims decided the exact way: what is not valid, rows of decisions, their places among lines."""
        rejects: list[Reject] = []
        table: list[dict[str, Any]] = []
        places: list[int] = []
        decided: list[tuple[dict[str, Any], Decision]] = []
        firsts = claims.offsets.to_pylist() if exact else []
        arrow = parquet.library()
        left = claims.table.take(arrow.array(exact, arrow.int64())).to_pylist()
        for position, row in zip(exact, left, strict=True):
            found = checked_row(parquet.plain(row), self.limits)
            if found.claim is None:
                rejects.append(Reject(chunk.name, chunk.first + position, None, found.faults))
                tally.refuse(position + 1)
                continue
            decision = self.engine.decide_checked(found.claim)
            decided.append((found.claim, decision))
            table += rows(found.claim, decision)
            places += range(firsts[position], firsts[position + 1])
        tally.count(decided)
        return rejects, table, places
