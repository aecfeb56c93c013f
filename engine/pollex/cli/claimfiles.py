"""The inputs of `decide`: files and standard input, read claim by claim.

What the system refuses to give is an `UnreadableFile`, and told apart from what is wrong in a claim.
"""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from pollex.intake.document import Limits
from pollex.intake.jsontext import BYTE_ORDER_MARK, Entry, read_claims
from pollex.source.text import UnreadableFile

STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class Input:
    """An open input: its name for messages, whether it is a list, and its size where that is known."""

    name: str
    stream: BinaryIO
    is_list: bool
    size: int | None

    def entries(self, limits: Limits) -> Iterator[Entry]:
        """Its claims, in order."""
        found = read_claims(self.stream, limits)
        while True:
            try:
                entry = next(found)
            except StopIteration:
                return
            except OSError as error:
                raise UnreadableFile(f"{self.name} cannot be read: {_why(error)}") from None
            yield entry

    def position(self) -> int | None:
        """How many bytes have been read, where the size is known."""
        return self.stream.tell() if self.size is not None else None


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
    try:
        stream = file.open("rb")
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {_why(error)}") from None
    with stream:
        status = file.stat()
        size = status.st_size if stat.S_ISREG(status.st_mode) else None
        yield _input(path, cast(BinaryIO, stream), size)


def _input(name: str, stream: BinaryIO, size: int | None = None) -> Input:
    try:
        peek = getattr(stream, "peek", None)
        head: bytes = peek(1) if peek is not None else b""
    except OSError as error:
        raise UnreadableFile(f"{name} cannot be read: {_why(error)}") from None
    return Input(name, stream, head.removeprefix(BYTE_ORDER_MARK).lstrip().startswith(b"["), size)


def _why(error: OSError) -> str:
    return (error.strerror or "unknown reason").lower()
