"""How long deciding takes (P1): the Python backend and the interpreter, held to reading and writing JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from itertools import cycle, islice
from typing import Any

from tests.bench.interleaved import Bench, Work

from pollex.backends.interpret.claim import decide, exact_lines
from pollex.backends.python.decide import PythonBackend
from pollex.ir.program import Program
from pollex.model.decision import Decision
from pollex.synth.claims import synthesis
from pollex.testing.run import Suite
from pollex.workspace import shipped

Claim = dict[str, Any]
FEW = 20
"""The interpreter decides one claim in so many, or a run would be all its own; its time is taken so often."""
FLOOR = "json.loads of {scale} claims, json.dumps of the same"
BACKEND = "decide {scale} claims of the policies' own tests"
COMPLETE = "decide {scale} of them that lack nothing that matters"
MADE_UP = "decide {scale} made-up claims, of all payers"
DOCUMENTS = "the same, with decisions as documents"
INTERPRETER = f"decide them by the interpreter, one in {FEW}"


def works(scale: int) -> Mapping[str, Work]:
    """The claims of the shipped policies' tests: most lack nothing that matters, some are about just that."""
    workspace = shipped()
    program = workspace.compilation.program
    suite = Suite(workspace)
    found = (suite.run(case).claim for case in suite.cases)
    claims = list(islice(cycle([claim for claim in found if claim is not None]), scale))
    made_up = list(synthesis(program, "bench").claims(min(scale, 1000)))
    texts = [json.dumps(claim) for claim in claims]
    backend = PythonBackend(program, exact_lines, "0")

    def run(of: list[Claim], then: Callable[[Decision], object]) -> Work:
        return lambda: [then(backend.decide(claim, ())) for claim in of]

    def read_and_write() -> None:
        for text in texts:
            json.dumps(json.loads(text))

    return {
        FLOOR: read_and_write,
        BACKEND: run(claims, lambda _: None),
        DOCUMENTS: run(claims, Decision.to_dict),
        COMPLETE: run(list(islice(cycle(complete(program, claims)), scale)), lambda _: None),
        MADE_UP: run(list(islice(cycle(made_up), scale)), lambda _: None),
        INTERPRETER: lambda: by_interpreter(program, claims[::FEW]),
    }


def complete(program: Program, claims: list[Claim]) -> list[Claim]:
    """The claims that are decided without the interpreter."""
    asked: list[object] = []

    def noted(*of: Any) -> Any:
        asked.append(of)
        return exact_lines(*of)

    backend = PythonBackend(program, noted, "0")
    found = []
    for claim in claims:
        before = len(asked)
        backend.decide(claim, ())
        if len(asked) == before:
            found.append(claim)
    return found


def by_interpreter(program: Program, claims: list[Claim]) -> None:
    for claim in claims:
        decide(program, claim, (), "0")


BENCH = Bench("one claim, in microseconds (P1)", FLOOR, works)
