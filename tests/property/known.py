"""What a claim says to a word, where it does: a second reading of the claim, for `oracle.py`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from pollex.model.vocabulary import Kind, Word

LINE_KEYS = {
    "cpt": "procedure_code",
    "billed charge": "charge_amount",
    "fee": "fee_schedule_amount",
    "last service date": "service_date_to",
    "history claim id": "claim_id",
}
CLAIM_KEYS = {
    "payer": ("payer", "id"),
    "line of business": ("payer", "line_of_business"),
    "network status": ("payer", "network_status"),
    "birth date": ("patient", "birth_date"),
    "patient sex": ("patient", "sex"),
    "total charge": ("total_charge_amount",),
    "history complete since": ("history", "complete_since"),
}
ASSUMED = {"claim type": "professional", "frequency code": "1", "units": "1"}


class NotKnown(Exception):  # noqa: N818 - no error: the claim does not say
    """Something that was read is missing."""


class NotThere(Exception):  # noqa: N818 - no error: a comparison with it is false
    """A table says that it has no such row or cell, or a number is divided by zero."""


@dataclass(frozen=True, eq=False)
class Place:
    """A line, and whether it is one of the history."""

    line: dict[str, Any]
    past: bool = False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Place) and self.line is other.line

    __hash__ = None  # type: ignore[assignment]


def known(value: Any) -> Any:
    if value is None:
        raise NotKnown
    return value


def as_compared(text: str, word: Word) -> str:
    """Diagnoses are the same with and without their dot."""
    return text.replace(".", "") if word.system == "icd-10-cm" else text


def value_of(word: Word, claim: dict[str, Any], place: Place) -> Any:
    """The one value of a word."""
    found = known(_raw(word, claim, place))
    if word.kind in (Kind.DATE, Kind.AGE):
        return date.fromisoformat(found)
    return Fraction(found) if word.kind.is_numeric else as_compared(str(found), word)


def _raw(word: Word, claim: dict[str, Any], place: Place) -> Any:
    line, phrase = place.line, word.phrase
    match phrase.split():
        case ["principal", "diagnosis"]:
            return claim["diagnoses"][0]["code"]
        case ["days", "of", "care"]:
            first, last = (date.fromisoformat(known(line.get(key))) for key in ("care_from", "care_to"))
            return (last - first).days + 1
        case ["rendering", *rest]:
            given = [line.get("rendering_provider")]
            given += [line.get("billing_provider")] if place.past else [claim.get("rendering_provider")]
            provider = next(
                (one for one in given if one is not None), {} if place.past else claim["billing_provider"]
            )
            return provider.get("_".join(rest))
        case ["billing", *rest] if "charge" not in rest:
            return ((line.get("billing_provider") or {}) if place.past else claim["billing_provider"]).get(
                "_".join(rest)
            )
        case ["place", "of", "service"] if not place.past and line.get("place_of_service") is None:
            return claim.get("place_of_service")
    if word.of == "claim":
        found: Any = claim
        for step in CLAIM_KEYS.get(phrase, (phrase.replace(" ", "_"),)):
            found = (found or {}).get(step)
    else:
        found = line.get(LINE_KEYS.get(phrase, phrase.replace(" ", "_")))
    return ASSUMED.get(phrase) if found is None else found


def list_of(word: Word, claim: dict[str, Any], place: Place) -> list[str]:
    """All values of a word that holds a list."""
    line = place.line
    match word.phrase:
        case "modifier":
            found = [code for code in line.get("modifiers") or [] if code != "00"]
        case "diagnosis":
            found = (
                known(line.get("diagnoses")) if place.past else [one["code"] for one in claim["diagnoses"]]
            )
        case "pointed diagnosis":
            codes = (
                known(line.get("diagnoses")) if place.past else [one["code"] for one in claim["diagnoses"]]
            )
            found = [codes[number - 1] for number in known(line.get("diagnosis_pointers"))]
        case "diagnosis type":
            found = [known(one.get("type")) for one in claim["diagnoses"]]
        case "prior authorization" if place.past:
            found = known(line.get("prior_authorizations"))
        case "prior authorization":
            found = [*(line.get("prior_authorizations") or []), *known(claim.get("prior_authorizations"))]
        case phrase:
            key = phrase.removeprefix("attachment ").replace(" ", "_")
            mine = [
                one
                for one in known(claim.get("attachments"))
                if one.get("line_number") in (None, line["line_number"])
            ]
            found = [known(one.get(key)) for one in mine]
    return [as_compared(code, word) for code in found]
