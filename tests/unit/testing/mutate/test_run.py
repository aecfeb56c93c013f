"""Killed, survived, without effect; and the claim that tells a survivor apart."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pollex.testing.mutate.cases import FailsAlready
from pollex.testing.mutate.run import EQUIVALENT, KILLED, SURVIVED, Result, Run, Wanted, run_jobs
from pollex.testing.run import run_tests
from unit.testing.mutate.mutated import changed, made, results

MANY = "rule many\n  when units is more than 2\n  deny with co carc 222\n"
DENIED = 'test "Three"\n  given clean\n    where line 1 units is 3\n  expect line 1 deny, because many'
PAID = 'test "Two"\n  given clean\n    where line 1 units is 2\n  expect line 1 pend, not because many'


def test_tests_on_both_sides_of_a_limit_kill_what_moves_it(tmp_path: Path) -> None:
    found = results(tmp_path, MANY, DENIED, PAID, of="many")
    status = {changed(one): one.status for one in found if one.operator in ("bound", "order")}
    assert status == {} or set(status.values()) == {KILLED}
    assert [one.by for one in found if one.operator == "order"] == ["small: Two"]
    assert [one.status for one in found if one.operator == "bound"] == [KILLED, KILLED]


def test_a_limit_that_no_test_asks_about_survives_with_a_claim_that_would(tmp_path: Path) -> None:
    (survivor,) = [one for one in results(tmp_path, MANY, DENIED, of="many") if one.operator == "order"]
    assert (survivor.status, survivor.reached) == (SURVIVED, 0)
    assert changed(survivor) == "when units is at least 2"
    assert "where line 1 units is 2" in survivor.test
    assert "not because many" in survivor.test


def test_the_test_that_is_shown_passes_and_kills(tmp_path: Path) -> None:
    first = [one for one in results(tmp_path / "a", MANY, DENIED, of="many") if one.status == SURVIVED]
    assert first
    added = [one.test.replace("many:", f"{number}:") for number, one in enumerate(first)]
    workspace = made(tmp_path / "b", MANY, *added).workspace
    assert [ran.case.title for ran in run_tests(workspace) if not ran.passed] == []
    again = {one.key: one for one in results(tmp_path / "c", MANY, DENIED, *added, of="many")}
    assert {again[key].status for key in again} == {KILLED}


def test_a_change_that_a_test_reaches_without_noticing_says_so(tmp_path: Path) -> None:
    unmoved = 'test "Many"\n  given clean\n    where line 1 units is 3\n  expect line 1 deny'
    found = results(tmp_path, MANY, unmoved, of="many")
    codes = [one for one in found if one.operator == "reason-code"]
    assert {(one.status, one.reached) for one in codes} == {(SURVIVED, 1)}
    assert all("with co carc 222" in one.test for one in codes)


def test_what_comes_to_the_same_is_no_mutant(tmp_path: Path) -> None:
    text = 'rule mine\n  when payer "medicare" or modifier 22\n  note "Ours."\n'
    found = [one for one in results(tmp_path, text, of="mine") if one.status == EQUIVALENT]
    assert "condition-dropped" in {one.operator for one in found}  # the policy has one payer: always true
    assert all(one.policies == ("small",) for one in found)


def test_a_test_that_fails_by_itself_ends_the_run(tmp_path: Path) -> None:
    wrong = 'test "Wrong"\n  given clean\n    where line 1 units is 3\n  expect line 1 allow'
    with pytest.raises(FailsAlready, match="Wrong"):
        results(tmp_path, MANY, wrong, of="many")


def test_members_of_sets_and_cells_of_tables(tmp_path: Path) -> None:
    data = frozenset((str(tmp_path / "sets/resections.yaml"), str(tmp_path / "tables/limits.yaml")))
    wanted = Wanted(data)
    limit = 'test "Limit"\n  given clean\n    where line 1 units is 2\n  expect line 1 pend'
    below = 'test "At it"\n  given clean\n  expect line 1 allow'
    cells = results(tmp_path, "", limit, below, of="limits", wanted=wanted)
    assert [(one.operator, one.status) for one in cells] == [("row-dropped", "refused"), ("cell", KILLED)]
    members = results(tmp_path, "", limit, below, of="resections", wanted=wanted)
    assert [(one.operator, one.status) for one in members] == [
        ("member-dropped", KILLED),
        ("member-dropped", SURVIVED),
    ]
    (line,) = [line for line in members[1].difference if line.startswith("+m")]
    assert line == '+members: ["44120"]'


BLOCK = """\
set: others
system: cpt
title: Others
source: {title: "The test"}
members:
  - {code: "44005", text: "one"}
  - "44120"
"""


def test_a_code_is_added_as_the_author_would(tmp_path: Path) -> None:
    text = "rule others\n  when cpt in others\n  deny with co carc 4\n"
    (tmp_path / "sets").mkdir()
    (tmp_path / "sets/others.yaml").write_text(BLOCK, encoding="utf-8")
    (tmp_path / "more.pol").write_text("part of small\n  use set others\n", encoding="utf-8")
    data = frozenset(str(tmp_path / "sets" / f"{name}.yaml") for name in ("others", "resections"))
    run = made(tmp_path, text, wanted=Wanted(data))
    found = [one for results in run_jobs(run, 1) for one in results if one.operator.startswith("member")]
    assert [(one.owner, one.operator, one.difference[-1]) for one in found if one.status != KILLED] == [
        ("others", "member-dropped", '   - "44120"'),
        ("others", "member-dropped", '-  - "44120"'),
        ("others", "member-added", '+  - "44121"'),
        ("resections", "member-dropped", '+members: ["44121"]'),
        ("resections", "member-dropped", '+members: ["44120"]'),
        ("resections", "member-added", '+members: ["44120", "44121", "44005"]'),
    ]


def test_only_what_is_wanted(tmp_path: Path) -> None:
    wanted = Wanted(pattern="MANY", operators=frozenset(("bound",)))
    run = made(tmp_path, MANY, DENIED, wanted=wanted)
    assert [run.owner(job) for job in run.jobs] == ["many"]
    assert [one.operator for (found) in run_jobs(run, 1) for one in found] == ["bound", "bound"]


def test_what_is_known_is_not_asked_again_until_its_test_changes(tmp_path: Path) -> None:
    first = made(tmp_path, MANY, DENIED)
    known = {one.key: one for found in run_jobs(first, 1) for one in found}
    again = Run(first.workspace, first.wanted, {key: marked(one) for key, one in known.items()})
    assert {one.by for found in run_jobs(again, 1) for one in found if one.status == KILLED} == {"known"}
    other = made(tmp_path, MANY, DENIED.replace("is 3", "is 4"))
    anew = Run(other.workspace, other.wanted, {key: marked(one) for key, one in known.items()})
    assert "known" not in {one.by for found in run_jobs(anew, 1) for one in found}


def test_two_processes_find_the_same(tmp_path: Path) -> None:
    run = made(tmp_path, MANY, DENIED, PAID)
    assert list(run_jobs(run, 2)) == list(run_jobs(run, 1))


def marked(result: Result) -> Result:
    return replace(result, by="known") if result.status == KILLED else result
