"""JSON written and read quickly; the only file that knows orjson.

`written` gives the same bytes with orjson and without. `loads_quickly` is for text of which somebody else
makes sure that no object holds a key twice and that no number matters: orjson keeps the last of two equal
keys and makes floats, and says nothing.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any


def written(document: object) -> bytes:
    """One line of JSON without its end: UTF-8, sorted keys, no blanks."""
    orjson = _orjson()
    if orjson is None:
        return _written_slowly(document)
    try:
        made: bytes = orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # a whole number of more than 64 bits
        return _written_slowly(document)
    return made


quoted = json.encoder.encode_basestring
"""A text as it stands in such a line."""


def loads_quickly(data: bytes) -> object:
    """What the text holds; None where it cannot be read, and where orjson is not installed."""
    orjson = _orjson()
    if orjson is None:
        return None
    try:
        value: object = orjson.loads(data)
    except ValueError:
        return None
    return value


def _written_slowly(document: object) -> bytes:
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8")


@cache
def _orjson() -> Any:
    """The library, or None; asked for when first needed, since it takes a while to load."""
    try:
        import orjson  # noqa: PLC0415 - optional
    except ImportError:
        return None
    return orjson
