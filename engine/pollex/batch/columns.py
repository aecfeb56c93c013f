"""Decisions as columns: a row for each line of a claim, with what an analyst adds up or groups by.

The columns are described in schemas/README.md. What the claim says of a line stands beside what was decided
of it, so that a question about dollars needs no second file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from pollex.model.decision import Decision, LineDecision

Leaf: TypeAlias = Literal["string", "integer", "date", "money", "units", "percent"]
Column: TypeAlias = Leaf | list["Column"] | dict[str, "Column"]

COLUMNS: dict[str, Column] = {
    "claim_id": "string",
    "payer_id": "string",
    "line_of_business": "string",
    "network_status": "string",
    "claim_outcome": "string",
    "line_number": "integer",
    "procedure_code": "string",
    "modifiers": ["string"],
    "units": "units",
    "service_date": "date",
    "charge_amount": "money",
    "fee_schedule_amount": "money",
    "outcome": "string",
    "percent": "percent",
    "allowed_amount": "money",
    "adjustments": [
        {"group": "string", "carc": "string", "rarc": ["string"], "amount": "money", "rule": "string"}
    ],
    "required_documentation": [
        {"concept": "string", "document": "string", "rule": "string", "status": "string", "text": "string"}
    ],
    "missing": [
        {
            "pointer": "string",
            "table": "string",
            "key": ["string"],
            "term": "string",
            "affects": ["string"],
            "rules": ["string"],
        }
    ],
    "reasons": [{"rule": "string", "effect": "string", "text": "string", "sources": ["string"]}],
    "notes": [{"rule": "string", "text": "string"}],
    "trial": [{"rule": "string", "would": "string"}],
    "assumptions": [{"pointer": "string", "text": "string"}],
    "policies": [{"id": "string", "version": "string", "digest": "string"}],
    "engine_version": "string",
}


def rows(claim: Mapping[str, Any], decision: Decision) -> Iterator[dict[str, Any]]:
    """A row for each line; what belongs to the claim as a whole stands in each of them."""
    whole = {
        "claim_id": decision.claim_id,
        "payer_id": decision.payer["id"],
        "line_of_business": decision.payer.get("line_of_business"),
        "network_status": decision.payer.get("network_status"),
        "claim_outcome": decision.outcome,
        "assumptions": [assumption.to_dict() for assumption in decision.assumptions],
        "policies": [policy.to_dict() for policy in decision.policies],
        "engine_version": decision.engine_version,
    }
    for asked, line in zip(claim["lines"], decision.lines, strict=True):
        yield {**whole, **_asked(asked), **decided(line)}


def _asked(line: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "line_number": line["line_number"],
        "procedure_code": line["procedure_code"],
        "modifiers": line.get("modifiers"),
        "units": _decimal(line.get("units")),
        "service_date": date.fromisoformat(line["service_date"]),
        "charge_amount": _decimal(line.get("charge_amount")),
        "fee_schedule_amount": _decimal(line.get("fee_schedule_amount")),
    }


def decided(line: LineDecision) -> dict[str, Any]:
    """What was decided of a line, by its columns."""
    return {
        "outcome": line.outcome,
        "percent": _decimal(line.percent),
        "allowed_amount": _decimal(line.allowed_amount),
        "adjustments": [
            {**adjustment.to_dict(), "amount": _decimal(adjustment.amount)} for adjustment in line.adjustments
        ],
        "required_documentation": [document.to_dict() for document in line.required_documentation],
        "missing": [
            {**missing.to_dict(), "key": [missing.key] if isinstance(missing.key, str) else missing.key}
            for missing in line.missing
        ],
        "reasons": [
            {
                "rule": reason.rule,
                "effect": reason.effect,
                "text": reason.text,
                "sources": [source.id for source in reason.sources],
            }
            for reason in line.reasons
        ],
        "notes": [note.to_dict() for note in line.notes],
        "trial": [report.to_dict() for report in line.trial],
    }


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
