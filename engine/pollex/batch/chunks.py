"""What goes to a worker and what comes back.

A chunk never crosses two inputs, and where it ends hangs on the inputs and the chunk size alone: the same
run cut off and taken up again, or with another number of workers, has the same chunks.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from pollex.batch.tally import Tally
from pollex.intake.faults import Fault
from pollex.intake.jsonlines import Run
from pollex.intake.jsontext import Text


@dataclass(frozen=True, slots=True)
class Chunk:
    """Claims that follow each other in one input: their texts, or rows of a Parquet file in Arrow's form.

    `first` is the position of the first of the rows; `read` how many bytes of all inputs have been read.
    """

    name: str
    read: int
    texts: tuple[Text | Run, ...] = ()
    first: int = 1
    rows: bytes = b""


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
        if isinstance(text, Run):
            made.update(f"\0{text.position} {text.place.offset} {len(text.lines)}\0".encode())
            made.update(b"".join(text.lines))  # each has its end with it
            continue
        fault = "" if text.fault is None else text.fault.message
        made.update(f"\0{text.position} {text.place.offset} {len(text.data)} {fault}\0".encode())
        made.update(text.data)
    return made.hexdigest()
