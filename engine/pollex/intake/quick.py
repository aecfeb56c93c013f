"""Quick answers about claims that are right, as nearly all are.

Each is a yes that the exact way would give too (`document.py`, `consistency.py`), or "not known": then the
exact way is taken, and finds the words. None of them looks for what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pollex.intake.document import LARGEST

MOST_VALUES = 100_000
"""More is left to the exact way; it also ends the pass over an object that holds itself."""

_OTHER_LEAVES = frozenset({bool, type(None)})


def plain_values(claim: object) -> int | None:
    """How many values stand in a claim; None where one may be of a type that is not Python's own for JSON."""
    if type(claim) is not dict:
        return None
    count = 0
    things: list[Any] = [claim]
    for thing in things:
        count += len(thing)
        if count > MOST_VALUES:
            return None
        for value in thing.values() if type(thing) is dict else thing:
            if (kind := type(value)) is str:
                continue
            if kind is dict or kind is list:
                things.append(value)
            elif kind is int:
                if not -LARGEST < value < LARGEST:
                    return None
            elif kind not in _OTHER_LEAVES:
                return None
    return count


def consistent_keys(claim: dict[str, Any]) -> int | None:
    """How many keys stand in all objects of a claim that keeps to the schema, where no two elements of it
    contradict each other and every position is a whole number; None where that is not known.
    """
    diagnoses, lines = claim["diagnoses"], claim["lines"]
    keys = len(claim) + len(claim["payer"]) + len(claim["billing_provider"])
    for name in ("patient", "rendering_provider"):
        if thing := claim.get(name):
            keys += len(thing)
    if _ends_early(claim, "admission_date", "discharge_date"):
        return None
    for diagnosis in diagnoses:
        keys += len(diagnosis)
    numbers = set()
    for line in lines:
        numbers.add(number := line["line_number"])
        if type(number) is not int or (found := _keys_of_line(line, len(diagnoses))) is None:
            return None
        keys += found
    if len(numbers) != len(lines):
        return None
    for name in ("documentation", "attachments"):
        if (found := _keys_of_rows(claim.get(name) or (), numbers)) is None:
            return None
        keys += found
    if facts := claim.get("documentation"):
        subjects = {(fact["concept"], fact.get("document"), fact.get("line_number")) for fact in facts}
        if len(subjects) != len(facts):
            return None
    if history := claim.get("history"):
        found = _keys_of_history(history)
        return None if found is None else keys + found
    return keys


def _keys_of_line(line: dict[str, Any], diagnoses: int) -> int | None:
    """`diagnoses`: how many there are to point to."""
    if line.get("service_date_to") is not None and line["service_date_to"] < line["service_date"]:
        return None
    if line.get("care_to") is not None and _ends_early(line, "care_from", "care_to"):
        return None
    for position in line.get("diagnosis_pointers") or ():
        if type(position) is not int or position > diagnoses:
            return None
    provider = line.get("rendering_provider")
    return len(line) + (len(provider) if provider else 0)


def _ends_early(thing: dict[str, Any], first_key: str, last_key: str) -> bool:
    first, last = thing.get(first_key), thing.get(last_key)
    return first is not None and last is not None and last < first


def _keys_of_rows(rows: Iterable[dict[str, Any]], numbers: set[int]) -> int | None:
    """Of documentation facts or attachments; `numbers` are those of the claim's lines."""
    keys = 0
    for row in rows:
        number = row.get("line_number")
        if number is not None and (type(number) is not int or number not in numbers):
            return None
        keys += len(row)
    return keys


def _keys_of_history(history: dict[str, Any]) -> int | None:
    lines = history["lines"]
    keys = len(history)
    names = set()
    for line in lines:
        names.add((line["claim_id"], number := line["line_number"]))
        diagnoses = line.get("diagnoses")
        found = _keys_of_line(line, MOST_VALUES if diagnoses is None else len(diagnoses))
        if type(number) is not int or found is None:
            return None
        billing = line.get("billing_provider")
        keys += found + (len(billing) if billing else 0)
    return keys if len(names) == len(lines) else None
