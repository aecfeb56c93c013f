"""The contract's assumptions: what is taken for so where a claim is silent; what a caller may vouch for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
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
    _of_lines(claim["lines"], "/lines/", claim.get("rendering_provider") is None, found)
    history = claim.get("history")
    if history is not None:
        _of_lines(history["lines"], "/history/lines/", None, found)
    elif NO_HISTORY in assume:
        found.append(_assumption("/history", "the patient has no earlier claims (the caller says so)"))
    if NO_AUTHORIZATION in assume and claim.get("prior_authorizations") is None:
        text = "there is no prior authorization (the caller says so)"
        found.append(_assumption("/prior_authorizations", text))
    return tuple(found)


def _of_lines(
    lines: Iterable[Mapping[str, Any]], place: str, billed_alike: bool | None, found: list[Assumption]
) -> None:
    """`billed_alike`: a rendering provider that a line does not name is the billing provider; None, where the
    line names that one.
    """
    for index, line in enumerate(lines):
        modifiers = line.get("modifiers")
        if modifiers is None:
            found.append(_assumption(f"{place}{index}/modifiers", "the line has no modifiers"))
        elif PLACEHOLDER in modifiers:
            text = "the placeholder 00 is read as no modifier"
            places = [at for at, modifier in enumerate(modifiers) if modifier == PLACEHOLDER]
            found += [_assumption(f"{place}{index}/modifiers/{at}", text) for at in places]
        if line.get("units") is None:
            found.append(_assumption(f"{place}{index}/units", "the line has 1 unit"))
        if line.get("rendering_provider") is None and (
            billed_alike or (billed_alike is None and line.get("billing_provider") is not None)
        ):
            text = "the billing provider gave the service"
            found.append(_assumption(f"{place}{index}/rendering_provider", text))


@lru_cache(maxsize=1024)
def _assumption(pointer: str, text: str) -> Assumption:
    return Assumption(pointer, text)
