"""Lines of claims to lines of decisions on one core (P2), held to orjson reading and writing the same."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from io import BytesIO
from itertools import cycle
from typing import Any

from tests.bench.interleaved import Bench, Work, ratios
from tests.bench.peers import plan
from tests.bench.peers.claims import claims as claims_of_plan

from pollex.batch.deciding import Desk
from pollex.batch.inputs import Input, chunks
from pollex.batch.workers import workers_for
from pollex.engine import Engine, engine_of
from pollex.intake.claims import read_claim
from pollex.intake.document import DEFAULT
from pollex.synth.claims import synthesis
from pollex.workspace import shipped

FLOOR = "orjson.loads of {scale} claims, orjson.dumps of decisions"
WHOLE = "{scale} lines of claims to lines of decisions, all of it"
READ = "read them and check them against the schema"
DECIDE = "decide them, which were decided before"
DECIDE_NEW = "decide as many that were never decided before"
WRITE = "write the decisions"
CHUNK = 500
LOTS = 12
"""So often there are claims that were never decided before; a bench of more rounds meets them again."""
SHIPPED, ONE_POLICY = "the shipped policies, made-up claims of every payer", "one made-up policy of 32 rules"


def works(scale: int) -> Mapping[str, Work]:
    """Both, for `--profile`."""
    both = {SHIPPED: shipped_policies(scale), ONE_POLICY: one_policy(scale)}
    return {
        f"{whose}: {name}": work
        for whose, found in both.items()
        for name, work in found.items()
        if name != FLOOR
    }


def lines(rounds: int, scale: int) -> Iterator[str]:
    """Each held to its own floor."""
    for whose, make in ((SHIPPED, shipped_policies), (ONE_POLICY, one_policy)):
        yield f"{whose}:"
        yield from ratios(make(scale), FLOOR, rounds, scale)


def shipped_policies(scale: int) -> Mapping[str, Work]:
    workspace = shipped()
    return steps(
        engine_of(workspace),
        synthesis(workspace.compilation.program, "batch").claims(scale * (1 + LOTS)),
        scale,
    )


def one_policy(scale: int) -> Mapping[str, Work]:
    return steps(plan.engine(), claims_of_plan(scale * (1 + LOTS)), scale)


def steps(engine: Engine, made: Iterable[dict[str, Any]], scale: int) -> Mapping[str, Work]:
    """All of it and its parts, with all the libraries of `pollex[fast]`."""
    orjson: Any = import_module("orjson")
    import_module("jsonschema_rs")
    desk = Desk(engine, DEFAULT, frozenset(), columns=False)
    every = list(made)
    claims, lots = every[:scale], cycle(every[at : at + scale] for at in range(scale, len(every), scale))
    texts = [json.dumps(claim, separators=(",", ":")).encode() for claim in claims]
    decisions = [engine.decide(claim) for claim in claims]
    documents = [decision.to_dict() for decision in decisions]
    file = b"".join(text + b"\n" for text in texts)
    written = b"".join(decision.to_json_bytes() + b"\n" for decision in decisions)

    def read_and_write() -> None:
        for text in texts:
            orjson.loads(text)
        for document in documents:
            orjson.dumps(document)

    def whole() -> None:
        source = [Input("", stream=BytesIO(file))]
        with workers_for(1, desk) as worker:
            done = worker.decide(chunks(source, CHUNK, DEFAULT))
            assert b"".join(chunk.output for chunk in done) == written

    def read() -> None:
        assert all(read_claim(text).claim for text in texts)

    def decide() -> None:
        for claim in claims:
            engine.decide_checked(claim)

    def decide_new() -> None:
        for claim in next(lots):
            engine.decide_checked(claim)

    def write() -> None:
        for decision in decisions:
            decision.to_json_bytes()

    return {
        FLOOR: read_and_write,
        WHOLE: whole,
        READ: read,
        DECIDE: decide,
        DECIDE_NEW: decide_new,
        WRITE: write,
    }


BENCH = Bench("NDJSON in, checked, decisions NDJSON out, within 3.5 x floor (P2)", "", works, lines)
