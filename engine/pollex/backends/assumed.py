"""The contract's assumptions: what is taken for so where a claim is silent; what a caller may vouch for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from pollex.model.decision import Assumption

NO_HISTORY = "no-history"
NO_AUTHORIZATION = "no-prior-authorization"
ASSUMPTIONS = (NO_HISTORY, NO_AUTHORIZATION)
ASSUMED: dict[str, str] = {"claim type": "professional", "frequency code": "1", "units": "1"}
PLACEHOLDER = "00"


def assumptions(claim: Mapping[str, Any], assume: Collection[str]) -> Iterable[Assumption]:
    """The contract's assumptions that this claim needs, so that nobody takes them for facts."""
    if claim.get("claim_type") is None:
        yield Assumption("/claim_type", "the claim is professional")
    if claim.get("frequency_code") is None:
        yield Assumption("/frequency_code", "the claim is an original (frequency code 1)")
    billed_alike = claim.get("rendering_provider") is None
    for index, line in enumerate(claim["lines"]):
        yield from _assumptions_of_line(line, f"/lines/{index}", billed_alike)
    for index, line in enumerate((claim.get("history") or {"lines": ()})["lines"]):
        known = line.get("billing_provider") is not None
        yield from _assumptions_of_line(line, f"/history/lines/{index}", known)
    if NO_HISTORY in assume and claim.get("history") is None:
        yield Assumption("/history", "the patient has no earlier claims (the caller says so)")
    if NO_AUTHORIZATION in assume and claim.get("prior_authorizations") is None:
        yield Assumption("/prior_authorizations", "there is no prior authorization (the caller says so)")


def _assumptions_of_line(line: Mapping[str, Any], pointer: str, billed_alike: bool) -> Iterable[Assumption]:
    """`billed_alike`: a rendering provider that the line does not name is the billing provider."""
    if line.get("modifiers") is None:
        yield Assumption(f"{pointer}/modifiers", "the line has no modifiers")
    for place, modifier in enumerate(line.get("modifiers") or ()):
        if modifier == PLACEHOLDER:
            yield Assumption(f"{pointer}/modifiers/{place}", "the placeholder 00 is read as no modifier")
    if line.get("units") is None:
        yield Assumption(f"{pointer}/units", "the line has 1 unit")
    if line.get("rendering_provider") is None and billed_alike:
        yield Assumption(f"{pointer}/rendering_provider", "the billing provider gave the service")
