"""Claims of a Parquet file for `pollex diff`: asked by SQL first where an engine is named, or read by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pollex.backends.sql.engines import SqlEngine
from pollex.batch import parquet
from pollex.batch.alike import BothSides, Side
from pollex.batch.chunks import Chunk
from pollex.batch.inputs import Input, chunks
from pollex.batch.validity import valid_rows
from pollex.cli.both_ways import Claim, Task
from pollex.cli.engines import questions
from pollex.compare.diff.altered import altered
from pollex.compare.diff.impact import Impact
from pollex.intake.document import DEFAULT
from pollex.intake.faults import Fault

CHUNK, AT_ONCE = 500, 200
"""Rows that are read at once, and claims that are made of rows that are left."""

Report = Callable[[int, Sequence[Fault]], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """An engine that both versions are asked of."""

    sides: BothSides
    chunk: int


def asked(task: Task, engine: SqlEngine) -> Asked:
    """Both versions of a task, ready to be asked."""
    old, new = task.blends.old, task.blends.new
    before, after = (Side(one.program, questions(engine, one.program)) for one in (old, new))
    return Asked(BothSides(before, after, task.reach, altered(old, new), task.assume), engine.chunk)


@dataclass(frozen=True, slots=True)
class Columns:
    """A Parquet file. `counted` gets the sums of claims that need no second look, `report` what is wrong."""

    source: Input
    asked: Asked | None
    counted: Callable[[Impact], None]
    report: Report

    def claims(self) -> Iterator[tuple[int, Claim]]:
        """The claims to decide both ways, with their places in the file."""
        size = CHUNK if self.asked is None else self.asked.chunk
        for chunk in chunks([self.source], size, DEFAULT):
            yield from self._rows(chunk) if self.asked is None else self._left(chunk, self.asked.sides)

    def _rows(self, chunk: Chunk) -> Iterator[tuple[int, Claim]]:
        for position, row in enumerate(parquet.claims_of(chunk.rows), chunk.first):
            if isinstance(row, tuple):
                self.report(position, row)
            else:
                yield position, row

    def _left(self, chunk: Chunk, sides: BothSides) -> Iterator[tuple[int, Claim]]:
        """Those that SQL does not find decided alike."""
        valid = valid_rows(chunk, DEFAULT)
        for reject in valid.rejects:
            self.report(reject.position, reject.faults)
        impact, left = sides.counted(valid.table)
        self.counted(impact)
        for first in range(0, len(left), AT_ONCE):
            some = left[first : first + AT_ONCE]
            rows: Any = valid.table.take(parquet.library().array(some, "int64"))
            for place, row in zip(some, rows.to_pylist(), strict=True):
                yield chunk.first + valid.places[place], parquet.plain(row)
