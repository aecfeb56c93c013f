"""Words that a line of the history answers from its own claim, never from the claim being decided."""

from __future__ import annotations

from typing import Any

import pytest

from pollex.backends.interpret.claim import decide
from pollex.compiler import Compilation, Texts
from pollex.model.decision import Decision
from pollex.source.text import SourceText

EARLIER = {"claim_id": "E-1", "line_number": 1, "procedure_code": "44120", "service_date": "2026-02-01"}

THIS = {
    "line_number": 1,
    "procedure_code": "44120",
    "service_date": "2026-03-02",
    "fee_schedule_amount": "1136.30",
}


def decided(condition: str, earlier: dict[str, Any], **of_claim: Any) -> Decision:
    policy = SourceText(
        "history.pol",
        'policy history "Earlier lines"\n  payer medicare\n  applies to cpt 44120\n'
        f"  in effect from 2026-01-01\n  otherwise allow\nrule earlier\n"
        f"  when {condition} within 90 days before the service date\n  deny\n",
    )
    compilation = Compilation(Texts((policy,)))
    assert compilation.diagnostics == ()
    claim = {
        "claim_id": "C-1",
        "payer": {"id": "medicare"},
        "billing_provider": {"npi": "1234567893"},
        "diagnoses": [{"code": "K56.50"}],
        "lines": [THIS],
        "history": {"complete_since": "2024-01-01", "lines": [{**EARLIER, **earlier}]},
        **of_claim,
    }
    return decide(compilation.program, claim, (), "0")


@pytest.mark.parametrize(
    ("earlier", "outcome", "missing"),
    [
        ({"diagnoses": ["K56.2", "K66.0"], "diagnosis_pointers": [2]}, "deny", ()),
        ({"diagnoses": ["K56.2", "K66.0"], "diagnosis_pointers": [1]}, "allow", ()),
        ({"diagnoses": ["K56.2", "K66.0"]}, "pend", ("/history/lines/0/diagnosis_pointers",)),
        ({"diagnoses": ["K56.2"]}, "allow", ()),
        ({"diagnosis_pointers": [1]}, "pend", ("/history/lines/0/diagnoses",)),
    ],
)
def test_a_line_of_the_history_points_to_its_own_diagnoses(
    earlier: dict[str, Any], outcome: str, missing: tuple[str, ...]
) -> None:
    line = decided("history has any pointed diagnosis K66.0", earlier).lines[0]
    assert line.outcome == outcome
    assert tuple(element.pointer for element in line.missing) == missing


@pytest.mark.parametrize(
    ("earlier", "outcome", "missing"),
    [
        ({"prior_authorizations": ["A-1"]}, "deny", ()),
        ({"prior_authorizations": ["A-2"]}, "allow", ()),
        ({"prior_authorizations": []}, "allow", ()),
        ({}, "pend", ("/history/lines/0/prior_authorizations",)),
    ],
)
def test_an_authorization_is_recognised_where_an_earlier_line_used_it(
    earlier: dict[str, Any], outcome: str, missing: tuple[str, ...]
) -> None:
    line = decided("history has the same prior authorization", earlier, prior_authorizations=["A-1"]).lines[0]
    assert line.outcome == outcome
    assert tuple(element.pointer for element in line.missing) == missing


def test_days_of_care_are_compared_with_a_number_of_days() -> None:
    care = {"care_from": "2026-02-01", "care_to": "2026-02-10"}
    assert decided("history has days of care is at least 10 days", care).outcome == "deny"
    assert decided("history has days of care is more than 10 days", care).outcome == "allow"
