"""Compiled policies, kept for the next process: what was compiled once from the same texts is read, not
made again.

An entry is named by a digest of all that it hangs on: every text, what ships with the language, this
version of Pollex down to its own files, and Python. It holds values alone, no code: only the classes of
the intermediate form, of the model and of diagnostics are let in when it is read. The digest of its
content finds one that was damaged.

Neither keeps out somebody who can write where entries are kept. That is for the folder to do: it belongs
to this user, nobody else may write in it, and an entry in it is a plain file of the same kind; anything
else is a miss, as a damaged entry is. Where that cannot be made sure of (no user ids, a folder that
others can write), nothing is kept.
"""

from __future__ import annotations

import gc
import hashlib
import io
import os
import pickle
import stat
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from pollex import resources
from pollex.source.text import SourceText
from pollex.version import PACKAGE

FORMAT = "2"
MOST_ENTRIES = 64
SUFFIX = ".pollex"
SHIPPED = (("grammar", "vocabulary.yaml"), ("grammar", "code-systems.yaml"))
OURS = (
    *("pollex.ir.", "pollex.model.", "pollex.source.", "pollex.syntax.ast", "pollex.syntax.conditions"),
    *("pollex.syntax.scenarios", "pollex.syntax.tables", "pollex.check.checked", "pollex.check.names"),
)
PLAIN = {"datetime.date": date, "fractions.Fraction": Fraction, "builtins.frozenset": frozenset}
NOT_OTHERS = stat.S_IWGRP | stat.S_IWOTH


def folder() -> Path | None:
    """Where entries are kept: `POLLEX_CACHE_DIR`, or `pollex` in the user's cache; None if that is empty."""
    given = os.environ.get("POLLEX_CACHE_DIR")
    if given is not None:
        return Path(given) if given else None
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    with suppress(RuntimeError):  # a user without a home
        return Path(base).expanduser() / "pollex"
    return None


class Cache:
    """Compiled policies in a folder."""

    def __init__(self, place: Path) -> None:
        self._place = place

    def key(self, *kinds: Iterable[SourceText]) -> str:
        """The name of what comes of these policies, sets and tables."""
        whole = hashlib.sha256()
        parts = [FORMAT, PACKAGE, sys.version, *_own_files(), *(resources.read_text(*at) for at in SHIPPED)]
        for number, texts in enumerate(kinds):
            parts += [part for text in texts for part in (str(number), text.name, str(text.shown), text.text)]
        for part in parts:
            written = part.encode("utf-8", "surrogatepass")
            whole.update(len(written).to_bytes(8, "big"))
            whole.update(written)
        return whole.hexdigest()

    def get(self, key: str) -> Any:
        """What is kept under that name; None where there is nothing, or nothing to be trusted."""
        try:
            with _opened(self._place) as at:
                written = _read(at, key + SUFFIX)
                with suppress(OSError):  # a folder that can only be read
                    os.utime(key + SUFFIX, dir_fd=at, follow_symlinks=False)  # it is in use: see `_tidy`
            digest, content = written[:32], written[32:]
            if hashlib.sha256(key.encode() + content).digest() != digest:
                return None
            with without_collection():
                return _Reader(io.BytesIO(zlib.decompress(content))).load()
        except Exception:  # noqa: BLE001 - whatever is wrong with an entry: it is made again
            return None

    def put(self, key: str, found: object) -> None:
        """Keep a value, whole or not at all; where it cannot be kept, nothing is said."""
        with suppress(OSError, _Untrusted):
            content = zlib.compress(written(found), 1)
            self._place.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _opened(self._place) as at:
                _write(at, key + SUFFIX, hashlib.sha256(key.encode() + content).digest() + content)
                _tidy(at)

    def held(self) -> tuple[int, int] | None:
        """How many entries there are, and their bytes; None where the folder is not there or not trusted."""
        return self._each(lambda at, name: None)

    def clear(self) -> tuple[int, int] | None:
        """Take all entries away; what they were, as `held` says it."""
        return self._each(lambda at, name: os.unlink(name, dir_fd=at))

    def _each(self, each: Callable[[int, str], None]) -> tuple[int, int] | None:
        try:
            with _opened(self._place) as at:
                names = _entries(at)
                sizes = [os.stat(name, dir_fd=at, follow_symlinks=False).st_size for name in names]
                for name in names:
                    each(at, name)
        except (OSError, _Untrusted):
            return None
        return len(sizes), sum(sizes)


