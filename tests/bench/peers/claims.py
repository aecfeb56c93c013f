"""Claims for the made-up policy, the same for the same number in every run.

About 2.3 KB each as JSON, one to six lines, valid against claim.schema.json. Most lack nothing; of some an
element is missing that a rule reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from random import Random
from typing import Any, TypeAlias

from tests.bench.peers import plan

Claim: TypeAlias = dict[str, Any]
SHARE_OPEN = 0.15
"""Of so many claims an element is missing."""
KINDS = {"surgery": 45, "scan": 20, "visit": 15, "therapy": 14, "add-on": 6}
MODIFIERS = {
    "": 60,
    "59": 8,
    "51": 8,
    "22": 3,
    "50": 4,
    "52": 3,
    "54": 3,
    "62": 3,
    "76": 3,
    "80": 4,
    "AS": 4,
    "25": 4,
}
CODES = {
    "surgery": sorted(plan.SURGERY),
    "scan": sorted(plan.SCANS),
    "visit": sorted(plan.VISITS),
    "therapy": sorted(plan.THERAPY),
    "add-on": sorted(plan.ADD_ONS),
}
DIAGNOSES = {
    "covered-surgery": sorted(plan.COVERED_SURGERY),
    "covered-scan": sorted(plan.COVERED_SCANS),
    "cosmetic": sorted(plan.COSMETIC),
    "investigational": sorted(plan.INVESTIGATIONAL),
}
BEGIN, DAYS = date(2026, 1, 1), 360
PROVIDERS = ("1000000001", "1000000019", "1000000027", "1000000035")


def claims(count: int) -> Iterator[Claim]:
    """So many claims, each drawn by its own number."""
    for number in range(count):
        yield _claim(number, Random(f"bench-plan {number}"))  # noqa: S311 - the same claims in every run


def _claim(number: int, draws: Random) -> Claim:
    day = BEGIN + timedelta(days=draws.randrange(DAYS))
    diagnoses = [
        {"code": code, "type": "ABK" if place == 0 else "ABF"} for place, code in enumerate(_diagnoses(draws))
    ]
    lines = [
        _line(place, day, len(diagnoses), draws)
        for place in range(draws.choice((1, 2, 2, 3, 3, 3, 4, 4, 5, 6)))
    ]
    claim: Claim = {
        "claim_id": f"BENCH-{number:07}",
        "claim_type": "professional",
        "payer": {
            "id": "bench-plan",
            "line_of_business": "commercial",
            "network_status": draws.choices(("in-network", "out-of-network"), (9, 1))[0],
        },
        "received_date": _filed(day, draws),
        "frequency_code": draws.choices(("1", "7", "8"), (92, 7, 1))[0],
        "patient": {"birth_date": _born(day, draws), "sex": draws.choice("FM")},
        "billing_provider": {"npi": PROVIDERS[0], "tax_id": "12-3456789", "specialty": "208600000X"},
        "rendering_provider": {"npi": draws.choice(PROVIDERS), "specialty": "208600000X"},
        "place_of_service": draws.choices(("21", "22", "11", "23"), (90, 4, 3, 3))[0],
        "admission_date": day.isoformat(),
        "discharge_date": (day + timedelta(days=draws.randrange(9))).isoformat(),
        "diagnoses": diagnoses,
        "prior_authorizations": draws.choices((["A-1047"], []), (85, 15))[0],
        "total_charge_amount": _money(sum(int(line["charge_amount"].replace(".", "")) for line in lines)),
        "lines": lines,
        "documentation": _documentation(lines, draws),
        "attachments": [{"report_type": "OB", "control_number": f"C{number:07}"}],
        "history": {
            "complete_since": (day - timedelta(days=800)).isoformat(),
            "lines": list(_history(lines, day, draws)),
        },
    }
    if draws.random() < SHARE_OPEN:
        draws.choice(GAPS)(claim, draws)
    return claim


# ------------------------------------------------------------------ the parts of a claim


def _diagnoses(draws: Random) -> list[str]:
    """A reason to operate, a reason to scan, mostly, and others."""
    found = {
        draws.choice(DIAGNOSES["covered-surgery"]): draws.random() < 0.97,
        draws.choice(DIAGNOSES["covered-scan"]): draws.random() < 0.95,
        draws.choice(DIAGNOSES["investigational"]): draws.random() < 0.08,
        **{
            f"U{draws.randrange(60, 70)}.{draws.randrange(1000):03}": True
            for _ in range(draws.randrange(1, 4))
        },
    }
    codes = [code for code, taken in found.items() if taken]
    return [draws.choice(DIAGNOSES["cosmetic"]), *codes] if draws.random() < 0.02 else codes


def _line(place: int, day: date, diagnoses: int, draws: Random) -> Claim:
    kind = draws.choices(list(KINDS), list(KINDS.values()))[0]
    code = draws.choice(CODES[kind])
    fee = draws.randrange(8_000, 180_000)
    found = draws.choices(list(MODIFIERS), list(MODIFIERS.values()), k=draws.choice((1, 1, 1, 2)))
    units = draws.choices((1, 2, 3, 6), (90, 6, 3, 1))[0]
    return {
        "line_number": place + 1,
        "procedure_code": code,
        "modifiers": [modifier for modifier in dict.fromkeys(found) if modifier],
        "units": str(min(units, plan.LIMITS[code]) if draws.random() < 0.9 else units),
        "charge_amount": _money(fee * draws.randrange(80, 320) // 100),
        "fee_schedule_amount": _money(fee),
        "service_date": (day + timedelta(days=draws.choices((0, 1), (9, 1))[0])).isoformat(),
        "diagnosis_pointers": sorted(draws.sample(range(1, diagnoses + 1), draws.randrange(1, diagnoses + 1)))
        if draws.random() < 0.05
        else list(range(1, diagnoses + 1)),
    }


def _documentation(lines: list[Claim], draws: Random) -> list[Claim]:
    """What a review found: extra work where a line claims it, mostly; the rest nobody asks about."""
    facts = [
        {"concept": "resected-length-cm", "document": "operative-note", "status": "found", "quantity": "20"}
    ]
    if any("22" in line["modifiers"] for line in lines):
        status = draws.choices(("found", "not_found"), (8, 2))[0]
        facts.append({"concept": "increased-work", "document": "operative-note", "status": status})
    return facts


def _history(lines: list[Claim], day: date, draws: Random) -> Iterator[Claim]:
    for place in range(draws.randrange(1, 7)):
        kind = draws.choices(list(KINDS), list(KINDS.values()))[0]
        same = draws.random() < 0.01
        yield {
            "claim_id": f"EARLIER-{place + 1}",
            "line_number": 1,
            "procedure_code": lines[0]["procedure_code"] if same else draws.choice(CODES[kind]),
            "modifiers": [],
            "units": "1",
            "service_date": lines[0]["service_date"]
            if same
            else (day - timedelta(days=draws.randrange(1, 500))).isoformat(),
            "outcome": draws.choices(("allow", "deny"), (9, 1))[0],
            "billing_provider": {
                "npi": draws.choice(PROVIDERS),
                "tax_id": "12-3456789",
                "specialty": "208600000X",
            },
        }
    if draws.random() < 0.04:
        for place in range(draws.randrange(5, 8)):
            yield {
                "claim_id": f"THERAPY-{place + 1}",
                "line_number": 1,
                "procedure_code": draws.choice(CODES["therapy"]),
                "service_date": (day - timedelta(days=30 + 50 * place)).isoformat(),
                "outcome": "allow",
                "billing_provider": {"npi": draws.choice(PROVIDERS)},
            }


def _filed(day: date, draws: Random) -> str:
    after = draws.choices(
        (draws.randrange(5, 60), draws.randrange(170, 190), draws.randrange(360, 370)), (97, 2, 1)
    )
    return (day + timedelta(days=after[0])).isoformat()


def _born(day: date, draws: Random) -> str:
    years = draws.randrange(2, 18) if draws.random() < 0.03 else draws.randrange(19, 90)
    return (day - timedelta(days=years * 365 + draws.randrange(365))).isoformat()


def _money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


# ------------------------------------------------------------------ what is missing


def _without(*path: str) -> Callable[[Claim, Random], None]:
    def remove(claim: Claim, _: Random) -> None:
        for key in path[:-1]:
            claim = claim[key]
        claim.pop(path[-1], None)

    return remove


def _without_of_line(key: str) -> Callable[[Claim, Random], None]:
    def remove(claim: Claim, draws: Random) -> None:
        draws.choice(claim["lines"]).pop(key)

    return remove


def _incomplete_history(claim: Claim, draws: Random) -> None:
    day = date.fromisoformat(claim["lines"][0]["service_date"])
    claim["history"]["complete_since"] = (day - timedelta(days=draws.choice((30, 120)))).isoformat()


def _not_reviewed(claim: Claim, draws: Random) -> None:
    claim["documentation"] = claim["documentation"][:1]
    draws.choice(claim["lines"])["modifiers"] = ["22"]


GAPS: tuple[Callable[[Claim, Random], None], ...] = (
    _without("received_date"),
    _without("patient", "birth_date"),
    _without("patient", "sex"),
    _without("payer", "network_status"),
    _without("place_of_service"),
    _without("prior_authorizations"),
    _without("history"),
    _without("history", "complete_since"),
    _incomplete_history,
    _not_reviewed,
    _without("documentation"),
    _without_of_line("fee_schedule_amount"),
    _without_of_line("charge_amount"),
    _without_of_line("diagnosis_pointers"),
    _without_of_line("units"),
    _without_of_line("modifiers"),
)
