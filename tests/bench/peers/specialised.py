"""The rules of the policy as one function, the best that a generator could emit: it makes the whole decision.

A code's facts are one look-up, modifiers bits, days texts, dollars whole cents; the decision's constant
parts are made once, and what a combination of modifiers comes to is remembered (`facts.py`). As soon as an
element is missing that could matter, the whole claim goes the readable way, which gives no reasons.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.bench.peers.answer import of_document
from tests.bench.peers.facts import (
    AGAIN,
    ALLOW,
    APART,
    ASSISTS,
    BITS,
    CARE_SPLIT,
    EXTRA_WORK,
    FACTS,
    OPENS,
    POLICIES,
    PRICES,
    SEVERAL_ROLES,
    VERSION,
    Document,
    Facts,
    days_around,
    price,
    reason,
)
from tests.bench.peers.peer import Peer
from tests.bench.peers.plan import COSMETIC, COVERED_SCANS, COVERED_SURGERY, INVESTIGATIONAL
from tests.bench.peers.saying import (
    Open,
    careful,
    cents_of,
    denied,
    earlier_line,
    extra_work,
    marked,
    on,
    own,
    pair,
    provider,
    read_of,
    rule_of,
)

Claim = Mapping[str, Any]


def decide(claim: Claim) -> Document:
    try:
        return _decide(claim)
    except Open:
        return careful(claim)


def _decide(claim: Claim) -> Document:
    history, payer = claim.get("history"), claim["payer"]
    network = payer.get("network_status")
    if history is None or network is None or claim.get("received_date") is None:
        raise Open
    complete = history.get("complete_since")
    if complete is None:
        raise Open
    assumed: list[Document] = []
    lines = claim["lines"]
    earlier = _history(claim, history, lines, assumed)
    codes = [diagnosis["code"] for diagnosis in claim["diagnoses"]]
    facts = [FACTS[line["procedure_code"]] for line in lines]
    documents = [
        _line(claim, line, place, facts, codes, earlier, complete, network == "out-of-network")
        for place, line in enumerate(lines)
    ]
    outcomes = {document["outcome"] for document in documents}
    return {
        "claim_id": claim["claim_id"],
        "payer": dict(payer),
        "outcome": "pend" if "pend" in outcomes else outcomes.pop() if len(outcomes) == 1 else "partial",
        "policies": POLICIES,
        "lines": documents,
        "assumptions": assumed,
        "engine_version": VERSION,
    }


def _history(
    claim: Claim, history: Claim, lines: list[Claim], assumed: list[Document]
) -> list[tuple[str | None, str, str, bool, Facts | None]]:
    """Each earlier line's provider, code, day, whether it was paid, and its code's facts; what is assumed."""
    if claim.get("claim_type") is None:
        assumed.append({"pointer": "/claim_type", "text": "the claim is professional"})
    if claim.get("frequency_code") is None:
        assumed.append({"pointer": "/frequency_code", "text": "the claim is an original (frequency code 1)"})
    alike = claim.get("rendering_provider") is None
    for place, line in enumerate(lines):
        if line.get("modifiers") is None:
            assumed.append({"pointer": f"/lines/{place}/modifiers", "text": "the line has no modifiers"})
        if line.get("units") is None:
            assumed.append({"pointer": f"/lines/{place}/units", "text": "the line has 1 unit"})
        if alike and line.get("rendering_provider") is None:
            text = "the billing provider gave the service"
            assumed.append({"pointer": f"/lines/{place}/rendering_provider", "text": text})
    found = []
    for place, line in enumerate(history["lines"]):
        at = f"/history/lines/{place}"
        if line.get("modifiers") is None:
            assumed.append({"pointer": f"{at}/modifiers", "text": "the line has no modifiers"})
        if line.get("units") is None:
            assumed.append({"pointer": f"{at}/units", "text": "the line has 1 unit"})
        who = line.get("rendering_provider")
        if who is None:
            who = line.get("billing_provider")
            if who is not None:
                text = "the billing provider gave the service"
                assumed.append({"pointer": f"{at}/rendering_provider", "text": text})
        code = line["procedure_code"]
        paid = line.get("outcome") == "allow"
        found.append((None if who is None else who["npi"], code, line["service_date"], paid, FACTS.get(code)))
    return found


# ------------------------------------------------------------------ one line


def _line(  # noqa: C901, PLR0915 - one function is the point
    claim: Claim,
    line: Claim,
    place: int,
    all_facts: list[Facts],
    diagnoses: list[str],
    earlier: list[tuple[str | None, str, str, bool, Facts | None]],
    complete: str,
    out: bool,
) -> Document:
    code, day, facts = line["procedure_code"], line["service_date"], all_facts[place]
    days = days_around(day)
    denials: list[tuple[str, str, list[Document]]] = []
    pends: list[tuple[str, str, list[Document]]] = []
    modifiers = line.get("modifiers") or []
    bits = 0
    for modifier in modifiers:
        bits |= BITS.get(modifier, 0)
    at = f"/lines/{place}"

    # the claim
    frequency, received = claim.get("frequency_code") or "1", claim["received_date"]
    if frequency == "8":
        pends.append(("void", "adjustments", [read_of("frequency code", "/frequency_code", frequency)]))
    if received > (days.latest_replacement if frequency == "7" else days.latest):
        read = [
            read_of("frequency code", "/frequency_code", frequency),
            read_of("received date", "/received_date", received),
            on(at, day),
        ]
        denials.append(("late-replacement" if frequency == "7" else "late", "29", read))
    if facts.major or facts.approval:
        own_place = line.get("place_of_service")
        where = own_place or claim.get("place_of_service")
        if where is None:
            raise Open
        at_place = "/place_of_service" if own_place is None else f"{at}/place_of_service"
        if facts.major:
            born = (claim.get("patient") or {}).get("birth_date")
            if born is None:
                raise Open
            if int(day[:4]) - int(born[:4]) - (day[5:] < born[5:]) < 18:
                pends.append(
                    (
                        "too-young",
                        "pediatrics",
                        [read_of("birth date", "/patient/birth_date", born), own(at, code), on(at, day)],
                    )
                )
            if where != "21":
                read = [own(at, code), read_of("place of service", at_place, where)]
                denials.append(("place", "5", read))
        elif where != "23":
            shared = claim.get("prior_authorizations")
            if not shared and not line.get("prior_authorizations"):
                if shared is None:
                    raise Open
                at_numbers = "" if line.get("prior_authorizations") is None else at
                numbers = read_of("prior authorization", f"{at_numbers}/prior_authorizations", [])
                denials.append(
                    (
                        "approval",
                        "197",
                        [own(at, code), read_of("place of service", at_place, where), numbers],
                    )
                )

    # diagnoses
    if facts.surgery:
        pointers = line.get("diagnosis_pointers")
        if pointers is None:
            raise Open
        pointed = [diagnoses[number - 1] for number in pointers]
        if COVERED_SURGERY.isdisjoint(pointed):
            read = [own(at, code), read_of("pointed diagnosis", f"{at}/diagnosis_pointers", pointed)]
            denials.append(("surgery-not-covered", "11", read))
        if diagnoses[0] in COSMETIC:
            denials.append(
                (
                    "cosmetic",
                    "50",
                    [own(at, code), read_of("principal diagnosis", "/diagnoses/0/code", diagnoses[0])],
                )
            )
    elif facts.scan:
        if COVERED_SCANS.isdisjoint(diagnoses):
            read = [own(at, code), read_of("diagnosis", "/diagnoses", diagnoses)]
            denials.append(("scan-not-covered", "11", read))
        if facts.women:
            sex = (claim.get("patient") or {}).get("sex")
            if sex is None:
                raise Open
            if sex == "M":
                read = [own(at, code), read_of("patient sex", "/patient/sex", sex)]
                denials.append(("sex", "7", read))
    elif facts.therapy and not INVESTIGATIONAL.isdisjoint(diagnoses):
        pends.append(
            (
                "investigational",
                "medical-director",
                [own(at, code), read_of("diagnosis", "/diagnoses", diagnoses)],
            )
        )

    # other lines
    lines = claim["lines"]
    others = [
        (number, other)
        for number, other in enumerate(lines)
        if number != place and other["service_date"] == day
    ]
    beside_surgery = ranks_lower = False
    fee = line.get("fee_schedule_amount")
    if others:
        for number, other in others:
            their_code = other["procedure_code"]
            theirs = all_facts[number]
            beside_surgery = beside_surgery or theirs.surgery
            indicator = facts.seconds.get(their_code)
            if indicator is not None and (indicator == "0" or not bits & OPENS):
                denials.append(pair(indicator, number, their_code, on(at, day), marked(at, modifiers), day))
            if their_code == code and not bits & AGAIN and not any(one[0] == "twice" for one in pends):
                pends.append(("twice", "duplicates", [marked(at, modifiers)]))
            if facts.ranks and theirs.ranks:
                their_fee = other.get("fee_schedule_amount")
                if fee is None or their_fee is None:
                    raise Open
                ours, others_fee = cents_of(fee), cents_of(their_fee)
                if others_fee > ours or (others_fee == ours and other["line_number"] < line["line_number"]):
                    ranks_lower = True
    if facts.add_on and not beside_surgery:
        denials.append(("add-on", "107", [own(at, code)]))
    units = line.get("units") or "1"
    whole_units = int(units)
    if whole_units > facts.limit:
        limit = {
            "term": "bench-limits units",
            "table": "bench-limits",
            "key": code,
            "value": str(facts.limit),
        }
        denials.append(("too-many-units", "151", [limit, read_of("units", f"{at}/units", units)]))

    # history
    npi, at_npi = provider(claim, line, at)
    sought = [(number, one) for number, one in enumerate(earlier) if one[0] == npi]
    for number, (_, their_code, their_day, paid, _) in sought:
        if their_code == code and their_day == day and paid:
            read = earlier_line(claim, number, own(at, code), on(at, day), npi, at_npi)
            read.insert(2, read_of("outcome", f"/history/lines/{number}/outcome", "allow"))
            denials.append(("paid-before", "18", read))
            break
    else:
        if complete > day:
            raise Open
    if facts.visit and not bits & APART:
        for number, (_, _, their_day, _, known) in sought:
            if known is not None and known.surgery and days.ninety_before <= their_day <= day:
                read = earlier_line(claim, number, own(at, code), on(at, day), npi, at_npi)
                read.insert(2, marked(at, modifiers))
                denials.append(("follow-up", "97", read))
                break
        else:
            if complete > days.ninety_before:
                raise Open
    elif facts.therapy:
        services = sum(
            known is not None and known.therapy and days.year_before <= their_day <= day
            for _, _, their_day, _, known in earlier
        )
        if services >= 6:
            denials.append(("therapy-limit", "119", [own(at, code), on(at, day)]))
        elif complete > days.year_before:
            raise Open

    # modifiers
    if bits & ASSISTS and facts.assistant == "1":
        read = [
            {"term": "bench-indicators assistant", "table": "bench-indicators", "key": code, "value": "1"},
            marked(at, modifiers),
        ]
        denials.append(("no-assistant", "54", read))
    if denials:
        return denied(line, denials)
    if (bits & 7) in SEVERAL_ROLES:
        raise Open
    owed, shown = extra_work(claim, line, marked(at, modifiers), pends) if bits & EXTRA_WORK else ([], None)

    # what they come to
    charge = line.get("charge_amount")
    if fee is None or charge is None:
        raise Open
    share = facts.share if bits & CARE_SPLIT and facts.surgery else 0
    priced = price(bits & PRICES, share, ranks_lower, out)
    reasons = [reason(rule, effect, [marked(at, modifiers)]) for rule, effect in priced.before]
    if shown:
        reasons.append(shown)
    charged = cents_of(charge)
    reasons.append(reason("no-more-than-charged", f"pay at most ${charge}", []))
    if not pends:
        reasons.append(ALLOW)
    if out:
        network = read_of("network status", "/payer/network_status", "out-of-network")
        reasons.append(reason("out-of-network", "reduce to 80 percent", [network]))
    for rule, effect in priced.after:
        if rule == "several-procedures":
            read = [
                read_of("fee", f"/lines/{number}/fee_schedule_amount", one.get("fee_schedule_amount"))
                for number, one in enumerate(lines)
            ]
        else:
            read = (
                [own(at, code), marked(at, modifiers)]
                if rule == "without-the-care-after"
                else [marked(at, modifiers)]
            )
        reasons.append(reason(rule, effect, read))
    document = {
        "line_number": line["line_number"],
        "procedure_code": code,
        "outcome": "allow",
        "percent": priced.percent,
        "allowed_amount": None,
        "adjustments": priced.adjustments,
        "required_documentation": owed,
        "missing": [],
        "reasons": reasons,
        "notes": [],
    }
    if pends:
        reasons.extend(
            reason(rule, f"pend for review by {queue}", read) for rule, queue, read in pends if queue
        )
        reasons.sort(key=rule_of)
        document.update(outcome="pend", percent=None, adjustments=[])
        return document
    dollars = cents_of(fee) * whole_units * priced.numerator
    cents = (2 * dollars + priced.denominator) // (2 * priced.denominator)
    cents = min(cents, charged)
    document["allowed_amount"] = f"{cents // 100}.{cents % 100:02}"
    return document


PEER = Peer("Python, specialised", lambda: decide, said=of_document)
