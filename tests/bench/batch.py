"""Lines of claims to lines of decisions on one core (P2), held to orjson reading and writing the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import import_module
from io import BytesIO
from typing import Any

from tests.bench.interleaved import Bench, Work

from pollex.batch.deciding import Desk
from pollex.batch.inputs import Input, chunks
from pollex.engine import engine_of
from pollex.intake.claims import read_claim
from pollex.intake.document import DEFAULT
from pollex.synth.claims import synthesis
from pollex.workspace import shipped

FLOOR = "orjson.loads of {scale} claims, orjson.dumps of decisions"
WHOLE = "{scale} lines of claims to lines of decisions, all of it"
READ = "read them and check them against the schema"
DECIDE = "decide them"
WRITE = "write the decisions"
CHUNK = 500


def works(scale: int) -> Mapping[str, Work]:
    """Made-up claims under the shipped policies, with all the libraries of `pollex[fast]`."""
    orjson: Any = import_module("orjson")
    import_module("jsonschema_rs")
    workspace = shipped()
    engine = engine_of(workspace)
    desk = Desk(engine, DEFAULT, frozenset(), columns=False)
    claims = list(synthesis(workspace.compilation.program, "batch").claims(scale))
    lines = [json.dumps(claim, separators=(",", ":")).encode() for claim in claims]
    decisions = [engine.decide(claim) for claim in claims]
    documents = [decision.to_dict() for decision in decisions]
    file = b"".join(line + b"\n" for line in lines)
    written = b"".join(decision.to_json_bytes() + b"\n" for decision in decisions)

    def read_and_write() -> None:
        for line in lines:
            orjson.loads(line)
        for document in documents:
            orjson.dumps(document)

    def whole() -> None:
        source = [Input("", stream=BytesIO(file))]
        assert b"".join(desk.decide(chunk).output for chunk in chunks(source, CHUNK, DEFAULT)) == written

    def read() -> None:
        assert all(read_claim(line).claim for line in lines)

    def decide() -> None:
        for claim in claims:
            engine.decide_checked(claim)

    def write() -> None:
        for decision in decisions:
            decision.to_json_bytes()

    return {FLOOR: read_and_write, WHOLE: whole, READ: read, DECIDE: decide, WRITE: write}


BENCH = Bench("NDJSON in, checked, decisions NDJSON out, within 3.5 x floor (P2)", FLOOR, works)
