"""The rules of the policy as a competent engineer would write them in Python: plain, and with care for gaps.

A condition is true, false or None where the claim does not say. Each rule that may hold is noted with what it
lacks; what cannot matter any more is not asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.bench.peers import plan
from tests.bench.peers.answer import Answer, Line
from tests.bench.peers.peer import Peer

CENT, MILLIONTH, HUNDRED = Decimal("0.01"), Decimal("0.000001"), Decimal(100)
Claim = Mapping[str, Any]


@dataclass
class Findings:
    """What the rules have found on a line."""

    denials: list[str] = field(default_factory=list)
    pends: list[str] = field(default_factory=list)
    shares: list[Decimal] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    could_deny: set[str] = field(default_factory=set)
    could_pend: set[str] = field(default_factory=set)
    could_reduce: set[str] = field(default_factory=set)
    owed: set[str] = field(default_factory=set)

    def deny(self, holds: bool | None, carc: str, *missing: str) -> None:
        if holds:
            self.denials.append(f"CO {carc}")
        elif holds is None:
            self.could_deny.update(missing)

    def pend(self, holds: bool | None, queue: str, *missing: str) -> None:
        if holds:
            self.pends.append(queue)
        elif holds is None:
            self.could_pend.update(missing)

    def reduce(self, holds: bool | None, percent: str, code: str = "", missing: Iterable[str] = ()) -> None:
        if holds:
            self.shares.append(Decimal(percent))
            if code:
                self.codes.append(code)
        elif holds is None:
            self.could_reduce.update(missing)


def decide(claim: Claim) -> Answer:
    return tuple(decide_line(claim, index) for index in range(len(claim["lines"])))


def decide_line(claim: Claim, index: int) -> Line:
    found = Findings()
    line = claim["lines"][index]
    the_claim(claim, line, index, found)
    diagnoses(claim, line, index, found)
    other_lines(claim, line, found)
    history(claim, line, found)
    modifiers(claim, line, index, found)
    return priced(line, index, found)


# ------------------------------------------------------------------ the rules


def the_claim(claim: Claim, line: Claim, index: int, found: Findings) -> None:
    code, day = line["procedure_code"], date.fromisoformat(line["service_date"])
    frequency = claim.get("frequency_code") or "1"
    found.pend(frequency == "8", "adjustments")

    received = claim.get("received_date")
    allowed = timedelta(days=365 if frequency == "7" else 180)
    late = None if received is None else date.fromisoformat(received) - day > allowed
    found.deny(late, "29", "/received_date")

    patient = claim.get("patient") or {}
    if code in plan.MAJOR_SURGERY:
        born = patient.get("birth_date")
        young = None if born is None else years(date.fromisoformat(born), day) < 18
        found.pend(young, "pediatrics", "/patient/birth_date")
    if code in plan.SCANS_OF_WOMEN:
        sex = patient.get("sex")
        found.deny(None if sex is None else sex == "M", "7", "/patient/sex")

    place = line.get("place_of_service") or claim.get("place_of_service")
    at_place = f"/lines/{index}/place_of_service"
    if code in plan.MAJOR_SURGERY:
        found.deny(None if place is None else place != "21", "5", at_place)
    if code in plan.APPROVAL and place != "23":
        numbers = [*(line.get("prior_authorizations") or ()), *(claim.get("prior_authorizations") or ())]
        if not numbers:
            missing = [at_place] if place is None else []
            if claim.get("prior_authorizations") is None:
                missing.append("/prior_authorizations")
            found.deny(None if missing else True, "197", *missing)


def years(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def diagnoses(claim: Claim, line: Claim, index: int, found: Findings) -> None:
    code = line["procedure_code"]
    codes = [diagnosis["code"] for diagnosis in claim["diagnoses"]]
    if code in plan.SURGERY:
        pointers = line.get("diagnosis_pointers")
        pointed = codes if pointers is None else [codes[number - 1] for number in pointers]
        covered = any(diagnosis in plan.COVERED_SURGERY for diagnosis in pointed)
        unsure = covered and pointers is None
        found.deny(None if unsure else not covered, "11", f"/lines/{index}/diagnosis_pointers")
        found.deny(codes[0] in plan.COSMETIC, "50")
    if code in plan.SCANS:
        found.deny(not any(diagnosis in plan.COVERED_SCANS for diagnosis in codes), "11")
    if code in plan.THERAPY:
        found.pend(any(diagnosis in plan.INVESTIGATIONAL for diagnosis in codes), "medical-director")


def other_lines(claim: Claim, line: Claim, found: Findings) -> None:
    code, mods = line["procedure_code"], line.get("modifiers") or ()
    others = [
        other["procedure_code"]
        for other in claim["lines"]
        if other is not line and other["service_date"] == line["service_date"]
    ]
    indicators = {plan.PAIRS.get((other, code)) for other in others}
    found.deny("0" in indicators, "236")
    found.deny("1" in indicators and not plan.PAIR_MODIFIERS.intersection(mods), "236")
    found.pend(code in others and not {"76", "77"}.intersection(mods), "duplicates")
    if code in plan.ADD_ONS:
        found.deny(not any(other in plan.SURGERY for other in others), "107")
    found.deny(int(line.get("units") or 1) > plan.LIMITS[code], "151")


def history(claim: Claim, line: Claim, found: Findings) -> None:
    code, day = line["procedure_code"], date.fromisoformat(line["service_date"])
    same_day, before = line["service_date"], (day - timedelta(days=90)).isoformat()
    npi = provider(claim, line)
    earlier = (claim.get("history") or {}).get("lines", ())
    by_same = [one for one in earlier if earlier_provider(one) == npi]

    paid = any(
        one["procedure_code"] == code and one["service_date"] == same_day and one.get("outcome") == "allow"
        for one in by_same
    )
    found.deny(paid or lacking(claim, same_day), "18", *gap(claim))

    if code in plan.VISITS and not {"24", "25"}.intersection(line.get("modifiers") or ()):
        operated = any(
            one["procedure_code"] in plan.SURGERY and before <= one["service_date"] <= same_day
            for one in by_same
        )
        found.deny(operated or lacking(claim, before), "97", *gap(claim))

    if code in plan.THERAPY:
        since = year_before(day).isoformat()
        services = sum(
            one["procedure_code"] in plan.THERAPY and since <= one["service_date"] <= same_day
            for one in earlier
        )
        found.deny(services >= 6 or lacking(claim, since), "119", *gap(claim))


def lacking(claim: Claim, since: str) -> bool | None:
    """What a line that is not found means: not there (False), or not known (None)."""
    complete = (claim.get("history") or {}).get("complete_since")
    return False if complete is not None and complete <= since else None


def gap(claim: Claim) -> tuple[str]:
    return ("/history/complete_since" if claim.get("history") is not None else "/history",)


def year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def provider(claim: Claim, line: Claim) -> str:
    who = line.get("rendering_provider") or claim.get("rendering_provider") or claim["billing_provider"]
    return str(who["npi"])


def earlier_provider(line: Claim) -> str | None:
    who = line.get("rendering_provider") or line.get("billing_provider") or {}
    return who.get("npi")


def modifiers(claim: Claim, line: Claim, index: int, found: Findings) -> None:
    code, mods = line["procedure_code"], set(line.get("modifiers") or ())
    indicators = plan.INDICATORS.get(code)
    found.deny(bool(mods & {"80", "82", "AS"} and indicators and indicators["assistant"] == "1"), "54")
    roles = [bool(mods & {"80", "82"}), "AS" in mods, "62" in mods]
    found.pend(sum(roles) > 1, "coding")
    for holds, percent in zip(roles, ("16", "13.6", "62.5"), strict=True):
        found.reduce(holds, percent)
    found.reduce("50" in mods, "150")
    found.reduce("52" in mods, "75", "CO 45")
    if indicators and "54" in mods:
        shares = Decimal(indicators["preoperative-share"]) + Decimal(indicators["intraoperative-share"])
        found.reduce(True, str(shares))
    if indicators and indicators["multiple"] == "2":
        found.reduce(*ranks_lower(claim, index))
    if "22" in mods:
        extra_work(claim, line, found)
    network = (claim.get("payer") or {}).get("network_status")
    out = None if network is None else network == "out-of-network"
    found.reduce(out, "80", "PR 45", ["/payer/network_status"])


def ranks_lower(claim: Claim, index: int) -> tuple[bool | None, str, str, list[str]]:
    """Whether another operation of the day ranks before this line."""
    own, unsure = claim["lines"][index], []
    fee = own.get("fee_schedule_amount")
    for place, other in enumerate(claim["lines"]):
        indicators = plan.INDICATORS.get(other["procedure_code"])
        if place == index or other["service_date"] != own["service_date"] or not indicators:
            continue
        if indicators["multiple"] != "2":
            continue
        theirs = other.get("fee_schedule_amount")
        if theirs is None or fee is None:
            unsure += [at for at, it in ((place, theirs), (index, fee)) if it is None]
        elif (Decimal(theirs), -other["line_number"]) > (Decimal(fee), -own["line_number"]):
            return True, "50", "CO 59", []
    missing = [f"/lines/{place}/fee_schedule_amount" for place in unsure]
    return (None if unsure else False), "50", "CO 59", missing


def extra_work(claim: Claim, line: Claim, found: Findings) -> None:
    """Found, not found, or not reviewed; a fact of the line goes before one of the claim."""
    facts = [
        fact
        for fact in claim.get("documentation") or ()
        if fact["concept"] == "increased-work"
        and fact.get("document") == "operative-note"
        and fact["status"] != "not_reviewed"
        and fact.get("line_number") in (None, line["line_number"])
    ]
    own = [fact for fact in facts if fact.get("line_number") is not None]
    status = next((fact["status"] for fact in own or facts), None)
    if status == "not_found":
        found.pend(True, "documentation")
    elif status is None:
        found.owed.add("/documentation")


# ------------------------------------------------------------------ what they come to


def priced(line: Claim, index: int, found: Findings) -> Line:
    if found.denials:
        return Line("deny", "0", "0.00", tuple(sorted(found.denials)), ())
    if found.pends:
        return Line("pend", None, None, (), tuple(sorted(found.could_deny | found.owed)))
    fee, charge = line.get("fee_schedule_amount"), line.get("charge_amount")
    prices = {"fee_schedule_amount": fee, "charge_amount": charge}
    unpriced = {f"/lines/{index}/{key}" for key, value in prices.items() if value is None}
    missing = found.could_deny | found.could_pend | found.could_reduce | found.owed
    if missing:
        return Line("pend", None, None, (), tuple(sorted(missing | unpriced)))
    percent = HUNDRED
    for share in found.shares:
        percent = percent * share / HUNDRED
    amount = None
    if fee is not None and charge is not None:
        gross = Decimal(fee) * Decimal(line.get("units") or "1") * percent / HUNDRED
        amount = str(min(gross, Decimal(charge)).quantize(CENT, ROUND_HALF_UP))
    codes = tuple(sorted([*found.codes, "CO 45"]))
    return Line("allow", written(percent), amount, codes, tuple(sorted(unpriced)))


def written(percent: Decimal) -> str:
    return f"{percent.quantize(MILLIONTH, ROUND_HALF_UP):f}".rstrip("0").rstrip(".")


PEER = Peer("Python, readable", lambda: decide)
