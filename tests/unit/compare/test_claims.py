"""One claim under several payers: each decides by its own rules, and what differs is marked."""

from __future__ import annotations

import copy
from functools import lru_cache
from typing import Any

import pytest

from pollex.backends.interpret.claim import decide
from pollex.compare.claims import BENCHMARK, Cell, Comparison, Question, compare, queues
from pollex.compare.coverage import Asked, as_covered
from pollex.compiler import Compilation
from unit.cli.small import claim, line
from unit.compare.two_payers import ACME, compiled

BOTH = (Asked("medicare"), Asked("acme"))


@lru_cache(maxsize=1)
def world() -> Compilation:
    made = compiled()
    assert made.is_sound, made.diagnostics
    return made


def compared(given: dict[str, Any], **question: Any) -> Comparison:
    asked = Question(question.pop("payers", BOTH), **question)
    return compare(world().program, world().environment.tables, given, asked, "test")


def cells(comparison: Comparison, variation: int = 0, at: int = 0) -> tuple[Cell, ...]:
    return comparison.variations[variation].lines[at].cells


def test_each_payer_decides_by_its_own_rules() -> None:
    medicare, acme = cells(compared(claim("C-1", line(1, "44120", "80"))))
    assert (medicare.decision.percent, medicare.decision.allowed_amount) == ("16", "160.00")
    assert (acme.decision.percent, acme.decision.allowed_amount) == ("12", "120.00")
    (reason,) = [reason for reason in acme.decision.reasons if reason.rule == "assistant"]
    assert reason.source is not None
    assert reason.source.evidence == "contract terms"


def test_a_cell_is_the_decision_of_the_claim_as_it_is_put_to_the_payer() -> None:
    given = claim("C-1", line(1, "44120", "22"), line(2, "44121"))
    comparison = compared(given)
    for place, asked in enumerate(BOTH):
        whole = decide(world().program, as_covered(given, asked).claim, (), "test")
        assert comparison.variations[0].decisions[place] == whole
        assert [one.cells[place].decision for one in comparison.variations[0].lines] == list(whole.lines)


def test_the_first_payer_differs_in_nothing_and_the_others_in_what_they_do() -> None:
    medicare, acme = cells(compared(claim("C-1", line(1, "44120", "80"))))
    assert medicare.differs == ()
    assert acme.differs == ("percent", "allowed_amount")
    medicare, acme = cells(compared(claim("C-1", line(1, "44120", "22"))))
    assert acme.differs == ("outcome", "percent", "allowed_amount", "required_documentation", "missing")


def test_what_is_alike_is_not_marked_whatever_the_rule_is_called() -> None:
    _, acme = cells(compared(claim()))
    assert acme.decision.reasons
    assert acme.differs == ()


def test_codes_are_compared_without_the_names_of_rules() -> None:
    given = claim("C-1", line(1, "44120", "62", charge_amount="1200.00"))
    _, acme = cells(compared(given))
    assert acme.differs == ("outcome", "percent", "allowed_amount", "adjustments")


def test_a_pend_for_another_reviewer_differs() -> None:
    payers = (Asked("acme", "commercial", "out-of-network"), Asked("acme", "medicaid", "in-network"))
    first, second = cells(compared(claim("C-1", line(1, "44120", "52")), payers=payers))
    assert queues(first.decision) == ("contracting",)
    assert queues(second.decision) == ("eligibility",)
    assert second.differs == ("outcome",)


def test_a_line_that_does_not_pend_has_no_reviewer() -> None:
    medicare, _ = cells(compared(claim()))
    assert queues(medicare.decision) == ()


def test_a_network_that_is_not_known_pends_where_it_matters_and_is_named() -> None:
    payer = {"id": "medicare", "line_of_business": "medicare-ffs", "network_status": "in-network"}
    given = claim("C-1", line(1, "44120", "52"), payer=payer)
    _, acme = cells(compared(given))
    assert acme.decision.outcome == "pend"
    assert [missing.term for missing in acme.decision.missing] == ["network status"]


