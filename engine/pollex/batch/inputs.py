"""Inputs, opened and cut into chunks: JSON text as it is or packed with gzip or Zstandard, and Parquet.

What an input is shows at its first bytes, whatever its name. All is read as it comes, in the memory of a
chunk. An input that the system cannot give, or that ends in the middle of its packed data, ends the run: what
has been decided until then is kept.
"""

from __future__ import annotations

import gzip
import io
import stat
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from pollex.batch import parquet, zstd
from pollex.batch.chunks import Chunk
from pollex.intake.document import Limits
from pollex.intake.jsonlines import Run
from pollex.intake.jsontext import Text, TextReader
from pollex.source.text import UnreadableFile

GZIP, ZSTANDARD, PARQUET = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PAR1"
MOST_OF_A_CHUNK = 8 * 1_048_576
"""A chunk of large claims ends early."""
PIECE = 262_144
"""Bytes that are read of a file at once; by Python's 8,192, lines of claims took twice as long."""


@dataclass(frozen=True, slots=True)
class Input:
    """A file, or a stream that is open already, with its name for messages; the size where it is known."""

    name: str
    path: Path | None = None
    stream: BinaryIO | None = None
    size: int | None = None


def file_input(path: str) -> Input:
    """A file that can be opened."""
    file = Path(path)
    if file.is_dir():
        raise UnreadableFile(f"{path} is a folder: name the files of claims in it")
    try:
        status = file.stat()
        with file.open("rb"):
            pass
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {_why(error)}") from None
    return Input(path, file, size=status.st_size if stat.S_ISREG(status.st_mode) else None)


def is_parquet(source: Input) -> bool:
    """Whether a file begins as Parquet does; what comes as a stream is taken for text."""
    if source.path is None:
        return False
    with readable(source.name), source.path.open("rb") as stream:
        return stream.read(4) == PARQUET


def chunks(inputs: Iterable[Input], size: int, limits: Limits) -> Iterator[Chunk]:
    """Chunks of at most so many claims, in order."""
    before = 0
    for source in inputs:
        with readable(source.name):
            yield from _of_input(source, before, size, limits)
        before += source.size or 0


@contextmanager
def readable(name: str) -> Iterator[None]:
    """What keeps an input from being read, in words."""
    try:
        yield
    except EOFError:
        raise UnreadableFile(f"{name} ends in the middle of its compressed data") from None
    except zlib.error:
        raise UnreadableFile(f"{name} cannot be read: its compressed data are damaged") from None
    except OSError as error:
        raise UnreadableFile(f"{name} cannot be read: {_why(error)}") from None


def _of_input(source: Input, before: int, size: int, limits: Limits) -> Iterator[Chunk]:
    if source.stream is not None:
        yield from _of_text(source, source.stream, before, size, limits)
        return
    assert source.path is not None
    with io.BufferedReader(io.FileIO(source.path), PIECE) as stream:
        if stream.peek(4)[:4] == PARQUET:
            yield from parquet.chunks(source.name, stream, before, size)
        else:
            yield from _of_text(source, stream, before, size, limits)


def _of_text(source: Input, stream: BinaryIO, before: int, size: int, limits: Limits) -> Iterator[Chunk]:
    reader = TextReader(unpacked(source.name, stream), limits)
    is_over = False
    while not is_over:
        taken: list[Text | Run] = []
        claims, room = size, MOST_OF_A_CHUNK
        while claims > 0 and room > 0 and not is_over:
            found = reader.take(claims, room)
            if found is None:
                is_over = True
                continue
            taken.append(found)
            claims -= len(found.lines) if isinstance(found, Run) else 1
            room -= sum(map(len, found.lines)) if isinstance(found, Run) else len(found.data)
        if taken:
            read = stream.tell() if source.size is not None else 0
            yield Chunk(source.name, before + read, tuple(taken))


def unpacked(name: str, stream: BinaryIO) -> BinaryIO:
    """The text of a stream, which may be packed."""
    if not isinstance(stream, io.BufferedReader):
        stream = io.BufferedReader(cast(io.RawIOBase, stream))
    head = stream.peek(4)[:4]
    if head.startswith(GZIP):
        return cast(BinaryIO, gzip.open(stream))
    if head == ZSTANDARD:
        made = zstd.unpacked(stream)
        if made is None:
            raise UnreadableFile(f"{name} {zstd.NOT_INSTALLED}")
        return made
    if head == PARQUET:
        raise UnreadableFile(f"{name} is Parquet, which cannot be read as it comes: name a file")
    return stream


def _why(error: OSError) -> str:
    return (error.strerror or str(error) or "unknown reason").lower()
