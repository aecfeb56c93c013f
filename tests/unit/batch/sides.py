"""Two versions asked by SQL, beside deciding every claim both ways."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from typing import Any

from pollex.backends.sql.dialect import DUCKDB, Dialect
from pollex.backends.sql.duckdb import DuckDb
from pollex.backends.sql.query import query
from pollex.batch import layout
from pollex.batch.alike import BothSides, Side
from pollex.batch.asking import Lines, Questions
from pollex.batch.parquet import plain
from pollex.cli.both_ways import Runner, Task
from pollex.compare.diff.altered import altered
from pollex.compare.diff.blend import Blends
from pollex.compare.diff.impact import Impact
from pollex.compare.diff.touch import reach
from pollex.intake.document import DEFAULT
from pollex.ir.program import Program


def on_duckdb(program: Program) -> Side:
    return side(program, DuckDb(threads=1), DUCKDB)


def side(program: Program, sql: Lines, dialect: Dialect) -> Side:
    payers = sorted({payer for policy in program.policies for payer in policy.payers})
    return Side(program, Questions(sql, tuple(query(program, payer, None, dialect) for payer in payers)))


def counted(
    between: Blends,
    claims: Iterable[Mapping[str, Any]],
    *assume: str,
    asked: Callable[[Program], Side] = on_duckdb,
) -> tuple[Impact, int]:
    """The sums, the same by SQL and without it; and how many claims SQL had to leave."""
    old, new = between.old, between.new
    task = Task(between, reach(old, new, between.changes), frozenset(assume), DEFAULT)
    table = layout.table(claims)
    rows = [(place, plain(row)) for place, row in enumerate(table.to_pylist(), 1)]
    expected, invalid = Runner(task).run(rows)
    assert invalid == ()
    both = BothSides(asked(old.program), asked(new.program), task.reach, altered(old, new), task.assume)
    found, left = both.counted(table)
    rest, _ = Runner(task).run([rows[place] for place in left])
    found.merge(rest)
    for one in fields(Impact):
        assert getattr(found, one.name) == getattr(expected, one.name), one.name
    return found, len(left)
