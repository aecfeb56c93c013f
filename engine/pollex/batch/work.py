"""What a run does with each chunk of claims, and how its claims are read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from pollex.batch import parquet
from pollex.batch.chunks import Chunk, Done
from pollex.intake.claims import Checked, check_claim, read_claim, read_quickly
from pollex.intake.document import Limits
from pollex.intake.jsonlines import Run

Given = tuple[int, int | None, Checked]
"""A claim's position, its line in a file of text, and the claim or its faults."""


class Work(Protocol):
    """Takes chunks, in this process or in others."""

    @property
    def limits(self) -> Limits: ...

    @property
    def schema(self) -> Any:
        """That of the Parquet file that is written, None where text is."""

    def to_dict(self) -> dict[str, Any]:
        """What must be the same for an unfinished run to go on."""

    def decide(self, chunk: Chunk) -> Done:
        """All claims of a chunk, in order."""


def given(chunk: Chunk, limits: Limits) -> Iterator[Given]:
    """The claims of a chunk, checked."""
    for text in chunk.texts:
        if isinstance(text, Run):
            yield from _of_run(text, limits)
        else:
            fault, line = text.fault, text.place.line if text.position else None
            read = read_claim(text.data, text.place, limits) if fault is None else Checked(None, (fault,))
            yield text.position, line, read
    if chunk.rows:
        for position, claim in enumerate(parquet.claims_of(chunk.rows), chunk.first):
            yield position, None, checked_row(claim, limits)


def _of_run(run: Run, limits: Limits) -> Iterator[Given]:
    for index, data in enumerate(run.lines):
        claim = read_quickly(data, limits)
        if claim is not None:
            yield run.position + index, run.place.line + index, Checked(claim)
        else:
            read = read_claim(data, run.place_of(index), limits)
            yield run.position + index, run.place.line + index, read


def checked_row(row: parquet.Row, limits: Limits) -> Checked:
    """A row that is a claim, or its faults."""
    faults = row if isinstance(row, tuple) else check_claim(row, limits)
    return Checked(None, faults) if isinstance(row, tuple) or faults else Checked(row)
