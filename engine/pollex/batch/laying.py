"""A chunk laid out in columns, for those who ask claims in SQL: nothing is decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pollex.batch import layout
from pollex.batch.chunks import Chunk, Done, Reject
from pollex.batch.parquet import as_stream
from pollex.batch.tally import Tally
from pollex.batch.work import given
from pollex.intake.document import Limits


@dataclass(frozen=True, slots=True)
class Laying:
    """Lays valid claims out as rows (`layout.py`)."""

    limits: Limits

    @property
    def schema(self) -> Any:
        return layout.schema()

    def to_dict(self) -> dict[str, Any]:
        return {"columns": "claims"}

    def decide(self, chunk: Chunk) -> Done:
        """All claims of a chunk, in order."""
        tally = Tally()
        rejects: list[Reject] = []
        claims: list[dict[str, Any]] = []
        for one in given(chunk, self.limits):
            if isinstance(one, Reject):
                rejects.append(one)
                tally.refuse(one.position)
            else:
                claims.append(one[1])
        tally.laid_out = len(claims)
        output = as_stream(layout.table(claims)) if claims else b""
        return Done(output, tuple(rejects), tally)
