"""The rules in Cedar, for `cedarpy` (Rust): those that ask nothing of other lines and nothing of the history.

Cedar decides about access, and has no loops: it cannot look for a line among others. A rule is a policy
that permits where the rule holds, and one where it is open; the reasons of an answer are the policies that
do. What is compared is which of these rules hold and which are open, line by line, with Pollex's own
explanation.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from tests.bench.peers import host, plan
from tests.bench.peers.peer import Claim, Decide, Peer

BEYOND = (
    "pair-never",
    "pair-unless-modified",
    "twice",
    "add-on",
    "several-procedures",
    "paid-before",
    "follow-up",
    "therapy-limit",
)
"""What looks at other lines or at the history."""


class Rules(NamedTuple):
    """The rules of a line that hold, and those that are not known."""

    holds: tuple[str, ...]
    open: tuple[str, ...]


def among(codes: Iterable[str]) -> str:
    return f"{json.dumps(sorted(codes))}.contains(context.code)"


def has(*modifiers: str) -> str:
    return f"context.modifiers.containsAny({json.dumps(modifiers)})"


def diagnosed(codes: Iterable[str], of: str = "diagnoses") -> str:
    return f"context.{of}.containsAny({json.dumps(sorted(codes))})"


REPLACED, SURGERY, THERAPY = 'context.frequency == "7"', among(plan.SURGERY), among(plan.THERAPY)
ROLES = (has("80", "82"), has("AS"), has("62"))
HOLDS = {
    "late": f"!({REPLACED}) && context has received && context.received - context.day > 180",
    "late-replacement": f"{REPLACED} && context has received && context.received - context.day > 365",
    "sex": f'{among(plan.SCANS_OF_WOMEN)} && context has sex && context.sex == "M"',
    "place": f'{among(plan.MAJOR_SURGERY)} && context has place && context.place != "21"',
    "approval": f'{among(plan.APPROVAL)} && context has approved && context.approved == "no" && '
    'context has place && context.place != "23"',
    "surgery-not-covered": f"{SURGERY} && (!({diagnosed(plan.COVERED_SURGERY)}) || "
    f"(context has pointed && !({diagnosed(plan.COVERED_SURGERY, 'pointed')})))",
    "scan-not-covered": f"{among(plan.SCANS)} && !({diagnosed(plan.COVERED_SCANS)})",
    "cosmetic": f"{SURGERY} && {json.dumps(sorted(plan.COSMETIC))}.contains(context.principal)",
    "too-many-units": " || ".join(
        f"(context.units > {most} && {among(codes)})" for most, codes in plan.LIMITED.items()
    ),
    "no-assistant": f"{has('80', '82', 'AS')} && {among(plan.NO_ASSISTANT)}",
    "void": 'context.frequency == "8"',
    "too-young": f"{among(plan.MAJOR_SURGERY)} && context has age && context.age < 18",
    "investigational": f"{THERAPY} && {diagnosed(plan.INVESTIGATIONAL)}",
    "roles": f"({ROLES[0]} && {has('AS', '62')}) || ({ROLES[1]} && {ROLES[2]})",
    "extra-work": has("22"),
    "assistant": ROLES[0],
    "assistant-not-a-physician": ROLES[1],
    "co-surgeon": ROLES[2],
    "both-sides": has("50"),
    "reduced": has("52"),
    "without-the-care-after": f"{has('54')} && {SURGERY}",
    "out-of-network": 'context has network && context.network == "out-of-network"',
}
OPEN = {
    "late": f"!({REPLACED}) && !(context has received)",
    "late-replacement": f"{REPLACED} && !(context has received)",
    "sex": f"{among(plan.SCANS_OF_WOMEN)} && !(context has sex)",
    "place": f"{among(plan.MAJOR_SURGERY)} && !(context has place)",
    "approval": f'{among(plan.APPROVAL)} && !(context has place && context.place == "23") && '
    '(!(context has approved) || (context.approved == "no" && !(context has place)))',
    "surgery-not-covered": f"{SURGERY} && !(context has pointed) && {diagnosed(plan.COVERED_SURGERY)}",
    "too-young": f"{among(plan.MAJOR_SURGERY)} && !(context has age)",
    "out-of-network": "!(context has network)",
}
POLICIES = tuple((name, True, text) for name, text in HOLDS.items()) + tuple(
    (name, False, text) for name, text in OPEN.items()
)
OF_CLAIM = ("frequency", "received", "sex", "network", "diagnoses")
OF_LINE = ("code", "day", "age", "modifiers", "units", "place", "approved", "pointed")


def contexts(claim: Claim) -> Iterator[Mapping[str, Any]]:
    """Of each line, what its rules read; Cedar has no null, so that what is missing is left out."""
    of = host.prepared(claim)
    shared = {key: of[key] for key in OF_CLAIM} | {"principal": of["diagnoses"][0]}
    for line in of["lines"]:
        read = shared | {key: line[key] for key in OF_LINE}
        yield {key: value for key, value in read.items() if value is not None}


def ready() -> Decide:
    from cedarpy import Entities, PolicySet, is_authorized_batch

    head = "permit (principal, action, resource) when { "
    policies = PolicySet.from_str("\n".join(f"{head}{text} }};" for _, _, text in POLICIES))
    entities = Entities.from_json_str("[]")
    who = {"principal": 'Payer::"bench-plan"', "action": 'Action::"decide"', "resource": 'Line::"line"'}
    by_id = {f"policy{place}": (name, holds) for place, (name, holds, _) in enumerate(POLICIES)}

    def decide(claim: Claim) -> tuple[Rules, ...]:
        asked = [who | {"context": context} for context in contexts(claim)]
        answers = is_authorized_batch(asked, policies, entities)
        return tuple(_rules(by_id[reason] for reason in answer.diagnostics.reasons) for answer in answers)

    return decide


def _rules(said: Iterable[tuple[str, bool]]) -> Rules:
    found = sorted(said)
    return Rules(
        tuple(name for name, holds in found if holds), tuple(name for name, holds in found if not holds)
    )


def by_explanation(claim: Claim) -> tuple[Rules, ...]:
    """The same of Pollex."""
    return tuple(
        Rules(
            tuple(sorted(rule.rule for rule in line.rules if rule.holds and rule.rule in HOLDS)),
            tuple(sorted(rule.rule for rule in line.rules if rule.holds is None and rule.rule in HOLDS)),
        )
        for line in plan.engine().explain(claim)
    )


PEER = Peer(
    "Cedar (in Rust)",
    ready,
    needs="cedarpy",
    package="cedarpy",
    rules=plan.RULES - len(BEYOND) - 1,
    expected=by_explanation,
)
