"""`pollex mutate`: survivors with a test each, the count, what is kept for the next run."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema

from pollex import resources
from unit.cli.small import Run

STATE = Path(".pollex-mutate.ndjson")


def test_survivors_come_first_with_a_difference_and_a_test(folder: Path, run: Run) -> None:
    ran = run("mutate", "policies", "-k", "too-many", "--operators", "rule-removed", "--jobs", "1")
    assert (ran.code, ran.err) == (0, "")
    lines = [line.strip() for line in ran.out.splitlines()]
    assert lines[0] == "small: not noticed"
    assert "-  when units is more than limits units" in lines
    assert "# A person must confirm what is expected here: it is what the policy says now." in lines
    assert 'test "too-many: rule-removed"' in lines
    assert lines[-1].startswith("1 mutant, 0 killed, 0 changes without effect left out, ")


def test_json_keeps_to_its_schema(folder: Path, run: Run) -> None:
    ran = run("mutate", "policies", "--format", "json", "--jobs", "1", "--claims", "40")
    document = json.loads(ran.out)
    jsonschema.validate(document, json.loads(resources.read_text("schemas", "mutation.schema.json")))
    names = [group["name"] for group in document["policies"]]
    assert names == ["small", "sets and tables"]
    assert sum(group["mutants"] for group in document["policies"]) == len(document["results"])
    assert document["killed"] == sum(one["status"] == "killed" for one in document["results"])


def test_a_run_goes_on_from_the_last(folder: Path, run: Run) -> None:
    command = ("mutate", "policies", "-k", "assistant", "--jobs", "1", "--format", "json")
    first = json.loads(run(*command).out)
    kept = STATE.read_text(encoding="utf-8").splitlines()
    assert kept
    STATE.write_text("\n".join((*kept[:3], kept[3][:20])), encoding="utf-8")  # stopped in the middle
    assert json.loads(run(*command).out) == first
    assert sorted(STATE.read_text(encoding="utf-8").splitlines()) == sorted(kept)
    changed = [line.replace('"status":"killed"', '"status":"survived"') for line in kept]
    STATE.write_text("\n".join(changed), encoding="utf-8")
    assert json.loads(run(*command, "--fresh").out) == first


def test_fail_under(folder: Path, run: Run) -> None:
    ran = run("mutate", "policies", "-k", "too-many", "--jobs", "1", "--fail-under", "95")
    assert ran.code == 1
    assert "percent of small are killed, less than the 95 wanted" in ran.err
    assert run("mutate", "policies", "-k", "too-many", "--fail-under", "0").code == 0


def test_nothing_to_change(folder: Path, run: Run) -> None:
    ran = run("mutate", "policies", "-k", "no-such-rule")
    assert (ran.code, ran.out) == (1, "")
    assert "there is nothing in policies to change that fits" in ran.err
    assert not STATE.exists()


def test_an_unknown_operator(folder: Path, run: Run) -> None:
    ran = run("mutate", "policies", "--operators", "bounds")
    assert (ran.code, ran.out) == (2, "")
    assert "there is no operator `bounds`" in ran.err


def test_a_test_that_fails_without_any_change(folder: Path, run: Run) -> None:
    file = Path("policies/small.pol")
    file.write_text(file.read_text("utf-8").replace("amount $160.00", "amount $170.00"), encoding="utf-8")
    ran = run("mutate", "policies", "-k", "assistant", "--jobs", "1")
    assert (ran.code, ran.out) == (1, "")
    assert "the test `An assistant` of small fails without any change: see `pollex test`" in ran.err


def test_the_kinds_of_change(folder: Path, run: Run) -> None:
    ran = run("mutate", "--list-operators")
    assert ran.code == 0
    assert ran.out.splitlines()[0] == "rule-removed       a rule is taken out"


def test_coverage_stands_below_the_score(folder: Path, run: Run) -> None:
    command = ("mutate", "policies", "-k", "assistant", "--jobs", "1", "--coverage")
    text = run(*command).out
    assert "conditions" in text.lower()
    document = json.loads(run(*command, "--format", "json").out)
    jsonschema.validate(document, json.loads(resources.read_text("schemas", "mutation.schema.json")))
    coverage = json.loads(resources.read_text("schemas", "coverage.schema.json"))
    jsonschema.Draft202012Validator(coverage).validate(document["coverage"])
    assert [policy["policy"] for policy in document["coverage"]["policies"]] == ["small"]
