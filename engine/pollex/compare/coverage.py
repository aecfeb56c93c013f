"""A claim as if it had been sent to another payer: what it supposes, and what it cannot carry over.

Some of a claim belongs to the payer that it was sent to. Under another payer

- the line of business stays where that payer can have it. `medicare-ffs` is the business of `medicare`
  alone, which has no other: where one of the two does not fit, the other payer's own is supposed;
- the network status, the numbers of prior authorizations and the outcomes of earlier lines are not known.

What was supposed or left out is part of the result, so that no value of one payer decides for another unseen.
The rest of the claim is taken as it is, its history as if those lines too had been sent to this payer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

MEDICARE: Final = "medicare"
MEDICARE_BUSINESS: Final = "medicare-ffs"
OTHER_BUSINESS: Final = "commercial"


@dataclass(frozen=True, slots=True)
class Asked:
    """A payer to compare, with the coverage that the caller says; None leaves it to the claim."""

    payer: str
    line_of_business: str | None = None
    network_status: str | None = None


@dataclass(frozen=True, slots=True)
class Supposed:
    """An element that is not as the claim has it, and why."""

    pointer: str
    text: str


@dataclass(frozen=True, slots=True)
class Covered:
    """The claim as it is put to a payer, and what in it was supposed."""

    claim: Mapping[str, Any]
    supposed: tuple[Supposed, ...]


def as_covered(claim: Mapping[str, Any], asked: Asked) -> Covered:
    """A valid claim as if it had been sent to this payer; still valid."""
    own = claim["payer"]["id"]
    is_own = asked.payer == own
    given = claim["payer"]
    business = asked.line_of_business or _business(given.get("line_of_business"), asked.payer, is_own)
    network = asked.network_status or (given.get("network_status") if is_own else None)
    put: dict[str, Any] = {
        **claim,
        "payer": {"id": asked.payer, "line_of_business": business, "network_status": network},
    }
    supposed = list(_payer_supposed(given, asked, business, network))
    if is_own:
        return Covered(claim if not supposed else put, tuple(supposed))
    if claim.get("prior_authorizations"):
        put["prior_authorizations"] = None
        supposed.append(_numbers("", own))
    put["lines"] = []
    for index, line in enumerate(claim["lines"]):
        has_numbers = bool(line.get("prior_authorizations"))
        put["lines"].append({**line, "prior_authorizations": None} if has_numbers else line)
        if has_numbers:
            supposed.append(_numbers(f"/lines/{index}", own))
    if claim.get("history") is not None:
        put["history"], changed = _history(claim["history"])
        if changed:
            text = f"how earlier lines were decided is not known: {own} decided them"
            supposed.append(Supposed("/history/lines", text))
    return Covered(put, tuple(supposed))


def _business(given: str | None, payer: str, is_own: bool) -> str | None:
    if given is None or is_own or (payer == MEDICARE) == (given == MEDICARE_BUSINESS):
        return given
    return MEDICARE_BUSINESS if payer == MEDICARE else OTHER_BUSINESS


def _payer_supposed(
    given: Mapping[str, Any], asked: Asked, business: str | None, network: str | None
) -> Iterator[Supposed]:
    had = given.get("line_of_business")
    if asked.line_of_business is not None and asked.line_of_business != had:
        yield Supposed("/payer/line_of_business", f"{business}, as asked")
    elif business != had:
        why = f"{asked.payer} has no {had}"
        yield Supposed("/payer/line_of_business", f"{business} in place of {had}: {why}")
    had = given.get("network_status")
    if asked.network_status is not None and asked.network_status != had:
        yield Supposed("/payer/network_status", f"{network}, as asked")
    elif network != had:
        yield Supposed("/payer/network_status", f"not known: the claim says it of {given['id']}")


def _numbers(place: str, own: str) -> Supposed:
    return Supposed(f"{place}/prior_authorizations", f"not known: the numbers were given by {own}")


def _history(history: Mapping[str, Any]) -> tuple[Mapping[str, Any], bool]:
    """The history without outcomes, and whether there were any."""
    lines = [{key: value for key, value in line.items() if key != "outcome"} for line in history["lines"]]
    changed = any(line.get("outcome") is not None for line in history["lines"])
    return ({**history, "lines": lines} if changed else history), changed
