"""What is made once for each combination that occurs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

MOST = 100_000
"""Combinations that are remembered; more begin anew, so that memory stays flat."""


class Kept(dict[Any, int]):
    """Values that occur, each once, by what they are made of; `make` makes one."""

    def __init__(self, make: Callable[[Any], Any]) -> None:
        super().__init__()
        self.make = make
        self.values_made: list[Any] = []

    def __missing__(self, key: Any) -> int:
        self.values_made.append(self.make(key))
        place = self[key] = len(self.values_made) - 1
        return place

    def trim(self) -> None:
        if len(self) > MOST:
            self.clear()
            self.values_made.clear()
