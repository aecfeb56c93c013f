"""The inputs of `decide` and others: files and standard input, read claim by claim, also packed ones.

What the system refuses to give is an `UnreadableFile`, and told apart from what is wrong in a claim.
"""

from __future__ import annotations

import stat
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from pollex.intake.document import Limits
from pollex.intake.jsontext import BYTE_ORDER_MARK, Entry, read_claims
from pollex.source.text import UnreadableFile

STANDARD_INPUT = "-"
PACKED, PARQUET = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd"), b"PAR1"
"""How what is packed with gzip or Zstandard begins, and what is Parquet."""


@dataclass(frozen=True, slots=True)
class Input:
    """An open input: its name for messages, whether it is a list, and its size where that is known.

    `packed` are its bytes as they are, `stream` its text.
    """

    name: str
    stream: BinaryIO
    packed: BinaryIO
    is_list: bool
    size: int | None

    def entries(self, limits: Limits) -> Iterator[Entry]:
        """Its claims, in order."""
        found = read_claims(self.stream, limits)
        while True:
            with _readable(self.name):
                entry = next(found, None)
            if entry is None:
                return
            yield entry

    def position(self) -> int | None:
        """How many bytes have been read, where the size is known."""
        return self.packed.tell() if self.size is not None else None


def standard_input() -> BinaryIO:
    """The bytes of standard input."""
    if sys.stdin is None:
        raise UnreadableFile("standard input cannot be read: it is closed")
    return cast(BinaryIO, sys.stdin.buffer)


@contextmanager
def opened_input(path: str) -> Iterator[Input]:
    """A file, or standard input for `-`."""
    if path == STANDARD_INPUT:
        yield _input("standard input", standard_input())
        return
    file = Path(path)
    if file.is_dir():
        raise UnreadableFile(f"{path} is a folder: name the files of claims in it")
    with _readable(path):
        stream = file.open("rb")
    with stream:
        status = file.stat()
        size = status.st_size if stat.S_ISREG(status.st_mode) else None
        yield _input(path, cast(BinaryIO, stream), size)


def _input(name: str, packed: BinaryIO, size: int | None = None) -> Input:
    stream = packed
    with _readable(name):
        head = _head(packed)
        if head.startswith(PACKED):
            from pollex.batch.inputs import unpacked  # noqa: PLC0415 - seldom needed

            stream = unpacked(name, packed)
            head = _head(stream)
        if head.startswith(PARQUET):
            raise UnreadableFile(f"{name} is Parquet: `pollex batch` reads that")
    return Input(name, stream, packed, head.removeprefix(BYTE_ORDER_MARK).lstrip().startswith(b"["), size)


def _head(stream: BinaryIO) -> bytes:
    peek = getattr(stream, "peek", None)
    head: bytes = peek(4) if peek is not None else b""
    return head


@contextmanager
def _readable(name: str) -> Iterator[None]:
    try:
        yield
    except (OSError, EOFError, zlib.error):
        from pollex.batch.inputs import readable  # noqa: PLC0415 - seldom needed

        with readable(name):
            raise
