"""What is gathered of decisions and counted at the end is what counting line by line gives."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal as Number
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pollex.batch.counting import Gathered
from pollex.batch.tally import LINE_OUTCOMES, Tally, named, shapes
from pollex.model.decision import Decision, LineDecision, Missing, Reason

MONEY = st.sampled_from(["0", "7", "12.5", "1136.30", "0.05", "999999999999.99"])
REASONS = [
    Reason("cap", "pay at most $12.50"),
    Reason("cap", "pay at most $1136.30"),
    Reason("cap", "pay at most $12.50"),
    Reason("two", "reduce to 50 percent"),
    Reason("told", "note"),
    Reason("otherwise", "allow"),
    Reason("otherwise", "deny"),
]
MISSING = [Missing("fee", "/lines/0/fee_schedule_amount", ("amount",)), Missing("sex", "/patient/sex", ())]
LINES = st.builds(
    LineDecision,
    line_number=st.just(1),
    procedure_code=st.just("44120"),
    outcome=st.sampled_from(LINE_OUTCOMES),
    allowed_amount=st.none() | MONEY,
    missing=st.lists(st.sampled_from([*MISSING, *MISSING])).map(tuple),
    reasons=st.lists(st.sampled_from(REASONS)).map(tuple),
)
DECIDED = st.tuples(
    st.sampled_from(["medicare", "acme"]), st.lists(st.tuples(LINES, st.none() | MONEY), min_size=1)
)


def decided(payer: str, lines: list[tuple[LineDecision, str | None]]) -> tuple[dict[str, Any], Decision]:
    claim = {"lines": [{} if charge is None else {"charge_amount": charge} for _, charge in lines]}
    return claim, Decision("C", {"id": payer}, tuple(line for line, _ in lines), (), (), "1")


@given(st.lists(DECIDED))
def test_figures_are_those_of_lines_counted_one_by_one(
    made: list[tuple[str, list[tuple[LineDecision, str | None]]]],
) -> None:
    gathered, tally = Gathered(), Tally()
    for payer, lines in made:
        gathered.add(*decided(payer, lines))
    gathered.count(tally)
    each = [(payer, line, charge) for payer, lines in made for line, charge in lines]
    cents = Counter[str]()
    for _, line, charge in each:
        if charge is not None:
            cents[f"charged {line.outcome}"] += int(Number(charge) * 100)
        if line.allowed_amount is not None:
            cents["allowed"] += int(Number(line.allowed_amount) * 100)
    assert tally.decided == len(made)
    assert tally.outcomes == Counter(decided(*one)[1].outcome for one in made)
    assert tally.lines == Counter(line.outcome for _, line, _ in each)
    assert tally.cents == cents
    assert tally.without == Counter(
        charge=sum(charge is None for *_, charge in each),
        amount=sum(line.outcome == "allow" and line.allowed_amount is None for _, line, _ in each),
    )
    assert tally.reasons == Counter(
        named(payer, reason.rule, reason.effect)
        for payer, line, _ in each
        for reason in line.reasons
        if shapes(reason.rule, reason.effect)
    )
    assert tally.missing == Counter(
        term for _, line, _ in each for term in {one.term for one in line.missing}
    )


def test_a_cap_by_the_charge_is_one_reason() -> None:
    gathered, tally = Gathered(), Tally()
    for cents in range(100):
        reason = Reason("cap", f"pay at most $1.{cents:02}")
        line = LineDecision(
            1, "44120", "allow", "100", "1.00", reasons=(reason, replace(reason, effect="deny"))
        )
        gathered.add(*decided("acme", [(line, "2.00")]))
    gathered.count(tally)
    assert tally.reasons == {"acme\tcap\tpay at most an amount": 100, "acme\tcap\tdeny": 100}
