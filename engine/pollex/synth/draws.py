"""The choices of one claim, made from the seed and the claim's number.

Only `random()` is used: it alone is promised to stay the same from one version of Python to the next.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Weighted(Generic[Item]):
    """Items with whole numbers as weights, ready to be drawn from."""

    items: tuple[Item, ...]
    sums: tuple[int, ...]

    def at(self, part: float) -> Item:
        """The item at a part, from 0 up to 1, of all weights."""
        return self.items[bisect_right(self.sums, int(part * self.sums[-1]))]


def weighted(items: Iterable[tuple[Item, int]]) -> Weighted[Item]:
    """Items of which each has its weight beside it."""
    listed = [(item, weight) for item, weight in items if weight > 0]
    return Weighted(tuple(item for item, _ in listed), tuple(accumulate(weight for _, weight in listed)))


class Draws:
    """A stream of choices."""

    def __init__(self, *names: object) -> None:
        self._next = Random("/".join(map(str, names))).random  # noqa: S311 - nothing here is a secret

    def chance(self, part: float) -> bool:
        """True in that part of all draws."""
        return self._next() < part

    def whole(self, low: int, high: int) -> int:
        """A whole number, both ends counted."""
        return low + int(self._next() * (high - low + 1))

    def one(self, items: Sequence[Item]) -> Item:
        """Any of the items, each as likely."""
        return items[int(self._next() * len(items))]

    def of(self, items: Weighted[Item]) -> Item:
        """Any of the items, by their weights."""
        return items.at(self._next())

    def day(self, first: date, last: date) -> date:
        """A day, both ends counted."""
        return first + timedelta(days=self.whole(0, (last - first).days))

    def digits(self, count: int) -> str:
        """So many digits."""
        return f"{self.whole(0, 10**count - 1):0{count}}"
