"""On which day an answer changes: asked in strides, then narrowed down to the day.

An answer that changes and changes back within one stride is not seen; strides are short beside the windows
that payers count in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

Run: TypeAlias = tuple[int, int | None, str]
"""The same answer from a day through another; None: through all that was asked."""


def runs(ask: Callable[[int], str], first: int, last: int, stride: int) -> Iterator[Run]:
    """The stretches of days with one answer, from a day through another."""
    began, answer, day = first, ask(first), first
    while day < last:
        ahead = min(day + stride, last)
        if ask(ahead) == answer:
            day = ahead
            continue
        low, high = day, ahead
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if ask(middle) == answer else (low, middle)
        yield began, low, answer
        began, answer, day = high, ask(high), high
    yield began, None, answer
