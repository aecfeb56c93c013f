"""Several works measured turn by turn, so that what else the machine does falls on all of them alike."""

from __future__ import annotations

import gc
import resource
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median
from typing import Any

Work = Callable[[], object]


class Unequal(Exception):  # noqa: N818 - no fault of the bench: what it was made to find
    """Answers that had to be equal are not; nothing is measured then."""


@dataclass(frozen=True)
class Bench:
    """`works` makes what is measured, for a number of items; `floor` is what the others are held to.

    `lines` says what was measured where that is more than ratios to a floor, for so many rounds and items.
    """

    goal: str
    floor: str
    works: Callable[[int], Mapping[str, Work]]
    lines: Callable[[int, int], Iterable[str]] | None = None

    def measure(self, rounds: int, scale: int) -> Iterator[str]:
        """What was measured, line by line."""
        if self.lines is not None:
            yield from self.lines(rounds, scale)
        else:
            yield from ratios(self.works(scale), self.floor, rounds, scale)


@dataclass(frozen=True)
class OneByOne:
    """Microseconds of processor time an item: the median of all items, and their mean."""

    median: float
    mean: float


def ratios(works: Mapping[str, Work], floor: str, rounds: int, scale: int) -> Iterator[str]:
    """A line for each work, with its ratio to the floor."""
    times = measured(works, rounds)
    yield f"median of {rounds} rounds, each work once a round, seconds of processor time"
    for work, seconds in times.items():
        ratio = "floor" if work == floor else f"{seconds / times[floor]:,.1f} x floor"
        yield f"{work.format(scale=f'{scale:,}'):<58} {seconds:>9.4f} s  {ratio:>16}"


def measured(works: Mapping[str, Work], rounds: int) -> dict[str, float]:
    """The median of each work's seconds of processor time."""
    for run in works.values():  # once unmeasured: what is loaded on first use is no part of the work
        run()
    times: dict[str, list[float]] = {name: [] for name in works}
    for name, run in turns(works, rounds):
        began = processor_time()
        run()
        times[name].append(processor_time() - began)
    return {name: median(taken) for name, taken in times.items()}


def measured_one_by_one(
    works: Mapping[str, tuple[Callable[[Any], object], Sequence[Any]]], rounds: int
) -> dict[str, OneByOne]:
    """Each work is done with each of its items, once a round, and timed item by item."""
    for run, items in works.values():
        for item in items:
            run(item)
    taken: dict[str, list[OneByOne]] = {name: [] for name in works}
    for name, (run, items) in turns(works, rounds):
        times = []
        for item in items:
            began = time.process_time_ns()
            run(item)
            times.append((time.process_time_ns() - began) / 1000)
        taken[name].append(OneByOne(median(times), fmean(times)))
    return {
        name: OneByOne(median(one.median for one in found), median(one.mean for one in found))
        for name, found in taken.items()
    }


def turns(works: Mapping[str, Any], rounds: int) -> Iterator[tuple[str, Any]]:
    """Every work once a round, each after what others left behind is cleared away."""
    for _ in range(rounds):
        for name, work in works.items():
            gc.collect()
            yield name, work


def processor_time() -> float:
    """Of this process and of those that it has started and seen end."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime
