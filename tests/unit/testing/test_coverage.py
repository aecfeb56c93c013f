"""Coverage: what is counted, what can be at all, what decides alone, and the reasons."""

from __future__ import annotations

from pathlib import Path

import pytest

from pollex.backends.kleene import Tri
from pollex.testing.gaps import PolicyGaps
from unit.testing.small import covered, item

FIXTURE = """
fixture clean from "clean.yaml"

"""
LATE = """\
rule late
  when modifier 22 and received date is after 2026-06-01
  deny with co carc 29
"""


def case(title: str, *wheres: str) -> str:
    lines = "".join(f"    where {where}\n" for where in wheres)
    return f'test "{title}"\n  given clean\n{lines}  expect line 1 allow\n\n'


def with_tests(rules: str, *given: tuple[str, ...]) -> str:
    listed = "".join(case(f"Case {number}", *wheres) for number, wheres in enumerate(given))
    return f'{rules}\nrule no-such\n  when modifier GC\n  note "None."\n{FIXTURE}{listed}'


def answers(found: PolicyGaps, text: str) -> dict[str, int]:
    said = {True: "true", False: "false", None: "unknown"}
    return {said[answer]: times for answer, times in item(found, text).seen.answers.items() if times}


def reasons(found: PolicyGaps, text: str) -> dict[Tri, str]:
    of = item(found, text)
    return {miss.answer: miss.reason for miss in (*found.missed, *found.unreachable) if miss.item is of}


def test_a_condition_is_asked_though_another_one_settles_the_rule(tmp_path: Path) -> None:
    given = ((), ("received date is 2026-07-01",), ("line 1 modifier is 22",))
    found = covered(tmp_path, with_tests(LATE, *given))
    assert answers(found, "received date is after 2026-06-01") == {"true": 1, "unknown": 2}
    assert answers(found, "modifier 22") == {"true": 1, "false": 2}
    assert answers(found, "late") == {"false": 2, "unknown": 1}


def test_what_cannot_be_unknown_is_not_counted(tmp_path: Path) -> None:
    found = covered(tmp_path, with_tests(LATE, ()))
    assert item(found, "modifier 22").can_be == {True, False}
    assert reasons(found, "modifier 22")[None] == "`modifier` is assumed when absent"
    assert item(found, "late").can_be == {True, False, None}
    assert item(found, "no-such").can_be == {True, False}
    assert reasons(found, "no-such")[None] == "none of its conditions can be unknown"


def test_each_miss_has_its_reason(tmp_path: Path) -> None:
    given = (("received date is 2026-05-01",), ("received date is 2026-05-02",))
    found = covered(tmp_path, with_tests(LATE, *given))
    assert reasons(found, "received date is after 2026-06-01") == {
        True: "false all 2 times that it was asked",
        None: "no test lacks `received date`",
    }
    assert reasons(found, "late") == {
        True: "`modifier 22` and `received date is after 2026-06-01` were never true",
        None: "none of its conditions was ever unknown",
    }


def test_a_rule_that_speaks_of_no_line_was_never_asked(tmp_path: Path) -> None:
    rule = "rule visits\n  on lines with cpt 99213\n  when modifier 25\n  allow\n"
    found = covered(tmp_path, with_tests(rule, ()))
    said = "never asked: no test has a line that it speaks of"
    assumed = "`modifier` is assumed when absent"
    assert reasons(found, "modifier 25") == {True: said, False: said, None: assumed}


