"""All ways of completing at once, against one way after the other.

Here completion is said plainly: every combination of answers is put under all the rules by itself, and what
differs between two that differ in one variable hangs on that variable.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from itertools import product
from math import prod
from typing import Any

from hypothesis import given, note
from hypothesis import strategies as st

from pollex.backends.firing import Firing
from pollex.backends.interpret.claim import ExactLines, prepare
from pollex.backends.interpret.combine import Open, Result, combine
from pollex.backends.interpret.complete import PARTS, Affects, Completed, variables
from pollex.backends.interpret.elements import LineRef
from pollex.backends.interpret.evaluate import Evaluator, LeafKey
from pollex.backends.interpret.line import Evaluated, LineDecider, fire
from pollex.backends.interpret.ways import Variable
from pollex.ir.program import Note
from property.claims import Claim
from property.policies import World, worlds
from property.runs import runs, sound
from property.test_laws import some_claims
from property.wild import wild_claims

MOST = 300
Choice = tuple[int, ...]


@dataclass(slots=True)
class OneByOne(LineDecider):
    """Completes one way after the other, where they are not too many for a test."""

    completions: int = 0

    def completed(
        self, evaluated: tuple[Evaluated, ...], evaluator: Evaluator, this: LineRef
    ) -> tuple[Completed, list[Firing]]:
        matter = [found for found in evaluated if not only_notes(found)]
        leaves = {key: leaf for found in matter for key, leaf in found.leaves.items()}
        asked = variables(leaves, evaluator)
        if prod(len(variable.rows) for variable in asked) > MOST:
            return super(OneByOne, self).completed(evaluated, evaluator, this)
        known = [f for found in evaluated if not found.is_unknown for f in found.firings]
        unknown = [found for found in matter if found.is_unknown]
        self.completions += bool(unknown)
        results: dict[Choice, Result] = {}
        fired: dict[str, list[tuple[Firing, ...]]] = {found.rule.id: [] for found in unknown}
        for choice in product(*(range(len(variable.rows)) for variable in asked)):
            trial = Evaluator(self.view, self.program, self.is_denied, {}, assumed(asked, choice))
            for found in unknown:
                fired[found.rule.id].append(fire(found.rule, trial, this))
            now = [firing for rows in fired.values() for firing in rows[-1]]
            results[choice] = combine([*known, *now], self.default(this), trial, this)
        for found in unknown:
            known += [settled(firing, fired[found.rule.id]) for firing in found.firings]
        listed = tuple(results.values())
        return Completed(listed, affected(results, asked), True, lambda: listed), known


def only_notes(found: Evaluated) -> bool:
    return all(isinstance(effect, Note) for firing in found.firings for effect in firing.effects)


def assumed(asked: tuple[Variable, ...], choice: Choice) -> dict[LeafKey, bool]:
    return {
        key: answer
        for variable, row in zip(asked, choice, strict=True)
        for key, answer in zip(variable.keys, variable.rows[row], strict=True)
    }


def settled(firing: Firing, rows: list[tuple[Firing, ...]]) -> Firing:
    """The firing as it is in all ways, if it is the same in all."""
    ways = {any(one.clause is firing.clause and one.holds for one in row) for row in rows}
    return replace(firing, holds=ways.pop()) if len(ways) == 1 else firing


def affected(results: Mapping[Choice, Result], asked: tuple[Variable, ...]) -> Affects:
    found: Affects = {}
    for (place, variable), (choice, result) in product(enumerate(asked), results.items()):
        first = results[(*choice[:place], 0, *choice[place + 1 :])]
        for element in variable.elements:
            found.setdefault(element, set()).update(
                part for part, value in PARTS.items() if value(result) != value(first)
            )
    for part, number in opened(results.values()):
        for element in number.elements:
            found.setdefault(element, set()).add(part)
    return {element: parts for element, parts in found.items() if parts}


def opened(results: Any) -> Iterator[tuple[str, Open]]:
    for result in results:
        for part, number in (("percent", result.percent), ("amount", result.amount)):
            if isinstance(number, Open):
                yield part, number


@runs(250)
@given(worlds(), st.one_of(some_claims, st.lists(wild_claims, min_size=1, max_size=2)))
def test_all_ways_at_once(world: World, drawn: list[Claim]) -> None:
    program = sound(world)
    for claim in drawn:
        held_alike(prepare(program, claim, ()))


def held_alike(decider: LineDecider) -> int:
    """The lines that both decide; how many completions it took."""
    given = {one.name: getattr(decider, one.name) for one in fields(LineDecider) if one.init}
    given.update(denied={}, asked={}, remembered={})
    plain = OneByOne(**given)
    for ref in decider.view.lines:
        note(f"{decider.view.claim}\n{ref}")
        assert decider.is_denied(ref) == plain.is_denied(ref)
        assert ExactLines(decider).line(ref.place) == ExactLines(plain).line(ref.place)
    return plain.completions


def test_there_is_much_to_complete() -> None:
    """In random policies and claims, rules that are not known and could matter are no rare thing."""
    found = [0, 0]

    @runs(40)
    @given(worlds(), some_claims)
    def count(world: World, drawn: list[Claim]) -> None:
        program = sound(world)
        for claim in drawn:
            found[0] += held_alike(prepare(program, claim, ()))
            found[1] += len(claim["lines"])

    count()
    assert found[0] > found[1] / 5
