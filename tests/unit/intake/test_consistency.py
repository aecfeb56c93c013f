from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from pollex.intake.claims import check_claim

FULL = json.loads((Path(__file__).parent / "full-claim.json").read_text(encoding="utf-8"))


@pytest.fixture
def claim() -> dict[str, Any]:
    return copy.deepcopy(FULL)


def faults_of(claim: object) -> list[str]:
    return [str(fault) for fault in check_claim(claim)]


def fact(status: str, **more: object) -> dict[str, object]:
    return {"concept": "increased-work", "status": status, **more}


# ------------------------------------------------------------------ lines


def test_lines_have_numbers_of_their_own(claim: dict[str, Any]) -> None:
    claim["lines"][1]["line_number"] = 1
    assert faults_of(claim) == ["/lines/1/line_number: is the number of /lines/0 too: give each line its own"]


def test_lines_of_the_history_have_numbers_of_their_own_within_a_claim(claim: dict[str, Any]) -> None:
    earlier = claim["history"]["lines"]
    earlier.append({**earlier[0], "claim_id": "another"})
    earlier.append({**earlier[0], "line_number": 2})
    assert faults_of(claim) == []
    earlier.append({**earlier[0]})
    said = "is the number of /history/lines/0 too: give each line its own"
    assert faults_of(claim) == [f"/history/lines/3/line_number: {said}"]


@pytest.mark.parametrize("key", ["documentation", "attachments"])
def test_a_line_that_is_spoken_of_is_there(claim: dict[str, Any], key: str) -> None:
    claim[key][0]["line_number"] = 3
    assert faults_of(claim) == [f"/{key}/0/line_number: is the number of no line of this claim"]
    claim[key][0]["line_number"] = 2
    assert faults_of(claim) == []


# ------------------------------------------------------------------ diagnoses


def test_pointers_stay_within_the_diagnoses(claim: dict[str, Any]) -> None:
    claim["lines"][1]["diagnosis_pointers"] = [2, 3, 1, 12]
    said = "points past the end of the list of diagnoses"
    assert faults_of(claim) == [
        f"/lines/1/diagnosis_pointers/1: {said}",
        f"/lines/1/diagnosis_pointers/3: {said}",
    ]


def test_pointers_of_the_history_count_in_its_own_diagnoses(claim: dict[str, Any]) -> None:
    earlier = claim["history"]["lines"][0]
    earlier["diagnosis_pointers"] = [2]
    said = "points past the end of the list of diagnoses"
    assert faults_of(claim) == [f"/history/lines/0/diagnosis_pointers/0: {said}"]
    earlier["diagnoses"] = None
    assert faults_of(claim) == [], "diagnoses that are not known cannot be too few"


def test_a_claim_without_diagnoses_is_told_so_once(claim: dict[str, Any]) -> None:
    claim["diagnoses"] = []
    assert [fault.pointer for fault in check_claim(claim)] == ["/diagnoses"]


# ------------------------------------------------------------------ dates


@pytest.mark.parametrize(
    ("where", "first", "last", "said"),
    [
        ((), "admission_date", "discharge_date", "is before the admission date"),
        (("lines", 0), "service_date", "service_date_to", "is before the service date"),
        (("lines", 0), "care_from", "care_to", "is before the first day of care"),
        (("history", "lines", 0), "service_date", "service_date_to", "is before the service date"),
        (("history", "lines", 0), "care_from", "care_to", "is before the first day of care"),
    ],
)
def test_a_span_does_not_run_backward(
    claim: dict[str, Any], where: tuple[str | int, ...], first: str, last: str, said: str
) -> None:
    thing: Any = claim
    for step in where:
        thing = thing[step]
    place = "".join(f"/{step}" for step in (*where, last))
    thing[first], thing[last] = "2025-06-02", "2025-06-01"
    assert faults_of(claim) == [f"{place}: {said}"]
    thing[last] = "2025-06-02"
    assert faults_of(claim) == []
    thing[last] = None
    assert faults_of(claim) == []


def test_a_date_that_is_none_is_not_compared(claim: dict[str, Any]) -> None:
    claim["lines"][0]["service_date_to"] = "01/01/2020"
    assert [fault.pointer for fault in check_claim(claim)] == ["/lines/0/service_date_to"]


# ------------------------------------------------------------------ documentation


def test_found_and_not_found_contradict_each_other(claim: dict[str, Any]) -> None:
    claim["documentation"] = [fact("not_reviewed"), fact("found"), fact("not_found")]
    said = "contradicts /documentation/1: found and not found, for one concept, document and line"
    assert faults_of(claim) == [f"/documentation/2: {said}"]


def test_an_absent_document_or_line_is_the_same_as_null(claim: dict[str, Any]) -> None:
    claim["documentation"] = [fact("found", document=None), fact("not_found", line_number=None)]
    assert [fault.pointer for fault in check_claim(claim)] == ["/documentation/1"]


@pytest.mark.parametrize(
    "other",
    [
        fact("found"),
        fact("not_reviewed"),
        fact("not_found", document="statement"),
        fact("not_found", line_number=1),
        {"concept": "assistant-role", "status": "not_found"},
    ],
)
def test_facts_on_other_things_do_not(claim: dict[str, Any], other: dict[str, object]) -> None:
    claim["documentation"] = [fact("found"), other]
    assert faults_of(claim) == []


def test_two_quantities_contradict_each_other(claim: dict[str, Any]) -> None:
    claim["documentation"] = [
        fact("found", quantity="120"),
        fact("found"),
        fact("found", quantity="120.0"),
        fact("found", quantity="130"),
    ]
    said = "contradicts /documentation/0: two quantities for one concept, document and line"
    assert faults_of(claim) == [f"/documentation/3/quantity: {said}"]


# ------------------------------------------------------------------ with faults of the shape beside


def test_contradictions_are_told_beside_faults_of_the_shape(claim: dict[str, Any]) -> None:
    claim["lines"][0]["units"] = 2
    claim["lines"][1]["line_number"] = 1
    claim["lines"].append("no line")
    claim["attachments"] = {}
    claim["documentation"] = [fact("found"), fact("not_found"), 5, {"concept": []}]
    assert {fault.pointer for fault in check_claim(claim)} == {
        "/attachments",
        "/documentation/1",
        "/documentation/2",
        "/documentation/3/concept",
        "/documentation/3/status",
        "/lines/0/units",
        "/lines/1/line_number",
        "/lines/2",
    }
