"""Which engine of SQL decides claims: one that is installed, or a sentence that says how to get it."""

from __future__ import annotations

import importlib.util

from pollex.backends.sql.duckdb import DuckDb
from pollex.backends.sql.engines import ENGINES
from pollex.backends.sql.query import Query, query
from pollex.cli.exits import BAD_USAGE, Stop
from pollex.workspace import Workspace


def duckdb() -> DuckDb:
    """DuckDB."""
    engine = ENGINES["duckdb"]
    if not all(importlib.util.find_spec(module) for module in engine.needs):
        said = f"needs {' and '.join(engine.needs)}: `pip install 'pollex[{engine.extra}]'`"
        raise Stop(BAD_USAGE, f"--engine {engine.name} {said}")
    return DuckDb()


def queries(workspace: Workspace) -> tuple[Query, ...]:
    """The query of every payer."""
    program = workspace.compilation.program
    payers = sorted({payer for policy in program.policies for payer in policy.payers})
    return tuple(query(program, payer) for payer in payers)
