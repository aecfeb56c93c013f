"""The one claim that a command takes: a file with exactly one, and a valid one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pollex.cli.claimfiles import opened_input
from pollex.cli.exits import BAD_USAGE, FINDINGS, Stop, complain
from pollex.cli.terminal import counted
from pollex.intake.claims import check_claim
from pollex.intake.document import DEFAULT
from pollex.intake.faults import Fault
from pollex.intake.jsontext import Entry
from pollex.source.text import UnreadableFile


def only_claim(path: str) -> Mapping[str, Any]:
    """The claim of a file or of standard input; what is wrong with it ends the command."""
    try:
        with opened_input(path) as source:
            name, entries = source.name, list[Entry]()
            for entry in source.entries(DEFAULT):
                entries.append(entry)
                if len(entries) > 1:
                    said = f"{name} holds more than one claim: give one, in a file of its own"
                    raise Stop(BAD_USAGE, said)
    except UnreadableFile as error:
        raise Stop(BAD_USAGE, str(error)) from None
    (entry,) = entries
    if entry.claim is None:
        raise _not_valid(name, entry.faults, entry.position)
    faults = check_claim(entry.claim)
    if faults:
        raise _not_valid(name, faults, entry.position)
    return entry.claim


def _not_valid(name: str, faults: Sequence[Fault], position: int) -> Stop:
    """All that is wrong, on standard error; position 0 is the file as a whole."""
    if position == 0:
        return Stop(FINDINGS, "; ".join(f"{name}: {fault.message}" for fault in faults))
    complain(f"{name}: the claim is not valid: {counted(len(faults), 'fault')}")
    for fault in faults:
        complain(str(fault))
    return Stop(FINDINGS)
