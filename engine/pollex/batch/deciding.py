"""A chunk decided: what a worker does, and all that it needs for that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pollex.batch import parquet
from pollex.batch.chunks import Chunk, Done, Reject
from pollex.batch.columns import rows
from pollex.batch.tally import Tally
from pollex.batch.work import given
from pollex.engine import Engine
from pollex.intake.document import Limits


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
        for position, line, checked in given(chunk, self.limits):
            claim = checked.claim
            if claim is None:
                rejects.append(Reject(chunk.name, position, line, checked.faults))
                tally.refuse(position)
                continue
            try:
                decision = self.engine.decide_checked(claim, assume=self.assume)
            except Exception as error:
                error.add_note(f"{chunk.name}, claim {position}")
                raise
            tally.count(claim, decision)
            if self.columns:
                table += rows(claim, decision)
            else:
                written += (decision.to_json_bytes(), b"\n")
        output = parquet.table_bytes(table) if table else b"".join(written)
        return Done(output, tuple(rejects), tally)
