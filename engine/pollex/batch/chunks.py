"""What goes to a worker and what comes back.

A chunk never crosses two inputs, and where it ends hangs on the inputs and the chunk size alone: the same
run cut off and taken up again, or with another number of workers, has the same chunks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeAlias

from pollex.batch.tally import Tally
from pollex.intake.faults import Fault
from pollex.intake.jsonclaim import Place
from pollex.intake.jsontext import Text

_Plain: TypeAlias = tuple[int, int, int, int, bytes, Fault | None]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Claims that follow each other in one input: their texts, or rows of a Parquet file in Arrow's form.

    `first` is the position of the first of the rows; `read` how many bytes of all inputs have been read.
    """

    name: str
    read: int
    texts: tuple[Text, ...] = ()
    first: int = 1
    rows: bytes = b""

    def __reduce__(self) -> tuple[Callable[..., Chunk], tuple[object, ...]]:
        """To another process goes a plain tuple for each text: thousands of objects take long to copy."""
        texts = [
            (text.position, text.place.offset, text.place.line, text.place.column, text.data, text.fault)
            for text in self.texts
        ]
        return _copied, (self.name, self.read, texts, self.first, self.rows)


def _copied(name: str, read: int, texts: Sequence[_Plain], first: int, rows: bytes) -> Chunk:
    made = [
        Text(position, Place(offset, line, column), data, fault)
        for position, offset, line, column, data, fault in texts
    ]
    return Chunk(name, read, tuple(made), first, rows)


@dataclass(frozen=True, slots=True)
class Reject:
    """A claim that cannot be decided, and why; position 0 is the input as a whole."""

    name: str
    position: int
    line: int | None
    faults: tuple[Fault, ...]

    def to_dict(self) -> dict[str, object]:
        return {
            "input": self.name,
            "position": self.position or None,
            "line": self.line,
            "faults": [{"pointer": fault.pointer, "message": fault.message} for fault in self.faults],
        }


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a chunk: the bytes of its decisions, what was refused, and the figures."""

    output: bytes
    rejects: tuple[Reject, ...]
    tally: Tally


def chained(before: str, chunk: Chunk) -> str:
    """The digest of all claims up to this chunk's last; `before` is that of the chunks before it."""
    made = sha256(before.encode())
    made.update(chunk.rows)
    for text in chunk.texts:
        fault = "" if text.fault is None else text.fault.message
        made.update(f"\0{text.position} {text.place.offset} {len(text.data)} {fault}\0".encode())
        made.update(text.data)
    return made.hexdigest()
