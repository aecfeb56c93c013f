"""Zstandard, unpacked as it is read; the only file that knows a library for it.

Python has had one of its own since 3.14; before that it is `zstandard`, where that is installed.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from importlib import import_module
from typing import Any, BinaryIO

PIECE = 256
"""Little is unpacked at once, since very little may unpack to very much."""

NOT_INSTALLED = "is compressed with Zstandard: `pip install 'pollex[zstd]'` to read it, or unpack it first"


class Unpacked(io.RawIOBase):
    """The unpacked bytes of a stream of one or more frames."""

    def __init__(self, packed: BinaryIO, new_frame: Callable[[], Any], wrong: type[Exception]) -> None:
        self.packed = packed
        self.new_frame = new_frame
        self.wrong = wrong
        self.frame: Any = None
        self.waiting = b""
        self.held = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, room: Any) -> int:
        while not self.held:
            packed = self.waiting or self.packed.read(PIECE)
            self.waiting = b""
            if not packed:
                if self.frame is not None:
                    raise EOFError
                return 0
            self._unpack(packed)
        size = min(len(room), len(self.held))
        room[:size] = self.held[:size]
        self.held = self.held[size:]
        return size

    def _unpack(self, packed: bytes) -> None:
        self.frame = self.frame or self.new_frame()
        try:
            self.held = memoryview(self.frame.decompress(packed))
        except self.wrong:
            raise OSError(None, "its compressed data are damaged") from None
        if self.frame.eof:
            self.waiting, self.frame = self.frame.unused_data, None


def unpacked(packed: BinaryIO) -> BinaryIO | None:
    """The unpacked bytes; None where no library is installed."""
    try:
        own: Any = import_module("compression.zstd")
        return io.BufferedReader(Unpacked(packed, own.ZstdDecompressor, own.ZstdError))
    except ImportError:
        pass
    try:
        other: Any = import_module("zstandard")
    except ImportError:
        return None
    return io.BufferedReader(Unpacked(packed, other.ZstdDecompressor().decompressobj, other.ZstdError))
