from __future__ import annotations

import copy
import json
from collections import OrderedDict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from pollex.intake.claims import ClaimError, check_claim
from pollex.intake.faults import Fault

FULL: dict[str, Any] = json.loads((Path(__file__).parent / "full-claim.json").read_text(encoding="utf-8"))
LEAST: dict[str, Any] = {
    "claim_id": "1",
    "payer": {"id": "medicare"},
    "billing_provider": {"npi": "1234567893"},
    "diagnoses": [{"code": "K56.50"}],
    "lines": [{"line_number": 1, "procedure_code": "44120", "service_date": "2026-03-02"}],
}

Steps = tuple[str | int, ...]
REQUIRED = {
    "/claim_id",
    "/payer",
    "/payer/id",
    "/billing_provider",
    "/billing_provider/npi",
    "/rendering_provider/npi",
    "/diagnoses",
    "/diagnoses/0/code",
    "/diagnoses/1/code",
    "/lines",
    "/lines/0/line_number",
    "/lines/0/procedure_code",
    "/lines/0/service_date",
    "/lines/0/rendering_provider/npi",
    "/lines/1/line_number",
    "/lines/1/procedure_code",
    "/lines/1/service_date",
    "/documentation/0/concept",
    "/documentation/0/status",
    "/attachments/0/report_type",
    "/history/lines",
    "/history/lines/0/claim_id",
    "/history/lines/0/line_number",
    "/history/lines/0/procedure_code",
    "/history/lines/0/service_date",
    "/history/lines/0/rendering_provider/npi",
    "/history/lines/0/billing_provider/npi",
}


def places(value: object, at: Steps = ()) -> Iterator[tuple[Steps, object]]:
    """Everything in a claim, with the way to it."""
    yield at, value
    children: Any = value.items() if isinstance(value, dict) else ()
    children = enumerate(value) if isinstance(value, list) else children
    for key, child in children:
        yield from places(child, (*at, key))


BY_NAME = {"/" + "/".join(map(str, at)): (at, value) for at, value in places(FULL) if at}
KEYS = {name: at for name, (at, _) in BY_NAME.items() if isinstance(at[-1], str)}


def changed(at: Steps, value: object, claim: dict[str, Any] = FULL) -> dict[str, Any]:
    """A copy of the claim with another value in one place."""
    made = copy.deepcopy(claim)
    parent: Any = made
    for step in at[:-1]:
        parent = parent[step]
    parent[at[-1]] = value
    return made


def without(at: Steps) -> dict[str, Any]:
    made = copy.deepcopy(FULL)
    parent: Any = made
    for step in at[:-1]:
        parent = parent[step]
    del parent[at[-1]]
    return made


def line(number: int = 1, **more: object) -> dict[str, Any]:
    return {"line_number": number, "procedure_code": "44120", "service_date": "2026-03-02", **more}


def faults_of(claim: object) -> list[str]:
    return [str(fault) for fault in check_claim(claim)]


# ------------------------------------------------------------------ what is accepted


@pytest.mark.parametrize("claim", [FULL, LEAST], ids=["full", "least"])
def test_a_right_claim_has_no_fault(claim: dict[str, Any]) -> None:
    assert check_claim(claim) == ()


@pytest.mark.parametrize("name", sorted(KEYS.keys() - REQUIRED))
def test_an_optional_element_may_be_null_or_left_out(name: str) -> None:
    assert faults_of(changed(KEYS[name], None)) == []
    assert faults_of(without(KEYS[name])) == []


@pytest.mark.parametrize("name", sorted(REQUIRED))
def test_a_required_element_may_be_neither(name: str) -> None:
    assert f"{name}: is null (not known) and is required" in faults_of(changed(KEYS[name], None))
    assert f"{name}: is missing and is required" in faults_of(without(KEYS[name]))


@pytest.mark.parametrize("name", sorted(BY_NAME.keys() - KEYS.keys()))
def test_an_item_of_a_list_may_not_be_null(name: str) -> None:
    assert f"{name}: is null (not known) and is required" in faults_of(changed(BY_NAME[name][0], None))


