"""Decisions made again: what is no longer as it was recorded, and whether the policies explain it.

Two decisions are the same if everything in them is but the engine's version and the digests of policies. A
decision that differs is put down to the policies if one of those that made it has another digest now, or is
no longer in force for it; otherwise to the engine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from pollex.compare.diff.impact import EXAMPLES, Dollars, Example, Move

Document: TypeAlias = Mapping[str, Any]
POLICIES, ENGINE, INVALID = "policies", "engine", "invalid"
OUTCOME, AMOUNT = "outcome", "allowed_amount"
ASSUMPTIONS = "assumptions"


@dataclass(frozen=True, slots=True)
class PolicyDrift:
    """A policy whose digest is another one now; None where it is not in force."""

    id: str
    version: str
    recorded: str | None
    now: str | None


@dataclass(slots=True)
class Drift:
    """The sums. `elements` are the parts of lines that differ, by their keys."""

    decisions: int = 0
    same: int = 0
    causes: Counter[str] = field(default_factory=Counter)
    line_moves: Counter[Move] = field(default_factory=Counter)
    elements: Counter[str] = field(default_factory=Counter)
    total: Dollars = field(default_factory=Dollars)
    policies: dict[tuple[str, str], PolicyDrift] = field(default_factory=dict)
    examples: dict[tuple[str, str], tuple[Example, ...]] = field(default_factory=dict)

    @property
    def differing(self) -> int:
        return self.decisions - self.same

    def add(self, position: int, recorded: Document, now: Document) -> None:
        """Count a decision that was made again."""
        self.decisions += 1
        changed = tuple(_policies(recorded, now))
        for policy in changed:
            self.policies.setdefault((policy.id, policy.version), policy)
        differing = list(_lines(recorded, now))
        cause = POLICIES if changed else ENGINE
        for before, after, elements in differing:
            if elements:
                self.elements.update(elements)
                for element in elements:
                    example = Example(position, str(recorded["claim_id"]), int(after["line_number"]))
                    self._example((cause, element), example)
            self.line_moves[before["outcome"], after["outcome"]] += 1
            self.total.add(_cents(before), _cents(after), bool(elements))
        others = recorded.get(ASSUMPTIONS) != now.get(ASSUMPTIONS)
        if others:
            self.elements[ASSUMPTIONS] += 1
        if others or any(elements for _, _, elements in differing):
            self.causes[cause] += 1
        else:
            self.same += 1

    def add_invalid(self, position: int, recorded: Document) -> None:
        """A claim that was decided once and is not valid now."""
        self.decisions += 1
        self.causes[INVALID] += 1
        self._example((INVALID, "claim"), Example(position, str(recorded["claim_id"]), 1))

    def _example(self, key: tuple[str, str], example: Example) -> None:
        found = self.examples.get(key, ())
        if len(found) < EXAMPLES:
            self.examples[key] = (*found, example)


def _lines(recorded: Document, now: Document) -> Iterator[tuple[Document, Document, tuple[str, ...]]]:
    """Each line, before and after, with the elements that differ."""
    after = {line["line_number"]: line for line in now["lines"]}
    for before in recorded["lines"]:
        found = after[before["line_number"]]
        keys = sorted(before.keys() | found.keys())
        yield before, found, tuple(key for key in keys if before.get(key) != found.get(key))


def _policies(recorded: Document, now: Document) -> Iterator[PolicyDrift]:
    mine = {(one["id"], one["version"]): one["digest"] for one in recorded["policies"]}
    theirs = {(one["id"], one["version"]): one["digest"] for one in now["policies"]}
    for key in sorted(mine.keys() | theirs.keys()):
        if mine.get(key) != theirs.get(key):
            yield PolicyDrift(*key, mine.get(key), theirs.get(key))


def _cents(line: Document) -> int:
    amount = line.get(AMOUNT)
    return 0 if amount is None or line["outcome"] == "pend" else int(amount.replace(".", ""))
