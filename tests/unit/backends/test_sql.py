"""The SQL backend: that it decides as the interpreter does, what it leaves open, what it writes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from pollex.backends.interpret.claim import decide
from pollex.backends.sql.duckdb import DuckDb
from pollex.backends.sql.evidence import evidence
from pollex.backends.sql.query import query
from pollex.backends.sql.verdict import Verdict, verdict_of
from pollex.batch.layout import table
from pollex.batch.parquet import plain
from pollex.ir.program import Program
from pollex.synth.claims import synthesis
from pollex.testing import run
from pollex.workspace import Workspace, shipped, user_cache
from unit.backends.small import LINE, claim, line, policy_file, program, set_file, table_file


def decided(of: Program, claims: list[dict[str, Any]]) -> list[Verdict]:
    """Decide claims of all payers by SQL, each checked against the interpreter's decision."""

    def exact(_: int, row: Mapping[str, Any]) -> Verdict:
        return verdict_of(decide(of, plain(row), (), "0"))

    payers = sorted({payer for policy in of.policies for payer in policy.payers})
    backend = DuckDb(tuple(query(of, payer) for payer in payers), threads=1)
    found = [one for one in backend.verdicts(table(claims), exact) if one is not None]
    for one, verdict in zip(claims, found, strict=True):
        expected = verdict_of(decide(of, one, (), "0"))
        assert verdict.to_dict() | {"exact": True} == expected.to_dict(), one["claim_id"]
    return found


@pytest.fixture(scope="module")
def policies() -> Workspace:
    return shipped(user_cache())


# ------------------------------------------------------------------ as the interpreter does


def test_cases_of_the_shipped_policies(policies: Workspace) -> None:
    """Every sixth."""
    suite = run.Suite(policies)
    claims = [claim for case in suite.cases[::6] if (claim := suite.claim(case)) is not None]
    found = decided(policies.compilation.program, claims)
    assert sum(not one.exact for one in found) > 0.7 * len(found) > 180


def test_made_up_claims_of_every_payer(policies: Workspace) -> None:
    of = policies.compilation.program
    found = decided(of, list(synthesis(of, "sql").claims(150)))
    assert sum(not one.exact for one in found) > 0.7 * len(found)


# ------------------------------------------------------------------ the exact way

RULES = """
rule r1 when modifier 22 require documentation of lysis, otherwise deny
rule r2 when place of service 23 deny
rule r3 when received date is more than 30 days after the service date note "Late."
"""
MODIFIED = {**LINE, "modifiers": ["22"]}


@pytest.mark.parametrize(
    ("change", "outcome", "is_exact"),
    [
        ({}, "allow", False),
        ({"received_date": None}, "allow", False),
        ({"lines": [MODIFIED]}, "pend", True),
        ({"lines": [MODIFIED], "place_of_service": "23"}, "deny", False),
        ({"place_of_service": None}, "pend", True),
    ],
    ids=["all known", "only a note", "not reviewed", "a denial that is sure", "what a rule asks for"],
)
def test_what_is_unknown_and_matters_is_for_the_exact_way(
    change: dict[str, Any], outcome: str, is_exact: bool
) -> None:
    (verdict,) = decided(program(policy_file(RULES)), [{**claim(), **change}])
    assert (verdict.outcome, verdict.exact) == (outcome, is_exact)


def test_a_line_that_waits_takes_its_claim_along() -> None:
    lines = [LINE, {**MODIFIED, "line_number": 2}]
    (verdict,) = decided(program(policy_file(RULES)), [{**claim(), "lines": lines}])
    assert (verdict.exact, [line.outcome for line in verdict.lines]) == (True, ["allow", "pend"])


def test_what_sql_does_not_say_is_for_the_exact_way() -> None:
    rule = "rule third when modifier 22 reduce to 100 / units percent"
    of = program(policy_file(rule))
    assert query(of, "aetna").unsaid == {"p/third": frozenset({"a division"})}
    plain_one, thirds = decided(of, [claim(), claim({"modifiers": ["22"], "units": "3"})])
    assert (plain_one.exact, thirds.exact, thirds.lines[0].percent) == (False, True, "33.333333")


@pytest.mark.parametrize("effect", ['note "Short."', "deny with co carc 97"])
def test_a_line_that_is_denied_shows_rules_that_sql_does_not_say_too(effect: str) -> None:
    """Each claim goes the exact way, though the outcome is sure: SQL would leave `short` out."""
    short = f"rule short when quantity of documentation of lysis in operative-note is at most 120 {effect}"
    of = program(policy_file(f"rule denied when modifier 22 deny\n{short}"))
    stated = {"concept": "lysis", "document": "operative-note", "status": "found", "quantity": "118"}
    (verdict,) = decided(of, [{**claim({"modifiers": ["22"]}), "documentation": [stated]}])
    assert (verdict.exact, verdict.lines[0].rules) == (True, ("denied", "short"))


