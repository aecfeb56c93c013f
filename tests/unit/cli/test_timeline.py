"""`pollex timeline`: the drawing, the day, the document."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from pollex.workspace import shipped, user_cache
from unit.cli.small import POLICY, Run

HEADER = """\
policy small "The next version"
  payer medicare
  applies to cpt 44120
  in effect from {} through 2027-12-31
  use set dated
  use table limits
  otherwise allow

rule late
  when modifier 22 and any diagnosis in dated and units is more than limits units
  in effect from 2027-07-01
  deny with co carc 4

exception agreed-late to late
  when modifier 52
  in effect through 2027-09-30
"""

DATED = """\
set: dated
system: icd-10-cm
title: Dated
source: {title: "The test"}
from: 2027-01-01
through: 2027-06-30
members: ["K56.50"]
"""


@pytest.fixture
def versions(folder: Path) -> None:
    """The small policy to the end of March 2026, and its next version from July on."""
    first = POLICY.replace("from 2026-01-01, by", "from 2026-01-01 through 2026-03-31, by").replace(
        "on trial from 2026-01-01", "on trial from 2026-02-01"
    )
    Path("policies/small.pol").write_text(first, encoding="utf-8")
    Path("policies/next.pol").write_text(HEADER.format("2026-07-01"), encoding="utf-8")
    Path("policies/sets/dated.yaml").write_text(DATED, encoding="utf-8")


DRAWN = """\
medicare: what is in effect when, by date of service

                                  2026        2027
small                             ███···██████████████████  2026-01-01 through 2026-03-31
                                                            2026-07-01 through 2027-12-31
  version 2026-01-01              ███·····················  2026-01-01 through 2026-03-31
  A small policy for tests
  trial stricter                  ·██·····················  2026-02-01 through 2026-03-31
  at all times: set resections, table limits
  version 2026-07-01              ······██████████████████  2026-07-01 through 2027-12-31
  The next version
  rule late                       ··················██████  2027-07-01 through 2027-12-31
  exception agreed-late           ··················███···  2027-07-01 through 2027-09-30
  set dated                       ············██████······  2027-01-01 through 2027-06-30
  at all times: table limits
  no version 2026-04-01 through 2026-06-30

█ all days, ▒ some days, · none; ◀ ▶ goes on; the dates are exact, both ends count

To look at
  - no version of small is in effect from 2026-04-01 through 2026-06-30
  - small of 2026-07-01: what the set dated holds is not known from 2026-07-01 through 2026-12-31
  - small of 2026-07-01: what the set dated holds is not known from 2027-07-01 through 2027-12-31
