"""The geometry of charts, in the units of an SVG's viewBox; how they look is the page's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

WIDTH, LABELS, FIGURES, ROW = 860, 230, 130, 26
LONGEST = 34


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with its name on the left and its figure behind it; `negative` ones go to the left of zero."""

    name: str
    figure: str
    x: float
    y: int
    width: float
    negative: bool


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars around a zero, one below the other."""

    bars: tuple[Bar, ...]
    zero: float
    width: int
    height: int
    labels: int


@dataclass(frozen=True, slots=True)
class Stack:
    """A whole by its parts."""

    name: str
    parts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a stack; `share` is its percentage, `wide` whether there is room to write on it."""

    kind: str
    count: int
    share: float
    x: float
    y: int
    width: float
    wide: bool


@dataclass(frozen=True, slots=True)
class Stacks:
    """Stacks, one below the other."""

    names: tuple[tuple[str, int], ...]
    parts: tuple[Part, ...]
    width: int
    height: int
    kinds: tuple[str, ...]


def bars(values: Iterable[tuple[str, int, str]]) -> Bars:
    """Bars of values, each with its name and the figure to show."""
    listed = list(values)
    low = min([0, *(value for _, value, _ in listed)])
    high = max([0, *(value for _, value, _ in listed)])
    room = WIDTH - LABELS - 2 * FIGURES
    scale = room / (high - low) if high > low else 0.0
    zero = LABELS + FIGURES - low * scale
    made = tuple(
        Bar(
            _short(name),
            figure,
            round(zero + min(value, 0) * scale, 1),
            at * ROW,
            round(max(abs(value) * scale, 1.0), 1),
            value < 0,
        )
        for at, (name, value, figure) in enumerate(listed)
    )
    return Bars(made, round(zero, 1), WIDTH, len(made) * ROW, LABELS)


def stacks(given: Iterable[Stack]) -> Stacks:
    """Stacks to the same width, each its own whole."""
    listed = list(given)
    start, room = LABELS // 2, WIDTH - LABELS // 2
    parts: list[Part] = []
    for at, stack in enumerate(listed):
        total, done = sum(count for _, count in stack.parts), 0
        for kind, count in stack.parts:
            if count:
                x, width = start + room * done / total, room * count / total
                share = round(100 * count / total, 1)
                parts.append(Part(kind, count, share, round(x, 1), at * 2 * ROW, round(width, 1), width > 60))
            done += count
    kinds = tuple(dict.fromkeys(part.kind for part in parts))
    names = tuple((stack.name, at * 2 * ROW) for at, stack in enumerate(listed))
    return Stacks(names, tuple(parts), WIDTH, len(listed) * 2 * ROW, kinds)


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
