"""The laws of the language, held against random policies and random claims."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import assume, given, note
from hypothesis import strategies as st

from pollex.intake.claims import check_claim
from pollex.model.decision import LineDecision
from property.claims import Claim, claims, deletable, delete, nulled, optional
from property.policies import Clause, World, compiled, texts, worlds
from property.runs import decided, is_for_information, runs, sound, triple

some_claims = st.lists(claims(), min_size=3, max_size=3)
randoms = st.builds(Random, st.integers(0, 2**20))
Items = tuple[Clause, ...]


@runs(100)
@given(worlds(), some_claims, randoms)
def test_order_never_matters(world: World, drawn: list[Claim], random: Random) -> None:
    """Of files, rules, clauses, conditions, effects, members and rows; of the keys of a claim."""
    program = sound(world)
    shuffled = compiled(world, random)
    note("\n".join(text.text for text in texts(world).policies))
    note("\n".join(text.text for text in shuffled.texts.policies))
    for claim in drawn:
        expected = decided(program, claim).to_json()
        assert decided(shuffled.program, claim).to_json() == expected
        assert decided(program, in_another_order(claim, random)).to_json() == expected


def in_another_order(value: Any, random: Random) -> Any:
    """The same JSON, its keys in another order."""
    if isinstance(value, dict):
        keys = random.sample(list(value), len(value))
        return {key: in_another_order(value[key], random) for key in keys}
    return [in_another_order(item, random) for item in value] if isinstance(value, list) else value


@runs(130)
@given(worlds(), some_claims, randoms)
def test_less_information_never_changes_what_is_decided(
    world: World, drawn: list[Claim], random: Random
) -> None:
    """Without one element a line is decided as before, or asks for that element."""
    program = sound(world)
    for claim in drawn:
        before = decided(program, claim).lines
        paths = deletable(claim)
        lists = [path for path in paths if path[0] in ("history", "documentation") and len(path) <= 3]
        for path in dict.fromkeys((*lists, *random.sample(paths, min(len(paths), 6)))):
            less = delete(claim, path)
            for more, line in zip(before, decided(program, less.claim).lines, strict=True):
                note(f"{less.pointer}\n{more}\n{line}")
                assert is_as_before(more, line, less.pointer)


def is_as_before(more: LineDecision, line: LineDecision, pointer: str) -> bool:
    asked = [element for element in line.missing if names(element.pointer, element.term, pointer)]
    if triple(line) != triple(more):
        return is_for_information(line) and asked != []
    return line.allowed_amount in (more.allowed_amount, None) and (
        line.allowed_amount == more.allowed_amount or asked != []
    )


def names(missing: str | None, term: str, pointer: str) -> bool:
    """Whether a missing element is the one that stood at a place, or stands inside it.

    A line of the history that is taken away is asked for by the history's own words; the claim's place of
    service by those of the line, which has none of its own.
    """
    if missing is None:
        return False
    if pointer.startswith("/history/lines/") and pointer.count("/") == 3:
        return missing.startswith("/history")
    if pointer == "/place_of_service":
        return term == "place of service"
    return missing == pointer or missing.startswith(f"{pointer}/") or pointer.startswith(f"{missing}/")


@runs(100)
@given(worlds(), some_claims, randoms)
def test_more_information_never_changes_what_is_decided(
    world: World, drawn: list[Claim], random: Random
) -> None:
    """Several elements taken away at once, and given back."""
    program = sound(world)
    for claim in drawn:
        less = claim
        for _ in range(random.randrange(2, 6)):
            paths = deletable(less)
            less = delete(less, random.choice(paths)).claim if paths else less
        for line, more in zip(decided(program, less).lines, decided(program, claim).lines, strict=True):
            note(f"{line}\n{more}")
            if not is_for_information(line):
                assert triple(line) == triple(more)
                assert line.allowed_amount in (None, more.allowed_amount)
            elif is_for_information(more):
                assert line.allowed_amount is None


@runs(50)
@given(worlds(), some_claims, randoms)
def test_null_says_as_little_as_nothing(world: World, drawn: list[Claim], random: Random) -> None:
    program = sound(world)
    for claim in drawn:
        absent, null = claim, claim
        for _ in range(5):
            paths = [path for path in optional(null) if path[0] != "payer"]
            if paths:
                path = random.choice(paths)
                absent, null = delete(absent, path).claim, nulled(null, path)
        assume(not check_claim(null))
        assert decided(program, null).to_json() == decided(program, absent).to_json()


@runs(50)
@given(worlds(), some_claims)
def test_a_trial_rule_changes_nothing(world: World, drawn: list[Claim]) -> None:
    """Every other rule on trial: what is decided hangs on the rest alone."""
    program, rest = sound(with_items(world, on_trial)), sound(with_items(world, without_every_other))
    for claim in drawn:
        lines = decided(program, claim).lines
        note(str(lines))
        assert [replace(line, trial=()) for line in lines] == list(decided(rest, claim).lines)


def with_items(world: World, change: Callable[[Items], Items]) -> World:
    return replace(world, policies=tuple(replace(p, items=change(p.items)) for p in world.policies))


def every_other(items: Items) -> set[str]:
    return {item.name for item in [item for item in items if item.opening.startswith("rule")][::2]}


def on_trial(items: Items) -> Items:
    tried = every_other(items)
    return tuple(replace(item, trial="on trial" if item.name in tried else "") for item in items)


def without_every_other(items: Items) -> Items:
    """Those rules are left out, and the exceptions that are in the end exceptions to them."""
    left_out = every_other(items)
    for item in items:
        if item.target in left_out:
            left_out |= {item.name}
    return tuple(replace(item, trial="") for item in items if item.name not in left_out)
