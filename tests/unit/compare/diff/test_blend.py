"""The programs between two versions: nothing made is the old one, everything made the new one."""

from __future__ import annotations

from itertools import combinations

import pytest

from pollex.compare.diff.blend import Blends
from pollex.compare.diff.meaning import exception_meaning, policy_meaning, rule_meaning
from pollex.ir.program import ExceptionRule, Program, Rule
from unit.compare.diff.trees import between, claim, decided

EVERY_KIND = (
    ("pay 16 percent of fee", "pay 14 percent of fee"),
    ("rule second\n", "rule further\n"),
    ("12-3456789", "99-9999999"),
    ("modifier 22 and any", "modifier 24 and any"),
    ('  - "K56.51"\n', ""),
    ('units: "1"', 'units: "2"'),
    ("otherwise allow", "otherwise pend for review by coding"),
)


def meaning(program: Program) -> object:
    return [
        (policy_meaning(policy), [(rule_meaning(rule), exceptions(rule)) for rule in policy.rules])
        for policy in program.policies
    ]


def exceptions(clause: Rule | ExceptionRule) -> object:
    return [(exception_meaning(one), exceptions(one)) for one in clause.exceptions]


def test_nothing_made_is_the_old_version_and_everything_the_new() -> None:
    blended = between(*EVERY_KIND)
    assert len(blended.changes) == len(EVERY_KIND) + 1  # a rule with another name went and came
    assert meaning(blended.blended(frozenset())) == meaning(blended.old.program)
    assert meaning(blended.blended(blended.everything)) == meaning(blended.new.program)
    assert meaning(blended.old.program) != meaning(blended.new.program)


@pytest.mark.parametrize("replaced", EVERY_KIND)
def test_one_change_made_is_that_version(replaced: tuple[str, str]) -> None:
    """Each change by itself, out of all of them, is the tree with just that text replaced."""
    alone, all_of_them = between(replaced), between(*EVERY_KIND)
    made = frozenset(
        at
        for at, change in enumerate(all_of_them.changes)
        if (change.kind, change.name) in {(one.kind, one.name) for one in alone.changes}
    )
    assert meaning(all_of_them.program(made)) == meaning(alone.new.program)
    assert all_of_them.program(made).sets == alone.new.program.sets
    assert all_of_them.program(made).tables == alone.new.program.tables


def test_every_blend_decides() -> None:
    blended: Blends = between(*EVERY_KIND)
    given = [claim("80", "51"), claim("22"), claim("24", units="2"), claim(received_date="2026-09-01")]
    for size in range(3):
        for made in combinations(range(len(blended.changes)), size):
            for one in given:
                assert decided(blended, frozenset(made), one)


def test_a_column_that_came_can_be_asked_before_its_table_changes() -> None:
    blended = between(
        ("  when units is more than limits units\n", "  when units is more than limits most\n"),
        ('help: "the most"}\n', 'help: "the most"}\n  most: {type: number, help: "other"}\n'),
        ('units: "1"}', 'units: "1", most: "5"}'),
    )
    kinds = [change.kind for change in blended.changes]
    only_the_rule = frozenset((kinds.index("rule"),))
    assert decided(blended, blended.everything, claim(units="3"))[0].outcome == "allow"
    assert decided(blended, only_the_rule, claim(units="3"))[0].outcome == "pend"
