"""What a claim answers to a word: known, not known, and not known because of which element."""

from __future__ import annotations

from typing import Any

import pytest

from unit.backends.small import claim, line, missing

FOUND = "rule found\n  when {} is found\n  deny\n"
LYSIS, IN_NOTE = "documentation of lysis", "documentation of lysis in operative-note"


def fact(status: str, **more: Any) -> dict[str, Any]:
    return {"concept": "lysis", "status": status, **more}


# ------------------------------------------------------------------ documentation


@pytest.mark.parametrize(
    ("asked", "facts", "outcome"),
    [
        (LYSIS, [], "pend"),
        (LYSIS, [fact("not_reviewed")], "pend"),
        (LYSIS, [fact("found")], "deny"),
        (LYSIS, [fact("found", document="letter")], "deny"),
        (LYSIS, [fact("not_found")], "allow"),
        (LYSIS, [fact("not_found", document="letter")], "pend"),
        (LYSIS, [fact("not_found"), fact("found", document="letter")], "deny"),
        (IN_NOTE, [fact("found")], "pend"),
        (IN_NOTE, [fact("not_found")], "pend"),
        (IN_NOTE, [fact("found", document="letter")], "pend"),
        (IN_NOTE, [fact("found", document="operative-note")], "deny"),
        (IN_NOTE, [fact("not_found", document="operative-note")], "allow"),
    ],
)
def test_documentation_has_three_states(asked: str, facts: list[dict[str, Any]], outcome: str) -> None:
    found = line(FOUND.format(asked), claim(documentation=facts))
    assert found.outcome == outcome
    assert missing(found) == (["/documentation"] if outcome == "pend" else [])


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ([fact("found"), fact("not_found", line_number=1)], "allow"),
        ([fact("not_found"), fact("found", line_number=1)], "deny"),
        ([fact("found", document="letter"), fact("not_found", line_number=1)], "allow"),
        ([fact("found"), fact("not_reviewed", line_number=1)], "deny"),
        ([fact("found"), fact("not_found", line_number=2)], "deny"),
        ([fact("found"), fact("not_found", document="letter", line_number=1)], "deny"),
    ],
)
def test_a_fact_of_the_line_goes_before_one_of_the_claim(facts: list[dict[str, Any]], outcome: str) -> None:
    of = claim({}, {}, documentation=facts)
    assert line(FOUND.format(LYSIS), of).outcome == outcome
    assert line(FOUND.format(LYSIS), claim({}, {}, documentation=facts[::-1])).outcome == outcome


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ([fact("found", quantity="121")], "deny"),
        ([fact("found", quantity="120")], "allow"),
        ([fact("found")], "pend"),
        ([fact("not_found", quantity="121")], "pend"),
        ([fact("found", quantity="121"), fact("found")], "deny"),
        ([fact("found", quantity="121", document="letter"), fact("found", quantity="90")], "pend"),
        ([fact("found", quantity="121"), fact("found", quantity="90", line_number=1)], "allow"),
        ([fact("found", quantity="121"), fact("found", line_number=1)], "pend"),
    ],
)
def test_a_quantity_is_that_of_documentation_that_was_found(
    facts: list[dict[str, Any]], outcome: str
) -> None:
    rules = "rule long\n  when quantity of documentation of lysis is more than 120\n  deny\n"
    for order in (facts, facts[::-1]):
        found = line(rules, claim(documentation=order))
        assert found.outcome == outcome
        assert [element.term for element in found.missing] == (
            ["quantity of documentation of lysis"] if outcome == "pend" else []
        )


# ------------------------------------------------------------------ lists

NONE_ON_FILE = "rule unauthorized\n  when prior authorization is not on file\n  deny\n"


@pytest.mark.parametrize(
    ("of_claim", "of_line", "outcome"),
    [
        ([], None, "deny"),
        ([], [], "deny"),
        ([], ["A1"], "allow"),
        (["A1"], [], "allow"),
        (["A1"], None, "allow"),
        (None, ["A1"], "allow"),
        (None, [], "pend"),
        (None, None, "pend"),
    ],
)
def test_only_the_claims_own_list_of_authorizations_closes_it(
    of_claim: list[str] | None, of_line: list[str] | None, outcome: str
) -> None:
    found = line(NONE_ON_FILE, claim({"prior_authorizations": of_line}, prior_authorizations=of_claim))
    assert found.outcome == outcome
    assert missing(found) == (["/prior_authorizations"] if outcome == "pend" else [])


def test_another_number_may_stand_on_the_claim() -> None:
    rules = 'rule theirs\n  when no prior authorization "B7"\n  deny\n'
    of = claim({"prior_authorizations": ["A1"]}, prior_authorizations=None)
    assert missing(line(rules, of)) == ["/prior_authorizations"]
    assert line(rules, claim({"prior_authorizations": ["A1"]})).outcome == "deny"


def test_every_entry_that_keeps_a_list_open_is_named() -> None:
    diagnoses = [{"code": "K56.50"}, {"code": "C17.0", "type": "ABF"}, {"code": "Z98.0", "type": None}]
    found = line('rule kind\n  when any diagnosis type "ABK"\n  deny\n', claim(diagnoses=diagnoses))
    assert missing(found) == ["/diagnoses/0/type", "/diagnoses/2/type"]


def test_attachments_of_other_lines_are_passed_over() -> None:
    rules = "rule report\n  when no attachment report type OB\n  deny\n"
    entry = {"report_type": "OB"}
    assert line(rules, claim({}, {}, attachments=[{**entry, "line_number": 2}])).outcome == "deny"
    assert line(rules, claim({}, {}, attachments=[{**entry, "line_number": 1}])).outcome == "allow"
    assert line(rules, claim({}, {}, attachments=[entry])).outcome == "allow"


def test_pointers_are_bounded_by_the_diagnoses_of_the_claim() -> None:
    rules = "rule pointed\n  when any pointed diagnosis {}\n  deny\n"
    assert missing(line(rules.format("K56.50"))) == ["/lines/0/diagnosis_pointers"]
    assert line(rules.format("C17.0")).outcome == "allow"
    assert line(rules.format("K56.50"), claim({"diagnosis_pointers": []})).outcome == "allow"


def test_pointers_of_an_earlier_line_need_its_diagnoses() -> None:
    rules = "rule earlier\n  when history has any pointed diagnosis K56.50\n  deny\n"
    earlier = {**claim()["lines"][0], "claim_id": "E-1", "service_date": "2026-01-31"}

    def found(**of_line: Any) -> tuple[str, list[str]]:
        history = {"complete_since": "2024-01-01", "lines": [{**earlier, **of_line}]}
        decision = line(
            rules + "rule closed\n  when service date is 2020-01-01\n  deny\n", claim(history=history)
        )
        return decision.outcome, missing(decision)

    places = ["/history/lines/0/diagnoses", "/history/lines/0/diagnosis_pointers"]
    assert found(diagnoses=["K56.50"], diagnosis_pointers=[1])[0] == "deny"
    assert found()[1][1:] == places
    assert found(diagnosis_pointers=[1])[1][1:] == places[:1]
    assert found(diagnoses=["K56.50"])[1][1:] == places[1:]
