"""The claims that are asked: one ordinary claim, changed in a single thing.

A claim is plain data (schemas/claim.schema.json); every function gives a new one and leaves the old as it
was. Line 1 is the line that is asked about unless something else is said.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, TypeAlias

Claim: TypeAlias = Mapping[str, Any]

LINES_OF_BUSINESS = {"medicare": "medicare-ffs"}
"""A payer's line of business where a matrix asks for it; of every other payer `commercial`."""


def asked_of(plain: Claim, code: str, payer: str, on: date) -> Claim:
    """The plain claim for a procedure code and a payer, all its dates moved so that the service is on a
    day.
    """
    shift = on - date.fromisoformat(plain["lines"][0]["service_date"])
    claim = moved(plain, shift)
    claim["payer"] = {
        **claim["payer"],
        "id": payer,
        "line_of_business": LINES_OF_BUSINESS.get(payer, "commercial"),
    }
    claim["lines"][0]["procedure_code"] = code
    return claim


def moved(plain: Claim, shift: timedelta) -> dict[str, Any]:
    """All dates moved but the date of birth."""
    claim = copy.deepcopy(dict(plain))
    for holder, key in _dates(claim):
        holder[key] = (date.fromisoformat(holder[key]) + shift).isoformat()
    return claim


def _dates(claim: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    history = claim.get("history") or {}
    holders = [claim, *claim["lines"], history, *history.get("lines", ())]
    for holder in holders:
        for key in (*_DATES, "complete_since"):
            if holder.get(key) is not None:
                yield holder, key


_DATES = (
    *("received_date", "original_processed_date", "admission_date", "discharge_date"),
    *("service_date", "service_date_to", "care_from", "care_to"),
)


def service_date(claim: Claim) -> date:
    return date.fromisoformat(claim["lines"][0]["service_date"])


def with_line(claim: Claim, position: int = 0, **changes: Any) -> Claim:
    """A line with other elements."""
    changed = copy.deepcopy(dict(claim))
    changed["lines"][position].update(changes)
    return changed


def with_modifiers(claim: Claim, *modifiers: str) -> Claim:
    return with_line(claim, modifiers=list(modifiers))


def with_claim(claim: Claim, **changes: Any) -> Claim:
    """Other elements of the claim as a whole."""
    return {**copy.deepcopy(dict(claim)), **changes}


def beside(claim: Claim, *lines: Mapping[str, Any]) -> Claim:
    """Further lines like line 1, each with its differences."""
    changed = copy.deepcopy(dict(claim))
    first = changed["lines"][0]
    for line in lines:
        number = len(changed["lines"]) + 1
        changed["lines"].append({**copy.deepcopy(first), "modifiers": [], **line, "line_number": number})
    return changed


def with_earlier_surgery(claim: Claim, code: str, days: int) -> Claim:
    """Surgery by the same surgeon, paid, on another claim: days before the service; below zero after."""
    changed = copy.deepcopy(dict(claim))
    on = service_date(claim) - timedelta(days=days)
    line = {
        "claim_id": "earlier",
        "line_number": 1,
        "procedure_code": code,
        "modifiers": [],
        "units": "1",
        "service_date": on.isoformat(),
        "outcome": "allow",
        "billing_provider": changed["billing_provider"],
    }
    changed["history"] = {**changed["history"], "lines": [*changed["history"]["lines"], line]}
    return changed


def with_documentation(claim: Claim, wanted: Sequence[tuple[str, str | None]], status: str) -> Claim:
    """The record was reviewed: each concept in its document was found, or was not."""
    facts = [
        {"concept": concept, "status": status, **({"document": document} if document else {})}
        for concept, document in wanted
    ]
    return with_claim(claim, documentation=[*claim.get("documentation", ()), *facts])


def received_after(claim: Claim, days: int) -> Claim:
    """Received some days after the service."""
    return with_claim(claim, received_date=(service_date(claim) + timedelta(days=days)).isoformat())
