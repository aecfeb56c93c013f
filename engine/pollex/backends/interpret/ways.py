"""Sets of ways of completing what is missing, and in which of them a condition is true.

A *way* gives each variable one of its rows of answers. A set of ways is a whole number with one bit for each
way, so that `and` is `&`, `or` is `|`, and a condition is asked once for all ways together. What cannot be
asked so is done once for all those ways that it does not tell apart (`apart`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
from typing import TypeAlias, TypeVar

from pollex.backends.interpret.elements import Element, Leaf, LineRef
from pollex.backends.interpret.evaluate import Evaluator, LeafKey
from pollex.ir.nodes import All, AnyOf, AtLeast, Condition, Exists, Not

Set: TypeAlias = int
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Variable:
    """Leaves that turn together, the rows of answers they can give, and the elements they hang on."""

    keys: tuple[LeafKey, ...]
    rows: tuple[tuple[bool, ...], ...]
    elements: frozenset[Element]


@dataclass(slots=True)
class Branch:
    """Ways that have gone together so far; those that part from them are left for another time."""

    ways: Set
    left: list[Set]

    def holds(self, true: Set) -> bool:
        """Whether these ways are among those where something is true; where only some are, they go on."""
        inside = true & self.ways
        if inside and inside != self.ways:
            self.left.append(self.ways ^ inside)
            self.ways = inside
        return inside != 0


def apart(ways: Set, work: Callable[[Branch], T]) -> list[tuple[Set, T]]:
    """What the work comes to in each of the ways, with those together that it does not tell apart."""
    left, found = [ways], []
    while left:
        branch = Branch(left.pop(), left)
        result = work(branch)
        found.append((branch.ways, result))
    return found


class Ways:
    """All ways in which variables can turn out: the last variable turns fastest."""

    __slots__ = ("_evaluator", "_rows", "_strides", "_true", "all")

    def __init__(self, variables: Sequence[Variable], evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        count = prod(len(variable.rows) for variable in variables)
        self.all: Set = (1 << count) - 1
        self._strides: list[int] = []
        self._rows: list[list[Set]] = []
        self._true: dict[LeafKey, Set] = {}
        stride = count
        for variable in variables:
            again = self.all // ((1 << stride) - 1)
            stride //= len(variable.rows)
            block = (1 << stride) - 1
            rows = [(block << row * stride) * again for row in range(len(variable.rows))]
            self._strides.append(stride)
            self._rows.append(rows)
            for place, key in enumerate(variable.keys):
                self._true[key] = sum(
                    ways for ways, row in zip(rows, variable.rows, strict=True) if row[place]
                )

    def turns(self, ways: Set, place: int) -> bool:
        """Whether a way can leave the set, or come into it, by the variable at a place alone."""
        rows, stride = self._rows[place], self._strides[place]
        first = ways & rows[0]
        return any((ways & row) >> at * stride != first for at, row in enumerate(rows))

    def assumed(self, branch: Branch) -> Assumed:
        """Answers of leaves in the ways of a branch."""
        return Assumed(self._true, branch)

    def true(self, condition: Condition, this: LineRef, other: LineRef | None = None) -> Set:
        """The ways in which a condition is true."""
        match condition:
            case All(items):
                return self._every(items, this, other)
            case AnyOf(items):
                found = 0
                for item in items:
                    found |= self.true(item, this, other)
                return found
            case Not(item):
                return self.all ^ self.true(item, this, other)
            case AtLeast(count, items):
                reached = [self.all, *[0] * count]
                for item in items:
                    found = self.true(item, this, other)
                    for more in range(count, 0, -1):
                        reached[more] |= reached[more - 1] & found
                return reached[count]
            case Exists(lines, fact):
                found = self._true.get((condition, this, None), 0)
                for ref in self._evaluator.candidates(lines, this):
                    found |= self._every((lines.where, fact), this, ref)
                return found
        answer = self._evaluator.answered(condition, this, other)
        if isinstance(answer, Leaf):
            # One that no variable holds stands beside a leaf that is false, and never matters.
            return self._true.get((condition, this, other), 0)
        return self.all if answer else 0

    def _every(self, items: Sequence[Condition], this: LineRef, other: LineRef | None) -> Set:
        found = self.all
        for item in items:
            found &= self.true(item, this, other)
            if not found:
                return 0
        return found


@dataclass(frozen=True, slots=True)
class Assumed:
    """Answers of the leaves that are unknown, in the ways of a branch."""

    true: dict[LeafKey, Set]
    branch: Branch

    def get(self, key: LeafKey) -> bool | None:
        found = self.true.get(key)
        return None if found is None else self.branch.holds(found)
