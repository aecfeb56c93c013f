"""Chunks decided by several processes at once, and handed on in their order, as if one had decided them.

Only a few chunks are on their way at any time. Ctrl-C reaches every process; the first one says so. When it
is gone, killed or not, the others end too.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from threading import Thread
from types import TracebackType
from typing import Protocol, Self

from pollex.batch.asking import Asking
from pollex.batch.chunks import Chunk, Done
from pollex.batch.work import Work

WAITING = 2
"""Chunks for each worker that are decided, or wait to be."""

OBJECTS = 10_000
"""So many more than before, and Python looks for cycles among them. Claims and decisions come and go by
thousands, and leave few; after every 700, as Python has it, the looking took up to a tenth of the time.
"""

_here: list[Work] = []


class Workers(Protocol):
    """Decides chunks in order; a context, since processes have to end."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def decide(self, chunks: Iterable[Chunk]) -> Iterator[Done]:
        """What became of each chunk."""


def workers_for(count: int, desk: Work) -> Workers:
    """So many processes; where SQL is asked, they finish what it leaves open."""
    if isinstance(desk, Asking):
        return Finishing(desk, workers_for(count, desk.desk))
    return Alone(desk) if count == 1 else Several(count, desk)


class Finishing:
    """This process asks SQL, which has threads of its own, and `others` decide what is left of each chunk."""

    def __init__(self, asking: Asking, others: Workers) -> None:
        self.asking = asking
        self.others = others

    def __enter__(self) -> Self:
        self.others.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.others.__exit__(kind, error, trace)

    def decide(self, chunks: Iterable[Chunk]) -> Iterator[Done]:
        """One after the other."""
        return (self.asking.finished(chunk, self.others.decide) for chunk in chunks)


class Alone:
    """This process."""

    def __init__(self, desk: Work) -> None:
        self.desk = desk
        self.thresholds = gc.get_threshold()

    def __enter__(self) -> Self:
        gc.set_threshold(OBJECTS)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        gc.set_threshold(*self.thresholds)

    def decide(self, chunks: Iterable[Chunk]) -> Iterator[Done]:
        """One after the other."""
        return map(self.desk.decide, chunks)


class Several:
    """Other processes. They part from this one at once, before it has opened a file or started a thread."""

    def __init__(self, count: int, desk: Work) -> None:
        self.most = count * WAITING
        self.pool = ProcessPoolExecutor(count, _context(), initializer=_begin, initargs=(desk,))
        self.pool.submit(os.getpid).result()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.pool.shutdown(wait=error is None, cancel_futures=True)

    def decide(self, chunks: Iterable[Chunk]) -> Iterator[Done]:
        """Several at once."""
        waiting: deque[Future[Done]] = deque()
        for chunk in chunks:
            waiting.append(self.pool.submit(_decide, chunk))
            if len(waiting) >= self.most:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _context() -> multiprocessing.context.BaseContext:
    return multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")


# ------------------------------------------------------------------ in the other process


def _begin(desk: Work) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(OBJECTS)
    parent = multiprocessing.parent_process()
    if parent is not None:
        Thread(target=_end_with, args=(parent.join,), daemon=True).start()
    _here[:] = [desk]


def _end_with(first_is_gone: Callable[[], None]) -> None:
    first_is_gone()
    os._exit(1)


def _decide(chunk: Chunk) -> Done:
    (desk,) = _here
    return desk.decide(chunk)