@contextmanager
def without_collection() -> Iterator[None]:
    """While many things are made that stay: looking for garbage among them takes long and finds none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Untrusted(Exception):  # noqa: N818 - no error: there is no cache
    """A folder or a file that others could have written."""


@contextmanager
def _opened(place: Path) -> Iterator[int]:
    """The folder, held open, so that it stays the one that was looked at."""
    at = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        _trust(os.fstat(at))
        yield at
    finally:
        os.close(at)


def _trust(found: os.stat_result) -> None:
    if not hasattr(os, "getuid") or found.st_uid != os.getuid() or found.st_mode & NOT_OTHERS:
        raise _Untrusted


def _read(at: int, name: str) -> bytes:
    file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=at)
    with os.fdopen(file, "rb") as opened:
        status = os.fstat(file)
        _trust(status)
        if not stat.S_ISREG(status.st_mode):
            raise _Untrusted
        return opened.read()


def _write(at: int, name: str, content: bytes) -> None:
    """Under another name first: who reads meanwhile finds the entry whole, or none."""
    unfinished = f".{name}.{os.getpid()}"
    try:
        file = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600, dir_fd=at)
        with os.fdopen(file, "wb") as opened:
            opened.write(content)
        os.replace(unfinished, name, src_dir_fd=at, dst_dir_fd=at)
    except OSError:
        with suppress(OSError):
            os.unlink(unfinished, dir_fd=at)
        raise


def _entries(at: int) -> list[str]:
    return [name for name in os.listdir(at) if name.endswith(SUFFIX)]


def _tidy(at: int) -> None:
    """Leave the entries that were written or read last."""
    entries = _entries(at)
    if len(entries) > MOST_ENTRIES:
        by_age = sorted(entries, key=lambda name: os.stat(name, dir_fd=at).st_mtime)
        for name in by_age[: len(entries) - MOST_ENTRIES]:
            os.unlink(name, dir_fd=at)


def written(found: object) -> bytes:
    """A value as it is kept."""
    content = io.BytesIO()
    _Writer(content, protocol=5).dump(found)
    return content.getvalue()


class _Writer(pickle.Pickler):
    """Writes dataclasses by their fields, so that reading makes them the way a program does: faster, too."""

    def reducer_override(self, value: object) -> Any:
        kind: Any = type(value)
        names = _given(kind)
        if names is not None:
            return kind, tuple([getattr(value, name) for name in names])
        # Early releases of Python 3.11 write an enum as a call of `getattr`, which reading refuses.
        if isinstance(value, Enum):
            return kind, (value.value,)
        return NotImplemented


@cache
def _given(kind: Any) -> tuple[str, ...] | None:
    """The fields with which a dataclass is made; None where a value is of another kind."""
    return tuple(field.name for field in fields(kind) if field.init) if is_dataclass(kind) else None


class _Reader(pickle.Unpickler):
    """Reads values, and no code: any class but those of a program and of diagnostics is refused."""

    def find_class(self, module: str, name: str) -> Any:
        if module.startswith(OURS):
            found = super().find_class(module, name)
            if isinstance(found, type) and (is_dataclass(found) or issubclass(found, Enum)):
                return found
        elif f"{module}.{name}" in PLAIN:
            return PLAIN[f"{module}.{name}"]
        raise pickle.UnpicklingError("not a value of a program")


def _own_files() -> Iterator[str]:
    """Pollex itself, by its files' sizes and times: a checkout changes without a new version."""
    yield from sorted(_files(str(Path(__file__).parent)))


def _files(folder: str) -> Iterator[str]:
    with suppress(NotADirectoryError, FileNotFoundError), os.scandir(folder) as entries:  # in a zip file
        for entry in entries:
            if entry.is_dir():
                yield from _files(entry.path)
            elif entry.name.endswith(".py"):
                status = entry.stat()
                yield f"{entry.path} {status.st_size} {status.st_mtime_ns}"
