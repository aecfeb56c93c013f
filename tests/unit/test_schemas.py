"""The schemas: well formed, closed, described, and true of the documents that Pollex takes and gives."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from pollex import resources
from pollex.source.diagnostic import Diagnostic, Fix, Label, Severity
from pollex.source.render import render_json
from pollex.source.span import Span
from pollex.source.text import SourceText

NAMES = (
    "claim",
    "decision",
    "comparison",
    "matrix",
    "coverage",
    "mutation",
    "diagnostic",
    "test-results",
    "code-set",
    "table",
    "diff",
    "recording",
    "replay",
    "batch-summary",
    "verdict",
)
SCHEMAS: dict[str, dict[str, Any]] = {
    name: json.loads(resources.read_text("schemas", f"{name}.schema.json")) for name in NAMES
}
# Objects whose keys are the author's: the columns of a table and the cells of its rows, and a made-up claim;
# and a document that has a schema of its own.
OPEN = {
    ("table", "columns"),
    ("table", "$defs/row"),
    ("diagnostic", "witness"),
    ("test-results", "coverage"),
    ("mutation", "coverage"),
}


def errors(name: str, document: object) -> list[str]:
    return [error.message for error in jsonschema.Draft202012Validator(SCHEMAS[name]).iter_errors(document)]


def objects(schema: dict[str, Any], at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema of an object in a schema, with its place."""
    if "object" in schema.get("type", ()):
        yield at, schema
    for key, child in schema.get("properties", {}).items():
        yield from objects(child, key)
    for key, child in schema.get("$defs", {}).items():
        yield from objects(child, f"$defs/{key}")
    for keyword in ("items", "anyOf"):
        children = schema.get(keyword, [])
        for child in children if isinstance(children, list) else [children]:
            yield from objects(child, at)


def properties(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for place, thing in objects(SCHEMAS[name]):
        for key, schema in thing.get("properties", {}).items():
            yield f"{place}.{key}", schema


# ------------------------------------------------------------------ the schemas themselves


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_one(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name])
    assert SCHEMAS[name]["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("name", NAMES)
def test_every_reference_leads_somewhere_and_every_definition_is_used(name: str) -> None:
    text = json.dumps(SCHEMAS[name])
    defined = SCHEMAS[name].get("$defs", {}).keys()
    referred = {part.split('"')[0] for part in text.split('"$ref": "#/$defs/')[1:]}
    assert referred == set(defined)


@pytest.mark.parametrize("name", NAMES)
def test_objects_are_closed(name: str) -> None:
    opened = {
        (name, place)
        for place, thing in objects(SCHEMAS[name])
        if thing.get("additionalProperties") is not False
    }
    assert opened <= OPEN


@pytest.mark.parametrize("name", NAMES)
def test_every_element_is_described(name: str) -> None:
    found = list(properties(name))
    assert found
    assert [place for place, schema in found if len(schema.get("description", "")) < 5] == []


def test_every_element_of_a_claim_names_its_counterparts() -> None:
    bare = [
        place
        for place, schema in properties("claim")
        if not ("X12" in schema["$comment"] and "FHIR" in schema["$comment"])
    ]
    assert bare == []


def test_every_type_of_a_value_says_what_it_is() -> None:
    titles = {name: definition["title"] for name, definition in SCHEMAS["claim"]["$defs"].items()}
    assert [name for name, title in titles.items() if not title[:1].islower()] == []


def test_examples_keep_to_their_own_schema() -> None:
    for name, definition in SCHEMAS["claim"]["$defs"].items():
        wrapped = {**SCHEMAS["claim"], **definition}
        for sample in definition.get("examples", ()):
            assert not list(jsonschema.Draft202012Validator(wrapped).iter_errors(sample)), name


def test_the_readme_names_every_element(checkout: Path) -> None:
    text = (checkout / "schemas" / "README.md").read_text(encoding="utf-8")
    for name in NAMES:
        missing = {place for place, _ in properties(name) if f"`{place.rsplit('.', 1)[1]}`" not in text}
        assert not missing, name


# ------------------------------------------------------------------ what they say of a claim


@pytest.fixture
def claim() -> dict[str, Any]:
    text = (Path(__file__).parent / "intake" / "full-claim.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def test_a_full_claim_uses_every_element(claim: dict[str, Any]) -> None:
    assert errors("claim", claim) == []
    used = set(keys(claim))
    assert used == {place.rsplit(".", 1)[1] for place, _ in properties("claim")}


def keys(value: object) -> Iterator[str]:
    children = value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else []
    yield from value if isinstance(value, dict) else ()
    for child in children:
        yield from keys(child)


def test_a_line_of_the_history_carries_all_that_a_line_does() -> None:
    line, earlier = (SCHEMAS["claim"]["$defs"][name]["properties"] for name in ("line", "history-line"))
    assert {key: earlier[key] for key in line} == line
    assert earlier.keys() - line.keys() == {"claim_id", "outcome", "diagnoses", "billing_provider"}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("claim_type", "professional"),
        ("frequency_code", "1"),
    ],
)
def test_what_is_assumed_of_a_claim_is_its_default(key: str, value: str) -> None:
    assert SCHEMAS["claim"]["properties"][key]["default"] == value


