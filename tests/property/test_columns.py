"""Claims in Parquet, decided by SQL in batches and for differences: as without it, under random policies."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import assume, given, note
from hypothesis import strategies as st

from pollex.compare.diff.blend import blends
from pollex.compare.diff.difference import difference
from pollex.engine import Engine
from property.claims import Claim
from property.policies import World, compiled, texts, worlds
from property.runs import runs, sound
from property.test_laws import some_claims
from unit.batch.sides import counted
from unit.batch.test_asking import both_ways

pytest.importorskip("pyarrow")
pytest.importorskip("duckdb")


@runs(6)
@given(worlds(), some_claims, st.integers(1, 3))
def test_a_batch(world: World, drawn: list[Claim], chunk: int) -> None:
    """Also with claims that are no claims, which are refused alike."""
    note("\n".join(text.text for text in texts(world).policies))
    engine = Engine(sound(world))
    broken = {**drawn[0], "lines": [], "claim_id": "broken"}
    with TemporaryDirectory() as folder:
        both_ways(Path(folder), [*drawn, broken, drawn[0]], engine, chunk)


@runs(10)
@given(worlds(), some_claims, st.randoms(use_true_random=False))
def test_a_difference(world: World, drawn: list[Claim], random: Random) -> None:
    """A clause went away, or came."""
    policy = world.policies[0]
    gone = random.randrange(len(policy.items))
    less = replace(policy, items=(*policy.items[:gone], *policy.items[gone + 1 :]))
    versions = [world, replace(world, policies=(less, *world.policies[1:]))]
    random.shuffle(versions)
    old, new = map(compiled, versions)
    assume(old.is_sound and new.is_sound)
    note("\n\n".join(text.text for one in versions for text in texts(one).policies))
    counted(blends(old, new, difference(old, new)), drawn)
