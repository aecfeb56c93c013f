"""The contract's assumptions: what is taken for so where a claim is silent; what a caller may vouch for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

from pollex.model.decision import Assumption

NO_HISTORY = "no-history"
NO_AUTHORIZATION = "no-prior-authorization"
ASSUMPTIONS = (NO_HISTORY, NO_AUTHORIZATION)
ASSUMED: dict[str, str] = {"claim type": "professional", "frequency code": "1", "units": "1"}
PLACEHOLDER = "00"


def assumptions(claim: Mapping[str, Any], assume: Collection[str]) -> tuple[Assumption, ...]:
    """The contract's assumptions that this claim needs, so that nobody takes them for facts."""
    found: list[Assumption] = []
    if claim.get("claim_type") is None:
        found.append(_assumption("/claim_type", "the claim is professional"))
    if claim.get("frequency_code") is None:
        found.append(_assumption("/frequency_code", "the claim is an original (frequency code 1)"))
    billed_alike = claim.get("rendering_provider") is None
    for index, line in enumerate(claim["lines"]):
        _of_line(line, "/lines/", index, billed_alike, found)
    history = claim.get("history")
    if history is not None:
        for index, line in enumerate(history["lines"]):
            _of_line(line, "/history/lines/", index, line.get("billing_provider") is not None, found)
    elif NO_HISTORY in assume:
        found.append(_assumption("/history", "the patient has no earlier claims (the caller says so)"))
    if NO_AUTHORIZATION in assume and claim.get("prior_authorizations") is None:
        text = "there is no prior authorization (the caller says so)"
        found.append(_assumption("/prior_authorizations", text))
    return tuple(found)


def _of_line(
    line: Mapping[str, Any], lines: str, index: int, billed_alike: bool, found: list[Assumption]
) -> None:
    """`billed_alike`: a rendering provider that the line does not name is the billing provider."""
    modifiers = line.get("modifiers")
    if modifiers is None:
        found.append(_assumption(f"{lines}{index}/modifiers", "the line has no modifiers"))
    elif PLACEHOLDER in modifiers:
        text = "the placeholder 00 is read as no modifier"
        places = [at for at, modifier in enumerate(modifiers) if modifier == PLACEHOLDER]
        found += [_assumption(f"{lines}{index}/modifiers/{at}", text) for at in places]
    if line.get("units") is None:
        found.append(_assumption(f"{lines}{index}/units", "the line has 1 unit"))
    if billed_alike and line.get("rendering_provider") is None:
        text = "the billing provider gave the service"
        found.append(_assumption(f"{lines}{index}/rendering_provider", text))


@lru_cache(maxsize=1024)
def _assumption(pointer: str, text: str) -> Assumption:
    return Assumption(pointer, text)
