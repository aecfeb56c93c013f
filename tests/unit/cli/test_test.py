"""`pollex test`: the tests of a policy, and the four ways of reporting them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from unit.cli.small import POLICY, Run, place

SUMMARY = re.compile(r"(\d+) passed, (\d+) failed(?:, (\d+) not run)? in \d+\.\d s")

SMALL = Path("policies/small.pol")


def placed(document: dict[str, Any]) -> str:
    """The place that a document names."""
    return f"{document['file']}:{document['line']}:{document['column']}"


@pytest.fixture
def failing(folder: Path) -> Path:
    """The small policy, with a test that fails and one that cannot be run."""
    text = POLICY.replace("amount $160.00", "amount $170.00, because too-many")
    text += '\ntest "No such line"\n  given clean\n    where line 9 is removed\n  expect claim allow\n'
    Path("policies/small.pol").write_text(text, encoding="utf-8")
    return folder


def test_all_passed(folder: Path, run: Run) -> None:
    ran = run("test", "policies")
    assert (ran.code, ran.err) == (0, "")
    assert SUMMARY.fullmatch(ran.out.strip())
    assert ran.out.startswith("2 passed, 0 failed in ")


def test_text_shows_what_was_expected_and_what_fired(failing: Path, run: Run) -> None:
    ran = run("test", "policies")
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.splitlines()[:-1] == [
        "FAILED small: An assistant",
        f"  {place(SMALL, 'amount $170.00')}: line 1 amount: expected $170.00, got $160.00",
        f"  {place(SMALL, 'because too-many')}: line 1 because: expected too-many, got assistant, otherwise",
        "  line 1: allow by assistant (pay 16 percent of fee), otherwise (allow)",
        "",
        "FAILED small: No such line",
        f"  {place(SMALL, 'where line 9')}: the claim has no line 9",
        "",
    ]
    assert ran.out.splitlines()[-1].startswith("1 passed, 2 failed in ")


def test_a_text_chooses_tests_in_any_case(failing: Path, run: Run) -> None:
    assert run("test", "policies", "-k", "PLAIN").out.startswith("1 passed, 0 failed")
    assert run("test", "policies", "-k", "small: a plain").out.startswith("1 passed, 0 failed")


def test_no_test_is_a_finding_that_is_said(folder: Path, run: Run) -> None:
    ran = run("test", "policies", "-k", "nothing like this")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "pollex: no test in policies has `nothing like this` in its policy or title\n"
    Path("policies/small.pol").write_text(POLICY.partition("\nfixture")[0], encoding="utf-8")
    ran = run("test", "policies")
    assert (ran.code, ran.out, ran.err) == (1, "", "pollex: there is no test in policies\n")


def test_fail_fast_stops_and_says_how_many_were_not_run(failing: Path, run: Run) -> None:
    ran = run("test", "policies", "--fail-fast")
    assert ran.code == 1
    assert ran.out.splitlines()[-1].startswith("0 passed, 1 failed, 2 not run in ")


def test_json_holds_every_test(failing: Path, run: Run) -> None:
    ran = run("test", "policies", "--format", "json")
    document = json.loads(ran.out)
    assert ran.code == 1
    assert (document["passed"], document["failed"], document["not_run"]) == (1, 2, 0)
    first, second, third = document["tests"]
    assert (first["policy"], first["title"], first["passed"]) == ("small", "An assistant", False)
    difference = first["differences"][0]
    assert placed(difference) == place(SMALL, "amount $170.00")
    assert [difference[key] for key in ("what", "expected", "actual")] == [
        "line 1 amount",
        "$170.00",
        "$160.00",
    ]
    assert first["lines"][0]["rules"][0] == {"rule": "assistant", "effect": "pay 16 percent of fee"}
    assert second["passed"]
    assert "differences" not in second
    assert placed(third) == place(SMALL, 'test "No such line"')
    assert third["problem"]["message"] == "the claim has no line 9"
    assert placed(third["problem"]) == place(SMALL, "where line 9")


def test_junit_tells_failures_from_errors(failing: Path, run: Run) -> None:
    ran = run("test", "policies", "--format", "junit")
    assert ran.code == 1
    top = ElementTree.fromstring(ran.out.partition("\n")[2])  # noqa: S314 - written by the command under test
    (suite,) = top
    assert {key: suite.get(key) for key in ("name", "tests", "failures", "errors")} == {
        "name": "small",
        "tests": "3",
        "failures": "1",
        "errors": "1",
    }
    first, second, third = suite
    assert (first.get("classname"), first.get("name")) == ("small", "An assistant")
    assert first.get("line") == place(SMALL, 'test "An assistant"').split(":")[1]
    assert [found.get("message") for found in first.iter("failure")] == [
        "line 1 amount: expected $170.00, got $160.00",
        "line 1 because: expected too-many, got assistant, otherwise",
    ]
    assert list(second) == []
    assert [found.text for found in third.iter("error")] == [place(SMALL, "where line 9")]


def test_junit_survives_what_xml_cannot_hold(folder: Path, run: Run) -> None:
    text = POLICY.replace('"A plain line"', '"A <plain> & \x07 line"').replace("$1,000.00", "$9.00")
    Path("policies/small.pol").write_text(text, encoding="utf-8")
    ran = run("test", "policies", "--format", "junit", "-k", "plain")
    (suite,) = ElementTree.fromstring(ran.out.partition("\n")[2])  # noqa: S314 - see above
    assert suite[0].get("name") == "A <plain> & \N{REPLACEMENT CHARACTER} line"


def test_github_gets_annotations(failing: Path, run: Run) -> None:
    text = Path("policies/small.pol").read_text(encoding="utf-8")
    Path("policies/small.pol").write_text(text.replace('An assistant"', '16%, an assistant: paid"'))
    ran = run("test", "policies", "--format", "github")
    assert ran.code == 1
    _, line, column = place(SMALL, "amount $170.00").split(":")
    assert ran.out.splitlines()[0] == (
        f"::error file={SMALL},line={line},col={column},title=small%3A 16%25%2C an assistant%3A paid"
        "::line 1 amount: expected $170.00, got $160.00"
    )
    assert len([text for text in ran.out.splitlines() if text.startswith("::error ")]) == 3
    assert SUMMARY.fullmatch(ran.out.splitlines()[-1])


def test_policies_with_errors_run_nothing(folder: Path, run: Run) -> None:
    Path("policies/small.pol").write_text(POLICY.replace("modifier 80", "modifire 80"), encoding="utf-8")
    ran = run("test", "policies")
    assert (ran.code, ran.out) == (1, "")
    assert "error[POL" in ran.err
    assert ran.err.splitlines()[-1].startswith("pollex: the policies cannot be run: ")


def test_a_folder_without_policies_is_bad_usage(folder: Path, run: Run) -> None:
    Path("empty").mkdir()
    ran = run("test", "empty")
    assert (ran.code, ran.err) == (2, "pollex: there is no policy file (*.pol) in empty\n")