@pytest.mark.parametrize(
    ("at", "value"),
    [
        (("payer", "id"), "some-payer-nobody-knows"),
        (("lines", 0, "units"), "0"),
        (("lines", 0, "units"), "2.5"),
        (("lines", 0, "units"), "001"),
        (("lines", 0, "fee_schedule_amount"), "0"),
        (("lines", 0, "fee_schedule_amount"), "999999999999.99"),
        (("lines", 0, "modifiers"), []),
        (("lines", 0, "modifiers"), ["00", "00", "00", "00"]),
        (("lines", 0, "procedure_code"), "0213T"),
        (("lines", 0, "service_date"), "2024-02-29"),
        (("diagnoses", 0, "code"), "Z00"),
        (("diagnoses", 0, "code"), "T81.31XA"),
        (("diagnoses", 0, "code"), "C7A.020"),
        (("history", "lines"), []),
        (("history", "lines", 0, "claim_id"), "CLM-2026-Ü-0001"),
        (("documentation",), []),
        (("attachments",), []),
        (("prior_authorizations",), []),
    ],
)
def test_what_a_claim_may_say(at: Steps, value: object) -> None:
    claim = changed(at, value)
    if at[-1] == "service_date":
        claim["lines"][0]["service_date_to"] = None
    assert faults_of(claim) == []


def test_dictionaries_and_texts_of_other_python_types_are_taken() -> None:
    class Status(StrEnum):
        FOUND = "found"

    claim = changed(("documentation", 0, "status"), Status.FOUND)
    assert check_claim(OrderedDict(claim)) == ()


# ------------------------------------------------------------------ what is refused, and how it is said


@pytest.mark.parametrize(
    ("at", "value", "said"),
    [
        (("lines", 0, "charge_amount"), 12, "a decimal string is needed here, such as"),
        (("lines", 0, "charge_amount"), 12, "not a number: put it in quotes"),
        (("lines", 0, "charge_amount"), 12.5, "not a number with a decimal point: put it in quotes"),
        (("lines", 0, "charge_amount"), "-1.00", "it cannot be negative"),
        (("lines", 0, "charge_amount"), "$1,136.30", "leave out the dollar sign and commas"),
        (("lines", 0, "charge_amount"), "1136.305", "give it fewer decimals"),
        (("lines", 0, "charge_amount"), ".50", "write a digit before the point"),
        (("lines", 0, "charge_amount"), " 1.00", "take away the blanks around it"),
        (("lines", 0, "charge_amount"), "1e3", "money as a decimal string"),
        (("lines", 0, "charge_amount"), "+1", "money as a decimal string"),
        (("lines", 0, "charge_amount"), "1.00\n", "take away the blanks around it"),
        (("lines", 0, "charge_amount"), "NaN", "money as a decimal string"),
        (("lines", 0, "charge_amount"), "٣", "money as a decimal string"),
        (("lines", 0, "charge_amount"), "1" * 13, "money as a decimal string"),
        (("lines", 0, "charge_amount"), {}, "not an object"),
        (("lines", 0, "units"), "-1", "it cannot be negative"),
        (("lines", 0, "units"), True, "not true or false"),
        (("lines", 0, "units"), [], "not a list"),
        (("lines", 0, "line_number"), "1", "take away the quotes"),
        (("lines", 0, "line_number"), True, "a whole number from 1 to 999999"),
        (("lines", 0, "line_number"), 0, "a whole number from 1 to 999999"),
        (("lines", 0, "line_number"), 1.0, "not a number with a decimal point"),
        (("lines", 0, "line_number"), 10**6, "a whole number from 1 to 999999"),
        (("lines", 0, "line_number"), 10**18, "not a number of more than 18 digits"),
        (("lines", 0, "procedure_code"), "4412", "a CPT or HCPCS code of five characters"),
        (("lines", 0, "procedure_code"), "g0559", "write it in capitals"),
        (("lines", 0, "procedure_code"), 44120, "put it in quotes"),
        (("lines", 0, "modifiers", 0), "as", "write it in capitals"),
        (("lines", 0, "modifiers", 0), "2", "a modifier of two characters"),
        (("lines", 0, "service_date"), "03/02/2026", "a date written YYYY-MM-DD"),
        (("lines", 0, "service_date"), "20260302", "a date written YYYY-MM-DD"),
        (("lines", 0, "service_date"), "2026-13-01", "a date written YYYY-MM-DD"),
        (("lines", 0, "service_date"), date(2026, 3, 2), "not a Python date or time"),
        (("diagnoses", 0, "code"), "k56.50", "write it in capitals"),
        (("diagnoses", 0, "code"), "K56.", "an ICD-10-CM code"),
        (("claim_type",), "Professional", "did you mean `professional`?"),
        (("claim_type",), "x", '"professional" or "institutional" is needed here'),
        (("claim_type",), [], "not a list"),
        (("frequency_code",), 1, "put it in quotes"),
        (("frequency_code",), "2", '"1", "7" or "8" is needed here'),
        (("patient", "sex"), "female", '"F", "M" or "U" is needed here'),
        (("claim_id",), "", "is empty"),
        (("claim_id",), "x" * 81, "is longer than 80 characters"),
        (("claim_id",), "a\x1b[31m", "a claim id is needed here"),
        (("claim_id",), "a\ud800", "half a character"),
        (("payer",), "medicare", "an object with the payer's id is needed here, not text"),
        (("payer", "id"), "medicare ", "take away the blanks around it"),
        (("documentation", 0, "concept"), "Increased Work", "write it in lower case with hyphens"),
        (("documentation", 0, "quantity"), Decimal("1.5"), "not a Python Decimal"),
        (("documentation", 0, "quantity"), Fraction(1, 2), "not a Python Fraction"),
        (("documentation", 0, "quantity"), float("nan"), "not NaN or an infinity"),
        (("documentation",), (), "not a Python tuple or set"),
        (("attachments", 0, "loinc"), b"11504-8", "not bytes"),
        (("attachments", 0, "report_type"), object(), "not a Python object that JSON does not have"),
        (("billing_provider", "npi"), "123", "an NPI of ten digits"),
        (("billing_provider", "specialty"), "surgeon", "a taxonomy code of ten characters"),
        (("place_of_service",), "1", "a place of service of two digits"),
        (("history", "lines", 0, "outcome"), "paid", '"allow", "deny", "pend" or "no_policy" is needed here'),
    ],
)
def test_a_wrong_value_is_said_in_words(at: Steps, value: object, said: str) -> None:
    place = "/" + "/".join(map(str, at))
    own = [fault for fault in check_claim(changed(at, value)) if fault.pointer == place]
    assert len(own) == 1, own
    assert said in own[0].message