def test_claims_of_another_payer_have_no_policy() -> None:
    (verdict,) = decided(program(policy_file(RULES)), [{**claim(), "payer": {"id": "uhc"}}])
    assert (verdict.outcome, verdict.exact) == ("no_policy", True)


# ------------------------------------------------------------------ numbers

SHARES = """
use table shares
rule a when modifier 50 reduce to 13.6 percent
rule b when modifier 51 reduce to 62.5 percent
rule c when modifier 52 reduce to shares share percent
rule d when modifier 53 pay at most 33.33 percent of billed charge
rule e when modifier 54 reduce by $10.05
"""


@pytest.mark.parametrize(
    ("modifiers", "fee", "percent", "amount", "is_exact"),
    [
        (["50"], "1136.30", "13.6", "154.54", False),
        (["50", "51", "52"], "2281.29", "1.049325", "23.94", False),
        (["51"], "0.01", "62.5", "0.01", False),
        (["51"], "0.00", "62.5", "0.00", False),
        (["53"], "100.00", "100", "50.00", False),
        (["54"], "10.06", "100", "0.01", False),
        (["54"], "10.04", "100", "0.00", False),
        (["51", "54"], "99.99", "62.5", "52.44", False),
        (["51"], "999999999999.99", "62.5", "624999999999.99", True),
        (["51"], None, "62.5", None, False),
    ],
)
def test_money_is_exact(
    modifiers: list[str], fee: str | None, percent: str, amount: str | None, is_exact: bool
) -> None:
    shares = table_file("shares", "{share: {type: percent}}", '{key: "44120", share: 12.345}')
    of = program(policy_file(SHARES), shares)
    (verdict,) = decided(of, [claim({"modifiers": modifiers, "fee_schedule_amount": fee})])
    (line,) = verdict.lines
    assert (line.percent, line.allowed_amount, verdict.exact) == (percent, amount, is_exact)


@pytest.mark.parametrize("charge", ["150.00", None])
def test_evidence_says_a_number_as_the_interpreter_does_unknown_too(charge: str | None) -> None:
    of = program(policy_file("rule r always pay at most 50 percent of billed charge"))
    shape = query(of, "aetna").shape
    columns = dict.fromkeys(shape.columns, 1)
    half = None if charge is None else Decimal(charge) / 2
    said = evidence(shape, "allow", True, columns, False, dict.fromkeys(shape.numbers, half))
    expected = line(of, claim({"charge_amount": charge})).reasons
    assert [one.effect for one in said.reasons] == [one.effect for one in expected]


def test_a_date_at_the_end_of_a_month_moves_to_one() -> None:
    of = program(policy_file("rule r when received date is more than 1 month after the service date deny"))
    days = ["2026-03-28", "2026-03-29"]
    found = decided(of, [{**claim(), "received_date": day} for day in days])
    assert [one.outcome for one in found] == ["allow", "deny"]


# ------------------------------------------------------------------ what is written


def test_a_rule_stands_above_what_is_made_of_it() -> None:
    text = policy_file("rule r1 when modifier 22 and units is more than 2 deny")
    of = program(text)
    source = text.normalise().text
    said = query(of, "aetna", lambda span: source[span.start : span.end]).text
    expected = "list_contains(this.modifier, '22') AND (this.units > 2)"
    _, _, below = said.partition("-- rule r1 when modifier 22 and units is more than 2 deny\n")
    assert expected in below.splitlines()[0]


def test_what_an_author_or_a_payer_writes_stays_text() -> None:
    evil = "x'); DROP TABLE claims; --"
    of = program(policy_file(f'rule r when billing tax id "{evil}" deny'))
    known = {"npi": "1234567893", "tax_id": evil}
    found = decided(of, [claim(), {**claim(), "billing_provider": known}])
    assert [one.outcome for one in found] == ["allow", "deny"]


def test_a_set_that_changes_is_asked_for_the_day_of_the_line() -> None:
    first = set_file("codes", "cpt", '"44120"', head="through: 2026-02-27")
    then = set_file("codes", "cpt", '"44121"', head="from: 2026-02-28")
    of = program(policy_file("use set codes\nrule r when cpt in codes deny"), first, then)
    on = ["2026-02-27", "2026-02-28"]
    found = decided(of, [claim({"service_date": day}) for day in on])
    assert [one.outcome for one in found] == ["deny", "allow"]


def test_equal_policies_give_equal_text(policies: Workspace) -> None:
    texts = [query(of.compilation.program, "bcbs-tx").text for of in (policies, shipped())]
    assert texts[0] == texts[1]


def test_what_many_columns_mention_is_worked_out_once() -> None:
    alone = query(program(policy_file("rule r when modifier 22 deny")), "aetna").text
    after = query(shipped().compilation.program, "medicare").text
    for text, name in ((alone, "in_force"), (after, "in_force_after")):
        assert [line.split()[0] for line in text.splitlines() if " AS MATERIALIZED " in line] == [name]
