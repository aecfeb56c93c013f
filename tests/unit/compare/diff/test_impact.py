"""The sums: every table comes to the same total, and sums of parts are the sums of the whole."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from pollex.backends.interpret.claim import decide
from pollex.compare.diff.blend import Blends
from pollex.compare.diff.decide import BothWays
from pollex.compare.diff.impact import Impact, in_cents, outcomes_in
from pollex.compare.diff.touch import reach
from pollex.synth.claims import synthesis
from unit.compare.diff.trees import between, claim, tree

CHANGES = (
    ("pay 16 percent of fee", "pay 14 percent of fee"),
    ("reduce to 50 percent", "reduce to 33.3 percent"),
    ("more than 90 days after the service", "more than 10 days after the service"),
    ('  - "K56.51"\n', ""),
    ("otherwise allow", "otherwise pend for review by coding"),
    ("12-3456789", "00-0000001"),
)


def both_ways(blended: Blends) -> BothWays:
    return BothWays(
        blended,
        reach(blended.old, blended.new, blended.changes),
        lambda made, given: decide(blended.program(made), given, (), ""),
    )


def added(claims: list[dict[str, Any]], blended: Blends, start: int = 1) -> Impact:
    impact = Impact()
    for position, given in enumerate(claims, start):
        both_ways(blended).add(impact, position, given)
    return impact


def test_every_table_comes_to_the_total() -> None:
    claims = list(synthesis(tree().program, "sums").claims(150))
    impact = added([*claims, claim("80", "51"), claim("51")], between(*CHANGES))
    assert impact.total.differing > 20
    for table in (impact.by_payer, impact.by_code, impact.by_modifier):
        for name in ("lines", "before", "after", "differing"):
            assert sum(getattr(row, name) for row in table.values()) == getattr(impact.total, name)
    assert sum(credit.cents for credit in impact.by_change.values()) == impact.total.difference
    assert sum(credit.flip_share for credit in impact.by_change.values()) == impact.flips
    assert sum(impact.claim_moves.values()) == impact.claims == 152
    assert sum(impact.line_moves.values()) == impact.total.lines
    whole = in_cents({at: credit.cents for at, credit in impact.by_change.items()}, impact.total.difference)
    assert sum(whole.values()) == impact.total.difference


def test_what_is_counted_is_what_deciding_gives() -> None:
    """The same by the long way: every claim decided under both versions, and compared."""
    blended = between(*CHANGES)
    claims = list(synthesis(tree().program, "long way").claims(120))
    impact = added(claims, blended)
    before = after = differing = 0
    for given in claims:
        old, new = (decide(program, given, (), "") for program in (blended.old.program, blended.new.program))
        for was, became in zip(old.lines, new.lines, strict=True):
            amounts = [Fraction(line.allowed_amount or 0) * 100 for line in (was, became)]
            before, after = before + amounts[0], after + amounts[1]
            differing += (was.outcome, was.allowed_amount) != (became.outcome, became.allowed_amount)
    total = impact.total
    assert (total.before, total.after, total.differing) == (before, after, differing)


def test_sums_of_parts_are_the_sums_of_the_whole() -> None:
    blended = between(*CHANGES)
    claims = list(synthesis(tree().program, "parts").claims(90))
    whole = added(claims, blended)
    parts = added(claims[:40], blended)
    parts.merge(added(claims[40:], blended, start=41))
    assert parts == whole


def test_examples_are_the_first_of_each_kind() -> None:
    impact = added([claim(), *(claim("80") for _ in range(5))], between(CHANGES[0]))
    ((key, examples),) = impact.examples.items()
    assert key == ("allow", "allow", 0)
    assert [example.position for example in examples] == [2, 3, 4]


def test_lines_that_wait_for_information_are_told() -> None:
    blended = between(("  when modifier 51\n", "  when modifier 51 and prior authorization is on file\n"))
    impact = added([claim("51")], blended)
    assert impact.line_moves == {("allow", "pend"): 1}
    assert (impact.for_information, impact.asked_for) == (1, {"prior authorization": 1})
    assert impact.new_denials == 0


def test_other_words_are_told_apart_from_the_same() -> None:
    blended = between(("deny with co carc 29", "deny with co carc 29 rarc N211"))
    impact = added([claim(), claim(received_date="2026-09-01")], blended)
    assert (impact.same, impact.reworded, impact.total.differing) == (1, 1, 0)


@pytest.mark.parametrize(
    ("parts", "total", "expected"),
    [
        ({0: Fraction(1, 2), 1: Fraction(1, 2)}, 1, {0: 1, 1: 0}),
        ({0: Fraction(-1, 3), 1: Fraction(-2, 3)}, -1, {0: 0, 1: -1}),
        ({0: Fraction(5), 1: Fraction(-7)}, -2, {0: 5, 1: -7}),
        ({}, 0, {}),
    ],
)
def test_whole_cents_add_up(parts: dict[int, Fraction], total: int, expected: dict[int, int]) -> None:
    assert in_cents(parts, total) == expected


def test_outcomes_stand_in_their_order() -> None:
    assert outcomes_in([("pend", "deny"), ("allow", "pend")]) == ("allow", "deny", "pend")
