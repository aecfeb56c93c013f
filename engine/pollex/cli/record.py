"""`pollex record`: claims with their decisions, kept to be decided again later."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from pollex.cli.arguments import Arguments
from pollex.cli.claimfiles import STANDARD_INPUT, Input, opened_input
from pollex.cli.exits import BAD_USAGE, FINDINGS, OK, Stop
from pollex.cli.opening import sound
from pollex.cli.progress import Meter
from pollex.cli.recordings import entry_line, head_line
from pollex.cli.terminal import counted, use_utf8
from pollex.engine import Engine, engine_of
from pollex.intake.document import DEFAULT
from pollex.intake.faults import ClaimError, Fault
from pollex.source.snippet import visible
from pollex.source.text import UnreadableFile
from pollex.version import PACKAGE


def run(arguments: Arguments) -> int:
    """Decide claims and keep both; one that is not valid is reported and left out."""
    if arguments.claims.count(STANDARD_INPUT) > 1:
        raise Stop(BAD_USAGE, "standard input (`-`) can be named once")
    engine = engine_of(sound(arguments.policies))
    assume = frozenset(arguments.assume)
    with _target(arguments.output) as target, Meter("claim", enabled=not target.isatty()) as meter:
        target.write(head_line(PACKAGE, assume))
        return max([_file(path, engine, assume, target, meter) for path in arguments.claims])


def _file(path: str, engine: Engine, assume: frozenset[str], target: TextIO, meter: Meter) -> int:
    code = OK
    try:
        with opened_input(path) as source:
            for entry in source.entries(DEFAULT):
                faults = entry.faults
                if entry.claim is not None:
                    try:
                        decision = engine.decide(entry.claim, assume=assume)
                        target.write(entry_line(entry.claim, decision.to_dict()))
                    except ClaimError as error:
                        faults = error.faults
                if faults:
                    code = FINDINGS
                    _report(source, entry.position, faults, meter)
                meter.step()
                if meter.is_due():
                    meter.look(source.position(), source.size)
    except UnreadableFile as error:
        meter.say(f"pollex: {visible(str(error))}")
        return BAD_USAGE
    return code


def _report(source: Input, position: int, faults: tuple[Fault, ...], meter: Meter) -> None:
    name = visible(source.name)
    if position == 0:
        meter.say("\n".join(f"{name}: {fault.message}" for fault in faults))
        return
    said = f"{name}: claim {position} is not valid: {counted(len(faults), 'fault')}"
    meter.say("\n".join([said, *(f"  {visible(str(fault))}" for fault in faults)]))


@contextmanager
def _target(path: str | None) -> Iterator[TextIO]:
    if path is None:
        use_utf8(sys.stdout)
        yield sys.stdout
        return
    if Path(path).is_dir():
        raise Stop(BAD_USAGE, f"{path} is a folder: name a file")
    with Path(path).open("w", encoding="utf-8", newline="\n") as stream:
        yield stream
