"""Claims made from the claim's own schema: every element, with values at its edges, whatever they come to."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy, sampled_from

from pollex.intake.claims import check_claim
from pollex.resources import read_text
from property.claims import Claim

SCHEMA: dict[str, Any] = json.loads(read_text("schemas", "claim.schema.json"))
EDGES: dict[str, tuple[Any, ...]] = {
    "date": ("2026-02-28", "2026-03-01", "1900-01-01", "2099-12-31", "2024-02-29"),
    "money": ("0", "0.00", "0.01", "100.00", "999999999999.99"),
    "quantity": ("0", "1", "0.0001", "2", "120", "999999999.9999"),
    "line-number": (1, 2, 3, 999999),
    "diagnosis-pointer": (1, 2),
    "procedure-code": ("44120", "44121", "44005", "99213", "0001F", "A0000"),
    "modifier": ("22", "00", "80", "AS", "ZZ"),
    "diagnosis-code": ("K56.50", "K5650", "K56.609", "C17.0", "Z98", "A00"),
    "place-of-service": ("21", "11", "00", "99"),
    "npi": ("1234567893", "0000000000"),
    "specialty": ("208600000X", "363A00000X", "0000000000"),
    "loinc": ("11504-8", "1-0"),
    "report-type": ("OB", "00"),
    "name": ("lysis", "need", "operative-note", "letter", "x"),
    "claim-id": ("c1", "é ü", '"', "a/b~c"),
    "payer-id": ("aetna", "aetna", "cigna", "nobody"),
    "tax-id": ("12-3456789", "98-7654321", "x"),
    "control-number": ("C1", "\\"),
    "short-text": ("A1", "ABK", "'"),
    "outcome": ("allow", "deny", "pend", "no_policy"),
    "documentation-status": ("found", "not_found", "not_reviewed"),
}


def of_schema(schema: dict[str, Any]) -> SearchStrategy[Any]:
    """Values of a schema, in the few forms that the claim's schema has."""
    if "$ref" in schema:
        return of_name(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return of_schema(schema["anyOf"][0])
    match schema["type"]:
        case "object":
            optional = {key: of_schema(part) for key, part in schema["properties"].items()}
            needed = {key: optional.pop(key) for key in schema["required"]}
            return st.fixed_dictionaries(needed, optional=optional)
        case "array":
            least = schema.get("minItems", 0)
            return st.lists(of_schema(schema["items"]), min_size=least, max_size=least + 2)
        case _:
            return sampled_from(schema["enum"])


def of_name(name: str) -> SearchStrategy[Any]:
    return sampled_from(EDGES[name]) if name in EDGES else of_schema(SCHEMA["$defs"][name])


def numbered(claim: Claim) -> Claim:
    """Lines one after another, so that most claims are free of contradictions."""
    for number, line in enumerate(claim["lines"], 1):
        line["line_number"] = number
    for number, line in enumerate((claim.get("history") or {}).get("lines", ()), 1):
        line["line_number"] = number
    return claim


wild_claims: SearchStrategy[Claim] = (
    of_schema(SCHEMA).map(numbered).filter(lambda claim: not check_claim(claim))
)
