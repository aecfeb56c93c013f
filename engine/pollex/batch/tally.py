"""The figures of a run: outcomes, dollars, which rules shaped lines, what was missing.

Sums are exact: money is counted in cents. Two tallies add up to that of both, in any order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from pollex.model.decision import Document

CLAIM_OUTCOMES = ("allow", "partial", "deny", "pend", "no_policy")
LINE_OUTCOMES = ("allow", "deny", "pend", "no_policy")
CHARGED = {outcome: f"charged {outcome}" for outcome in LINE_OUTCOMES}
BETWEEN = "\t"
"""Stands between the parts of a counted name; no payer id, name of a rule or term holds it."""
AMOUNT = "an amount"


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


def shapes(rule: str, effect: str) -> bool:
    """A note changes nothing, and that a line is allowed where no rule speaks is no news."""
    return effect != "note" and (rule, effect) != ("otherwise", "allow")


def named(payer: str, rule: str, effect: str) -> str:
    """A reason as it is counted. Dollars are left out: a cap by the charge has others on each line, and there
    would be as many reasons as lines.
    """
    said, dollar, _ = effect.partition("$")
    return f"{payer}{BETWEEN}{rule}{BETWEEN}{said}{AMOUNT if dollar else ''}"


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


def in_cents(amounts: Iterable[str]) -> int:
    """The cents of amounts of claims and decisions, which have at most two places: `1136.3` are 113630."""
    return sum(
        [
            int(amount.replace(".", "")) if amount[-3:-2] == "." else _cents(*amount.partition("."))
            for amount in amounts
        ]
    )


def _cents(whole: str, _: str, places: str) -> int:
    return int(whole) * 100 + int(places.ljust(2, "0"))


def dollars(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"
