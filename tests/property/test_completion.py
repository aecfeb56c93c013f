"""Exact completion against brute force: every value of what is missing put into the claim, and each decided.

The policies hang on single elements of the claim (`PLAIN`), for each of which there is one value at least of
every kind that a condition can tell apart. Of policies of any kind, test_laws.py shows that nothing is
decided too early.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import date, timedelta
from itertools import product
from math import prod
from typing import Any

from hypothesis import assume, given, note
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, sampled_from

from pollex.intake.claims import check_claim
from pollex.ir.program import Program
from pollex.model.decision import LineDecision
from property.claims import DAYS, Claim
from property.policies import PLAIN, World, worlds
from property.runs import decided, is_for_information, runs, sound, triple

Key = tuple[str, str]
Put = Callable[[Claim, Any], None]
MOST = 300
KINDS = ("outcome", "percent", "requirements", "amount")


def at(*path: str | int) -> Put:
    """Puts a value at a place of the claim."""

    def put(claim: Claim, value: Any) -> None:
        parent: Any = claim
        for step in path[:-1]:
            parent = parent[step]
        parent[path[-1]] = value

    return put


def fact(concept: str, document: str) -> Put:
    """Adds a fact to the documentation."""

    def put(claim: Claim, value: Any) -> None:
        claim["documentation"].append({"concept": concept, "document": document, "status": value})

    return put


def days_around(*days: str) -> list[str]:
    """The days, and days before and after each: the ends of months are up to three days apart."""
    found = {date.fromisoformat(day) + timedelta(days=apart) for day in days for apart in (-1, 0, 1, 4)}
    return sorted(day.isoformat() for day in found)


ELEMENTS: dict[Key, Put] = {
    ("/lines/0/place_of_service", "place of service"): at("place_of_service"),
    ("/lines/0/fee_schedule_amount", "fee"): at("lines", 0, "fee_schedule_amount"),
    ("/lines/0/charge_amount", "billed charge"): at("lines", 0, "charge_amount"),
    ("/payer/network_status", "network status"): at("payer", "network_status"),
    ("/payer/line_of_business", "line of business"): at("payer", "line_of_business"),
    ("/patient/sex", "patient sex"): at("patient", "sex"),
    ("/patient/birth_date", "birth date"): at("patient", "birth_date"),
    ("/received_date", "received date"): at("received_date"),
    ("/total_charge_amount", "total charge"): at("total_charge_amount"),
    ("/billing_provider/tax_id", "billing tax id"): at("billing_provider", "tax_id"),
    ("/billing_provider/specialty", "billing specialty"): at("billing_provider", "specialty"),
    ("/documentation", "documentation of lysis in operative-note"): fact("lysis", "operative-note"),
    ("/documentation", "documentation of need in letter"): fact("need", "letter"),
}
AMOUNTS = ["0", "1", "3", "10", "30", "50", "100", "150", "200", "250", "100000000"]
VALUES: dict[str, list[str]] = {
    "place of service": ["11", "21", "22", "23"],
    "fee": AMOUNTS,
    "billed charge": AMOUNTS,
    "network status": ["in-network", "out-of-network"],
    "line of business": ["medicare-ffs", "medicare-advantage", "commercial", "medicaid"],
    "patient sex": ["F", "M", "U"],
    "total charge": ["100", "200"],
    "billing tax id": ["12-3456789", "98-7654321"],
    "billing specialty": ["208600000X", "363A00000X", "282N00000X"],
    "documentation of lysis in operative-note": ["found", "not_found"],
    "documentation of need in letter": ["found", "not_found"],
}
BIRTHS = {
    "2026-02-28": days_around("2008-02-28", "1961-02-28", "2025-08-28"),
    "2026-03-01": days_around("2008-03-01", "1961-03-01", "2025-09-01", "2008-02-28"),
    "2026-01-31": days_around("2008-01-31", "1961-01-31", "2025-07-31", "2008-02-28"),
    "2026-01-01": days_around("2008-01-01", "1961-01-01", "2025-07-01", "2008-02-28"),
}
RECEIVED = {
    "2026-02-28": days_around("2026-02-28", "2026-03-14", "2026-03-28", "2026-05-28", "2027-02-28"),
    "2026-03-01": days_around("2026-03-01", "2026-03-15", "2026-04-01", "2026-06-01", "2027-03-01"),
    "2026-01-31": days_around("2026-01-31", "2026-02-14", "2026-02-28", "2026-04-30", "2027-01-31"),
    "2026-01-01": days_around("2026-01-01", "2026-01-15", "2026-02-01", "2026-04-01", "2027-01-01"),
}


@st.composite
def whole_claims(draw: DrawFn) -> tuple[Claim, dict[Key, list[str]]]:
    """A claim of one line that lacks one to three elements, and the values that these can have."""
    day = draw(sampled_from(DAYS))
    claim: Claim = {
        "claim_id": "c1",
        "payer": {"id": "aetna"},
        "patient": {},
        "billing_provider": {"npi": "1234567893"},
        "diagnoses": [{"code": "K56.50"}],
        "lines": [
            {"line_number": 1, "procedure_code": draw(sampled_from(("44120", "99213"))), "service_date": day}
        ],
        "documentation": [],
        "history": {"complete_since": "2024-01-01", "lines": []},
    }
    received = sorted({*RECEIVED[day], *days_around("2026-02-28", "2026-03-31", "2027-02-28")})
    values = {**VALUES, "birth date": BIRTHS[day], "received date": received}
    missing = draw(st.lists(sampled_from(list(ELEMENTS)), min_size=1, max_size=3, unique=True))
    while prod(len(values[term]) for _, term in missing) > MOST:
        missing.pop()
    for key, put in ELEMENTS.items():
        if key not in missing:
            put(claim, draw(sampled_from([value for value in values[key[1]] if value != AMOUNTS[-1]])))
    return claim, {key: values[key[1]] for key in missing}


@runs(180)
@given(worlds(PLAIN), st.lists(whole_claims(), min_size=3, max_size=3))
def test_completion_agrees_with_brute_force(
    world: World, drawn: list[tuple[Claim, dict[Key, list[str]]]]
) -> None:
    """Where the fee or charge is missing, what is asked for the amount's sake is left out: it may stand in
    a condition too, which completion does not set beside the amount, and so asks once too often. A set that
    does not reach the line's day is no part of the claim, and such a line says nothing here.
    """
    program = sound(world)
    for claim, missing in drawn:
        line = decided(program, claim).lines[0]
        assume(all(element.table is None for element in line.missing))
        results = completed(program, claim, missing)
        note(f"{claim}\n{line}\n{set(map(triple, results.values()))}")
        is_free = any(term in ("fee", "billed charge") for _, term in missing)
        kinds = KINDS[:-1] if is_free else KINDS
        asked = {(e.pointer, e.term): {part for part in e.affects if part in kinds} for e in line.missing}
        assert {key: parts for key, parts in asked.items() if parts} == affected(
            results, list(missing), kinds
        )
        amounts = {result.allowed_amount for result in results.values()}
        if len({triple(result) for result in results.values()}) > 1:
            assert is_for_information(line)
        else:
            assert triple(line) == triple(next(iter(results.values())))
            assert line.allowed_amount in ((None, *amounts) if is_free else amounts) or len(amounts) > 1
            assert line.allowed_amount is None or len(amounts) == 1


def completed(
    program: Program, claim: Claim, missing: dict[Key, list[str]]
) -> dict[tuple[str, ...], LineDecision]:
    """The line under every way of completing the claim."""
    found = {}
    for values in product(*missing.values()):
        whole = deepcopy(claim)
        for key, value in zip(missing, values, strict=True):
            ELEMENTS[key](whole, value)
        found[values] = decided(program, whole).lines[0]
        assert not is_for_information(found[values])
    return found


def affected(
    results: dict[tuple[str, ...], LineDecision], keys: list[Key], kinds: tuple[str, ...]
) -> dict[Key, set[str]]:
    """What differs between ways of completing that differ in one element alone."""
    found: dict[Key, set[str]] = {}
    for place, key in enumerate(keys):
        alike: dict[tuple[str, ...], list[LineDecision]] = {}
        for values, line in results.items():
            alike.setdefault((*values[:place], *values[place + 1 :]), []).append(line)
        parts = {part for lines in alike.values() for part in differing(lines) if part in kinds}
        if parts:
            found[key] = parts
    return found


def differing(lines: list[LineDecision]) -> set[str]:
    found = [(*triple(line), line.allowed_amount) for line in lines]
    return {
        name for name, values in zip(KINDS, zip(*found, strict=True), strict=True) if len(set(values)) > 1
    }


def test_the_values_make_valid_claims() -> None:
    @runs(20)
    @given(whole_claims())
    def holds(drawn: tuple[Claim, dict[Key, list[str]]]) -> None:
        claim, missing = drawn
        for key, values in missing.items():
            for value in values:
                whole = deepcopy(claim)
                ELEMENTS[key](whole, value)
                assert not check_claim(whole)

    holds()
