from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from pollex.intake.claims import check_claim
from pollex.intake.document import Limits
from pollex.intake.schemafaults import MOST_FAULTS

LEAST: dict[str, Any] = {
    "claim_id": "1",
    "payer": {"id": "medicare"},
    "billing_provider": {"npi": "1234567893"},
    "diagnoses": [{"code": "K56.50"}],
    "lines": [{"line_number": 1, "procedure_code": "44120", "service_date": "2026-03-02"}],
}
LINE = LEAST["lines"][0]
TOO_LARGE = "claim: is larger than 1 MiB, the most that one claim may take"


def faults_of(claim: object) -> list[str]:
    return [str(fault) for fault in check_claim(claim)]


# ------------------------------------------------------------------ keys


def test_an_unknown_key_is_named_with_the_nearest_known_one() -> None:
    claim = {**LEAST, "lines": [{**LINE, "modifier": ["22"]}]}
    expected = '/lines/0: has a key that the schema does not know here: "modifier"; did you mean `modifiers`?'
    assert faults_of(claim) == [expected]


def test_a_key_of_another_place_is_unknown_here() -> None:
    assert faults_of({**LEAST, "npi": "1"}) == ['claim: has a key that the schema does not know here: "npi"']


@pytest.mark.parametrize("key", ["123-45-6789", "José García", "x" * 41, "", "a/b~c", "a\nb"])
def test_a_key_that_may_be_data_is_not_shown(key: str) -> None:
    assert faults_of({**LEAST, key: 1}) == ["claim: has a key that the schema does not know here"]


def test_a_fault_inside_an_unknown_key_is_not_pointed_at() -> None:
    assert faults_of({**LEAST, "secret_7": {"x": 1.5, 3: 4}}) == [
        "claim: has a key that is not text: every key of a claim is",
        "claim: has a key that the schema does not know here",
    ]


def test_many_unknown_keys_are_counted() -> None:
    letters = "abcdefghijklmnop"
    found = faults_of({**LEAST, **dict.fromkeys(letters, 1)})
    assert len(found) == 11
    assert "claim: has 6 more keys that the schema does not know here" in found


def test_a_key_that_is_no_text_is_a_fault() -> None:
    claim: dict[Any, Any] = {**LEAST, None: 1}
    claim["payer"] = {"id": "medicare", 5: "x"}
    said = "has a key that is not text: every key of a claim is"
    assert faults_of(claim) == [f"claim: {said}", f"/payer: {said}"]


# ------------------------------------------------------------------ size and depth


def test_a_claim_past_a_mebibyte_is_one_fault() -> None:
    room = 1_048_576 - len(json.dumps({**LEAST, "history": {"lines": []}}, separators=(",", ":")))
    earlier = {**LINE, "claim_id": "x" * 60}
    size = len(json.dumps(earlier, separators=(",", ":"))) + 1
    fits = [{**earlier, "claim_id": f"{n:060}"} for n in range(room // size)]
    assert faults_of({**LEAST, "history": {"lines": fits}}) == []
    more = [*fits, {**earlier, "claim_id": "y" * 60}, {**earlier, "claim_id": "z" * 60}]
    assert faults_of({**LEAST, "history": {"lines": more}}) == [TOO_LARGE]
    assert faults_of({**LEAST, "history": {"lines": more}, "x": 1}) == [TOO_LARGE]


def test_the_limits_are_the_callers() -> None:
    size = len(json.dumps(LEAST, separators=(",", ":")))
    assert check_claim(LEAST, Limits(max_bytes=size)) == ()
    (fault,) = check_claim(LEAST, Limits(max_bytes=size - 1))
    assert fault.message == f"is larger than {size - 1} bytes, the most that one claim may take"


@pytest.mark.parametrize(("levels", "refused"), [(63, False), (64, True), (5000, True)])
def test_nesting_past_64_levels_is_one_fault(levels: int, refused: bool) -> None:
    value: object = []
    for _ in range(levels - 1):
        value = [value]
    found = faults_of({**LEAST, "history": value})
    assert ("/history: is nested more than 64 levels deep" in found) is refused
    assert len(found) == 1


def test_a_number_of_any_length_is_a_fault() -> None:
    (fault,) = check_claim({**LEAST, "lines": [{**LINE, "line_number": 10**5000}]})
    assert "not a number of more than 18 digits" in fault.message


def test_a_claim_that_holds_itself_is_refused() -> None:
    claim = copy.deepcopy(LEAST)
    claim["history"] = {"lines": claim["lines"]}
    claim["lines"].append(claim)
    assert faults_of(claim) == ["/lines: is nested more than 64 levels deep"]


def test_a_claim_that_is_endless_when_written_is_refused() -> None:
    value: object = []
    for _ in range(50):
        value = [value, value]
    found = check_claim({**LEAST, "lines": value}, Limits(max_bytes=10_000))
    assert [fault.message for fault in found] == [
        "is larger than 10000 bytes, the most that one claim may take"
    ]


def test_a_claim_that_is_wrong_everywhere_says_so_in_bounded_time() -> None:
    found = check_claim({**LEAST, "documentation": [{}] * 300_000})
    assert len(found) == MOST_FAULTS
