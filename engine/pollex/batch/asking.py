"""A chunk decided by SQL, and what SQL leaves open by the engine: the same decisions, in the same order.

A query costs something before it has looked at a claim, the more the longer it is. A payer with so few claims
in the chunk that this is not worth it is not asked for: the engine decides its claims.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from pollex.backends.sql.query import Query
from pollex.batch import parquet
from pollex.batch.answered import Answers, Claims, answered, decisions
from pollex.batch.assumed import Assumed
from pollex.batch.chunks import Chunk, Done
from pollex.batch.columns import rows
from pollex.batch.counting import Gathered
from pollex.batch.tally import Tally
from pollex.batch.validity import valid_rows
from pollex.batch.vouched import can_tell, vouched
from pollex.engine import Engine
from pollex.intake.document import Limits
from pollex.source.text import UnreadableFile

ALWAYS = 0


class Lines(Protocol):
    """Runs queries over claims in columns (schemas/README.md)."""

    def lines(self, queries: Iterable[Query], claims: Any) -> Iterator[tuple[Query, Any]]:
        """For each query its lines, as an Arrow table; claims are one, too, their positions those in it."""


@dataclass(frozen=True, slots=True)
class Questions:
    """The queries of all payers. `worth`: by so many claims fewer a query is not worth asking than it has
    characters for each; at `ALWAYS` every query is asked.
    """

    sql: Lines
    queries: Sequence[Query]
    worth: int = ALWAYS

    def of(self, payers: Sequence[str]) -> tuple[list[Query], set[str]]:
        """The queries to ask for claims of these payers, and the payers that are not asked for."""
        counts = Counter(payers)
        asked, few = [], set()
        for query in self.queries:
            if counts[query.payer] * self.worth >= len(query.lines) or self.worth == ALWAYS:
                asked += [query] if counts[query.payer] else []
            else:
                few.add(query.payer)
        return asked, few


@dataclass(frozen=True, slots=True)
class Asking:
    """Asks each payer's query for the lines of its claims; `answers` is what it remembers."""

    engine: Engine
    questions: Questions
    limits: Limits
    name: str
    assume: frozenset[str] = frozenset()
    answers: Answers = field(init=False)
    is_open: bool = field(init=False)
    """Whether claims without a history are for the engine."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "answers", Answers(assumed=Assumed(self.assume)))
        object.__setattr__(self, "is_open", can_tell(self.engine.program, self.assume))

    @property
    def schema(self) -> Any:
        return parquet.schema_of_decisions()

    def to_dict(self) -> dict[str, Any]:
        assume = sorted(self.assume)
        return {"policies": self.engine.digest, "assume": assume, "columns": True, "sql": self.name}

    def decide(self, chunk: Chunk) -> Done:
        """All claims of a chunk, in order."""
        if not chunk.rows:
            said = "is not Parquet: `pollex batch … --to-parquet` lays its claims out, and SQL asks those"
            raise UnreadableFile(f"{chunk.name} {said}")
        valid = valid_rows(chunk, self.limits)
        claims = Claims.of(valid.table)
        payers = claims.payers()
        asked, few = self.questions.of(payers)
        lines = self.questions.sql.lines(asked, vouched(valid.table, self.assume))
        found = [answered(query, said, claims, self.answers) for query, said in lines]
        exact = frozenset[int]().union(*(one.exact for one in found))
        exact |= {place for place, payer in enumerate(payers) if payer in few}
        if self.is_open:
            exact |= claims.without("history")
        decided = decisions(found, claims, exact, self.answers)
        self.answers.trim()
        tally = decided.tally
        for reject in valid.rejects:
            tally.refuse(reject.position)
        finished, places = self._finished(chunk, valid.places, claims, sorted(exact), tally)
        made = parquet.in_order([(decided.rows, decided.places), (finished, places)])
        return Done(parquet.as_stream(made) if made.num_rows else b"", valid.rejects, tally)

    def _finished(
        self, chunk: Chunk, positions: Sequence[int], claims: Claims, exact: Sequence[int], tally: Tally
    ) -> tuple[list[dict[str, Any]], list[int]]:
        """Claims that the engine decides: rows of decisions, and their places among lines."""
        table: list[dict[str, Any]] = []
        places: list[int] = []
        gathered = Gathered()
        firsts = claims.offsets.to_pylist() if exact else []
        for place, claim in zip(exact, claims.taken(exact), strict=True):
            try:
                decision = self.engine.decide_checked(claim, assume=self.assume)
            except Exception as error:
                error.add_note(f"{chunk.name}, claim {chunk.first + positions[place]}")
                raise
            gathered.add(claim, decision)
            table += rows(claim, decision)
            places += range(firsts[place], firsts[place + 1])
        gathered.count(tally)
        return table, places
