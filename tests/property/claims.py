"""Claims drawn at random over few codes, dates and amounts; any optional element is missing now and then.

Every claim is valid. `deletable` are the elements that a claim can lack so that less is known, and `delete`
takes one away.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy, sampled_from

Claim = dict[str, Any]
Path = tuple[str | int, ...]

CODES = ("44120", "44120", "44121", "44005", "99213")
MODIFIERS = ([], ["22"], ["59", "22"], ["80"], ["AS"], ["00"], ["00", "22"])
PLACES = ("11", "21", "22", "23")
DAYS = ("2026-02-28", "2026-02-28", "2026-03-01", "2026-01-31", "2026-01-01")
PAST_DAYS = ("2026-02-28", "2026-02-27", "2026-01-31", "2026-01-29", "2025-12-31", "2025-03-31")
COMPLETE = ("2024-01-01", "2024-01-01", "2024-01-01", "2025-11-30", "2026-01-28", "2026-02-28", "2026-03-01")
MONEY = ("0", "50.00", "100", "150.00", "200.00", "333.33")
CONCEPTS = (("lysis", "operative-note"), ("lysis", None), ("need", "letter"), ("need", "operative-note"))
STATUSES = ("found", "not_found", "found", "not_found", "not_reviewed")

npi = sampled_from(("1234567893", "1234567893", "1987654321"))
diagnosis = sampled_from(("K56.50", "K5650", "K56.609", "C17.0", "Z98.0"))
money = sampled_from(MONEY)


def some(needed: dict[str, Any], optional: dict[str, Any]) -> SearchStrategy[Claim]:
    """An object whose optional keys are there three times in four."""
    there = st.tuples(*(sampled_from((True, True, True, False)) for _ in optional))
    values = st.tuples(*needed.values(), *optional.values())
    names, least = (*needed, *optional), len(needed)

    def build(parts: tuple[tuple[bool, ...], tuple[Any, ...]]) -> Claim:
        kept = (*(True for _ in range(least)), *parts[0])
        return {name: value for name, value, keep in zip(names, parts[1], kept, strict=True) if keep}

    return st.tuples(there, values).map(build)


provider = some(
    {"npi": npi},
    {
        "tax_id": sampled_from(("12-3456789", "98-7654321")),
        "specialty": sampled_from(("208600000X", "363A00000X")),
    },
)
COMMON = {
    "modifiers": sampled_from(MODIFIERS),
    "units": sampled_from(("1", "1", "2", "3", "2.5", "0")),
    "charge_amount": money,
    "fee_schedule_amount": money,
    "service_date_to": sampled_from(("2026-03-01", "2026-03-02")),
    "rendering_provider": provider,
    "prior_authorizations": sampled_from(([], ["A1"], ["B7"])),
}
care = some(
    {},
    {
        "care_from": sampled_from(("2026-03-01", "2026-03-03")),
        "care_to": sampled_from(("2026-03-30", "2026-04-16", "2026-05-29")),
    },
)
line = some(
    {"procedure_code": sampled_from(CODES)},
    {
        **COMMON,
        "place_of_service": sampled_from(PLACES),
        "diagnosis_pointers": sampled_from(([], [1], [1, 2])),
    },
)
past_line = some(
    {
        "claim_id": sampled_from(("h1", "h2")),
        "procedure_code": sampled_from(CODES),
        "service_date": sampled_from(PAST_DAYS),
    },
    {
        **COMMON,
        "place_of_service": sampled_from(PLACES),
        "outcome": sampled_from(("allow", "deny", "pend", "no_policy")),
        "diagnoses": st.lists(diagnosis, max_size=2),
        "billing_provider": provider,
    },
)
facts = st.dictionaries(
    st.tuples(sampled_from(CONCEPTS), sampled_from((None, None, None, 1, 2))),
    st.tuples(sampled_from(STATUSES), sampled_from((None, "90", "120", "120.5"))),
    min_size=1,
    max_size=5,
)
attachment = some(
    {"report_type": sampled_from(("OB", "M1"))},
    {
        "loinc": sampled_from(("11504-8", "34117-2")),
        "control_number": sampled_from(("C1", "C2")),
        "line_number": st.just(1),
    },
)
whole = some(
    {"billing_provider": provider},
    {
        "claim_type": sampled_from(("professional", "professional", "professional", "institutional")),
        "received_date": sampled_from(("2026-03-31", "2026-03-30", "2027-02-28", "2027-03-01", "2026-03-02")),
        "frequency_code": sampled_from(("1", "7")),
        "original_processed_date": sampled_from(("2025-03-31", "2026-01-01")),
        "patient": some(
            {},
            {
                "birth_date": sampled_from(("1961-02-28", "2008-02-29", "2008-02-28", "2025-12-31")),
                "sex": sampled_from(("F", "M", "U")),
            },
        ),
        "rendering_provider": provider,
        "place_of_service": sampled_from(PLACES),
        "admission_date": sampled_from(("2026-02-25", "2026-02-28")),
        "discharge_date": sampled_from(("2026-02-28", "2026-03-05")),
        "prior_authorizations": sampled_from(([], ["A1"])),
        "total_charge_amount": money,
    },
)
payer = some(
    {"id": sampled_from(("aetna",) * 11 + ("uhc",))},
    {
        "line_of_business": sampled_from(("commercial", "medicaid", "medicare-ffs")),
        "network_status": sampled_from(("in-network", "out-of-network")),
    },
)
usually = sampled_from((True, True, True, False))


def _documentation(drawn: dict[Any, tuple[str, str | None]], lines: int) -> list[Claim]:
    found = []
    for ((concept, document), number), (status, quantity) in drawn.items():
        fact = {"concept": concept, "status": status, "document": document, "quantity": quantity}
        if number is not None:
            fact["line_number"] = min(number, lines)
        found.append({key: value for key, value in fact.items() if value is not None})
    return list({(f["concept"], f.get("document"), f.get("line_number")): f for f in found}.values())


@st.composite
def claims(draw: DrawFn, lines: int = 3) -> Claim:
    """A claim of up to so many lines."""
    claim = {"claim_id": "c1", "payer": draw(payer), **draw(whole)}
    diagnoses = draw(
        st.lists(some({"code": diagnosis}, {"type": sampled_from(("ABK", "ABF"))}), min_size=1, max_size=2)
    )
    count = draw(sampled_from((lines, *range(1, lines + 1))))
    claim["diagnoses"] = diagnoses
    claim["lines"] = []
    for number in range(1, count + 1):
        one = draw(line)
        if number == 1 or draw(st.booleans()):
            one |= draw(care)
        one |= {"line_number": number, "service_date": draw(sampled_from(DAYS))}
        if len(diagnoses) == 1 and one.get("diagnosis_pointers") == [1, 2]:
            one["diagnosis_pointers"] = [1]
        claim["lines"].append(one)
    if draw(usually):
        claim["documentation"] = _documentation(draw(facts), count)
    if draw(usually):
        claim["attachments"] = draw(st.lists(attachment, max_size=2))
    if draw(usually):
        claim["history"] = {"lines": draw(st.lists(past_line, max_size=2))}
        for number, earlier in enumerate(claim["history"]["lines"], 1):
            earlier["line_number"] = number
        if draw(usually):
            claim["history"]["complete_since"] = draw(sampled_from(COMPLETE))
    return claim


# ------------------------------------------------------------------ less and more

ASSUMED = {"claim_type", "frequency_code", "modifiers", "units", "rendering_provider"}
REQUIRED = {"claim_id", "payer", "id", "billing_provider", "npi", "diagnoses", "code", "lines", "line_number"}
REQUIRED |= {"procedure_code", "service_date", "concept", "status", "report_type"}
SCOPES = {"document", "line_number"}  # of a fact or an attachment: without it, it speaks of more


@dataclass(frozen=True)
class Less:
    """A claim with one element less, and where that element stood."""

    claim: Claim
    pointer: str


def deletable(claim: Claim) -> list[Path]:
    """Every element that a claim can lack, and whose lack leaves less known."""
    return [path for path in _paths(claim, ()) if _leaves_less_known(claim, path)]


def delete(claim: Claim, path: Path) -> Less:
    """The claim without the element; a fact of the documentation becomes one that nobody reviewed."""
    less = deepcopy(claim)
    parent = _parent(less, path)
    if path[0] == "documentation" and len(path) == 2:
        parent[path[1]]["status"] = "not_reviewed"
    else:
        del parent[path[-1]]
    return Less(less, "".join(f"/{step}" for step in path))


def optional(claim: Claim) -> list[Path]:
    """Every element that is there and may be absent, or null."""
    return [
        path
        for path in _paths(claim, ())
        if isinstance(path[-1], str)
        and path[-1] not in REQUIRED
        and _parent(claim, path)[path[-1]] is not None
    ]


def nulled(claim: Claim, path: Path) -> Claim:
    """The claim with an element that is said to be null."""
    made = deepcopy(claim)
    _parent(made, path)[path[-1]] = None
    return made


def _parent(claim: Claim, path: Path) -> Any:
    parent: Any = claim
    for step in path[:-1]:
        parent = parent[step]
    return parent


def _paths(value: Any, path: Path) -> Iterator[Path]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield (*path, key)
            yield from _paths(item, (*path, key))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for at, item in enumerate(value):
            yield (*path, at)
            yield from _paths(item, (*path, at))


def _leaves_less_known(claim: Claim, path: Path) -> bool:
    match path:
        case ("documentation", int(at)):
            return _speaks_alone(claim["documentation"], claim["documentation"][at])
        case ("documentation", _, "document" | "line_number") | ("attachments", _, "line_number"):
            return False
        case ("history", "lines", int(at)):
            complete = claim["history"].get("complete_since")
            return complete is None or claim["history"]["lines"][at]["service_date"] < complete
        case (*_, int()):
            return False
        case ("lines", _, "place_of_service"):
            return claim.get("place_of_service") is None
        case ("lines", _, "prior_authorizations"):
            return claim.get("prior_authorizations") is None
        case (*_, str(key)):
            return key not in ASSUMED | REQUIRED
    return False


def _speaks_alone(facts: list[Claim], fact: Claim) -> bool:
    """Another fact on the same concept would answer in the place of this one."""
    others = [other for other in facts if other["concept"] == fact["concept"] and other is not fact]
    return fact["status"] != "not_reviewed" and not any(other["status"] != "not_reviewed" for other in others)
