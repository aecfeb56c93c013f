"""Several works measured turn by turn, so that what else the machine does falls on all of them alike."""

from __future__ import annotations

import gc
import resource
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

Work = Callable[[], object]


@dataclass(frozen=True)
class Bench:
    """`works` makes what is measured, for a number of items; `floor` is what the others are held to."""

    goal: str
    floor: str
    works: Callable[[int], Mapping[str, Work]]


def measured(works: Mapping[str, Work], rounds: int) -> dict[str, float]:
    """The median of each work's seconds of processor time."""
    for run in works.values():  # once unmeasured: what is loaded on first use is no part of the work
        run()
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, run in works.items():
            gc.collect()
            began = processor_time()
            run()
            times[name].append(processor_time() - began)
    return {name: median(taken) for name, taken in times.items()}


def processor_time() -> float:
    """Of this process and of those that it has started and seen end."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime
