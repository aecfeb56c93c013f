"""The quick yes or no of a JSON Schema, by a compiled validator; the only file that knows jsonschema-rs.

It says yes to what only looks like JSON data: a tuple for a list, 1.0 or an enumeration's member for the
value that they equal. Whoever asks makes sure of Python's own types; then a yes is a yes of the schema.

The schema is put more simply for it first: what may be null has two types and no two schemas, references
are filled in, and patterns look neither ahead nor back, so that the plainer and quicker of its two engines
for them will do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pollex.intake.accept import ANNOTATIONS, Accepts, Schema

HALF_CHARACTERS = r"\ud800-\udfff"
"""Not a range that the validator can hold; it refuses a text with one of them before any pattern is tried."""
BLANKS = r" \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
r"""What `\s` is to Python, less control characters; to ECMA-262, which the validator follows, it is more."""
NO_BLANK_FIRST, NO_BLANK_LAST = r"^(?!\s)[", r"]+(?<!\s)$"


def accepts(schema: Schema) -> Accepts | None:
    """The question whether a value keeps to the schema; None where jsonschema-rs is not installed."""
    try:
        import jsonschema_rs  # noqa: PLC0415 - optional
    except ImportError:
        return None
    is_valid = jsonschema_rs.Draft202012Validator(
        simpler(schema, schema), validate_formats=True, pattern_options=jsonschema_rs.RegexOptions()
    ).is_valid

    def accepted(value: object) -> bool:
        try:
            return is_valid(value)
        except ValueError:  # a type that it does not know
            return False

    return accepted


def simpler(schema: Schema, root: Schema) -> dict[str, Any]:
    """A schema of the keywords that `accept.py` knows, which accepts the same; `root` holds its `$defs`."""
    match {key: value for key, value in schema.items() if key not in ANNOTATIONS}:
        case {"$ref": str(ref)}:
            return simpler(root["$defs"][ref.removeprefix("#/$defs/")], root)
        case {"anyOf": [first, {"type": "null"}]}:
            return _or_null(simpler(first, root))
        case keywords:
            return {key: _simpler(key, value, root) for key, value in keywords.items()}


def _simpler(keyword: str, value: Any, root: Schema) -> Any:
    match keyword:
        case "properties":
            return {key: simpler(schema, root) for key, schema in value.items()}
        case "items":
            return simpler(value, root)
        case "pattern":
            return _pattern(value.replace(HALF_CHARACTERS, ""))
        case _:
            return value


def _or_null(schema: Mapping[str, Any]) -> dict[str, Any]:
    made = {**schema, "type": [schema["type"], "null"]}
    if "enum" in schema:
        made["enum"] = [*schema["enum"], None]
    return made


def _pattern(pattern: str) -> str:
    """That blanks stand neither first nor last, said of the first and the last character."""
    if pattern.startswith(NO_BLANK_FIRST) and pattern.endswith(NO_BLANK_LAST):
        kept = pattern.removeprefix(NO_BLANK_FIRST).removesuffix(NO_BLANK_LAST)
        return rf"^[{kept}{BLANKS}](?:[{kept}]*[{kept}{BLANKS}])?$"
    return pattern
