"""`pollex test`: run the tests that policies carry."""

from __future__ import annotations

import sys
import time
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import TYPE_CHECKING

from pollex.cli.arguments import Arguments
from pollex.cli.exits import BAD_USAGE, FINDINGS, OK, Stop, complain
from pollex.cli.opening import opened, sound
from pollex.cli.processors import processors
from pollex.cli.progress import Meter
from pollex.cli.reports import REPORTS, Outcome, Run
from pollex.cli.watching import changes, folders_of
from pollex.testing.parallel import jobs_for, run_in_order
from pollex.testing.run import Suite

if TYPE_CHECKING:
    from pollex.cli.coverage import Measuring
    from pollex.workspace import Workspace


def run(arguments: Arguments) -> int:
    """Run tests, with `--watch` again and again; 1 where one fails or none is found."""
    return _watched(arguments) if arguments.watch else _once(arguments)


def _watched(arguments: Arguments) -> int:
    """Run at once, then whenever a file changes, whatever came out before."""
    workspace = opened(arguments.paths)
    folders = folders_of(arguments.paths, (*workspace.files, *workspace.data))
    code = OK
    for changed in changes(folders):
        if changed:
            complain(f"{', '.join(map(_short, changed))} changed")
        try:
            code = _once(arguments)
        except Stop as stop:
            code = stop.code
            if stop.message is not None:
                complain(stop.message)
        sys.stdout.flush()
        complain(f"watching {', '.join(_short(str(folder)) for folder in folders)}; Ctrl-C ends")
    return code


def _short(file: str) -> str:
    """A file by its way from here, where that leads down."""
    here = Path.cwd()
    return str(Path(file).relative_to(here)) if here in Path(file).parents else file


def _once(arguments: Arguments) -> int:
    workspace = sound(arguments.paths)
    suite = Suite(workspace, arguments.pattern)
    total = len(suite.cases)
    if total == 0:
        raise Stop(FINDINGS, _none(arguments))
    jobs = arguments.jobs or jobs_for(total, processors())
    measuring = _measuring(arguments, workspace)
    outcomes: list[Outcome] = []
    began = time.perf_counter()
    try:
        with Meter("test") as meter:
            for result, seconds in run_in_order(suite, jobs, time.perf_counter):
                outcomes.append(Outcome(result, seconds))
                if measuring is not None:
                    measuring.add(result.claim or suite.claim(result.case))
                meter.step()
                if meter.is_due():
                    meter.look(len(outcomes), total)
                if arguments.fail_fast and not result.passed:
                    break
    except BrokenProcessPool:
        message = "a process that ran tests was ended from outside; `--jobs 1` runs them in this one"
        raise Stop(BAD_USAGE, message) from None
    report = measuring.report() if measuring is not None else None
    sources, seconds = workspace.compilation.sources, time.perf_counter() - began
    more = measuring.key(report) if measuring is not None and report is not None else {}
    REPORTS[arguments.format](Run(tuple(outcomes), total, seconds, sources, more), sys.stdout)
    enough = measuring is None or report is None or measuring.show(report, arguments)
    return OK if enough and all(outcome.result.passed for outcome in outcomes) else FINDINGS


def _measuring(arguments: Arguments, workspace: Workspace) -> Measuring | None:
    """What measures coverage, where the arguments ask for it in any way."""
    if not (arguments.coverage or arguments.coverage_file or arguments.fail_under is not None):
        return None
    from pollex.cli.coverage import measure_for  # noqa: PLC0415 - heavy, and most runs do not ask for it

    return measure_for(arguments, workspace)


def _none(arguments: Arguments) -> str:
    where = f" in {', '.join(arguments.paths)}" if arguments.paths else ""
    if arguments.pattern is not None:
        return f"no test{where} has `{arguments.pattern}` in its policy or title"
    return f"there is no test{where}"
