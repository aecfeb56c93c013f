"""Which policies speak of a line, what is assumed of a claim, and what trial rules change: nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pollex.model.decision import Decision, LineDecision
from unit.backends.small import LINE, claim, decided, line, missing, policy_file, program, set_file

FAMILY = "applies to cpt 44120"
LATER = set_file("later", "cpt", '"44121"', head="from: 2026-02-15")


def outcomes(rules: str, *clauses: str, codes: str = "44120 44121") -> list[str]:
    of = claim(*({"procedure_code": code} for code in codes.split()))
    return [found.outcome for found in decided(program(policy_file(rules, *clauses)), of).lines]


@pytest.mark.parametrize(
    ("day", "outcome"),
    [
        ("2026-01-31", "no_policy"),
        ("2026-02-01", "allow"),
        ("2026-02-28", "allow"),
        ("2026-03-01", "no_policy"),
    ],
)
def test_the_date_of_service_chooses_and_both_ends_count(day: str, outcome: str) -> None:
    running = program(
        policy_file('rule r\n  always\n  note "n"', "in effect from 2026-02-01 through 2026-02-28")
    )
    assert decided(running, claim({"service_date": day})).lines[0].outcome == outcome


def test_payer_and_claim_type_choose() -> None:
    running = program(policy_file('rule r\n  always\n  note "n"', "claim type professional"))
    assert line(running).outcome == "allow"
    assert line(running, claim(claim_type="institutional")).outcome == "no_policy"
    assert line(running, claim(payer={"id": "uhc"})).outcome == "no_policy"


def test_a_rule_with_lines_of_its_own_brings_in_no_other_rule() -> None:
    general = "rule general\n  always\n  deny\n"
    rules = general + "rule own on lines with cpt 44121\n  always\n  pend for review by nurses\n"
    assert outcomes(rules, FAMILY, codes="44120 44121 44005") == ["deny", "pend", "no_policy"]


def test_a_rule_with_lines_of_its_own_speaks_of_no_other_line() -> None:
    assert outcomes(
        "rule own on lines with cpt 44121\n  always\n  deny\n", "applies to cpt 44120, cpt 44121"
    ) == [
        "allow",
        "deny",
    ]


@pytest.mark.parametrize(
    "kind",
    [
        "on trial on lines with cpt 44121\n  always\n",
        "on lines with cpt 44121\n  always\n  in effect from 2026-03-01\n",
    ],
)
def test_a_rule_that_changes_nothing_brings_in_no_line(kind: str) -> None:
    assert outcomes(f"rule own {kind}  deny\n", FAMILY) == ["allow", "no_policy"]


def test_a_trial_rule_is_reported_and_changes_nothing() -> None:
    rules = "rule r\n  always\n  reduce to 50 percent\n"
    trial = 'rule t on trial\n  when place of service 21\n  deny\n  note "n"\n'

    def without_trial(found: Decision) -> LineDecision:
        return replace(found.lines[0], trial=())

    with_trial = decided(rules + trial)
    assert without_trial(with_trial) == decided(rules).lines[0]
    assert [(report.rule, report.would) for report in with_trial.lines[0].trial] == [("t", "deny, note")]
    unknown = decided(rules + trial, claim(place_of_service=None))
    assert [report.would for report in unknown.lines[0].trial] == ["not known: deny, note"]
    assert unknown.lines[0].outcome == "allow"


# ------------------------------------------------------------------ sets that do not reach a line's day


def test_where_a_set_does_not_reach_nobody_knows_whether_the_policy_speaks() -> None:
    running = program(policy_file("", "applies to cpt in later", "use set later"), LATER)
    of = claim({"procedure_code": "44121", "service_date": "2026-02-14"}, {"procedure_code": "44121"})
    early, late = decided(running, of).lines
    assert (early.outcome, missing(early)) == ("pend", ["later 44121"])
    assert late.outcome == "allow"


@pytest.mark.parametrize(("rule", "outcome"), [("deny", "deny"), ("allow", "pend")])
def test_another_policy_decides_only_what_cannot_change(rule: str, outcome: str) -> None:
    running = program(
        policy_file(f"rule r\n  always\n  {rule}\n", name="a"),
        policy_file("rule s\n  always\n  deny\n", "applies to cpt in later", "use set later", name="b"),
        LATER,
    )
    assert line(running, claim({"procedure_code": "44121", "service_date": "2026-02-14"})).outcome == outcome


def test_whether_such_a_line_is_denied_is_not_known_to_others() -> None:
    running = program(
        policy_file("rule s\n  always\n  deny\n", "applies to cpt in later", "use set later", name="a"),
        policy_file(
            "rule r after the other lines are decided\n  when any other line is denied\n  deny\n",
            "applies to cpt 44120",
            name="b",
        ),
        LATER,
    )
    other = {"procedure_code": "44121", "service_date": "2026-02-14"}
    found = line(running, claim({}, other))
    assert (found.outcome, missing(found)) == ("pend", ["later 44121"])
    assert line(running, claim({}, {**other, "service_date": "2026-02-15"})).outcome == "deny"


def test_two_policies_speak_together() -> None:
    running = program(
        policy_file("rule r\n  always\n  reduce to 50 percent\n", name="a"),
        policy_file("rule s\n  always\n  reduce to 50 percent\n", name="b"),
    )
    found = decided(running)
    assert [policy.id for policy in found.policies] == ["a", "b"]
    assert found.lines[0].percent == "25"


# ------------------------------------------------------------------ assumptions


def test_every_assumption_is_listed() -> None:
    earlier = {**LINE, "claim_id": "E-1"}
    known = {"modifiers": [], "units": "1", "rendering_provider": {"npi": "1234567893"}}
    provider = {"billing_provider": {"npi": "1234567893"}}
    lines = [earlier, {**earlier, **provider, "line_number": 2}, {**earlier, **known, "line_number": 3}]
    of = claim({}, known | {"modifiers": ["22", "00"]}, history={"lines": lines})
    assert [assumption.pointer for assumption in decided("", of).assumptions] == [
        "/claim_type",
        "/frequency_code",
        "/lines/0/modifiers",
        "/lines/0/units",
        "/lines/0/rendering_provider",
        "/lines/1/modifiers/1",
        "/history/lines/0/modifiers",
        "/history/lines/0/units",
        "/history/lines/1/modifiers",
        "/history/lines/1/units",
        "/history/lines/1/rendering_provider",
    ]
    named = claim(known, claim_type="professional", frequency_code="1", history=None)
    assert decided("", named).assumptions == ()


def test_a_caller_vouches_only_for_what_the_claim_does_not_say() -> None:
    rules = "rule r\n  when history has no line with cpt 44120\n  deny\n"
    unknown = claim(history=None)
    assert decided(rules, unknown).lines[0].outcome == "pend"
    assert decided(rules, unknown, ("no-history",)).lines[0].outcome == "deny"
    open_history = claim(history={"lines": []})
    assert decided(rules, open_history, ("no-history",)).lines[0].outcome == "pend"
    assert "/history" not in [a.pointer for a in decided(rules, open_history, ("no-history",)).assumptions]

    rules = "rule r\n  when prior authorization is not on file\n  deny\n"
    vouched = ("no-prior-authorization",)
    assert decided(rules, claim(prior_authorizations=None), vouched).lines[0].outcome == "deny"
    assert (
        decided(rules, claim({"prior_authorizations": ["A"]}, prior_authorizations=None), vouched)
        .lines[0]
        .outcome
        == "allow"
    )
    assert [a.pointer for a in decided(rules, claim(prior_authorizations=None), vouched).assumptions][
        -1:
    ] == ["/prior_authorizations"]
