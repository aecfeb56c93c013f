"""Claims decided both ways, in one process or several, and added up in the order in which they come.

A claim is read, sent off in a group with others, and forgotten; only sums come back. So many groups are under
way at once that no process waits, and no more: the memory that it takes does not grow with the claims.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Protocol, TypeAlias

from pollex.backends.python.decide import PythonBackend
from pollex.compare.diff.blend import Blends, Made
from pollex.compare.diff.decide import BothWays
from pollex.compare.diff.impact import Impact
from pollex.compare.diff.touch import Reach
from pollex.engine import backend
from pollex.intake.claims import check_claim
from pollex.intake.document import Limits
from pollex.intake.faults import Fault
from pollex.model.decision import Decision

GROUP = 40
AHEAD = 4
"""Groups under way for each process."""
KEPT = 64
Claim: TypeAlias = Mapping[str, Any]
Group: TypeAlias = Sequence[tuple[int, Claim]]
Invalid: TypeAlias = tuple[tuple[int, tuple[Fault, ...]], ...]


@dataclass(frozen=True, slots=True)
class Task:
    """What a process needs to know."""

    blends: Blends
    reach: Reach
    assume: frozenset[str]
    limits: Limits


@dataclass(slots=True)
class Runner:
    """Decides claims in this process. Each is checked once. What decides for a blend is made when it is asked
    for; so many of them are kept, those that were asked for last.
    """

    task: Task
    deciding: dict[Made, PythonBackend] = field(default_factory=dict)

    def run(self, group: Group) -> tuple[Impact, Invalid]:
        """The sums of some claims, and those that are not valid."""
        impact, invalid = Impact(), []
        both = BothWays(self.task.blends, self.task.reach, self.decide)
        for position, claim in group:
            faults = check_claim(claim, self.task.limits)
            if faults:
                invalid.append((position, faults))
            else:
                both.add(impact, position, claim)
        return impact, tuple(invalid)

    def decide(self, made: Made, claim: Claim) -> Decision:
        """The decision with these changes made."""
        found = self.deciding.pop(made, None)
        if found is None:
            found = backend(self.task.blends.program(made))
            if len(self.deciding) >= KEPT:
                del self.deciding[next(iter(self.deciding))]
        self.deciding[made] = found
        return found.decide(claim, self.task.assume)


class Way(Protocol):
    """Decides groups of claims, in order."""

    def results(self, groups: Iterator[Group]) -> Iterator[tuple[int, Impact, Invalid]]:
        """For each group how many claims it had, their sums, and those that are not valid."""


@dataclass(frozen=True, slots=True)
class Alone:
    """In this process."""

    task: Task

    def results(self, groups: Iterator[Group]) -> Iterator[tuple[int, Impact, Invalid]]:
        runner = Runner(self.task)
        for group in groups:
            yield len(group), *runner.run(group)


@dataclass(frozen=True, slots=True)
class Together:
    """In several processes."""

    pool: ProcessPoolExecutor
    jobs: int

    def results(self, groups: Iterator[Group]) -> Iterator[tuple[int, Impact, Invalid]]:
        waiting: deque[tuple[int, Future[tuple[Impact, Invalid]]]] = deque()
        for group in groups:
            waiting.append((len(group), self.pool.submit(_run, group)))
            if len(waiting) >= self.jobs * AHEAD:
                count, future = waiting.popleft()
                yield count, *future.result()
        while waiting:
            count, future = waiting.popleft()
            yield count, *future.result()


@contextmanager
def way(task: Task, jobs: int) -> Iterator[Way]:
    """How so many processes decide; whoever stops asking stops them."""
    if jobs == 1:
        yield Alone(task)
        return
    # Whatever is worked out once is worked out before the processes part.
    _ = task.blends.program(frozenset()), task.blends.program(task.blends.everything)
    method = "fork" if sys.platform == "linux" else "spawn"
    context = multiprocessing.get_context(method)
    pool = ProcessPoolExecutor(jobs, context, initializer=_begin, initargs=(task,))
    try:
        pool.submit(os.getpid).result()  # they part before an engine of SQL has started threads
        yield Together(pool, jobs)
    finally:
        pool.shutdown(cancel_futures=True)


def grouped(claims: Iterator[tuple[int, Claim]]) -> Iterator[Group]:
    """Claims in groups that are worth sending."""
    while group := list(islice(claims, GROUP)):
        yield group


# ------------------------------------------------------------------ in the other process

_here: list[Runner] = []


def _begin(task: Task) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process; one of them says so
    _here[:] = [Runner(task)]


def _run(group: Group) -> tuple[Impact, Invalid]:
    (runner,) = _here
    return runner.run(group)
