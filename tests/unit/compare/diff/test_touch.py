"""Claims that no change can reach are decided alike; the proof is held against deciding them."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from pollex.backends.interpret.claim import decide
from pollex.compare.diff.blend import Blends
from pollex.compare.diff.touch import Reach, reach
from pollex.synth.claims import synthesis
from unit.compare.diff.trees import between, claim, tree

CHANGES = (
    ("pay 16 percent of fee", "pay 14 percent of fee"),
    ("when modifier 51\n", "when modifier 51 and no modifier 80\n"),
    ("12-3456789", "00-0000001"),
    ('  - "K56.51"\n', ""),
    ('units: "3"', 'units: "1"'),
    ("more than 90 days after the service", "more than 30 days after the service"),
    ("modifier 22 and any", "modifier 24 and any"),
    ('members: ["44120", "44121"]', 'members: ["44120", "44121", "44125"]'),
    ("rule second\n", "rule second\n  on lines with cpt 44121\n"),
)


def reaching(*replaced: tuple[str, str]) -> tuple[Blends, Reach]:
    blended = between(*replaced)
    return blended, reach(blended.old, blended.new, blended.changes)


@cache
def some_claims() -> tuple[dict[str, Any], ...]:
    return tuple(synthesis(tree().program, "touch").claims(250))


@pytest.mark.parametrize("replaced", CHANGES)
def test_claims_that_are_not_reached_are_decided_alike(replaced: tuple[str, str]) -> None:
    blended, found = reaching(replaced)
    reached = 0
    for given in some_claims():
        if found.touching(given):
            reached += 1
            continue
        old, new = (decide(program, given, (), "") for program in (blended.old.program, blended.new.program))
        assert [line.to_dict() for line in old.lines] == [line.to_dict() for line in new.lines]
    assert reached < len(some_claims())


@pytest.mark.parametrize(
    ("replaced", "given", "is_reached"),
    [
        (CHANGES[0], claim("80"), True),
        (CHANGES[0], claim("51"), False),
        (CHANGES[0], claim("80", payer={"id": "aetna"}), False),
        (CHANGES[1], claim("51"), True),
        (CHANGES[2], claim(), True),
        (CHANGES[3], claim(), False),
        (CHANGES[3], claim(diagnoses=[{"code": "K56.51"}]), True),
        (CHANGES[3], claim(diagnoses=[{"code": "K5651"}]), True),
        (CHANGES[4], claim(), False),
        (CHANGES[4], claim(procedure_code="44121"), True),
        (CHANGES[6], claim(), True),
    ],
)
def test_what_is_reached(replaced: tuple[str, str], given: dict[str, Any], is_reached: bool) -> None:
    assert bool(reaching(replaced)[1].touching(given)) is is_reached


def test_a_date_outside_every_version_is_not_reached() -> None:
    given = claim("80")
    given["lines"][0]["service_date"] = "2025-12-31"
    assert reaching(CHANGES[0])[1].touching(given) == ()


def test_each_change_is_told_apart() -> None:
    blended, found = reaching(CHANGES[0], CHANGES[4])
    names = [blended.changes[at].name for at in found.touching(claim("80"))]
    assert names == ["assistant"]
    assert len(found.touching(claim("80", procedure_code="44121"))) == 2
