"""Where a claim breaks the schema, in plain words; the only file that knows jsonschema.

It is asked only about claims that a quick check has refused, and loaded only then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.validators import extend

from pollex.intake.accept import Schema, is_day
from pollex.intake.claimschema import claim_schema, known_keys
from pollex.intake.document import shown_path
from pollex.intake.faults import Fault, Path, pointer
from pollex.intake.wording import VALUE_KEYWORDS, matcher, said, said_of_extra_keys, said_of_missing

MOST_FAULTS = 1000
"""Of a claim that is wrong everywhere, so many faults of the schema are enough."""


@cache
def _validator() -> Draft202012Validator:
    formats = FormatChecker(formats=())
    formats.checks("date")(lambda value: not isinstance(value, str) or is_day(value))
    keywords = {"pattern": _keeps_to_pattern, "anyOf": _is_null_or}
    validator: Any = extend(Draft202012Validator, keywords)  # type: ignore[no-untyped-call]
    made: Draft202012Validator = validator(claim_schema(), format_checker=formats)
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


def schema_faults(claim: dict[str, object]) -> Iterator[Fault]:
    """Every place where a claim breaks the schema."""
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
