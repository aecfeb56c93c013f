"""Conditions mean what they say: the interpreter against a second, simpler reading of the tree.

Where everything that a condition reads is known, the interpreter says true or false, as the oracle does.
"""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given, note
from hypothesis import strategies as st

from pollex.backends.interpret.claim import prepare
from pollex.backends.interpret.elements import LineRef
from pollex.backends.interpret.line import LineDecider
from pollex.check.checked import CheckedPolicy
from pollex.compiler import Compilation
from pollex.lower.conditions import Lowering
from pollex.syntax.conditions import ConditionList
from property.claims import Claim, claims
from property.known import NotKnown, Place
from property.oracle import Oracle
from property.policies import World, compiled, worlds
from property.runs import runs


@runs(200)
@given(worlds(), st.lists(claims(), min_size=3, max_size=3))
def test_a_condition_means_what_it_says(world: World, drawn: list[Claim]) -> None:
    compilation = compiled(world)
    assume(compilation.is_sound)
    for claim in map(completely_known, drawn):
        decider = prepare(compilation.program, claim, ())
        for policy in compilation.checked.policies:
            for listed in conditions(policy):
                for ref in decider.view.lines:
                    note(f"{listed}\n{ref}\n{claim}")
                    expected = said(listed, policy, compilation, decider, ref)
                    answer = meant(listed, policy, compilation, decider, ref)
                    assert expected is None or answer is expected


def completely_known(claim: Claim) -> Claim:
    """The history is known for ever, so that the lack of a line is known too."""
    if "history" in claim:
        claim["history"]["complete_since"] = "1900-01-01"
    return claim


def conditions(policy: CheckedPolicy) -> list[ConditionList]:
    names = policy.names
    clauses: list[Any] = [*names.rules.values(), *names.exceptions.values()]
    return [clause.when for clause in clauses if clause.when is not None]


def said(
    listed: ConditionList, policy: CheckedPolicy, compilation: Compilation, decider: LineDecider, ref: LineRef
) -> bool | None:
    """What the oracle says; None where it would need something that is missing."""
    claim: Any = decider.view.claim
    by_number = {line["line_number"]: LineRef(at) for at, line in enumerate(claim["lines"])}

    def is_denied(number: int) -> bool:
        denied, _ = decider.is_denied(by_number[number])
        if denied is None:
            raise NotKnown
        return denied

    this = Place(claim["lines"][ref.place])
    oracle = Oracle(claim, compilation.program, policy.names.defines, is_denied, this)
    try:
        return oracle.every(listed)
    except NotKnown:
        return None


def meant(
    listed: ConditionList, policy: CheckedPolicy, compilation: Compilation, decider: LineDecider, ref: LineRef
) -> bool | None:
    """What the interpreter says of the condition, put into the intermediate form."""
    condition = Lowering(compilation.checked.environment, policy.names.defines).conditions(listed)
    return decider.evaluator().holds(condition, ref)
