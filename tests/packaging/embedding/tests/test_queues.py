"""The queues, with the engine of the project's own policies."""

from __future__ import annotations

from typing import Any

import pytest
from adjudication.queues import queue

import pollex


def claim(*modifiers: str) -> dict[str, Any]:
    line = {
        "line_number": 1,
        "procedure_code": "44005",
        "modifiers": list(modifiers),
        "service_date": "2026-03-10",
        "fee_schedule_amount": "1000.00",
    }
    return {
        "claim_id": "EXAMPLE-2",
        "payer": {"id": "example-plan"},
        "billing_provider": {"npi": "1234567893"},
        "diagnoses": [{"code": "K66.0"}],
        "lines": [line],
    }


@pytest.mark.parametrize(
    ("document", "expected"),
    [(claim(), "payment"), (claim("22"), "letters"), ({"claim_id": "EXAMPLE-3"}, "returned")],
)
def test_a_claim_goes_to_its_queue(
    pollex_engine: pollex.Engine, document: dict[str, Any], expected: str
) -> None:
    assert queue(pollex_engine, document) == expected
