"""A claim that tells a survivor from the original: decided under both, and the decisions differ in something
that a test can expect.

The search begins with the claims of tests that the change reaches without being noticed, as they are; then
come the claims of tests that name or fire the changed rules, each with one change (`attempts.py`), then with
two. It ends after a number of claims, and what it has not found may still be there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice, product, zip_longest
from typing import Any

from pollex.backends.interpret.claim import prepare
from pollex.intake.claims import check_claim
from pollex.ir.program import Rule
from pollex.syntax.scenarios import Where
from pollex.testing.cases import Case
from pollex.testing.claims import ImpossibleChange, changed
from pollex.testing.mutate.attempts import Hints, changes, hints
from pollex.testing.mutate.cases import Bench, Deciding, Ready, meets
from pollex.testing.mutate.expectations import telling
from pollex.testing.mutate.kill import Verdict, is_told
from pollex.testing.mutate.mutants import Brought
from pollex.testing.mutate.programs import Altered
from pollex.testing.run import Decide

BASES = 10
NEAR = 3
PAIRED = 16
KNOWN = 40


@dataclass(frozen=True, slots=True)
class Told:
    """A case that a survivor fails: a claim, and what the original makes of it that the mutant does not."""

    case: Case
    claim: dict[str, Any]


def distinguish(brought: Brought, verdict: Verdict, bench: Bench, budget: int) -> Told | None:
    """A claim that tells the two apart, among so many; None where none of them does."""
    decide = Deciding(brought.program)
    for base, wheres in islice(_attempts(brought, verdict, bench), budget):
        found = _tells(brought, decide, base, wheres, bench)
        if found is not None:
            return found
    return None


def _attempts(brought: Brought, verdict: Verdict, bench: Bench) -> Iterator[tuple[Ready, tuple[Where, ...]]]:
    """Claims of tests and changes to them, the likeliest first."""
    yield from ((one, ()) for one in verdict.reached)
    for policy in brought.mutant.policies:
        yield from ((one, ()) for one in bench.found.get(policy, ())[:KNOWN])
    before: list[Rule] = [old for version in brought.versions for old, _ in version.rules]
    after: list[Rule] = [new for version in brought.versions for _, new in version.rules if new is not None]
    asked = hints(before, after, brought.program, brought.mutant.codes)
    bases = _bases(brought, verdict, bench, before)
    singles = [_changes(base, asked, bench) for base in bases]
    for together in zip_longest(*singles):
        yield from ((base, one) for base, one in zip(bases, together, strict=True) if one is not None)
    for base, found in zip(bases[:NEAR], singles, strict=False):
        yield from ((base, (*one, *two)) for one, two in product(found[:PAIRED], found) if one is not two)


def _bases(brought: Brought, verdict: Verdict, bench: Bench, rules: list[Rule]) -> list[Ready]:
    """Tests of the policies that change: those reached, then those that name or fire the changed rules."""
    found: dict[str, Ready] = {one.key: one for one in verdict.reached[:NEAR]}
    for policy in brought.mutant.policies:
        likely = bench.likely_first(policy, [rule for rule in rules if rule.id.startswith(f"{policy}/")])
        found.update((one.key, one) for one in islice(likely, BASES))
    return list(found.values())[: BASES + NEAR]


def _changes(base: Ready, asked: Hints, bench: Bench) -> list[tuple[Where, ...]]:
    return list(changes(asked, base.decider, bench.program.vocabulary))


def _tells(
    brought: Brought, decide: Decide, base: Ready, wheres: tuple[Where, ...], bench: Bench
) -> Told | None:
    claim = _claim(base, wheres, bench)
    if claim is None or (wheres and check_claim(claim)):
        return None
    trial = base
    if wheres:
        trial = replace(base, claim=claim, decider=prepare(bench.program, claim, ()))
    if not any(_may_tell(trial, one, brought) for one in brought.versions):
        return None
    original, mutated = bench.decide(claim), decide(claim)
    expectations = telling(original, mutated, bench.program.vocabulary)
    test = replace(base.case, wheres=(*base.case.wheres, *wheres), expectations=expectations)
    if not expectations or not meets(test, original) or meets(test, mutated):
        return None
    known = bench.found.setdefault(base.case.policy, [])
    if wheres:
        known.insert(0, replace(trial, case=test))
    return Told(test, claim)


def _may_tell(trial: Ready, version: Altered, brought: Brought) -> bool:
    """Whether deciding the claim can be worth it. What a rule of the second stratum answers costs as much."""
    late = any(old.stratum > 1 for old, _ in version.rules)
    return version.everywhere or late or is_told(trial, version, brought)


def _claim(base: Ready, wheres: tuple[Where, ...], bench: Bench) -> dict[str, Any] | None:
    if not wheres:
        return base.claim
    try:
        return changed(base.claim, wheres, bench.program.vocabulary)
    except (ImpossibleChange, KeyError):
        return None
