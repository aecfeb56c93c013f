"""The figures of a run: outcomes, dollars, which rules shaped lines, what was missing.

Sums are exact: money is counted in cents. Two tallies add up to that of both, in any order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from pollex.model.decision import Decision, Document, Reason

CLAIM_OUTCOMES = ("allow", "partial", "deny", "pend", "no_policy")
LINE_OUTCOMES = ("allow", "deny", "pend", "no_policy")
BETWEEN = "\t"
"""Stands between the parts of a counted name; no payer id, name of a rule or term holds it."""


@dataclass(slots=True)
class Tally:
    """Counted so far; `reasons` by payer, rule and effect, lines each. `laid_out`: claims written in columns
    instead of decided.
    """

    decided: int = 0
    laid_out: int = 0
    invalid: int = 0
    unreadable: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    lines: Counter[str] = field(default_factory=Counter)
    cents: Counter[str] = field(default_factory=Counter)
    without: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)

    def count(self, claim: Mapping[str, Any], decision: Decision) -> None:
        """One more claim is decided."""
        self.decided += 1
        self.outcomes[decision.outcome] += 1
        payer = decision.payer["id"]
        for asked, line in zip(claim["lines"], decision.lines, strict=True):
            outcome = line.outcome
            self.lines[outcome] += 1
            charge = asked.get("charge_amount")
            if charge is None:
                self.without["charge"] += 1
            else:
                self.cents[f"charged {outcome}"] += in_cents(charge)
            if line.allowed_amount is not None:
                self.cents["allowed"] += in_cents(line.allowed_amount)
            elif outcome == "allow":
                self.without["amount"] += 1
            for reason in filter(_shapes, line.reasons):
                self.reasons[f"{payer}{BETWEEN}{reason.rule}{BETWEEN}{reason.effect}"] += 1
            for term in {missing.term for missing in line.missing}:
                self.missing[term] += 1

    @property
    def claims(self) -> int:
        """All that have been read."""
        return self.decided + self.laid_out + self.invalid

    def refuse(self, position: int) -> None:
        """A claim is not valid; position 0 is an input as a whole."""
        self.invalid += position > 0
        self.unreadable += position == 0

    def add(self, other: Tally) -> None:
        """The claims of another tally count too."""
        self.decided += other.decided
        self.laid_out += other.laid_out
        self.invalid += other.invalid
        self.unreadable += other.unreadable
        for name in COUNTERS:
            getattr(self, name).update(getattr(other, name))

    def to_dict(self) -> dict[str, Any]:
        """As a checkpoint keeps it."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Tally:
        return cls(**{**kept, **{name: Counter(kept[name]) for name in COUNTERS}})


def _shapes(reason: Reason) -> bool:
    """A note changes nothing, and that a line is allowed where no rule speaks is no news."""
    return reason.effect != "note" and (reason.rule, reason.effect) != ("otherwise", "allow")


COUNTERS = ("outcomes", "lines", "cents", "without", "reasons", "missing")


def summary(tally: Tally) -> Document:
    """What schemas/batch-summary.schema.json describes."""
    charged = {outcome: tally.cents[f"charged {outcome}"] for outcome in LINE_OUTCOMES}
    reasons = [(*name.split(BETWEEN), lines) for name, lines in most(tally.reasons)]
    return {
        "claims": {
            "decided": tally.decided,
            "invalid": tally.invalid,
            "outcomes": {outcome: tally.outcomes[outcome] for outcome in CLAIM_OUTCOMES},
        },
        "lines": {
            "decided": tally.lines.total(),
            "outcomes": {outcome: tally.lines[outcome] for outcome in LINE_OUTCOMES},
        },
        "dollars": {
            "charge_amount": dollars(sum(charged.values())),
            "charge_amount_by_outcome": {outcome: dollars(cents) for outcome, cents in charged.items()},
            "allowed_amount": dollars(tally.cents["allowed"]),
            "lines_without_charge": tally.without["charge"],
            "allowed_lines_without_amount": tally.without["amount"],
        },
        "unreadable_inputs": tally.unreadable,
        "reasons": [
            {"payer": payer, "rule": rule, "effect": effect, "lines": lines}
            for payer, rule, effect, lines in reasons
        ],
        "missing": [{"term": term, "lines": lines} for term, lines in most(tally.missing)],
    }


def laid_out_summary(tally: Tally) -> Document:
    """The same of claims that were laid out in columns."""
    return {
        "claims": {"laid_out": tally.laid_out, "invalid": tally.invalid},
        "unreadable_inputs": tally.unreadable,
    }


def most(counter: Counter[str]) -> list[tuple[str, int]]:
    """The most frequent first; equals by name."""
    return sorted(counter.items(), key=lambda item: (-item[1], item[0]))


def in_cents(amount: str) -> int:
    """`1136.3` dollars are 113630 cents; amounts of claims and decisions have at most two places."""
    whole, _, places = amount.partition(".")
    return int(whole) * 100 + int(places.ljust(2, "0") or "0")


def dollars(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"
