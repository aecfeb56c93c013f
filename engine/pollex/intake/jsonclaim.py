"""The JSON text of one claim, read strictly.

UTF-8; one object; no key twice, no NaN, no number that is more than a whole number of 18 digits. What
breaks the text (its encoding, its syntax, its size, its depth) ends the reading with one fault that says
where. What the text can say and a claim may not (a number with a decimal point, a key that stands twice)
is read as the marks of `document.py`, so that the check of the claim reports it with its place, beside
everything else that is wrong.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from pollex.intake.document import (
    DEFAULT,
    FRACTION,
    HUGE,
    NOT_A_NUMBER,
    Doubled,
    Limits,
    too_deep,
    too_large,
)
from pollex.intake.faults import Fault
from pollex.intake.wording import kind

BLANKS = b" \t\r\n"

_CONTINUATION = bytes(range(0x80, 0xC0))
_LONGEST_INTEGER = 18
_NESTING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[{]|[\]}]', re.DOTALL)

# The decoder's words, in ours. What it found instead stays unsaid: it is part of the claim.
_EXPECTED = (
    ("Expecting ',' delimiter", "a comma or a closing bracket is expected"),
    ("Expecting ':' delimiter", "a colon is expected"),
    ("Expecting property name", "a key in double quotes is expected"),
    ("Expecting value", "a value is expected"),
    ("Illegal trailing comma", "the comma before it has nothing after it"),
    ("Invalid control character", "a text has a line break or a control character in it"),
    ("Invalid \\", "a text has a backslash that means nothing"),
    ("Unterminated string", "a text that begins here is not closed"),
    (
        "Extra data",
        "more follows after the end of the claim: put several claims in a list, or each on its own line",
    ),
)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the text: bytes before it, and line and column from 1, in characters."""

    offset: int = 0
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}"

    def after(self, data: bytes) -> Place:
        """The place behind these bytes."""
        breaks = data.count(b"\n")
        if data.endswith(b"\n"):
            return Place(self.offset + len(data), self.line + breaks)
        last = data[data.rfind(b"\n") + 1 :] if breaks else data
        characters = len(last.translate(None, _CONTINUATION))
        column = characters + (1 if breaks else self.column)
        return Place(self.offset + len(data), self.line + breaks, column)


START = Place()


@dataclass(frozen=True, slots=True)
class Parsed:
    """The claim, or why there is none; `cut` says that the text ends where more must come."""

    claim: dict[str, object] | None
    fault: Fault | None = None
    cut: bool = False


def parse(data: bytes, place: Place = START, limits: Limits = DEFAULT) -> Parsed:
    """One claim, whose text begins at `place` of its file."""
    data = data.rstrip(BLANKS)
    if len(data.lstrip(BLANKS)) > limits.max_bytes:
        return Parsed(None, too_large(limits))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        where = place.after(data[: error.start])
        return Parsed(None, Fault("", f"is not UTF-8 at {where}, byte offset {where.offset}"))
    if text.count("{") + text.count("[") > limits.max_depth and _depth(text) > limits.max_depth:
        return Parsed(None, too_deep(limits))
    try:
        value: object = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        return _broken(error, text, place)
    except RecursionError:
        return Parsed(None, too_deep(limits))
    if not isinstance(value, dict):
        return Parsed(None, Fault("", f"is {kind(value)}: a claim is a JSON object"))
    return Parsed(value)


def _broken(error: json.JSONDecodeError, text: str, start: Place) -> Parsed:
    where = start.after(text[: error.pos].encode("utf-8"))
    if error.pos >= len(text):
        return Parsed(None, Fault("", f"ends before it is complete, at {where}: it was cut off"), cut=True)
    expected = next((ours for theirs, ours in _EXPECTED if error.msg.startswith(theirs)), "it cannot be read")
    cut = error.msg.startswith("Unterminated string")
    return Parsed(None, Fault("", f"is not JSON at {where}: {expected}"), cut)


def _depth(text: str) -> int:
    deepest = depth = 0
    for token in _NESTING.finditer(text):
        if token[0] in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif token[0] in "]}":
            depth -= 1
    return deepest


def _object(pairs: list[tuple[str, Any]]) -> dict[Any, Any]:
    made = dict(pairs)
    return made if len(made) == len(pairs) else Doubled(pairs)


def _integer(digits: str) -> object:
    return int(digits) if len(digits.removeprefix("-")) <= _LONGEST_INTEGER else HUGE


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=_integer,
    parse_float=lambda _: FRACTION,
    parse_constant=lambda _: NOT_A_NUMBER,
)
