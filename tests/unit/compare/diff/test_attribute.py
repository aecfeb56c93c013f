"""Which change a difference comes from; the parts add up to it exactly."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import permutations

import pytest

from pollex.compare.diff.attribute import LineEffect, Part, Verdict, attributed, verdicts
from pollex.compare.diff.blend import Made
from pollex.model.decision import Decision, LineDecision
from unit.compare.diff.trees import between, claim, decided


def effects(*replaced: tuple[str, str], given: Mapping[str, object]) -> dict[str, Part]:
    blended = between(*replaced)
    before, after = decided(blended, frozenset(), given), decided(blended, blended.everything, given)
    everything = range(len(blended.changes))
    found = attributed(
        before, after, everything, blended.everything, lambda made: decided(blended, made, given)
    )
    if not found:
        return {}
    (effect,) = found
    assert adds_up(effect)
    return {blended.changes[at].name: part for at, part in effect.parts.items()}


def adds_up(effect: LineEffect) -> bool:
    cents = sum((part.cents for part in effect.parts.values()), Fraction(0))
    flip = sum((part.flip for part in effect.parts.values()), Fraction(0))
    return cents == effect.after.paid - effect.before.paid and flip == int(effect.flipped)


SHARE = ("pay 16 percent of fee", "pay 14 percent of fee")
FACTOR = ("reduce to 50 percent", "reduce to 40 percent")
LIMIT = ("more than 90 days after the service", "more than 10 days after the service")
GROUP = ("12-3456789", "99-9999999")


def test_a_change_that_alone_makes_the_difference() -> None:
    assert effects(SHARE, FACTOR, given=claim("80")) == {"assistant": Part(Fraction(0), Fraction(-2000))}
    assert effects(SHARE, FACTOR, given=claim("51")) == {"second": Part(Fraction(0), Fraction(-10000))}
    assert effects(FACTOR, LIMIT, given=claim("80")) == {"late": Part(Fraction(1), Fraction(-16000))}
    assert effects(SHARE, FACTOR, given=claim()) == {}


def test_changes_that_meet_share_by_all_orders() -> None:
    """16 % of half the fee becomes 14 % of 40 %: 80.00 to 56.00 dollars, by either order."""
    found = effects(SHARE, FACTOR, given=claim("80", "51"))
    assert found["assistant"].cents == Fraction(-1000 - 800, 2)
    assert found["second"].cents == Fraction(-1600 - 1400, 2)


def test_a_smaller_share_of_a_line_that_is_denied_now() -> None:
    """Made first, the smaller share takes 20 dollars off; made after the denial, nothing."""
    assert effects(SHARE, FACTOR, LIMIT, given=claim("80")) == {
        "assistant": Part(Fraction(0), Fraction(-2000, 2)),
        "late": Part(Fraction(1), Fraction(-16000 - 14000, 2)),
    }


def test_changes_that_undo_each_other_leave_nothing() -> None:
    assert effects(LIMIT, GROUP, given=claim()) == {}


def test_two_changes_of_which_either_would_do() -> None:
    """Each is given half of the outcome, and half of the dollars."""
    found = effects(LIMIT, ("otherwise allow", "otherwise deny with co carc 96"), given=claim())
    assert set(found) == {"late", "small"}
    assert all(part == Part(Fraction(1, 2), Fraction(-50000)) for part in found.values())


def paid(cents: int) -> Verdict:
    return Verdict("allow", cents)


def game(worth: Mapping[Made, int], players: int) -> LineEffect:
    """A line whose amount hangs on the changes made; sets that are not listed are worth as much as the
    largest of their parts.
    """

    def value(made: Made) -> tuple[Verdict, ...]:
        return (paid(max((amount for part, amount in worth.items() if part <= made), default=0)),)

    everything = frozenset(range(players))
    (effect,) = attributed(value(frozenset()), value(everything), range(players), everything, value)
    assert adds_up(effect)
    return effect


def test_the_mean_over_all_orders() -> None:
    worth = {
        frozenset({0}): 600,
        frozenset({1}): 300,
        frozenset({0, 1}): 1200,
        frozenset({1, 2}): 900,
        frozenset({0, 1, 2}): 1800,
    }
    effect = game(worth, 3)
    for change in range(3):
        steps = []
        for order in permutations(range(3)):
            before = frozenset(order[: order.index(change)])
            values = [
                max((amount for part, amount in worth.items() if part <= made), default=0)
                for made in (before, before | {change})
            ]
            steps.append(values[1] - values[0])
        assert effect.parts[change].cents == Fraction(sum(steps), len(steps))
    assert effect.together
    assert not effect.ordered


def test_more_changes_than_can_be_tried_are_made_in_order() -> None:
    effect = game({frozenset({change}): 100 * (change + 1) for change in range(6)}, 6)
    assert effect.ordered
    assert {change: part.cents for change, part in effect.parts.items()} == dict.fromkeys(range(6), 100)


def test_a_line_whose_amount_becomes_open_has_a_cause() -> None:
    before, after = (Verdict("allow", 0),), (Verdict("allow", None),)
    (effect,) = attributed(before, after, (2,), frozenset({0, 2}), lambda _: after)
    assert effect.parts == {2: Part(Fraction(0), Fraction(0))}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (LineDecision(1, "44120", "allow", "100", "1136.30"), Verdict("allow", 113630)),
        (LineDecision(1, "44120", "deny", "0", "0.00"), Verdict("deny", 0)),
        (LineDecision(1, "44120", "allow", "100", None), Verdict("allow", None)),
        (LineDecision(1, "44120", "pend"), Verdict("pend", None)),
    ],
)
def test_what_matters_of_a_line(line: LineDecision, expected: Verdict) -> None:
    assert verdicts(Decision("c", {"id": "x"}, (line,), (), (), "")) == (expected,)


def test_few_programs_are_asked_for() -> None:
    """Of changes that cannot reach the claim all are made or none, so that programs can be shared."""
    asked: set[Made] = set()
    everything = frozenset(range(20))

    def value(made: Made) -> tuple[Verdict, ...]:
        asked.add(made)
        return (paid(100 * len(made & {3, 7})),)

    for touching in ((3, 7), (3, 7, 9), (2, 3, 7, 11, 13)):
        (effect,) = attributed((paid(0),), (paid(200),), touching, everything, value)
        assert effect.parts == {at: Part(Fraction(0), Fraction(100)) for at in (3, 7)}
    assert all(len(made) <= 2 or len(made) >= 18 for made in asked)
