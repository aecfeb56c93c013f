"""The rules in the expression language of ZEN (GoRules, Rust): one expression over all lines, compiled once.

A set is a text in which a code is searched, many times faster here than a list; a table is the set of codes
of each value. There is no word for what is not known but `null`, which every rule has to mind by itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from tests.bench.peers import host, plan
from tests.bench.peers.answer import Answer
from tests.bench.peers.peer import Claim, Decide, Peer


def among(value: str, codes: Iterable[str]) -> str:
    return f"contains({json.dumps(' ' + ' '.join(sorted(codes)) + ' ')}, ' ' + {value} + ' ')"


def has(*modifiers: str) -> str:
    return "(" + " or ".join(f"'{modifier}' in l.modifiers" for modifier in modifiers) + ")"


def state(condition: str) -> str:
    """Of a rule that is always known."""
    return f"({condition}) ? 1 : 0"


def where(scope: str, unknown: str, condition: str) -> str:
    """Of a rule that is not known where something is missing, and does not hold out of its scope."""
    return f"not ({scope}) ? 0 : (({unknown}) ? 2 : (({condition}) ? 1 : 0))"


def found_or_not_known(scope: str, found: str, since: str) -> str:
    """What is found counts; that nothing is there is known back to a day only."""
    return f"not ({scope}) ? 0 : (({found}) ? 1 : (({complete(since)}) ? 0 : 2))"


def complete(since: str) -> str:
    return f"$root.since != null and $root.since <= {since}"


def paired(indicator: str) -> str:
    pair = "o.code + '/' + l.code"
    return f"some($root.lines as o, {OTHER} and {among(pair, plan.PAIRED[indicator])})"


OTHER = "o.number != l.number and o.day == l.day"
SURGERY, VISIT, THERAPY = (among("l.code", codes) for codes in (plan.SURGERY, plan.VISITS, plan.THERAPY))
REPLACED = "$root.frequency == '7'"
RANKING = f"{OTHER} and {among('o.code', plan.RANKED)}"
ROLES = (has("80", "82"), has("AS"), has("62"))
RULES = {
    "late": where(f"not ({REPLACED})", "$root.received == null", "$root.received - l.day > 180"),
    "late-replacement": where(REPLACED, "$root.received == null", "$root.received - l.day > 365"),
    "sex": where(among("l.code", plan.SCANS_OF_WOMEN), "$root.sex == null", "$root.sex == 'M'"),
    "place": where(among("l.code", plan.MAJOR_SURGERY), "l.place == null", "l.place != '21'"),
    "approval": where(
        f"{among('l.code', plan.APPROVAL)} and l.place != '23' and l.approved != 'yes'",
        "l.place == null or l.approved == null",
        "true",
    ),
    "surgery-not-covered": f"not ({SURGERY}) ? 0 : (l.pointed != null ? "
    f"(some(l.pointed as d, {among('d', plan.COVERED_SURGERY)}) ? 0 : 1) : "
    f"(some($root.diagnoses as d, {among('d', plan.COVERED_SURGERY)}) ? 2 : 1))",
    "scan-not-covered": state(
        f"{among('l.code', plan.SCANS)} and none($root.diagnoses as d, {among('d', plan.COVERED_SCANS)})"
    ),
    "cosmetic": state(f"{SURGERY} and {among('$root.diagnoses[0]', plan.COSMETIC)}"),
    "pair-never": state(paired("0")),
    "pair-unless-modified": state(f"not {has(*sorted(plan.PAIR_MODIFIERS))} and {paired('1')}"),
    "add-on": state(
        f"{among('l.code', plan.ADD_ONS)} and "
        f"none($root.lines as o, {OTHER} and {among('o.code', plan.SURGERY)})"
    ),
    "too-many-units": state(
        " or ".join(
            f"(l.units > {most} and {among('l.code', codes)})" for most, codes in plan.LIMITED.items()
        )
    ),
    "paid-before": found_or_not_known(
        "true",
        "some($root.history as h, h.code == l.code and h.day == l.day and h.npi == l.npi and "
        "h.outcome == 'allow')",
        "l.day",
    ),
    "follow-up": found_or_not_known(
        f"{VISIT} and not {has('24', '25')}",
        "some($root.history as h, h.npi == l.npi and h.day >= l.day - 90 and h.day <= l.day and "
        f"{among('h.code', plan.SURGERY)})",
        "l.day - 90",
    ),
    "therapy-limit": where(
        THERAPY,
        f"not ({complete('l.year_before')})",
        "count($root.history as h, h.day >= l.year_before and h.day <= l.day and "
        f"{among('h.code', plan.THERAPY)}) >= 6",
    ),
    "no-assistant": state(f"{has('80', '82', 'AS')} and {among('l.code', plan.NO_ASSISTANT)}"),
    "void": state("$root.frequency == '8'"),
    "too-young": where(among("l.code", plan.MAJOR_SURGERY), "l.age == null", "l.age < 18"),
    "investigational": state(f"{THERAPY} and some($root.diagnoses as d, {among('d', plan.INVESTIGATIONAL)})"),
    "twice": state(f"not {has('76', '77')} and some($root.lines as o, {OTHER} and o.code == l.code)"),
    "roles": state(" + ".join(f"({role} ? 1 : 0)" for role in ROLES) + " > 1"),
    "extra-work": where(has("22"), "l.work == null", "l.work == 'not_found'"),
    "assistant": state(ROLES[0]),
    "assistant-not-a-physician": state(ROLES[1]),
    "co-surgeon": state(ROLES[2]),
    "both-sides": state(has("50")),
    "reduced": state(has("52")),
    "without-the-care-after": state(f"{has('54')} and {SURGERY}"),
    "several-procedures": f"not ({among('l.code', plan.RANKED)}) ? 0 : ("
    f"some($root.lines as o, {RANKING} and o.fee != null and l.fee != null and "
    "(o.fee > l.fee or (o.fee == l.fee and o.number < l.number))) ? 1 : ("
    f"some($root.lines as o, {RANKING} and (o.fee == null or l.fee == null)) ? 2 : 0))",
    "out-of-network": where("true", "$root.network == null", "$root.network == 'out-of-network'"),
}


def ready() -> Decide:
    from zen import compile_expression

    states = ",\n  ".join(RULES[name] for name in host.RULES)
    evaluate = compile_expression(f"map(lines as l, [{states}])").evaluate

    def decide(given: Claim) -> Answer:
        return host.answered(given, evaluate(host.prepared(given)))

    return decide


PEER = Peer("ZEN (GoRules, in Rust)", ready, needs="zen", package="zen-engine")
