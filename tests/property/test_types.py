"""After a clean check no claim causes an exception, and every decision holds together."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from copy import deepcopy
from typing import Any

from hypothesis import given, note
from hypothesis import strategies as st

from pollex.backends.assumed import ASSUMPTIONS
from pollex.backends.interpret.claim import decide
from pollex.backends.interpret.explain import explain
from pollex.compiler import Compilation, Texts
from pollex.intake.claims import check_claim
from pollex.model.decision import Decision, LineDecision
from pollex.source.text import SourceText
from pollex.syntax.format import format_file
from property.claims import Claim, claims
from property.policies import World, compiled, texts, worlds
from property.runs import decided, runs, sound
from property.wild import wild_claims

vouched = st.sets(st.sampled_from(ASSUMPTIONS)).map(sorted)


@runs(100)
@given(worlds(), st.lists(claims(), min_size=2, max_size=2), wild_claims, vouched)
def test_any_valid_claim_is_decided(world: World, drawn: list[Claim], wild: Claim, assume: list[str]) -> None:
    program = sound(world)
    for claim in (*drawn, wild):
        assert not check_claim(claim)
        before = deepcopy(claim)
        decision = decide(program, claim, assume, "0")
        explanations = explain(program, claim, assume)
        note(f"{claim}\n{decision}")
        assert claim == before
        assert len(explanations) == len(decision.lines) == len(claim["lines"])
        check_decision(decision, claim)


def check_decision(decision: Decision, claim: Claim) -> None:
    """What holds of every decision; that it keeps to its schema is seen to when it is written."""
    assert json.loads(decision.to_json()) == decision.to_dict()
    outcomes = {line.outcome for line in decision.lines}
    with_policy = outcomes - {"no_policy"}
    if "pend" in outcomes:
        assert decision.outcome == "pend"
    elif with_policy == {"allow", "deny"}:
        assert decision.outcome == "partial"
    else:
        assert decision.outcome == (with_policy.pop() if with_policy else "no_policy")
    assert (decision.policies != ()) == (outcomes != {"no_policy"}) or "pend" in outcomes
    for line in decision.lines:
        check_line(line, claim)


def check_line(line: LineDecision, claim: Claim) -> None:
    amount_open = any("amount" in element.affects for element in line.missing)
    match line.outcome:
        case "deny":
            assert (line.percent, line.allowed_amount) == ("0", "0.00")
            assert line.missing == line.required_documentation == ()
            assert all(reason.effect.startswith(("deny", "require", "note")) for reason in line.reasons)
        case "pend":
            assert (line.percent, line.allowed_amount) == (None, None)
        case "allow":
            assert line.percent is not None
            assert (line.allowed_amount is None) == amount_open
            assert all(element.affects == ("amount",) for element in line.missing)
        case "no_policy":
            assert line == LineDecision(line.line_number, line.procedure_code, "no_policy")
    for element in line.missing:
        if element.pointer not in (None, "/documentation", "/history/complete_since"):
            assert at(claim, element.pointer or "") is None
    for reason in line.reasons:
        for reading in reason.because:
            assert reading.pointer is None or reading.value is None or is_there(claim, reading.pointer)


def at(claim: Any, pointer: str) -> Any:
    """What stands at a place; None where nothing does."""
    for step in pointer.split("/")[1:]:
        if isinstance(claim, list):
            claim = claim[int(step)] if int(step) < len(claim) else None
        else:
            claim = claim.get(step) if isinstance(claim, dict) else None
    return claim


def is_there(claim: Claim, pointer: str) -> bool:
    """A value that was read stands in the claim, or is one of those that are assumed."""
    assumed = ("/claim_type", "/frequency_code", "/modifiers", "/units", "/prior_authorizations")
    return at(claim, pointer) is not None or pointer.endswith(assumed)


@runs(60)
@given(worlds(), st.lists(claims(), min_size=2, max_size=2))
def test_formatting_changes_nothing(world: World, drawn: list[Claim]) -> None:
    """Neither a decision nor a digest, which stands in it."""
    program, compilation = sound(world), compiled(world)
    sources = compilation.texts.policies
    tidy = tuple(
        SourceText(text.name, format_file(tree, text))
        for tree, text in zip(compilation.trees, sources, strict=True)
    )
    formatted = Compilation(Texts(tidy, compilation.texts.sets, compilation.texts.tables))
    note("\n".join(text.text for text in tidy))
    assert formatted.is_sound
    for claim in drawn:
        assert decided(formatted.program, claim).to_json() == decided(program, claim).to_json()


# ------------------------------------------------------------------ run to run

DECIDE = """
import json, sys
from pollex.backends.interpret.claim import decide
from pollex.compiler import Compilation, Texts
from pollex.source.text import SourceText

for world in json.load(sys.stdin):
    texts = [tuple(SourceText(*text) for text in kind) for kind in world["texts"]]
    program = Compilation(Texts(*texts)).program
    for claim in world["claims"]:
        print(decide(program, claim, (), "0").to_json())
"""


def test_every_run_gives_the_same_bytes() -> None:
    """Also where Python hashes texts differently, as it does from one process to the next."""
    drawn: list[dict[str, Any]] = []

    @runs(40)
    @given(worlds(), st.lists(claims(), min_size=3, max_size=3))
    def draw(world: World, some: list[Claim]) -> None:
        sound(world)
        kinds = (texts(world).policies, texts(world).sets, texts(world).tables)
        drawn.append({"texts": [[(t.name, t.text) for t in kind] for kind in kinds], "claims": some})

    draw()
    runs_of_it = {run(json.dumps(drawn), seed) for seed in ("0", "1", "20260301")}
    assert len(runs_of_it) == 1
    assert runs_of_it.pop().count("\n") == 3 * len(drawn) > 100


def run(worlds_and_claims: str, seed: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", DECIDE],
        input=worlds_and_claims,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
    )
    return done.stdout
