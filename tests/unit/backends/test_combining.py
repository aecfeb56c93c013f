"""What effects come to together: outcome, requirements and money, by kind and never by position."""

from __future__ import annotations

from itertools import permutations

import pytest

from pollex.model.decision import LineDecision
from unit.backends.small import claim, decided, line, missing, policy_file, program, table_file

FEES = table_file(
    "fees",
    "{share: {type: percent}, other: {type: percent}, cap: {type: money}}",
    '{key: "44120", share: "16", other: "37.5", cap: "40.00"}',
    '{key: "44121", share: null, other: "16", cap: "0"}',
)
LIMITS = table_file(
    "limits",
    "{share: {type: percent}, days: {type: days}}",
    '{key: "44121", share: "50", days: "0"}',
    head="key: cpt\nabsent: not-listed",
)


def paid(*effects: str, of: dict[str, object] | None = None, otherwise: str = "allow") -> LineDecision:
    """A line under one rule an effect; the same whatever the order of the rules."""
    rules = [f"rule r{number}\n  always\n  {effect}\n" for number, effect in enumerate(effects)]
    found = set()
    for order in permutations(rules):
        text = policy_file("\n".join(order), "use table fees, limits", otherwise=otherwise)
        found.add(line(program(text, FEES, LIMITS), claim(of or {})))
    assert len(found) == 1
    return found.pop()


def result(found: LineDecision) -> tuple[str, str | None, str | None]:
    return found.outcome, found.percent, found.allowed_amount


# ------------------------------------------------------------------ outcome


@pytest.mark.parametrize(
    ("effects", "otherwise", "outcome"),
    [
        (("allow", "deny", "pend for review by nurses"), "allow", "deny"),
        (("allow", "pend for review by nurses"), "allow", "pend"),
        (("allow",), "deny", "allow"),
        (('note "Seen."',), "deny", "deny"),
        (("pay 50 percent of fee",), "pend for review by nurses", "pend"),
        (("pay 50 percent of fee", "pay 20 * 3 percent of fee", "deny"), "allow", "deny"),
    ],
)
def test_deny_over_pend_over_allow(effects: tuple[str, ...], otherwise: str, outcome: str) -> None:
    assert paid(*effects, otherwise=otherwise).outcome == outcome


def test_a_denied_line_pays_nothing_and_asks_for_nothing() -> None:
    found = paid("deny", "require documentation of need", "pay fees share percent of fee", of={"units": None})
    assert result(found) == ("deny", "0", "0.00")
    assert found.required_documentation == found.missing == ()


# ------------------------------------------------------------------ money


@pytest.mark.parametrize(
    ("effects", "percent", "amount"),
    [
        ((), "100", "300.00"),
        (("pay 16 percent of fee",), "16", "48.00"),
        (("pay 16 percent of fee", "pay fees share percent of fee"), "16", "48.00"),
        (("reduce to 50 percent", "reduce to 50 percent"), "25", "75.00"),
        (("pay 16 percent of fee", "reduce to 62.5 percent"), "10", "30.00"),
        (("pay 100 / 3 percent of fee",), "33.333333", "100.00"),
        (("reduce by $100.00", "reduce by $50.50"), "100", "149.50"),
        (("reduce by $500.00",), "100", "0.00"),
        (("pay at most $40.00", "pay at most fees cap", "pay at most billed charge"), "100", "40.00"),
        (("pay at most 20 percent of billed charge",), "100", "30.00"),
        (("reduce to 50 percent", "reduce by $100.00", "pay at most $49.99"), "50", "49.99"),
        (("reduce to fees share - fees other percent",), "0", "0.00"),
        (("pay 0 percent of fee",), "0", "0.00"),
    ],
)
def test_the_order_of_the_sum(effects: tuple[str, ...], percent: str, amount: str) -> None:
    assert result(paid(*effects, of={"units": "3"})) == ("allow", percent, amount)


