"""How long commands take as whole processes (P5), held to a Python that starts and ends."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.bench.interleaved import Bench, Work

CHECKOUT = Path(__file__).parents[2]
FLOOR = "python -c pass"
COMMANDS = (
    ("--help",),
    ("decide", "policies/medicare/claims/textbook.json"),
    ("test", "tests/packaging/embedding/policies"),
)


def process(*arguments: str) -> Work:
    """A process that has to end well."""

    def run() -> None:
        subprocess.run([sys.executable, *arguments], cwd=CHECKOUT, check=True, stdout=subprocess.DEVNULL)

    return run


def works(_: int) -> Mapping[str, Work]:
    """One process each; there is nothing to have more or less of."""
    commands = {f"pollex {' '.join(command)}": process("-m", "pollex", *command) for command in COMMANDS}
    return {FLOOR: process("-c", "pass"), **commands}


BENCH = Bench("pollex --help in 0.15 s, a claim in 0.5 s, as whole processes (P5)", FLOOR, works)
