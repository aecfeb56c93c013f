"""Which policies a file is read with, what is said of bad ones, and the engine that tests in Python get."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pollex.check import clauses
from unit.cli.small import POLICY

Pytest = Callable[..., pytest.RunResult]

PART = """\
part of small

test "{}"
  given clean
  expect line 1 allow
"""
USES_ENGINE = """
def test_policies(pollex_engine):
    payer = {"id": "medicare", "line_of_business": "medicare-ffs"}
    line = {"line_number": 1, "procedure_code": "44120", "service_date": "2026-03-10"}
    claim = {"claim_id": "1", "payer": payer, "billing_provider": {"npi": "1234567893"}}
    decision = pollex_engine.decide({**claim, "diagnoses": [{"code": "K56.52"}], "lines": [line]})
    assert [policy.id for policy in decision.policies] == ["NAME"]
"""


def write(name: str, text: str) -> None:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text, encoding="utf-8")


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """One entry for each time that policies were compiled, where nothing is kept from before."""
    monkeypatch.setenv("POLLEX_CACHE_DIR", "")
    counted: list[object] = []
    plain = clauses.check
    monkeypatch.setattr(clauses, "check", lambda *given: (counted.append(given), plain(*given))[1])
    return counted


def test_parts_in_a_folder_are_read_together_and_once(run_pytest: Pytest, compiled: list[object]) -> None:
    write("policies/more.pol", PART.format("More"))
    write("policies/tests/deep.pol", PART.format("Deep"))
    run_pytest().assert_outcomes(passed=4)
    assert len(compiled) == 1
    run_pytest("policies/tests").assert_outcomes(passed=1)
    run_pytest("policies/tests/deep.pol::Deep").assert_outcomes(passed=1)


def test_policies_elsewhere_are_read_by_their_folder(run_pytest: Pytest, compiled: list[object]) -> None:
    """The same policy may stand in two places, and a folder of parts finds the policy above it."""
    write("policies/more.pol", PART.format("More"))
    write("policies/tests/deep.pol", PART.format("Deep"))
    Path("policies").rename("drafts")
    write("policies/small.pol", POLICY.partition("\nfixture")[0])
    for folder in ("sets", "tables"):
        for file in Path("drafts", folder).iterdir():
            write(f"policies/{folder}/{file.name}", file.read_text())
    run_pytest().assert_outcomes(passed=4)
    assert len(compiled) == 2


def test_the_folder_of_policies_may_be_named(project: pytest.Pytester, run_pytest: Pytest) -> None:
    Path("policies").rename("rules")
    write("parts/elsewhere.pol", PART.format("Elsewhere"))
    run_pytest("parts").assert_outcomes(errors=1)
    project.makeini("[pytest]\npollex_policies =\n    rules\n    parts\n")
    run_pytest().assert_outcomes(passed=3)
    run_pytest("parts").assert_outcomes(passed=1)


def test_tests_of_several_policies_in_one_file_are_told_apart(run_pytest: Pytest) -> None:
    write(
        "policies/other.pol", POLICY.replace("policy small", "policy other").replace("from 2026", "from 2027")
    )
    for name in ("small", "other"):
        file = Path(f"policies/{name}.pol")
        file.write_text(file.read_text().partition("\nfixture")[0])
    write(
        "policies/tests.pol",
        f'part of small, other\n\nfixture clean from "clean.yaml"\n{PART.format("Both")[14:]}',
    )
    result = run_pytest("policies", "--collect-only", "-q")
    ids = [line for line in result.outlines if "::" in line]
    assert sorted(ids) == ["policies/tests.pol::other: Both", "policies/tests.pol::small: Both"]


# ------------------------------------------------------------------ bad policies


def test_mistakes_are_shown_where_they_stand_without_a_traceback(run_pytest: Pytest) -> None:
    write("policies/more.pol", PART.format("More"))
    write("policies/small.pol", POLICY.replace("modifier 80", "modifire 80"))
    result = run_pytest()
    result.assert_outcomes(errors=2)
    shown = result.stdout.str()
    assert "Traceback" not in shown
    assert "trees.py" not in shown
    result.stdout.fnmatch_lines(
        [
            "*ERROR collecting policies/more.pol*",
            "the policies that this file is read with have * error*; the first is",
            "policies/small.pol:*: error[[]POL*",
            "*ERROR collecting policies/small.pol*",
            "policies/small.pol:*: error[[]POL*",
            "*^^^^^^^^*",
        ]
    )


def test_a_test_that_expects_nothing_is_a_mistake(run_pytest: Pytest) -> None:
    write("policies/small.pol", f'{POLICY}\ntest "Nothing"\n  given clean\n')
    result = run_pytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["policies/small.pol:*: error[[]POL606[]]: this test expects nothing"])


def test_a_file_that_cannot_be_read_is_said(run_pytest: Pytest) -> None:
    Path("policies/small.pol").write_bytes(b"policy \xff")
    result = run_pytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["policies/small.pol cannot be read: it is not UTF-8"])
    assert "Traceback" not in result.stdout.str()


# ------------------------------------------------------------------ the engine


def test_the_engine_is_that_of_the_projects_policies(project: pytest.Pytester, run_pytest: Pytest) -> None:
    project.makepyfile(USES_ENGINE.replace("NAME", "small"))
    run_pytest().assert_outcomes(passed=3)
    Path("policies").rename("rules")
    run_pytest("-o", "pollex_policies=rules", "-k", "test_policies").assert_outcomes(passed=1, deselected=2)


def test_without_settings_the_policies_are_found_from_the_folder_of_tests(
    project: pytest.Pytester, run_pytest: Pytest
) -> None:
    write("tests/test_engine.py", USES_ENGINE.replace("NAME", "small"))
    run_pytest("tests").assert_outcomes(passed=1)
    project.makeini("[pytest]\n")
    run_pytest("tests").assert_outcomes(passed=1)


def test_without_policies_the_engine_is_that_of_the_shipped_ones(
    project: pytest.Pytester, run_pytest: Pytest
) -> None:
    Path("policies/small.pol").unlink()
    project.makepyfile(USES_ENGINE.replace("NAME", "medicare-44120"))
    run_pytest().assert_outcomes(passed=1)


def test_policies_are_compiled_once_for_their_tests_and_for_the_engine(
    project: pytest.Pytester, run_pytest: Pytest, compiled: list[object]
) -> None:
    project.makepyfile(USES_ENGINE.replace("NAME", "small"), test_again=USES_ENGINE.replace("NAME", "small"))
    run_pytest().assert_outcomes(passed=4)
    assert len(compiled) == 1


@pytest.mark.parametrize("setting", ["policies", "nowhere"])
def test_what_cannot_be_loaded_is_said_without_a_traceback(
    project: pytest.Pytester, run_pytest: Pytest, setting: str
) -> None:
    write("policies/small.pol", POLICY.replace("modifier 80", "modifire 80"))
    project.makepyfile(USES_ENGINE)
    result = run_pytest("-o", f"pollex_policies={setting}", "-o", "pollex_collect=false")
    result.assert_outcomes(errors=1)
    said = (
        "policies/small.pol:*: error[[]POL*"
        if setting == "policies"
        else "there is no file or folder nowhere"
    )
    result.stdout.fnmatch_lines(["the policies for pollex_engine cannot be loaded:", said])
    assert "trees.py" not in result.stdout.str()


def test_the_engine_comes_from_what_was_compiled_before(
    project: pytest.Pytester,
    run_pytest: Pytest,
    compiled: list[object],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    monkeypatch.setenv("POLLEX_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
    project.makepyfile(USES_ENGINE.replace("NAME", "small"))
    for _ in range(2):
        run_pytest("-o", "pollex_collect=false").assert_outcomes(passed=1)
    assert len(compiled) == 1
