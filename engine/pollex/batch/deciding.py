"""A chunk decided: what a worker does, and all that it needs for that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from pollex.batch import parquet
from pollex.batch.chunks import Chunk, Done, Reject
from pollex.batch.columns import rows
from pollex.batch.counting import Gathered
from pollex.batch.tally import Tally
from pollex.batch.work import given
from pollex.engine import Engine
from pollex.intake.document import Limits
from pollex.model.decision import Decision
from pollex.model.decisiontext import add_decision

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
        tally, gathered = Tally(), Gathered()
        rejects: list[Reject] = []
        written: list[bytes] = []
        table: list[dict[str, Any]] = []
        found = given(chunk, self.limits)
        while stage := list(islice(found, STAGE)):
            decided = []
            for one in stage:
                if isinstance(one, Reject):
                    rejects.append(one)
                    tally.refuse(one.position)
                else:
                    position, claim = one
                    decided.append((claim, self._decided(claim, chunk.name, position)))
            pieces: list[str] = []
            for claim, decision in decided:
                gathered.add(claim, decision)
                if self.columns:
                    table += rows(claim, decision)
                else:
                    add_decision(pieces, decision)
                    pieces.append("\n")
            written.append("".join(pieces).encode())
        gathered.count(tally)
        output = parquet.table_bytes(table) if table else b"".join(written)
        return Done(output, tuple(rejects), tally)

    def _decided(self, claim: Mapping[str, Any], name: str, position: int) -> Decision:
        try:
            return self.engine.decide_checked(claim, assume=self.assume)
        except Exception as error:
            error.add_note(f"{name}, claim {position}")
            raise
