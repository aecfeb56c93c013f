"""Text for people: laid out by rich, coloured on a terminal only, and plain everywhere else.

What is shown may come from a claim or from somebody's file, so that nothing in it is taken for markup,
and control characters never reach the terminal.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable, Mapping
from typing import TextIO

from rich.console import Console, RenderableType

from pollex.source.diagnostic import Diagnostic
from pollex.source.render import render_text
from pollex.source.text import SourceText

WIDTH = 100
NARROWEST, WIDEST = 60, 120


def has_color(stream: TextIO) -> bool:
    """Whether colours may go to this stream: it is a terminal that knows them, and NO_COLOR is not set."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def console(stream: TextIO) -> Console:
    """A console that takes every text as it is."""
    made = Console(
        file=stream,
        color_system="auto" if has_color(stream) else None,
        force_terminal=stream.isatty() and os.environ.get("TERM") != "dumb",
        markup=False,
        emoji=False,
        highlight=False,
        soft_wrap=False,
    )
    made.width = max(NARROWEST, min(made.width, WIDEST)) if stream.isatty() else WIDTH
    return made


def show(target: Console, parts: Iterable[RenderableType], *, whole: bool = False) -> None:
    """Write some parts, one below the other, without blanks at the end of lines.

    `whole`: a line is not broken, however long it is.
    """
    with target.capture() as captured:
        for part in parts:
            target.print(part, soft_wrap=whole)
    lines = captured.get().splitlines()
    target.file.write("".join(f"{line.rstrip()}\n" for line in lines))
    target.file.flush()


def show_diagnostics(
    diagnostics: Iterable[Diagnostic], sources: Mapping[str, SourceText], stream: TextIO | None = None
) -> None:
    """Diagnostics with their lines and carets, on standard error unless they are the result."""
    target = stream or sys.stderr
    target.write(render_text(diagnostics, sources, has_color(target)))


def use_utf8(stream: TextIO) -> None:
    """Documents are UTF-8 with plain line ends, whatever the terminal is set to."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8", newline="\n")


def counted(number: int, word: str) -> str:
    """`1 claim`, `1,200 claims`."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"
