"""Claims in columns (P4): the query that Pollex writes beside one by hand, and beside lines of JSON.

`python -m tests.bench.parquet FILE` is the process whose memory is looked at: it decides a file by the query
that Pollex writes, and prints how much memory it had.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.bench.interleaved import Bench, Unequal, Work, measured
from tests.bench.peers import plan
from tests.bench.peers.claims import claims

from pollex.backends.sql.query import query
from pollex.backends.sql.rows import sure_ones
from pollex.backends.sql.verdict import Verdict, verdict_of
from pollex.batch.deciding import Desk
from pollex.batch.inputs import Input, chunks
from pollex.intake.document import DEFAULT

IN_COLUMNS = 10
"""So many times as many claims stand in columns: a query has costs of its own that no claim has."""
CHUNK = 500
HAND, GENERATED, JSON = "SQL by hand", "SQL that Pollex writes", "Pollex, lines of JSON to lines of decisions"
GOAL_OF_SQL, GOAL_OF_JSON = 1.3, 3
SHOWN = 5


@dataclass(frozen=True)
class _Files:
    """The claims in columns, and some of them as lines of JSON."""

    columns: Path
    lines: bytes
    given: list[dict[str, Any]]


def works(scale: int) -> Mapping[str, Work]:
    """What `--profile` looks at: the part in Python."""
    return {JSON: _by_lines(_lines(list(claims(scale))))}


def lines(rounds: int, scale: int) -> Iterator[str]:
    if find_spec("duckdb") is None or find_spec("pyarrow") is None:
        yield "not installed: duckdb and pyarrow; pip install -e '.[bench]'"
        return
    with TemporaryDirectory() as folder:
        yield from _measured(_files(Path(folder), scale), rounds, scale)


def _files(folder: Path, scale: int) -> _Files:
    from pollex.batch.layout import write_claims

    given = list(claims(scale * IN_COLUMNS))
    columns = folder / "claims.parquet"
    write_claims(given, columns)
    return _Files(columns, _lines(given[:scale]), given)


def _lines(given: Iterable[Mapping[str, Any]]) -> bytes:
    return b"".join(json.dumps(claim, separators=(",", ":")).encode() + b"\n" for claim in given)


def _measured(files: _Files, rounds: int, scale: int) -> Iterator[str]:
    from tests.bench.peers import by_hand

    connection = _connected(files.columns)
    by_hand.prepare(connection)
    texts = {HAND: by_hand.QUERY, GENERATED: _generated()}
    ways: dict[str, Callable[[tuple[Any, ...]], tuple[int, Verdict] | None]] = {
        HAND: by_hand.verdict,
        GENERATED: _verdict,
    }
    left = {name: _left_open(connection, name, text, ways[name], files.given) for name, text in texts.items()}
    sql: dict[str, Work] = {
        name: partial(connection.execute, f"CREATE OR REPLACE TEMP TABLE decided AS {text}")
        for name, text in texts.items()
    }
    times = measured({**sql, JSON: _by_lines(files.lines)}, rounds)
    claims_of = {HAND: len(files.given), GENERATED: len(files.given), JSON: scale}
    each = {name: seconds / claims_of[name] * 1_000_000 for name, seconds in times.items()}
    yield (
        f"{len(files.given):,} made-up claims in columns, {scale:,} as lines, {plan.RULES} rules, answers "
        f"equal; processor time a claim, one thread, median of {rounds} rounds"
    )
    yield f"{'':<58} {'µs':>9} {'claims/s':>9} {'x by hand':>13}"
    for name, taken in each.items():
        said = name if name not in left else f"{name}, {left[name]:.1%} of claims left open"
        yield f"{said:<58} {taken:>9,.1f} {1_000_000 / taken:>9,.0f} {taken / each[HAND]:>13,.2f}"
    yield _goal(
        each[GENERATED] / each[HAND], f"{GENERATED} takes {GOAL_OF_SQL} x {HAND} or less", GOAL_OF_SQL, 1
    )
    yield _goal(
        each[JSON] / each[GENERATED], f"lines of JSON take {GOAL_OF_JSON} x SQL or more", GOAL_OF_JSON, -1
    )
    memory = _memory(files.columns)
    yield f"memory of a process that decides all {len(files.given):,} in columns: {memory:,} MB"


def _connected(columns: Path) -> Any:
    import duckdb

    connection = duckdb.connect(config={"threads": 1})
    file = f"read_parquet('{columns}', file_row_number = true)"
    numbered = "SELECT file_row_number AS position, * EXCLUDE (file_row_number)"
    connection.execute(f"CREATE VIEW claims AS {numbered} FROM {file}")
    return connection


def _generated() -> str:
    return query(plan.workspace().compilation.program, "bench-plan").text


def _verdict(row: tuple[Any, ...]) -> tuple[int, Verdict] | None:
    return next(iter(sure_ones([row])), None)


def _left_open(
    connection: Any,
    name: str,
    text: str,
    verdict: Callable[[tuple[Any, ...]], tuple[int, Verdict] | None],
    given: list[dict[str, Any]],
) -> float:
    """The share of claims that a query leaves to the exact way; what it decides must be what Pollex says."""
    engine, decided, differing = plan.engine(), 0, []
    for row in connection.execute(text).fetchall():
        found = verdict(row)
        if found is None:
            continue
        position, said = found
        decided += 1
        expected = verdict_of(engine.decide_checked(given[position]))
        if said.outcome != expected.outcome:
            differing.append(
                f"{name}, claim {said.claim_id}, /outcome: {expected.outcome}, not {said.outcome}"
            )
        differing += [
            f"{name}, claim {said.claim_id}, /lines/{place}: {right}, not {line}"
            for place, (right, line) in enumerate(zip(expected.lines, said.lines, strict=True))
            if right != line
        ]
    if differing:
        raise Unequal("\n".join(differing[:SHOWN]))
    return 1 - decided / len(given)


def _by_lines(file: bytes) -> Work:
    desk = Desk(plan.engine(), DEFAULT, frozenset(), columns=False)

    def run() -> None:
        for chunk in chunks([Input("", stream=BytesIO(file))], CHUNK, DEFAULT):
            desk.decide(chunk)

    return run


def _goal(found: float, goal: str, bound: float, direction: int) -> str:
    share = (bound / found) ** direction
    return f"goal: {goal}: {found:.2f} x, {'met' if share >= 1 else f'not met, by {1 / share:.1f} times'}"


def _memory(columns: Path) -> int:
    command = [sys.executable, "-m", "tests.bench.parquet", str(columns)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def decide_file(columns: Path) -> None:
    """Decide a file into another beside it, and print the most memory that took, in MB."""
    connection = _connected(columns)
    connection.execute(f"COPY ({_generated()}) TO '{columns.with_suffix('.out')}' (FORMAT parquet)")
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


BENCH = Bench("claims in columns by SQL, beside SQL by hand and lines of JSON (P4)", "", works, lines)

if __name__ == "__main__":
    decide_file(Path(sys.argv[1]))
