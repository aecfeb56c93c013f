"""`pollex diff`: what changed between two versions of a policy tree, and what that does to claims."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from pollex.backends.sql.engines import ENGINES, SqlEngine
from pollex.backends.sql.spark import CannotStart
from pollex.batch.inputs import Input, file_input, is_parquet
from pollex.cli.arguments import Arguments
from pollex.cli.both_ways import Claim, Task, Way, grouped, way
from pollex.cli.by_columns import Asked, Columns, asked
from pollex.cli.claimfiles import STANDARD_INPUT, opened_input
from pollex.cli.claimfiles import Input as OpenInput
from pollex.cli.diff_document import diff_json
from pollex.cli.diff_markdown import diff_markdown
from pollex.cli.diff_page import diff_page
from pollex.cli.diff_report import Report, limit
from pollex.cli.diff_text import diff_text, show_diff
from pollex.cli.engines import only_parquet, sql_engine
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
    engine = _engine(arguments)
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
        impact = _decided(arguments, task, tally, engine)
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


def _engine(arguments: Arguments) -> SqlEngine | None:
    """The engine of SQL that is named, where it can be asked of the claims."""
    if arguments.engine not in ENGINES:
        return None
    if not arguments.claims:
        raise Stop(BAD_USAGE, "--engine says what decides claims: name their files with --claims")
    engine = sql_engine(arguments.engine, f"--engine {arguments.engine}")
    try:
        streams = [path for path in arguments.claims if path == STANDARD_INPUT]
        files = [file_input(path) for path in arguments.claims if path != STANDARD_INPUT]
    except UnreadableFile as error:
        raise Stop(BAD_USAGE, str(error)) from None
    only_parquet([*files, *(Input("standard input") for _ in streams)], f"--engine {arguments.engine}")
    return engine


def _decided(arguments: Arguments, task: Task, tally: _Tally, engine: SqlEngine | None) -> Impact:
    impact = Impact()
    jobs = arguments.jobs or _processors()
    by_sql = None if engine is None else asked(task, engine)
    try:
        with Meter("claim") as meter, way(task, jobs) as decides:
            for path in arguments.claims:
                _file(path, decides, impact, tally, meter, by_sql)
    except BrokenProcessPool:
        raise Stop(BAD_USAGE, "a process was ended from outside: try again with --jobs 1") from None
    except CannotStart as error:
        raise Stop(BAD_USAGE, str(error)) from None
    return impact


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _file(path: str, decides: Way, impact: Impact, tally: _Tally, meter: Meter, by_sql: Asked | None) -> None:
    try:
        source = None if path == STANDARD_INPUT else file_input(path)
        if source is not None and is_parquet(source):
            _columns(source, decides, impact, tally, meter, by_sql)
            return
        with opened_input(path) as opened:
            reading = _Reading(opened.name, tally, meter, impact.claims)
            for count in _added(decides, reading.claims(opened), impact, reading):
                meter.count += count
                if meter.is_due():
                    meter.look(opened.position(), opened.size)
    except UnreadableFile as error:
        tally.unreadable += 1
        meter.say(f"pollex: {visible(str(error))}")


def _columns(
    source: Input, decides: Way, impact: Impact, tally: _Tally, meter: Meter, by_sql: Asked | None
) -> None:
    """A Parquet file, in which SQL may say already which claims are decided alike."""
    reading = _Reading(source.name, tally, meter, impact.claims)

    def counted(sums: Impact) -> None:
        impact.merge(sums)
        meter.count += sums.claims

    def report(position: int, faults: Sequence[Fault]) -> None:
        reading.report(reading.before + position, faults)

    rows = Columns(source, by_sql, counted, report).claims()
    claims = ((reading.before + position, claim) for position, claim in rows)
    for count in _added(decides, claims, impact, reading):
        meter.count += count
        if meter.is_due():
            meter.look(None, None)


def _added(
    decides: Way, claims: Iterator[tuple[int, Claim]], impact: Impact, reading: _Reading
) -> Iterator[int]:
    """Claims decided both ways and added up; how many at a time."""
    for count, sums, invalid in decides.results(grouped(claims)):
        impact.merge(sums)
        for position, faults in invalid:
            reading.report(position, faults)
        yield count


@dataclass(slots=True)
class _Reading:
    """One input, by its name; `before` counts the claims of those before it."""

    name: str
    tally: _Tally
    meter: Meter
    before: int

    def claims(self, source: OpenInput) -> Iterator[tuple[int, Claim]]:
        """The claims that can be read; of the others is said what is wrong."""
        for entry in source.entries(DEFAULT):
            if entry.claim is not None:
                yield self.before + entry.position, entry.claim
            elif entry.position == 0:
                self.tally.without_claims += 1
                said = (f"{visible(self.name)}: {fault.message}" for fault in entry.faults)
                self.meter.say("\n".join(said))
            else:
                self.report(self.before + entry.position, entry.faults)

    def report(self, position: int, faults: Sequence[Fault]) -> None:
        """A claim that is not valid takes no part."""
        self.tally.invalid += 1
        name, place = visible(self.name), position - self.before
        said = [f"{name}: claim {place} is not valid: {counted(len(faults), 'fault')}"]
        self.meter.say("\n".join([*said, *(f"  {visible(str(fault))}" for fault in faults)]))
