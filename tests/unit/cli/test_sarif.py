"""`pollex check --format sarif`: what SARIF 2.1.0 asks for, of every diagnostic there is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pollex import resources
from pollex.cli.sarif import sarif
from pollex.source.codes import CODES
from pollex.source.diagnostic import Diagnostic, Fix, Label, Severity
from pollex.source.span import Span
from pollex.source.text import SourceText
from unit.cli.small import POLICY, Run

# Of the standard's schema what a reader of results cannot do without; objects are closed, so that nothing
# is written under a name that the standard does not have.
TEXT = {"type": "string", "minLength": 1}
LEVEL = {"enum": ["error", "warning", "note"]}
NUMBER = {"type": "integer", "minimum": 1}


def closed(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    properties = {**required, **(optional or {})}
    return {
        "type": "object",
        "required": list(required),
        "properties": properties,
        "additionalProperties": False,
    }


def several(item: dict[str, Any], least: int = 1) -> dict[str, Any]:
    return {"type": "array", "items": item, "minItems": least}


MESSAGE = closed({"text": TEXT})
REGION = closed(dict.fromkeys(("startLine", "startColumn", "endLine", "endColumn"), NUMBER))
FILE = closed({"uri": {"type": "string", "pattern": "^[^ \\\\]+$"}}, {"uriBaseId": {"const": "%SRCROOT%"}})
PLACE = closed({"artifactLocation": FILE}, {"region": REGION})
RULE = closed(
    {
        "id": {"pattern": "^POL[0-9]{3}$"},
        "shortDescription": MESSAGE,
        "fullDescription": MESSAGE,
        "help": closed({"text": TEXT, "markdown": TEXT}),
        "defaultConfiguration": closed({"level": LEVEL}),
    }
)
REPLACEMENT = closed({"deletedRegion": REGION, "insertedContent": closed({"text": {"type": "string"}})})
CHANGE = closed({"artifactLocation": FILE, "replacements": several(REPLACEMENT)})
RESULT = closed(
    {
        "ruleId": TEXT,
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": LEVEL,
        "message": MESSAGE,
        "locations": several(closed({"physicalLocation": PLACE})),
    },
    {
        "relatedLocations": several(closed({"physicalLocation": PLACE, "message": MESSAGE})),
        "fixes": several(closed({"artifactChanges": several(CHANGE)})),
    },
)
DRIVER = closed({"name": TEXT, "version": TEXT, "rules": several(RULE, 0)})
RUN = closed(
    {
        "tool": closed({"driver": DRIVER}),
        "columnKind": {"const": "unicodeCodePoints"},
        "results": several(RESULT, 0),
    }
)
LOG = closed(
    {
        "$schema": {"pattern": "^https://docs.oasis-open.org/sarif/sarif/v2.1.0/.*sarif-schema-2.1.0.json$"},
        "version": {"const": "2.1.0"},
        "runs": several(RUN),
    }
)


def validated(log: dict[str, Any]) -> dict[str, Any]:
    """The one run of a log that keeps to the standard and within itself."""
    jsonschema.Draft202012Validator(LOG).validate(log)
    (only,) = log["runs"]
    rules = only["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result in only["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        region = result["locations"][0]["physicalLocation"].get("region")
        if region is not None:
            begin = region["startLine"], region["startColumn"]
            assert begin <= (region["endLine"], region["endColumn"])
    return dict(only)


@pytest.fixture
def checked(folder: Path, run: Run) -> dict[str, Any]:
    """The run of a policy with two mistakes."""
    text = POLICY.replace("in resections", "in resectoins").replace("[PFS, MANUAL]", "[PFS, MANAUL]")
    Path("policies/a small one.pol").write_text(text, encoding="utf-8")
    Path("policies/small.pol").unlink()
    ran = run("check", "policies", "--format", "sarif")
    assert (ran.code, ran.err) == (1, "")
    return validated(json.loads(ran.out))


def test_a_mistake_has_its_rule_its_place_and_its_fix(checked: dict[str, Any]) -> None:
    first = checked["results"][0]
    assert first["level"] == "error"
    assert first["message"]["text"].startswith("no set is called `resectoins`\n")
    assert first["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "policies/a%20small%20one.pol", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 3, "startColumn": 21, "endLine": 3, "endColumn": 31},
            }
        }
    ]
    (fix,) = first["fixes"]
    (change,) = fix["artifactChanges"]
    (replacement,) = change["replacements"]
    assert replacement["insertedContent"] == {"text": "resections"}
    assert replacement["deletedRegion"] == first["locations"][0]["physicalLocation"]["region"]


def test_the_help_of_a_rule_is_its_page(checked: dict[str, Any]) -> None:
    rule = checked["tool"]["driver"]["rules"][0]
    page = resources.read_text("grammar", "diagnostics", f"{rule['id']}.md")
    assert rule["shortDescription"]["text"] == CODES[rule["id"]]
    assert rule["help"]["markdown"] == page
    assert rule["fullDescription"]["text"] in page
    assert "```" not in rule["help"]["text"]
    assert "## " not in rule["help"]["text"]
    assert "What to do" in rule["help"]["text"]


def test_nothing_found_is_a_run_without_results(folder: Path, run: Run) -> None:
    ran = run("check", "policies", "--format", "sarif")
    assert (ran.code, ran.err) == (0, "")
    only = validated(json.loads(ran.out))
    assert only["results"] == only["tool"]["driver"]["rules"] == []


def test_every_code_makes_a_rule_that_keeps_to_the_standard(folder: Path) -> None:
    span = Span("policies/small.pol", 0, 6)
    found = [Diagnostic(code, "this is wrong", span) for code in CODES]
    log = sarif(found, {span.file: SourceText(span.file, POLICY)})
    assert len(validated(log)["tool"]["driver"]["rules"]) == len(CODES)


def test_levels_labels_and_places_that_are_not_known(folder: Path) -> None:
    here, lost = Span("policies/small.pol", 3, 3), Span("/elsewhere/lost.pol", 0, 0)
    found = [
        Diagnostic(
            "POL101", "first", here, Severity.WARNING, (Label(lost, "the other"),), fix=Fix(here, "rule")
        ),
        Diagnostic("POL102", "second", lost, Severity.INFO, help="write it so", fix=Fix(lost, "x")),
    ]
    only = validated(sarif(found, {here.file: SourceText(here.file, POLICY)}))
    second, first = only["results"]
    assert (first["level"], second["level"]) == ("warning", "note")
    assert second["message"]["text"] == "second\nwrite it so"
    place = {"artifactLocation": {"uri": "file:///elsewhere/lost.pol"}}
    assert second["locations"] == [{"physicalLocation": place}]
    assert first["relatedLocations"] == [{"physicalLocation": place, "message": {"text": "the other"}}]
    assert "fixes" in first
    assert "fixes" not in second
