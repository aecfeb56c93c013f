"""A recording: claims with the decisions that they got, a document a line, the first one about the rest.

`schemas/recording.schema.json` says what stands on a line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

from pollex.source.text import UnreadableFile

FORMAT = 1
LONGEST = 64 * 1_048_576
Document: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Head:
    """What is said of the whole recording."""

    engine_version: str
    assume: frozenset[str]


@dataclass(frozen=True, slots=True)
class Recorded:
    """A claim and its decision, by its place in the recording."""

    position: int
    claim: Document
    decision: Document


def head_line(engine_version: str, assume: frozenset[str]) -> str:
    """The first line."""
    return _line({"recording": FORMAT, "engine_version": engine_version, "assume": sorted(assume)})


def entry_line(claim: Document, decision: Document) -> str:
    """A further line."""
    return _line({"claim": claim, "decision": decision})


def _line(document: Document) -> str:
    return f"{json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(',', ':'))}\n"


@dataclass(frozen=True, slots=True)
class Recording:
    """An open recording; `name` is for messages."""

    name: str
    stream: BinaryIO
    head: Head
    size: int

    def entries(self) -> Iterator[Recorded]:
        """What was recorded, in order."""
        position = 0
        while line := self.stream.readline(LONGEST):
            position += 1
            found = _read(line, self.name, position + 1)
            claim, decision = found.get("claim"), found.get("decision")
            if not isinstance(claim, dict) or not isinstance(decision, dict) or not _is_decision(decision):
                said = "a claim and its decision belong here"
                raise UnreadableFile(f"{self.name}, line {position + 1}: {said}")
            yield Recorded(position, claim, decision)

    def done(self) -> int:
        """How many bytes have been read."""
        return self.stream.tell()


@contextmanager
def opened_recording(path: str) -> Iterator[Recording]:
    """A recording, its first line read."""
    try:
        stream = Path(path).open("rb")  # noqa: SIM115 - closed below, whatever is wrong with its first line
        size = Path(path).stat().st_size
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise UnreadableFile(f"{path} cannot be read: {reason}") from None
    with stream:
        match _read(stream.readline(LONGEST), path, 1):
            case {"recording": 1, "engine_version": str() as version, "assume": list() as assume}:
                yield Recording(path, stream, Head(version, frozenset(map(str, assume))), size)
            case _:
                raise UnreadableFile(f"{path} is not a recording: make one with `pollex record`")


def _read(line: bytes, name: str, number: int) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        raise UnreadableFile(f"{name}, line {number}: it is not JSON") from None
    return found if isinstance(found, dict) else {}


def _is_decision(decision: object) -> bool:
    """Whether it has what is compared."""
    match decision:
        case {"claim_id": str(), "policies": list(), "lines": list() as lines}:
            return all(isinstance(line, dict) and {"line_number", "outcome"} <= line.keys() for line in lines)
    return False
