"""Each kind of change, by the words that it puts in the policy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pollex.testing.mutate.mutants import Mutant
from pollex.testing.mutate.operators import OPERATORS
from pollex.testing.mutate.run import Run
from pollex.testing.mutate.write import difference
from unit.testing.mutate.mutated import made


def changes(run: Run, of: str) -> Iterator[tuple[str, str]]:
    """The operator and the new words of each mutant of a clause or list."""
    for job in run.jobs:
        if run.owner(job) == of:
            for mutant in run.mutants(job):
                yield mutant.operator, words(run, mutant)


def words(run: Run, mutant: Mutant) -> str:
    lines = difference(mutant, run.sources[mutant.file], run.trees)[2:]
    added = [line[1:] for line in lines if line.startswith("+")]
    gone = [line[1:] for line in lines if line.startswith("-")]
    return " ".join(" ".join(added or gone).split())


def rule(condition: str, effect: str = "deny with co carc 4") -> str:
    return f"rule tried\n  when {condition}\n  {effect}\n"


CONDITIONS = {
    "modifier 22 and units is 1": {
        ("and-or", "when modifier 22 or units is 1"),
        ("condition-dropped", "when modifier 22"),
        ("condition-dropped", "when units is 1"),
        ("negation", "when no modifier 22 and units is 1"),
        ("negation", "when modifier 22 and units is not 1"),
    },
    "modifier any of 22, 80": {
        ("code-dropped", "when modifier 22"),
        ("code-dropped", "when modifier 80"),
    },
    "units is more than 2": {
        ("order", "when units is at least 2"),
        ("bound", "when units is more than 1"),
        ("bound", "when units is more than 3"),
    },
    "billed charge is at least $5.00": {
        ("order", "when billed charge is more than $5.00"),
        ("amount", "when billed charge is at least $4.00"),
        ("amount", "when billed charge is at least $6.00"),
    },
    "billed charge is more than fee - $10.00": {
        ("arithmetic", "when billed charge is more than fee + $10.00"),
        ("amount", "when billed charge is more than fee - $9.00"),
    },
    "received date is after 2026-06-01": {
        ("order", "when received date is on or after 2026-06-01"),
        ("date", "when received date is after 2026-05-31"),
        ("date", "when received date is after 2026-06-02"),
    },
    "received date is within 3 days after the service date": {
        ("bound", "when received date is within 2 days after the service date"),
        ("bound", "when received date is within 4 days after the service date"),
        ("direction", "when received date is within 3 days before the service date"),
    },
    "documentation of effort in operative-note is found": {
        ("negation", "when documentation of effort in operative-note is not found"),
        ("document-dropped", "when documentation of effort is found"),
    },
    "any other line on the same date by the same group has cpt 44120": {
        ("negation", "when no other line on the same date by the same group has cpt 44120"),
        ("lines", "when any line on the same date by the same group has cpt 44120"),
        ("filter-dropped", "when any other line by the same group has cpt 44120"),
        ("filter-dropped", "when any other line on the same date has cpt 44120"),
        ("provider", "when any other line on the same date by the same provider has cpt 44120"),
    },
    "history has cpt 44120 on the same date": {
        ("negation", "when history has no line with cpt 44120 on the same date"),
        ("filter-dropped", "when history has cpt 44120"),
    },
    "this line ranks 2 to 5 by fee among lines on the same date": {
        ("bound", "when this line ranks 1 to 5 by fee among lines on the same date"),
        ("bound", "when this line ranks 2 to 6 by fee among lines on the same date"),
        ("filter-dropped", "when this line ranks 2 to 5 by fee among lines"),
    },
    "patient age under 18 years": {
        ("bound", "when patient age under 17 years"),
        ("bound", "when patient age under 19 years"),
    },
    "at least 2 of:\n    - modifier 22\n    - modifier 80\n    - modifier 62": {
        ("bound", "when at least 1 of:"),
        ("bound", "when at least 3 of:"),
    },
}


@pytest.mark.parametrize("condition", CONDITIONS)
def test_conditions(tmp_path: Path, condition: str) -> None:
    found = set(changes(made(tmp_path, rule(condition)), "tried"))
    assert found >= CONDITIONS[condition]


EFFECTS = {
    "deny with co carc 4": {
        ("effect", "allow with co carc 4"),
        ("effect", "pend for review by coding with co carc 4"),
        ("reason-code", "deny with pr carc 4"),
        ("reason-code", "deny with co carc 45"),
        ("reason-code", "deny"),
    },
    "reduce to 50 percent, with co carc 59 rarc N122": {
        ("percent", "reduce to 49 percent, with co carc 59 rarc N122"),
        ("percent", "reduce to 51 percent, with co carc 59 rarc N122"),
        ("reason-code", "reduce to 50 percent, with co carc 59"),
    },
    "pay at most $100.00": {
        ("amount", "pay at most $99.00"),
        ("amount", "pay at most $101.00"),
    },
    'require documentation of effort, otherwise note "None."': {
        ("effect-dropped", "require documentation of effort"),
    },
}


@pytest.mark.parametrize("effect", EFFECTS)
def test_effects(tmp_path: Path, effect: str) -> None:
    found = set(changes(made(tmp_path, rule("modifier 22", effect)), "tried"))
    assert found >= EFFECTS[effect]


def test_clauses(tmp_path: Path) -> None:
    text = """\
rule tried on trial from 2026-02-01
  on lines with cpt 44120, cpt 44121
  when modifier 22
  in effect through 2026-12-31
  note "One."
  note "Two."

exception spared to tried
  when units is 2
  instead note "Three."
"""
    run = made(tmp_path, text)
    found = set(changes(run, "tried"))
    assert {
        ("trial", "rule tried"),
        ("date", "rule tried on trial from 2026-01-31"),
        ("date", "in effect through 2027-01-01"),
        ("scope", "on lines with cpt 44120"),
        ("effect-dropped", 'note "One."'),
    } <= found
    assert [one for one in found if one[0] == "rule-removed"]
    spared = dict(changes(run, "spared"))
    assert spared["exception-removed"].startswith("exception spared to tried")
    assert spared["effect-dropped"] == 'instead note "Three."'


def test_lists(tmp_path: Path) -> None:
    run = made(tmp_path, rule("modifier 22"))
    names = {run.owner(job) for job in run.jobs}
    assert names == {"small", "tried", "limited"}  # lists are changed where their files are named


def test_what_the_checker_refuses_is_no_mutant(tmp_path: Path) -> None:
    found = changes(made(tmp_path, rule("units is at least 1")), "tried")
    assert not [new for operator, new in found if re.search(r"-\d", new) and operator == "bound"]


def test_every_operator_has_a_sentence() -> None:
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) and says for name, says in OPERATORS.items())
