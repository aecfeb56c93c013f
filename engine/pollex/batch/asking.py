"""A chunk decided by SQL, and what SQL leaves open by the engine: the same decisions, in the same order.

A query costs something before it has looked at a claim, the more the longer it is. A payer with so few claims
in the chunk that this is not worth it is not asked for: the engine decides its claims.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from pollex.backends.sql.query import Query
from pollex.batch import parquet
from pollex.batch.answered import Answers, Claims, answered, decisions
from pollex.batch.assumed import Assumed
from pollex.batch.chunks import Chunk, Done
from pollex.batch.deciding import Desk
from pollex.batch.validity import valid_rows
from pollex.batch.vouched import can_tell, vouched
from pollex.intake.document import Limits
from pollex.source.text import UnreadableFile

ALWAYS = 0
AT_ONCE = 200
"""Claims that are finished at once."""


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


Finish = Callable[[Iterable[Chunk]], Iterator[Done]]
"""Decides chunks by the engine, in order."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Asks each payer's query for the lines of its claims; `answers` is what it remembers. What is left open
    is for `desk`, here or in other processes.
    """

    desk: Desk
    questions: Questions
    name: str
    answers: Answers = field(init=False)
    is_open: bool = field(init=False)
    """Whether claims without a history are for the engine."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "answers", Answers(assumed=Assumed(self.desk.assume)))
        object.__setattr__(self, "is_open", can_tell(self.desk.engine.program, self.desk.assume))

    @property
    def limits(self) -> Limits:
        return self.desk.limits

    @property
    def schema(self) -> Any:
        return parquet.schema_of_decisions()

    def to_dict(self) -> dict[str, Any]:
        return {**self.desk.to_dict(), "sql": self.name}

    def decide(self, chunk: Chunk) -> Done:
        """All claims of a chunk, in order."""
        return self.finished(chunk, partial(map, self.desk.decide))

    def finished(self, chunk: Chunk, finish: Finish) -> Done:
        """The same, where others decide what SQL leaves open."""
        if not chunk.rows:
            said = "is not Parquet: `pollex batch … --to-parquet` lays its claims out, and SQL asks those"
            raise UnreadableFile(f"{chunk.name} {said}")
        valid = valid_rows(chunk, self.desk.limits)
        claims = Claims.of(valid.table)
        payers = claims.payers()
        asked, few = self.questions.of(payers)
        lines = self.questions.sql.lines(asked, vouched(valid.table, self.desk.assume))
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
        left = sorted(exact)
        tables, places = [decided.rows], [decided.places]
        for done in finish(_parts(chunk, valid.places, claims, left)):
            tables.append(parquet.table_of(done.output))
            tally.add(done.tally)
        places.append(claims.places(left))
        made = parquet.in_order(tables, places)
        return Done(parquet.as_stream(made) if made.num_rows else b"", valid.rejects, tally)


def _parts(chunk: Chunk, positions: Sequence[int], claims: Claims, left: Sequence[int]) -> Iterator[Chunk]:
    """Claims that SQL leaves open, a few at a time."""
    for first in range(0, len(left), AT_ONCE):
        places = left[first : first + AT_ONCE]
        name = f"{chunk.name}, left open by SQL from claim {chunk.first + positions[places[0]]} on"
        yield Chunk(name, 0, rows=parquet.as_stream(claims.taken(places)))