@pytest.mark.parametrize(
    ("fee", "units", "share", "amount"),
    [
        ("0.01", "1", "50", "0.01"),
        ("0.01", "1", "49.9999", "0.00"),
        ("10.01", "0.5", "100", "5.01"),
        ("33.33", "1", "150", "50.00"),
        ("999999999999.99", "999999999", "100", "999999998999990000000.01"),
    ],
)
def test_one_rounding_half_up_to_the_cent(fee: str, units: str, share: str, amount: str) -> None:
    found = paid(f"pay {share} percent of fee", of={"fee_schedule_amount": fee, "units": units})
    assert found.allowed_amount == amount


# ------------------------------------------------------------------ conflicts and values that do not exist


def test_two_different_shares_are_a_conflict() -> None:
    found = paid("pay 16 percent of fee", "pay fees other percent of fee")
    assert result(found) == ("pend", None, None)
    assert [r.effect for r in found.reasons if "conflict" in r.effect] == 2 * [
        "policy conflict: two shares of the fee"
    ]


def test_a_share_that_is_not_known_is_no_conflict_yet() -> None:
    found = paid("pay 16 percent of fee", "pay fees share percent of fee", of={"procedure_code": "44121"})
    assert found.outcome == "pend"
    assert missing(found) == ["fees 44121"]
    assert not any("conflict" in reason.effect for reason in found.reasons)
    both = paid(
        "pay 16 percent of fee",
        "pay 100 / 2 percent of fee",
        "pay fees share percent of fee",
        of={"procedure_code": "44121"},
    )
    assert (both.outcome, missing(both)) == ("pend", [])


def test_a_percentage_without_a_value_is_a_conflict() -> None:
    for effect, code in (
        ("pay limits share percent of fee", "44120"),
        ("reduce to 100 / (units - 1) percent", "44120"),
        ("reduce to fees share - limits share percent", "44120"),
    ):
        found = paid(effect, of={"procedure_code": code})
        assert (found.outcome, missing(found)) == ("pend", [])
        assert any("has no value" in reason.effect for reason in found.reasons)


# ------------------------------------------------------------------ amounts that stay open


def test_an_unknown_fee_leaves_only_the_amount_open() -> None:
    found = paid("reduce to 50 percent", of={"fee_schedule_amount": None})
    assert result(found) == ("allow", "50", None)
    assert [(element.pointer, element.affects) for element in found.missing] == [
        ("/lines/0/fee_schedule_amount", ("amount",))
    ]


@pytest.mark.parametrize(
    ("effects", "of", "asked"),
    [
        (("pay 0 percent of fee",), {"fee_schedule_amount": None}, []),
        (("pay at most billed charge",), {"fee_schedule_amount": None, "charge_amount": "0"}, []),
        (("pay at most billed charge",), {"fee_schedule_amount": "0", "charge_amount": None}, []),
        (("pay at most billed charge",), {"units": "0", "charge_amount": None}, []),
        (("reduce by $100.00", "pay at most billed charge"), {"charge_amount": None}, []),
        (("reduce by $99.00", "pay at most billed charge"), {"charge_amount": None}, ["charge_amount"]),
        (("reduce by billed charge", "pay at most $1.00"), {"charge_amount": None}, ["charge_amount"]),
    ],
)
def test_what_cannot_change_the_amount_is_not_asked_for(
    effects: tuple[str, ...], of: dict[str, object], asked: list[str]
) -> None:
    found = paid(*effects, of=of)
    assert found.outcome == "allow"
    assert missing(found) == [f"/lines/0/{name}" for name in asked]
    assert found.allowed_amount == (None if asked else "0.00")


# ------------------------------------------------------------------ requirements


def test_notes_of_one_rule_stand_in_one_order() -> None:
    notes = ('note "One."', 'note "Two."')
    first, second = (
        decided("rule r\n  always\n  " + "\n  ".join(order)).lines[0] for order in (notes, notes[::-1])
    )
    assert first == second
    assert [note.text for note in first.notes] == ["One.", "Two."]
