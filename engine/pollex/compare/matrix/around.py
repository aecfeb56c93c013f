"""What surrounds the line: visits near surgery, the charge, the authorization, the day of receipt."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from pollex.compare.matrix.asking import answer_of
from pollex.compare.matrix.days import Run, runs
from pollex.compare.matrix.payer import Payer, Row, Rows
from pollex.compare.matrix.plain import (
    Claim,
    received_after,
    with_claim,
    with_earlier_surgery,
    with_line,
    with_modifiers,
)
from pollex.compare.matrix.values import Cell, Question
from pollex.compare.matrix.words import answer_text, days_text
from pollex.model.decision import LineDecision

VISITS, CLAIM = "Visits around surgery", "The claim"
SOME_DAYS_AFTER = 20
LONGEST_GLOBAL, GLOBAL_STRIDE = 120, 8
LONGEST_BEFORE = 3
LONGEST_FILING, FILING_STRIDE = 900, 50
PROCESSED_AFTER = 30
LOW_CHARGE = "500.00"


def visit_rows(payer: Payer) -> Rows:
    """A visit after the surgery, on its day and before it, with and without 24, 25 and 57."""
    visit = with_line(payer.claim, procedure_code=payer.visit)

    def after(days: int) -> Claim:
        return with_earlier_surgery(visit, payer.code, days)

    def before(days: int) -> Claim:
        return with_earlier_surgery(visit, payer.code, -days)

    later = Question(VISITS, "visit-after", "visit after surgery", "days after surgery by the same surgeon")
    yield _days(payer, later, after, 1, LONGEST_GLOBAL, GLOBAL_STRIDE)
    sooner = Question(
        VISITS, "visit-before", "visit before surgery", "days before surgery by the same surgeon"
    )
    yield _days(payer, sooner, before, 0, LONGEST_BEFORE, 1)
    for modifier, claim, when in (
        ("24", after(SOME_DAYS_AFTER), f"{SOME_DAYS_AFTER} days after surgery"),
        ("25", after(0), "the day of surgery"),
        ("57", after(0), "the day of surgery"),
    ):
        asked = with_modifiers(claim, modifier)
        yield payer.row(VISITS, f"visit-{modifier}", f"visit with {modifier}", when, asked)
    eve = with_modifiers(before(1), "57")
    yield payer.row(VISITS, "visit-57-before", "visit with 57, day before", "the day before surgery", eve)


def claim_rows(payer: Payer) -> Rows:
    """Charge below the fee, authorization, filing limits."""
    yield _low_charge(payer)
    without = with_claim(payer.claim, prior_authorizations=[])
    label = "no prior authorization"
    yield payer.row(CLAIM, "no-authorization", label, "inpatient, known to have none", without)
    outside = {**payer.claim["payer"], "network_status": "out-of-network"}
    processed = (payer.on + timedelta(days=PROCESSED_AFTER)).isoformat()
    replaced = f"days from the service to the receipt; the original was processed on day {PROCESSED_AFTER}"
    for name, label, asked, claim in (
        ("filing", "filing, in network", FILED, payer.claim),
        ("filing-out-of-network", "filing, out of network", FILED, with_claim(payer.claim, payer=outside)),
        (
            "filing-replacement",
            "filing a replacement",
            replaced,
            with_claim(payer.claim, frequency_code="7", original_processed_date=processed),
        ),
    ):
        question = Question(CLAIM, name, label, asked)
        yield _days(payer, question, _received(claim), 0, LONGEST_FILING, FILING_STRIDE)


FILED = "days from the service to the receipt"


def _low_charge(payer: Payer) -> Row:
    question = Question(CLAIM, "charge-below-fee", "charge below the fee", "a charge of half the fee")
    claim = with_line(payer.claim, charge_amount=LOW_CHARGE)
    line = payer.asker.line(claim)
    words = {LOW_CHARGE: "the charge", claim["lines"][0]["fee_schedule_amount"]: "the fee"}
    text = words.get(line.allowed_amount or "") or payer.asker.said(claim)
    return question, payer.asker.finished(Cell(text), [line])


def _received(claim: Claim) -> Callable[[int], Claim]:
    return lambda days: received_after(claim, days)


def _days(
    payer: Payer, question: Question, claim_on: Callable[[int], Claim], first: int, last: int, stride: int
) -> Row:
    """A row of stretches of days; the rules are those behind the first day of each."""
    decided: dict[int, LineDecision] = {}

    def said(day: int) -> str:
        claim = claim_on(day)
        decided[day] = decided[day] if day in decided else payer.asker.line(claim)
        return answer_text(answer_of(decided[day], claim["lines"][0]["fee_schedule_amount"]))

    found: tuple[Run, ...] = tuple(runs(said, first, last, stride))
    return question, payer.asker.finished(Cell(days_text(found)), [decided[run[0]] for run in found])
