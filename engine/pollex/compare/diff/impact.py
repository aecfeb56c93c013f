"""What a change does to claims, added up: one claim after the other, and sums of sums.

Dollars are whole cents; the parts of a change are exact fractions of them. So every table of dollars comes to
the same total, and the parts of the changes to the same difference. A line that pends, and one whose amount
is open, counts no dollars.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeAlias

from pollex.compare.diff.attribute import LineEffect, Verdicts
from pollex.model.decision import ClaimOutcome, Decision, LineOutcome

NO_MODIFIER = "none"
EXAMPLES = 3
NO_CHANGE = -1
Move: TypeAlias = tuple[str, str]


@dataclass(slots=True)
class Dollars:
    """Lines, and what is paid for them before and after, in cents."""

    lines: int = 0
    before: int = 0
    after: int = 0
    differing: int = 0

    def add(self, before: int, after: int, differing: bool) -> None:
        self.lines += 1
        self.before += before
        self.after += after
        self.differing += differing

    def merge(self, other: Dollars) -> None:
        self.lines += other.lines
        self.before += other.before
        self.after += other.after
        self.differing += other.differing

    @property
    def difference(self) -> int:
        return self.after - self.before


@dataclass(slots=True)
class Credit:
    """What comes from one change: lines that it has to do with, those with another outcome, the part of
    those that is its own, and cents.
    """

    lines: int = 0
    flips: int = 0
    flip_share: Fraction = Fraction(0)
    cents: Fraction = Fraction(0)
    moves: Counter[Move] = field(default_factory=Counter)

    def merge(self, other: Credit) -> None:
        self.lines += other.lines
        self.flips += other.flips
        self.flip_share += other.flip_share
        self.cents += other.cents
        self.moves.update(other.moves)


@dataclass(frozen=True, slots=True, order=True)
class Example:
    """A line of a claim, by the claim's place in the input and its number; nothing else of it is kept."""

    position: int
    claim_id: str
    line_number: int


@dataclass(frozen=True, slots=True)
class Alike:
    """Lines that are decided alike before and after, with one payer, code, modifiers and outcome: how many,
    the cents paid for them, and on how many the amount is open.
    """

    payer: str
    code: str
    modifiers: str
    outcome: LineOutcome
    lines: int
    paid: int
    is_open: int


