"""`pollex test`: run the tests that policies carry."""

from __future__ import annotations

import sys
import time

from pollex.cli.arguments import Arguments
from pollex.cli.exits import FINDINGS, OK, Stop
from pollex.cli.opening import sound
from pollex.cli.progress import Meter
from pollex.cli.reports import REPORTS, Outcome, Run
from pollex.testing.run import count_tests, run_tests


def run(arguments: Arguments) -> int:
    """Run tests; 1 where one fails or none is found."""
    workspace = sound(arguments.paths)
    total = count_tests(workspace, arguments.pattern)
    if total == 0:
        raise Stop(FINDINGS, _none(arguments))
    outcomes: list[Outcome] = []
    began = before = time.perf_counter()
    with Meter("test") as meter:
        for result in run_tests(workspace, arguments.pattern):
            now = time.perf_counter()
            outcomes.append(Outcome(result, now - before))
            before = now
            meter.step()
            if meter.is_due():
                meter.look(len(outcomes), total)
            if arguments.fail_fast and not result.passed:
                break
    finished = Run(tuple(outcomes), total, time.perf_counter() - began, workspace.compilation.sources)
    REPORTS[arguments.format](finished, sys.stdout)
    return OK if all(outcome.result.passed for outcome in outcomes) else FINDINGS


def _none(arguments: Arguments) -> str:
    where = f" in {', '.join(arguments.paths)}" if arguments.paths else ""
    if arguments.pattern is not None:
        return f"no test{where} has `{arguments.pattern}` in its policy or title"
    return f"there is no test{where}"
