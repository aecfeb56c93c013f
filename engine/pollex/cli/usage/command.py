"""A command as the command line offers it. Nothing heavy is imported by any module of this folder."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import dataclass

EXIT_CODES = "exit codes: 0 all well; 1 findings; 2 bad usage, or a file that cannot be read"


@dataclass(frozen=True, slots=True)
class Command:
    """`line` is for the list of commands; `description` and `more` stand around the arguments of `fill`."""

    name: str
    line: str
    description: str
    more: str
    fill: Callable[[ArgumentParser], None]
