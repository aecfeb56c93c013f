"""`pollex synth`: claims on a stream or in a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from unit.cli.small import Run


@pytest.mark.usefixtures("folder")
def test_claims_that_decide_takes(run: Run) -> None:
    written = run("synth", "--count", "12", "--policies", "policies")
    assert written.code == 0
    claims = [json.loads(line) for line in written.out.splitlines()]
    assert [claim["claim_id"] for claim in claims] == [f"synth-{number:07}" for number in range(1, 13)]
    Path("claims.ndjson").write_text(written.out, encoding="utf-8")
    decided = run("decide", "claims.ndjson", "--policies", "policies", "--format", "ndjson")
    assert decided.code == 0
    assert len(decided.out.splitlines()) == 12


@pytest.mark.usefixtures("folder")
def test_a_file_and_a_list_hold_the_same_claims(run: Run) -> None:
    lines = run("synth", "--count", "5", "--seed", "spring", "--policies", "policies").out
    listed = run("synth", "--count", "5", "--seed", "spring", "--policies", "policies", "--format", "json")
    said = run("synth", "--count", "5", "--seed", "spring", "--policies", "policies", "-o", "c.ndjson")
    assert said.out == ""
    assert Path("c.ndjson").read_text(encoding="utf-8") == lines
    assert json.loads(listed.out) == [json.loads(line) for line in lines.splitlines()]


@pytest.mark.usefixtures("folder")
def test_what_cannot_be_made_is_said(run: Run) -> None:
    unknown = run("synth", "--payers", "medicaire", "--policies", "policies")
    assert unknown.code == 2
    assert "did you mean `medicare`?" in unknown.err
    assert run("synth", "--count", "0").code == 2
    assert run("synth", "--payers", "medicare,,x").code == 2
    into_folder = run("synth", "-o", "policies", "--policies", "policies")
    assert into_folder.code == 2
    assert "name a file" in into_folder.err


def test_help_says_that_fees_are_made_up(run: Run) -> None:
    assert "made up, not published" in run("synth", "--help").out
