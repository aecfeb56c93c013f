"""Effects in force as bits of whole numbers: what crosses the stages of a query stays narrow.

Each stratum's effects fill numbers of their own (`in_force_1`, `in_force_2` …), `BITS` in each, in the order
of the effects. A bit is set where its effect is known to be in force.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pollex.backends.sql.dialect import Dialect
from pollex.backends.sql.firing import InForce
from pollex.backends.wording import effect_text

BITS = 60
"""Of a number of 64, with room for its sign."""


@dataclass(slots=True)
class Bits:
    """Where each effect stands."""

    dialect: Dialect
    places: dict[int, tuple[int, int]] = field(default_factory=dict)
    words: list[list[InForce]] = field(default_factory=list)

    def add(self, effects: Sequence[InForce]) -> dict[str, str]:
        """Give effects their places; the columns that hold them."""
        columns = {}
        for start in range(0, len(effects), BITS):
            word = list(effects[start : start + BITS])
            self.words.append(word)
            for bit, one in enumerate(word):
                self.places[id(one)] = len(self.words), 1 << bit
            columns[f"in_force_{len(self.words)}"] = self._number(word)
        return columns

    @property
    def columns(self) -> list[str]:
        return [f"in_force_{number}" for number in range(1, len(self.words) + 1)]

    def of(self, one: InForce) -> str:
        """Whether an effect is in force."""
        return self.some([one])

    def some(self, effects: Iterable[InForce]) -> str:
        """Whether one of the effects is in force."""
        wanted: dict[int, int] = {}
        for one in effects:
            number, bit = self.places[id(one)]
            wanted[number] = wanted.get(number, 0) | bit
        asked = [f"(this.in_force_{number} & {bits}) <> 0" for number, bits in sorted(wanted.items())]
        return f"({' OR '.join(asked)})" if asked else "FALSE"

    def _number(self, word: Sequence[InForce]) -> str:
        """The effects as bits, each under its rule and what it does."""
        parts = []
        for bit, one in enumerate(word):
            said = " ".join(effect_text(one.effect).split())
            parts.append(self.dialect.remark(f"{one.clause.name}: {said}"))
            parts.append(f"{'+' if bit else ' '} CASE WHEN {one.holds.text} THEN {1 << bit} ELSE 0 END")
        return "CAST(\n" + "\n".join(parts) + "\nAS BIGINT)"
