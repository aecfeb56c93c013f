"""What the rules say in every language of expressions, spelled as the language spells it.

A rule is a number: it holds (1), does not (0), or is not known (2). There is no word for what is not known
but `null`, which every rule has to mind by itself.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spelling:
    """`negation` stands before a condition in brackets, `both` and `either` between two, `claim` before an
    element of the claim.
    """

    negation: str
    both: str
    either: str
    claim: str = ""

    def has(self, *modifiers: str) -> str:
        """Whether a line has one of the modifiers."""
        asked = f" {self.either} ".join(f"'{modifier}' in l.modifiers" for modifier in modifiers)
        return f"({asked})"

    def state(self, condition: str) -> str:
        """Of a rule that is always known."""
        return f"({condition}) ? 1 : 0"

    def where(self, scope: str, unknown: str, condition: str) -> str:
        """Of a rule that is not known where something is missing, and does not hold out of its scope."""
        return f"{self.negation}({scope}) ? 0 : (({unknown}) ? 2 : (({condition}) ? 1 : 0))"

    def found_or_not_known(self, scope: str, found: str, since: str) -> str:
        """What is found counts; that nothing is there is known back to a day only."""
        return f"{self.negation}({scope}) ? 0 : (({found}) ? 1 : (({self.complete(since)}) ? 0 : 2))"

    def complete(self, since: str) -> str:
        """Whether the history is known back to a day."""
        day = f"{self.claim}since"
        return f"{day} != null {self.both} {day} <= {since}"
