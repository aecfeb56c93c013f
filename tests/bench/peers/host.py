"""What an engine of rules is given by the program around it, and what that program makes of what it says.

Such engines have no dates, no exact dollars and no word for what is not known. So the program gives them days
as whole numbers, ages, cents, and null where something is missing; it is given back, for each line and each
rule, whether the rule holds (1), does not (0) or is not known (2), and says what that comes to. Sets, tables,
other lines, windows, counts and ranks are the engine's own affair.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from tests.bench.peers import plan
from tests.bench.peers.answer import Answer, Line

Claim = Mapping[str, Any]
Prepared = dict[str, Any]
States = Sequence[int]
DENIALS = {
    "late": "29",
    "late-replacement": "29",
    "sex": "7",
    "place": "5",
    "approval": "197",
    "surgery-not-covered": "11",
    "scan-not-covered": "11",
    "cosmetic": "50",
    "pair-never": "236",
    "pair-unless-modified": "236",
    "add-on": "107",
    "too-many-units": "151",
    "paid-before": "18",
    "follow-up": "97",
    "therapy-limit": "119",
    "no-assistant": "54",
}
PENDS = ("void", "too-young", "investigational", "twice", "roles", "extra-work")
PRICES = {
    "assistant": ("16", ""),
    "assistant-not-a-physician": ("13.6", ""),
    "co-surgeon": ("62.5", ""),
    "both-sides": ("150", ""),
    "reduced": ("75", "CO 45"),
    "without-the-care-after": ("", ""),
    "several-procedures": ("50", "CO 59"),
    "out-of-network": ("80", "PR 45"),
}
RULES = (*DENIALS, *PENDS, *PRICES)
"""In the order of states. The exception to `approval` is part of its state; the cap is the host's."""
CENT, MILLIONTH, HUNDRED = Decimal("0.01"), Decimal("0.000001"), Decimal(100)
REMEMBERED = 4096


# ------------------------------------------------------------------ before


def prepared(claim: Claim) -> Prepared:
    patient, history = claim.get("patient") or {}, claim.get("history") or {}
    codes = [diagnosis["code"] for diagnosis in claim["diagnoses"]]
    rendering = claim.get("rendering_provider") or claim["billing_provider"]
    shared = claim.get("prior_authorizations")
    born, place = patient.get("birth_date"), claim.get("place_of_service")
    return {
        "frequency": claim.get("frequency_code") or "1",
        "received": _day(claim.get("received_date")),
        "sex": patient.get("sex"),
        "network": claim["payer"].get("network_status"),
        "diagnoses": codes,
        "since": _day(history.get("complete_since")),
        "history": [_earlier(line) for line in history.get("lines") or ()],
        "lines": [
            {
                "number": line["line_number"],
                "code": line["procedure_code"],
                "day": _day(line["service_date"]),
                "year_before": _year_before(line["service_date"]),
                "age": None if born is None else _age(born, line["service_date"]),
                "modifiers": line.get("modifiers") or [],
                "units": int(line.get("units") or "1"),
                "fee": _cents(line.get("fee_schedule_amount")),
                "place": line.get("place_of_service") or place,
                "approved": _approved(line.get("prior_authorizations"), shared),
                "npi": (line.get("rendering_provider") or rendering)["npi"],
                "pointed": None
                if line.get("diagnosis_pointers") is None
                else [codes[number - 1] for number in line["diagnosis_pointers"]],
                "work": _work(claim, line["line_number"]) if "22" in (line.get("modifiers") or ()) else None,
            }
            for line in claim["lines"]
        ],
    }


def _earlier(line: Claim) -> Prepared:
    who = line.get("rendering_provider") or line.get("billing_provider") or {}
    return {
        "code": line["procedure_code"],
        "day": _day(line["service_date"]),
        "npi": who.get("npi"),
        "outcome": line.get("outcome"),
    }


def _approved(own: list[str] | None, shared: list[str] | None) -> str | None:
    """A word, since not every binding keeps a boolean apart from a number."""
    if own or shared:
        return "yes"
    return None if shared is None else "no"


def _work(claim: Claim, number: int) -> str | None:
    """Whether the extra work was found; a fact of the line goes before one of the claim."""
    found: dict[bool, str] = {}
    for fact in claim.get("documentation") or ():
        known = fact["status"] != "not_reviewed" and fact.get("document") == "operative-note"
        if known and fact["concept"] == "increased-work" and fact.get("line_number") in (None, number):
            found[fact.get("line_number") is not None] = fact["status"]
    return found.get(True) or found.get(False)


@lru_cache(REMEMBERED)
def _day(text: str | None) -> int | None:
    return None if text is None else date.fromisoformat(text).toordinal()


