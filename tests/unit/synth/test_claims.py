"""Made-up claims: valid, the same everywhere, about what the policies are about, and able to reach their
rules.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from corpus.workbench import compiled
from pollex.backends.firing import firings
from pollex.backends.interpret.claim import decide, prepare
from pollex.intake.claims import check_claim
from pollex.ir.nodes import Member
from pollex.ir.program import Program
from pollex.synth.claims import Synthesis, synthesis
from pollex.synth.draft import fee, npi
from pollex.synth.draws import Draws, weighted
from pollex.synth.world import Aim, Plan
from pollex.workspace import shipped, user_cache
from unit.backends import small

TRIES = 20
PROGRAM_OF_ITS_OWN = """\
import hashlib, json
from pollex.synth.claims import synthesis
from pollex.workspace import shipped
text = "".join(json.dumps(claim) for claim in synthesis(shipped().compilation.program, "7").claims(60))
print(hashlib.sha256(text.encode()).hexdigest())
"""


@cache
def program() -> Program:
    return shipped(user_cache()).compilation.program


@cache
def made(seed: str = "1") -> Synthesis:
    return synthesis(program(), seed)


def test_every_claim_is_valid() -> None:
    faults = [fault for claim in made().claims(1000) for fault in check_claim(claim)]
    assert not faults


def test_a_claim_hangs_on_the_seed_and_its_number_alone() -> None:
    longer = list(made().claims(60))
    assert list(made().claims(20)) == longer[:20]
    assert made().claim(60) == longer[59]
    assert synthesis(program(), "1").claim(41) == longer[40]
    assert made("2").claim(41) != longer[40]


def test_the_bytes_do_not_hang_on_the_order_of_sets() -> None:
    digests = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM_OF_ITS_OWN],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert len(digests) == 1


def test_every_payer_and_outcome_comes_up() -> None:
    payers: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    for claim in made().claims(300):
        payers[claim["payer"]["id"]] += 1
        outcomes[decide(program(), claim, (), "").outcome] += 1
    assert set(payers) == {payer for policy in program().policies for payer in policy.payers}
    assert set(outcomes) == {"allow", "deny", "pend", "partial", "no_policy"}
    assert outcomes.most_common(1)[0][0] == "allow"


def test_nearly_every_clause_of_the_shipped_policies_can_be_reached() -> None:
    """What is always taken out of force for a payer, or has no code in a table, cannot."""
    missed, tried = [], 0
    for plan in made().world.plans.items:
        for aim in plan.aims:
            if is_replaced_for_the_payer(aim):
                continue
            tried += 1
            if not any(reaches(plan, aim, number) for number in range(TRIES)):
                missed.append(aim.clause.id)
    assert tried > 300
    assert len(missed) <= tried * 3 // 100, missed


def is_replaced_for_the_payer(aim: Aim) -> bool:
    return any(
        isinstance(exception.condition, Member) and exception.condition.phrase == "payer"
        for exception in aim.clause.exceptions
    )


def reaches(plan: Plan, aim: Aim, number: int) -> bool:
    draws = Draws("reach", plan.policy.id, plan.policy.version, aim.clause.id, number)
    claim = made().aimed(plan, aim, draws, steady=True).finished("one")
    assert not check_claim(claim)
    decider = prepare(made().world.program, claim, ())
    line, evaluator = decider.view.lines[0], decider.evaluator()
    if aim.chain and not aim.effects:
        return all(evaluator.holds(condition, line) for condition in aim.conditions)
    on = decider.view.service_date(line)
    found = firings(aim.rule, on, lambda condition: evaluator.holds(condition, line))
    return any(firing.clause is aim.clause and firing.holds is True for firing in found)


def test_elements_are_missing_in_some_claims() -> None:
    claims = list(made().claims(2000))
    for key in ("received_date", "history", "prior_authorizations", "place_of_service"):
        assert any(key not in claim for claim in claims), key
        assert sum(key in claim for claim in claims) > 1900, key
    states = {fact["status"] for claim in claims for fact in claim.get("documentation") or ()}
    assert states == {"found", "not_found", "not_reviewed"}


def test_days_stand_on_and_beside_the_ends_of_a_policy() -> None:
    day = {plan.policy.from_date.isoformat() for plan in made().world.plans.items}
    assert any(line["service_date"] in day for claim in made().claims(800) for line in claim["lines"])


def test_limits_are_met_and_passed_by_a_day() -> None:
    """A year to file: claims of the 365th day, the last in time, and of the 366th."""
    (plan,) = [plan for plan in made().world.plans.items if plan.policy.id == "medicare-44120"]
    (late,) = [aim for aim in plan.aims if aim.clause.name == "late"]
    days: Counter[int] = Counter()
    for number in range(200):
        claim = made().aimed(plan, late, Draws("edges", number)).finished("one")
        on, received = claim["lines"][0]["service_date"], claim["received_date"]
        days[(date.fromisoformat(received) - date.fromisoformat(on)).days] += 1
    assert days[365] > 0
    assert days[366] > 0


def test_only_the_payers_that_are_asked_for() -> None:
    some = synthesis(program(), "1", ("bcbs-nc",))
    assert {claim["payer"]["id"] for claim in some.claims(30)} == {"bcbs-nc"}


def test_an_npi_is_nobodys() -> None:
    for number in range(200):
        digits = f"80840{npi(Draws(number))}"
        doubled = [int(d) * (2 if at % 2 else 1) for at, d in enumerate(reversed(digits))]
        assert sum(sum(divmod(value, 10)) for value in doubled) % 10 != 0


def test_a_fee_is_the_same_on_every_claim() -> None:
    assert fee("medicare", "44120") == fee("medicare", "44120") != fee("aetna", "44120")
    seen: dict[tuple[str, str], set[str]] = {}
    for claim in made().claims(300):
        for line in claim["lines"][:1]:
            if "fee_schedule_amount" in line:
                key = claim["payer"]["id"], line["procedure_code"]
                seen.setdefault(key, set()).add(line["fee_schedule_amount"])
    fees = [Fraction(amount) for amounts in seen.values() for amount in amounts]
    assert all(len(amounts) == 1 for amounts in seen.values())
    assert all(10 < amount < 5000 for amount in fees)


def test_the_bytes_are_those_of_every_other_machine(golden: Callable[[Path, str], None]) -> None:
    """A few claims of the small world of the corpus; they change with it, and with nothing else."""
    few = synthesis(compiled("").program, "golden").claims(8)
    text = "".join(f"{json.dumps(claim, separators=(',', ':'))}\n" for claim in few)
    golden(Path(__file__).parent / "golden" / "standard.ndjson", text)


@pytest.mark.parametrize(("part", "item"), [(0.0, "a"), (0.24, "a"), (0.25, "b"), (0.999, "b")])
def test_weights(part: float, item: str) -> None:
    assert weighted([("a", 1), ("none", 0), ("b", 3)]).at(part) == item


def test_no_claim_is_said_twice() -> None:
    texts = Counter(json.dumps({**claim, "claim_id": ""}) for claim in made().claims(500))
    assert max(texts.values()) == 1


def test_a_policy_of_one_code_and_no_list_is_enough() -> None:
    of = small.program(small.policy_file("rule assistant when modifier 80 pay 20 percent of fee"))
    for claim in synthesis(of, "one").claims(200):
        assert not check_claim(claim)
