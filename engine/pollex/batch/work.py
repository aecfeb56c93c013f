"""What a run does with each chunk of claims, and how its claims are read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol, TypeAlias

from pollex.batch import parquet
from pollex.batch.chunks import Chunk, Done, Reject
from pollex.intake.claims import Checked, check_claim, read_claim, read_quickly
from pollex.intake.document import Limits
from pollex.intake.jsonclaim import Place
from pollex.intake.jsonlines import Run

Given: TypeAlias = tuple[int, dict[str, Any]] | Reject
"""A claim with its position, or its faults."""


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
            yield from _of_run(chunk.name, text, limits)
        elif text.fault is not None:
            yield Reject(chunk.name, text.position, text.place.line if text.position else None, (text.fault,))
        else:
            yield _read(chunk.name, text.position, text.data, text.place, limits)
    if chunk.rows:
        for position, claim in enumerate(parquet.claims_of(chunk.rows), chunk.first):
            checked = checked_row(claim, limits)
            if checked.claim is None:
                yield Reject(chunk.name, position, None, checked.faults)
            else:
                yield position, checked.claim


def _of_run(name: str, run: Run, limits: Limits) -> Iterator[Given]:
    for index, data in enumerate(run.lines):
        claim = read_quickly(data, limits)
        if claim is None:
            yield _read(name, run.position + index, data, run.place_of(index), limits)
        else:
            yield run.position + index, claim


def _read(name: str, position: int, data: bytes, place: Place, limits: Limits) -> Given:
    checked = read_claim(data, place, limits)
    if checked.claim is None:
        return Reject(name, position, place.line, checked.faults)
    return position, checked.claim


def checked_row(row: parquet.Row, limits: Limits) -> Checked:
    """A row that is a claim, or its faults."""
    faults = row if isinstance(row, tuple) else check_claim(row, limits)
    return Checked(None, faults) if isinstance(row, tuple) or faults else Checked(row)
