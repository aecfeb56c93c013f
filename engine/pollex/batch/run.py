"""A run: the claims of some inputs decided, in order, into one output that is complete or not there."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from pollex.batch.checkpoint import CannotGoOn, Unfinished
from pollex.batch.chunks import Chunk, Done, chained
from pollex.batch.inputs import Input, chunks
from pollex.batch.tally import Tally
from pollex.batch.work import Work
from pollex.batch.workers import workers_for
from pollex.version import PACKAGE

__all__ = ["CannotGoOn", "Job", "Watch", "run"]


@dataclass(frozen=True, slots=True)
class Job:
    """What to decide and where to write; `chunk` is how many claims a worker takes at once."""

    inputs: Sequence[Input]
    output: Path
    rejects: Path | None
    desk: Work
    workers: int
    chunk: int
    restart: bool = False

    def to_dict(self) -> dict[str, Any]:
        """What must be the same for an unfinished run to go on."""
        return {
            "engine": PACKAGE,
            "inputs": [{"name": source.name, "size": source.size} for source in self.inputs],
            **self.desk.to_dict(),
            "limits": [self.desk.limits.max_bytes, self.desk.limits.max_depth],
            "rejects": None if self.rejects is None else str(self.rejects),
            "chunk": self.chunk,
        }


class Watch(Protocol):
    """Is told how a run goes."""

    def goes_on(self, tally: Tally) -> None:
        """An earlier run has done so much."""

    def chunk(self, done: Done, read: int) -> None:
        """A chunk has been written; `read` is how many bytes of all inputs have been read for it."""


def run(job: Job, watch: Watch) -> Tally:
    """Decide everything that is not decided yet; the figures of the whole.

    Raises CannotGoOn where an earlier run of another kind was left unfinished, UnreadableFile for an input.
    """
    with (
        workers_for(job.workers, job.desk) as workers,
        Unfinished(job.output, job.rejects, job.desk.schema) as unfinished,
    ):
        kept = unfinished.begin(job.to_dict(), job.restart)
        if not kept.complete:
            source = chunks(job.inputs, job.chunk, job.desk.limits)
            if kept.chunks:
                _pass_over(source, unfinished)
                watch.goes_on(kept.tally)
            under_way = deque[tuple[str, int]]()
            for done in workers.decide(_drawn(source, kept.claims, under_way)):
                claims, read = under_way.popleft()
                unfinished.add(done, claims)
                watch.chunk(done, read)
        unfinished.finish()
        return unfinished.checkpoint.tally


def _pass_over(source: Iterator[Chunk], unfinished: Unfinished) -> None:
    """Pass over the claims that are decided, and make sure that they are the same."""
    claims = ""
    for _ in range(unfinished.checkpoint.chunks):
        chunk = next(source, None)
        if chunk is None:
            raise unfinished.cannot_go_on("inputs")
        claims = chained(claims, chunk)
    if claims != unfinished.checkpoint.claims:
        raise unfinished.cannot_go_on("inputs")


def _drawn(source: Iterator[Chunk], claims: str, under_way: deque[tuple[str, int]]) -> Iterator[Chunk]:
    """The chunks, with what will be said of each when it is done."""
    for chunk in source:
        claims = chained(claims, chunk)
        under_way.append((claims, chunk.read))
        yield chunk