@pytest.mark.parametrize("name", [name for name, (_, value) in BY_NAME.items() if not isinstance(value, int)])
def test_no_element_takes_a_number_with_a_point(name: str) -> None:
    at, _ = BY_NAME[name]
    own = [fault for fault in check_claim(changed(at, 1.5)) if fault.pointer == name]
    assert len(own) == 1
    assert "not a number with a decimal point" in own[0].message


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, (_, value) in BY_NAME.items()
        if isinstance(value, str) and value[4:5] == value[7:8] == "-"
    ],
)
def test_every_date_exists(name: str) -> None:
    at, _ = BY_NAME[name]
    for day in ("2026-02-30", "2026-02-29", "2026-04-31"):
        assert f"{name}: is a day that the calendar does not have" in faults_of(changed(at, day))


@pytest.mark.parametrize(
    ("at", "value", "said"),
    [
        (("diagnoses",), [], "a list of one to twelve diagnoses is needed here, and this one is empty"),
        (("diagnoses",), [{"code": "K56"}] * 13, "a list of one to twelve diagnoses is needed here, and"),
        (("lines",), [], "a list of one to fifty lines is needed here, and this one is empty"),
        (
            ("lines", 0, "modifiers"),
            ["22"] * 5,
            "a list of up to four modifiers is needed here, and this one",
        ),
    ],
)
def test_a_list_has_its_length(at: Steps, value: object, said: str) -> None:
    (fault,) = (
        found for found in check_claim(changed(at, value)) if found.pointer == f"/{'/'.join(map(str, at))}"
    )
    assert fault.message.startswith(said)


def test_a_claim_has_one_to_fifty_lines() -> None:
    assert faults_of({**LEAST, "lines": [line(n) for n in range(1, 51)]}) == []
    assert len(faults_of({**LEAST, "lines": [line(n) for n in range(1, 52)]})) == 1


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        (None, "is null"),
        (True, "is true or false"),
        (7, "is a number"),
        (0.5, "is a number with a decimal point"),
        ("{}", "is text"),
        ([LEAST], "is a list"),
        (b"{}", "is bytes"),
        (object(), "is a Python object that JSON does not have"),
    ],
)
def test_a_claim_is_an_object(claim: object, said: str) -> None:
    assert check_claim(claim) == (Fault("", f"{said}: a claim is a JSON object"),)


# ------------------------------------------------------------------ the error


def test_the_error_is_a_few_lines_and_keeps_all_faults() -> None:
    faults = check_claim({**LEAST, "diagnoses": [{"code": code} for code in "abcdefghijkl"]})
    error = ClaimError(faults)
    assert error.faults == faults
    lines = str(error).splitlines()
    assert lines[0] == "the claim is not valid: 12 faults"
    assert lines[1].startswith("  /diagnoses/0/code: an ICD-10-CM code is needed here")
    assert lines[3].startswith("  /diagnoses/2/code"), "positions are in the order of numbers"
    assert lines[11:] == ["  and 2 more"]


def test_the_error_with_one_fault() -> None:
    assert str(ClaimError([Fault("", "is text")])) == "the claim is not valid: 1 fault\n  claim: is text"