@pytest.mark.parametrize(
    ("condition", "can_be"),
    [
        ("cpt in resections", {True}),
        ("cpt 44120", {True, False}),
        ("cpt 44005", {False}),
        ('payer "medicare"', {True}),
        ("claim type is institutional", {True, False}),
        ("units is at least 0", {True}),
        ("units is more than 1", {True, False}),
        ("limits units is 1", {True, None}),
        ("limits units is 2", {False, None}),
        ("units is more than limits units", {True, False, None}),
        ("frequency code 7", {True, False}),
        ("place of service 21", {True, False, None}),
        ("service date is before 2026-01-01", {False}),
        ("service date is before 2026-07-01", {True, False}),
        ("documentation of need is found", {True, False, None}),
        ("prior authorization is on file", {True, False, None}),
        ("any diagnosis K56.50", {True, False}),
        ("any pointed diagnosis K56.50", {True, False, None}),
        ("any other line has cpt 44005", {True, False}),
        ("any line has cpt in resections", {True}),
        ("any other line by the same provider has cpt 44005", {True, False}),
        ("any other line by the same group has cpt 44005", {True, False, None}),
        ("history has cpt 44005", {True, False, None}),
        ("count of other lines on the same date is at least 2", {True, False}),
        ("this line ranks 1 by fee among lines on the same date", {True, False, None}),
        ("this line ranks 2 by units among lines on the same date", {True, False}),
    ],
)
def test_the_answers_that_a_condition_can_give(tmp_path: Path, condition: str, can_be: set[Tri]) -> None:
    found = covered(tmp_path, with_tests(f'rule r\n  when {condition}\n  note "R."\n', ()))
    assert item(found, condition).can_be == can_be


def test_whether_another_line_is_denied_hangs_on_what_can_deny(tmp_path: Path) -> None:
    follows = (
        "rule follows after the other lines are decided\n"
        "  when any other line with cpt 44121 is denied\n  deny with co carc 97\n"
    )
    text = "any other line with cpt 44121 is denied"
    assert item(covered(tmp_path, with_tests(follows, ())), text).can_be == {False}
    assert item(covered(tmp_path, with_tests(follows + LATE, ())), text).can_be == {True, False, None}


def test_an_exception_counts_where_its_rule_holds(tmp_path: Path) -> None:
    rules = (
        "rule r\n  when modifier 22\n  deny with co carc 4\n\nexception e to r\n  when place of service 21\n"
    )
    found = covered(tmp_path, with_tests(rules, ("place of service is 21",)))
    assert answers(found, "place of service 21") == {"true": 1}
    assert answers(found, "e") == {}
    assert reasons(found, "e")[True] == "never asked: `r` holds in no test"
    found = covered(tmp_path, with_tests(rules, ("place of service is 21", "line 1 modifier is 22")))
    assert answers(found, "e") == {"true": 1}


def test_a_definition_is_counted_once_and_its_name_where_it_is_asked(tmp_path: Path) -> None:
    rules = (
        "define big as units is more than 5 or modifier 22\n\n"
        'rule one\n  when not big\n  note "Small."\n\nrule two\n  when big\n  note "Big."\n'
    )
    found = covered(tmp_path, with_tests(rules, (), ("line 1 units is 6",)))
    assert answers(found, "units is more than 5") == {"true": 1, "false": 1}
    assert answers(found, "modifier 22") == {"false": 2}
    assert answers(found, "not big") == {"true": 1, "false": 1}


def test_deciding_alone(tmp_path: Path) -> None:
    rules = 'rule r\n  when modifier 22 and units is more than 5\n  note "R."\n'
    found = covered(tmp_path, with_tests(rules, (), ("line 1 modifier is 22",)))
    assert item(found, "modifier 22").undecided == (True, False)
    assert item(found, "units is more than 5").seen.decided == {True: 0, False: 1}
    found = covered(
        tmp_path,
        with_tests(
            rules,
            ("line 1 modifier is 22",),
            ("line 1 units is 6",),
            ("line 1 modifier is 22", "line 1 units is 6"),
        ),
    )
    assert item(found, "modifier 22").undecided == ()
    assert item(found, "units is more than 5").undecided == ()


def test_sets_lists_and_tables_that_were_touched(tmp_path: Path) -> None:
    rules = (
        'rule r\n  when modifier any of 80, 81 and cpt in resections\n  note "R."\n\n'
        "rule s\n  when units is more than limits units\n  deny with co carc 222\n"
    )
    found = covered(tmp_path, with_tests(rules, ("line 1 modifier is 81", "line 1 cpt is 44121")))
    assert found.touched.sets["resections"].untouched == ("44120",)
    assert found.touched.tables["limits"].untouched == ("44120",)
    assert [one.untouched for one in found.touched.lists.values()] == [("80",)]
