"""The small policy with some rules and tests, and its mutants."""

from __future__ import annotations

from pathlib import Path

from pollex.testing.mutate.run import Result, Run, Wanted, run_jobs
from pollex.workspace import open_paths
from unit.testing.small import folder

NO_LIMITS = "\nrule limited\n  when units is more than limits units\n  pend for review by coding\n"
FIXTURE = '\nfixture clean from "clean.yaml"\n'


def made(at: Path, text: str, *tests: str, wanted: Wanted | None = None) -> Run:
    """A run over the small policy with these rules and tests; `limited` uses the table."""
    whole = text + NO_LIMITS + FIXTURE + "".join(f"\n{test}\n" for test in tests)
    workspace = open_paths([folder(at, whole)])
    assert workspace.compilation.is_sound, workspace.compilation.diagnostics
    return Run(workspace, wanted or Wanted(), {})


def results(at: Path, text: str, *tests: str, of: str, wanted: Wanted | None = None) -> list[Result]:
    """What becomes of the mutants of one clause or list."""
    run = made(at, text, *tests, wanted=wanted)
    return [one for found in run_jobs(run, 1) for one in found if one.owner == of]


def changed(result: Result) -> str:
    """What a mutant puts in place, as one line."""
    return " ".join(line[1:].strip() for line in result.difference[2:] if line.startswith("+"))
