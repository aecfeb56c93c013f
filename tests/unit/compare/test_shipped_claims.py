"""Every shipped claim under every payer: the schema holds, and nothing is changed that is not said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from referencing import Registry, Resource

from pollex import resources
from pollex.cli.comparison_document import comparison_document
from pollex.compare.chosen import payers_of
from pollex.compare.claims import FEES, Question, compare
from pollex.compare.coverage import Asked, as_covered
from pollex.compiler import Compilation
from pollex.intake.claims import check_claim
from pollex.workspace import shipped, user_cache

TESTS = Path(__file__).parents[2]
FILES = [
    *sorted((TESTS.parent / "policies").glob("*/claims/*.json")),
    TESTS / "unit" / "intake" / "full-claim.json",
]


@lru_cache(maxsize=1)
def world() -> Compilation:
    return shipped(user_cache()).compilation


@lru_cache(maxsize=1)
def validator() -> jsonschema.Draft202012Validator:
    names = ("decision", "comparison")
    schemas = [json.loads(resources.read_text("schemas", f"{name}.schema.json")) for name in names]
    registry: Registry[Any] = Registry().with_resources(
        (schema["$id"], Resource.from_contents(schema)) for schema in schemas
    )
    return jsonschema.Draft202012Validator(schemas[1], registry=registry)


def read(file: Path) -> dict[str, Any]:
    claim = json.loads(file.read_text(encoding="utf-8"))
    assert isinstance(claim, dict)
    return claim


def changes(before: object, after: object, place: str = "") -> Iterator[str]:
    """The places where two claims differ; null is absent."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in before.keys() | after.keys():
            yield from changes(before.get(key), after.get(key), f"{place}/{key}")
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from changes(one, other, f"{place}/{index}")
    elif before != after:
        yield place


def known(place: str) -> str:
    """The pointer under which a change is said: outcomes of earlier lines together."""
    return "/history/lines" if place.startswith("/history/lines/") else place


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parts[-3]}-{file.stem}")
def test_nothing_of_a_claim_is_changed_unsaid(file: Path) -> None:
    claim = read(file)
    for payer in (*payers_of(world()), "nobody"):
        covered = as_covered(claim, Asked(payer))
        said = {one.pointer for one in covered.supposed}
        changed = {known(place) for place in changes(claim, dict(covered.claim))} - {"/payer/id"}
        assert changed == said
        assert not check_claim(covered.claim)


@pytest.mark.parametrize("fees", FEES)
@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parts[-3]}-{file.stem}")
def test_a_comparison_keeps_to_its_schema(file: Path, fees: str) -> None:
    question = Question(tuple(Asked(payer) for payer in payers_of(world())), fees)
    comparison = compare(world().program, world().environment.tables, read(file), question, "test")
    validator().validate(json.loads(json.dumps(comparison_document(comparison))))
    first = comparison.variations[0]
    assert [line.cells[0].differs for line in first.lines] == [()] * len(first.lines)
