"""Progress on standard error: how many are done, how fast, how much of the input that is, and how long to go.

It shows on a terminal only, and only when the work takes longer than a moment.
"""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from pollex.cli.terminal import console, counted

MOMENT = 0.5
BETWEEN = 0.1


class Meter:
    """Counts things done; use it as a context, and write messages to standard error through it."""

    def __init__(self, word: str, enabled: bool = True) -> None:
        self.word = word
        self.enabled = enabled and sys.stderr.isatty()
        self.started = self.looked = time.monotonic()
        self.count = 0
        self.progress: Progress | None = None
        self.task = TaskID(0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.progress is not None:
            self.progress.stop()
            self.progress = None

    def is_due(self) -> bool:
        """Whether it is time to show something again."""
        return self.enabled and time.monotonic() - self.looked >= (BETWEEN if self.progress else MOMENT)

    def step(self, number: int = 1) -> None:
        """One more is done, or so many."""
        self.count += number

    def look(self, done: int | None = None, total: int | None = None) -> None:
        """Show how many are done, and how much of the whole, where that is known."""
        self.looked = time.monotonic()
        rate = self.count / max(self.looked - self.started, 0.001)
        said = f"{counted(self.count, self.word)}, {rate:,.0f} a second"
        if self.progress is None:
            self.progress = Progress(
                SpinnerColumn(),
                TextColumn("{task.description}"),
                BarColumn(),
                TaskProgressColumn(),
                TimeRemainingColumn(compact=True),
                console=console(sys.stderr),
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self.task = self.progress.add_task(said, total=total)
            self.progress.start()
        self.progress.update(self.task, description=said, completed=done or 0, total=total)

    def say(self, text: str) -> None:
        """Lines on standard error that do not run into the bar."""
        if self.progress is not None:
            self.progress.console.print(text, soft_wrap=True)
        else:
            sys.stderr.write(text + "\n")
