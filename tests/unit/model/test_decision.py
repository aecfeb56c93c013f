from __future__ import annotations

import inspect
import json
import pickle
from dataclasses import FrozenInstanceError, replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import product

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pollex import resources
from pollex.model import decisiontext
from pollex.model.decision import (
    Adjustment,
    Assumption,
    Decision,
    LineDecision,
    LineOutcome,
    Missing,
    Note,
    PolicyRef,
    Reading,
    Reason,
    RequiredDocument,
    SourceRef,
    TrialReport,
    claim_outcome,
    money,
    percent_text,
)
from pollex.model.decisiontext import decision_text
from pollex.model.fastjson import written

SCHEMA = json.loads(resources.read_text("schemas", "decision.schema.json"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

NGS = SourceRef("NGS22", "NGS article 379108", published="2024-03-01", evidence="payer page")
PFS = SourceRef("PFS", "Fee schedule")

FULL = Decision(
    claim_id="Ünïcode-1",
    payer={"id": "medicare", "network_status": None},
    lines=(
        LineDecision(
            line_number=1,
            procedure_code="44120",
            outcome="allow",
            percent="13.6",
            allowed_amount="154.54",
            adjustments=(
                Adjustment("CO", "45", "medicare-44120/as", amount="981.76"),
                Adjustment("CO", "97", "medicare-44120/global", rarc=("M144", "M15")),
            ),
            required_documentation=(
                RequiredDocument("increased-work", "r", "not_found", "operative-note", "Send it."),
            ),
            missing=(
                Missing("fee", "/lines/0/fee_schedule_amount", ("amount",)),
                Missing("mpfs", None, ("percent", "outcome"), ("a", "b"), table="mpfs", key="44120"),
                Missing("ncci-ptp", None, ("outcome",), ("c",), table="ncci-ptp", key=("44120", "44005")),
            ),
            reasons=(
                Reason(
                    "r",
                    "pay 13.6 percent of fee",
                    because=(
                        Reading("modifier", "/lines/0/modifiers", ("AS",)),
                        Reading("mpfs assistant-indicator", None, "2", table="mpfs", key="44120"),
                        Reading("patient age", "/patient/birth_date", None),
                    ),
                    text="Assistants are paid a share.",
                    sources=(NGS, PFS),
                ),
                Reason("s", "allow", sources=(PFS,)),
                Reason("t", "allow"),
            ),
            notes=(Note("r", "Paid at the ordinary fee."),),
            trial=(TrialReport("minors", "pend for review by pediatric-surgery"),),
        ),
        LineDecision(2, "99213", "no_policy"),
    ),
    policies=(PolicyRef("medicare-44120", "2026-01-01", "sha256:0"),),
    assumptions=(Assumption("/lines/0/units", "1 unit"),),
    engine_version="0.1.0",
)


# ------------------------------------------------------------------ the document


def test_the_document_keeps_to_the_schema() -> None:
    VALIDATOR.validate(FULL.to_dict())


def test_the_document_holds_what_the_decision_says() -> None:
    document = FULL.to_dict()
    assert document["claim_id"] == "Ünïcode-1"
    assert document["payer"] == {"id": "medicare", "network_status": None}
    assert document["outcome"] == "allow"
    first, second = document["lines"]  # type: ignore[misc]
    assert first["adjustments"] == [
        {"group": "CO", "carc": "45", "rarc": [], "amount": "981.76", "rule": "medicare-44120/as"},
        {"group": "CO", "carc": "97", "rarc": ["M144", "M15"], "rule": "medicare-44120/global"},
    ]
    assert first["required_documentation"] == [
        {
            "concept": "increased-work",
            "rule": "r",
            "status": "not_found",
            "document": "operative-note",
            "text": "Send it.",
        }
    ]
    assert first["missing"] == [
        {"pointer": "/lines/0/fee_schedule_amount", "term": "fee", "affects": ["amount"], "rules": []},
        {
            "table": "mpfs",
            "key": "44120",
            "term": "mpfs",
            "affects": ["outcome", "percent"],
            "rules": ["a", "b"],
        },
        {
            "table": "ncci-ptp",
            "key": ["44120", "44005"],
            "term": "ncci-ptp",
            "affects": ["outcome"],
            "rules": ["c"],
        },
    ]
    assert first["trial"] == [{"rule": "minors", "would": "pend for review by pediatric-surgery"}]
    assert second == {
        "line_number": 2,
        "procedure_code": "99213",
        "outcome": "no_policy",
        "percent": None,
        "allowed_amount": None,
        "adjustments": [],
        "required_documentation": [],
        "missing": [],
        "reasons": [],
        "notes": [],
    }


def test_a_reason_names_its_source_and_the_further_ones() -> None:
    both, one, none = (reason.to_dict() for reason in FULL.lines[0].reasons)
    ngs = {
        "id": "NGS22",
        "title": "NGS article 379108",
        "published": "2024-03-01",
        "evidence": "payer page",
    }
    assert both["source"] == ngs
    assert both["sources"] == [ngs, {"id": "PFS", "title": "Fee schedule"}]
    assert one["source"] == {"id": "PFS", "title": "Fee schedule"}
    assert "sources" not in one
    assert none == {"rule": "t", "effect": "allow", "because": []}


def test_a_reading_of_a_table_names_its_row() -> None:
    because = FULL.lines[0].reasons[0].to_dict()["because"]
    assert because == [
        {"term": "modifier", "pointer": "/lines/0/modifiers", "value": ["AS"]},
        {"term": "mpfs assistant-indicator", "table": "mpfs", "key": "44120", "value": "2"},
        {"term": "patient age", "pointer": "/patient/birth_date", "value": None},
    ]


def test_json_is_one_line_with_sorted_keys_and_plain_letters() -> None:
    text = FULL.to_json()
    assert text.startswith(
        '{"assumptions":[{"pointer":"/lines/0/units","text":"1 unit"}],"claim_id":"Ünïcode-1"'
    )
    assert "\n" not in text
    assert json.loads(text) == FULL.to_dict()


def test_json_does_not_depend_on_the_order_of_the_payers_keys() -> None:
    other = replace(FULL, payer={"network_status": None, "id": "medicare"})
    assert other.to_json() == FULL.to_json()


PAYERS = st.fixed_dictionaries(
    {"id": st.text()}, optional={"line_of_business": st.none() | st.text(), "network_status": st.text()}
)
LINES = st.lists(st.builds(LineDecision), max_size=3).map(tuple)


@given(st.builds(Decision, payer=PAYERS, lines=LINES))
def test_json_is_that_of_the_document_whatever_stands_in_it(decision: Decision) -> None:
    document = inspect.unwrap(Decision.to_dict)(decision)  # which need not keep to the schema here
    expected = written(document).decode()
    assert decision_text(decision) == expected
    assert decision_text(decision) == expected  # once more, when its parts have been written


def test_a_part_that_is_changed_for_a_copy_is_written_anew() -> None:
    note = FULL.lines[0].notes[0]
    FULL.to_json()
    for other in (replace(note, text="Another."), pickle.loads(pickle.dumps(note))):  # noqa: S301
        line = replace(FULL.lines[0], notes=(other,))
        decision = replace(FULL, lines=(line,))
        assert decision.to_json_bytes() == written(decision.to_dict())


def test_a_reason_that_was_copied_is_written_alike() -> None:
    first = Reason("r", "allow", (Reading("fee", "/lines/0/fee_schedule_amount", "1.00"),), sources=(NGS,))
    copied: Reason = pickle.loads(pickle.dumps(first))  # noqa: S301
    for reasons in ((copied,), (first, copied), (copied, first)):
        decision = replace(FULL, lines=(replace(FULL.lines[0], reasons=reasons),))
        assert decision.to_json_bytes() == written(decision.to_dict())


def test_reasons_that_differ_in_one_thing_are_told_apart() -> None:
    first = Reason("r", "allow", sources=(NGS,))
    for other in (
        replace(first, rule="s"),
        replace(first, effect="deny"),
        replace(first, text="Said."),
        replace(first, sources=(PFS,)),
        replace(first, sources=()),
    ):
        line = replace(FULL.lines[0], reasons=(first, other))
        decision = replace(FULL, lines=(line,))
        assert decision.to_json_bytes() == written(decision.to_dict())


def test_no_more_texts_of_reasons_are_kept_than_there_is_room_for() -> None:
    for number in range(decisiontext.MOST_KEPT + 10):
        decision = replace(
            FULL, lines=(LineDecision(1, "1", "pend", reasons=(Reason(str(number), "pend"),)),)
        )
        assert f'"rule":"{number}"' in decision.to_json()
        assert len(decisiontext._said) <= decisiontext.MOST_KEPT


def test_the_document_is_a_copy() -> None:
    payer: dict[str, str | None] = {"id": "medicare"}
    decision = replace(FULL, payer=payer)
    decision.to_dict()["payer"]["id"] = "aetna"  # type: ignore[index]
    assert payer == {"id": "medicare"}


def test_a_decision_is_frozen_hashable_and_travels_between_processes() -> None:
    with pytest.raises(FrozenInstanceError):
        FULL.claim_id = "other"  # type: ignore[misc]
    copy = pickle.loads(pickle.dumps(FULL))  # noqa: S301 - our own bytes
    assert copy == FULL
    assert hash(copy) == hash(FULL)


# ------------------------------------------------------------------ the claim's outcome


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["allow"], "allow"),
        (["allow", "no_policy"], "allow"),
        (["deny", "deny"], "deny"),
        (["deny", "no_policy"], "deny"),
        (["allow", "deny"], "partial"),
        (["no_policy", "deny", "allow"], "partial"),
        (["no_policy", "no_policy"], "no_policy"),
        (["allow", "deny", "pend", "no_policy"], "pend"),
        (["no_policy", "pend"], "pend"),
    ],
)
def test_the_outcome_of_a_claim(lines: list[LineOutcome], expected: str) -> None:
    assert claim_outcome(lines) == expected


