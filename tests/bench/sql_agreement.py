"""Hold the SQL backend to the Python backend, outside the tests: `python tests/bench/sql_agreement.py
[CLAIMS] [--engine spark] [--policies bench-plan]`.

So many made-up claims (100,000 unless said) are laid out in columns, chunk by chunk, and decided both ways.
It is the way of `pollex batch --engine`, with what SQL leaves to the exact way: the columns of
decisions and the figures have to be the same to the last value. On DuckDB so have the verdicts of `pollex
sql`. Prints how many claims there were, and how many SQL decided by itself; ends with 1 at the first chunk
in which something differs, and shows it.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.peers import claims as bench_claims
from tests.bench.peers import plan

from pollex.backends.sql.engines import ENGINES
from pollex.backends.sql.query import Query, query
from pollex.backends.sql.verdict import Verdict, verdict_of
from pollex.batch import parquet
from pollex.batch.asking import Asking, Lines, Questions
from pollex.batch.chunks import Chunk
from pollex.batch.deciding import Desk
from pollex.batch.layout import table
from pollex.engine import Engine, engine_of
from pollex.intake.document import DEFAULT
from pollex.synth.claims import synthesis
from pollex.workspace import Workspace, shipped

CHUNK = 5_000
THREADS = 2
SHOWN = 10


@dataclass
class Heard:
    """Hands on what queries say, and counts the claims of which SQL says all."""

    sql: Lines
    settled: int = 0

    def lines(self, queries: Iterable[Query], claims: Any) -> Iterator[tuple[Query, Any]]:
        for asked, lines in self.sql.lines(queries, claims):
            told = (lines.column(name).to_pylist() for name in ("position", "is_exact"))
            is_open: dict[int, bool] = {}
            for position, is_exact in zip(*told, strict=True):
                is_open[position] = is_open.get(position, False) or is_exact
            self.settled += list(is_open.values()).count(False)
            yield asked, lines


@dataclass(frozen=True)
class Agreement:
    """Compares what an engine of SQL says with what Pollex says in Python."""

    workspace: Workspace
    name: str

    @cached_property
    def engine(self) -> Engine:
        return engine_of(self.workspace)

    @cached_property
    def queries(self) -> tuple[Query, ...]:
        program = self.workspace.compilation.program
        payers = sorted({payer for policy in program.policies for payer in policy.payers})
        return tuple(query(program, payer, None, ENGINES[self.name].dialect) for payer in payers)

    @cached_property
    def heard(self) -> Heard:
        return Heard(ENGINES[self.name].runner((), THREADS))

    def differing(self, claims: list[dict[str, Any]]) -> Iterator[str]:
        """What differs."""
        laid_out = table(claims)
        yield from self._columns(laid_out)
        if self.name == "duckdb":
            yield from self._verdicts(claims, laid_out)

    def _columns(self, laid_out: Any) -> Iterator[str]:
        """Rows of decisions that differ, and figures."""
        chunk = Chunk("made up", 0, rows=parquet.as_stream(laid_out))
        desk = Desk(self.engine, DEFAULT, frozenset(), columns=True)
        by_sql = Asking(desk, Questions(self.heard, self.queries), self.name).decide(chunk)
        by_python = desk.decide(chunk)
        if by_sql.tally != by_python.tally:
            yield f"figures: {by_python.tally}\n  in SQL {by_sql.tally}"
        rows, others = (parquet.table_of(one.output).to_pylist() for one in (by_python, by_sql))
        if len(rows) != len(others):
            yield f"{len(rows)} rows of decisions, in SQL {len(others)}"
        for row, other in zip(rows, others, strict=False):
            for column, value in row.items():
                if other[column] != value:
                    place = f"{row['claim_id']}, line {row['line_number']}, {column}"
                    yield f"{place}: {value}\n  in SQL {other[column]}"

    def _verdicts(self, claims: list[dict[str, Any]], laid_out: Any) -> Iterator[str]:
        """Verdicts that differ."""
        expected = [verdict_of(self.engine.decide_checked(claim)) for claim in claims]
        runner = ENGINES[self.name].runner(self.queries, THREADS)
        found = runner.verdicts(laid_out, lambda position, _: expected[position])
        for claim, right, one in zip(claims, expected, found, strict=True):
            if _said(one) != _said(right):
                yield f"{claim['claim_id']}: {_said(right)}\n  in SQL {_said(one)}\n  {json.dumps(claim)}"


def _said(verdict: Verdict | None) -> str:
    """A verdict, whoever gave it."""
    return "" if verdict is None else json.dumps(verdict.to_dict() | {"exact": True}, sort_keys=True)


def main(count: int, engine: str, policies: str) -> int:
    workspace = shipped() if policies == "shipped" else plan.workspace()
    made_up = (
        synthesis(workspace.compilation.program, "sql agreement").claims(count)
        if policies == "shipped"
        else bench_claims.claims(count)
    )
    agreement = Agreement(workspace, engine)
    decided, began = 0, time.monotonic()
    while claims := list(islice(made_up, CHUNK)):
        differing = list(agreement.differing(claims))
        if differing:
            where = f"claims {decided + 1} to {decided + len(claims)}"
            say(*differing[:SHOWN], f"{len(differing)} differ, within {where}")
            return 1
        decided += len(claims)
        sys.stderr.write(f"{decided:,} claims, {time.monotonic() - began:,.0f} s\n")
    settled = agreement.heard.settled
    say(f"{policies} on {engine}: {decided:,} claims decided alike, {settled:,} of them by SQL alone")
    return 0


def say(*lines: str) -> None:
    sys.stdout.write("\n".join((*lines, "")))


if __name__ == "__main__":
    given = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0])
    given.add_argument("claims", type=int, nargs="?", default=100_000)
    given.add_argument("--engine", choices=sorted(ENGINES), default="duckdb")
    given.add_argument("--policies", choices=("shipped", "bench-plan"), default="shipped")
    asked = given.parse_args()
    sys.exit(main(asked.claims, asked.engine, asked.policies))
