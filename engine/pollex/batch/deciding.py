"""A chunk decided: what a worker does, and all that it needs for that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pollex.batch import parquet
from pollex.batch.chunks import Chunk, Done, Reject
from pollex.batch.columns import rows
from pollex.batch.tally import Tally
from pollex.engine import Engine
from pollex.intake.claims import Checked, check_claim, read_claim
from pollex.intake.document import Limits

Given = tuple[int, int | None, Checked]
"""A claim's position, its line in a file of text, and the claim or its faults."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Decides chunks; `columns`: whether decisions are written as rows."""

    engine: Engine
    limits: Limits
    assume: frozenset[str]
    columns: bool

    def decide(self, chunk: Chunk) -> Done:
        """All claims of a chunk, in order."""
        tally = Tally()
        rejects: list[Reject] = []
        written: list[bytes] = []
        table: list[dict[str, Any]] = []
        for position, line, checked in self._given(chunk):
            claim = checked.claim
            if claim is None:
                rejects.append(Reject(chunk.name, position, line, checked.faults))
                tally.invalid += position > 0
                tally.unreadable += position == 0
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

    def _given(self, chunk: Chunk) -> Iterator[Given]:
        for text in chunk.texts:
            if text.fault is not None:
                checked = Checked(None, (text.fault,))
            else:
                checked = read_claim(text.data, text.place, self.limits)
            yield text.position, text.place.line if text.position else None, checked
        if chunk.rows:
            for position, claim in enumerate(parquet.claims_of(chunk.rows), chunk.first):
                yield position, None, _checked(claim, self.limits)


def _checked(claim: Mapping[str, Any], limits: Limits) -> Checked:
    faults = check_claim(claim, limits)
    return Checked(None, faults) if faults else Checked(dict(claim))
