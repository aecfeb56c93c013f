"""`pollex record` and `pollex replay`: decisions kept, made again, and what drifted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pollex.cli import replay as replay_command
from pollex.resources import read_text
from unit.cli.small import POLICY, Ran, Run, claim, line


def schema(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(read_text("schemas", f"{name}.schema.json")))


@pytest.fixture
def recorded(folder: Path, run: Run) -> Path:
    """Three claims, recorded under the small policy."""
    claims = [claim("c-1"), claim("c-2", line(1, "44120", "80")), claim("c-3", line(1, "44120", units="2"))]
    Path("claims.ndjson").write_text("".join(f"{json.dumps(one)}\n" for one in claims), encoding="utf-8")
    ran = run("record", "claims.ndjson", "--policies", "policies", "-o", "before.ndjson")
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    return folder


def replayed(run: Run, *more: str) -> Ran:
    return run("replay", "before.ndjson", "--policies", "policies", *more)


def told(run: Run) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(replayed(run, "--format", "json").out)
    schema("replay").validate(document)
    return document


@pytest.mark.usefixtures("recorded")
def test_nothing_drifted(run: Run) -> None:
    ran = replayed(run)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "3 decisions made again, all of them as recorded.\n"
    assert told(run)["same"] == 3


@pytest.mark.usefixtures("recorded")
def test_every_line_keeps_to_the_schema() -> None:
    lines = [json.loads(text) for text in Path("before.ndjson").read_text("utf-8").splitlines()]
    for document in lines:
        schema("recording").validate(document)
    assert lines[0]["recording"] == 1
    for document in lines[1:]:
        schema("claim").validate(document["claim"])
        schema("decision").validate(document["decision"])
        assert [policy["digest"][:7] for policy in document["decision"]["policies"]] == ["sha256:"]


@pytest.mark.usefixtures("recorded")
def test_a_policy_that_changed(run: Run) -> None:
    Path("policies/small.pol").write_text(POLICY.replace("pay 16", "pay 14"), encoding="utf-8")
    document = told(run)
    assert document["differing"] == {"policies": 1, "engine": 0, "invalid": 0}
    assert document["same"] == 2
    (policy,) = document["policies"]
    assert (policy["id"], policy["version"]) == ("small", "2026-01-01")
    assert policy["recorded"] != policy["now"]
    assert document["amounts"]["difference"] == "-20.00"
    assert {one["claim_id"] for one in document["examples"]} == {"c-2"}
    ran = replayed(run)
    assert ran.code == 1
    assert "3 decisions made again: 2 as recorded, 1 not." in ran.out
    assert "1 under policies that changed." in ran.out
    assert "Policy small 2026-01-01 has another digest now." in ran.out


@pytest.mark.usefixtures("recorded")
def test_a_list_or_a_table_that_changed_shows_in_the_digest(run: Run) -> None:
    table = Path("policies/tables/limits.yaml")
    table.write_text(table.read_text("utf-8").replace('units: "1"', 'units: "2"'), encoding="utf-8")
    document = told(run)
    assert document["differing"]["policies"] == 1
    assert {"before": "deny", "after": "allow", "count": 1} in document["line_outcomes"]


@pytest.mark.usefixtures("recorded")
def test_layout_is_no_drift(run: Run) -> None:
    Path("policies/small.pol").write_text(f"# moved down\n\n{POLICY}", encoding="utf-8")
    assert replayed(run).code == 0


def rewritten(change: str, to: str) -> None:
    text = Path("before.ndjson").read_text("utf-8")
    assert change in text
    Path("before.ndjson").write_text(text.replace(change, to, 1), encoding="utf-8")


@pytest.mark.usefixtures("recorded")
def test_what_differs_under_the_same_policies_comes_from_the_engine(run: Run) -> None:
    rewritten('"allowed_amount":"160.00"', '"allowed_amount":"160.01"')
    rewritten('"engine_version":"', '"engine_version":"0.0.')
    document = told(run)
    assert document["differing"] == {"policies": 0, "engine": 1, "invalid": 0}
    assert document["elements"] == [{"element": "allowed_amount", "lines": 1}]
    assert "1 under policies that did not change." in replayed(run).out


@pytest.mark.usefixtures("recorded")
def test_a_policy_that_is_not_in_force_any_more(run: Run) -> None:
    later = POLICY.replace("from 2026-01-01, by", "from 2026-06-01, by")
    Path("policies/small.pol").write_text(
        later.replace("on trial from 2026-01-01", "on trial"), encoding="utf-8"
    )
    document = told(run)
    assert document["differing"]["policies"] == 3
    assert document["policies"][0]["now"] is None
    assert "Policy small 2026-01-01 is not in force now." in replayed(run).out


@pytest.mark.usefixtures("recorded")
def test_a_claim_that_is_not_valid_any_more(run: Run) -> None:
    rewritten('"claim_type":"professional"', '"claim_type":"dental"')
    document = told(run)
    assert document["differing"] == {"policies": 0, "engine": 0, "invalid": 1}


@pytest.mark.usefixtures("recorded")
def test_what_was_assumed_is_assumed_again(run: Run) -> None:
    run("record", "claims.ndjson", "--policies", "policies", "--assume", "no-history", "-o", "before.ndjson")
    document = json.loads(Path("before.ndjson").read_text("utf-8").splitlines()[1])
    assert "/history" in [one["pointer"] for one in document["decision"]["assumptions"]]
    assert replayed(run).code == 0


@pytest.mark.usefixtures("recorded")
def test_invalid_claims_are_reported_and_left_out(run: Run) -> None:
    Path("mixed.ndjson").write_text('{"claim_id": "x"}\n' + json.dumps(claim("c-9")) + "\n", encoding="utf-8")
    ran = run("record", "mixed.ndjson", "--policies", "policies")
    assert ran.code == 1
    assert "mixed.ndjson: claim 1 is not valid" in ran.err
    assert [json.loads(text).get("claim", {}).get("claim_id") for text in ran.out.splitlines()] == [
        None,
        "c-9",
    ]
    assert run("record", "nowhere.ndjson", "--policies", "policies").code == 2
    assert run("record", "-", "-").code == 2


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"claim_id": "x"}\n', "is not a recording: make one with `pollex record`"),
        ("", "line 1: it is not JSON"),
        ('{"recording":1,"engine_version":"0","assume":[]}\nnot json\n', "line 2: it is not JSON"),
        (
            '{"recording":1,"engine_version":"0","assume":[]}\n{"claim":{}}\n',
            "line 2: a claim and its decision",
        ),
    ],
)
def test_what_is_no_recording(run: Run, text: str, said: str) -> None:
    Path("before.ndjson").write_text(text, encoding="utf-8")
    ran = replayed(run)
    assert ran.code == 2
    assert said in ran.err
    assert run("replay", "nowhere.ndjson").code == 2


def test_a_report_needs_no_claim(recorded: Path, run: Run) -> None:
    """The report has ids and elements; no value of a claim."""
    Path("policies/small.pol").write_text(POLICY.replace("pay 16", "pay 14"), encoding="utf-8")
    said = replayed(run).out + replayed(run, "--format", "json").out
    assert "1234567893" not in said
    assert "99-1111111" not in said
    assert recorded.is_dir()
    assert set(replay_command.CAUSES) == {"policies", "engine", "invalid"}
