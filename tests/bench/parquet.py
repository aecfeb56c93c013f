"""Claims in columns (P4): the query that Pollex writes beside one by hand, and beside lines of JSON.

`python -m tests.bench.parquet 1000000` decides that many claims with `pollex batch --engine duckdb`, and
prints how much memory and time that took: 10,000 made-up claims, as often as it takes, under other ids.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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

IN_COLUMNS = 40
"""So many times as many claims stand in columns: a query has costs of its own that no claim has."""
DISTINCT = 10_000
"""Claims that are made up to see what many need; the others repeat them."""
NAMED = "claim_id || '-' || turn AS claim_id, * EXCLUDE (claim_id, turn)"
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
    expected = [verdict_of(plan.engine().decide_checked(claim)) for claim in files.given]
    left = {name: _left_open(connection, name, text, ways[name], expected) for name, text in texts.items()}
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
    yield _of_many(len(files.given))


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
    expected: Sequence[Verdict],
) -> float:
    """The share of claims that a query leaves to the exact way; what it decides must be what Pollex says."""
    decided, differing = 0, []
    for row in connection.execute(text).fetchall():
        found = verdict(row)
        if found is None:
            continue
        position, said = found
        decided += 1
        right = expected[position]
        if said.outcome != right.outcome:
            differing.append(f"{name}, claim {said.claim_id}, /outcome: {right.outcome}, not {said.outcome}")
        differing += [
            f"{name}, claim {said.claim_id}, /lines/{place}: {other}, not {line}"
            for place, (other, line) in enumerate(zip(right.lines, said.lines, strict=True))
            if other != line
        ]
    if differing:
        raise Unequal("\n".join(differing[:SHOWN]))
    return 1 - decided / len(expected)


def _by_lines(file: bytes) -> Work:
    desk = Desk(plan.engine(), DEFAULT, frozenset(), columns=False)

    def run() -> None:
        for chunk in chunks([Input("", stream=BytesIO(file))], CHUNK, DEFAULT):
            desk.decide(chunk)

    return run


def _goal(found: float, goal: str, bound: float, direction: int) -> str:
    share = (bound / found) ** direction
    return f"goal: {goal}: {found:.2f} x, {'met' if share >= 1 else f'not met, by {1 / share:.1f} times'}"


WATCH = """
import os, sys
process = os.spawnvp(os.P_NOWAIT, sys.argv[1], sys.argv[1:])
_, status, used = os.wait4(process, 0)
print(status, used.ru_maxrss, used.ru_utime + used.ru_stime)
"""
"""Runs a command. A process is said to have had the memory of the one that starts it: let that be small."""


def _of_many(count: int) -> str:
    """What `pollex batch --engine duckdb` needs for so many claims."""
    with TemporaryDirectory() as folder:
        many = _many(Path(folder), count)
        command = [sys.executable, "-m", "pollex", "batch", str(many), "--engine", "duckdb"]
        command += ["--policies", str(plan.FOLDER), "-o", str(many.with_name("decisions.parquet"))]
        ran = subprocess.run(
            [sys.executable, "-c", WATCH, *command],
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
    *summary, last = ran.stdout.splitlines()
    status, memory, seconds = int(last.split()[0]), int(last.split()[1]), float(last.split()[2])
    if status:
        sys.exit("\n".join((f"pollex batch ended with {os.waitstatus_to_exitcode(status)}", *summary)))
    each = f"{seconds:,.0f} s of processor time, {seconds / count * 1_000_000:,.0f} µs a claim"
    said = f"{memory // 1024:,} MB of memory, {each}"
    return f"pollex batch --engine duckdb, {count:,} claims in columns: {said}"


def _many(folder: Path, count: int) -> Path:
    """So many claims in one file."""
    import duckdb

    from pollex.batch.layout import write_claims

    distinct, many = folder / "distinct.parquet", folder / "many.parquet"
    write_claims(claims(min(count, DISTINCT)), distinct)
    times = -(-count // DISTINCT)
    with duckdb.connect(config={"threads": 1, "memory_limit": "500MB"}) as connection:
        turns, found = (
            connection.sql(f"FROM range({times}) AS t(turn)"),
            connection.read_parquet(str(distinct)),
        )
        named = turns.cross(found).limit(count).project(NAMED)
        named.write_parquet(str(many), compression="zstd")
    return many


BENCH = Bench("claims in columns by SQL, beside SQL by hand and lines of JSON (P4)", "", works, lines)

if __name__ == "__main__":
    sys.stdout.write(_of_many(int(sys.argv[1])) + "\n")
