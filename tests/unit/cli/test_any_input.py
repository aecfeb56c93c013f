"""Whatever a file holds, a command ends with one of its codes, and never with a mistake of the program."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest

from unit.cli.small import POLICY, SET, TABLE, Run, claim, line

ROUNDS = 15


def damaged(text: str, random: Random) -> bytes:
    """A text after a few accidents: bytes changed, taken out, put in, or copied."""
    data = bytearray(text.encode())
    for _ in range(random.randint(1, 6)):
        place = random.randrange(len(data))
        match random.randrange(4):
            case 0:
                data[place] = random.randrange(256)
            case 1:
                del data[place : place + random.randint(1, 20)]
            case 2:
                data[place:place] = random.randbytes(random.randint(1, 5))
            case _:
                other = random.randrange(len(data))
                data[place:place] = data[other : other + 30]
    return bytes(data) or b"-"


@pytest.mark.parametrize("seed", range(3))
def test_damaged_claims(folder: Path, run: Run, seed: int) -> None:
    random = Random(seed)  # noqa: S311 - no secret
    whole = "\n".join(json.dumps(claim(name, line(1, "44120", "22"))) for name in "ABC")
    for _ in range(ROUNDS):
        Path("c.ndjson").write_bytes(damaged(whole, random))
        ran = run("decide", "c.ndjson", "--policies", "policies", "--format", "json", "--explain")
        assert ran.code in (0, 1)
        assert "mistake in Pollex" not in ran.err
        json.loads(ran.out or "null")


@pytest.mark.parametrize("seed", range(3))
def test_damaged_policies(folder: Path, run: Run, seed: int) -> None:
    random = Random(seed)  # noqa: S311 - no secret
    Path("c.json").write_text(json.dumps(claim()), encoding="utf-8")
    texts = {"small.pol": POLICY, "sets/resections.yaml": SET, "tables/limits.yaml": TABLE}
    for _ in range(ROUNDS):
        name = random.choice(list(texts))
        Path("policies", name).write_bytes(damaged(texts[name], random))
        for command in (
            ("check", "policies"),
            ("test", "policies"),
            ("fmt", "policies"),
            ("decide", "c.json", "--policies", "policies"),
        ):
            ran = run(*command)
            assert ran.code in (0, 1, 2)
            assert "mistake in Pollex" not in ran.err
        Path("policies", name).write_text(texts[name], encoding="utf-8")
