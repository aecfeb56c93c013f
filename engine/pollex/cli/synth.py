"""`pollex synth`: made-up claims on standard output or into a file, one after the other."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from pollex.cli.arguments import Arguments
from pollex.cli.exits import BAD_USAGE, OK, Stop
from pollex.cli.opening import sound
from pollex.cli.payers import known_payer
from pollex.cli.progress import Meter
from pollex.cli.terminal import use_utf8
from pollex.synth.claims import synthesis

ENDS = {"ndjson": ("", "\n", "\n"), "json": ("[\n", ",\n", "\n]\n")}
"""What stands before all claims, between two, and after them."""


def run(arguments: Arguments) -> int:
    """Write so many claims."""
    compilation = sound(arguments.policies).compilation
    payers = tuple(known_payer(compilation, payer) for payer in arguments.payers)
    made = synthesis(compilation.program, arguments.seed, payers)
    if not made.world.plans.items:
        raise Stop(BAD_USAGE, "there is no policy to make claims for")
    before, between, after = ENDS[arguments.format]
    with _target(arguments.output) as target, Meter("claim", enabled=not target.isatty()) as meter:
        target.write(before)
        for number, claim in enumerate(made.claims(arguments.count)):
            if number:
                target.write(between)
            target.write(json.dumps(claim, separators=(",", ":")))
            meter.step()
            if meter.is_due():
                meter.look(number + 1, arguments.count)
        target.write(after)
    return OK


@contextmanager
def _target(path: str | None) -> Iterator[TextIO]:
    """Where the claims go."""
    if path is None or path == "-":
        use_utf8(sys.stdout)
        yield sys.stdout
        return
    if Path(path).is_dir():
        raise Stop(BAD_USAGE, f"{path} is a folder: name a file")
    with Path(path).open("w", encoding="utf-8", newline="\n") as stream:
        yield stream
