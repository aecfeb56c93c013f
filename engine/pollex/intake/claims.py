"""A claim, checked: every fault of it, with its place; the only file that knows jsonschema.

The schema says what each element is; its errors are put into plain words (`wording.py`). What it cannot
say is added: whether a Python object is JSON data at all (`document.py`), and whether elements contradict
each other (`consistency.py`). Nothing here raises because of what a claim holds, and nothing shows a
value of it.

Nearly every claim is right, and a validator that explains is slow at saying so: a quick yes or no made of
the same schema (`accept.py`) comes first, and only what it refuses is explained.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.validators import extend

from pollex.intake.accept import Accepts, Schema, accepts, is_day
from pollex.intake.consistency import contradictions
from pollex.intake.document import DEFAULT, Limits, plain, shown_path, too_large, written_size
from pollex.intake.faults import ClaimError, Fault, Path, pointer
from pollex.intake.wording import (
    VALUE_KEYWORDS,
    kind,
    matcher,
    said,
    said_of_extra_keys,
    said_of_missing,
)
from pollex.resources import read_text

__all__ = ["DEFAULT", "ClaimError", "Fault", "Limits", "check_claim", "known_keys"]

MOST_FAULTS = 1000
"""Of a claim that is wrong everywhere, so many faults of the schema are enough."""


def check_claim(claim: object, limits: Limits = DEFAULT) -> tuple[Fault, ...]:
    """Every fault of a claim, in the order of their places; none if it can be decided."""
    if isinstance(claim, dict) and _quick()(claim):
        if written_size(claim) > limits.max_bytes:
            return (too_large(limits),)
        return _in_order(contradictions(claim))
    copied = plain(claim, limits, known_keys())
    if not copied.whole:
        return copied.faults
    if not isinstance(copied.claim, dict):
        return (Fault("", f"is {kind(copied.claim)}: a claim is a JSON object"),)
    return _in_order([*copied.faults, *_schema_faults(copied.claim), *contradictions(copied.claim)])


# ------------------------------------------------------------------ the schema, read once


@cache
def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(read_text("schemas", "claim.schema.json"))
    return schema


@cache
def known_keys() -> frozenset[str]:
    """Every key that a claim may have somewhere: the words that are no data."""
    objects = [_schema(), *_schema()["$defs"].values()]
    return frozenset(key for thing in objects for key in thing.get("properties", ()))


@cache
def _quick() -> Accepts:
    return accepts(_schema())


@cache
def _validator() -> Draft202012Validator:
    formats = FormatChecker(formats=())
    formats.checks("date")(lambda value: not isinstance(value, str) or is_day(value))
    keywords = {"pattern": _keeps_to_pattern, "anyOf": _is_null_or}
    validator: Any = extend(Draft202012Validator, keywords)  # type: ignore[no-untyped-call]
    made: Draft202012Validator = validator(_schema(), format_checker=formats)
    return made


def _keeps_to_pattern(_: Any, pattern: str, value: object, __: Schema) -> Iterator[ValidationError]:
    if isinstance(value, str) and not matcher(pattern).search(value):
        yield ValidationError("another form is needed")


def _is_null_or(validator: Any, choices: list[Schema], value: object, _: Schema) -> Iterator[ValidationError]:
    """The one form of `anyOf` in the schema: what is wrong with an element that may be null and is not."""
    if value is not None:
        yield from validator.descend(value, choices[0], schema_path=0)


# ------------------------------------------------------------------ its errors, in plain words


@dataclass(frozen=True, slots=True)
class _Break:
    """A keyword of the schema that a value breaks."""

    path: Path
    keyword: str
    schema: Schema
    value: Any


def _schema_faults(claim: dict[str, object]) -> Iterator[Fault]:
    of_a_value: dict[Path, _Break] = {}
    for error in islice(_validator().iter_errors(claim), MOST_FAULTS):
        schema: Any = error.schema
        found = _Break(tuple(error.absolute_path), str(error.validator), schema, error.instance)
        if found.keyword in VALUE_KEYWORDS:
            before = of_a_value.get(found.path, found)
            of_a_value[found.path] = min(before, found, key=lambda one: VALUE_KEYWORDS.index(one.keyword))
        else:
            yield from _faults_of_the_whole(found)
    for found in of_a_value.values():
        yield _fault(found.path, said(found.keyword, found.schema, found.value))


def _faults_of_the_whole(found: _Break) -> Iterator[Fault]:
    """What is wrong with an object or a list as a whole."""
    match found.keyword:
        case "required":
            for key in found.schema["required"]:
                if key not in found.value:
                    yield _fault((*found.path, key), said_of_missing())
        case "additionalProperties":
            extra = [key for key in found.value if key not in found.schema["properties"]]
            for message in said_of_extra_keys(extra, found.schema, known_keys()):
                yield _fault(found.path, message)
        case keyword:
            yield _fault(found.path, said(keyword, found.schema, found.value))


def _fault(path: Path, message: str) -> Fault:
    return Fault(pointer(shown_path(path, known_keys())), message)


def _in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Each fault once, by place; positions in the order of numbers."""
    return tuple(sorted(set(faults), key=lambda fault: (_steps(fault.pointer), fault.message)))


def _steps(place: str) -> list[tuple[int, str]]:
    return [(int(step), "") if step.isdecimal() else (-1, step) for step in place.split("/")]