@lru_cache(REMEMBERED)
def _year_before(text: str) -> int:
    day = date.fromisoformat(text)
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if leap else day.day).toordinal()


def _age(born: str, on: str) -> int:
    return int(on[:4]) - int(born[:4]) - (on[5:] < born[5:])


def _cents(money: str | None) -> int | None:
    if money is None:
        return None
    whole, _, places = money.partition(".")
    return int(whole) * 100 + int(f"{places:0<2}")


# ------------------------------------------------------------------ after


def answered(claim: Claim, states: Iterable[States]) -> Answer:
    """The states of the rules, line by line, as an answer."""
    return tuple(
        _line(claim, line, place, of)
        for place, (line, of) in enumerate(zip(claim["lines"], states, strict=True))
    )


PLACES = {name: place for place, name in enumerate(RULES)}
OF_DENIALS = tuple((PLACES[name], name, f"CO {carc}") for name, carc in DENIALS.items())
OF_PENDS = tuple((PLACES[name], name) for name in PENDS)
OF_PRICES = tuple((PLACES[name], name, percent, code) for name, (percent, code) in PRICES.items())


def _line(claim: Claim, line: Claim, index: int, states: States) -> Line:
    if 1 in states[: len(DENIALS)]:
        codes = sorted(code for place, _, code in OF_DENIALS if states[place] == 1)
        return Line("deny", "0", "0.00", tuple(codes), ())
    first_price = len(DENIALS) + len(PENDS)
    missing: set[str] = set()
    if 2 in states:
        asked = first_price if 1 in states[len(DENIALS) : first_price] else len(RULES)
        for place, name in enumerate(RULES[:asked]):
            certain = asked == first_price and len(DENIALS) <= place and name != "extra-work"
            if states[place] == 2 and not certain:
                missing.update(_lacking(name, claim, line, index))
    if 1 in states[len(DENIALS) : first_price]:
        return Line("pend", None, None, (), tuple(sorted(missing)))
    fee, charge = line.get("fee_schedule_amount"), line.get("charge_amount")
    prices = (("fee_schedule_amount", fee), ("charge_amount", charge))
    unpriced = {f"/lines/{index}/{key}" for key, value in prices if value is None}
    if missing:
        return Line("pend", None, None, (), tuple(sorted(missing | unpriced)))
    percent, codes = HUNDRED, ["CO 45"]
    for place, name, share, code in OF_PRICES:
        if states[place] == 1:
            percent = percent * _share(name, share, line["procedure_code"]) / HUNDRED
            if code:
                codes.append(code)
    amount = None
    if fee is not None and charge is not None:
        gross = Decimal(fee) * Decimal(line.get("units") or "1") * percent / HUNDRED
        amount = str(min(gross, Decimal(charge)).quantize(CENT, ROUND_HALF_UP))
    shown = f"{percent.quantize(MILLIONTH, ROUND_HALF_UP):f}".rstrip("0").rstrip(".")
    return Line("allow", shown, amount, tuple(sorted(codes)), tuple(sorted(unpriced)))


@lru_cache(REMEMBERED)
def _share(name: str, share: str, code: str) -> Decimal:
    if share:
        return Decimal(share)
    row = plan.INDICATORS[code]
    return Decimal(row["preoperative-share"]) + Decimal(row["intraoperative-share"])


def _lacking(rule: str, claim: Claim, line: Claim, index: int) -> Iterator[str]:
    """The elements that a rule lacks that is not known."""
    match rule:
        case "late" | "late-replacement":
            yield "/received_date"
        case "too-young":
            yield "/patient/birth_date"
        case "sex":
            yield "/patient/sex"
        case "place" | "approval":
            if line.get("place_of_service") is None and claim.get("place_of_service") is None:
                yield f"/lines/{index}/place_of_service"
            if rule == "approval" and claim.get("prior_authorizations") is None:
                yield "/prior_authorizations"
        case "surgery-not-covered":
            yield f"/lines/{index}/diagnosis_pointers"
        case "paid-before" | "follow-up" | "therapy-limit":
            yield "/history" if claim.get("history") is None else "/history/complete_since"
        case "several-procedures":
            for place, other in enumerate(claim["lines"]):
                ranks = plan.INDICATORS.get(other["procedure_code"], {}).get("multiple") == "2"
                open_fee = other.get("fee_schedule_amount") is None
                if ranks and open_fee and other["service_date"] == line["service_date"]:
                    yield f"/lines/{place}/fee_schedule_amount"
        case "extra-work":
            yield "/documentation"
        case "out-of-network":
            yield "/payer/network_status"
