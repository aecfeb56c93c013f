"""A plain claim of a plan: what most claims are."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from pollex.ir.nodes import Documented
from pollex.ir.program import Program
from pollex.model.dated import in_force
from pollex.synth.draft import MOST_MODIFIERS, Draft, Line, npi, tax_id
from pollex.synth.draws import Draws, weighted
from pollex.synth.world import Plan

DAY = timedelta(days=1)
LINES = weighted(((1, 74), (2, 17), (3, 6), (4, 2), (6, 1)))
SEXES = weighted((("F", 50), ("M", 49), ("U", 1)))
STATUSES = weighted((("found", 55), ("not_found", 20), ("not_reviewed", 10), ("", 15)))
# What many patients have besides.
BESIDES = ("I10", "E11.9", "E78.5", "J44.9", "N18.30", "Z79.01", "Z87.891")
UNRELATED = ("R10.9", "K59.00", "Z48.815")
INPATIENT = "21"


def ordinary(program: Program, plan: Plan, draws: Draws, code: str | None, on: date) -> Draft:
    """A plain claim with this code on its first line, or any."""
    claim = _claim(program, plan, draws, on)
    draft = Draft(program, plan, draws, on, claim)
    claim["diagnoses"] = _diagnoses(draft)
    draft.lines.append(draft.line(code or draws.of(plan.codes), on))
    if code is None:
        for _ in range(draws.of(LINES) - 1):
            beside = draws.chance(0.05) and plan.neighbours.items  # a policy of one code has none
            codes = plan.neighbours if beside else plan.codes
            draft.lines.append(draft.line(draws.of(codes), on))
        for line in draft.lines:
            _embellish(line, draft)
    _history(draft)
    return draft


def _claim(program: Program, plan: Plan, draws: Draws, on: date) -> dict[str, Any]:
    specialties = program.systems["specialty"].codes
    provider = {"npi": npi(draws), "tax_id": tax_id(draws), "specialty": draws.one(specialties)}
    stay = draws.whole(3, 14)
    claim: dict[str, Any] = {
        "claim_type": plan.policy.claim_type or "professional",
        "payer": _payer(program, plan, draws),
        "received_date": (on + timedelta(days=_days_to_file(draws, stay))).isoformat(),
        "frequency_code": "1",
        "patient": {"birth_date": _birth(draws, on).isoformat(), "sex": draws.of(SEXES)},
        "billing_provider": provider,
        "place_of_service": INPATIENT if draws.chance(0.9) else _place(program, draws),
        "admission_date": on.isoformat(),
        "discharge_date": (on + timedelta(days=stay)).isoformat(),
        "prior_authorizations": [f"PA-{draws.digits(6)}"] if draws.chance(0.5) else [],
        "documentation": [],
    }
    if draws.chance(0.3):
        claim["rendering_provider"] = {**provider, "npi": npi(draws)}
    return claim


def _payer(program: Program, plan: Plan, draws: Draws) -> dict[str, str]:
    """The payer's usual kind of coverage: that which bears its name, else commercial."""
    kinds = program.vocabulary.words["line of business"].choices
    own = next((kind for kind in kinds if kind.startswith(plan.payer)), "commercial")
    network = "in-network" if draws.chance(0.92) else "out-of-network"
    return {"id": plan.payer, "line_of_business": own, "network_status": network}


def _days_to_file(draws: Draws, stay: int) -> int:
    return stay + (draws.whole(1, 45) if draws.chance(0.95) else draws.whole(46, 170))


def _birth(draws: Draws, on: date) -> date:
    days = draws.whole(18 * 365, 88 * 365) if draws.chance(0.97) else draws.whole(1, 18 * 365)
    return on - timedelta(days=days)


def _place(program: Program, draws: Draws) -> str:
    return draws.one(program.systems["place-of-service"].codes)


def _diagnoses(draft: Draft) -> list[dict[str, str]]:
    """Mostly of the lists that the policy asks, sometimes unrelated, with what many patients have besides."""
    draws = draft.draws
    found: list[str] = []
    if draft.plan.diagnoses and draws.chance(0.9):
        for _ in range(1 + draws.chance(0.35)):
            version = draws.one(draft.plan.diagnoses).version(draft.on)
            members = version.members if version else ()
            codes = [member.code for member in members if in_force(member, draft.on)]
            found += [_dotted(draws.one(codes), draws)] if codes else []
    found = found or [draws.one(UNRELATED)]
    if draws.chance(0.5):
        found.append(draws.one(BESIDES))
    return [{"code": code} for code in dict.fromkeys(found)]


def _dotted(code: str, draws: Draws) -> str:
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 and draws.chance(0.8) else code


def _embellish(line: Line, draft: Draft) -> None:
    """Sometimes modifiers, with what was found in review; units; another place or surgeon."""
    draws = draft.draws
    if draft.plan.modifiers.items and draws.chance(0.2):
        wanted = 1 if draws.chance(0.75) else 2
        chosen = [draws.of(draft.plan.modifiers) for _ in range(wanted)]
        line["modifiers"] = list(dict.fromkeys(chosen))[:MOST_MODIFIERS]
        document(line, draft)
    if draws.chance(0.03):
        line["units"] = str(draws.whole(2, 3))
    if draws.chance(0.02):
        line["place_of_service"] = _place(draft.program, draws)
    if draws.chance(0.02):
        line["rendering_provider"] = {**draft.rendering, "npi": npi(draws)}
    line["diagnosis_pointers"] = list(range(1, len(draft.claim["diagnoses"]) + 1))


def document(line: Line, draft: Draft) -> None:
    """What review found of the documents that rules about a line's modifiers ask for; days of care."""
    draws = draft.draws
    for modifier in line["modifiers"]:
        for asked in draft.plan.asked_with.get(modifier, ()):
            state(asked, draft, draws.of(STATUSES))
    if "55" in line["modifiers"] and "care_from" not in line and "care_to" not in line:
        first = date.fromisoformat(line["service_date"]) + draws.whole(1, 10) * DAY
        line["care_from"] = first.isoformat()
        line["care_to"] = (first + draws.whole(5, 79) * DAY).isoformat()


def state(asked: Documented, draft: Draft, status: str, quantity: str | None = None) -> None:
    """Say of a document what review found; a fact that is there already stays, and no status says nothing."""
    facts = draft.claim["documentation"]
    if not status or any((f["concept"], f.get("document")) == (asked.concept, asked.document) for f in facts):
        return
    fact = {"concept": asked.concept, "status": status, "document": asked.document, "quantity": quantity}
    facts.append({key: value for key, value in fact.items() if value is not None})


def _history(draft: Draft) -> None:
    """Mostly known, mostly without anything that matters now."""
    draws = draft.draws
    draft.complete_since = draft.on - timedelta(days=draws.whole(400, 1100))
    if draws.chance(0.75):
        return
    for _ in range(draws.whole(1, 3)):
        day = draft.on - timedelta(days=draws.whole(5, 380) if draws.chance(0.3) else draws.whole(120, 380))
        line = draft.line(draws.of(draft.plan.codes), day, history=True)
        if draws.chance(0.5):
            line["billing_provider"] = {"npi": npi(draws), "tax_id": tax_id(draws)}
        line["outcome"] = "allow" if draws.chance(0.85) else "deny"
        draft.earlier = [*(draft.earlier or ()), line]
