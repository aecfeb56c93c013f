"""What the specialised function says of a line: the values that rules have read, and the rarer documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.bench.peers import readable
from tests.bench.peers.facts import TEXTS, Document, adjustment, reason

Claim = Mapping[str, Any]
NOTE = "documentation of increased-work in operative-note"


class Open(Exception):  # noqa: N818 - no fault: the claim goes the other way
    """Something is missing that could matter."""


def denied(line: Claim, denials: list[tuple[str, str, list[Document]]]) -> Document:
    denials.sort(key=_first)
    reasons, codes = [], {}
    for rule, carc, read in denials:
        if (carc, rule) not in codes:
            codes[carc, rule] = adjustment("CO", carc, rule)
            reasons.append(reason(rule, "deny", read))
    charge = line.get("charge_amount")
    if len(codes) == 1 and charge is not None:
        rule, carc, _ = denials[0]
        adjustments = [
            {"group": "CO", "carc": carc, "rarc": [], "amount": charge, "rule": rule},
        ]
    else:
        adjustments = [codes[key] for key in sorted(codes)]
    return {
        "line_number": line["line_number"],
        "procedure_code": line["procedure_code"],
        "outcome": "deny",
        "percent": "0",
        "allowed_amount": "0.00",
        "adjustments": adjustments,
        "required_documentation": [],
        "missing": [],
        "reasons": reasons,
        "notes": [],
    }


def extra_work(
    claim: Claim, line: Claim, modifiers: Document, pends: list[tuple[str, str, list[Document]]]
) -> tuple[list[Document], Document]:
    """Documentation that is owed, and what is said of it; a fact of the line goes before one of the claim."""
    status = shared = None
    for fact in claim.get("documentation") or ():
        if fact["concept"] == "increased-work" and fact.get("document") == "operative-note":
            number = fact.get("line_number")
            if fact["status"] == "not_reviewed":
                continue
            if number is None:
                shared = fact["status"]
            elif number == line["line_number"]:
                status = fact["status"]
    status = status or shared
    if status is None:
        raise Open
    if status == "found":
        return [], reason("extra-work", f"{NOTE} was found", [modifiers])
    pends.append(("extra-work", "", []))
    owed = {
        "concept": "increased-work",
        "rule": "extra-work",
        "status": "not_found",
        "document": "operative-note",
        "text": TEXTS["extra-work"],
    }
    return [owed], reason("extra-work", f"require {NOTE}: not found", [modifiers])


def pair(
    indicator: str, number: int, code: str, date: Document, modifiers: Document, day: str
) -> tuple[str, str, list[Document]]:
    at = f"/lines/{number}"
    read = [
        read_of("cpt", f"{at}/procedure_code", code),
        read_of("service date", f"{at}/service_date", day),
        date,
    ]
    if indicator == "0":
        return "pair-never", "236", sorted(read, key=_place)
    return "pair-unless-modified", "236", sorted([*read, modifiers], key=_place)


def earlier_line(
    claim: Claim, number: int, cpt: Document, date: Document, npi: str, at_npi: str
) -> list[Document]:
    """What was read of an earlier line, in order."""
    at, line = f"/history/lines/{number}", claim["history"]["lines"][number]
    whose = "billing" if line.get("rendering_provider") is None else "rendering"
    return [
        read_of("cpt", f"{at}/procedure_code", line["procedure_code"]),
        cpt,
        read_of("rendering npi", f"{at}/{whose}_provider/npi", npi),
        read_of("rendering npi", at_npi, npi),
        read_of("service date", f"{at}/service_date", line["service_date"]),
        date,
    ]


def provider(claim: Claim, line: Claim, at: str) -> tuple[str, str]:
    for at_provider, who in (
        (f"{at}/rendering_provider", line.get("rendering_provider")),
        ("/rendering_provider", claim.get("rendering_provider")),
    ):
        if who is not None:
            return who["npi"], f"{at_provider}/npi"
    return claim["billing_provider"]["npi"], "/billing_provider/npi"


def own(at: str, code: str) -> Document:
    return {"term": "cpt", "pointer": f"{at}/procedure_code", "value": code}


def on(at: str, day: str) -> Document:
    return {"term": "service date", "pointer": f"{at}/service_date", "value": day}


def marked(at: str, modifiers: list[str]) -> Document:
    return {"term": "modifier", "pointer": f"{at}/modifiers", "value": modifiers}


def read_of(term: str, pointer: str, value: object) -> Document:
    return {"term": term, "pointer": pointer, "value": value}


def cents_of(money: str) -> int:
    whole, _, places = money.partition(".")
    return int(whole) * 100 + int(f"{places:0<2}"[:2])


def _first(denial: tuple[str, str, list[Document]]) -> str:
    return denial[0]


def rule_of(of: Document) -> str:
    return str(of["rule"])


def _place(of: Document) -> tuple[str, str]:
    return of["term"], of["pointer"]


def careful(claim: Claim) -> Document:
    """The readable way, as a document without reasons."""
    lines = [
        {
            "line_number": line["line_number"],
            "procedure_code": line["procedure_code"],
            "outcome": answer.outcome,
            "percent": answer.percent,
            "allowed_amount": answer.amount,
            "adjustments": [
                {"group": group, "carc": carc} for group, carc in (code.split() for code in answer.codes)
            ],
            "missing": [{"pointer": pointer} for pointer in answer.missing],
        }
        for line, answer in zip(claim["lines"], readable.decide(claim), strict=True)
    ]
    return {"claim_id": claim["claim_id"], "payer": dict(claim["payer"]), "lines": lines}
