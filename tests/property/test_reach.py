"""What is drawn reaches everything: each node of the language and of the program, each answer it can give.

The other tests of this folder hold laws against random policies and claims; this one shows that nothing of
the language is left out of them. It asks the same strategies, and looks inside while decisions are made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any, get_args

import pytest
from hypothesis import given

from pollex.backends.firing import Firing
from pollex.backends.interpret import line as line_module
from pollex.backends.interpret.combine import Result
from pollex.backends.interpret.elements import Known, Leaf, NotListed, Unknown
from pollex.backends.interpret.evaluate import Evaluator
from pollex.backends.interpret.values import Values
from pollex.backends.wording import CONFLICT
from pollex.ir import nodes, program
from pollex.model.decision import LineDecision
from pollex.source.span import Span
from pollex.syntax import ast, conditions
from property.claims import Claim
from property.policies import World, compiled, worlds
from property.runs import decided, runs, sound
from property.test_laws import some_claims

CONDITIONS, VALUES, EFFECTS = (set(get_args(u)) for u in (nodes.Condition, nodes.Value, program.Effect))
ANYTIME = {Known, Unknown}
ANSWERS_OF = {
    nodes.Const: {Known},
    nodes.Column: {*ANYTIME, NotListed},
    nodes.Arith: {*ANYTIME, NotListed},
    nodes.Shift: {*ANYTIME, NotListed},
}
# A part of a policy, comments and whole files are no matter of meaning.
NOT_DRAWN = {ast.PartHeader, ast.Comment, ast.PolicyFile, Span}


@pytest.fixture(scope="module")
def seen() -> dict[str, set[Any]]:
    """What a fixed number of random policies and claims reach."""
    reached: dict[str, set[Any]] = {}

    def saw(what: str, *found: Any) -> None:
        reached.setdefault(what, set()).update(found)

    @runs(350)
    @given(worlds(), some_claims)
    def look(world: World, drawn: list[Claim]) -> None:
        running = sound(world)
        saw(
            "written",
            *(type(node) for tree in compiled(world).trees for node in parts((tree.header, tree.items))),
        )
        saw(
            "lowered",
            *(type(node) for policy in running.policies for node in parts((policy.rules, policy.otherwise))),
        )
        for claim in drawn:
            for line in decided(running, claim).lines:
                saw("decided", *ways(line))

    with pytest.MonkeyPatch.context() as patch:
        watch(patch, saw)
        look()
    return reached


def watch(patch: pytest.MonkeyPatch, saw: Callable[..., None]) -> None:
    """Note every answer on the way to a decision."""
    holds, value = Evaluator.holds, Values.value
    answer, firings, combine = Evaluator.answer, line_module.firings, line_module.combine

    def holds_noted(self: Evaluator, condition: nodes.Condition, *lines: Any) -> bool | None:
        found = holds(self, condition, *lines)
        saw("conditions", (type(condition), found))
        return found

    def answer_noted(self: Evaluator, leaf: nodes.Condition, *lines: Any) -> bool | Leaf:
        found = answer(self, leaf, *lines)
        saw("leaves", (type(leaf), None if isinstance(found, Leaf) else found))
        return found

    def value_noted(self: Values, of: nodes.Value, *lines: Any) -> Any:
        found = value(self, of, *lines)
        saw("values", (type(of), type(found)))
        return found

    def firings_noted(*asked: Any) -> tuple[Firing, ...]:
        found = firings(*asked)
        saw("clauses", *((type(firing.clause), firing.holds) for firing in found))
        return found

    def combine_noted(*asked: Any) -> Result:
        found = combine(*asked)
        saw("applied", *(type(applied.effect) for applied in found.applied))
        return found

    patch.setattr(Evaluator, "holds", holds_noted)
    patch.setattr(Evaluator, "answer", answer_noted)
    patch.setattr(Values, "value", value_noted)
    patch.setattr(line_module, "firings", firings_noted)
    patch.setattr(line_module, "combine", combine_noted)


def parts(value: Any) -> Iterator[Any]:
    """A node and everything below it."""
    if isinstance(value, tuple | frozenset):
        for item in value:
            yield from parts(item)
    elif is_dataclass(value) and not isinstance(value, Span):
        yield value
        for field in fields(value):
            yield from parts(getattr(value, field.name))


def ways(line: LineDecision) -> Iterator[str]:
    """What a decision of a line can say."""
    if line.outcome == "pend":
        conflict = any(CONFLICT in reason.effect for reason in line.reasons)
        yield (
            "pend for information" if line.missing else "pend for conflict" if conflict else "pend for review"
        )
    else:
        yield line.outcome
    yield from (f"owed {document.status}" for document in line.required_documentation)
    yield from (f"missing {part}" for element in line.missing for part in element.affects)
    yield from ("missing row" for element in line.missing if element.table)
    yield from ("amount open" for _ in [line] if line.outcome == "allow" and line.allowed_amount is None)
    yield from ("trial not known" if "not known" in report.would else "trial" for report in line.trial)


def three_answers(kinds: set[type]) -> set[tuple[type, bool | None]]:
    return {(kind, answer) for kind in kinds for answer in (True, False, None)}


def test_every_node_of_the_language_is_drawn(seen: dict[str, set[Any]]) -> None:
    named = [*vars(ast).values(), *vars(conditions).values()]
    written = {kind for kind in named if isinstance(kind, type) and is_dataclass(kind)}
    scenarios = {ast.Fixture, ast.Test, ast.Examples}
    assert len(written) > 50
    assert written - scenarios - NOT_DRAWN - seen["written"] == set()


def test_every_node_of_the_program_is_reached(seen: dict[str, set[Any]]) -> None:
    assert CONDITIONS | VALUES | EFFECTS | {program.Rule, program.ExceptionRule} <= seen["lowered"]


def test_every_condition_is_seen_true_false_and_unknown(seen: dict[str, set[Any]]) -> None:
    assert three_answers(CONDITIONS) - seen["conditions"] == set()
    leaves = CONDITIONS - {nodes.All, nodes.AnyOf, nodes.AtLeast, nodes.Not, nodes.Exists}
    assert three_answers(leaves) - seen["leaves"] == set()


def test_every_value_is_seen_known_unknown_and_not_listed(seen: dict[str, set[Any]]) -> None:
    expected = {(kind, answer) for kind in VALUES for answer in ANSWERS_OF.get(kind, ANYTIME)}
    assert expected - seen["values"] == set()


def test_every_clause_and_effect_takes_part(seen: dict[str, set[Any]]) -> None:
    expected = three_answers({program.Rule, program.ExceptionRule}) - {(program.ExceptionRule, False)}
    assert expected - seen["clauses"] == set()
    assert EFFECTS - seen["applied"] == set()


def test_every_kind_of_decision_is_seen(seen: dict[str, set[Any]]) -> None:
    assert seen["decided"] == {
        "allow",
        "deny",
        "no_policy",
        "pend for review",
        "pend for conflict",
        "pend for information",
        "amount open",
        "owed unknown",
        "owed not_found",
        "missing outcome",
        "missing percent",
        "missing requirements",
        "missing amount",
        "missing row",
        "trial",
        "trial not known",
    }
