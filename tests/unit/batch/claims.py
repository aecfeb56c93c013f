"""Claims for runs, files of them, and an engine with the small policy."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pollex
from pollex.batch.chunks import Done, Reject
from pollex.batch.deciding import Desk
from pollex.batch.inputs import file_input
from pollex.batch.run import Job
from pollex.batch.run import run as run_job
from pollex.batch.tally import Tally
from pollex.engine import Engine
from pollex.intake.document import DEFAULT
from unit.cli.small import POLICY, SET, TABLE, claim, line


@cache
def engine(policy: str = POLICY) -> Engine:
    with TemporaryDirectory() as made:
        for name, text in (("a.pol", policy), ("sets/b.yaml", SET), ("tables/c.yaml", TABLE)):
            file = Path(made) / name
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return pollex.load(made)


def mixed(count: int) -> list[dict[str, Any]]:
    """Claims with every outcome; one in five is not valid."""
    kinds = (
        [line(1), line(2, "44121", "80")],
        [line(1, "44120", "22", charge_amount="2000.00"), line(2, units="9")],
        [line(1, units="9", charge_amount=None)],
        [line(1, "99213")],
        [line(1, "nonsense")],
    )
    return [claim(f"C-É{number}", *kinds[number % len(kinds)]) for number in range(count)]


def ndjson(claims: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in claims)


class Stopped(Exception):  # noqa: N818 - a stand-in for whatever stops a run
    pass


class Seen:
    """A watch that keeps what it is told, and stops a run after so many chunks."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.stop_after = stop_after
        self.before: int | None = None
        self.chunks = 0
        self.read: list[int] = []
        self.rejects: list[Reject] = []

    def goes_on(self, tally: Tally) -> None:
        self.before = tally.claims

    def chunk(self, done: Done, read: int) -> None:
        self.chunks += 1
        self.read.append(read)
        self.rejects += done.rejects
        if self.chunks == self.stop_after:
            raise Stopped


def job(folder: Path, *names: str, out: str = "out", **settings: Any) -> Job:
    made: dict[str, Any] = {
        "inputs": [file_input(str(folder / name)) for name in names],
        "output": folder / out,
        "rejects": folder / f"{out}.rejects",
        "desk": Desk(engine(), DEFAULT, frozenset(), columns=False),
        "workers": 1,
        "chunk": 3,
    }
    return Job(**{**made, **settings})


def run(made: Job, watch: Seen | None = None) -> tuple[Tally, Seen]:
    watch = watch or Seen()
    return run_job(made, watch), watch