def test_fees_of_the_claim_are_the_same_for_every_payer_and_that_is_said() -> None:
    comparison = compared(claim())
    assert [cell.fee.amount for cell in cells(comparison)] == ["1000.00", "1000.00"]
    assert comparison.columns[0].supposed == ()
    assert {one.pointer: one.text for one in comparison.columns[1].supposed} == {
        "/payer/line_of_business": "commercial in place of medicare-ffs: acme has no medicare-ffs",
        "/lines/0/fee_schedule_amount": "the claim's own fee, which is that of medicare",
    }


def test_published_fees_stand_in_place_of_the_claims() -> None:
    comparison = compared(claim("C-1", line(1, "44120", "80")), fees=BENCHMARK)
    medicare, acme = cells(comparison)
    assert (acme.fee.amount, acme.decision.allowed_amount) == ("2000.00", "240.00")
    assert acme.fee.source is not None
    assert (medicare.fee.amount, medicare.decision.outcome) == (None, "allow")
    assert medicare.decision.allowed_amount is None
    assert [missing.pointer for missing in medicare.decision.missing] == ["/lines/0/fee_schedule_amount"]
    pointers = [one.pointer for column in comparison.columns for one in column.supposed]
    assert "/lines/0/fee_schedule_amount" not in pointers


def test_fees_of_earlier_lines_are_those_of_the_payer_too() -> None:
    history = {"lines": [{**line(1, "44120", "80"), "claim_id": "E-1"}]}
    (supposed,) = [
        one.text
        for one in compared(claim(history=history)).columns[1].supposed
        if one.pointer == "/history/lines/0/fee_schedule_amount"
    ]
    assert supposed == "the claim's own fee, which is that of medicare"
    ranked = ACME.replace("pay 12 percent of fee", "pay 50 percent of fee").replace(
        "  when modifier 80\n", "  when history has fee is at least $2,000.00 on the same date\n"
    )
    assert ranked != ACME
    given = claim(history={"complete_since": "2024-01-01", **history})
    made = compiled(ranked)
    assert made.is_sound, made.diagnostics
    paid = {
        fees: compare(made.program, made.environment.tables, given, Question(BOTH, fees), "test")
        .variations[0]
        .lines[0]
        .cells[1]
        .decision.percent
        for fees in ("claim", BENCHMARK)
    }
    assert paid == {"claim": "100", BENCHMARK: "50"}


def test_a_line_is_decided_once_with_each_list_of_modifiers() -> None:
    given = claim("C-1", line(1, "44120", "51"), line(2, "44121", "51"))
    lists = ((), ("80",), ("22", "80"))
    comparison = compared(given, varied=2, modifiers=lists)
    assert comparison.varied == 2
    assert [variation.modifiers for variation in comparison.variations] == list(lists)
    shown = [[one.modifiers for one in variation.lines] for variation in comparison.variations]
    assert shown == [[("51",), ()], [("51",), ("80",)], [("51",), ("22", "80")]]
    assert cells(comparison, 1, 1)[1].decision.percent == "12"


def test_a_code_without_a_policy_is_without_one_everywhere() -> None:
    comparison = compared(claim("C-1", line(1, "99213")))
    assert [cell.decision.outcome for cell in cells(comparison)] == ["no_policy", "no_policy"]
    assert cells(comparison)[1].differs == ()


@pytest.mark.parametrize("fees", ["claim", BENCHMARK])
def test_the_claim_is_left_alone_and_the_same_question_has_the_same_answer(fees: str) -> None:
    given = claim("C-1", line(1, "44120", "22"))
    before = copy.deepcopy(given)
    first = compared(given, fees=fees, varied=1, modifiers=((), ("80",)))
    assert given == before
    assert first == compared(given, fees=fees, varied=1, modifiers=((), ("80",)))


def test_what_the_caller_vouches_for_holds_at_every_payer() -> None:
    comparison = compared(claim(), assume=frozenset({"no-history"}))
    for decision in comparison.variations[0].decisions:
        assert "/history" in {assumption.pointer for assumption in decision.assumptions}
