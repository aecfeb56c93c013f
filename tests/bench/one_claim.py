"""One claim (P1): Pollex beside peers, on one made-up policy, once their answers were found equal."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from time import process_time
from typing import Any, TypeAlias

from tests.bench.interleaved import Bench, OneByOne, Unequal, Work, measured_one_by_one
from tests.bench.peers import plan
from tests.bench.peers.claims import claims
from tests.bench.peers.peer import Decide, Peer, peers

from pollex.backends.interpret.claim import decide as interpret
from pollex.model.decision import Decision

Each: TypeAlias = tuple[Decide, Sequence[Any]]
FLOOR = "json: write the claim and read it again"
POLLEX = "Pollex: decide a claim that was checked"
DOCUMENT = "Pollex: the same, and the decision as a document"
CHECKED = "Pollex: check the claim, and decide it"
EXPLAINED = "Pollex: check it, and explain every rule"
INTERPRETER = "Pollex: decide it by the interpreter"
SHOWN = 5
"""Differences that are shown of one peer."""
SECONDS, SECONDS_OF_CHECKS = 1.0, 20.0
"""A work that takes longer for all the claims gets every second of them, every third, and so on."""


def works(scale: int) -> Mapping[str, Work]:
    """What `--profile` looks at: Pollex alone."""
    _, pollex = _ours(scale)
    return {name: partial(_all, *each) for name, each in pollex.items()}


def lines(rounds: int, scale: int) -> Iterator[str]:
    """Answers first, then figures, then the goals."""
    given, each = _ours(scale)
    compared: list[Peer] = []
    for peer in (peer for peer in peers() if peer.is_installed):
        decide = peer.ready()
        checked = _affordable(decide, given, SECONDS_OF_CHECKS)
        differing = list(islice(peer.differing(decide, checked), SHOWN))
        if differing:
            raise Unequal("\n".join(differing))
        each[peer.name] = decide, _affordable(decide, given, SECONDS)
        compared.append(peer)
    times = measured_one_by_one(each, rounds)
    yield (
        f"{len(given):,} made-up claims under {plan.RULES} rules, answers equal; processor time of a claim, "
        f"in {rounds} rounds in turn"
    )
    yield f"{'':<58} {'p50 µs':>9} {'mean µs':>9} {'p50 x Pollex':>13}"
    rules = {peer.name: peer.rules for peer in compared}
    for name, time in times.items():
        said = name if rules.get(name, plan.RULES) == plan.RULES else f"{name}, {rules[name]} of the rules"
        few = len(each[name][1])
        said = said if few == len(given) else f"{said}, {few:,} claims"
        ratio = time.median / times[POLLEX].median
        yield f"{said:<58} {time.median:>9,.1f} {time.mean:>9,.1f} {ratio:>13,.2f}"
    yield from _goals(times, compared)
    absent = [peer.package for peer in peers() if not peer.is_installed]
    if absent:
        yield f"not installed: {', '.join(absent)}; pip install -e '.[bench]'"


def _ours(scale: int) -> tuple[list[Any], dict[str, Each]]:
    """The claims, and what Pollex does with them."""
    given = list(claims(scale))
    engine = plan.engine()
    program = plan.workspace().compilation.program

    def document(claim: Any) -> object:
        return engine.decide_checked(claim).to_dict()

    def by_interpreter(claim: Any) -> Decision:
        return interpret(program, claim, (), "0")

    ours: dict[str, Decide] = {
        FLOOR: lambda claim: json.loads(json.dumps(claim)),
        POLLEX: engine.decide_checked,
        DOCUMENT: document,
        CHECKED: engine.decide,
        EXPLAINED: engine.explain,
        INTERPRETER: by_interpreter,
    }
    return given, {name: (decide, _affordable(decide, given, SECONDS)) for name, decide in ours.items()}


def _affordable(decide: Decide, given: list[Any], seconds: float) -> list[Any]:
    few = given[:20]
    _all(decide, few)
    began = process_time()
    _all(decide, few)
    took = (process_time() - began) / len(few) * len(given)
    return given[:: 1 + int(took / seconds)]


def _all(decide: Decide, given: Sequence[Any]) -> None:
    for claim in given:
        decide(claim)


# ------------------------------------------------------------------ the goals


def _goals(times: Mapping[str, OneByOne], compared: list[Peer]) -> Iterator[str]:
    """What P1 asks for, and how far it is."""
    medians = {name: time.median for name, time in times.items()}
    engines = [peer.name for peer in compared if peer.needs and peer.rules == plan.RULES]
    if engines:
        fastest = min(engines, key=lambda name: medians[name])
        yield _at_least(f"the fastest peer, {fastest},", medians[fastest], medians[POLLEX], 4)
    for name, factor in (("ZEN (GoRules, in Rust)", 9), ("Python, readable", 3)):
        if name in medians:
            yield _at_least(name, medians[name], medians[POLLEX], factor)
    if "Python, specialised" in medians:
        yield _at_most("Python, specialised", medians[DOCUMENT], medians["Python, specialised"], 1.5)
    yield _at_most("the decision", medians[EXPLAINED], medians[POLLEX], 5, "the explanation")


def _at_least(whom: str, theirs: float, ours: float, factor: float) -> str:
    found = theirs / ours
    return f"goal: {whom} takes {factor:g} x Pollex or more: {found:.2f} x, {_verdict(found / factor)}"


def _at_most(whom: str, ours: float, theirs: float, factor: float, what: str = "the document") -> str:
    found = ours / theirs
    return f"goal: {what} takes {factor:g} x {whom} or less: {found:.2f} x, {_verdict(factor / found)}"


def _verdict(share: float) -> str:
    return "met" if share >= 1 else f"not met, {1 / share:.1f} times too slow"


BENCH = Bench("one claim of a made-up payer, beside peers (P1)", "", works, lines)
