"""What decisions have for a tally: gathered claim by claim, counted at the end, the same things together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from pollex.batch.tally import CHARGED, LINE_OUTCOMES, Tally, in_cents, named, shapes
from pollex.model.decision import Decision, Reason


class Gathered:
    """What has been gathered so far; `open`: allowed lines without an amount."""

    __slots__ = ("allowed", "charges", "missing", "open", "outcomes", "reasons")

    def __init__(self) -> None:
        self.outcomes: list[str] = []
        self.charges: dict[str, list[str | None]] = {outcome: [] for outcome in LINE_OUTCOMES}
        self.allowed: list[str] = []
        self.open = 0
        self.reasons: defaultdict[str, list[Reason]] = defaultdict(list)
        self.missing: list[str] = []

    def add(self, claim: Mapping[str, Any], decision: Decision) -> None:
        """One more claim is decided."""
        self.outcomes.append(decision.outcome)
        charges, allowed, reasons = self.charges, self.allowed, self.reasons[decision.payer["id"] or ""]
        for asked, line in zip(claim["lines"], decision.lines, strict=True):
            outcome, amount = line.outcome, line.allowed_amount
            charges[outcome].append(asked.get("charge_amount"))
            if amount is not None:
                allowed.append(amount)
            elif outcome == "allow":
                self.open += 1
            reasons += line.reasons
            if line.missing:
                self.missing += {element.term for element in line.missing}

    def count(self, tally: Tally) -> None:
        """Count all of it."""
        tally.decided += len(self.outcomes)
        tally.outcomes.update(self.outcomes)
        tally.missing.update(self.missing)
        for outcome, charges in self.charges.items():
            if charges:
                tally.lines[outcome] += len(charges)
            if given := [charge for charge in charges if charge is not None]:
                tally.cents[CHARGED[outcome]] += in_cents(given)
            if len(given) < len(charges):
                tally.without["charge"] += len(charges) - len(given)
        if self.allowed:
            tally.cents["allowed"] += in_cents(self.allowed)
        if self.open:
            tally.without["amount"] += self.open
        for payer, reasons in self.reasons.items():
            for (rule, effect), lines in _alike(reasons).items():
                if shapes(rule, effect):
                    tally.reasons[named(payer, rule, effect)] += lines


def _alike(reasons: Iterable[Reason]) -> Mapping[tuple[str, str], int]:
    """How often each rule gave an effect; after the sign of dollars nothing tells effects apart."""
    lines = defaultdict[tuple[str, str], int](int)
    for reason in reasons:
        effect = reason.effect
        lines[reason.rule, effect[: effect.index("$") + 1] if "$" in effect else effect] += 1
    return lines
