"""Which change a different decision comes from.

Where one change alone can reach a claim, all of the difference is its own. Where several can, the claim is
decided with each subset of them made, and each gets the mean of what it adds over all orders in which they
could be made (the Shapley value): the parts of a line add up to its difference exactly, whatever the changes
do together. Changes that make no difference, made first or made last, are left out before; should the rest
not explain all of the difference, or be more than `MOST`, the changes are made one after the other, in the
order of the list, and each gets what it adds then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations
from math import factorial
from typing import TypeAlias

from pollex.compare.diff.blend import Made
from pollex.model.decision import Decision, LineDecision, LineOutcome

MOST = 4
NOTHING: Made = frozenset()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What matters of a line's decision; `cents` is None where no amount is decided."""

    outcome: LineOutcome
    cents: int | None

    @property
    def paid(self) -> int:
        """Cents that are decided to be paid now: none on a line that pends or whose amount is open."""
        return self.cents or 0


Verdicts: TypeAlias = tuple[Verdict, ...]
Decide: TypeAlias = Callable[[Made], Verdicts]


@dataclass(frozen=True, slots=True)
class Part:
    """What one change has to do with a line: of a changed outcome its share, and cents."""

    flip: Fraction
    cents: Fraction


@dataclass(frozen=True, slots=True)
class LineEffect:
    """A line that is decided differently, and what each change has to do with that. `ordered`: the parts are
    those of one order, not of all.
    """

    at: int
    before: Verdict
    after: Verdict
    parts: Mapping[int, Part] = field(hash=False)
    ordered: bool = False

    @property
    def flipped(self) -> bool:
        return self.before.outcome != self.after.outcome

    @property
    def together(self) -> bool:
        """Whether several changes have to do with it."""
        return len(self.parts) > 1


def verdicts(decision: Decision) -> Verdicts:
    """What matters of every line."""
    return tuple(_verdict(line) for line in decision.lines)


def _verdict(line: LineDecision) -> Verdict:
    amount = line.allowed_amount
    cents = None if amount is None else int(amount.replace(".", ""))
    return Verdict(line.outcome, None if line.outcome == "pend" else cents)


def attributed(
    before: Verdicts, after: Verdicts, touching: Sequence[int], everything: Made, decide: Decide
) -> tuple[LineEffect, ...]:
    """The lines that differ. `touching` are the changes that can reach the claim, `everything` all there are;
    `decide` decides the claim with some of them made.
    """
    lines = [at for at, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
    if not lines:
        return ()
    known: dict[Made, Verdicts] = {NOTHING: before}
    rest = everything - frozenset(touching)

    def value(made: Made) -> Verdicts:
        """Changes that cannot reach the claim may be made or not: as it takes the fewest programs."""
        if made not in known:
            filled = made if 2 * len(made) <= len(touching) else made | rest
            known[made] = after if filled == everything else decide(filled)
        return known[made]

    players, ordered = _players(touching, value, before, after)
    parts = _in_order(players, value, lines) if ordered else _over_all_orders(players, value, lines)
    return tuple(
        LineEffect(at, before[at], after[at], parts[at], ordered and len(players) > 1) for at in lines
    )


def _players(
    touching: Sequence[int], value: Decide, before: Verdicts, after: Verdicts
) -> tuple[tuple[int, ...], bool]:
    """The changes to share among, and whether they are made in one order only."""
    whole = frozenset(touching)
    if len(touching) == 1:
        return tuple(touching), False
    matter = tuple(
        change
        for change in touching
        if value(frozenset((change,))) != before or value(whole - {change}) != after
    )
    if not matter or len(matter) > MOST or value(frozenset(matter)) != after:
        return tuple(touching), len(touching) > MOST
    return matter, False


def _over_all_orders(
    players: tuple[int, ...], value: Decide, lines: Sequence[int]
) -> dict[int, dict[int, Part]]:
    """The Shapley value of each change, for each line."""
    whole, count = frozenset(players), len(players)
    found: dict[int, dict[int, Part]] = {at: {} for at in lines}
    for change in players:
        others = [one for one in players if one != change]
        for at in lines:
            flip, cents = Fraction(0), Fraction(0)
            for size in range(count):
                weight = Fraction(factorial(size) * factorial(count - size - 1), factorial(count))
                for chosen in combinations(others, size):
                    made = frozenset(chosen)
                    step = _step(value(made)[at], value(made | {change})[at], value(whole)[at])
                    flip += weight * step.flip
                    cents += weight * step.cents
            if flip or cents:
                found[at][change] = Part(flip, cents)
    return _with_a_cause(found, players)


def _in_order(players: tuple[int, ...], value: Decide, lines: Sequence[int]) -> dict[int, dict[int, Part]]:
    """What each change adds, made after those before it."""
    end = value(frozenset(players))
    found: dict[int, dict[int, Part]] = {at: {} for at in lines}
    made = NOTHING
    for change in players:
        then = made | {change}
        for at in lines:
            step = _step(value(made)[at], value(then)[at], end[at])
            if step.flip or step.cents:
                found[at][change] = step
        made = then
    return _with_a_cause(found, players)


def _step(was: Verdict, became: Verdict, end: Verdict) -> Part:
    """What a step adds: towards the outcome that comes out in the end, and in cents."""
    flip = int(became.outcome == end.outcome) - int(was.outcome == end.outcome)
    return Part(Fraction(flip), Fraction(became.paid - was.paid))


def _with_a_cause(found: dict[int, dict[int, Part]], players: tuple[int, ...]) -> dict[int, dict[int, Part]]:
    """An amount that was open and is nothing now, or the reverse, changes neither outcome nor cents: it is
    put down to the changes there are.
    """
    nothing = Part(Fraction(0), Fraction(0))
    return {at: parts or dict.fromkeys(players, nothing) for at, parts in found.items()}
