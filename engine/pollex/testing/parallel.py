"""Cases run in several processes at once, and handed on in their order, as if one had run them.

A process gets the policies compiled: by inheriting them where processes can be forked, otherwise by copying
them. Cases go to it in groups that do not cross a file, so that a fixture is made few times.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import groupby

from pollex.testing.cases import Case
from pollex.testing.run import CaseResult, Suite

GROUPS_PER_JOB = 4
WORTH_A_JOB = 200
"""From so many cases on, another process saves more time than it takes to start and to get ready."""

Clock = Callable[[], float]
Timed = tuple[CaseResult, float]

_here: list[tuple[Suite, Clock]] = []


def jobs_for(cases: int, processors: int) -> int:
    """How many processes pay."""
    return max(1, min(processors, cases // WORTH_A_JOB))


def run_in_order(suite: Suite, jobs: int, clock: Clock) -> Iterator[Timed]:
    """The result of every case and the seconds that it took; whoever stops asking stops the rest."""
    if jobs == 1:
        yield from (_timed(suite, case, clock) for case in suite.cases)
        return
    suite.prepare()
    pool = ProcessPoolExecutor(jobs, context(), initializer=_begin, initargs=(suite, clock))
    try:
        groups = [(pool.submit(_run, *group), group) for group in _groups(suite.cases, jobs)]
        for future, (begin, end) in groups:
            yield from _results(future, suite.cases[begin:end])
    finally:
        pool.shutdown(cancel_futures=True)


def context() -> multiprocessing.context.BaseContext:
    """How processes begin: as copies of this one where the system lets them."""
    return multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")


def _groups(cases: Sequence[Case], jobs: int) -> Iterator[tuple[int, int]]:
    """Where each group begins and ends."""
    most = max(1, len(cases) // (jobs * GROUPS_PER_JOB))
    begin = 0
    for _, of_file in groupby(cases, key=lambda case: case.span.file):
        end = begin + len(list(of_file))
        yield from ((at, min(at + most, end)) for at in range(begin, end, most))
        begin = end


def _results(future: Future[list[tuple[CaseResult | None, float]]], cases: Sequence[Case]) -> Iterator[Timed]:
    for case, (result, seconds) in zip(cases, future.result(), strict=True):
        yield result or CaseResult(case, (), None, None, None), seconds


# ------------------------------------------------------------------ in the other process


def _begin(suite: Suite, clock: Clock) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process; one of them says so
    _here[:] = [(suite, clock)]


def _run(begin: int, end: int) -> list[tuple[CaseResult | None, float]]:
    """The results of a group; of a case that passed there is nothing to tell but its time."""
    ((suite, clock),) = _here
    timed = [_timed(suite, case, clock) for case in suite.cases[begin:end]]
    return [(None if result.passed else result, seconds) for result, seconds in timed]


def _timed(suite: Suite, case: Case, clock: Clock) -> Timed:
    before = clock()
    result = suite.run(case)
    return result, clock() - before
