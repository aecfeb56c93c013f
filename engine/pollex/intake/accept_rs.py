"""The quick yes or no of a JSON Schema, by a compiled validator; the only file that knows jsonschema-rs.

It says yes to what only looks like JSON data: a tuple for a list, 1.0 or an enumeration's member for the
value that they equal. Whoever asks makes sure of Python's own types; then a yes is a yes of the schema.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pollex.intake.accept import Accepts, Schema

HALF_CHARACTERS = r"\ud800-\udfff"
"""Not a range that the validator can hold; it refuses a text with one of them before any pattern is tried."""


def accepts(schema: Schema) -> Accepts | None:
    """The question whether a value keeps to the schema; None where jsonschema-rs is not installed."""
    try:
        from jsonschema_rs import Draft202012Validator  # noqa: PLC0415 - optional
    except ImportError:
        return None
    is_valid = Draft202012Validator(_without_half_characters(schema), validate_formats=True).is_valid

    def accepted(value: object) -> bool:
        try:
            return is_valid(value)
        except ValueError:  # a type that it does not know
            return False

    return accepted


def _without_half_characters(schema: Any) -> Any:
    if isinstance(schema, Mapping):
        return {key: _without_half_characters(value) for key, value in schema.items()}
    if isinstance(schema, list):
        return [_without_half_characters(item) for item in schema]
    return schema.replace(HALF_CHARACTERS, "") if isinstance(schema, str) else schema
