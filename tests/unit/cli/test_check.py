"""`pollex check`: every diagnostic, as text and as documents."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from unit.cli.small import POLICY, Run, place


def mistaken(*changes: tuple[str, str]) -> None:
    text = POLICY
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    Path("policies/small.pol").write_text(text, encoding="utf-8")


def test_nothing_to_say_is_a_line_and_success(folder: Path, run: Run) -> None:
    ran = run("check", "policies")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "1 policy file and 2 files of sets and tables: no problems\n"


def test_every_mistake_is_shown_with_its_place_and_a_count(folder: Path, run: Run) -> None:
    mistaken(("in resections", "in resectoins"), ("[PFS, MANUAL]", "[PFS, MANAUL]"))
    Path("policies/sets/resections.yaml").write_text("set: resections\nsystem: cpt\nmembers: [44120]\n")
    ran = run("check", "policies")
    assert (ran.code, ran.err) == (1, "")
    places = [text.split(": ")[0] for text in ran.out.splitlines() if "error[POL" in text]
    small = Path("policies/small.pol")
    assert {place(small, "resectoins"), place(small, "MANAUL")} <= set(places)
    assert any(place.startswith("policies/sets/resections.yaml:3:") for place in places)
    assert ran.out.splitlines()[-1].endswith(f": {len(places)} errors")
    assert "                     ^^^^^^^^^^ did you mean `resections`?" in ran.out


def test_json_is_a_list_of_diagnostics(folder: Path, run: Run) -> None:
    mistaken(("in resections", "in resectoins"))
    ran = run("check", "policies", "--format", "json")
    assert (ran.code, ran.err) == (1, "")
    (found,) = json.loads(ran.out)
    assert (found["file"], found["line"], found["column"], found["severity"]) == (
        "policies/small.pol",
        3,
        21,
        "error",
    )
    assert found["fix"]["replacement"] == "resections"
    mistaken()
    assert run("check", "policies", "--format", "json").out == "[]\n"


def test_warnings_alone_are_success(folder: Path, run: Run) -> None:
    mistaken(("  when units is more than limits units\n", "  when units is more than 1\n"))
    ran = run("check", "policies")
    assert ran.code == 0
    assert "warning[POL" in ran.out
    assert ran.out.endswith(": 1 warning\n")


def test_the_shipped_policies_are_checked_where_none_are_named(folder: Path, run: Run) -> None:
    ran = run("check")
    assert (ran.code, ran.err) == (0, "")
    assert "policy files" in ran.out


def test_a_file_of_a_set_is_checked_by_itself(folder: Path, run: Run) -> None:
    Path("policies/sets/resections.yaml").write_text("set: resections\nsystem: cpt\nmembers: [44120]\n")
    ran = run("check", "policies/sets/resections.yaml")
    assert ran.code == 1
    assert "policies/sets/resections.yaml:3:11: error[POL" in ran.out


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("nowhere", "there is no file or folder nowhere"),
        ("empty", "there is no policy file (*.pol) in empty"),
        ("other.yaml", "other.yaml is not in a folder called `sets` or `tables`"),
        ("bad.pol", "bad.pol cannot be read: it is not UTF-8"),
    ],
)
def test_what_cannot_be_opened_is_bad_usage(folder: Path, run: Run, path: str, said: str) -> None:
    Path("empty").mkdir()
    Path("other.yaml").write_text("set: x\n")
    Path("bad.pol").write_bytes(b"policy \xff")
    ran = run("check", path)
    assert (ran.code, ran.out, ran.err) == (2, "", f"pollex: {said}\n")
