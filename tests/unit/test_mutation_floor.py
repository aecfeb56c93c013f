"""The tests of the shipped policies notice 95 of 100 changes to their rules: a sample, the same in every run.

The whole is asked by `pollex mutate policies/` (tests/README.md); it takes minutes.
"""

from __future__ import annotations

from pathlib import Path

from pollex.testing.mutate.run import KILLED, SURVIVED, Run, Wanted, run_jobs
from pollex.workspace import open_paths

SAMPLE = 125
"""Of 4,096: about 150 mutants."""

FLOOR = 95


def test_a_sample_of_changes_to_the_shipped_policies_is_noticed(checkout: Path) -> None:
    workspace = open_paths([checkout / "policies"])
    run = Run(workspace, Wanted(budget=0, sample=SAMPLE), {})
    results = [one for found in run_jobs(run, 1) for one in found if one.status in (KILLED, SURVIVED)]
    survivors = [
        f"{one.file}:{one.line}: {one.owner}: {one.operator}" for one in results if one.status == SURVIVED
    ]
    assert len(results) >= 120
    assert 100 * (len(results) - len(survivors)) >= FLOOR * len(results), "\n".join(survivors)
