"""What the columns of a query's lines stand for: policies that speak of them, effects in force, numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from pollex.backends.sql.firing import InForce, Otherwise
from pollex.ir.nodes import Const
from pollex.ir.program import Cap, Effect, Factor, Off, Share


@dataclass(frozen=True, slots=True)
class Shape:
    """`otherwise` has a column for each policy, `words` one for each number of bits; `numbers` are those of
    effects that are no constants, by their columns.
    """

    otherwise: tuple[Otherwise, ...]
    words: tuple[tuple[InForce, ...], ...]
    numbers: Mapping[str, InForce]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of policies and of effects."""
        bits = (f"in_force_{number}" for number in range(1, len(self.words) + 1))
        return (*(one.under for one in self.otherwise), *bits)


def number_of(effect: Effect) -> object:
    """What an effect multiplies, takes off or caps; None where it does none of that."""
    match effect:
        case Share(number) | Factor(number) | Off(number) | Cap(number):
            return number
    return None


def is_constant(effect: Effect) -> bool:
    """Whether an effect's number is always the same."""
    number = number_of(effect)
    return isinstance(number, Const) and isinstance(number.value, Fraction)
