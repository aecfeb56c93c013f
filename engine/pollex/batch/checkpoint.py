"""The unfinished output of a run, and how far it is: what makes stopping harmless.

Beside OUT stand, until it is finished, `OUT.partial` with what has been decided and `OUT.checkpoint`, which
says how far that goes, what the claims up to there were, and of which run it is. After each chunk the
decisions are written first and the checkpoint is replaced next, so that it never promises what is not there;
what was written past it is cut off when the run goes on. OUT itself appears at the end, complete.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from pollex.batch import parquet
from pollex.batch.chunks import Done
from pollex.batch.tally import Tally
from pollex.model.fastjson import written

PIECE = 1 << 20

CHANGED: Mapping[str, str] = {
    "engine": "another version of Pollex began it",
    "policies": "the policies have changed since",
    "inputs": "it was begun with other inputs, or one of them has changed since",
}
OTHER_OPTIONS = "it was begun with other options"


class CannotGoOn(Exception):  # noqa: N818 - a sentence for the user, and no error of the program
    """An unfinished run that this one does not continue."""

    def __init__(self, partial: Path, why: str) -> None:
        super().__init__(f"{partial} holds an unfinished run that cannot go on: {why}; --restart begins anew")


@dataclass(slots=True)
class Checkpoint:
    """How far a run is: chunks, the digest of their claims, bytes written, and the figures."""

    run: dict[str, Any]
    chunks: int = 0
    claims: str = ""
    output_bytes: int = 0
    output_sum: int = 0
    rejects_bytes: int = 0
    tally: Tally = field(default_factory=Tally)
    complete: bool = False

    def to_dict(self) -> dict[str, Any]:
        return {each.name: getattr(self, each.name) for each in fields(self)} | {
            "tally": self.tally.to_dict()
        }


class Unfinished:
    """The files of a run that is not finished; a context. `schema` of a Parquet file, or None."""

    def __init__(self, output: Path, rejects: Path | None, schema: Any) -> None:
        self.output = output
        self.rejects = rejects
        self.schema = schema
        self.partial = _beside(output, "partial")
        self.at = _beside(output, "checkpoint")
        self.partial_rejects = None if rejects is None else _beside(rejects, "partial")
        self.files: list[BinaryIO] = []
        self.checkpoint = Checkpoint({})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in self.files:
            file.close()

    def begin(self, run: dict[str, Any], restart: bool) -> Checkpoint:
        """Take up what an earlier run has left, or begin anew where it has left nothing."""
        kept = None if restart else self._kept(run)
        self.checkpoint = kept or Checkpoint(run)
        if not self.checkpoint.complete:
            self._open(self.partial, self.checkpoint.output_bytes)
            if self.partial_rejects is not None:
                self._open(self.partial_rejects, self.checkpoint.rejects_bytes)
            self._check()
            self._save()
        return self.checkpoint

    def cannot_go_on(self, key: str) -> CannotGoOn:
        return CannotGoOn(self.partial, CHANGED.get(key, OTHER_OPTIONS))

    def add(self, done: Done, claims: str) -> None:
        """A chunk is done; `claims` is the digest of all claims up to its last."""
        now = self.checkpoint
        output, *others = self.files
        output.write(done.output)
        output.flush()
        for file in others:
            lines = b"".join(written(reject.to_dict()) + b"\n" for reject in done.rejects)
            file.write(lines)
            file.flush()
            now.rejects_bytes += len(lines)
        now.chunks += 1
        now.claims = claims
        now.output_bytes += len(done.output)
        now.output_sum = zlib.crc32(done.output, now.output_sum)
        now.tally.add(done.tally)
        self._save()

    def finish(self) -> None:
        """Put the results in their places; whatever stops this, it can be done again."""
        for file in self.files:
            os.fsync(file.fileno())
        self.checkpoint.complete = True
        self._save()
        if self.partial_rejects is not None and self.rejects is not None and self.partial_rejects.exists():
            self.partial_rejects.replace(self.rejects)
        if self.partial.exists() and self.schema is not None:
            made = _beside(self.output, "made")
            with made.open("wb") as file:
                parquet.write(self.partial, file, self.schema)
                file.flush()
                os.fsync(file.fileno())
            made.replace(self.output)
            self.partial.unlink()
        elif self.partial.exists():
            self.partial.replace(self.output)
        self.at.unlink()

    # -------------------------------------------------------------- what an earlier run has left

    def _kept(self, run: dict[str, Any]) -> Checkpoint | None:
        try:
            kept: dict[str, Any] = json.loads(self.at.read_bytes())
            begun: dict[str, Any] = kept["run"]
            checkpoint = Checkpoint(**{**kept, "tally": Tally.from_dict(kept["tally"])})
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError):
            raise CannotGoOn(self.partial, f"{self.at} is damaged") from None
        different = next((key for key, value in run.items() if begun.get(key) != value), None)
        if different is None:
            return checkpoint
        if checkpoint.complete and not self.partial.exists():
            return None  # it was finished, and stopped before it could say so
        raise self.cannot_go_on(different)

    def _open(self, file: Path, size: int) -> None:
        """A file with so many bytes in it, for more to be added; fewer are seen to later."""
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o666)
        stream = os.fdopen(descriptor, "r+b")
        self.files.append(stream)
        _lock(stream, file)
        if stream.seek(0, os.SEEK_END) < size:
            raise CannotGoOn(self.partial, f"{file} is shorter than its checkpoint says")
        stream.truncate(size)
        stream.seek(size)

    def _check(self) -> None:
        """That what has been written is what the checkpoint speaks of."""
        found = 0
        with self.partial.open("rb") as stream:
            while piece := stream.read(PIECE):
                found = zlib.crc32(piece, found)
        if found != self.checkpoint.output_sum:
            raise CannotGoOn(self.partial, "it is not what its checkpoint speaks of")

    def _save(self) -> None:
        made = _beside(self.output, "checkpoint.made")
        made.write_bytes(written(self.checkpoint.to_dict()))
        made.replace(self.at)


def _beside(file: Path, end: str) -> Path:
    return file.with_name(f"{file.name}.{end}")


def _lock(stream: BinaryIO, file: Path) -> None:
    """No two runs write to one output; where the system has no such locks, that is the user's to see to."""
    try:
        import fcntl  # noqa: PLC0415 - not on every system
    except ImportError:
        return
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise CannotGoOn(file, "another run is writing to it") from None
