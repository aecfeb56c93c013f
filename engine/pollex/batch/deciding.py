"""A chunk decided: what a worker does, and all that it needs for that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from pollex.batch import parquet
from pollex.batch.chunks import Chunk, Done, Reject
from pollex.batch.columns import rows
from pollex.batch.tally import Tally
from pollex.batch.work import given
from pollex.engine import Engine
from pollex.intake.document import Limits
from pollex.model.decision import Decision

STAGE = 24
"""Claims that are read, then decided, then written: a processor does one thing for a while more quickly."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Decides chunks; `columns`: whether decisions are written as rows."""

    engine: Engine
    limits: Limits
    assume: frozenset[str]
    columns: bool

    @property
    def schema(self) -> Any:
        return parquet.schema_of_decisions() if self.columns else None

    def to_dict(self) -> dict[str, Any]:
        return {"policies": self.engine.digest, "assume": sorted(self.assume), "columns": self.columns}

    def decide(self, chunk: Chunk) -> Done:
        """All claims of a chunk, in order."""
        tally = Tally()
        rejects: list[Reject] = []
        written: list[bytes] = []
        table: list[dict[str, Any]] = []
        found = given(chunk, self.limits)
        while stage := list(islice(found, STAGE)):
            claims = []
            for position, line, checked in stage:
                if checked.claim is None:
                    rejects.append(Reject(chunk.name, position, line, checked.faults))
                    tally.refuse(position)
                else:
                    claims.append((position, checked.claim))
            decided = [(claim, self._decided(claim, chunk.name, position)) for position, claim in claims]
            tally.count(decided)
            if self.columns:
                for claim, decision in decided:
                    table += rows(claim, decision)
            else:
                written.append("".join([f"{decision.to_json()}\n" for _, decision in decided]).encode())
        output = parquet.table_bytes(table) if table else b"".join(written)
        return Done(output, tuple(rejects), tally)

    def _decided(self, claim: Mapping[str, Any], name: str, position: int) -> Decision:
        try:
            return self.engine.decide_checked(claim, assume=self.assume)
        except Exception as error:
            error.add_note(f"{name}, claim {position}")
            raise
