"""`pollex mutate`: would the tests notice if a policy said something else?"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import TYPE_CHECKING

from pollex.cli.arguments import Arguments
from pollex.cli.exits import BAD_USAGE, FINDINGS, OK, Stop, complain
from pollex.cli.mutate_report import MutationReport, report_of, write_json, write_text
from pollex.cli.mutate_state import State
from pollex.cli.opening import sound
from pollex.cli.processors import processors
from pollex.cli.progress import Meter
from pollex.testing.mutate.cases import FailsAlready
from pollex.testing.mutate.operators import OPERATORS
from pollex.testing.mutate.run import Result, Run, Wanted, run_jobs
from pollex.testing.run import Suite
from pollex.workspace import Workspace

if TYPE_CHECKING:
    from pollex.cli.coverage_report import CoverageReport

WRITERS = {"text": write_text, "json": write_json}


def run(arguments: Arguments) -> int:
    """Run mutants; 1 where less are killed than `--fail-under` asks for."""
    if arguments.list_operators:
        for name, says in OPERATORS.items():
            sys.stdout.write(f"{name:<18} {says}\n")
        return OK
    workspace = sound(arguments.paths)
    state = State(arguments.state)
    known = {} if arguments.fresh else state.read()
    made = Run(workspace, _wanted(arguments, workspace), known)
    if not made.jobs:
        raise Stop(FINDINGS, _none(arguments))
    began = time.perf_counter()
    results = _results(made, state, arguments.jobs or processors())
    if not results:
        raise Stop(FINDINGS, _none(arguments))
    report = report_of(results, workspace.data, time.perf_counter() - began)
    coverage = _coverage(workspace) if arguments.coverage else None
    WRITERS[arguments.format](report, coverage, sys.stdout)
    return _judged(report, arguments.fail_under)


def _wanted(arguments: Arguments, workspace: Workspace) -> Wanted:
    unknown = [name for name in arguments.operators or () if name not in OPERATORS]
    if unknown:
        message = f"there is no operator `{unknown[0]}` (see `pollex mutate --list-operators`)"
        raise Stop(BAD_USAGE, message)
    return Wanted(
        frozenset(_data(workspace, arguments.paths)),
        arguments.pattern,
        frozenset(arguments.operators) if arguments.operators else None,
        arguments.members,
        arguments.claims,
    )


def _data(workspace: Workspace, paths: Iterable[str]) -> Iterable[str]:
    """The sets and tables that stand in the places that were asked for, not those brought from above."""
    places = [Path(path).resolve() for path in paths]
    for name in workspace.data:
        file = Path(name).resolve()
        if not places or any(place == file or place in file.parents for place in places):
            yield name


def _results(made: Run, state: State, processes: int) -> tuple[Result, ...]:
    """Every result; what is found is kept at once, so that a run that is stopped can go on."""
    found: list[Result] = []
    try:
        with state, Meter("mutant") as meter:
            for done, results in enumerate(run_jobs(made, processes), start=1):
                for result in results:
                    found.append(result)
                    state.keep(result)
                    meter.step()
                if meter.is_due():
                    meter.look(done, len(made.jobs))
    except FailsAlready as error:
        raise Stop(FINDINGS, f"{error}: see `pollex test`") from None
    except BrokenProcessPool:
        message = "a process that ran tests was ended from outside; `--jobs 1` runs them in this one"
        raise Stop(BAD_USAGE, message) from None
    return tuple(found)


def _coverage(workspace: Workspace) -> CoverageReport:
    """How much of the conditions the same tests show."""
    from pollex.cli.coverage import Measuring  # noqa: PLC0415 - heavy, and most runs do not ask for it

    measuring, suite = Measuring(workspace, None), Suite(workspace, None)
    for case in suite.cases:
        measuring.add(suite.claim(case))
    return measuring.report()


def _judged(report: MutationReport, wanted: int | None) -> int:
    code = OK
    for one in report.groups:
        if wanted is not None and one.percent < wanted:
            complain(f"{one.percent:.1f} percent of {one.name} are killed, less than the {wanted} wanted")
            code = FINDINGS
    return code


def _none(arguments: Arguments) -> str:
    where = f" in {', '.join(arguments.paths)}" if arguments.paths else ""
    return f"there is nothing{where} to change that fits"
