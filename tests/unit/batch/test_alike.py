"""A difference found by SQL first: the same sums, and few claims decided one by one."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from pollex.backends.assumed import ASSUMPTIONS
from pollex.compare.diff.blend import blends
from pollex.compare.diff.difference import difference
from pollex.synth.claims import synthesis
from pollex.workspace import open_paths, user_cache
from unit.batch.sides import counted
from unit.compare.diff.test_blend import EVERY_KIND
from unit.compare.diff.trees import between, claim

pytest.importorskip("pyarrow")
pytest.importorskip("duckdb")

TREE = Path(__file__).parents[3]


def claims() -> list[dict[str, Any]]:
    """Each modifier and two together, on either code, late or not, with and without a fee."""
    found = []
    for codes, code, units, has_fee, day, icd in product(
        ((), ("80",), ("51",), ("80", "51"), ("22",), ("24",)),
        ("44120", "44121"),
        ("1", "3"),
        (True, False),
        ("2026-03-20", "2026-12-01"),
        ("K56.50", "K56.51"),
    ):
        one = claim(*codes, procedure_code=code, units=units, received_date=day, diagnoses=[{"code": icd}])
        if not has_fee:
            del one["lines"][0]["fee_schedule_amount"]
        found.append({**one, "claim_id": f"C-{len(found)}"})
    return found


REWORDED = (
    ('because "A share." [PFS]', 'because "Another share." [PFS]'),
    ("when modifier 80", "when modifier 80 and units is at least 1"),
    ("reduce to 50 percent", 'reduce to 50 percent\n  note "Half."'),
)
"""Changes of words, of what is read, and of notes, that leave some lines or all as they are."""


@pytest.mark.parametrize("replaced", [*((one,) for one in (*EVERY_KIND, *REWORDED)), EVERY_KIND, ()])
def test_whatever_changes(replaced: tuple[tuple[str, str], ...]) -> None:
    given = claims()
    impact, left = counted(between(*replaced), given)
    assert impact.claims == len(given)
    assert left < len(given) or len(replaced) > 1 or "otherwise" in replaced[0][0]


def test_a_rule_that_has_read_something_else_is_found() -> None:
    """It is in force as before, on the same lines."""
    impact, _ = counted(between(REWORDED[1]), claims())
    assert impact.reworded > 0
    assert impact.total.differing == 0


@pytest.mark.parametrize("assume", [(), ASSUMPTIONS])
def test_what_the_caller_vouches_for(assume: tuple[str, ...]) -> None:
    rule = """\
rule unasked
  when prior authorization is not on file and history has no line with cpt 44120 on the same date
  reduce to 90 percent

"""
    counted(between(("rule second\n", f"{rule}rule second\n")), claims(), *assume)


def test_a_change_of_the_shipped_policies(tmp_path: Path) -> None:
    """The claims of a planted change, and made-up ones of all payers."""
    case = TREE / "tests" / "corpus" / "diff" / "two-changes-on-one-line"
    planted = json.loads((case / "change.json").read_text("utf-8"))["replace"]
    old = open_paths([TREE / "policies"], user_cache()).compilation
    for file in (TREE / "policies").rglob("*"):
        if file.suffix in (".pol", ".yaml"):
            text = file.read_text("utf-8")
            place = file.relative_to(TREE / "policies")
            for one in planted:
                text = text.replace(one["old"], one["new"]) if one["file"] == place.as_posix() else text
            (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / place).write_text(text, encoding="utf-8")
    new = open_paths([tmp_path], user_cache()).compilation
    given = [json.loads(line) for line in (case / "claims.ndjson").read_text("utf-8").splitlines()]
    given += synthesis(old.program, "alike").claims(60)
    impact, left = counted(blends(old, new, difference(old, new)), given)
    assert impact.total.differing > 0
    assert left < len(given) / 2
