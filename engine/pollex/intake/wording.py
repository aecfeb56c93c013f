"""What a broken keyword of the schema means, in plain words.

The schema's own `title` and `examples` say what belongs in a place; what stands there instead is named by
its kind only. Where a small change would make the value right (quotes, capitals, a comma left out), the
message says which: the change is found by trying it, and the value itself is never shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, TypeAlias

from pollex.intake.document import FRACTION, Odd, shown_key
from pollex.source.listing import listed
from pollex.source.suggest import nearest

Schema: TypeAlias = Mapping[str, Any]

# Of several keywords that one value breaks, the first says enough.
VALUE_KEYWORDS = ("type", "enum", "minLength", "maxLength", "minimum", "maximum", "pattern", "format")

MOST_KEYS = 10

_REPAIRS: tuple[tuple[Callable[[str], str], str], ...] = (
    (str.strip, "take away the blanks around it"),
    (lambda text: text.strip().removeprefix("-"), "it cannot be negative"),
    (lambda text: text.strip().removeprefix("$").replace(",", ""), "leave out the dollar sign and commas"),
    (lambda text: re.sub("^[.]", "0.", text), "write a digit before the point"),
    (lambda text: text.strip().upper(), "write it in capitals"),
    (lambda text: re.sub("[ _]+", "-", text.strip().lower()), "write it in lower case with hyphens"),
    (lambda text: re.sub(r"(\.[0-9]{2})[0-9]+$", r"\1", text), "give it fewer decimals"),
)


def said(keyword: str, schema: Schema, value: object) -> str:
    """The message for a value that breaks a keyword."""
    match keyword:
        case "type":
            return _wrong_type(schema, value)
        case "enum":
            return _not_a_choice(schema["enum"], value)
        case "minLength":
            return "is empty"
        case "maxLength":
            return f"is longer than {schema['maxLength']} characters"
        case "minItems" if value == []:
            return f"{_wanted(schema)}, and this one is empty"
        case "maxItems":
            return f"{_wanted(schema)}, and this one is longer"
        case "pattern":
            return _wanted(schema) + _repair(schema["pattern"], value)
        case "format":
            return "is a day that the calendar does not have"
        case _:
            return _wanted(schema)


def said_of_missing() -> str:
    return "is missing and is required"


def said_of_extra_keys(extra: list[str], schema: Schema, known: frozenset[str]) -> Iterator[str]:
    """A sentence for each key that stands beside the known ones, and one for all past the first few."""
    for key in extra[:MOST_KEYS]:
        name = shown_key(key, known)
        near = nearest(key, schema["properties"]) if name else None
        hint = f"; did you mean `{near}`?" if near else ""
        yield f"has a key that the schema does not know here{f': {name}' if name else ''}{hint}"
    if len(extra) > MOST_KEYS:
        yield f"has {len(extra) - MOST_KEYS} more keys that the schema does not know here"


@cache
def matcher(pattern: str) -> re.Pattern[str]:
    """A pattern of the schema, whose `$` is the end of the text, and not a line break before it."""
    return re.compile(pattern.removesuffix("$") + r"\Z" if pattern.endswith("$") else pattern)


def kind(value: object) -> str:
    """What stands there, without saying it."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int():
            return "a number"
        case str():
            return "text"
        case list():
            return "a list"
        case Odd():
            return value.kind
        case _:
            return "an object"


def _wanted(schema: Schema) -> str:
    examples = " or ".join(f'"{example}"' for example in schema.get("examples", ()))
    return f"{schema['title']} is needed here{f', such as {examples}' if examples else ''}"


def _wrong_type(schema: Schema, value: object) -> str:
    if value is None:
        return "is null (not known) and is required"
    wanted = f"{_wanted(schema)}, not {kind(value)}"
    if schema["type"] == "string" and (type(value) is int or value == FRACTION):
        return f"{wanted}: put it in quotes"
    if schema["type"] == "integer" and isinstance(value, str) and value.isdecimal():
        return f"{wanted}: take away the quotes"
    return wanted


def _not_a_choice(choices: list[str], value: object) -> str:
    there = listed([f'"{choice}"' for choice in choices], "or")
    near = nearest(value, choices) if isinstance(value, str) else None
    return f"{there} is needed here" + (f"; did you mean `{near}`?" if near else "")


def _repair(pattern: str, value: object) -> str:
    if isinstance(value, str):
        for repair, advice in _REPAIRS:
            if matcher(pattern).search(repair(value)):
                return f"; {advice}"
    return ""
