"""A claim as plain JSON data, whatever it came as.

A claim reaches us as the JSON of a file or as somebody's Python object, and the object can hold what JSON
cannot: keys that are no text, NaN, decimals, dates, itself. `plain` copies it into dictionaries, lists,
texts, whole numbers, true, false and null; anything else becomes `Odd`, which fits no schema, so that
whoever checks the copy names the place and what belongs there. The copy is bounded: nesting and size are
looked at on the way, and neither an object that holds itself nor one that is small in memory and endless
when written can hold us up.

The reader of JSON text uses the same marks for what the text has and a claim may not: numbers with a
decimal point (`Odd`) and keys that stand twice (`Doubled`).
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from typing import cast

from pollex.intake.faults import Fault, Path, pointer

LARGEST = 10**18


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one claim may take: bytes of JSON, and levels of lists and objects."""

    max_bytes: int = 1_048_576
    max_depth: int = 64


DEFAULT = Limits()


@dataclass(frozen=True, slots=True)
class Odd:
    """Something that no element of a claim may be, and what to call it."""

    kind: str


FRACTION = Odd("a number with a decimal point")
HUGE = Odd("a number of more than 18 digits")
NOT_A_NUMBER = Odd("NaN or an infinity")
HALF_CHARACTER = Odd("text with half a character (a lone surrogate)")

_SHORTEST = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=lambda _: None)
_SURROGATE = re.compile("[\ud800-\udfff]")


class Doubled(dict[object, object]):
    """An object of JSON text in which keys stand more than once; the last value of each is kept."""

    __slots__ = ("keys_twice",)

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        super().__init__(pairs)
        times = Counter(key for key, _ in pairs)
        self.keys_twice = tuple(key for key, count in times.items() if count > 1)


class _Bound(Exception):  # noqa: N818 - it ends the copying and is never seen outside
    def __init__(self, fault: Fault) -> None:
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Copied:
    """The copy and what is wrong with it whatever the schema says; not `whole` if a limit cut it short."""

    claim: object
    faults: tuple[Fault, ...]
    whole: bool = True


def plain(claim: object, limits: Limits, known: frozenset[str]) -> Copied:
    """A copy of plain JSON data; `known` are the keys that may stand in a pointer and in a message."""
    copier = _Copier(limits, known)
    try:
        copy = copier.copy(claim, ())
    except _Bound as bound:
        return Copied(None, (bound.fault,), whole=False)
    if written_size(copy) > limits.max_bytes:
        return Copied(None, (too_large(limits),), whole=False)
    return Copied(copy, tuple(copier.faults))


def written_size(copy: object) -> int:
    """Bytes of the shortest JSON; an `Odd` counts as a few."""
    text = _SHORTEST.encode(copy)
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def too_large(limits: Limits) -> Fault:
    return Fault("", f"is larger than {_size(limits.max_bytes)}, the most that one claim may take")


def too_deep(limits: Limits, at: str = "") -> Fault:
    return Fault(at, f"is nested more than {limits.max_depth} levels deep")


def shown_key(key: object, known: frozenset[str]) -> str | None:
    """The key as a message may show it: the schema's or a plain identifier; others may be data."""
    if isinstance(key, str) and (key in known or re.fullmatch("[A-Za-z_]{1,40}", key)):
        return f'"{key}"'
    return None


class _Copier:
    """Copies and counts. Every item takes a byte or more when written, so that counting bounds the time."""

    def __init__(self, limits: Limits, known: frozenset[str]) -> None:
        self.limits = limits
        self.known = known
        self.room = limits.max_bytes
        self.faults: dict[Fault, None] = {}

    def copy(self, value: object, path: Path) -> object:
        self.take(1)
        match value:
            case None | bool() | Odd():
                return value
            case str():
                return self.text(value)
            case int():
                return HUGE if abs(value) >= LARGEST else int(value)
            case dict():
                return self.mapping(cast("dict[object, object]", value), path)
            case list():
                self.enter(path)
                return [self.copy(item, (*path, position)) for position, item in enumerate(value)]
            case _:
                return odd(value)

    def text(self, value: str) -> object:
        self.take(len(value))
        return HALF_CHARACTER if _SURROGATE.search(value) else str.__str__(value)

    def mapping(self, value: dict[object, object], path: Path) -> dict[str, object]:
        self.enter(path)
        if isinstance(value, Doubled):
            for twice in value.keys_twice:
                shown = shown_key(twice, self.known)
                said = f"the key {shown} stands" if shown else "a key stands"
                self.fault(path, f"{said} here more than once: keep one of them")
        copied: dict[str, object] = {}
        for key, item in value.items():
            if isinstance(key, str):
                self.take(len(key) + 3)
                name = str.__str__(key)
                copied[name] = self.copy(item, (*path, name))
            else:
                self.take(3)
                self.fault(path, "has a key that is not text: every key of a claim is")
        return copied

    def enter(self, path: Path) -> None:
        if len(path) >= self.limits.max_depth:
            raise _Bound(too_deep(self.limits, self.place(path[:1])))

    def take(self, size: int) -> None:
        self.room -= size
        if self.room < 0:
            raise _Bound(too_large(self.limits))

    def fault(self, path: Path, message: str) -> None:
        self.faults[Fault(self.place(path), message)] = None

    def place(self, path: Path) -> str:
        return pointer(shown_path(path, self.known))


def shown_path(path: Path, known: frozenset[str]) -> Path:
    """The path as far as its keys are the schema's."""
    for length, step in enumerate(path):
        if isinstance(step, str) and step not in known:
            return path[:length]
    return path


def odd(value: object) -> Odd:
    """What to call a Python object that JSON does not have."""
    match value:
        case float():
            return FRACTION if math.isfinite(value) else NOT_A_NUMBER
        case Decimal() | Fraction() | complex():
            return Odd(f"a Python {type(value).__name__}")
        case date() | time():
            return Odd("a Python date or time")
        case tuple() | set() | frozenset():
            return Odd("a Python tuple or set")
        case bytes() | bytearray() | memoryview():
            return Odd("bytes")
        case _:
            return Odd("a Python object that JSON does not have")


def _size(count: int) -> str:
    return f"{count // 1_048_576} MiB" if count % 1_048_576 == 0 else f"{count} bytes"