def test_what_is_assumed_of_a_line_is_its_default_and_nothing_else_has_one() -> None:
    line = SCHEMAS["claim"]["$defs"]["line"]["properties"]
    assert (line["modifiers"]["default"], line["units"]["default"]) == ([], "1")
    defaults = {place.rsplit(".", 1)[1] for place, schema in properties("claim") if "default" in schema}
    assert defaults == {"claim_type", "frequency_code", "modifiers", "units"}


# ------------------------------------------------------------------ diagnostics


def test_a_diagnostic_as_written_keeps_to_its_schema() -> None:
    span = Span("a.pol", 0, 3)
    full = Diagnostic(
        "POL101",
        "what is this",
        span,
        Severity.WARNING,
        labels=(Label(Span("b.pol", 1, 2), "the other"),),
        help="write it so",
        fix=Fix(span, "rule"),
        witness={"claim_id": "1"},
    )
    bare = Diagnostic("POL101", "what is this", Span("lost.pol", 0, 0))
    documents = render_json([full, bare], {"a.pol": SourceText("a.pol", "rul x")})
    assert [errors("diagnostic", document) for document in documents] == [[], []]
    broken = {**documents[0], "code": "E1"}
    assert errors("diagnostic", broken)


# ------------------------------------------------------------------ sets and tables

CODE_SET = """
set: ncci-modifiers
system: modifier
title: Modifiers that open a pair
source:
  {title: "CARC FAQ", at: "https://example.org", published: 2025-01-08, evidence: payer-page, facts: [ptp.x]}
from: 2019-07-01
through: 2026-12-31
members:
  - "59"
  - {code: "XE", text: "separate encounter", from: 2015-01-01, through: 2030-12-31}
"""
TABLE = """
table: ncci-ptp
key: [cpt, cpt]
absent: not-listed
title: Pair edits
source: {title: "NCCI"}
from: 2024-07-01
columns:
  indicator: {type: code, help: "0 never, 1 with a modifier"}
  share: {type: percent}
rows:
  - {key: ["44120", "44005"], indicator: "0", share: 12.5, from: 2024-07-01}
  - {key: ["44120", "44020"], indicator: null}
"""


def loaded(text: str) -> Any:
    return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - texts and nothing else


def test_a_code_set_keeps_to_its_schema() -> None:
    good = loaded(CODE_SET)
    assert errors("code-set", good) == []
    for key in ("set", "system", "title", "source", "members"):
        assert errors("code-set", {other: value for other, value in good.items() if other != key}), key
    for change in ({"set": "NCCI"}, {"members": [59]}, {"members": [{"text": "x"}]}, {"codes": []}):
        assert errors("code-set", {**good, **change}), change
    for change in ({"from": "July"}, {"source": {"title": "x", "evidence": "hearsay"}}):
        assert errors("code-set", {**good, **change}), change


def test_a_table_keeps_to_its_schema() -> None:
    good = loaded(TABLE)
    assert errors("table", good) == []
    row = good["rows"][0]
    for change in (
        {"key": ["cpt", "cpt", "cpt"]},
        {"absent": "false"},
        {"columns": {}},
        {"columns": {"Share": {"type": "percent"}}},
        {"columns": {"share": {"type": "float"}}},
        {"rows": [{"indicator": "0"}]},
        {"rows": [{**row, "indicator": ["0"]}]},
        {"rows": [{**row, "from": "2024"}]},
    ):
        assert errors("table", {**copy.deepcopy(good), **change}), change


def test_the_shipped_sets_and_tables_keep_to_their_schemas(checkout: Path) -> None:
    kinds = {"sets": "code-set", "tables": "table"}
    files = [file for file in (checkout / "policies").rglob("*.yaml") if file.parent.name in kinds]
    assert files
    for file in files:
        document = loaded(file.read_text(encoding="utf-8"))
        assert errors(kinds[file.parent.name], document) == [], file.name
