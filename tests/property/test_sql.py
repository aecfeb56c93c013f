"""The SQL backend decides as the interpreter does: whatever it does not leave to the exact way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import given, note
from hypothesis import strategies as st

from pollex.backends.interpret.claim import decide
from pollex.backends.sql.duckdb import DuckDb
from pollex.backends.sql.query import query
from pollex.backends.sql.verdict import Verdict, verdict_of
from pollex.batch.layout import table
from pollex.batch.parquet import plain
from pollex.ir.program import Program
from property.claims import Claim
from property.policies import World, texts, worlds
from property.runs import runs, sound
from property.test_laws import some_claims
from property.wild import wild_claims


@runs(40)
@given(worlds(), some_claims)
def test_random_policies_and_claims(world: World, drawn: list[Claim]) -> None:
    """Few codes and dates, so that rules meet; every element is missing now and then."""
    alike(sound(world), world, drawn)


@runs(20)
@given(worlds(), st.lists(wild_claims, min_size=2, max_size=2))
def test_claims_made_from_their_schema(world: World, drawn: list[Claim]) -> None:
    """Every element that a claim can have, with values at its edges."""
    alike(sound(world), world, drawn)


def alike(program: Program, world: World, drawn: list[dict[str, Any]]) -> None:
    note("\n".join(text.text for text in texts(world).policies))
    payers = sorted({payer for policy in program.policies for payer in policy.payers})

    def exact(_: int, row: Mapping[str, Any]) -> Verdict:
        return verdict_of(decide(program, plain(row), (), "0"))

    backend = DuckDb(tuple(query(program, payer) for payer in payers), 1)
    found = [one for one in backend.verdicts(table(drawn), exact) if one is not None]
    for claim, verdict in zip(drawn, found, strict=True):
        expected = verdict_of(decide(program, claim, (), "0")).to_dict()
        assert verdict.to_dict() | {"exact": True} == expected
