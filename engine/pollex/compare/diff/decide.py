"""Deciding claims both ways and adding up; how a program decides a claim is the caller's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pollex.compare.diff.attribute import Verdicts, attributed, verdicts
from pollex.compare.diff.blend import Blends, Made
from pollex.compare.diff.impact import Impact
from pollex.compare.diff.touch import Reach
from pollex.model.decision import Decision

Decider = Callable[[Made, Mapping[str, Any]], Decision]
"""Decides a claim under a blend: with these changes made."""


@dataclass(frozen=True, slots=True)
class BothWays:
    """Decides valid claims before and after."""

    blends: Blends
    reach: Reach
    decide: Decider

    def add(self, impact: Impact, position: int, claim: Mapping[str, Any]) -> None:
        """Decide a claim as often as it takes, and count it."""
        old = self.decide(frozenset(), claim)
        before = verdicts(old)
        touching = self.reach.touching(claim)
        if not touching:
            impact.add_untouched(claim, old, before)
            return
        everything = self.blends.everything
        new = self.decide(everything, claim)
        after = verdicts(new)

        def of_blend(made: Made) -> Verdicts:
            return verdicts(self.decide(made, claim))

        effects = attributed(before, after, touching, everything, of_blend)
        impact.add(position, claim, old, new, effects, (before, after))