def test_the_outcome_of_a_claim_does_not_depend_on_order_or_number() -> None:
    outcomes: tuple[LineOutcome, ...] = ("allow", "deny", "pend", "no_policy")
    for lines in product(outcomes, repeat=3):
        assert claim_outcome(lines) == claim_outcome(sorted(lines)) == claim_outcome(lines + lines)


# ------------------------------------------------------------------ exact numbers as text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Fraction(0), "0.00"),
        (Fraction("1136.30"), "1136.30"),
        (Fraction("154.5368"), "154.54"),
        (Fraction(5, 1000), "0.01"),
        (Fraction("0.00499999"), "0.00"),
        (Fraction("2.675"), "2.68"),
        (Fraction("1.005"), "1.01"),
        (Fraction(1, 3), "0.33"),
        (Fraction("999.995"), "1000.00"),
        (Fraction("-0.005"), "-0.01"),
        (Fraction("-0.001"), "0.00"),
        (Fraction(10**30), f"{10**30}.00"),
    ],
)
def test_money(amount: Fraction, text: str) -> None:
    assert money(amount) == text


@pytest.mark.parametrize(
    ("percent", "text"),
    [
        (Fraction(0), "0"),
        (Fraction(100), "100"),
        (Fraction("13.6"), "13.6"),
        (Fraction("31.25"), "31.25"),
        (Fraction("62.50"), "62.5"),
        (Fraction(100, 3), "33.333333"),
        (Fraction(200, 3), "66.666667"),
        (Fraction("0.0000005"), "0.000001"),
        (Fraction("0.00000049"), "0"),
        (Fraction("99.9999999"), "100"),
        (Fraction(1000), "1000"),
        (Fraction("-12.50"), "-12.5"),
    ],
)
def test_percent(percent: Fraction, text: str) -> None:
    assert percent_text(percent) == text


@given(st.decimals(min_value=0, max_value=10**12, places=6))
def test_money_rounds_as_decimal_does_half_up(amount: Decimal) -> None:
    expected = amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    assert Decimal(money(Fraction(amount))) == expected


@given(st.fractions(min_value=0, max_value=10**6))
def test_texts_of_numbers_keep_to_the_schema_and_to_their_value(number: Fraction) -> None:
    line = replace(FULL.lines[0], percent=percent_text(number), allowed_amount=money(number))
    VALIDATOR.validate(replace(FULL, lines=(line,)).to_dict())
    assert abs(Fraction(percent_text(number)) - number) <= Fraction(1, 2_000_000)
    assert abs(Fraction(money(number)) - number) <= Fraction(1, 200)
