"""The Python backend decides and explains as the interpreter does, byte for byte: the interpreter is the
meaning.
"""

from __future__ import annotations

from typing import Any

from hypothesis import given, note
from hypothesis import strategies as st

from pollex.backends.assumed import ASSUMPTIONS
from pollex.backends.interpret.claim import decide, exact_lines
from pollex.backends.interpret.explain import explain
from pollex.backends.python.decide import PythonBackend
from pollex.backends.python.explain.explainer import Explainer
from pollex.ir.program import Program
from pollex.model.explanation import LineExplanation
from property.claims import Claim
from property.policies import World, texts, worlds
from property.runs import runs, sound
from property.test_laws import some_claims
from property.wild import wild_claims

vouched = st.sets(st.sampled_from(ASSUMPTIONS)).map(sorted)


def backend(program: Program) -> PythonBackend:
    return PythonBackend(program, exact_lines, "0")


@runs(150)
@given(worlds(), some_claims, vouched)
def test_random_policies_and_claims(world: World, drawn: list[Claim], assume: list[str]) -> None:
    """Few codes and dates, so that rules meet; every element is missing now and then."""
    alike(sound(world), world, drawn, assume)


@runs(60)
@given(worlds(), st.lists(wild_claims, min_size=2, max_size=2), vouched)
def test_claims_made_from_their_schema(world: World, drawn: list[Claim], assume: list[str]) -> None:
    """Every element that a claim can have, with values at its edges."""
    alike(sound(world), world, drawn, assume)


def alike(program: Program, world: World, drawn: list[dict[str, Any]], assume: list[str]) -> None:
    note("\n".join(text.text for text in texts(world).policies))
    fast = backend(program)
    explainer = Explainer(fast, explain, 0)
    for claim in drawn:
        why = explain(program, claim, assume)
        assert [shown(line) for line in explainer.explain(claim, assume)] == [shown(line) for line in why]
        expected = decide(program, claim, assume, "0")
        # Twice: what is remembered of a claim must not show in the next.
        assert fast.decide(claim, assume).to_dict() == expected.to_dict()
        assert fast.decide(claim, assume).to_json() == expected.to_json()
        assert explainer.explain(claim, assume) == why


def shown(line: LineExplanation) -> list[str]:
    """The rules of a line, one by one, so that a difference is seen."""
    return [str(line.line_number), *map(repr, line.rules)]
