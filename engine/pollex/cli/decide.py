"""`pollex decide`: claims in, decisions out, one after the other.

A claim is read, decided and written before the next one is read. One that is not valid is reported on
standard error with its position and every fault, and stops nothing; so is an input that cannot be read.
Messages never hold a value of a claim.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

from pollex.cli.arguments import Arguments
from pollex.cli.claimfiles import STANDARD_INPUT, Input, opened_input
from pollex.cli.exits import BAD_USAGE, FINDINGS, OK, Stop
from pollex.cli.opening import sound
from pollex.cli.progress import Meter
from pollex.cli.rule_words import rule_words
from pollex.cli.terminal import counted
from pollex.cli.writers import Decided, Writer, writer_for
from pollex.engine import Engine, engine_of
from pollex.intake.document import Limits
from pollex.intake.faults import ClaimError, Fault
from pollex.intake.jsontext import Entry
from pollex.source.snippet import visible
from pollex.source.text import UnreadableFile


@dataclass(slots=True)
class _Tally:
    decided: int = 0
    invalid: int = 0
    without_claims: int = 0
    unreadable: int = 0

    @property
    def code(self) -> int:
        if self.unreadable:
            return BAD_USAGE
        return FINDINGS if self.invalid or self.without_claims else OK

    @property
    def summary(self) -> str:
        said = f"{counted(self.decided, 'claim')} decided"
        return f"{said}, {counted(self.invalid, 'claim')} not valid" if self.invalid else said


def run(arguments: Arguments) -> int:
    """Decide the claims of every input."""
    if arguments.claims.count(STANDARD_INPUT) > 1:
        raise Stop(BAD_USAGE, "standard input (`-`) can be named once")
    limits = Limits(arguments.max_bytes, arguments.max_depth)
    workspace = sound(arguments.policies)
    engine = engine_of(workspace, limits)
    words = rule_words(workspace.compilation) if arguments.explain else None
    writer = writer_for(arguments.format, words, len(arguments.claims) > 1)
    tally = _Tally()
    with Meter("claim", enabled=not sys.stdout.isatty()) as meter:
        command = _Command(
            engine, limits, frozenset(arguments.assume), arguments.explain, writer, meter, tally
        )
        for path in arguments.claims:
            command.decide(path)
        writer.close()
    if tally.decided + tally.invalid > 1 and (tally.invalid or arguments.format == "text"):
        sys.stdout.flush()
        sys.stderr.write(f"{tally.summary}\n")
    return tally.code


@dataclass(frozen=True, slots=True)
class _Command:
    engine: Engine
    limits: Limits
    assume: frozenset[str]
    explain: bool
    writer: Writer
    meter: Meter
    tally: _Tally

    def decide(self, path: str) -> None:
        """Every claim of one input."""
        try:
            with opened_input(path) as source:
                if source.is_list:
                    self.writer.is_list()
                for entry in source.entries(self.limits):
                    self.entry(entry, source)
        except UnreadableFile as error:
            self.tally.unreadable += 1
            self.meter.say(f"pollex: {visible(str(error))}")

    def entry(self, entry: Entry, source: Input) -> None:
        if entry.position > 1:
            self.writer.is_list()
        if entry.claim is None:
            self.report(source, entry, entry.faults)
        else:
            try:
                self.writer.write(self.decided(entry.claim))
                self.tally.decided += 1
            except ClaimError as error:
                self.report(source, entry, error.faults)
            except Exception as error:
                error.add_note(f"{source.name}, {_place(entry)}")
                raise
        self.meter.step()
        if self.meter.is_due():
            self.meter.look(source.position(), source.size)

    def decided(self, claim: dict[str, object]) -> Decided:
        decision = self.engine.decide(claim, assume=self.assume)
        explained = self.engine.explain(claim, assume=self.assume) if self.explain else ()
        return Decided(claim, decision, explained)

    def report(self, source: Input, entry: Entry, faults: tuple[Fault, ...]) -> None:
        """What is wrong with a claim, or with the input as a whole, on standard error."""
        name = visible(source.name)
        sys.stdout.flush()
        if entry.position == 0:
            self.tally.without_claims += 1
            self.meter.say("\n".join(f"{name}: {fault.message}" for fault in faults))
            return
        self.tally.invalid += 1
        said = [f"{name}: {_place(entry)} is not valid: {counted(len(faults), 'fault')}"]
        self.meter.say("\n".join([*said, *(f"  {visible(str(fault))}" for fault in faults)]))


def _place(entry: Entry) -> str:
    line = f" (line {entry.line})" if entry.line is not None else ""
    return f"claim {entry.position}{line}"
