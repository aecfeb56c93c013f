"""`pytest policies/`: the tests that policies carry, as items."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from pollex.cli.main import main
from unit.cli.small import POLICY

Pytest = Callable[..., pytest.RunResult]
SMALL = "policies/small.pol"
TABLE_OF_EXAMPLES = """
examples "Each modifier" given clean
  | modifier | expect amount |
  | 80       | $160.00       |
  | none     | $1,000.00     |
"""


def rewrite(text: str, file: str = SMALL) -> None:
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    Path(file).write_text(text, encoding="utf-8")


def node_ids(result: pytest.RunResult) -> list[str]:
    return [line for line in result.outlines if ".pol::" in line]


def test_tests_and_rows_are_items(run_pytest: Pytest) -> None:
    rewrite(POLICY + TABLE_OF_EXAMPLES)
    result = run_pytest("policies", "--collect-only", "-q")
    assert node_ids(result) == [
        f"{SMALL}::An assistant",
        f"{SMALL}::A plain line",
        f"{SMALL}::Each modifier[row 1]",
        f"{SMALL}::Each modifier[row 2]",
    ]
    run_pytest("policies").assert_outcomes(passed=4)
    run_pytest().assert_outcomes(passed=4)


@pytest.mark.parametrize(
    ("arguments", "passed"),
    [
        ((f"{SMALL}::An assistant",), 1),
        ((f"{SMALL}::Each modifier[row 2]",), 1),
        ((f"{SMALL}::Each modifier",), 2),
        (("-k", "assistant"), 1),
        (("-k", "each and row"), 2),
        (("-k", "small and not each"), 2),
        (("-m", "pollex"), 4),
    ],
)
def test_items_are_chosen_as_pytest_chooses(
    run_pytest: Pytest, arguments: tuple[str, ...], passed: int
) -> None:
    rewrite(POLICY + TABLE_OF_EXAMPLES)
    result = run_pytest(*arguments, "--strict-markers")
    result.assert_outcomes(passed=passed, deselected=0 if "::" in arguments[0] else 4 - passed)


def test_the_two_colons_of_a_title_do_not_cut_its_node_id(run_pytest: Pytest) -> None:
    rewrite(POLICY.replace('"An assistant"', '"An assistant:: [16%]"'))
    run_pytest(f"{SMALL}::An assistant: [16%]").assert_outcomes(passed=1)


def test_a_failure_reads_as_on_the_command_line(
    run_pytest: Pytest, capsys: pytest.CaptureFixture[str]
) -> None:
    rewrite(POLICY.replace("amount $160.00", "amount $170.00, because too-many"))
    result = run_pytest("policies")
    result.assert_outcomes(passed=1, failed=1)
    capsys.readouterr()
    assert main(["test", "policies"]) == 1
    headline, *shown = capsys.readouterr().out.splitlines()[:-2]
    assert headline == "FAILED small: An assistant"
    assert len(shown) == 6
    result.stdout.fnmatch_lines(["*_ small: An assistant _*"])
    result.stdout.fnmatch_lines([line.removeprefix("  ") for line in shown], consecutive=True)
    assert "Traceback" not in result.stdout.str()
    assert "collect.py" not in result.stdout.str()


def test_a_test_that_cannot_be_run_fails_with_its_sentence(run_pytest: Pytest) -> None:
    rewrite(
        POLICY + '\ntest "No such line"\n  given clean\n    where line 9 is removed\n  expect claim allow\n'
    )
    result = run_pytest("policies")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines([f"{SMALL}:*: the claim has no line 9"])


def test_x_stops_at_the_first(run_pytest: Pytest) -> None:
    rewrite(POLICY.replace("$160.00", "$170.00").replace("line 1 allow, amount $1,000.00", "claim deny"))
    run_pytest("policies").assert_outcomes(failed=2)
    run_pytest("policies", "-x").assert_outcomes(failed=1)


def test_junit_holds_each_item(run_pytest: Pytest) -> None:
    rewrite(POLICY.replace("$160.00", "$170.00"))
    run_pytest("policies", "--junitxml", "results.xml", "-o", "junit_family=xunit1")
    ((first, second),) = ElementTree.parse("results.xml").getroot()  # noqa: S314 - written by the run
    assert [case.get("name") for case in (first, second)] == ["An assistant", "A plain line"]
    assert first.get("file") == SMALL
    assert "line 1 amount: expected $170.00, got $160.00" in (first[0].text or "")
    assert list(second) == []


def test_processes_collect_the_same_items(project: pytest.Pytester) -> None:
    rewrite(POLICY + TABLE_OF_EXAMPLES)
    result = project.runpytest_subprocess(
        "-p", "pollex.pytest_plugin", "-p", "xdist", "-n", "2", "--dist", "load", "policies", "-v"
    )
    result.assert_outcomes(passed=4)
    assert "Different tests were collected" not in result.stdout.str()


def test_it_is_off_where_the_project_says_so(project: pytest.Pytester, run_pytest: Pytest) -> None:
    project.makeini("[pytest]\npollex_collect = false\n")
    run_pytest().assert_outcomes()
    run_pytest("-o", "pollex_collect=true").assert_outcomes(passed=2)


def test_a_run_without_policies_pays_nothing(project: pytest.Pytester) -> None:
    project.makepyfile(
        test_plain="""
        import sys

        def test_nothing_was_imported():
            assert "pollex.pytest_plugin" in sys.modules
            heavy = ("pollex.engine", "pollex.compiler", "pollex.testing", "lark", "yaml", "jsonschema")
            assert not [name for name in heavy if name in sys.modules]
        """
    )
    result = project.runpytest_subprocess("-p", "pollex.pytest_plugin", "test_plain.py")
    result.assert_outcomes(passed=1)
