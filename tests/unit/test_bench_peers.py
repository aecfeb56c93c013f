"""What Pollex is measured beside decides the bench's claims as it does; what is not installed is left out."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from pollex.intake.claims import check_claim

PEERS = (
    "readable",
    "specialised",
    "json_logic",
    "zen_expressions",
    "cel_cpp",
    "cel_rust",
    "rego_rust",
    "rego_cpp",
    "cedar",
)
MANY, FEW = 60, 6
SLOW = ("rego_cpp", "cedar")


@pytest.fixture
def bench(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A module of the bench by its name."""
    monkeypatch.syspath_prepend(str(checkout))
    return lambda name: import_module(f"tests.bench.peers.{name}")


def test_every_peer_is_tested(bench: Any) -> None:
    assert bench("peer").MODULES == PEERS


@pytest.mark.parametrize("name", PEERS)
def test_a_peer_gives_the_same_answers(bench: Any, name: str) -> None:
    peer = bench(name).PEER
    if not peer.is_installed:
        pytest.skip(f"{peer.package} is not installed: pip install -e '.[bench]'")
    given = list(bench("claims").claims(FEW if name in SLOW else MANY))
    assert list(peer.differing(peer.ready(), given)) == []


def test_a_wrong_answer_is_found(bench: Any) -> None:
    peer, claim = bench("readable").PEER, next(bench("claims").claims(1))
    found = list(peer.differing(lambda given: peer.ready()({**given, "frequency_code": "8"}), [claim]))
    assert "Python, readable, claim BENCH-0000000, /lines/1/outcome: allow, not pend" in found


def test_the_specialised_function_makes_the_very_document(bench: Any) -> None:
    specialised, engine = bench("specialised"), bench("plan").engine()
    same = 0
    for claim in bench("claims").claims(MANY):
        document = specialised.decide(claim)
        if "outcome" in document:
            assert document == engine.decide(claim).to_dict()
            same += 1
    assert same > MANY / 2


def test_the_claims_are_valid_and_of_the_size_that_is_said(bench: Any) -> None:
    claims = list(bench("claims").claims(MANY))
    assert [check_claim(claim) for claim in claims] == [()] * MANY
    assert claims == list(bench("claims").claims(MANY))
    assert {len(claim["lines"]) for claim in claims} == set(range(1, 7))
    sizes = [len(json.dumps(claim, separators=(",", ":"))) for claim in claims]
    assert 2200 < sum(sizes) / MANY < 2500


def test_the_rules_are_as_many_as_is_said(bench: Any) -> None:
    (policy,) = bench("plan").workspace().compilation.program.policies
    assert sum(1 + len(rule.exceptions) for rule in policy.rules) == bench("plan").RULES == 32
    assert bench("plan").workspace().compilation.diagnostics == ()


def test_the_sql_by_hand_decides_as_pollex_does(bench: Any) -> None:
    duckdb = pytest.importorskip("duckdb")
    pytest.importorskip("pyarrow")
    from pollex.backends.sql.verdict import verdict_of
    from pollex.batch.layout import table

    by_hand, given = bench("by_hand"), list(bench("claims").claims(MANY))
    with duckdb.connect() as connection:
        connection.register("given", table(given))
        connection.execute(
            "CREATE VIEW claims AS SELECT (row_number() OVER ()) - 1 AS position, * FROM given"
        )
        by_hand.prepare(connection)
        decided = dict(filter(None, map(by_hand.verdict, connection.execute(by_hand.QUERY).fetchall())))
    assert len(decided) > MANY / 2
    for position, found in decided.items():
        expected = verdict_of(bench("plan").engine().decide(given[position]))
        assert (found.claim_id, found.outcome, found.lines) == (
            expected.claim_id,
            expected.outcome,
            expected.lines,
        )
