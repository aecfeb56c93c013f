"""Suggested tests: they show what was missing, are few, pass as printed, and are the same every time."""

from __future__ import annotations

from pathlib import Path

import pytest

from pollex.compiler import Compilation
from pollex.testing.run import decider, run_tests
from pollex.testing.suggesting.choose import Suggestions, suggestions
from pollex.testing.suggesting.written import written
from pollex.workspace import open_paths
from unit.testing.small import covered, folder

FIXTURE = '\nfixture clean from "clean.yaml"\n\ntest "Clean"\n  given clean\n  expect line 1 allow\n\n'
RULES = {
    "a modifier and a date": "when modifier 22 and received date is more than 30 days after the service date",
    "an amount": "when billed charge is more than $1,000.00",
    "a sum of the day": "when sum of units of lines on the same date is more than limits units",
    "a set": "when any diagnosis in weak and place of service not 21",
    "documentation": "when documentation of need in operative-note is found",
    "a quantity": "when quantity of documentation of minutes is at most 120",
    "another line": "when any other line on the same date by the same group has cpt 44121",
    "no other line": "when cpt 44121 and no other line on the same date by the same provider has cpt 44120",
    "the history": "when history has cpt 44120 within 90 days before the service date by the same provider",
    "a line that is refused": "when history has no line with outcome is not deny on the same date",
    "a rank": "when this line ranks 2 or later by fee among lines on the same date with modifier 51",
    "at least two": "when at least 2 of:\n    - modifier 58\n    - modifier 78\n    - modifier 79",
    "an age": "when patient age under 18 years and patient sex is F",
    "an authorization": "when prior authorization is not on file",
}
WEAK = 'set: weak\nsystem: icd-10-cm\ntitle: Weak\nsource: {title: "T"}\nmembers: ["K56.7"]\n'


def policy(when: str, effect: str = 'note "R."') -> str:
    return f'rule r "A rule"\n  {when}\n  {effect}\n{FIXTURE}'


def suggested(at: Path, text: str) -> tuple[Suggestions, str]:
    """What is suggested for a policy, and as text."""
    folder(at, text)
    if "weak" in text:
        (at / "sets" / "weak.yaml").write_text(WEAK, encoding="utf-8")
        header = (at / "small.pol").read_text(encoding="utf-8").replace("use set ", "use set weak, ")
        (at / "small.pol").write_text(header, encoding="utf-8")
    workspace = open_paths([at])
    (found,) = suggestions(workspace, ["small"], lambda _done, _total: None)
    return found, "\n".join(as_text(found, workspace.compilation))


def as_text(found: Suggestions, compilation: Compilation) -> list[str]:
    taken = {test.title for one in compilation.checked.scenarios for test in one.tests}
    decide = decider(compilation.program)
    return ["\n".join(written(one, decide, taken)) + "\n" for one in found.claims]


@pytest.mark.parametrize("when", RULES.values(), ids=RULES)
def test_what_is_printed_passes_and_leaves_nothing_open(tmp_path: Path, when: str) -> None:
    found, text = suggested(tmp_path, policy(when))
    assert found.open == ()
    assert text
    (tmp_path / "suggested.pol").write_text(f"part of small\n\n{text}", encoding="utf-8")
    workspace = open_paths([tmp_path])
    assert workspace.compilation.is_sound, workspace.compilation.diagnostics
    results = list(run_tests(workspace))
    assert [one.case.title for one in results if not one.passed] == []
    (again,) = suggestions(workspace, ["small"], lambda _done, _total: None)
    assert (again.claims, again.open) == ((), ())


def test_the_same_every_time(tmp_path: Path) -> None:
    text = policy(RULES["another line"])
    assert suggested(tmp_path / "one", text)[1] == suggested(tmp_path / "two", text)[1]


def test_as_printed(tmp_path: Path) -> None:
    _, text = suggested(
        tmp_path, policy("when billed charge is more than $1,000.00", "pend for review by coding")
    )
    assert text.splitlines() == [
        "# Suggested. A person must confirm what is expected. It shows that",
        "# - the rule r can be true",
        "# - `billed charge is more than $1,000.00` can be true (rule r)",
        'test "A rule: holds"',
        "  given clean",
        "    where line 1 billed charge is $1,000.01",
        "  expect line 1 pend, because r",
        "",
        "# Suggested. A person must confirm what is expected. It shows that",
        "# - the rule r can be unknown",
        "# - `billed charge is more than $1,000.00` can be unknown (rule r)",
        'test "A rule: is not known"',
        "  given clean",
        "    where line 1 billed charge is missing",
        "  expect line 1 pend, missing billed charge",
    ]


def test_a_claim_that_shows_several_things_is_taken_once(tmp_path: Path) -> None:
    rules = (
        'rule one\n  when modifier 22 and units is more than 3\n  note "One."\n\n'
        'rule two\n  when modifier 22 and units is more than 5\n  note "Two."\n'
    )
    found, _ = suggested(tmp_path, rules + FIXTURE)
    assert found.open == ()
    assert len(found.claims) == 1


def test_a_policy_without_a_fixture_has_nothing_to_start_from(tmp_path: Path) -> None:
    folder(tmp_path, 'rule r\n  when modifier 22\n  note "R."\n')
    (found,) = suggestions(open_paths([tmp_path]), ["small"], lambda _done, _total: None)
    assert found.claims == ()
    assert len(found.open) == 4


def test_nothing_is_suggested_where_all_is_seen(tmp_path: Path) -> None:
    text = (
        'rule r\n  when modifier 22\n  note "R."\n'
        + FIXTURE
        + 'test "With 22"\n  given clean\n    where line 1 modifier is 22\n  expect line 1 allow\n'
    )
    gaps = covered(tmp_path / "covered", text)
    assert gaps.conditions.percent == 100.0
    found, _ = suggested(tmp_path / "asked", text)
    assert (found.claims, found.open) == ((), ())