"""


def test_the_drawing(versions: None, run: Run) -> None:
    ran = run("timeline", "medicare", "--policies", "policies")
    assert (ran.code, ran.err, ran.out) == (0, "", DRAWN)


@pytest.mark.parametrize("columns", [60, 75, 89, 90, 120])
def test_nothing_is_wider_than_the_terminal(
    versions: None, run: Run, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    class Screen(io.StringIO):
        encoding = "utf-8"

        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", "1")
    screen = Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    assert run("timeline", "medicare", "--policies", "policies").code == 0
    lines = screen.getvalue().splitlines()
    assert max(map(len, lines)) <= columns
    assert "\x1b" not in screen.getvalue()
    beside = any(line.startswith("  rule late") and line.endswith("2027-12-31") for line in lines)
    assert beside == (columns >= 90)
    assert any(line.strip().endswith("2027-07-01 through 2027-12-31") for line in lines)


def test_a_terminal_gets_colour(versions: None, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    class Screen(io.StringIO):
        encoding = "ascii"

        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    screen = Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    assert run("timeline", "medicare", "--policies", "policies").code == 0
    assert "\x1b[" in screen.getvalue()
    assert "###...##################" in screen.getvalue()
    assert "█" not in screen.getvalue()


def test_a_long_name_stands_above_its_bar(versions: None, run: Run) -> None:
    name = "a-rule-with-a-name-that-is-much-longer-than-the-column"
    text = HEADER.format("2026-07-01").replace("rule late", f"rule {name}").replace("to late", f"to {name}")
    Path("policies/next.pol").write_text(text, encoding="utf-8")
    lines = run("timeline", "medicare", "--policies", "policies").out.splitlines()
    at = lines.index(f"  rule {name}")
    assert lines[at + 1] == f"{' ' * 34}··················██████  2027-07-01 through 2027-12-31"


def test_a_policy_without_an_end_goes_on(folder: Path, run: Run) -> None:
    lines = run("timeline", "medicare", "--policies", "policies").out.splitlines()
    assert lines[2:4] == [
        f"{' ' * 34}2026        2027",
        f"{'small':<34}████████████████████████▶ from 2026-01-01",
    ]
    assert lines[-2:] == [
        "To look at",
        "  - nothing: no gap, and every set and table covers the policies that use it",
    ]


# ------------------------------------------------------------------ a day


def test_a_day_in_a_version(versions: None, run: Run) -> None:
    ran = run("timeline", "medicare", "--policies", "policies", "--on", "2027-09-30")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "medicare: in force on 2027-09-30, by date of service",
        "",
        "small, 2026-07-01 through 2027-12-31: The next version",
        "  Rules        late",
        "  Exceptions   agreed-late (to late)",
        "  Sets         dated: not known on this day",
        "  Tables       limits: at all times, Units a day",
    ]


@pytest.mark.parametrize(
    ("when", "label", "names"),
    [
        ("2026-01-31", "Not this day", "stricter"),
        ("2026-02-01", "On trial", "stricter"),
        ("2027-06-30", "Not this day", "late, agreed-late (to late)"),
        ("2027-10-01", "Not this day", "agreed-late (to late)"),
    ],
)
def test_dated_rules_on_each_side_of_their_days(
    versions: None, run: Run, when: str, label: str, names: str
) -> None:
    lines = run("timeline", "medicare", "--policies", "policies", "--on", when).out.splitlines()
    assert f"  {label:<12} {names}" in lines


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("2025-12-31", "no policy; the next begins on 2026-01-01"),
        ("2026-04-01", "no policy; the last before ends on 2026-03-31; the next begins on 2026-07-01"),
        ("2028-01-01", "no policy; the last before ends on 2027-12-31"),
    ],
)
def test_a_day_without_a_policy(versions: None, run: Run, when: str, said: str) -> None:
    lines = run("timeline", "medicare", "--policies", "policies", "--on", when).out.splitlines()
    assert lines[1:] == ["", f"  Policies     {said}"]


# ------------------------------------------------------------------ for programs


def test_json_has_the_timeline_and_the_day(versions: None, run: Run) -> None:
    ran = run("timeline", "medicare", "--policies", "policies", "--format", "json", "--on", "2027-07-01")
    assert (ran.code, ran.err) == (0, "")
    found = json.loads(ran.out)
    assert list(found) == sorted(found)
    (policy,) = found["policies"]
    assert policy["gaps"] == [{"from": "2026-04-01", "through": "2026-06-30"}]
    late = policy["versions"][1]["dated"][0]
    assert (late["name"], late["days"]) == ("late", {"from": "2027-07-01", "through": "2027-12-31"})
    dated = next(data for data in policy["versions"][1]["data"] if data["name"] == "dated")
    assert [days["from"] for days in dated["not_covered"]] == ["2026-07-01", "2027-07-01"]
    assert [finding["kind"] for finding in found["findings"]] == ["version-gap", "not-covered", "not-covered"]
    (now,) = found["in_force"]["policies"]
    assert [rule["name"] for rule in now["rules"]] == ["late"]
    without = json.loads(run("timeline", "medicare", "--policies", "policies", "--format", "json").out)
    assert without == {**found, "in_force": None}


def test_the_shipped_policies_of_every_payer_are_drawn(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Compiled once for all of them."""
    workspace = shipped(user_cache())
    monkeypatch.setattr("pollex.cli.opening.shipped", lambda *_: workspace)
    whole = json.loads(run("sources", "--format", "json").out)
    payers = {payer for policy in whole["policies"] for payer in policy["payers"]}
    assert "medicare" in payers
    for payer in payers:
        ran = run("timeline", payer)
        assert (ran.code, ran.err) == (0, "")
        assert max(map(len, ran.out.splitlines())) <= 100
        own = [policy for policy in whole["policies"] if payer in policy["payers"]]
        assert all(policy["from"] in ran.out and policy["id"] in ran.out for policy in own)
