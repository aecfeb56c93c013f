"""How long the tests of policies take (P5), held to reading and writing their claims and decisions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import cycle, islice

from tests.bench.interleaved import Bench, Work

from pollex.testing.run import Suite
from pollex.workspace import shipped

TESTS = "{scale} policy tests, fixtures included"
COMPILE = "compile the shipped policies"
FLOOR = "json.loads of {scale} claims, json.dumps of decisions"


def works(scale: int) -> Mapping[str, Work]:
    """The shipped policies' own tests, again from the first where there are fewer."""
    workspace = shipped()
    suite = Suite(workspace)
    cases = list(islice(cycle(suite.cases), scale))
    results = [suite.run(case) for case in cases]
    claims = [json.dumps(result.claim) for result in results]
    decisions = [result.decision.to_dict() for result in results if result.decision is not None]
    assert len(decisions) == scale

    def run_tests() -> None:
        fresh = Suite(workspace)
        assert all(fresh.run(case).passed for case in cases)

    def compile_policies() -> None:
        _ = shipped().compilation.program

    def read_and_write() -> None:
        for claim in claims:
            json.loads(claim)
        for decision in decisions:
            json.dumps(decision)

    return {FLOOR: read_and_write, TESTS: run_tests, COMPILE: compile_policies}


BENCH = Bench("1,000 policy tests in 1 s (P5)", FLOOR, works)
