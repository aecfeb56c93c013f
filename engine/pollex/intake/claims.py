"""A claim, checked: every fault of it, with its place.

The schema says what each element is; what breaks it is put into plain words (`schemafaults.py`). What it
cannot say is added: whether a Python object is JSON data at all (`document.py`), and whether elements
contradict each other (`consistency.py`). Nothing here raises because of what a claim holds, and nothing
shows a value of it.

Nearly every claim is right, and a validator that explains is slow at saying so. A quick yes comes first:
of the schema by jsonschema-rs (`accept_rs.py`), or by functions made of it where that is not installed
(`accept.py`), of the rest by one pass (`quick.py`). Only what has no quick yes is looked at closely. The
same holds for the text of a claim: the strict reader (`jsonclaim.py`) is asked where the quick one cannot
be known to say the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from pollex.intake import accept_rs
from pollex.intake.accept import Accepts, accepts
from pollex.intake.claimschema import claim_schema, known_keys
from pollex.intake.consistency import contradictions
from pollex.intake.document import DEFAULT, Limits, plain, too_large, written_size
from pollex.intake.faults import ClaimError, Fault
from pollex.intake.jsonclaim import START, Place, parse
from pollex.intake.quick import consistent_keys, plain_values
from pollex.intake.wording import kind
from pollex.model.fastjson import loads_quickly

__all__ = [
    "DEFAULT",
    "ClaimError",
    "Fault",
    "Limits",
    "check_claim",
    "known_keys",
    "read_claim",
    "read_quickly",
]

MOST_OF_A_VALUE = 500
"""Bytes that a value of a claim that keeps to the schema takes at most when written, with its key."""
DEEPEST_BY_SCHEMA = 8
"""No claim that keeps to the schema is nested deeper."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A claim that can be decided, or every fault of it."""

    claim: dict[str, Any] | None
    faults: tuple[Fault, ...] = ()


def check_claim(claim: object, limits: Limits = DEFAULT) -> tuple[Fault, ...]:
    """Every fault of a claim, in the order of their places; none if it can be decided."""
    values = plain_values(claim)
    if values is not None and isinstance(claim, dict) and _quick()(claim):
        if values * MOST_OF_A_VALUE > limits.max_bytes and written_size(claim) > limits.max_bytes:
            return (too_large(limits),)
        return () if consistent_keys(claim) is not None else _in_order(contradictions(claim))
    copied = plain(claim, limits, known_keys())
    if not copied.whole:
        return copied.faults
    if not isinstance(copied.claim, dict):
        return (Fault("", f"is {kind(copied.claim)}: a claim is a JSON object"),)
    return _in_order([*copied.faults, *_schema_faults(copied.claim), *contradictions(copied.claim)])


def read_claim(data: bytes, place: Place = START, limits: Limits = DEFAULT) -> Checked:
    """The claim of a JSON text, which begins at `place` of its file, read strictly and checked."""
    quickly = read_quickly(data, limits)
    if quickly is not None:
        return Checked(quickly)
    parsed = parse(data, place, limits)
    if parsed.claim is None:
        return Checked(None, () if parsed.fault is None else (parsed.fault,))
    faults = check_claim(parsed.claim, limits)
    return Checked(None, faults) if faults else Checked(parsed.claim)


def read_quickly(data: bytes, limits: Limits) -> dict[str, Any] | None:
    """A claim that the strict way reads alike and finds no fault of; None where that is not known.

    The schema leaves no number but positions, and those are looked at. A key that stands twice is lost in
    reading: then the text has more colons than the claim has keys, as each key has a colon of its own.
    """
    if len(data) > limits.max_bytes or limits.max_depth < DEEPEST_BY_SCHEMA:
        return None
    claim = loads_quickly(data)
    if isinstance(claim, dict) and _quick()(claim) and consistent_keys(claim) == data.count(b":"):
        return claim
    return None


@cache
def _quick() -> Accepts:
    return accept_rs.accepts(claim_schema()) or accepts(claim_schema())


def _schema_faults(claim: dict[str, object]) -> Iterable[Fault]:
    from pollex.intake.schemafaults import schema_faults  # noqa: PLC0415 - heavy, and seldom needed

    return schema_faults(claim)


def _in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Each fault once, by place; positions in the order of numbers."""
    return tuple(sorted(set(faults), key=lambda fault: (_steps(fault.pointer), fault.message)))


def _steps(place: str) -> list[tuple[int, str]]:
    return [(int(step), "") if step.isdecimal() else (-1, step) for step in place.split("/")]
