"""`pollex test`: the tests of a policy, and the four ways of reporting them."""

from __future__ import annotations

import json
import multiprocessing
import re
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator

from pollex.cli import test as command
from pollex.resources import read_text
from pollex.testing import parallel
from pollex.testing.parallel import WORTH_A_JOB, jobs_for
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
        "  line 1: allow, 16 percent, $160.00",
        "    assistant: pay 16 percent of fee",
        "      read modifier = 80 (/lines/0/modifiers)",
        "    otherwise: allow",
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


def test_only_the_lines_that_fail_are_shown(folder: Path, run: Run) -> None:
    text = POLICY.replace(
        "where line 1 modifier is 80", "where line 1 modifier is 80\n    where line 2 is added with cpt 44120"
    )
    Path("policies/small.pol").write_text(text.replace("$160.00", "$170.00"), encoding="utf-8")
    shown = run("test", "policies", "-k", "assistant").out
    assert "  line 1: allow, 16 percent, $160.00\n" in shown
    assert "  line 2: " not in shown
    text = text.replace("  expect line 1 allow, amount", "  expect claim deny\n  expect line 1 amount")
    Path("policies/small.pol").write_text(text, encoding="utf-8")
    shown = run("test", "policies", "-k", "assistant").out
    assert ": claim outcome: expected deny, got allow\n" in shown
    assert "  line 1: allow, 16 percent, $160.00\n" in shown
    assert "  line 2: allow, 100 percent; missing fee\n" in shown


def test_a_long_line_is_not_broken(folder: Path, run: Run) -> None:
    title = "A title that is long enough to fill a line " * 4
    text = POLICY.replace('"A plain line"', f'"{title.strip()}"').replace("$1,000.00\n", "$9.00\n")
    Path("policies/small.pol").unlink()
    long = Path("policies", f"{'a-long-name-' * 8}.pol")
    long.write_text(text, encoding="utf-8")
    headline, place_and_message, *_ = run("test", "policies").out.splitlines()
    assert headline == f"FAILED small: {title.strip()}"
    assert (
        place_and_message == f"  {place(long, 'amount $9.00')}: line 1 amount: expected $9.00, got $1000.00"
    )


def untimed(text: str) -> str:
    """A report without the times in it."""
    return re.sub(r"in \d+\.\d s|(?<=time=\")[\d.]+|(?<=\"seconds\": )[\d.e-]+", "T", text)


# Python 3.12 and later warn of forking where there are threads; those are the test runner's.
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("form", ["text", "json", "junit", "github"])
@pytest.mark.parametrize("more", [(), ("--fail-fast",), ("-k", "line")], ids=["all", "fail-fast", "some"])
def test_several_processes_say_what_one_says(
    failing: Path, run: Run, form: str, more: tuple[str, ...]
) -> None:
    other = POLICY.replace("policy small", "policy other").replace("amount $160.00", "amount $161.00")
    Path("policies/other.pol").write_text(other.replace("in effect from 2026", "in effect from 2027"))
    alone = run("test", "policies", "--format", form, "--jobs", "1", *more)
    assert alone.code == 1
    shared = run("test", "policies", "--format", form, "--jobs", "3", *more)
    assert (shared.code, untimed(shared.out), shared.err) == (1, untimed(alone.out), "")


def test_processes_that_cannot_be_forked_say_the_same(
    failing: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = run("test", "policies", "--jobs", "1")
    monkeypatch.setattr(parallel, "context", lambda: multiprocessing.get_context("spawn"))
    shared = run("test", "policies", "--jobs", "2")
    assert (shared.code, untimed(shared.out), shared.err) == (1, untimed(alone.out), "")


def test_auto_is_one_process_for_few_tests_and_never_more_than_there_are_processors() -> None:
    assert [jobs_for(cases, 4) for cases in (1, WORTH_A_JOB, 2 * WORTH_A_JOB, 100_000)] == [1, 1, 2, 4]


def test_processes_may_be_told(folder: Path, run: Run) -> None:
    assert run("test", "policies", "--jobs", "auto").out.startswith("2 passed")
    for wrong in ("0", "many", "-1"):
        ran = run("test", "policies", "--jobs", wrong)
        assert (ran.code, ran.out) == (2, "")
        assert "--jobs" in ran.err


def test_a_process_that_is_killed_is_said(folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise BrokenProcessPool

    monkeypatch.setattr(command, "run_in_order", broken)
    ran = run("test", "policies")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "pollex: a process that ran tests was ended from outside; `--jobs 1` runs them in this one\n"
    )


def test_a_test_that_expects_nothing_runs_nothing(folder: Path, run: Run) -> None:
    for tail in (
        'test "Nothing"\n  given clean\n',
        'examples "Nothing" given clean\n  | modifier |\n  | 80       |\n',
        'examples "Nothing" given clean\n  | modifier | expect outcome |\n  | 80       |                |\n',
    ):
        Path("policies/small.pol").write_text(f"{POLICY}\n{tail}", encoding="utf-8")
        ran = run("test", "policies")
        assert (ran.code, ran.out) == (1, "")
        assert "error[POL606]" in ran.err


def test_json_holds_every_test(failing: Path, run: Run) -> None:
    ran = run("test", "policies", "--format", "json")
    document = json.loads(ran.out)
    assert ran.code == 1
    schema = json.loads(read_text("schemas", "test-results.schema.json"))
    Draft202012Validator(schema).validate(document)
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
    line = first["lines"][0]
    assert (line["outcome"], line["percent"], line["allowed_amount"]) == ("allow", "16", "160.00")
    assert line["rules"][0] == {
        "rule": "assistant",
        "effect": "pay 16 percent of fee",
        "because": [{"term": "modifier", "pointer": "/lines/0/modifiers", "value": ["80"]}],
    }
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
    (failure,) = first
    assert failure.tag == "failure"
    assert failure.get("message") == (
        "line 1 amount: expected $170.00, got $160.00; "
        "line 1 because: expected too-many, got assistant, otherwise"
    )
    shown = run("test", "policies", "-k", "an assistant").out.splitlines()
    assert (failure.text or "").splitlines() == [line.removeprefix("  ") for line in shown[1:-2]]
    assert list(second) == []
    assert [found.text for found in third.iter("error")] == [
        f"{place(SMALL, 'where line 9')}: the claim has no line 9"
    ]


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
        "::line 1 amount: expected $170.00, got $160.00%0Aline 1: allow, 16 percent, $160.00"
        "%0A  assistant: pay 16 percent of fee%0A    read modifier = 80 (/lines/0/modifiers)"
        "%0A  otherwise: allow"
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
