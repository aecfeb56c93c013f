"""Every row of a matrix, against two policies that say each thing once."""

from __future__ import annotations

from datetime import date

import pytest

from pollex.compare.matrix.build import matrix_of
from pollex.compare.matrix.values import Answer, Matrix
from pollex.intake.claims import check_claim
from unit.compare.matrix.small import ON, cell, compiled, plain, small


@pytest.fixture(scope="module")
def matrix() -> Matrix:
    return small()


def test_the_plain_claim_is_valid() -> None:
    assert not check_claim(plain())


@pytest.mark.parametrize(
    ("name", "acme", "other"),
    [
        ("none", "100%", "100%"),
        ("22", "120% if increased-work found, else 100%; records first; at most the charge", "100%"),
        ("62", "100%", "62.5%"),
        ("78", "100%", "70%"),
        ("55", "100%", "20%"),
        ("80", "16%", "100%"),
        ("two-procedures", "100/50%", "no companion"),
        ("three-procedures", "100/50/50%", "no companion"),
        ("six-procedures", "no companion", "no companion"),
        ("ranked-by", "fee", "no companion"),
        ("80-at-two-procedures", "16/8%", "no companion"),
        ("add-on-44121", "100%", "no policy"),
        ("beside-44005", "deny CO 236", "no policy"),
        ("beside-44005-59", "50%", "no policy"),
        ("visit-after", "days 1 to 10 deny CO 97, from day 11 100%", "100%"),
        ("visit-before", "days 0 to 1 deny CO 97, from day 2 100%", "100%"),
        ("visit-57", "100%", "100%"),
        ("visit-25", "deny CO 97", "100%"),
        ("charge-below-fee", "the charge", "the fee"),
        ("no-authorization", "pend: authorization", "100%"),
        ("filing", "days 0 to 90 100%, from day 91 deny CO 29", "100%"),
        ("filing-out-of-network", "days 0 to 90 100%, from day 91 pend: filing", "100%"),
    ],
)
def test_rows(matrix: Matrix, name: str, acme: str, other: str) -> None:
    assert (cell(matrix, "acme", name).text, cell(matrix, "other", name).text) == (acme, other)


def test_a_cell_holds_every_state_of_the_record(matrix: Matrix) -> None:
    found = cell(matrix, "acme", "22")
    assert found.answer is not None
    assert found.answer.outcome == "pend"
    assert found.documents == ("increased-work in operative-note", "increased-work in statement")
    assert found.found == Answer("allow", "120")
    assert found.not_found == Answer("allow", "100")
    assert found.capped


def test_a_cell_names_its_rules_and_the_weakest_evidence(matrix: Matrix) -> None:
    assistant = cell(matrix, "acme", "80")
    assert [rule.rule for rule in assistant.rules] == ["assistant", "lesser", "otherwise"]
    assert [source.id for source in assistant.rules[0].sources] == ["PAGE", "TERMS"]
    assert assistant.level == "contract terms"
    assert cell(matrix, "acme", "filing").level == "payer page"
    assert cell(matrix, "other", "none").level is None
    assert cell(matrix, "other", "62").level == "no source"


def test_equal_rows_stand_together(matrix: Matrix) -> None:
    (topic,) = (t for t in matrix.topics if any(question.id == "80" for question in t.questions))
    assert [question.label for question in topic.questions] == ["80", "AS"]


def test_modifiers_may_be_named() -> None:
    asked = matrix_of(compiled().program, "44120", plain(), ("other",), ON, ("62", "XU"))
    modifiers = [q.id for t in asked.topics for q in t.questions if q.group == "Modifiers"]
    assert sorted(modifiers) == ["62", "XU", "none"]


def test_a_day_without_a_policy() -> None:
    before = matrix_of(compiled().program, "44120", plain(), ("acme",), date(2025, 12, 31))
    assert {cell.text for topic in before.topics for cell in topic.cells} <= {"no policy", "no companion"}


def test_an_add_on_is_asked_beside_its_primary() -> None:
    add_on = small("44121")
    assert add_on.primary == "44120"
    assert cell(add_on, "acme", "none").text == "100%"
    assert cell(add_on, "acme", "80").text == "16%"
    assert {q.group for t in add_on.topics for q in t.questions} == {"Modifiers", "The claim"}
    assert {q.asked for t in add_on.topics for q in t.questions if q.id in ("22", "80")} == {"beside 44120"}


def test_the_same_question_twice_has_the_same_answer(matrix: Matrix) -> None:
    assert small() == matrix
