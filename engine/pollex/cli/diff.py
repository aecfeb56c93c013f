"""`pollex diff`: what changed between two versions of a policy tree, and what that does to claims."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from pollex.cli.arguments import Arguments
from pollex.cli.both_ways import Claim, Group, Task, Way, grouped, way
from pollex.cli.claimfiles import STANDARD_INPUT, Input, opened_input
from pollex.cli.diff_document import diff_json
from pollex.cli.diff_markdown import diff_markdown
from pollex.cli.diff_page import diff_page
from pollex.cli.diff_report import Report, limit
from pollex.cli.diff_text import diff_text, show_diff
from pollex.cli.exits import BAD_USAGE, FINDINGS, OK, Stop
from pollex.cli.progress import Meter
from pollex.cli.revisions import both_versions
from pollex.cli.terminal import counted, use_utf8
from pollex.compare.diff.blend import blends
from pollex.compare.diff.difference import difference
from pollex.compare.diff.impact import Impact
from pollex.compare.diff.touch import reach
from pollex.intake.document import DEFAULT
from pollex.intake.faults import Fault
from pollex.source.snippet import visible
from pollex.source.text import UnreadableFile

FORMS: Mapping[str, Callable[[Report], str]] = {
    "text": diff_text,
    "json": diff_json,
    "markdown": diff_markdown,
    "html": diff_page,
}


def run(arguments: Arguments) -> int:
    """Compare two versions; 1 where `--fail-on` says so, or a claim is not valid."""
    if arguments.claims.count(STANDARD_INPUT) > 1:
        raise Stop(BAD_USAGE, "standard input (`-`) can be named once")
    old, new = both_versions(arguments.versions, arguments.policies)
    before, after = old.workspace.compilation, new.workspace.compilation
    found = difference(before, after)
    impact, tally = None, _Tally()
    if arguments.claims:
        task = Task(
            blends(before, after, found),
            reach(before, after, found.deciding),
            frozenset(arguments.assume),
            DEFAULT,
        )
        impact = _decided(arguments, task, tally)
    report = Report(old.name, new.name, found, impact, tally.invalid)
    _write(report, arguments)
    limits = [limit(*named) for named in arguments.fail_on]
    broken = [said for one in limits if (said := one.broken(report)) is not None]
    for said in broken:
        sys.stderr.write(f"pollex: {said}\n")
    return tally.code if tally.code != OK else FINDINGS if broken else OK


def _write(report: Report, arguments: Arguments) -> None:
    if arguments.format == "text" and arguments.output is None:
        show_diff(report, sys.stdout)
        return
    text = FORMS[arguments.format](report)
    if arguments.output is not None:
        Path(arguments.output).write_text(text, encoding="utf-8", newline="\n")
    else:
        use_utf8(sys.stdout)
        sys.stdout.write(text)
        sys.stdout.flush()


# ------------------------------------------------------------------ claims


@dataclass(slots=True)
class _Tally:
    """What was wrong with the claims."""

    invalid: int = 0
    without_claims: int = 0
    unreadable: int = 0

    @property
    def code(self) -> int:
        if self.unreadable:
            return BAD_USAGE
        return FINDINGS if self.invalid or self.without_claims else OK


def _decided(arguments: Arguments, task: Task, tally: _Tally) -> Impact:
    impact = Impact()
    jobs = arguments.jobs or _processors()
    try:
        with Meter("claim") as meter, way(task, jobs) as decides:
            for path in arguments.claims:
                _file(path, decides, impact, tally, meter)
    except BrokenProcessPool:
        raise Stop(BAD_USAGE, "a process was ended from outside: try again with --jobs 1") from None
    return impact


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _file(path: str, decides: Way, impact: Impact, tally: _Tally, meter: Meter) -> None:
    try:
        with opened_input(path) as source:
            reading = _Reading(source, tally, meter, impact.claims)
            for count, sums, invalid in decides.results(reading.groups()):
                impact.merge(sums)
                for position, faults in invalid:
                    reading.report(position, faults)
                meter.count += count
                if meter.is_due():
                    meter.look(source.position(), source.size)
    except UnreadableFile as error:
        tally.unreadable += 1
        meter.say(f"pollex: {visible(str(error))}")


@dataclass(slots=True)
class _Reading:
    """One input; `before` counts the claims of those before it."""

    source: Input
    tally: _Tally
    meter: Meter
    before: int

    def groups(self) -> Iterator[Group]:
        return grouped(self.claims())

    def claims(self) -> Iterator[tuple[int, Claim]]:
        """The claims that can be read; of the others is said what is wrong."""
        for entry in self.source.entries(DEFAULT):
            if entry.claim is not None:
                yield self.before + entry.position, entry.claim
            elif entry.position == 0:
                self.tally.without_claims += 1
                said = (f"{visible(self.source.name)}: {fault.message}" for fault in entry.faults)
                self.meter.say("\n".join(said))
            else:
                self.report(self.before + entry.position, entry.faults)

    def report(self, position: int, faults: Sequence[Fault]) -> None:
        """A claim that is not valid takes no part."""
        self.tally.invalid += 1
        name, place = visible(self.source.name), position - self.before
        said = [f"{name}: claim {place} is not valid: {counted(len(faults), 'fault')}"]
        self.meter.say("\n".join([*said, *(f"  {visible(str(fault))}" for fault in faults)]))
