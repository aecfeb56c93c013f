"""`pollex replay`: recorded claims decided again; what is no longer as it was is a finding."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pollex.cli.arguments import Arguments
from pollex.cli.diff_report import dollars, outcome_word, plain_cents, signed
from pollex.cli.documents import print_document
from pollex.cli.exits import BAD_USAGE, FINDINGS, OK, Stop
from pollex.cli.layout import MARGIN, plain
from pollex.cli.opening import sound
from pollex.cli.progress import Meter
from pollex.cli.recordings import Head, Recording, opened_recording
from pollex.cli.terminal import console, counted, show
from pollex.compare.diff.drift import ENGINE, INVALID, POLICIES, Drift
from pollex.engine import Engine, engine_of
from pollex.intake.faults import ClaimError
from pollex.model.decision import Document
from pollex.source.listing import listed
from pollex.source.text import UnreadableFile
from pollex.version import PACKAGE

CAUSES = {
    POLICIES: "under policies that changed",
    ENGINE: "under policies that did not change",
    INVALID: "not valid any more",
}


def run(arguments: Arguments) -> int:
    """Decide again; 1 where anything drifted."""
    try:
        with opened_recording(arguments.recording) as recording:
            engine = engine_of(sound(arguments.policies))
            drift = _again(recording, engine)
    except UnreadableFile as error:
        raise Stop(BAD_USAGE, str(error)) from None
    if arguments.format == "json":
        print_document(replay_document(drift, recording.head))
    else:
        show(console(sys.stdout), _parts(drift, recording.head))
    return FINDINGS if drift.differing else OK


def _again(recording: Recording, engine: Engine) -> Drift:
    drift = Drift()
    with Meter("decision") as meter:
        for entry in recording.entries():
            try:
                now = engine.decide(entry.claim, assume=recording.head.assume).to_dict()
            except ClaimError:
                drift.add_invalid(entry.position, entry.decision)
            else:
                drift.add(entry.position, entry.decision, now)
            meter.step()
            if meter.is_due():
                meter.look(recording.done(), recording.size)
    return drift


# ------------------------------------------------------------------ the report


def replay_document(drift: Drift, head: Head) -> Document:
    """The report as schemas/replay.schema.json has it."""
    return {
        "engine_version": {"recorded": head.engine_version, "now": PACKAGE},
        "decisions": drift.decisions,
        "same": drift.same,
        "differing": {cause: drift.causes[cause] for cause in CAUSES},
        "policies": [
            {"id": one.id, "version": one.version, "recorded": one.recorded, "now": one.now}
            for _, one in sorted(drift.policies.items())
        ],
        "line_outcomes": [
            {"before": before, "after": after, "count": count}
            for (before, after), count in sorted(drift.line_moves.items())
        ],
        "amounts": {
            "before": plain_cents(drift.total.before),
            "after": plain_cents(drift.total.after),
            "difference": plain_cents(drift.total.difference),
        },
        "elements": [
            {"element": element, "lines": count} for element, count in sorted(drift.elements.items())
        ],
        "examples": [
            {
                "cause": cause,
                "element": element,
                "claim_id": one.claim_id,
                "line_number": one.line_number,
                "position": one.position,
            }
            for (cause, element), examples in sorted(drift.examples.items())
            for one in examples
        ],
    }


def _parts(drift: Drift, head: Head) -> Iterator[RenderableType]:
    if not drift.differing:
        yield Text(
            f"{counted(drift.decisions, 'decision')} made again, all of them as recorded.", "bold green"
        )
        yield from _policies(drift)
        return
    yield Text(
        f"{counted(drift.decisions, 'decision')} made again: {drift.same:,} as recorded, "
        f"{drift.differing:,} not.",
        "bold red",
    )
    causes = [f"{drift.causes[cause]:,} {said}" for cause, said in CAUSES.items() if drift.causes[cause]]
    yield Text(f"{listed(causes)}.")
    versions = f"{head.engine_version} then, {PACKAGE} now"
    yield Text(
        f"Engine: {versions if head.engine_version != PACKAGE else f'{PACKAGE}, then and now'}.", "dim"
    )
    yield from _policies(drift)
    yield from ("", Padding(_moves(drift), (0, 0, 0, MARGIN)))
    total = drift.total
    yield Text(
        f"Dollars: {dollars(total.before)} then, {dollars(total.after)} now, {signed(total.difference)}."
    )
    yield from ("", Padding(_elements(drift), (0, 0, 0, MARGIN)))


def _policies(drift: Drift) -> Iterator[RenderableType]:
    for _, policy in sorted(drift.policies.items()):
        what = "is not in force now" if policy.now is None else "was not in force then"
        what = what if policy.now is None or policy.recorded is None else "has another digest now"
        yield Text(f"Policy {plain(policy.id)} {plain(policy.version)} {what}.")


def _moves(drift: Drift) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("Lines", min_width=24)
    table.add_column("", justify="right")
    for (before, after), count in sorted(drift.line_moves.items()):
        if before != after:
            table.add_row(f"{outcome_word(before)} → {outcome_word(after)}", Text(f"{count:,}", "bold"))
    same = sum(count for (before, after), count in drift.line_moves.items() if before == after)
    table.add_row("with the same outcome", f"{same:,}")
    return table


def _elements(drift: Drift) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("What differs", min_width=24)
    table.add_column("lines", justify="right")
    table.add_column("as on", overflow="fold")
    for element, count in sorted(drift.elements.items(), key=lambda one: (-one[1], one[0])):
        seen = [one for (_, of), found in sorted(drift.examples.items()) if of == element for one in found]
        names = [f"{one.claim_id} line {one.line_number}" for one in seen[:3]]
        table.add_row(element.replace("_", " "), f"{count:,}", Text(plain(listed(names)) if names else ""))
    return table
