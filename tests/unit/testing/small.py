"""A small policy with its own tests, in one text, and what its coverage comes to."""

from __future__ import annotations

import json
from pathlib import Path

from pollex.testing.atoms import outlines
from pollex.testing.coverage import Coverage
from pollex.testing.gaps import Item, PolicyGaps, gaps
from pollex.testing.reach import reach
from pollex.testing.run import Suite
from pollex.workspace import open_paths
from unit.cli.small import SET, TABLE, claim

HEAD = """\
policy small "A small policy"
  payer medicare
  applies to cpt in resections
  in effect from 2026-01-01
  use set resections
  use table limits
  otherwise allow

"""


def folder(at: Path, text: str) -> Path:
    """The policy with its set, table and claim, in a folder."""
    for name, content in (
        ("small.pol", HEAD + text),
        ("sets/resections.yaml", SET),
        ("tables/limits.yaml", TABLE),
        ("clean.yaml", json.dumps(claim())),
    ):
        (at / name).parent.mkdir(parents=True, exist_ok=True)
        (at / name).write_text(content, encoding="utf-8")
    return at


def covered(at: Path, text: str) -> PolicyGaps:
    """What the tests of the policy show."""
    workspace = open_paths([folder(at, text)])
    compilation = workspace.compilation
    assert compilation.is_sound, compilation.diagnostics
    coverage = Coverage(compilation.program, outlines(compilation))
    suite = Suite(workspace)
    for case in suite.cases:
        made = suite.claim(case)
        assert made is not None
        coverage.add(made)
    (found,) = gaps(coverage, reach(compilation.program, coverage.outlines), {"small"})
    return found


def item(found: PolicyGaps, text: str) -> Item:
    """A condition by its words, or a clause by its name."""
    (one,) = [i for i in found.items if text == (i.atom.text if i.atom is not None else i.clause.id.name)]
    return one
