"""What a run does with each chunk of claims, and how its claims are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from pollex.batch import parquet
from pollex.batch.chunks import Chunk, Done
from pollex.intake.claims import Checked, check_claim, read_claim
from pollex.intake.document import Limits

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
        if text.fault is not None:
            checked = Checked(None, (text.fault,))
        else:
            checked = read_claim(text.data, text.place, limits)
        yield text.position, text.place.line if text.position else None, checked
    if chunk.rows:
        for position, claim in enumerate(parquet.claims_of(chunk.rows), chunk.first):
            yield position, None, _checked(claim, limits)


def _checked(claim: Mapping[str, Any], limits: Limits) -> Checked:
    faults = check_claim(claim, limits)
    return Checked(None, faults) if faults else Checked(dict(claim))
