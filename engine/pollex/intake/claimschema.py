"""The schema of claims, read once."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from pollex.resources import read_text


@cache
def claim_schema() -> dict[str, Any]:
    """schemas/claim.schema.json."""
    schema: dict[str, Any] = json.loads(read_text("schemas", "claim.schema.json"))
    return schema


@cache
def known_keys() -> frozenset[str]:
    """Every key that a claim may have somewhere: the words that are no data."""
    objects = [claim_schema(), *claim_schema()["$defs"].values()]
    return frozenset(key for thing in objects for key in thing.get("properties", ()))
