"""A quick yes or no from a JSON Schema, without a word of explanation.

The schema is turned, once, into a tree of small functions. Only the keywords that
schemas/claim.schema.json uses are known; another one is refused when the tree is built, so that nothing
of a schema is passed over. Where the answer is yes, a full validator says the same, and the value is JSON
data of Python's own types; tests compare the two.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, TypeAlias

from pollex.intake.wording import matcher

Accepts: TypeAlias = Callable[[object], bool]
Schema: TypeAlias = Mapping[str, Any]

ANNOTATIONS = frozenset(
    {"$schema", "$id", "$defs", "$comment", "title", "description", "examples", "default"}
)


def accepts(schema: Schema) -> Accepts:
    """The question whether a value keeps to the schema."""
    return _Compiler(schema).compile(schema)


@lru_cache(maxsize=4096)
def is_day(text: str) -> bool:
    """Whether a text of the form YYYY-MM-DD is a day of the calendar."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


class _Compiler:
    def __init__(self, root: Schema) -> None:
        self.root = root
        self.done: dict[str, Accepts] = {}

    def compile(self, schema: Schema) -> Accepts:
        keywords = {key: value for key, value in schema.items() if key not in ANNOTATIONS}
        match keywords:
            case {"$ref": str(ref), **others} if not others:
                return self.reference(ref)
            case {"anyOf": [first, {"type": "null"}], **others} if not others:
                return _or_null(self.compile(first))
            case {"type": "object", **others}:
                return self.object(others)
            case {"type": "array", "items": items, **others}:
                return _array(self.compile(items), others)
            case {"type": "string", **others}:
                return _string(others)
            case {"type": "integer", "minimum": int(low), "maximum": int(high), **others} if not others:
                return lambda value: type(value) is int and low <= value <= high
            case _:
                raise ValueError(f"the quick check does not know a schema with {sorted(keywords)}")

    def reference(self, ref: str) -> Accepts:
        if ref not in self.done:
            self.done[ref] = self.compile(self.root["$defs"][ref.removeprefix("#/$defs/")])
        return self.done[ref]

    def object(self, keywords: Schema) -> Accepts:
        _only(keywords, "properties", "required", "additionalProperties")
        if keywords["additionalProperties"] is not False:
            raise ValueError("the quick check knows closed objects only")
        tests = {key: self.compile(schema) for key, schema in keywords["properties"].items()}
        required = frozenset(keywords["required"])

        def accepted(value: object) -> bool:
            if type(value) is not dict or not required <= value.keys():
                return False
            for key, item in value.items():
                test = tests.get(key)
                if test is None or not test(item):
                    return False
            return True

        return accepted


def _or_null(test: Accepts) -> Accepts:
    return lambda value: value is None or test(value)


def _array(test: Accepts, keywords: Schema) -> Accepts:
    _only(keywords, "minItems", "maxItems")
    low, high = keywords.get("minItems", 0), keywords.get("maxItems", float("inf"))

    def accepted(value: object) -> bool:
        return type(value) is list and low <= len(value) <= high and all(map(test, value))

    return accepted


def _string(keywords: Schema) -> Accepts:
    _only(keywords, "enum", "minLength", "maxLength", "pattern", "format")
    if "enum" in keywords:
        choices = frozenset(keywords["enum"])
        return lambda value: type(value) is str and value in choices
    search = matcher(keywords["pattern"]).search
    low, high = keywords.get("minLength", 0), keywords.get("maxLength", float("inf"))
    is_date = keywords.get("format") == "date"

    def accepted(value: object) -> bool:
        return (
            type(value) is str
            and low <= len(value) <= high
            and search(value) is not None
            and (not is_date or is_day(value))
        )

    return accepted


def _only(keywords: Schema, *known: str) -> None:
    if not keywords.keys() <= set(known):
        raise ValueError(f"the quick check does not know {sorted(keywords.keys() - set(known))}")