@dataclass(slots=True)
class Impact:
    """The sums. `untouched` claims can be reached by no change, `same` ones are decided alike; `reworded`
    ones have the same outcomes and amounts, and other reasons, codes, notes or documents.
    """

    claims: int = 0
    untouched: int = 0
    same: int = 0
    reworded: int = 0
    claim_moves: Counter[Move] = field(default_factory=Counter)
    line_moves: Counter[Move] = field(default_factory=Counter)
    total: Dollars = field(default_factory=Dollars)
    by_payer: dict[str, Dollars] = field(default_factory=dict)
    by_code: dict[str, Dollars] = field(default_factory=dict)
    by_modifier: dict[str, Dollars] = field(default_factory=dict)
    by_change: dict[int, Credit] = field(default_factory=dict)
    open_before: int = 0
    open_after: int = 0
    together: int = 0
    ordered: int = 0
    for_information: int = 0
    asked_for: Counter[str] = field(default_factory=Counter)
    examples: dict[tuple[str, str, int], tuple[Example, ...]] = field(default_factory=dict)

    # ------------------------------------------------------------ one claim

    def add(
        self,
        position: int,
        claim: Mapping[str, Any],
        old: Decision,
        new: Decision,
        effects: Iterable[LineEffect],
        verdicts: tuple[Verdicts, Verdicts],
    ) -> None:
        """Count a claim that was decided both ways."""
        self.claims += 1
        self.claim_moves[old.outcome, new.outcome] += 1
        differing = {effect.at: effect for effect in effects}
        for at, (before, after) in enumerate(zip(*verdicts, strict=True)):
            self.line_moves[before.outcome, after.outcome] += 1
            self.open_before += before.outcome == "allow" and before.cents is None
            self.open_after += after.outcome == "allow" and after.cents is None
            self._dollars(claim, at, before.paid, after.paid, at in differing)
        for effect in differing.values():
            self._effect(position, claim, new, effect)
        if not differing:
            self._alike(position, claim, old, new)

    def _dollars(self, claim: Mapping[str, Any], at: int, before: int, after: int, differing: bool) -> None:
        line = claim["lines"][at]
        modifiers = " ".join(line.get("modifiers") or ()) or NO_MODIFIER
        self.total.add(before, after, differing)
        for table, key in (
            (self.by_payer, claim["payer"]["id"]),
            (self.by_code, line["procedure_code"]),
            (self.by_modifier, modifiers),
        ):
            table.setdefault(key, Dollars()).add(before, after, differing)

    def _effect(self, position: int, claim: Mapping[str, Any], new: Decision, effect: LineEffect) -> None:
        line = new.lines[effect.at]
        move = effect.before.outcome, effect.after.outcome
        self.together += effect.together
        self.ordered += effect.ordered
        if effect.flipped and effect.after.outcome == "pend" and line.missing:
            self.for_information += 1
            self.asked_for.update({missing.term for missing in line.missing})
        for change, part in effect.parts.items():
            credit = self.by_change.setdefault(change, Credit())
            credit.lines += 1
            credit.flips += effect.flipped
            credit.flip_share += part.flip if effect.flipped else 0
            credit.cents += part.cents
            credit.moves[move] += 1
            self._example((*move, change), Example(position, str(claim["claim_id"]), line.line_number))

    def _alike(self, position: int, claim: Mapping[str, Any], old: Decision, new: Decision) -> None:
        reworded = [
            after
            for before, after in zip(old.lines, new.lines, strict=True)
            if before.to_dict() != after.to_dict()
        ]
        self.same += not reworded
        self.reworded += bool(reworded)
        for line in reworded[:1]:
            key = line.outcome, line.outcome, NO_CHANGE
            self._example(key, Example(position, str(claim["claim_id"]), line.line_number))

    def add_untouched(self, claim: Mapping[str, Any], decision: Decision, verdicts: Verdicts) -> None:
        """Count a claim that no change can reach: it was decided once."""
        self.claims += 1
        self.untouched += 1
        self.same += 1
        self.claim_moves[decision.outcome, decision.outcome] += 1
        for at, verdict in enumerate(verdicts):
            self.line_moves[verdict.outcome, verdict.outcome] += 1
            is_open = verdict.outcome == "allow" and verdict.cents is None
            self.open_before += is_open
            self.open_after += is_open
            self._dollars(claim, at, verdict.paid, verdict.paid, False)

    def add_alike(
        self, outcomes: Mapping[ClaimOutcome, int], lines: Iterable[Alike], untouched: int = 0
    ) -> None:
        """Count claims that are decided alike, by outcome, and their lines in groups; no change can reach
        so many of them.
        """
        count = sum(outcomes.values())
        self.claims += count
        self.same += count
        self.untouched += untouched
        for outcome, some in outcomes.items():
            self.claim_moves[outcome, outcome] += some
        for group in lines:
            self.line_moves[group.outcome, group.outcome] += group.lines
            self.open_before += group.is_open
            self.open_after += group.is_open
            dollars = Dollars(group.lines, group.paid, group.paid)
            self.total.merge(dollars)
            for table, key in (
                (self.by_payer, group.payer),
                (self.by_code, group.code),
                (self.by_modifier, group.modifiers or NO_MODIFIER),
            ):
                table.setdefault(key, Dollars()).merge(dollars)

    def _example(self, key: tuple[str, str, int], example: Example) -> None:
        found = self.examples.get(key, ())
        self.examples[key] = tuple(sorted((*found, example))[:EXAMPLES])

    # ------------------------------------------------------------ sums of sums

    def merge(self, other: Impact) -> None:
        """Add the sums of other claims."""
        self.claims += other.claims
        self.untouched += other.untouched
        self.same += other.same
        self.reworded += other.reworded
        self.open_before += other.open_before
        self.open_after += other.open_after
        self.together += other.together
        self.ordered += other.ordered
        self.for_information += other.for_information
        for mine, theirs in (
            (self.claim_moves, other.claim_moves),
            (self.line_moves, other.line_moves),
        ):
            mine.update(theirs)
        self.asked_for.update(other.asked_for)
        self.total.merge(other.total)
        for table, more in (
            (self.by_payer, other.by_payer),
            (self.by_code, other.by_code),
            (self.by_modifier, other.by_modifier),
        ):
            for key, dollars in more.items():
                table.setdefault(key, Dollars()).merge(dollars)
        for change, credit in other.by_change.items():
            self.by_change.setdefault(change, Credit()).merge(credit)
        for key_of, examples in other.examples.items():
            for example in examples:
                self._example(key_of, example)

    # ------------------------------------------------------------ what is asked of it

    @property
    def flips(self) -> int:
        """Lines with another outcome."""
        return sum(count for (before, after), count in self.line_moves.items() if before != after)

    @property
    def new_denials(self) -> int:
        """Lines that were not denied and are."""
        return sum(
            count
            for (before, after), count in self.line_moves.items()
            if after == "deny" and before != "deny"
        )


def outcomes_in(moves: Iterable[Move]) -> tuple[str, ...]:
    """The outcomes of a table of moves, in the order in which a report has them."""
    order: tuple[ClaimOutcome, ...] = ("allow", "partial", "deny", "pend", "no_policy")
    seen = {outcome for move in moves for outcome in move}
    return tuple(outcome for outcome in order if outcome in seen)


def in_cents(parts: Mapping[int, Fraction], total: int) -> dict[int, int]:
    """Exact parts as whole cents with the same total: the largest remainders are rounded up."""
    found = {key: int(part // 1) for key, part in parts.items()}
    left = total - sum(found.values())
    by_rest = sorted(parts, key=lambda key: (-(parts[key] % 1), key))
    for key in by_rest[:left]:
        found[key] += 1
    return found
