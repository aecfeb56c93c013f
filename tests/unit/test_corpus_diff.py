"""Changes planted in the shipped policies are found: the right clause, the right claims, the right dollars.

A case is a folder: `change.json` says which texts are replaced and which clauses a report must name, and
`claims.ndjson` has claims on both sides of the change. What the report says is held against deciding every
claim under both trees.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pollex.cli.both_ways import Runner, Task
from pollex.cli.diff_document import diff_json
from pollex.cli.diff_report import Report
from pollex.compare.diff.blend import blends
from pollex.compare.diff.difference import difference
from pollex.compare.diff.impact import Impact
from pollex.compare.diff.touch import reach
from pollex.compiler import Compilation
from pollex.engine import Engine, engine_of
from pollex.intake.document import DEFAULT
from pollex.resources import read_text
from pollex.workspace import Workspace, open_paths, user_cache

CORPUS = Path(__file__).parents[1] / "corpus" / "diff"
CASES = sorted(folder.name for folder in CORPUS.iterdir())
SHIPPED = Path(__file__).parents[2] / "policies"


@dataclass(frozen=True)
class Told:
    """What the report says, and what deciding everything by the long way gives."""

    report: dict[str, Any]
    expected: list[str]
    lines: dict[tuple[str, int], tuple[Any, Any]]

    @property
    def claims(self) -> dict[str, Any]:
        found: dict[str, Any] = self.report["claims"]
        return found

    @property
    def differing(self) -> dict[tuple[str, int], tuple[Any, Any]]:
        return {key: sides for key, sides in self.lines.items() if sides[0] != sides[1]}


@cache
def shipped() -> Workspace:
    return open_paths([SHIPPED], user_cache())


@pytest.fixture(params=CASES, scope="module")
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Told:
    folder = CORPUS / request.param
    case = json.loads((folder / "change.json").read_text("utf-8"))
    made = tmp_path_factory.mktemp("planted") / "policies"
    shutil.copytree(SHIPPED, made)
    for change in case["replace"]:
        file = made / change["file"]
        text = file.read_text("utf-8")
        assert text.count(change["old"]) == 1, f"{change['file']} no longer has this text once"
        file.write_text(text.replace(change["old"], change["new"]), encoding="utf-8")
    old, new = shipped(), open_paths([made])
    claims = [json.loads(line) for line in (folder / "claims.ndjson").read_text("utf-8").splitlines()]
    engines = engine_of(old), engine_of(new)
    return Told(
        reported(old.compilation, new.compilation, claims), case["clauses"], decided(claims, *engines)
    )


def reported(old: Compilation, new: Compilation, claims: list[dict[str, Any]]) -> dict[str, Any]:
    found, impact = difference(old, new), Impact()
    task = Task(blends(old, new, found), reach(old, new, found.deciding), frozenset(), DEFAULT)
    runner = Runner(task)
    sums, invalid = runner.run(list(enumerate(claims, 1)))
    assert not invalid
    impact.merge(sums)
    document: dict[str, Any] = json.loads(diff_json(Report("old", "new", found, impact, 0)))
    Draft202012Validator(json.loads(read_text("schemas", "diff.schema.json"))).validate(document)
    return document


def decided(
    claims: list[dict[str, Any]], before: Engine, after: Engine
) -> dict[tuple[str, int], tuple[Any, Any]]:
    """Outcome and amount of every line, before and after."""
    found: dict[tuple[str, int], tuple[Any, Any]] = {}
    for claim in claims:
        for old, new in zip(before.decide(claim).lines, after.decide(claim).lines, strict=True):
            sides = (old.outcome, old.allowed_amount), (new.outcome, new.allowed_amount)
            found[claim["claim_id"], old.line_number] = sides
    return found


def test_the_clauses_are_named(told: Told) -> None:
    assert [change["id"] for change in told.report["changes"] if change["decides"]] == told.expected
    assert {one["change"] for one in told.claims["by_change"]} == set(told.expected)


def test_the_right_lines_differ(told: Told) -> None:
    assert told.claims["lines"] == len(told.lines)
    assert told.claims["lines_differing"] == len(told.differing)
    assert bool(told.differing) == bool(told.expected)
    moves = Counter((old[0], new[0]) for old, new in told.lines.values())
    assert {(one["before"], one["after"]): one["count"] for one in told.claims["line_outcomes"]} == moves
    seen = [
        (example["claim_id"], example["line_number"])
        for one in told.claims["by_change"]
        for outcome in one["outcomes"]
        for example in outcome["examples"]
    ]
    assert set(seen) <= set(told.differing)
    for one in told.claims["by_change"]:
        for outcome in one["outcomes"]:
            for example in outcome["examples"]:
                old, new = told.lines[example["claim_id"], example["line_number"]]
                assert (old[0], new[0]) == (outcome["before"], outcome["after"])


def test_the_dollars_are_right(told: Told) -> None:
    paid = [
        tuple(Decimal(side[1]) if side[1] is not None else Decimal(0) for side in sides)
        for sides in told.lines.values()
    ]
    before, after = (sum((amounts[side] for amounts in paid), Decimal(0)) for side in (0, 1))
    amounts = {key: Decimal(value) for key, value in told.claims["amounts"].items()}
    assert amounts == {"before": before, "after": after, "difference": after - before}
    for table in ("by_payer", "by_procedure_code", "by_modifiers", "by_change"):
        total = sum((Decimal(row["difference"]) for row in told.claims[table]), Decimal(0))
        assert total == after - before, table


def test_the_cases_are_there() -> None:
    assert {"uhc-assistant-14-percent", "diagnosis-dropped-from-a-set", "filing-limit-a-day-shorter"} <= set(
        CASES
    )
